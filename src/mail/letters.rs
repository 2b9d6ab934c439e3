//! What a notification says: looked up when it is sent, so that what was deleted meanwhile is in no mail.

mod account;
mod activity;
mod alert;
mod bundle;
mod forwarded;
mod question;
mod reader;

use lettre::message::Mailbox;
use minijinja::Value;

use crate::{
    domain::{
        clock::UnixMillis,
        notification::{Occasion, Recipient},
        ticket::MAIL_WAITS,
    },
    rendering::RenderError,
    services::Services,
    storage::{StorageError, editors, notifications::Notification, sites, tickets},
};

/// A letter ready to be put into an envelope.
#[derive(Debug)]
pub struct Letter {
    /// The one recipient.
    pub to: Mailbox,
    /// Template folder.
    pub template: &'static str,
    /// What the templates get.
    pub context: Value,
    /// RFC 2919, for mails to the newsroom.
    pub list: Option<(String, String)>,
}

/// What became of a notification when it was looked up.
#[derive(Debug)]
pub enum Composed {
    /// To be sent.
    Letter(Box<Letter>),
    /// No longer wanted, and why.
    Unwanted(&'static str),
    /// Not yet: the reader has not confirmed the address.
    Unconfirmed,
    /// Not yet: what makes it unwanted was decided a moment ago, and may be taken back.
    NotBefore(UnixMillis),
}

/// Why a mail could not be made; a fault of ours, which a later version may mend.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A template failed.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The parts do not make a mail.
    #[error("the mail cannot be put together: {0}")]
    Message(#[from] lettre::error::Error),
    /// The recipient's address is none.
    #[error("the recipient's address cannot be written to")]
    Address(#[from] lettre::address::AddressError),
}

/// Looks up what a notification is about.
///
/// # Errors
/// [`LetterError`]
pub async fn compose(
    services: &Services,
    notification: &Notification,
) -> Result<Composed, LetterError> {
    if let Some(composed) = account::compose(services, notification).await? {
        return Ok(composed);
    }
    let db = services.store.reader();
    let all_sites = sites::all(db).await?;
    let Some(site) = all_sites.iter().find(|s| s.id == notification.site) else {
        return Ok(Composed::Unwanted("the site is gone"));
    };
    let ticket = match notification.ticket {
        Some(id) => tickets::find(db, id).await?,
        None => None,
    };
    match (notification.occasion, &notification.recipient, ticket) {
        (Occasion::TicketOpened, Recipient::Editor(id), Some(ticket)) => {
            alert::opened(services, site, &ticket, *id).await
        }
        (Occasion::TicketEscalated, Recipient::Editor(id), Some(ticket)) => {
            alert::escalated(services, site, &ticket, *id).await
        }
        (Occasion::AuthorAlert, Recipient::Byline(id), Some(ticket)) => {
            alert::to_author(services, site, &ticket, *id).await
        }
        (Occasion::LegalClaim, _, Some(ticket)) => {
            alert::legal_claim(services, site, &ticket).await
        }
        (Occasion::AlertsBundled | Occasion::ActivityBundled, Recipient::Editor(id), _) => {
            let Some(editor) = editors::find(db, *id).await?.filter(|e| e.active) else {
                return Ok(Composed::Unwanted("the editor is gone"));
            };
            bundle::compose(services, notification, &all_sites, &editor).await
        }
        (Occasion::AuthorAlertsBundled, Recipient::Byline(id), _) => {
            bundle::to_author(services, notification, &all_sites, site, *id).await
        }
        (Occasion::LegalClaimsBundled, _, _) => {
            bundle::legal_claims(services, notification, &all_sites, site).await
        }
        (Occasion::TicketActivity | Occasion::Mentioned, Recipient::Editor(id), Some(ticket)) => {
            let Some(editor) = editors::find(db, *id).await?.filter(|e| e.reads(site.id)) else {
                return Ok(Composed::Unwanted("the editor may no longer see the site"));
            };
            activity::compose(services, notification, site, &ticket, &editor).await
        }
        (Occasion::AddressConfirmation, Recipient::Contact(id), _) => {
            reader::confirmation(services, site, *id).await
        }
        (Occasion::TicketClosed, Recipient::Contact(id), Some(ticket)) => {
            reader::closing(services, site, ticket, *id, notification.act).await
        }
        (Occasion::TicketForwarded, Recipient::Address(id), Some(ticket)) => {
            forwarded::compose(services, notification, (site, &ticket, *id)).await
        }
        (Occasion::ReaderAsked, Recipient::Contact(id), Some(ticket)) => {
            question::compose(services, notification, (site, ticket, *id)).await
        }
        _ => Ok(Composed::Unwanted("what it was about is gone")),
    }
}

/// Unwanted for good, once what was decided at that moment cannot be taken back any more.
fn settled(at: UnixMillis, now: UnixMillis, why: &'static str) -> Composed {
    if at + MAIL_WAITS > now {
        Composed::NotBefore(at + MAIL_WAITS)
    } else {
        Composed::Unwanted(why)
    }
}
