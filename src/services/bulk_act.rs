//! An editor does the same to many tickets: looked at before, worked off in portions, each ticket by the rules and rights of its own.
//!
//! What is to be done is written down first. Whoever asked need not wait for it, a server that stops in the middle goes on later, and
//! what fails with one ticket is told and keeps no other from being done. To the histories all of it is one act: it is taken back in one.

use std::collections::HashMap;

use super::{
    Services, pointers,
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        bulk::{BulkAct, MAX_TICKETS, Outcome},
        clock::{DAY, MINUTE},
        editor::Editor,
        ids::{ActId, BulkId, TicketId},
        ticket::{MAIL_WAITS, Ticket},
    },
    storage::{
        StorageError, Transaction,
        bulks::{self, Bulk, Item},
        contacts, editors, notifications, tickets,
    },
};

/// Tickets of one transaction: few enough to hold nobody up, enough that a commit is worth it.
const PORTION: u64 = 20;
/// After how long an act that nobody finished is taken up again.
const LEFT_OFF_AFTER: i64 = MINUTE;
/// How long an act is remembered.
const KEPT: i64 = 30 * DAY;

/// Why an act on many tickets was not begun.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// Nothing was chosen.
    #[error("no ticket was chosen")]
    Nothing,
    /// More was chosen than goes at once.
    #[error("at most {MAX_TICKETS} tickets go at once")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What would become of an act.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The tickets it would change, as they are now, in the order they were chosen.
    pub able: Vec<Ticket>,
    /// The others, and why not.
    pub unable: Vec<(TicketId, Outcome)>,
    /// How many readers would get a mail.
    pub readers: u64,
}

/// What an act would do, without doing it.
///
/// # Errors
/// [`BulkError`]
pub async fn plan(
    services: &Services,
    editor: &Editor,
    act: &BulkAct,
    chosen: &[TicketId],
) -> Result<Plan, BulkError> {
    check_number(chosen.len())?;
    let db = services.store.reader();
    let known = by_id(tickets::by_ids(db, chosen).await?);
    let into = match act {
        BulkAct::Merge { into } => tickets::find(db, *into).await?,
        _ => None,
    };
    let mut plan = Plan {
        able: Vec::new(),
        unable: Vec::new(),
        readers: 0,
    };
    for id in chosen {
        match foreseen(services, editor, act, known.get(id), *id, into.as_ref()) {
            Ok(ticket) => plan.able.push(ticket.clone()),
            Err(why) => plan.unable.push((*id, why)),
        }
    }
    if act.tells_readers() {
        let ids: Vec<TicketId> = plan.able.iter().map(|ticket| ticket.id).collect();
        plan.readers = contacts::count_waiting(db, &ids).await?;
    }
    Ok(plan)
}

/// The ticket as it is, if the act would change it.
fn foreseen<'a>(
    services: &Services,
    editor: &Editor,
    act: &BulkAct,
    ticket: Option<&'a Ticket>,
    id: TicketId,
    into: Option<&Ticket>,
) -> Result<&'a Ticket, Outcome> {
    let ticket = ticket
        .filter(|ticket| editor.reads(ticket.site))
        .ok_or(Outcome::Unknown)?;
    if !editor.edits(ticket.site) {
        return Err(Outcome::ReadOnly);
    }
    let step = act.step(id).ok_or(Outcome::Unchanged)?;
    if matches!(act, BulkAct::Merge { .. }) && into.is_none_or(|into| into.site != ticket.site) {
        return Err(Outcome::WrongOriginal);
    }
    if let BulkAct::Untag { tag } = act {
        // As long as none is chosen, whatever has one can lose one.
        let has = match tag.as_str() {
            "" => !ticket.tags.is_empty(),
            tag => ticket.tags.iter().any(|own| own == tag),
        };
        return if has {
            Ok(ticket)
        } else {
            Err(Outcome::NoSuchTag)
        };
    }
    let mut after = ticket.clone();
    after.take(step, services.now())?;
    if after == *ticket {
        Err(Outcome::Unchanged)
    } else {
        Ok(ticket)
    }
}

/// Writes down what is to be done with these tickets, each as the editor saw it; [`go_on`] does it.
///
/// # Errors
/// [`BulkError`]
pub async fn begin(
    services: &Services,
    editor: &Editor,
    act: BulkAct,
    chosen: &[(TicketId, i64)],
) -> Result<BulkId, BulkError> {
    check_number(chosen.len())?;
    let bulk = Bulk {
        id: BulkId(services.new_id()),
        editor: editor.id,
        act,
        created_at: services.now(),
        finished_at: None,
    };
    let transaction = services.store.begin().await?;
    bulks::add(&transaction, &bulk, chosen).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(bulk.id)
}

fn check_number(chosen: usize) -> Result<(), BulkError> {
    match chosen {
        0 => Err(BulkError::Nothing),
        n if n > MAX_TICKETS => Err(BulkError::TooMany),
        _ => Ok(()),
    }
}

/// Works at an act until nothing waits any more. May be dropped, and be called twice at once: portions take turns.
///
/// # Errors
/// [`StorageError`] when not even the failure can be noted; the act is then taken up again later.
pub async fn go_on(services: &Services, id: BulkId) -> Result<(), StorageError> {
    let mut portion = PORTION;
    loop {
        match work(services, id, portion).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            // One of them spoils the transaction of all: each alone, so that it spoils its own.
            Err(error) if portion > 1 => {
                tracing::warn!(%error, bulk.id = %id, "a portion of a bulk act failed; its tickets are tried one by one");
                portion = 1;
            }
            Err(error) => {
                tracing::error!(%error, bulk.id = %id, "a ticket of a bulk act failed");
                give_up_next(services, id).await?;
            }
        }
    }
}

/// One portion, in one transaction; whether more waits.
async fn work(services: &Services, id: BulkId, portion: u64) -> Result<bool, StorageError> {
    let transaction = services.store.begin().await?;
    let Some(bulk) = bulks::lock(&transaction, id).await? else {
        return Ok(false);
    };
    if bulk.finished_at.is_some() {
        return Ok(false);
    }
    let waiting = bulks::waiting(&transaction, id, portion).await?;
    let more = waiting.len() as u64 == portion;
    let outcomes = outcomes(services, &transaction, &bulk, waiting).await?;
    bulks::set_outcomes(&transaction, id, &outcomes).await?;
    // What the first ticket owes waits as long as the last can be taken back.
    let wait = services.now() + MAIL_WAITS;
    notifications::put_off_act(&transaction, act_of(id), wait).await?;
    if !more {
        bulks::finish(&transaction, id, services.now()).await?;
    }
    transaction.commit().await?;
    services.outbox_bell.notify_one();
    services.live.ring();
    Ok(more)
}

async fn outcomes(
    services: &Services,
    transaction: &Transaction,
    bulk: &Bulk,
    mut waiting: Vec<Item>,
) -> Result<Vec<(i64, Outcome)>, StorageError> {
    // Whoever was switched off meanwhile does nothing more.
    let editor = editors::find(transaction, bulk.editor)
        .await?
        .filter(|editor| editor.active);
    let ids: Vec<TicketId> = waiting.iter().map(|item| item.ticket).collect();
    let known = by_id(tickets::by_ids(transaction, &ids).await?);
    // Everybody locks articles in the same order, and before the counters, as intake does.
    let mut touched = ids;
    touched.extend(match &bulk.act {
        BulkAct::Merge { into } => Some(*into),
        _ => None,
    });
    pointers::lock_articles(transaction, &touched).await?;
    waiting.sort_by_key(|item| (known.get(&item.ticket).map(|t| t.article), item.ticket));
    let mut outcomes = Vec::with_capacity(waiting.len());
    for item in waiting {
        let outcome = match &editor {
            Some(editor) => one(services, transaction, editor, bulk, item).await?,
            None => Outcome::ReadOnly,
        };
        outcomes.push((item.position, outcome));
    }
    Ok(outcomes)
}

async fn one(
    services: &Services,
    transaction: &Transaction,
    editor: &Editor,
    bulk: &Bulk,
    item: Item,
) -> Result<Outcome, StorageError> {
    let Some(step) = bulk.act.step(item.ticket) else {
        return Ok(Outcome::Unchanged);
    };
    let seen = Seen::Version(item.version);
    let steps = vec![step];
    let who = (editor, act_of(bulk.id));
    let taken = triage_ticket::act_on_in(services, transaction, who, item.ticket, seen, steps);
    Ok(match taken.await {
        Ok(ticket) if ticket.version == item.version => match bulk.act {
            BulkAct::Untag { .. } => Outcome::NoSuchTag,
            _ => Outcome::Unchanged,
        },
        Ok(_) => Outcome::Done,
        Err(TriageError::Stale(_)) => Outcome::Stale,
        Err(TriageError::UnknownTicket) => Outcome::Unknown,
        Err(TriageError::ReadOnly) => Outcome::ReadOnly,
        Err(TriageError::UnknownAssignee) => Outcome::WrongAssignee,
        Err(TriageError::UnknownOriginal) => Outcome::WrongOriginal,
        Err(TriageError::Invalid(why)) => why.into(),
        Err(TriageError::UnknownDesk | TriageError::UnknownAddress | TriageError::BadAnswer(_)) => {
            Outcome::Forbidden
        }
        Err(TriageError::Storage(error)) => return Err(error),
    })
}

/// Notes that the next one failed, so that the others are done.
async fn give_up_next(services: &Services, id: BulkId) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    let next = bulks::waiting(&transaction, id, 1).await?;
    let failed: Vec<_> = next
        .iter()
        .map(|item| (item.position, Outcome::Failed))
        .collect();
    bulks::set_outcomes(&transaction, id, &failed).await?;
    transaction.commit().await?;
    Ok(())
}

/// An act and its tickets, for whoever asked for it.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    services: &Services,
    editor: &Editor,
    id: BulkId,
) -> Result<Option<(Bulk, Vec<Item>)>, StorageError> {
    let db = services.store.reader();
    match bulks::find(db, id).await? {
        Some(bulk) if bulk.editor == editor.id => {
            let items = bulks::items(db, id).await?;
            Ok(Some((bulk, items)))
        }
        _ => Ok(None),
    }
}

/// Takes up what was left off, for instance because the server stopped, and forgets what is old.
///
/// # Errors
/// [`StorageError`]
pub async fn keep_house(services: &Services) -> Result<(), StorageError> {
    let now = services.now();
    for id in bulks::unfinished(services.store.reader(), now - LEFT_OFF_AFTER).await? {
        go_on(services, id).await?;
    }
    let transaction = services.store.begin().await?;
    bulks::delete_before(&transaction, now - KEPT).await?;
    transaction.commit().await?;
    Ok(())
}

/// The act that all of it is for the histories, and to be taken back by.
#[must_use]
pub const fn act_of(id: BulkId) -> ActId {
    ActId(id.0)
}

fn by_id(list: Vec<Ticket>) -> HashMap<TicketId, Ticket> {
    list.into_iter().map(|ticket| (ticket.id, ticket)).collect()
}
