//! Somebody else's web server, with the articles on it: real sockets, and every way in which such a server can misbehave.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use fehlermelder::watch::resolver::LookUpName;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a path answers.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// A page; 304 to who knows it, where it has a tag.
    Page { html: String, etag: Option<String> },
    /// A status with further header lines and no page.
    Status(u16, Vec<(&'static str, String)>),
    /// A body of that type and encoding.
    Body {
        kind: &'static str,
        encoding: Option<&'static str>,
        bytes: Vec<u8>,
    },
    /// Takes the request and says nothing.
    Silent,
    /// Begins a page that never ends.
    Endless,
    /// Begins a page and waits.
    Stalled,
}

#[derive(Default)]
struct Shared {
    pages: HashMap<String, Behaviour>,
    requests: Vec<String>,
}

/// The server. Ends when dropped.
pub struct ArticleHost {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    serving: JoinHandle<()>,
}

impl Drop for ArticleHost {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl ArticleHost {
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::<Mutex<Shared>>::default();
        let of_task = Arc::clone(&shared);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&of_task);
                tokio::spawn(async move {
                    // A client that goes away is its own affair.
                    drop(answer(stream, &shared).await);
                });
            }
        });
        Self {
            address,
            shared,
            serving,
        }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What that path answers from now on.
    pub fn serves(&self, path: &str, behaviour: Behaviour) {
        let mut shared = self.shared.lock().expect("no panic");
        shared.pages.insert(path.to_owned(), behaviour);
    }

    /// An article of these paragraphs.
    pub fn shows(&self, path: &str, paragraphs: &[&str]) {
        self.serves(
            path,
            Behaviour::Page {
                html: page(paragraphs),
                etag: None,
            },
        );
    }

    /// The heads of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.shared.lock().expect("no panic").requests.clone()
    }
}

/// A page with its article, and what stands around one.
pub fn page(paragraphs: &[&str]) -> String {
    let article = ["<p>", &paragraphs.join("</p><p>"), "</p>"].concat();
    format!(
        "<!doctype html><html lang=de><meta charset=utf-8><title>Artikel</title><nav>Start</nav><article><h1>Der neue Standard</h1>{article}</article>\
         <script>var x = 'Standart'</script><footer>Impressum</footer></html>"
    )
}

async fn answer(mut stream: TcpStream, shared: &Mutex<Shared>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let behaviour = {
        let mut shared = shared.lock().expect("no panic");
        shared.requests.push(head.clone());
        shared.pages.get(&path).cloned()
    };
    let html = "Content-Type: text/html; charset=utf-8\r\n";
    let response = match behaviour {
        None => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
        Some(Behaviour::Page { html: page, etag }) => {
            let tag = etag
                .as_ref()
                .map(|tag| format!("ETag: {tag}\r\n"))
                .unwrap_or_default();
            let knows = etag.is_some_and(|tag| head.contains(&tag));
            if knows {
                format!("HTTP/1.1 304 Not Modified\r\n{tag}\r\n").into_bytes()
            } else {
                format!(
                    "HTTP/1.1 200 OK\r\n{html}{tag}Content-Length: {}\r\n\r\n{page}",
                    page.len()
                )
                .into_bytes()
            }
        }
        Some(Behaviour::Status(status, lines)) => {
            let lines: Vec<String> = lines
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"))
                .collect();
            let lines = lines.concat();
            format!("HTTP/1.1 {status} X\r\n{lines}Content-Length: 0\r\n\r\n").into_bytes()
        }
        Some(Behaviour::Body {
            kind,
            encoding,
            bytes,
        }) => {
            let encoding = encoding
                .map(|e| format!("Content-Encoding: {e}\r\n"))
                .unwrap_or_default();
            let mut response = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{encoding}Content-Length: {}\r\n\r\n",
                bytes.len()
            )
            .into_bytes();
            response.extend(bytes);
            response
        }
        Some(Behaviour::Silent) => return std::future::pending().await,
        Some(Behaviour::Stalled) => {
            let begun = format!("HTTP/1.1 200 OK\r\n{html}Content-Length: 1000\r\n\r\n<article>");
            stream.write_all(begun.as_bytes()).await?;
            return std::future::pending().await;
        }
        Some(Behaviour::Endless) => {
            let begun = format!("HTTP/1.1 200 OK\r\n{html}\r\n<article>");
            stream.write_all(begun.as_bytes()).await?;
            let chunk = vec![b'x'; 64 * 1024];
            loop {
                stream.write_all(&chunk).await?;
            }
        }
    };
    stream.write_all(&response).await?;
    stream.shutdown().await
}

/// Names that lead where a test says; each question takes the next answer, and the last stays.
#[derive(Default)]
pub struct Names(Mutex<HashMap<String, Vec<Vec<IpAddr>>>>);

impl Names {
    pub fn lead(&self, name: &str, answers: &[&[&str]]) {
        let answers = answers
            .iter()
            .map(|one| {
                one.iter()
                    .map(|ip| ip.parse().expect("an address"))
                    .collect()
            })
            .collect();
        let mut names = self.0.lock().expect("no panic");
        names.insert(name.to_owned(), answers);
    }
}

impl LookUpName for Names {
    fn look_up(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut names = self.0.lock().expect("no panic");
        let found = names.get_mut(&name).map(|answers| {
            if answers.len() > 1 {
                answers.remove(0)
            } else {
                answers[0].clone()
            }
        });
        let found = found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such name"));
        Box::pin(async move { found })
    }
}
