//! The accept loop: TCP connections in, requests to one poem [`Endpoint`] out.
//!
//! poem's own server never ends a silent or half-sent connection, retries a failed `accept` at once, and can wait for
//! ever when it is told to stop. This loop runs the same endpoint on hyper's HTTP/1 connection, with a limit for each
//! thing a peer can be slow at. It speaks HTTP/1 only: TLS and HTTP/2 belong to the reverse proxy in front.
//!
//! What it bounds is the *connection*. How long a handler and the body of a request may take is bounded by
//! [`request_limits`](super::request_limits), inside the layers that can answer with a proper page.
//!
//! **When every slot is taken** the next connection is accepted and waits for a slot, while connections that wait for
//! their peer (idle ones, and ones whose request has not fully arrived) for longer than
//! [`ServerLimits::waiting_grace`] are closed. Two thousand silent connections therefore delay an honest reader by a
//! fraction of a second instead of locking them out, and nobody whose request is being worked on is cut off. A `503`
//! was the alternative: it would turn away the readers an attacker wants turned away.

mod connection;
mod meter;
#[cfg(test)]
mod tests;

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use crate::config;

/// How long the loop rests after `accept` failed, for instance because no file descriptor was left.
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(50);
/// How often, at most, waiting connections are asked to go while every slot is taken.
const RELIEF_INTERVAL: Duration = Duration::from_millis(100);
/// How often, at most, a lasting trouble with accepting is written to the log.
const COMPLAINT_INTERVAL: Duration = Duration::from_secs(10);

/// What a peer may cost us.
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// Connections at the same time.
    pub max_connections: usize,
    /// From the connection, or the first byte of a later request, to the end of the request's head.
    pub header_timeout: Duration,
    /// How long a connection may rest between two requests. Longer than a reverse proxy keeps its own side open, so
    /// that the proxy is the one that closes.
    pub idle_timeout: Duration,
    /// How long a write may make no progress because the peer does not read.
    pub write_timeout: Duration,
    /// From the head of an answer to its last byte, unless the response carries [`LongLived`].
    pub answer_timeout: Duration,
    /// How long a connection may wait for its peer while every slot is taken.
    pub waiting_grace: Duration,
    /// How long after the shutdown signal requests in flight may take to finish.
    pub shutdown_timeout: Duration,
    /// Bytes of a request's line and headers together; also the size of the connection's buffers. At least 8 KiB.
    pub max_header_bytes: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_connections: 2_000,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(15),
            answer_timeout: Duration::from_mins(2),
            waiting_grace: Duration::from_secs(1),
            shutdown_timeout: Duration::from_secs(25),
            max_header_bytes: 16 * 1024,
        }
    }
}

impl From<&config::Server> for ServerLimits {
    fn from(server: &config::Server) -> Self {
        Self {
            max_connections: server.max_connections,
            header_timeout: Duration::from_secs(server.header_timeout_seconds),
            idle_timeout: Duration::from_secs(server.idle_timeout_seconds),
            write_timeout: Duration::from_secs(server.write_timeout_seconds),
            shutdown_timeout: Duration::from_secs(server.shutdown_seconds),
            ..Self::default()
        }
    }
}

/// A response that carries this in its extensions may last: [`ServerLimits::answer_timeout`] does not apply to it.
/// Meant for event streams. A peer that stops reading is still cut off after [`ServerLimits::write_timeout`].
#[derive(Debug, Clone, Copy)]
pub struct LongLived;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// [`serve`] was given no listener.
    #[error("there is no address to listen on")]
    NoListener,
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// Opens a listening socket.
///
/// # Errors
///
/// [`ServerError::Bind`] names the address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServerError::Bind { address, source })
}

/// Serves `endpoint` on all `listeners` until `shutdown` resolves, then finishes what is in flight.
///
/// When it is told to stop it closes the listeners and idle connections at once and gives requests in flight
/// [`ServerLimits::shutdown_timeout`]; what is left then is cut off.
///
/// # Errors
///
/// [`ServerError::NoListener`] when `listeners` is empty. Nothing that a peer does ends the loop.
pub async fn serve(
    listeners: Vec<TcpListener>,
    endpoint: impl Endpoint + 'static,
    limits: ServerLimits,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServerError> {
    if listeners.is_empty() {
        return Err(ServerError::NoListener);
    }
    accept_loop(
        TcpAcceptor { listeners, next: 0 },
        Arc::new(endpoint),
        limits,
        shutdown,
    )
    .await;
    Ok(())
}

/// What the loop tells its connections.
#[derive(Debug, Clone, Copy)]
enum Signal {
    Run,
    /// Every slot is taken: whoever has waited for its peer since before this moment goes.
    Relieve(Instant),
    Stop,
}

/// A new connection and where it runs from and to.
struct Accepted<S> {
    stream: S,
    local: LocalAddr,
    remote: RemoteAddr,
}

/// Where connections come from; a seam for tests.
trait Acceptor: Send {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Accepted<Self::Stream>>>;
}

struct TcpAcceptor {
    listeners: Vec<TcpListener>,
    /// The listener that is asked first, so that a busy one cannot starve the others.
    next: usize,
}

impl Acceptor for TcpAcceptor {
    type Stream = TcpStream;

    fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Accepted<TcpStream>>> {
        let count = self.listeners.len();
        for offset in 0..count {
            let index = (self.next + offset) % count;
            if let Poll::Ready(result) = self.listeners[index].poll_accept(context) {
                self.next = (index + 1) % count;
                return Poll::Ready(result.map(|(stream, peer)| {
                    // Answers are written in one piece; waiting for more to send only delays them.
                    let _ = stream.set_nodelay(true);
                    let local = stream
                        .local_addr()
                        .map_or_else(|_| Addr::default(), Addr::from);
                    Accepted {
                        stream,
                        local: LocalAddr(local),
                        remote: RemoteAddr(peer.into()),
                    }
                }));
            }
        }
        Poll::Pending
    }
}

async fn accept_loop<A: Acceptor, E: Endpoint + 'static>(
    mut acceptor: A,
    endpoint: Arc<E>,
    limits: ServerLimits,
    shutdown: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    let signals = watch::Sender::new(Signal::Run);
    let mut connections = JoinSet::new();
    let mut complaints = Complaints::default();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next(), if !connections.is_empty() => {
                report(ended);
                continue;
            }
            accepted = poll_fn(|context| acceptor.poll_accept(context)) => accepted,
        };
        match accepted {
            Ok(accepted) => {
                let slot = tokio::select! {
                    biased;
                    () = &mut shutdown => break,
                    slot = free_slot(&slots, &signals, &limits, &mut complaints) => slot,
                };
                let running =
                    connection::run(accepted, Arc::clone(&endpoint), limits, signals.subscribe());
                connections.spawn(async move {
                    running.await;
                    drop(slot);
                });
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                // Out of file descriptors or memory: asking again at once would burn a processor and change nothing.
                if complaints.may_be_made() {
                    tracing::warn!(%error, "cannot accept connections");
                }
                relieve(&signals, &limits);
                tokio::select! {
                    biased;
                    () = &mut shutdown => break,
                    () = sleep(ACCEPT_BACK_OFF) => {}
                }
            }
        }
    }
    drop(acceptor);
    drain(connections, &signals, limits.shutdown_timeout).await;
}

/// Waits for a slot and makes room meanwhile. `None` cannot happen (the semaphore is never closed) and costs nothing.
async fn free_slot(
    slots: &Arc<Semaphore>,
    signals: &watch::Sender<Signal>,
    limits: &ServerLimits,
    complaints: &mut Complaints,
) -> Option<OwnedSemaphorePermit> {
    if let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
        return Some(slot);
    }
    if complaints.may_be_made() {
        tracing::warn!(
            max_connections = limits.max_connections,
            "every connection slot is taken"
        );
    }
    loop {
        relieve(signals, limits);
        if let Ok(slot) = timeout(RELIEF_INTERVAL, Arc::clone(slots).acquire_owned()).await {
            return slot.ok();
        }
    }
}

fn relieve(signals: &watch::Sender<Signal>, limits: &ServerLimits) {
    if let Some(before) = Instant::now().checked_sub(limits.waiting_grace) {
        signals.send_replace(Signal::Relieve(before));
    }
}

async fn drain(mut connections: JoinSet<()>, signals: &watch::Sender<Signal>, limit: Duration) {
    signals.send_replace(Signal::Stop);
    let finished = timeout(limit, async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    });
    if finished.await.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "cutting off requests that did not finish in time"
        );
        connections.shutdown().await;
    }
}

fn report(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        // The panic hook has told where.
        tracing::error!("a connection ended in a panic");
    }
}

/// Errors that `accept` passes on from a connection that has already gone.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// Keeps a lasting trouble from filling the log.
#[derive(Default)]
struct Complaints {
    last: Option<Instant>,
}

impl Complaints {
    fn may_be_made(&mut self) -> bool {
        let now = Instant::now();
        let due = self
            .last
            .is_none_or(|last| now.duration_since(last) >= COMPLAINT_INTERVAL);
        if due {
            self.last = Some(now);
        }
        due
    }
}
