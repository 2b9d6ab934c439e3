//! The loop against an acceptor that fails, in simulated time. What real sockets show is in `tests/app`.

use std::collections::VecDeque;
use std::sync::Mutex;

use poem::endpoint::make;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::oneshot;

use super::*;

/// Hands out what it was given, then waits for ever; remembers when it was asked.
struct Scripted {
    script: VecDeque<io::Result<DuplexStream>>,
    asked: Arc<Mutex<Vec<Instant>>>,
}

impl Acceptor for Scripted {
    type Stream = DuplexStream;

    fn poll_accept(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Accepted<DuplexStream>>> {
        let Some(next) = self.script.pop_front() else {
            return Poll::Pending;
        };
        self.asked.lock().unwrap().push(Instant::now());
        Poll::Ready(next.map(|stream| Accepted {
            stream,
            local: LocalAddr::default(),
            remote: RemoteAddr::default(),
        }))
    }
}

fn out_of_file_descriptors() -> io::Error {
    io::Error::from_raw_os_error(24)
}

async fn get(client: &mut DuplexStream) -> String {
    client
        .write_all(b"GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(start_paused = true)]
async fn the_loop_rests_when_file_descriptors_run_out_and_then_serves() {
    let (mut client, server) = duplex(64 * 1024);
    let mut script: VecDeque<_> = (0..20).map(|_| Err(out_of_file_descriptors())).collect();
    script.push_back(Ok(server));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let acceptor = Scripted {
        script,
        asked: Arc::clone(&asked),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(accept_loop(
        acceptor,
        Arc::new(make(|_| async { "fine" })),
        ServerLimits::default(),
        async move { drop(stopped.await) },
    ));
    assert!(get(&mut client).await.ends_with("fine"));
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 21);
    for pair in asked.windows(2) {
        assert!(pair[1] - pair[0] >= ACCEPT_BACK_OFF);
    }
    stop.send(()).unwrap();
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_died_in_the_queue_does_not_delay_the_next() {
    let (mut client, server) = duplex(64 * 1024);
    let script = VecDeque::from([Err(io::ErrorKind::ConnectionAborted.into()), Ok(server)]);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let acceptor = Scripted {
        script,
        asked: Arc::clone(&asked),
    };
    tokio::spawn(accept_loop(
        acceptor,
        Arc::new(make(|_| async { "fine" })),
        ServerLimits::default(),
        std::future::pending(),
    ));
    assert!(get(&mut client).await.ends_with("fine"));
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked[0], asked[1]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_cut_off() {
    let (mut client, server) = duplex(1024);
    let acceptor = Scripted {
        script: VecDeque::from([Ok(server)]),
        asked: Arc::default(),
    };
    tokio::spawn(accept_loop(
        acceptor,
        Arc::new(make(|_| async { vec![b'x'; 1024 * 1024] })),
        ServerLimits::default(),
        std::future::pending(),
    ));
    let began = Instant::now();
    client
        .write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        .await
        .unwrap();
    // The stream is gone once writing to it fails; nothing is read meanwhile.
    while client.write_all(b" ").await.is_ok() {
        sleep(Duration::from_secs(1)).await;
        assert!(began.elapsed() < Duration::from_secs(25));
    }
    assert!(began.elapsed() >= Duration::from_secs(14));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_sips_is_cut_off_when_the_answer_has_taken_too_long() {
    let (mut client, server) = duplex(1024);
    let acceptor = Scripted {
        script: VecDeque::from([Ok(server)]),
        asked: Arc::default(),
    };
    tokio::spawn(accept_loop(
        acceptor,
        Arc::new(make(|_| async { vec![b'x'; 1024 * 1024] })),
        ServerLimits::default(),
        std::future::pending(),
    ));
    let began = Instant::now();
    client
        .write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        .await
        .unwrap();
    let mut sip = [0; 64];
    while client.read(&mut sip).await.is_ok_and(|count| count > 0) {
        sleep(Duration::from_secs(1)).await;
        assert!(began.elapsed() < Duration::from_secs(200));
    }
    assert!(began.elapsed() >= Duration::from_secs(119));
}
