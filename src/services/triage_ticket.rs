//! An editor decides about a ticket: one step or several, in one transaction with the history and the mails it owes.

use super::{
    Services, follow_ticket, owed_mails, pointers,
    recording::{By, history},
};
use crate::{
    domain::{
        clock::{MINUTE, UnixMillis},
        editor::Editor,
        ids::{ActId, EditorId, TicketId},
        ready_answer::BadAnswer,
        ticket::{
            Decided, EventKind, InvalidStep, NewEvent, Remembered, Step, Ticket, TicketState,
        },
    },
    storage::{
        Connection, StorageError, Transaction, articles, editors, events, search, site_addresses,
        sites, ticket_tags, tickets,
    },
};

pub use crate::domain::ticket_change::MAX_NOTE;

/// How long after a closing the article is looked at, at the latest.
const LOOK_AFTER_CLOSING: i64 = 5 * MINUTE;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TriageError {
    /// No such ticket, or none this editor may see.
    #[error("there is no such ticket")]
    UnknownTicket,
    /// The editor may read only.
    #[error("this editor may read, not change")]
    ReadOnly,
    /// The ticket changed since the editor saw it.
    #[error("the ticket changed meanwhile")]
    Stale(Box<Ticket>),
    /// The table forbids it.
    #[error(transparent)]
    Invalid(#[from] InvalidStep),
    /// The ticket named as the original does not exist on this site, or leads back to this one.
    #[error("there is no such other ticket")]
    UnknownOriginal,
    /// The assignee does not exist or may not see the site.
    #[error("this person cannot take tickets of the site")]
    UnknownAssignee,
    /// What was written for the readers cannot be sent.
    #[error(transparent)]
    BadAnswer(#[from] BadAnswer),
    /// The address is not in the site's book.
    #[error("the site's book has no such address")]
    UnknownAddress,
    /// The desk does not exist, or is another site's.
    #[error("the site has no such desk")]
    UnknownDesk,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What the editor saw when deciding; anything else is refused as stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Whatever it is now.
    Anything,
    /// That version of the ticket (a report that joined since does not matter to a form).
    Version(i64),
    /// Exactly that, reports included (`If-Match`).
    Exactly {
        /// Version of the ticket.
        version: i64,
        /// Number of its reports.
        reports: i64,
    },
}

impl Seen {
    pub(super) fn is_stale(self, ticket: &Ticket) -> bool {
        match self {
            Self::Anything => false,
            Self::Version(version) => version != ticket.version,
            Self::Exactly { version, reports } => {
                (version, reports) != (ticket.version, ticket.report_count)
            }
        }
    }
}

/// Takes steps with a ticket, all or none; the ticket as it is afterwards.
///
/// # Errors
/// [`TriageError`]
pub async fn take_steps(
    services: &Services,
    editor: &Editor,
    id: TicketId,
    seen: Seen,
    steps: Vec<Step>,
) -> Result<Ticket, TriageError> {
    let act = ActId(services.new_id());
    act_on(services, editor, act, id, seen, steps).await
}

/// As [`take_steps`], as an act of that key, which may be taken back ([`undo_act`](super::undo_act)). Where nothing changed there is
/// no act.
///
/// # Errors
/// [`TriageError`]
pub async fn act_on(
    services: &Services,
    editor: &Editor,
    act: ActId,
    id: TicketId,
    seen: Seen,
    steps: Vec<Step>,
) -> Result<Ticket, TriageError> {
    let transaction = services.store.begin().await?;
    let ticket = act_on_in(services, &transaction, (editor, act), id, seen, steps).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    services.watch.bell.notify_one();
    Ok(ticket)
}

/// As [`take_steps`], as a part of the caller's own unit of work, which may be dropped.
///
/// # Errors
/// [`TriageError`]
pub async fn take_steps_in(
    services: &Services,
    transaction: &Transaction,
    editor: &Editor,
    id: TicketId,
    seen: Seen,
    steps: Vec<Step>,
) -> Result<Ticket, TriageError> {
    let act = ActId(services.new_id());
    act_on_in(services, transaction, (editor, act), id, seen, steps).await
}

/// A ticket that this editor may change.
///
/// # Errors
/// [`TriageError::UnknownTicket`] also for another's, [`TriageError::ReadOnly`]
pub(super) async fn editable(
    db: &impl Connection,
    editor: &Editor,
    id: TicketId,
) -> Result<Ticket, TriageError> {
    let ticket = tickets::find(db, id)
        .await?
        .filter(|t| editor.reads(t.site))
        .ok_or(TriageError::UnknownTicket)?;
    if !editor.edits(ticket.site) {
        return Err(TriageError::ReadOnly);
    }
    Ok(ticket)
}

/// As [`act_on`], as a part of the caller's own unit of work: one act may be about several tickets.
///
/// # Errors
/// [`TriageError`]
pub async fn act_on_in(
    services: &Services,
    transaction: &Transaction,
    (editor, act): (&Editor, ActId),
    id: TicketId,
    seen: Seen,
    steps: Vec<Step>,
) -> Result<Ticket, TriageError> {
    let now = services.now();
    editable(transaction, editor, id).await?;
    // Reports joining tickets of this article take turns with us; and whoever it leads to, or will, is counted anew.
    let mut touched = vec![id];
    touched.extend(steps.iter().filter_map(|step| match step {
        Step::Close(closure) => closure.duplicate_of,
        _ => None,
    }));
    pointers::lock_articles(transaction, &touched).await?;
    let mut ticket = tickets::lock(transaction, id)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    if seen.is_stale(&ticket) {
        return Err(TriageError::Stale(Box::new(ticket)));
    }
    let before = ticket.clone();
    let mut happened = Vec::new();
    for step in steps {
        check_others(transaction, &ticket, &step).await?;
        happened.extend(ticket.take(step, now)?);
    }
    if let Some(first) = happened.first_mut() {
        first.details.remembered = Some(Box::new(Remembered {
            before: Decided::of(&before),
            version: ticket.version,
        }));
    }
    let by = By::act(editor.id, act);
    record(services, transaction, &before, &ticket, by, happened, now).await?;
    Ok(ticket)
}

/// Writes down what became of a ticket that the caller holds locked: its history, its row, the counters, the mails owed.
pub(super) async fn record(
    services: &Services,
    transaction: &Transaction,
    before: &Ticket,
    ticket: &Ticket,
    by: By,
    mut happened: Vec<NewEvent>,
    now: UnixMillis,
) -> Result<(), StorageError> {
    follow_ticket::tell(
        services,
        transaction,
        ticket,
        (by.editor, by.act),
        &mut happened,
        now,
    )
    .await?;
    let noted = happened.iter().any(|event| event.kind == EventKind::Noted);
    // Also of what was closed before: opened and closed again in one go, it was decided anew.
    let closed = ticket.state == TicketState::Closed
        && happened.iter().any(|event| event.kind == EventKind::Closed);
    if noted {
        search::queue(transaction, &[ticket.id]).await?;
    }
    for event in &happened {
        let details = &event.details;
        if event.kind == EventKind::Asked {
            let questions = &details.questions;
            owed_mails::owe_questions(services, transaction, ticket, questions, by.act, now)
                .await?;
        }
        if let Some(to) = &details.forwarded {
            owed_mails::owe_forwarding(services, transaction, ticket, to, by.act, now).await?;
        }
    }
    let entries = history(services, ticket.id, now, by, happened);
    events::add_all(transaction, &entries).await?;
    services.live.ring();
    if ticket == before {
        return Ok(());
    }
    store_change(transaction, before, ticket, closed, now).await?;
    Box::pin(pointers::follow_pointers(
        services,
        transaction,
        before,
        ticket,
        by,
        now,
    ))
    .await?;
    if closed && !is_told(transaction, before, ticket).await? {
        owed_mails::owe_closing(services, transaction, ticket, by.act, now).await?;
    }
    Ok(())
}

/// Whether a double's readers know what became of what it leads to: it was closed before, and for the same reason. What they are still
/// owed of that says it.
async fn is_told(
    transaction: &Transaction,
    before: &Ticket,
    ticket: &Ticket,
) -> Result<bool, StorageError> {
    if before.state != TicketState::Closed || ticket.duplicate_of.is_none() {
        return Ok(false);
    }
    let known = tickets::original_of(transaction, before.clone()).await?;
    let now = tickets::original_of(transaction, ticket.clone()).await?;
    Ok(now.state == TicketState::Closed
        && (known.resolution, known.reason) == (now.resolution, now.reason))
}

/// Writes down that an act was taken back: as [`record`], but nobody is told of what was told already.
pub(super) async fn record_undo(
    services: &Services,
    transaction: &Transaction,
    (before, ticket): (&Ticket, &Ticket),
    editor: EditorId,
    event: NewEvent,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let by = By::editor(editor);
    let entries = history(services, ticket.id, now, by, vec![event]);
    events::add_all(transaction, &entries).await?;
    services.live.ring();
    let closed = before.state != ticket.state && ticket.state == TicketState::Closed;
    store_change(transaction, before, ticket, closed, now).await?;
    pointers::follow_pointers(services, transaction, before, ticket, by, now).await
}

/// Stores a changed ticket with its counters. Where it was closed, the article is looked at soon; where it was opened again, at once.
async fn store_change(
    transaction: &Transaction,
    before: &Ticket,
    ticket: &Ticket,
    closed: bool,
    now: UnixMillis,
) -> Result<(), StorageError> {
    tickets::save(transaction, ticket).await?;
    ticket_tags::store(transaction, before, ticket).await?;
    if before.tags != ticket.tags || before.public_note != ticket.public_note {
        search::queue(transaction, &[ticket.id]).await?;
    }
    if closed {
        // Somebody says that it was corrected: does the article?
        let soon = now + LOOK_AFTER_CLOSING;
        articles::bump_and_hasten(transaction, &[ticket.article], soon).await?;
    } else if before.state == TicketState::Closed
        && (before.state, before.resolution) != (ticket.state, ticket.resolution)
    {
        // Nobody may have looked for its passage any more: as with a new ticket. A double that is parted may be closed as before.
        articles::bump_and_hasten(transaction, &[ticket.article], now).await?;
    } else {
        articles::bump_tickets_version(transaction, &[ticket.article]).await?;
    }
    if before.state != ticket.state {
        let changes = [
            ((ticket.site, before.state), -1),
            ((ticket.site, ticket.state), 1),
        ]
        .into();
        tickets::count(transaction, &changes).await?;
    }
    Ok(())
}

/// What the table cannot know: whether other tickets and people exist.
async fn check_others(
    transaction: &Transaction,
    ticket: &Ticket,
    step: &Step,
) -> Result<(), TriageError> {
    match step {
        Step::Close(closure) => {
            if let Some(forwarded) = &closure.forwarded {
                let known = site_addresses::find(transaction, forwarded.to).await?;
                if known.is_none_or(|address| address.site != ticket.site) {
                    return Err(TriageError::UnknownAddress);
                }
            }
            let Some(mut original) = closure.duplicate_of else {
                return Ok(());
            };
            if original == ticket.id {
                return Err(InvalidStep::DuplicateOfItself.into());
            }
            // Follow the pointers: the original must not lead back here. Longer chains than this are not made by people.
            for _ in 0..100 {
                let other = tickets::find(transaction, original)
                    .await?
                    .filter(|o| o.site == ticket.site)
                    .ok_or(TriageError::UnknownOriginal)?;
                match other.duplicate_of {
                    Some(next) if next == ticket.id => {
                        return Err(InvalidStep::DuplicateOfItself.into());
                    }
                    Some(next) => original = next,
                    None => return Ok(()),
                }
            }
            Err(TriageError::UnknownOriginal)
        }
        Step::Assign(Some(id)) => check_assignee(transaction, ticket, *id).await,
        Step::Route(Some(desk)) => {
            let known = sites::desks(transaction)
                .await?
                .iter()
                .any(|d| d.id == *desk && d.site == ticket.site);
            if known {
                Ok(())
            } else {
                Err(TriageError::UnknownDesk)
            }
        }
        _ => Ok(()),
    }
}

async fn check_assignee(
    transaction: &Transaction,
    ticket: &Ticket,
    id: EditorId,
) -> Result<(), TriageError> {
    let editor = editors::find(transaction, id).await?;
    if editor.is_some_and(|e| e.edits(ticket.site)) {
        Ok(())
    } else {
        Err(TriageError::UnknownAssignee)
    }
}

/// Brings a ticket back that was set aside until another report: it came in the caller's transaction, which holds the article locked.
pub(super) async fn wake(
    services: &Services,
    transaction: &Transaction,
    id: TicketId,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let Some(mut ticket) = tickets::lock(transaction, id).await? else {
        return Ok(());
    };
    let before = ticket.clone();
    let Some(event) = ticket.wake(now) else {
        return Ok(());
    };
    let by = By::NOBODY;
    record(
        services,
        transaction,
        &before,
        &ticket,
        by,
        vec![event],
        now,
    )
    .await
}

/// Takes tickets whose moment has come out of their sleep; how many.
///
/// # Errors
/// [`StorageError`]
pub async fn wake_snoozed(services: &Services) -> Result<usize, StorageError> {
    let now = services.now();
    let due = tickets::due_snoozed(services.store.reader(), now, 200).await?;
    let mut woken = 0;
    for id in due {
        let transaction = services.store.begin().await?;
        if let Some(known) = tickets::find(&transaction, id).await? {
            articles::lock(&transaction, known.article).await?;
        }
        let Some(mut ticket) = tickets::lock(&transaction, id).await? else {
            continue;
        };
        if ticket.snoozed_until.is_none_or(|at| at > now) {
            continue;
        }
        let before = ticket.clone();
        let Ok(taken) = ticket.take(Step::Open, now) else {
            continue;
        };
        let by = By::NOBODY;
        record(services, &transaction, &before, &ticket, by, taken, now).await?;
        transaction.commit().await.map_err(StorageError::from)?;
        woken += 1;
    }
    Ok(woken)
}
