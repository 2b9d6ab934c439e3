//! The server from outside, over real sockets: what a slow, silent, greedy or malformed client gets, and that an
//! honest one is served all the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod running;

use std::time::{Duration, Instant};

use fehlermelder::web::request_limits::RequestLimits;
use fehlermelder::web::server::ServerLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use self::running::{Running, SHORT, SLACK, rest_of, took};

fn short_headers() -> ServerLimits {
    ServerLimits {
        header_timeout: SHORT,
        ..ServerLimits::default()
    }
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Running::with(short_headers(), RequestLimits::default()).await;
    let mut stream = server.connect().await;
    let (answer, time) = took(rest_of(&mut stream)).await;
    assert_eq!(answer, "");
    assert!(time >= SHORT && time < SHORT + SLACK, "{time:?}");
    assert!(server.is_well().await);
}

#[tokio::test]
async fn a_half_sent_header_is_closed() {
    let server = Running::with(short_headers(), RequestLimits::default()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /fine HTTP/1.1\r\nhost: h")
        .await
        .unwrap();
    let (answer, time) = took(rest_of(&mut stream)).await;
    assert_eq!(answer, "");
    assert!(time < SHORT + SLACK, "{time:?}");
}

#[tokio::test]
async fn a_dripping_header_is_closed() {
    let server = Running::with(short_headers(), RequestLimits::default()).await;
    let mut stream = server.connect().await;
    let began = Instant::now();
    stream
        .write_all(b"GET /fine HTTP/1.1\r\nx: ")
        .await
        .unwrap();
    let mut byte = [0];
    loop {
        assert!(began.elapsed() < SHORT + SLACK);
        if stream.write_all(b"x").await.is_err() {
            break;
        }
        match timeout(Duration::from_millis(20), stream.read(&mut byte)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(_)) => panic!("an answer to half a request"),
            Err(_) => {}
        }
    }
}

#[tokio::test]
async fn the_head_of_a_second_request_is_timed_as_well_but_rest_between_two_is_allowed() {
    let server = Running::with(short_headers(), RequestLimits::default()).await;
    let mut stream = server.connect().await;
    let mut answer = [0; 4096];
    for _ in 0..2 {
        stream
            .write_all(b"GET /fine HTTP/1.1\r\nhost: h\r\n\r\n")
            .await
            .unwrap();
        let count = stream.read(&mut answer).await.unwrap();
        assert!(answer[..count].ends_with(b"fine"));
        sleep(SHORT * 3).await;
    }
    stream.write_all(b"GET /fine HT").await.unwrap();
    let (answer, time) = took(rest_of(&mut stream)).await;
    assert_eq!(answer, "");
    assert!(time < SHORT + SLACK, "{time:?}");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let limits = ServerLimits {
        idle_timeout: SHORT,
        ..ServerLimits::default()
    };
    let server = Running::with(limits, RequestLimits::default()).await;
    let (answer, time) = took(server.ask(b"GET /fine HTTP/1.1\r\nhost: h\r\n\r\n")).await;
    assert!(answer.ends_with("fine"));
    assert!(time >= SHORT && time < SHORT + SLACK, "{time:?}");
}

#[tokio::test]
async fn a_stalled_body_is_a_408() {
    let limits = RequestLimits {
        body_timeout: SHORT,
        ..RequestLimits::default()
    };
    let server = Running::with(ServerLimits::default(), limits).await;
    let (answer, time) =
        took(server.ask(b"POST /length HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nhalf"))
            .await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("content-security-policy:"));
    assert!(time < SHORT + SLACK * 2, "{time:?}");
}

#[tokio::test]
async fn a_handler_without_end_is_a_503() {
    let limits = RequestLimits {
        request_timeout: SHORT,
        ..RequestLimits::default()
    };
    let server = Running::with(ServerLimits::default(), limits).await;
    let answer = server
        .ask(b"GET /never HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after:"));
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let limits = ServerLimits {
        write_timeout: SHORT,
        ..ServerLimits::default()
    };
    let server = Running::with(limits, RequestLimits::default()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /large HTTP/1.1\r\nhost: h\r\n\r\n")
        .await
        .unwrap();
    sleep(SHORT * 5).await;
    let (answer, _) = took(rest_of(&mut stream)).await;
    assert!(answer.len() < 64 * 1024 * 1024);
    assert!(server.is_well().await);
}

#[tokio::test]
async fn a_long_lived_answer_may_last() {
    let limits = ServerLimits {
        answer_timeout: SHORT,
        ..ServerLimits::default()
    };
    let server = Running::with(limits, RequestLimits::default()).await;
    let answer = server
        .ask(b"GET /stream HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        .await;
    assert_eq!(answer.matches("tick").count(), 10);
}

#[tokio::test]
async fn when_every_slot_is_taken_those_who_wait_make_room() {
    let limits = ServerLimits {
        max_connections: 3,
        waiting_grace: SHORT,
        ..ServerLimits::default()
    };
    let server = Running::with(limits, RequestLimits::default()).await;
    let busy = server.ask(b"GET /slow HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
    let others = async {
        sleep(Duration::from_millis(50)).await;
        let silent = [server.connect().await, server.connect().await];
        let (well, time) = took(server.is_well()).await;
        drop(silent);
        (well, time)
    };
    let (busy, (well, time)) = tokio::join!(busy, others);
    assert!(well && time < SHORT + SLACK, "{time:?}");
    assert!(
        busy.ends_with("slow but sure"),
        "who is being served is not cut off"
    );
}

#[tokio::test]
async fn when_every_slot_is_at_work_the_next_waits() {
    let limits = ServerLimits {
        max_connections: 2,
        ..ServerLimits::default()
    };
    let server = Running::with(limits, RequestLimits::default()).await;
    let slow = b"GET /slow HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let (answers, time) =
        took(async { tokio::join!(server.ask(slow), server.ask(slow), server.ask(slow)) }).await;
    for answer in [answers.0, answers.1, answers.2] {
        assert!(answer.ends_with("slow but sure"));
    }
    assert!(time >= Duration::from_secs(2));
}

#[tokio::test]
async fn stopping_finishes_what_is_in_flight_and_closes_what_is_idle() {
    let server = Running::by_default().await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /fine HTTP/1.1\r\nhost: h\r\n\r\n")
        .await
        .unwrap();
    let _ = idle.read(&mut [0; 4096]).await.unwrap();
    let mut silent = server.connect().await;
    let mut busy = server.connect().await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nhost: h\r\n\r\n")
        .await
        .unwrap();
    sleep(SHORT).await;
    server.stop.send(()).unwrap();
    let (_, closing) = took(async { tokio::join!(rest_of(&mut idle), rest_of(&mut silent)) }).await;
    assert!(closing < Duration::from_millis(500), "{closing:?}");
    assert!(rest_of(&mut busy).await.ends_with("slow but sure"));
    timeout(SLACK, server.ended).await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let limits = ServerLimits {
        shutdown_timeout: SHORT,
        ..ServerLimits::default()
    };
    let server = Running::with(limits, RequestLimits::default()).await;
    let mut stuck = server.connect().await;
    stuck
        .write_all(b"GET /never HTTP/1.1\r\nhost: h\r\n\r\n")
        .await
        .unwrap();
    sleep(SHORT).await;
    server.stop.send(()).unwrap();
    timeout(SLACK, server.ended).await.unwrap().unwrap();
    assert_eq!(rest_of(&mut stuck).await, "");
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_connection_lives_on() {
    let server = Running::by_default().await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /panic HTTP/1.1\r\nhost: h\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 4096];
    let count = stream.read(&mut answer).await.unwrap();
    assert!(answer[..count].starts_with(b"HTTP/1.1 500 "));
    stream
        .write_all(b"GET /fine HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(rest_of(&mut stream).await.ends_with("fine"));
}

#[tokio::test]
async fn malformed_and_oversized_heads_get_their_status() {
    let server = Running::by_default().await;
    let check = async |head: String, status: &str| {
        let answer = server.ask(head.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "expected {status}, got {answer:?}"
        );
    };
    check("nonsense\r\n\r\n".to_owned(), "400").await;
    check("GET / HTTP/1.1\r\nbad header\r\n\r\n".to_owned(), "400").await;
    check(
        "GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".to_owned(),
        "400",
    )
    .await;
    check(
        format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(20_000)),
        "431",
    )
    .await;
    check(
        format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(1024 * 1024)),
        "431",
    )
    .await;
    check(
        format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(101)),
        "431",
    )
    .await;
    check(
        format!(
            "GET /fine?{} HTTP/1.1\r\nconnection: close\r\n\r\n",
            "x".repeat(9_000)
        ),
        "414",
    )
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_rather_than_cut() {
    let server = Running::by_default().await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"POST /length HTTP/1.1\r\nhost: h\r\ncontent-length: 900000\r\n\r\n")
        .await
        .unwrap();
    // The answer is there long before the client has sent everything, and must survive what still comes.
    for _ in 0..9 {
        stream.write_all(&vec![b'x'; 100_000]).await.unwrap();
        sleep(Duration::from_millis(20)).await;
    }
    let answer = rest_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer:?}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Running::by_default().await;
    let answer = server
        .ask(b"GET /slow HTTP/1.1\r\nhost: h\r\n\r\nGET /fine HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        .await;
    let slow = answer.find("slow but sure").unwrap();
    assert!(answer[slow..].ends_with("fine"));
}

#[tokio::test]
async fn a_flood_of_silent_connections_does_not_lock_an_honest_reader_out() {
    let limits = ServerLimits {
        max_connections: 200,
        waiting_grace: SHORT,
        ..ServerLimits::default()
    };
    let server = Running::with(limits, RequestLimits::default()).await;
    let mut silent = Vec::new();
    for _ in 0..210 {
        silent.push(server.connect().await);
    }
    let (well, time) = took(server.is_well()).await;
    assert!(well && time < SLACK, "{time:?}");
}
