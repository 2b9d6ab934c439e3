//! One editor's browser: signs in, then asks for one page after the other over one connection.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

pub struct Client {
    stream: TcpStream,
    cookie: String,
    buffer: Vec<u8>,
}

/// Times of one page, in milliseconds.
pub struct Times {
    pub p50: f64,
    pub p99: f64,
}

impl Client {
    pub fn new(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            cookie: String::new(),
            buffer: vec![0; 4 << 20],
        }
    }

    pub fn sign_in(&mut self, port: u16, email: &str, password: &str) {
        let form = format!("email={email}&password={password}");
        let request = format!(
            "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        self.stream.write_all(request.as_bytes()).unwrap();
        let (head, _) = self.answer();
        let cookie = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .unwrap_or_else(|| panic!("no session: {head}"))
            .1;
        cookie
            .split(';')
            .next()
            .unwrap_or_default()
            .clone_into(&mut self.cookie);
    }

    /// Whether there is a page at that path, and not a way to another.
    pub fn is_there(&mut self, path: &str) -> bool {
        self.ask(path).0.starts_with("HTTP/1.1 200")
    }

    /// The page at that path.
    pub fn page(&mut self, path: &str) -> String {
        let (head, length) = self.ask(path);
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        let end = head.len() + 4 + length;
        String::from_utf8_lossy(&self.buffer[head.len() + 4..end]).into_owned()
    }

    fn ask(&mut self, path: &str) -> (String, usize) {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}\r\n\r\n",
            self.cookie
        );
        self.stream.write_all(request.as_bytes()).unwrap();
        self.answer()
    }

    /// Asks for those paths in turns until the time is over.
    pub fn measure(&mut self, paths: &[String], duration: Duration) -> Times {
        // What a first look must read from the disk and compile does not count.
        for path in paths.iter().take(20) {
            self.page(path);
        }
        let mut times = Vec::new();
        let begin = Instant::now();
        for path in paths.iter().cycle() {
            let asked = Instant::now();
            self.page(path);
            times.push(asked.elapsed().as_secs_f64() * 1e3);
            if begin.elapsed() > duration {
                break;
            }
        }
        times.sort_by(f64::total_cmp);
        Times {
            p50: times[times.len() / 2],
            p99: times[(times.len() * 99 / 100).min(times.len() - 1)],
        }
    }

    /// Reads one answer into the buffer; its head, and its body's length.
    fn answer(&mut self) -> (String, usize) {
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).unwrap();
            assert!(read > 0, "the server closed the connection");
            filled += read;
            let Some(end) = self.buffer[..filled]
                .windows(4)
                .position(|w| w == b"\r\n\r\n")
            else {
                continue;
            };
            let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.parse().unwrap());
            while filled < end + 4 + length {
                let read = self.stream.read(&mut self.buffer[filled..]).unwrap();
                assert!(read > 0, "the server closed the connection");
                filled += read;
            }
            return (head, length);
        }
    }
}
