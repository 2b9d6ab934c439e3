//! What mails a decision owes: to readers, word of what became of their report, and questions; to others, what is passed on to them.

use super::Services;
use crate::{
    domain::{
        clock::UnixMillis,
        ids::{ActId, ContactId, NotificationId, TicketId},
        notification::{NewNotification, Occasion, Recipient},
        question::Question,
        site_address::Forwarded,
        ticket::{MAIL_WAITS, Resolution, Ticket},
    },
    storage::{
        StorageError, Transaction,
        contacts::{self, Contact},
        notifications, tickets,
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
    notifications::drop_earlier_closings(transaction, ticket.id, act).await?;
    if ticket.resolution == Some(Resolution::Spam) {
        return Ok(());
    }
    let readers = contacts::of_ticket_and_doubles(transaction, ticket.id).await?;
    // Nor what a double's readers would be told of its merging: they hear of this instead.
    let ids: Vec<ContactId> = readers.iter().map(|reader| reader.id).collect();
    notifications::drop_closings_to(transaction, &ids, act).await?;
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

/// An act on a ticket was taken back before its mails left: the closing that stood before is told after all.
pub(super) async fn owe_again(
    transaction: &Transaction,
    ticket: TicketId,
    act: ActId,
) -> Result<(), StorageError> {
    let mut all = tickets::doubles_of(transaction, ticket).await?;
    all.push(ticket);
    notifications::bring_back(transaction, act, &all).await
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

/// The address that a ticket is passed on to gets it.
pub(super) async fn owe_forwarding(
    services: &Services,
    transaction: &Transaction,
    ticket: &Ticket,
    forwarded: &Forwarded,
    act: Option<ActId>,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let occasion = Occasion::TicketForwarded;
    let owed = NewNotification {
        id: NotificationId(services.entropy.uuid(now)),
        occasion,
        recipient: Recipient::Address(forwarded.to),
        site: ticket.site,
        ticket: Some(ticket.id),
        due_at: due_at(act, now),
        act,
        dedupe_key: format!(
            "{occasion}:{}:{}:{}",
            ticket.id.0, ticket.version, forwarded.to
        ),
    };
    notifications::add_all(transaction, &[owed], now).await
}

/// As long as it can be taken back, it waits.
fn due_at(act: Option<ActId>, now: UnixMillis) -> UnixMillis {
    if act.is_some() { now + MAIL_WAITS } else { now }
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
            due_at: due_at(act, now),
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
