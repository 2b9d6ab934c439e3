//! The envelope of a letter: its headers, its parts, from whom it comes.

use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

use super::{
    letters::{Letter, LetterError},
    mailbox::header_line,
};
use crate::{
    domain::{clock::UnixMillis, ids::NotificationId},
    rendering::Renderer,
    storage::notifications::Notification,
};

macro_rules! text_header {
    ($name:ident, $header:literal) => {
        #[derive(Debug, Clone)]
        struct $name(String);

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($header)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

text_header!(AutoSubmitted, "Auto-Submitted");
text_header!(AutoResponseSuppress, "X-Auto-Response-Suppress");
text_header!(ListId, "List-Id");

/// From whom mails come.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The address people see.
    pub from: Mailbox,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// Where bounces go, if not to the sender.
    pub envelope_from: Option<lettre::Address>,
    /// The host in Message-IDs.
    pub host: String,
}

/// Puts a letter into an envelope: multipart text and HTML, marked as automatic (RFC 3834). It answers the first mail that its
/// recipient got about the same, if there was one.
///
/// # Errors
/// [`LetterError`]
pub fn message(
    renderer: &Renderer,
    sender: &Sender,
    letter: &Letter,
    notification: &Notification,
    first: Option<NotificationId>,
    now: UnixMillis,
) -> Result<Message, LetterError> {
    let render =
        |part: &str| renderer.render(&format!("mail/{}/{part}", letter.template), &letter.context);
    let subject = header_line(&render("subject.txt")?);
    let text = render("body.txt")?;
    let html = render("body.html")?;
    let host = &sender.host;
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_millis(now.max(0).unsigned_abs());
    let mut builder = Message::builder()
        .from(sender.from.clone())
        .to(letter.to.clone())
        .subject(subject)
        .date(date)
        // Of the notification alone, so that a second try is the same mail.
        .message_id(Some(message_id(notification.id, host)))
        .header(AutoSubmitted("auto-generated".into()))
        .header(AutoResponseSuppress("All".into()));
    if let Some(from) = &sender.envelope_from {
        let envelope =
            lettre::address::Envelope::new(Some(from.clone()), vec![letter.to.email.clone()])?;
        builder = builder.envelope(envelope);
    }
    if let Some(reply_to) = &sender.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    if let Some(first) = first {
        let first = message_id(first, host);
        builder = builder.in_reply_to(first.clone()).references(first);
    }
    if let Some((name, id)) = &letter.list {
        builder = builder.header(ListId(format!(
            "{} <{id}.{host}>",
            header_line(name).replace(['<', '>', '"'], "")
        )));
    }
    Ok(builder.multipart(MultiPart::alternative_plain_html(text, html))?)
}

fn message_id(id: NotificationId, host: &str) -> String {
    format!("<{id}@{host}>")
}
