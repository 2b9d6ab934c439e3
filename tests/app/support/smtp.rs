//! A mail server that does as it is told: takes mails and keeps them, or fails in the way the test has planned.
//!
//! Faults wait in a line. Each names the [`Stage`] at which it strikes; the first in the line strikes when a conversation
//! reaches its stage, once, and is gone. So `[reply 450 at Recipient, cut at FinalDot]` fails the first attempt, loses the
//! answer to the second and lets the third pass. TLS is not spoken; STARTTLS is never offered.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time;
use url::Url;

use conversation::Conversation;

mod conversation;
mod tests;

/// Where in the conversation a fault strikes: instead of, or before, the server's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before the greeting.
    Connect,
    /// EHLO, HELO.
    Hello,
    /// AUTH, when the credentials have been heard.
    Credentials,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA, before the text.
    Data,
    /// In the middle of the text, before the final dot.
    Text,
    /// After the final dot. What comes here has been taken in: only the answer is in doubt, unless it is a 4xx or 5xx.
    FinalDot,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers with this code and text.
    Reply(Stage, u16, &'static str),
    /// Closes the connection without an answer.
    Cut(Stage),
    /// Never answers, and keeps the connection open.
    Silence(Stage),
    /// Answers late, but as it should.
    Delay(Stage, Duration),
}

impl Fault {
    fn stage(&self) -> Stage {
        match self {
            Self::Reply(stage, ..)
            | Self::Cut(stage)
            | Self::Silence(stage)
            | Self::Delay(stage, _) => *stage,
        }
    }
}

/// A mail as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The envelope's sender, empty for a bounce.
    pub sender: String,
    /// The envelope's recipients, those that were accepted.
    pub recipients: Vec<String>,
    /// The message, with its CRLFs and without the dots that SMTP adds.
    pub data: Vec<u8>,
    /// Who had signed in.
    pub user: Option<String>,
    /// Which connection it came over, counted from 1.
    pub connection: usize,
}

impl ReceivedMail {
    /// The message as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }

    /// The first header field of this name, unfolded but not decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = self.text();
        let head = text
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .replace("\r\n ", " ")
            .replace("\r\n\t", " ");
        head.split("\r\n").find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }
}

/// The server. Stops when dropped.
pub struct SmtpServer {
    address: SocketAddr,
    desk: Arc<Desk>,
    accepting: AbortHandle,
}

/// What all connections share.
struct Desk {
    credentials: Option<(String, String)>,
    plan: Mutex<Plan>,
    mails: watch::Sender<Vec<ReceivedMail>>,
    connections: watch::Sender<Connections>,
}

#[derive(Default)]
struct Plan {
    faults: VecDeque<Fault>,
    refused: Vec<(String, u16, &'static str)>,
}

/// How many connections there have been, and are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    pub seen: usize,
    pub open: usize,
}

impl SmtpServer {
    /// Takes mail from anyone.
    pub async fn start() -> Self {
        Self::listen(None).await
    }

    /// Takes mail only after AUTH PLAIN or LOGIN with these.
    pub async fn start_with_credentials(user: &str, password: &str) -> Self {
        Self::listen(Some((user.to_owned(), password.to_owned()))).await
    }

    async fn listen(credentials: Option<(String, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a loopback port");
        let address = listener.local_addr().expect("its address");
        let desk = Arc::new(Desk {
            credentials,
            plan: Mutex::default(),
            mails: watch::Sender::default(),
            connections: watch::Sender::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&desk))).abort_handle();
        Self {
            address,
            desk,
            accepting,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// For the configuration key `mail.url`: plain SMTP, no TLS, with the credentials if there are any.
    pub fn url(&self) -> String {
        let mut url = Url::parse(&format!("smtp://{}", self.address)).expect("a URL");
        if let Some((user, password)) = &self.desk.credentials {
            url.set_username(user)
                .and_then(|()| url.set_password(Some(password)))
                .expect("a URL with a host");
        }
        url.into()
    }

    /// Puts faults at the end of the line.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.desk.plan().faults.extend(faults);
    }

    /// Refuses one recipient from now on, beside all planned faults.
    pub fn refuse(&self, recipient: &str, code: u16, text: &'static str) {
        self.desk
            .plan()
            .refused
            .push((recipient.to_owned(), code, text));
    }

    /// How many planned faults have not struck yet.
    pub fn faults_left(&self) -> usize {
        self.desk.plan().faults.len()
    }

    /// Everything taken in so far.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.desk.mails.borrow().clone()
    }

    /// Waits until this many mails were taken in, and returns them all.
    pub async fn wait_for_mails(&self, count: usize) -> Vec<ReceivedMail> {
        let mut mails = self.desk.mails.subscribe();
        let enough = time::timeout(
            Duration::from_secs(10),
            mails.wait_for(|mails| mails.len() >= count),
        )
        .await;
        let Ok(mails) = enough else {
            let came = self.mails().len();
            panic!("{came} mails instead of {count} within ten seconds");
        };
        mails.expect("the desk outlives its server").clone()
    }

    /// Waits until this many connections have been seen.
    pub async fn wait_for_connections(&self, count: usize) {
        let mut connections = self.desk.connections.subscribe();
        let enough = connections.wait_for(|connections| connections.seen >= count);
        let came = time::timeout(Duration::from_secs(10), enough).await;
        assert!(
            came.is_ok_and(|came| came.is_ok()),
            "no connection within ten seconds"
        );
    }

    pub fn connections(&self) -> Connections {
        *self.desk.connections.borrow()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Desk {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_fault(&self, stage: Stage) -> Option<Fault> {
        self.plan()
            .faults
            .pop_front_if(|fault| fault.stage() == stage)
    }

    fn refusal(&self, recipient: &str) -> Option<(u16, &'static str)> {
        let plan = self.plan();
        plan.refused
            .iter()
            .find(|(address, ..)| address.eq_ignore_ascii_case(recipient))
            .map(|(_, code, text)| (*code, *text))
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    // Dropped, and its conversations with it, when the server is.
    let mut conversations = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        desk.connections.send_modify(|connections| {
            connections.seen += 1;
            connections.open += 1;
        });
        let conversation = Conversation::new(stream, Arc::clone(&desk));
        let desk = Arc::clone(&desk);
        conversations.spawn(async move {
            // However it ended: the test looks at what was taken in, not at this.
            let _ended = conversation.hold().await;
            desk.connections
                .send_modify(|connections| connections.open -= 1);
        });
    }
}
