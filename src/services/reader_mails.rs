//! What readers are owed when something is decided: word of what became of their report, and the questions they are asked.

use super::Services;
use crate::{
    domain::{
        clock::UnixMillis,
        ids::{ActId, NotificationId},
        notification::{NewNotification, Occasion, Recipient},
        question::Question,
        ticket::{MAIL_WAITS, Resolution, Ticket},
    },
    storage::{
        StorageError, Transaction,
        contacts::{self, Contact},
        notifications,
    },
};

/// Readers who confirmed an address hear what became of their report; nobody hears of spam.
pub(super) async fn owe_closing(
    services: &Services,
    transaction: &Transaction,
    ticket: &Ticket,
    act: Option<ActId>,
    now: UnixMillis,
) -> Result<(), StorageError> {
    notifications::drop_earlier_closings(transaction, ticket.id).await?;
    if ticket.resolution == Some(Resolution::Spam) {
        return Ok(());
    }
    let readers = contacts::of_ticket_and_doubles(transaction, ticket.id).await?;
    owe(
        services,
        transaction,
        (ticket, Occasion::TicketClosed),
        readers,
        act,
        now,
    )
    .await
}

/// Readers who confirmed an address are asked, each in the own language.
pub(super) async fn owe_questions(
    services: &Services,
    transaction: &Transaction,
    ticket: &Ticket,
    questions: &[Question],
    act: Option<ActId>,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let mut readers = contacts::of_ticket_and_doubles(transaction, ticket.id).await?;
    readers.retain(|reader| {
        reader.confirmed_at.is_some() && questions.iter().any(|q| q.lang == reader.lang)
    });
    owe(
        services,
        transaction,
        (ticket, Occasion::ReaderAsked),
        readers,
        act,
        now,
    )
    .await
}

async fn owe(
    services: &Services,
    transaction: &Transaction,
    (ticket, occasion): (&Ticket, Occasion),
    readers: Vec<Contact>,
    act: Option<ActId>,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let owed: Vec<_> = readers
        .into_iter()
        .map(|contact| NewNotification {
            id: NotificationId(services.entropy.uuid(now)),
            occasion,
            recipient: Recipient::Contact(contact.id),
            site: ticket.site,
            ticket: Some(ticket.id),
            // As long as it can be taken back.
            due_at: if act.is_some() { now + MAIL_WAITS } else { now },
            act,
            // What is decided or asked once more is told once more.
            dedupe_key: format!(
                "{occasion}:{}:{}:{}",
                ticket.id.0, ticket.version, contact.id
            ),
        })
        .collect();
    notifications::add_all(transaction, &owed, now).await
}
