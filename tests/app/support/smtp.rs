//! A mail server that does as it is told: takes mails and keeps them, or fails in the way the test has planned.
//!
//! Faults wait in a line. Each names the [`Stage`] at which it strikes; the first in the line strikes when a conversation
//! reaches its stage, once, and is gone. So `[reply 450 at Recipient, cut at FinalDot]` fails the first attempt, loses the
//! answer to the second and lets the third pass. TLS is not spoken; STARTTLS is never offered.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream, tcp::OwnedWriteHalf};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time;
use url::Url;

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

/// The conversation is over: by QUIT, by the client's going, or by a planned cut.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

struct Conversation {
    desk: Arc<Desk>,
    reader: BufReader<tokio::net::tcp::OwnedReadHalf>,
    writer: OwnedWriteHalf,
    connection: usize,
    user: Option<String>,
    sender: Option<String>,
    recipients: Vec<String>,
}

impl Conversation {
    fn new(stream: TcpStream, desk: Arc<Desk>) -> Self {
        let connection = desk.connections.borrow().seen;
        let (reader, writer) = stream.into_split();
        let reader = BufReader::new(reader);
        Self {
            desk,
            reader,
            writer,
            connection,
            user: None,
            sender: None,
            recipients: Vec::new(),
        }
    }

    async fn hold(mut self) -> Result<(), Over> {
        self.answer(Stage::Connect, 220, "mail.test ready").await?;
        loop {
            let line = self.line().await?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello().await?,
                "HELO" => self.answer(Stage::Hello, 250, "mail.test").await?,
                "AUTH" => self.credentials(rest).await?,
                "MAIL" => self.sender(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.forget_mail();
                    self.say("250 OK").await?;
                }
                "NOOP" => self.say("250 OK").await?,
                "QUIT" => {
                    self.say("221 Bye").await?;
                    return Ok(());
                }
                _ => self.say("502 Not known here").await?,
            }
        }
    }

    async fn hello(&mut self) -> Result<(), Over> {
        self.forget_mail();
        if self.strike(Stage::Hello).await? {
            return Ok(());
        }
        let auth = if self.desk.credentials.is_some() {
            "250-AUTH PLAIN LOGIN\r\n"
        } else {
            ""
        };
        self.say(&format!(
            "250-mail.test\r\n250-PIPELINING\r\n{auth}250-SMTPUTF8\r\n250 8BITMIME"
        ))
        .await
    }

    async fn credentials(&mut self, rest: &str) -> Result<(), Over> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let heard = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let line = if initial.is_empty() {
                    self.ask("").await?
                } else {
                    initial.to_owned()
                };
                let decoded = decode(&line);
                let mut parts = decoded.split('\0').skip(1);
                (
                    parts.next().unwrap_or_default().to_owned(),
                    parts.next().unwrap_or_default().to_owned(),
                )
            }
            "LOGIN" => {
                let user = if initial.is_empty() {
                    self.ask("Username:").await?
                } else {
                    initial.to_owned()
                };
                (decode(&user), decode(&self.ask("Password:").await?))
            }
            _ => return self.say("504 No such mechanism").await,
        };
        if self.strike(Stage::Credentials).await? {
            return Ok(());
        }
        if self.desk.credentials.as_ref() == Some(&heard) {
            self.user = Some(heard.0);
            self.say("235 Welcome").await
        } else {
            self.say("535 5.7.8 Credentials not valid").await
        }
    }

    async fn sender(&mut self, rest: &str) -> Result<(), Over> {
        self.forget_mail();
        if self.strike(Stage::Sender).await? {
            return Ok(());
        }
        if self.desk.credentials.is_some() && self.user.is_none() {
            return self.say("530 5.7.0 Sign in first").await;
        }
        self.sender = Some(address(rest));
        self.say("250 OK").await
    }

    async fn recipient(&mut self, rest: &str) -> Result<(), Over> {
        if self.strike(Stage::Recipient).await? {
            return Ok(());
        }
        let recipient = address(rest);
        if self.sender.is_none() {
            return self.say("503 MAIL first").await;
        }
        if let Some((code, text)) = self.desk.refusal(&recipient) {
            return self.say(&format!("{code} {text}")).await;
        }
        self.recipients.push(recipient);
        self.say("250 OK").await
    }

    async fn data(&mut self) -> Result<(), Over> {
        if self.strike(Stage::Data).await? {
            return Ok(());
        }
        // With pipelining DATA may come although every recipient was refused.
        if self.recipients.is_empty() {
            return self.say("554 No recipients").await;
        }
        self.say("354 Go on, end with a dot").await?;
        let data = self.text().await?;
        let mail = ReceivedMail {
            sender: self.sender.take().unwrap_or_default(),
            recipients: std::mem::take(&mut self.recipients),
            data,
            user: self.user.clone(),
            connection: self.connection,
        };
        let fault = self.desk.next_fault(Stage::FinalDot);
        if !matches!(fault, Some(Fault::Reply(_, 400.., _))) {
            self.desk.mails.send_modify(|mails| mails.push(mail));
        }
        if self.suffer(fault).await? {
            return Ok(());
        }
        self.say("250 Taken").await
    }

    /// The message up to its final dot.
    async fn text(&mut self) -> Result<Vec<u8>, Over> {
        let mut text = Vec::new();
        loop {
            let start = text.len();
            if self.reader.read_until(b'\n', &mut text).await? == 0 {
                return Err(Over);
            }
            if self.strike(Stage::Text).await? {
                return Err(Over);
            }
            match &text[start..] {
                b".\r\n" => {
                    text.truncate(start);
                    return Ok(text);
                }
                [b'.', ..] => drop(text.remove(start)),
                _ => {}
            }
        }
    }

    fn forget_mail(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    async fn answer(&mut self, stage: Stage, code: u16, text: &str) -> Result<(), Over> {
        if self.strike(stage).await? {
            return Ok(());
        }
        self.say(&format!("{code} {text}")).await
    }

    /// Lets the fault that is planned for this stage happen. `true` means that the answer has been given.
    async fn strike(&mut self, stage: Stage) -> Result<bool, Over> {
        let fault = self.desk.next_fault(stage);
        self.suffer(fault).await
    }

    async fn suffer(&mut self, fault: Option<Fault>) -> Result<bool, Over> {
        match fault {
            None => Ok(false),
            Some(Fault::Delay(_, duration)) => {
                time::sleep(duration).await;
                Ok(false)
            }
            Some(Fault::Reply(_, code, text)) => {
                self.say(&format!("{code} {text}")).await?;
                Ok(true)
            }
            Some(Fault::Cut(_)) => Err(Over),
            Some(Fault::Silence(_)) => {
                // Until the client goes. What it still says is heard and not answered.
                let mut ignored = [0; 1024];
                while self.reader.read(&mut ignored).await? > 0 {}
                Err(Over)
            }
        }
    }

    async fn ask(&mut self, prompt: &str) -> Result<String, Over> {
        self.say(&format!("334 {}", BASE64.encode(prompt.as_bytes())))
            .await?;
        self.line().await
    }

    async fn say(&mut self, lines: &str) -> Result<(), Over> {
        Ok(self
            .writer
            .write_all(format!("{lines}\r\n").as_bytes())
            .await?)
    }

    async fn line(&mut self) -> Result<String, Over> {
        let mut line = Vec::new();
        if self.reader.read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}

/// The address in `FROM:<a@b.example> SIZE=12`.
fn address(parameters: &str) -> String {
    let inside = parameters
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(parameters, |(address, _)| address).to_owned()
}

fn decode(base64: &str) -> String {
    String::from_utf8(BASE64.decode(base64.as_bytes()).unwrap_or_default()).unwrap_or_default()
}
