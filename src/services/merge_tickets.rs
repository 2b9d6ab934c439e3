//! An editor merges tickets that are about the same mistake, and parts them again at any time. A merge is a pointer: each double leads to
//! its original, reports keep their ticket, and what the original shows is counted anew.

use std::collections::BTreeSet;

use super::{
    Services, owed_mails,
    pointers::lock_articles,
    recording::By,
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        editor::Editor,
        ids::{ActId, ReportId, TicketId},
        ticket::{Closure, Decided, EventKind, Remembered, Resolution, Step, Ticket, TicketState},
    },
    storage::{
        StorageError, Transaction,
        events::{self, TicketEvent},
        notifications, tickets,
    },
};

/// The most tickets merged in one act.
pub const MOST_MERGED: usize = 100;

/// Why tickets were not merged or split, or not taken apart or joined again.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// No other ticket was named.
    #[error("name at least one other ticket")]
    NoOther,
    /// It was named to be merged with itself.
    #[error("a ticket cannot be merged with itself")]
    Itself(TicketId),
    /// The ticket named is not on this site, or not there at all.
    #[error("the site has no ticket {0}")]
    UnknownOther(TicketId),
    /// More than [`MOST_MERGED`] tickets, or [`MOST_SPLIT`](super::split_ticket::MOST_SPLIT) reports.
    #[error("at most {0} go at once")]
    TooMany(usize),
    /// The ticket is no double: it stands alone already.
    #[error("the ticket leads to no other")]
    NotMerged,
    /// No report was named.
    #[error("name at least one report to split off")]
    NoReport,
    /// The report that opened a ticket makes it what it is.
    #[error("the report {0} opened the ticket, and stays")]
    OpenerStays(ReportId),
    /// The report is not one of the ticket's, or not any more.
    #[error("the ticket has no report {0}")]
    UnknownReport(ReportId),
    /// The ticket was not split off, or has been joined again.
    #[error("the ticket was not split off from another, or was joined again")]
    NotSplitOff,
    /// As with every other decision.
    #[error(transparent)]
    Triage(#[from] TriageError),
}

impl From<StorageError> for MergeError {
    fn from(error: StorageError) -> Self {
        Self::Triage(error.into())
    }
}

/// Merges a ticket with others that are about the same mistake, all or none; the one that stays, as it is afterwards. Who came first
/// stays (references count upwards). A double stands for what it leads to; what leads there already is left alone.
///
/// # Errors
/// [`MergeError`]
pub async fn merge_with(
    services: &Services,
    (editor, act): (&Editor, ActId),
    id: TicketId,
    seen: Seen,
    others: &[TicketId],
) -> Result<Ticket, MergeError> {
    if others.is_empty() {
        return Err(MergeError::NoOther);
    }
    let transaction = services.store.begin().await?;
    let own = triage_ticket::editable(&transaction, editor, id).await?;
    let mut all = vec![id];
    all.extend(others);
    let known = tickets::by_ids(&transaction, &all).await?;
    for other in others {
        if *other == id {
            return Err(MergeError::Itself(id));
        }
        // What another site has is not there for this one.
        if !known.iter().any(|t| t.id == *other && t.site == own.site) {
            return Err(MergeError::UnknownOther(*other));
        }
    }
    lock_articles(&transaction, &all).await?;
    let own = tickets::lock(&transaction, id)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    if seen.is_stale(&own) {
        return Err(TriageError::Stale(Box::new(own)).into());
    }
    let mut originals = BTreeSet::new();
    for ticket in tickets::by_ids(&transaction, &all).await? {
        originals.insert(tickets::original_of(&transaction, ticket).await?.id);
    }
    let into = originals.pop_first().ok_or(TriageError::UnknownTicket)?;
    let doubles: Vec<TicketId> = originals.into_iter().collect();
    let merged = merge_in(services, &transaction, (editor, act), into, &doubles).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(merged)
}

/// Makes tickets doubles of that one, or of what it leads to, all or none; the original as it is afterwards. What leads there already is
/// left alone.
///
/// # Errors
/// [`MergeError`]
pub async fn merge(
    services: &Services,
    editor: &Editor,
    act: ActId,
    into: TicketId,
    doubles: &[TicketId],
) -> Result<Ticket, MergeError> {
    let transaction = services.store.begin().await?;
    let merged = merge_in(services, &transaction, (editor, act), into, doubles).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(merged)
}

async fn merge_in(
    services: &Services,
    transaction: &Transaction,
    (editor, act): (&Editor, ActId),
    into: TicketId,
    doubles: &[TicketId],
) -> Result<Ticket, MergeError> {
    if doubles.len() > MOST_MERGED {
        return Err(MergeError::TooMany(MOST_MERGED));
    }
    let original = tickets::find(transaction, into)
        .await?
        .filter(|t| editor.reads(t.site))
        .ok_or(TriageError::UnknownTicket)?;
    let original = tickets::original_of(transaction, original).await?;
    let mut ids: Vec<TicketId> = doubles.to_vec();
    ids.push(original.id);
    lock_articles(transaction, &ids).await?;
    for double in doubles {
        let known = tickets::find(transaction, *double)
            .await?
            .ok_or(TriageError::UnknownTicket)?;
        if known.id == original.id || known.duplicate_of == Some(original.id) {
            continue;
        }
        let mut steps = Vec::new();
        if known.state == TicketState::Closed {
            steps.push(Step::Open);
        }
        steps.push(Step::Close(Closure {
            duplicate_of: Some(original.id),
            ..Closure::of(Resolution::Duplicate)
        }));
        let who = (editor, act);
        let seen = Seen::Anything;
        triage_ticket::act_on_in(services, transaction, who, *double, seen, steps).await?;
    }
    let merged = tickets::find(transaction, original.id).await?;
    Ok(merged.ok_or(TriageError::UnknownTicket)?)
}

/// Parts a double from its original, whenever that was made: it stands where it stood before, and mails of the merge that still wait are
/// dropped. The ticket as it is afterwards.
///
/// # Errors
/// [`MergeError`]
pub async fn part(
    services: &Services,
    editor: &Editor,
    act: ActId,
    id: TicketId,
) -> Result<Ticket, MergeError> {
    let transaction = services.store.begin().await?;
    triage_ticket::editable(&transaction, editor, id).await?;
    lock_articles(&transaction, &[id]).await?;
    let parted = part_in(services, &transaction, (editor, act), id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    services.watch.bell.notify_one();
    Ok(parted)
}

/// As [`part`], of a double that leads to that original, perhaps by way of others. What was seen is the original.
///
/// # Errors
/// [`MergeError`]
pub async fn part_from(
    services: &Services,
    (editor, act): (&Editor, ActId),
    original: TicketId,
    seen: Seen,
    double: TicketId,
) -> Result<Ticket, MergeError> {
    let transaction = services.store.begin().await?;
    triage_ticket::editable(&transaction, editor, original).await?;
    lock_articles(&transaction, &[double, original]).await?;
    let ticket = tickets::lock(&transaction, original)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    if seen.is_stale(&ticket) {
        return Err(TriageError::Stale(Box::new(ticket)).into());
    }
    let leads = match tickets::find(&transaction, double).await? {
        Some(double) => tickets::originals_of(&transaction, &double).await?,
        None => Vec::new(),
    };
    if !leads.iter().any(|ticket| ticket.id == original) {
        return Err(MergeError::NotMerged);
    }
    let parted = part_in(services, &transaction, (editor, act), double).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    services.watch.bell.notify_one();
    Ok(parted)
}

async fn part_in(
    services: &Services,
    transaction: &Transaction,
    (editor, act): (&Editor, ActId),
    id: TicketId,
) -> Result<Ticket, MergeError> {
    let now = services.now();
    let mut ticket = tickets::lock(transaction, id)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    if ticket.duplicate_of.is_none() {
        return Err(MergeError::NotMerged);
    }
    let before = ticket.clone();
    let history = events::of_ticket(transaction, id).await?;
    let merge = standing_merge(&history);
    if let Some(act) = merge.and_then(|entry| entry.act)
        && notifications::drop_of_act(transaction, act, id).await?
    {
        owed_mails::owe_again(transaction, id, act).await?;
    }
    let decided = merge.and_then(|entry| entry.event.details.remembered.as_deref());
    let mut event = ticket.part(decided.map(|r| r.before.clone()), now);
    event.details.remembered = Some(Box::new(Remembered {
        before: Decided::of(&before),
        version: ticket.version,
    }));
    let by = By::act(editor.id, act);
    let happened = vec![event];
    triage_ticket::record(services, transaction, &before, &ticket, by, happened, now).await?;
    Ok(ticket)
}

/// The first entry of the merge that still stands, which remembers what was decided before. A ticket may have been merged several times;
/// parting takes one merge away after the other, and both may have been taken back.
fn standing_merge(history: &[TicketEvent]) -> Option<&TicketEvent> {
    let mut standing: Vec<ActId> = Vec::new();
    let mut parted: Vec<(ActId, ActId)> = Vec::new();
    for entry in history {
        let details = &entry.event.details;
        match (entry.event.kind, entry.act, details.undone) {
            (EventKind::Closed, Some(act), _)
                if details.resolution == Some(Resolution::Duplicate) =>
            {
                standing.push(act);
            }
            // The ticket's own parting names no other; that of a double of it does.
            (EventKind::Parted, Some(act), _) if details.other.is_none() => {
                parted.extend(standing.pop().map(|merge| (act, merge)));
            }
            (EventKind::Undone, _, Some(undone)) if standing.last() == Some(&undone) => {
                standing.pop();
            }
            (EventKind::Undone, _, Some(undone)) => {
                let back = parted.pop_if(|(part, _)| *part == undone);
                standing.extend(back.map(|(_, merge)| merge));
            }
            _ => {}
        }
    }
    let merge = standing.last()?;
    history
        .iter()
        .find(|e| e.act.as_ref() == Some(merge) && e.event.details.remembered.is_some())
}
