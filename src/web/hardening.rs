//! The layers around every route, in one place and in the one order that holds.
//!
//! From the outside in: request id and log line, security headers, the page for a failure, time limits, catching a
//! panic, the routes. Headers come outside of failures because an error must carry them too; poem's `SetHeader` skips
//! errors, which is why this is a layer of our own.
//!
//! What is logged of a request is its method, the *pattern* of its route (`/r/:token`, never the token), the status
//! and the time it took. No address, no user agent, no query.

mod headers;
mod log;
#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use poem::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use poem::{Endpoint, Error, IntoResponse, Request, Response, Result};
use tokio::time::timeout;
use tracing::Instrument;
use uuid::Uuid;

pub use self::headers::SecurityHeaders;
use self::log::LogLine;
use super::request_limits::{BodyWatch, RequestLimits};

/// The header that names a request in answers and, as `request.id`, in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// After how many seconds a client may ask again when the server was too slow.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// Names one request. Made by us; what a client sends as `X-Request-Id` is ignored. In the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl RequestId {
    // The id is never stored and nothing is decided by its time, so it needs no clock that a test can set.
    #[allow(
        clippy::disallowed_methods,
        reason = "a request id only has to be unique and to sort in the log"
    )]
    fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

/// Why a request has no regular answer.
#[derive(Debug)]
pub enum Failure {
    /// A handler or the router returned an error.
    Error(Error),
    /// A handler panicked. The panic hook has written where.
    Panic,
    /// The handler took longer than [`RequestLimits::request_timeout`].
    Overdue,
    /// The body took longer than [`RequestLimits::body_timeout`].
    BodyOverdue,
    /// The body is compressed. We unpack nothing: a few kilobytes could become gigabytes.
    EncodedBody,
    /// The path and query are longer than [`RequestLimits::max_uri_bytes`].
    UriTooLong,
}

impl Failure {
    /// The status that tells the client.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Error(error) => error.status(),
            Self::Panic => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overdue => StatusCode::SERVICE_UNAVAILABLE,
            Self::BodyOverdue => StatusCode::REQUEST_TIMEOUT,
            Self::EncodedBody => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
        }
    }
}

/// What a page about a failure may want to know of the request, whose parts the handler has used up.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// All headers, for the language and the form of the answer.
    pub headers: HeaderMap,
    /// What the log calls this request.
    pub id: RequestId,
}

type FailurePage = Arc<dyn Fn(&Asked, Failure) -> Response + Send + Sync>;

/// The layers around every route.
#[derive(Clone)]
pub struct Hardening {
    headers: SecurityHeaders,
    limits: RequestLimits,
    page: FailurePage,
}

impl Hardening {
    /// Layers that answer failures with a bare line of text.
    #[must_use]
    pub fn new(headers: SecurityHeaders, limits: RequestLimits) -> Self {
        Self {
            headers,
            limits,
            page: Arc::new(|_, failure| plain_page(failure)),
        }
    }

    /// Answers failures with `page`. Its response gets the security headers like any other; its status should be
    /// [`Failure::status`].
    #[must_use]
    pub fn with_failure_page(
        mut self,
        page: impl Fn(&Asked, Failure) -> Response + Send + Sync + 'static,
    ) -> Self {
        self.page = Arc::new(page);
        self
    }

    /// Puts the layers around `routes`.
    pub fn around<E: Endpoint>(self, routes: E) -> Hardened<E> {
        Hardened {
            routes,
            layers: self,
        }
    }
}

/// Routes inside their layers; made by [`Hardening::around`]. Never returns an error.
///
/// A handler that takes too long, or whose client goes away, is dropped where it stands. Whatever it does must bear
/// that: a transaction that is dropped is rolled back.
pub struct Hardened<E> {
    routes: E,
    layers: Hardening,
}

impl<E: Endpoint> Endpoint for Hardened<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let asked = Asked {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            id: RequestId::new(),
        };
        request.extensions_mut().insert(asked.id);
        let span = tracing::info_span!("request", request.id = %asked.id.0);
        let answered = async {
            let line = LogLine::begin(&asked);
            let mut response = match self.answer(&asked, request).await {
                Ok(response) => response,
                Err(failure) => self.page(&asked, failure),
            };
            self.layers.headers.complete(response.headers_mut());
            if let Ok(id) = HeaderValue::try_from(asked.id.0.to_string()) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
            line.end(&response);
            response
        };
        Ok(answered.instrument(span).await)
    }
}

impl<E: Endpoint> Hardened<E> {
    async fn answer(&self, asked: &Asked, mut request: Request) -> Result<Response, Failure> {
        let limits = &self.layers.limits;
        if uri_bytes(&asked.uri) > limits.max_uri_bytes {
            return Err(Failure::UriTooLong);
        }
        if asked
            .headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .any(|coding| coding != "identity")
        {
            return Err(Failure::EncodedBody);
        }
        let body = BodyWatch::guard(&mut request, limits.body_timeout);
        let handled = timeout(
            limits.request_timeout,
            AssertUnwindSafe(self.routes.call(request)).catch_unwind(),
        );
        let outcome = match handled.await {
            Err(_) if body.ran_out() => Err(Failure::BodyOverdue),
            Err(_) => Err(Failure::Overdue),
            Ok(Err(_)) => Err(Failure::Panic),
            Ok(Ok(Err(error))) => Err(Failure::Error(error)),
            Ok(Ok(Ok(output))) => Ok(output.into_response()),
        };
        // Whatever the handler made of a body that broke off, the client should hear that it was too slow.
        let refused = match &outcome {
            Ok(response) => {
                response.status().is_client_error() || response.status().is_server_error()
            }
            Err(_) => true,
        };
        if refused && body.ran_out() {
            Err(Failure::BodyOverdue)
        } else {
            outcome
        }
    }

    fn page(&self, asked: &Asked, failure: Failure) -> Response {
        let (overdue, body_overdue) = (
            matches!(failure, Failure::Overdue),
            matches!(failure, Failure::BodyOverdue),
        );
        let pattern = match &failure {
            Failure::Error(error) => error.data::<poem::PathPattern>().cloned(),
            _ => None,
        };
        if let Failure::Error(error) = &failure
            && error.status().is_server_error()
        {
            tracing::error!(%error, "a request failed");
        }
        let mut response = (self.layers.page)(asked, failure);
        if let Some(pattern) = pattern {
            response.set_data(pattern);
        }
        if overdue && !response.headers().contains_key(RETRY_AFTER) {
            response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS);
        }
        if body_overdue {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

fn uri_bytes(uri: &Uri) -> usize {
    uri.path_and_query().map_or(0, |path| path.as_str().len())
}

/// One line of text. A server error says nothing of its cause: that stands in the log, under the request's id.
fn plain_page(failure: Failure) -> Response {
    let status = failure.status();
    match failure {
        Failure::Error(error) if error.is_from_response() || !status.is_server_error() => {
            error.into_response()
        }
        _ => Response::builder()
            .status(status)
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(status.canonical_reason().unwrap_or("error")),
    }
}
