//! How long a request may take: its handler as a whole, and the arrival of its body.
//!
//! Applied by [`hardening`](super::hardening), inside the layer that turns failures into pages, so that a reader whose
//! report came too slowly is told so in the same form and language as everything else.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use hyper::body::Bytes;
use poem::{Body, Request};
use tokio::time::{Sleep, sleep};

use crate::config;

/// What a request may take.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// From the end of the request's head to the beginning of the answer. What an answer streams is not counted.
    pub request_timeout: Duration,
    /// From the end of the request's head to the last byte of its body.
    pub body_timeout: Duration,
    /// Bytes of the request's path and query together.
    pub max_uri_bytes: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(15),
            max_uri_bytes: 8 * 1024,
        }
    }
}

impl From<&config::Server> for RequestLimits {
    fn from(server: &config::Server) -> Self {
        Self {
            request_timeout: Duration::from_secs(server.request_timeout_seconds),
            body_timeout: Duration::from_secs(server.body_timeout_seconds),
            ..Self::default()
        }
    }
}

/// Tells whether the body of a request came too slowly.
#[derive(Debug, Clone, Default)]
pub(super) struct BodyWatch(Arc<AtomicBool>);

impl BodyWatch {
    /// Gives the request a body that fails once `limit` has passed.
    pub(super) fn guard(request: &mut Request, limit: Duration) -> Self {
        let watch = Self::default();
        let body = request.take_body();
        if !body.is_empty() {
            request.set_body(Body::from_bytes_stream(TimedBody {
                chunks: Box::pin(body.into_bytes_stream()),
                alarm: Box::pin(sleep(limit)),
                watch: watch.clone(),
            }));
        }
        watch
    }

    /// Whether the time ran out while somebody was reading the body.
    pub(super) fn ran_out(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

struct TimedBody<S> {
    chunks: Pin<Box<S>>,
    alarm: Pin<Box<Sleep>>,
    watch: BodyWatch,
}

impl<S: Stream<Item = io::Result<Bytes>>> Stream for TimedBody<S> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(chunk) = self.chunks.as_mut().poll_next(context) {
            return Poll::Ready(chunk);
        }
        // A drip of bytes does not get past this: between two drips there is a moment without a byte.
        if self.alarm.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.watch.0.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the body came too slowly",
        ))))
    }
}
