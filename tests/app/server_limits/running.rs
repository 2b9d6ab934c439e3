//! A server with one route for each kind of trouble, and raw sockets to it.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use fehlermelder::web::hardening::{Hardening, SecurityHeaders};
use fehlermelder::web::request_limits::RequestLimits;
use fehlermelder::web::server::{LongLived, ServerLimits, bind, serve};
use poem::endpoint::make;
use poem::{Body, Error, Request, Response, Route};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

pub const SHORT: Duration = Duration::from_millis(200);
/// What a busy machine may need on top of a limit.
pub const SLACK: Duration = Duration::from_secs(2);

pub struct Running {
    pub address: SocketAddr,
    pub stop: oneshot::Sender<()>,
    pub ended: JoinHandle<()>,
}

impl Running {
    pub async fn with(limits: ServerLimits, request_limits: RequestLimits) -> Self {
        let listener = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Hardening::new(SecurityHeaders::new(false), request_limits).around(routes());
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = tokio::spawn(async move {
            serve(
                vec![listener],
                app,
                limits,
                async move { drop(stopped.await) },
            )
            .await
            .unwrap();
        });
        Self {
            address,
            stop,
            ended,
        }
    }

    pub async fn by_default() -> Self {
        Self::with(ServerLimits::default(), RequestLimits::default()).await
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// One request on a connection of its own; everything the server sends until it closes.
    pub async fn ask(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        rest_of(&mut stream).await
    }

    pub async fn is_well(&self) -> bool {
        self.ask(b"GET /fine HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
            .await
            .ends_with("fine")
    }
}

fn routes() -> Route {
    Route::new()
        .at("/fine", make(|_| async { "fine" }))
        .at(
            "/panic",
            make(|_| async { panic!("on purpose") as &'static str }),
        )
        .at(
            "/slow",
            make(|_| async {
                sleep(Duration::from_secs(1)).await;
                "slow but sure"
            }),
        )
        .at("/never", make(|_| std::future::pending::<&'static str>()))
        .at("/large", make(|_| async { vec![b'x'; 64 * 1024 * 1024] }))
        .at(
            "/stream",
            make(|_| async {
                let ticks = futures_stream(Duration::from_millis(100), 10);
                let mut response = Response::builder().body(Body::from_bytes_stream(ticks));
                response.extensions_mut().insert(LongLived);
                response
            }),
        )
        .at(
            "/length",
            make(|mut request: Request| async move {
                let body = request.take_body().into_bytes_limit(64 * 1024).await?;
                Ok::<_, Error>(body.len().to_string())
            }),
        )
}

fn futures_stream(
    pause: Duration,
    count: u32,
) -> impl futures_util::Stream<Item = std::io::Result<&'static str>> + Send {
    futures_util::stream::unfold(0, move |sent| async move {
        if sent == count {
            return None;
        }
        sleep(pause).await;
        Some((Ok("tick\n"), sent + 1))
    })
}

/// Everything until the server closes; a reset ends it as well.
pub async fn rest_of(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes))
        .await
        .expect("the server never closed");
    String::from_utf8_lossy(&bytes).into_owned()
}

pub async fn took<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let began = Instant::now();
    (work.await, began.elapsed())
}
