//! A mail as its recipient's program reads it: by a parser that is not ours and not the one that wrote it.

use std::fmt::Write as _;
use std::path::Path;

use mail_parser::{Address, HeaderValue, Message, MessageParser};

/// A mail that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub raw: Vec<u8>,
    pub from: String,
    /// All recipients, in one line.
    pub to: String,
    /// Their bare addresses.
    pub recipients: Vec<String>,
    pub subject: String,
    pub message_id: String,
    pub text: String,
    pub html: String,
}

impl Letter {
    pub fn read(raw: &[u8]) -> Self {
        let message = parse(raw);
        let part = |part: Option<std::borrow::Cow<'_, str>>| {
            part.expect("this part").replace("\r\n", "\n")
        };
        assert_eq!(message.attachment_count(), 0);
        Self {
            from: addresses(message.from()),
            to: addresses(message.to()),
            recipients: message
                .all_to()
                .flat_map(|to| to.iter())
                .map(|to| to.address().expect("an address").to_owned())
                .collect(),
            subject: message.subject().expect("a subject").to_owned(),
            message_id: message.message_id().expect("a Message-ID").to_owned(),
            text: part(message.body_text(0)),
            html: part(message.body_html(0)),
            raw: raw.to_owned(),
        }
    }

    /// The mails of a folder, in the order of their files' names, which begin with the time.
    pub fn all_in(folder: &Path) -> Vec<Self> {
        let entries = std::fs::read_dir(folder).expect("the folder of mails");
        let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
        files.sort();
        assert!(
            files
                .iter()
                .all(|file| file.extension().is_some_and(|e| e == "eml")),
            "{files:?}"
        );
        files
            .iter()
            .map(|file| Self::read(&std::fs::read(file).expect("a mail")))
            .collect()
    }

    /// A header's text as it stands in the mail, unfolded and decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let message = parse(&self.raw);
        let value = message.header(name.to_owned())?;
        Some(match value {
            HeaderValue::Text(text) => text.to_string(),
            HeaderValue::TextList(texts) => texts.join(" "),
            HeaderValue::Address(address) => addresses(Some(address)),
            other => panic!("{name}: {other:?}"),
        })
    }

    /// The names of all headers, as often as they stand there.
    pub fn header_names(&self) -> Vec<String> {
        let message = parse(&self.raw);
        message
            .headers_raw()
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// The secret part of a link in the mail.
    pub fn token_after(&self, path: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(path)?;
        Some(
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
                .collect(),
        )
    }

    /// What its reader sees, for a snapshot: without what is another in each run.
    pub fn to_be_seen(&self) -> String {
        let mut seen = String::new();
        for name in [
            "From",
            "To",
            "Reply-To",
            "Subject",
            "Date",
            "Auto-Submitted",
            "List-Id",
            "References",
        ] {
            let value = match name {
                "Date" => parse(&self.raw).date().map(ToString::to_string),
                "Subject" => Some(self.subject.clone()),
                "References" => self.header(name).map(|ids| format!("<{ids}>")),
                name => self.header(name),
            };
            if let Some(value) = value {
                writeln!(seen, "{name}: {value}").expect("a string");
            }
        }
        let body = self
            .html
            .split_once("<body")
            .map_or(self.html.as_str(), |(_, body)| body);
        let body = without_styles(&body.replace("&#x2f;", "/"));
        write!(
            seen,
            "\n{}\n\n---- HTML\n<body{}",
            self.text.trim_end(),
            body.trim_end()
        )
        .expect("a string");
        without_ids(&seen)
    }
}

/// What is said, not how it looks.
fn without_styles(html: &str) -> String {
    let mut pieces = html.split(" style=\"");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once('"').map_or(piece, |(_, rest)| rest));
    }
    out
}

/// Replaces what is random: UUIDs and tokens, known by their length.
pub fn without_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        if run.len() >= 36 && run.contains(|c: char| c.is_ascii_digit()) {
            out.push_str("[id]");
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

fn parse(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).expect("a mail")
}

fn addresses(list: Option<&Address<'_>>) -> String {
    let list = list.expect("an address");
    let all: Vec<_> = list
        .iter()
        .map(|one| match (one.name(), one.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (None, Some(address)) => address.to_owned(),
            other => panic!("{other:?}"),
        })
        .collect();
    all.join(", ")
}
