//! The program as operators run it.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A command of the program, in that folder, on that database, to listen on that port.
pub fn command(binary: &str, folder: &Path, database: &str, port: u16) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(folder)
        .env("FEHLERMELDER_DATABASE_URL", database)
        .env("FEHLERMELDER_LISTEN", format!("127.0.0.1:{port}"))
        .env(
            "FEHLERMELDER_PUBLIC_URL",
            format!("http://127.0.0.1:{port}"),
        )
        .env("FEHLERMELDER_MAIL__TRANSPORT", "file")
        .env("FEHLERMELDER_MAIL__FROM", "melder@example.org")
        .env("FEHLERMELDER_MAIL__DIR", "mails")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Starts it, and waits until it answers.
pub fn started(mut command: Command, port: u16, limit: Duration) -> Child {
    let process = command.spawn().unwrap();
    let until = Instant::now() + limit;
    while !answers(port) {
        assert!(Instant::now() < until, "the program does not answer");
        std::thread::sleep(Duration::from_millis(20));
    }
    process
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port()
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    let mut answer = Vec::new();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        .is_ok()
        && stream.read_to_end(&mut answer).is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}
