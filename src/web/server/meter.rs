//! What one connection is doing, since when, and until when it may.
//!
//! A pure little state machine, told by the stream (bytes came, a write is stuck), the service (a request is complete,
//! its answer begins) and the body of the answer (it has ended). From it follows the one deadline of the connection.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::ServerLimits;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The head of a request is on its way, or nothing has come at all.
    Head,
    /// A handler is at work. Its own time limit applies, none of ours.
    Working,
    /// The answer is on its way; a long-lived one may take its time. It is `complete` when hyper has all of it, and
    /// over when that has reached the stream.
    Answering { long_lived: bool, complete: bool },
    /// Between two requests.
    Idle,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    since: Instant,
    write_stuck_since: Option<Instant>,
    /// Whether the peer may be sending something that nobody will read.
    more_may_come: bool,
}

/// The state of one connection, shared by its stream, its service and the bodies of its answers.
#[derive(Debug, Clone)]
pub(super) struct Meter(Arc<Mutex<State>>);

impl Meter {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            phase: Phase::Head,
            since: Instant::now(),
            write_stuck_since: None,
            more_may_come: false,
        })))
    }

    /// A request's head is complete; a body may follow it.
    pub(super) fn request_begins(&self, has_body: bool) {
        let mut state = self.state();
        state.phase = Phase::Working;
        state.since = Instant::now();
        state.more_may_come = has_body;
    }

    /// A handler has answered.
    pub(super) fn answer_begins(&self, long_lived: bool) {
        let mut state = self.state();
        state.phase = Phase::Answering {
            long_lived,
            complete: false,
        };
        state.since = Instant::now();
    }

    fn answer_is_complete(&self) {
        if let Phase::Answering { complete, .. } = &mut self.state().phase {
            *complete = true;
        }
    }

    fn everything_is_written(&self) {
        let mut state = self.state();
        if matches!(state.phase, Phase::Answering { complete: true, .. }) {
            state.phase = Phase::Idle;
            state.since = Instant::now();
        }
    }

    fn bytes_came(&self) {
        let mut state = self.state();
        if state.phase == Phase::Idle {
            state.phase = Phase::Head;
            state.since = Instant::now();
        }
        if state.phase == Phase::Head {
            state.more_may_come = true;
        }
    }

    fn write_is_stuck(&self, stuck: bool) {
        self.state().write_stuck_since = stuck.then(Instant::now);
    }

    /// When the connection must be closed unless something happens before.
    pub(super) fn deadline(&self, limits: &ServerLimits) -> Option<Instant> {
        let state = self.state();
        let phase = match state.phase {
            Phase::Head => Some(state.since + limits.header_timeout),
            Phase::Answering {
                long_lived: false, ..
            } => Some(state.since + limits.answer_timeout),
            Phase::Idle => Some(state.since + limits.idle_timeout),
            Phase::Working | Phase::Answering { .. } => None,
        };
        let write = state
            .write_stuck_since
            .map(|since| since + limits.write_timeout);
        [phase, write].into_iter().flatten().min()
    }

    /// Whether nothing but the peer keeps this connection open, and has since before `moment`.
    pub(super) fn has_waited_since(&self, moment: Instant) -> bool {
        let state = self.state();
        matches!(state.phase, Phase::Head | Phase::Idle) && state.since <= moment
    }

    /// Whether the peer may be sending something that nobody will read: the rest of a body, or of a head that made no
    /// sense.
    pub(super) fn more_may_come(&self) -> bool {
        self.state().more_may_come
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is a plain assignment, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that tells the meter what it does.
pub(super) struct MeteredStream<S> {
    stream: S,
    meter: Meter,
    stuck: bool,
}

impl<S> MeteredStream<S> {
    pub(super) fn new(stream: S, meter: Meter) -> Self {
        Self {
            stream,
            meter,
            stuck: false,
        }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    fn written(&mut self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let stuck = result.is_pending();
        if stuck != self.stuck {
            self.stuck = stuck;
            self.meter.write_is_stuck(stuck);
        }
        result
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MeteredStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.meter.bytes_came();
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MeteredStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes only after it has written all that it has.
        let result = Pin::new(&mut self.stream).poll_flush(context);
        if matches!(result, Poll::Ready(Ok(()))) {
            self.meter.everything_is_written();
        }
        result
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The body of an answer. hyper drops it when it has taken the last of it, and that is how we know.
pub(super) struct MeteredBody<B> {
    body: B,
    meter: Meter,
}

impl<B> MeteredBody<B> {
    pub(super) fn new(body: B, meter: Meter) -> Self {
        Self { body, meter }
    }
}

impl<B: Body + Unpin> Body for MeteredBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for MeteredBody<B> {
    fn drop(&mut self) {
        self.meter.answer_is_complete();
    }
}
