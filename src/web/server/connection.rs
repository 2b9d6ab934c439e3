//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poem::http::uri::Scheme;
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, Response};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::meter::{Meter, MeteredBody, MeteredStream};
use super::{Accepted, LongLived, ServerLimits, Signal};

/// How long, and for how many bytes, what a peer still sends is taken in after the last answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 8 * 1024 * 1024;

/// Why a connection is over.
enum End {
    /// hyper is done with it, with or without a fault of the peer's.
    Finished,
    /// The peer was too slow, or had to make room.
    CutOff,
}

/// Runs one connection until it ends. Never fails: what goes wrong here concerns this peer alone.
pub(super) async fn run<S, E>(
    accepted: Accepted<S>,
    endpoint: Arc<E>,
    limits: ServerLimits,
    mut signals: watch::Receiver<Signal>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    E: Endpoint + 'static,
{
    let Accepted {
        stream,
        local,
        remote,
    } = accepted;
    let meter = Meter::new();
    let service = service_fn({
        let meter = meter.clone();
        move |request: hyper::Request<Incoming>| {
            meter.request_begins(!request.body().is_end_stream());
            let (endpoint, meter) = (Arc::clone(&endpoint), meter.clone());
            let (local, remote) = (local.clone(), remote.clone());
            // Boxed because hyper hands the stream back (see `close`) only from a service whose futures can move.
            Box::pin(async move {
                let has_body = !request.body().is_end_stream();
                let mut response = answer(&*endpoint, request, local, remote).await;
                if has_body
                    && (response.status().is_client_error() || response.status().is_server_error())
                {
                    // The body may be left half read, which ends the connection; a peer that is not told so sends its
                    // next request into a closed one (RFC 9112 section 9.6).
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                meter.answer_begins(response.extensions().get::<LongLived>().is_some());
                let response: hyper::Response<_> = response.into();
                Ok::<_, Infallible>(response.map(|body| MeteredBody::new(body, meter)))
            })
        }
    });
    let mut builder = http1::Builder::new();
    builder
        // The meter does this, and tells a connection at rest from a head that does not end.
        .header_read_timeout(None)
        .max_buf_size(limits.max_header_bytes)
        .max_header_size(limits.max_header_bytes);
    let stream = TokioIo::new(MeteredStream::new(stream, meter.clone()));
    let mut connection = builder.serve_connection(stream, service);

    let mut alarm = pin!(sleep_until(Instant::now() + limits.header_timeout));
    let mut stopping = false;
    let end = loop {
        tokio::select! {
            end = poll_fn(|context| {
                if connection.poll_without_shutdown(context).is_ready() {
                    return Poll::Ready(End::Finished);
                }
                while let Some(deadline) = meter.deadline(&limits) {
                    // Most deadlines only move away. The alarm is then left as it is, rings early and is set anew.
                    if deadline < alarm.deadline() {
                        alarm.as_mut().reset(deadline);
                    }
                    if alarm.as_mut().poll(context).is_pending() {
                        break;
                    }
                    if Instant::now() >= deadline {
                        return Poll::Ready(End::CutOff);
                    }
                    alarm.as_mut().reset(deadline);
                }
                Poll::Pending
            }) => break end,
            changed = signals.changed(), if !stopping => {
                let signal = if changed.is_ok() { *signals.borrow_and_update() } else { Signal::Stop };
                match signal {
                    Signal::Run => {}
                    Signal::Relieve(moment) => if meter.has_waited_since(moment) {
                        break End::CutOff;
                    },
                    Signal::Stop => {
                        stopping = true;
                        std::pin::Pin::new(&mut connection).graceful_shutdown();
                    }
                }
            }
        }
    };
    if matches!(end, End::Finished) {
        let more_may_come = meter.more_may_come();
        let stream = connection.into_parts().io.into_inner().into_inner();
        close(stream, more_may_come).await;
    }
}

async fn answer<E: Endpoint>(
    endpoint: &E,
    request: hyper::Request<Incoming>,
    local: LocalAddr,
    remote: RemoteAddr,
) -> Response {
    let request = Request::from((request, local, remote, Scheme::HTTP));
    // The layers in `hardening` catch a panic before and make a page of it. This is for a panic in those layers.
    AssertUnwindSafe(endpoint.get_response(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            Response::builder()
                .status(StatusCode::INTERNAL_SERVER_ERROR)
                .finish()
        })
}

/// Says that nothing more comes, and takes in for a moment what the peer is still sending.
///
/// A socket that is closed with unread bytes in it answers with a reset, which can overtake our last answer: whoever
/// sends 1 MiB to a form that takes 64 KiB would see a broken connection instead of a `413`.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, more_may_come: bool) {
    if timeout(LINGER, stream.shutdown()).await.is_err() || !more_may_come {
        return;
    }
    let _ = timeout(LINGER, async {
        let mut taken = 0;
        let mut buffer = vec![0; 4096];
        while taken < LINGER_BYTES {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(count) => taken += count,
            }
        }
    })
    .await;
}
