//! The load: so many connections, each sending its next report when the last is answered.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::mix::Mix;

pub struct Measured {
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    pub errors: usize,
    /// Requests in all, the warm-up's too.
    pub all: usize,
}

/// Loads the server on that port; the first second does not count.
pub fn load(port: u16, site: &str, connections: usize, duration: Duration) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let begin = Instant::now() + Duration::from_secs(1);
        let end = begin + duration;
        let mut tasks = JoinSet::new();
        for connection in 0..connections {
            tasks.spawn(one_connection(
                port,
                site.to_owned(),
                connection as u64,
                begin,
                end,
            ));
        }
        let mut times = Vec::new();
        let mut errors = 0;
        let mut all = 0;
        while let Some(result) = tasks.join_next().await {
            let (mut own, failed, sent) = result.unwrap();
            all += sent;
            times.append(&mut own);
            errors += failed;
        }
        times.sort_unstable();
        let at = |share: f64| {
            times
                .get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)))
                .map_or(0.0, |t| f64::from(*t) / 1000.0)
        };
        Measured {
            per_second: times.len() as f64 / duration.as_secs_f64(),
            p50: at(0.5),
            p99: at(0.99),
            errors,
            all,
        }
    })
}

async fn one_connection(
    port: u16,
    site: String,
    connection: u64,
    begin: Instant,
    end: Instant,
) -> (Vec<u32>, usize, usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut mix = Mix::new(connection);
    let (mut request, mut answer) = (Vec::with_capacity(2048), vec![0; 16 * 1024]);
    let (mut times, mut errors, mut all) = (Vec::new(), 0, 0);
    loop {
        mix.request(&site, &mut request);
        let sent = Instant::now();
        if sent >= end {
            return (times, errors, all);
        }
        stream.write_all(&request).await.unwrap();
        all += 1;
        let created = read_answer(&mut stream, &mut answer).await;
        if sent >= begin {
            times.push(sent.elapsed().as_micros() as u32);
            errors += usize::from(!created);
        }
    }
}

/// Reads one answer; whether it was a 201.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> bool {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let head = buffer[..filled].windows(4).position(|w| w == b"\r\n\r\n");
        if let Some(head) = head {
            let text = std::str::from_utf8(&buffer[..head]).unwrap();
            let length: usize = text
                .lines()
                .find_map(|l| {
                    l.to_ascii_lowercase()
                        .strip_prefix("content-length:")
                        .map(|v| v.trim().parse().unwrap())
                })
                .unwrap_or(0);
            if filled >= head + 4 + length {
                return text.starts_with("HTTP/1.1 201");
            }
        }
    }
}
