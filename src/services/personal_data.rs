//! What is known of a reader, shown to an editor who asks, and taken away again: the address in one step; private words wherever they
//! are stored.

use super::Services;
use crate::{
    domain::{
        blackout::{MAX_WORDS, MIN_WORDS},
        editor::Editor,
        ids::{EventId, ReportId, TicketId},
        ticket::{EventDetails, EventKind, NewEvent},
    },
    storage::{
        Connection, StorageError, Transaction,
        contacts::{self, Contact},
        events::{self, TicketEvent},
        notifications,
        reports::{self, Report},
        tickets,
    },
};

mod words;

pub use self::words::{Field, Place, black_out_words, find_words};

/// Why a reader's data were neither shown nor taken away.
#[derive(Debug, thiserror::Error)]
pub enum PersonalDataError {
    /// No such ticket or report, or none this editor may see.
    #[error("there is no such report")]
    Unknown,
    /// The editor may read only.
    #[error("this editor may read, not change")]
    ReadOnly,
    /// Too little to look for, or too much.
    #[error("between {MIN_WORDS} and {MAX_WORDS} characters can be blacked out")]
    Length,
    /// The words stand nowhere on the ticket.
    #[error("the words stand nowhere on this ticket")]
    NotThere,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The address left with a report, of the ticket or of one that leads to it. For those who may edit only.
///
/// # Errors
/// [`PersonalDataError`]
pub async fn contact(
    services: &Services,
    editor: &Editor,
    ticket: TicketId,
    report: ReportId,
) -> Result<Option<Contact>, PersonalDataError> {
    let db = services.store.reader();
    find_report(db, editor, ticket, report).await?;
    Ok(contacts::of_reports(db, &[report]).await?.pop())
}

/// Deletes the address left with a report and what hangs on it: the consent, the mails owed. The history says that it was done, and
/// by whom.
///
/// # Errors
/// [`PersonalDataError`]
pub async fn delete_contact(
    services: &Services,
    editor: &Editor,
    ticket: TicketId,
    report: ReportId,
) -> Result<(), PersonalDataError> {
    let transaction = services.store.begin().await?;
    let own = find_report(&transaction, editor, ticket, report)
        .await?
        .ticket;
    if contacts::of_reports(&transaction, &[report])
        .await?
        .is_empty()
    {
        return Ok(());
    }
    erase_contact(&transaction, report).await?;
    // Where the editor did it, and where the report is.
    let mut touched = vec![ticket, own];
    touched.dedup();
    let kind = EventKind::AddressDeleted;
    note_down(services, &transaction, editor, &touched, kind).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.store.wipe_deleted().await?;
    Ok(())
}

/// Deletes a report's contact and drops what it is owed, as a part of the caller's transaction.
pub(super) async fn erase_contact(
    transaction: &Transaction,
    report: ReportId,
) -> Result<(), StorageError> {
    for contact in contacts::of_reports(transaction, &[report]).await? {
        notifications::drop_of_contact(transaction, contact.id).await?;
    }
    if contacts::delete_of_report(transaction, report).await? {
        reports::forget_hash(transaction, report).await?;
    }
    Ok(())
}

/// A report that the ticket's page shows: its own, or one of a ticket that leads to it.
async fn find_report(
    db: &impl Connection,
    editor: &Editor,
    ticket: TicketId,
    report: ReportId,
) -> Result<Report, PersonalDataError> {
    let report = reports::find(db, report)
        .await?
        .filter(|report| editor.reads(report.site))
        .ok_or(PersonalDataError::Unknown)?;
    if report.ticket != ticket {
        let own = tickets::find(db, report.ticket)
            .await?
            .ok_or(PersonalDataError::Unknown)?;
        let originals = tickets::originals_of(db, &own).await?;
        let original = originals
            .iter()
            .find(|original| original.id == ticket && editor.reads(original.site))
            .ok_or(PersonalDataError::Unknown)?;
        if !editor.edits(original.site) {
            return Err(PersonalDataError::ReadOnly);
        }
    }
    if editor.edits(report.site) {
        Ok(report)
    } else {
        Err(PersonalDataError::ReadOnly)
    }
}

async fn note_down(
    services: &Services,
    transaction: &Transaction,
    editor: &Editor,
    tickets: &[TicketId],
    kind: EventKind,
) -> Result<(), StorageError> {
    let now = services.now();
    let entries: Vec<TicketEvent> = tickets
        .iter()
        .map(|ticket| TicketEvent {
            id: EventId(services.entropy.uuid(now)),
            ticket: *ticket,
            at: now,
            editor: Some(editor.id),
            act: None,
            event: NewEvent {
                kind,
                from: None,
                to: None,
                details: EventDetails::default(),
            },
        })
        .collect();
    events::add_all(transaction, &entries).await
}
