//! What a request gets that has no regular answer: a page with a way on, or for programs a problem document.

use minijinja::{Value, context};
use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    hardening::{Asked, Failure},
    lang_of_headers,
    problem::{Problem, words_of},
};
use crate::rendering::{Renderer, translate};

/// The answer to a failure.
#[must_use]
pub fn answer(renderer: &Renderer, asked: &Asked, failure: Failure) -> Response {
    let status = failure.status();
    if let Failure::Error(error) = &failure
        && status.is_server_error()
    {
        tracing::error!(%error, request.id = %asked.id.0, "a request failed");
    }
    // An error that brings its own answer (a redirect to the sign-in page) knows better.
    if let Failure::Error(error) = failure
        && status.is_redirection()
    {
        return error.into_response();
    }
    let lang = lang_of_headers(&asked.headers);
    let mut response = if asked.uri.path().starts_with("/api/") {
        Problem::of_status(status, lang).into_response()
    } else {
        page(renderer, asked, status, lang)
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

fn page(
    renderer: &Renderer,
    asked: &Asked,
    status: StatusCode,
    lang: crate::domain::site::Lang,
) -> Response {
    let code = words_of(status);
    let own = context! {
        lang => lang.as_str(),
        csrf => Value::from(()),
        status => status.as_u16(),
        title => translate(lang, &format!("error-{code}-title"), &[]),
        detail => translate(lang, &format!("error-{code}-detail"), &[]),
        request_id => asked.id.0.to_string(),
    };
    match renderer.render("reader/error.html", &own) {
        Ok(html) => Response::builder()
            .status(status)
            .content_type("text/html; charset=utf-8")
            .body(html),
        Err(error) => {
            tracing::error!(%error, "the error page cannot be rendered");
            Response::builder()
                .status(status)
                .content_type("text/plain; charset=utf-8")
                .body(status.to_string())
        }
    }
}
