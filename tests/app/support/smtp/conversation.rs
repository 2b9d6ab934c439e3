//! One client's conversation with the server, command by command, with the faults that are planned for it.

use std::sync::Arc;

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time;

use super::{Desk, Fault, ReceivedMail, Stage};

/// The conversation is over: by QUIT, by the client's going, or by a planned cut.
pub struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

pub struct Conversation {
    desk: Arc<Desk>,
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    connection: usize,
    user: Option<String>,
    sender: Option<String>,
    recipients: Vec<String>,
}

impl Conversation {
    pub fn new(stream: TcpStream, desk: Arc<Desk>) -> Self {
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

    /// Until somebody ends it.
    pub async fn hold(mut self) -> Result<(), Over> {
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
