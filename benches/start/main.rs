//! Start to first answer on a database that exists, and the memory of a server that has nothing to do.
//!
//! `cargo bench --bench start` starts `fehlermelder serve` on a SQLite file twenty times and asks without a pause until it
//! answers; then once more, and looks at its memory after three quiet seconds. `--binary PATH` measures another build.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a measuring tool: it stops where something is wrong, prints, and asks the machine's clock"
)]

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const STARTS: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let binary = arguments
        .iter()
        .position(|a| a == "--binary")
        .and_then(|i| arguments.get(i + 1))
        .map_or(env!("CARGO_BIN_EXE_fehlermelder"), String::as_str);
    let folder = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    // The first start makes the database.
    drop(answering(binary, folder.path(), address, "/healthz"));
    for path in ["/healthz", "/sign-in"] {
        let mut times: Vec<f64> = (0..STARTS)
            .map(|_| {
                let began = Instant::now();
                let running = answering(binary, folder.path(), address, path);
                let took = began.elapsed();
                drop(running);
                took.as_secs_f64() * 1_000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "start to the first 200 of {path:10} ms: least {:5.1}, median {:5.1}, most {:5.1}",
            times[0],
            times[STARTS / 2],
            times[STARTS - 1]
        );
    }
    let running = answering(binary, folder.path(), address, "/healthz");
    std::thread::sleep(Duration::from_secs(3));
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.0.id())).unwrap();
    let mib = |name: &str| -> f64 {
        let line = status.lines().find(|line| line.starts_with(name));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        kib.and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    };
    println!(
        "idle after three seconds, MiB resident: {:.1}, of which {:.1} its own and {:.1} the program's file",
        mib("VmRSS"),
        mib("RssAnon"),
        mib("RssFile")
    );
}

/// A server, stopped when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the server and asks until it answers that path with 200.
fn answering(binary: &str, folder: &Path, address: SocketAddr, path: &str) -> Running {
    let process = Command::new(binary)
        .arg("serve")
        .current_dir(folder)
        .env("FEHLERMELDER_DATABASE_URL", "sqlite://start.db")
        .env("FEHLERMELDER_LISTEN", address.to_string())
        .env("FEHLERMELDER_PUBLIC_URL", format!("http://{address}"))
        .env("FEHLERMELDER_MAIL__TRANSPORT", "file")
        .env("FEHLERMELDER_MAIL__FROM", "melder@example.org")
        .env("FEHLERMELDER_MAIL__DIR", "mails")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let running = Running(process);
    let until = Instant::now() + Duration::from_secs(20);
    while !answers(address, path) {
        assert!(Instant::now() < until, "{binary} does not answer {path}");
        std::thread::sleep(Duration::from_micros(200));
    }
    running
}

fn answers(address: SocketAddr, path: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_end(&mut answer).is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}
