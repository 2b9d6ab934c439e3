//! An editor takes a decision back, within seconds: the ticket is as it was, and the mails that waited are dropped.

use super::{
    Services,
    merge_tickets::MergeError,
    owed_mails, pointers, split_ticket,
    triage_ticket::{self, TriageError},
};
use crate::{
    domain::{
        editor::Editor,
        ids::{ActId, TicketId},
        ticket::{Act, CannotUndo, EventKind, NewEvent},
    },
    storage::{
        StorageError,
        events::{self, TicketEvent},
        notifications, tickets,
    },
};

/// Why nothing was taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// No such act, or on tickets that this editor may not see.
    #[error("there is no such act")]
    UnknownAct,
    /// The rules forbid it; where the act was about several tickets, for each of them, and this is the first one's reason.
    #[error(transparent)]
    Refused(#[from] CannotUndo),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What was taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// These tickets are as they were.
    pub tickets: Vec<TicketId>,
    /// These stay as they are, and why.
    pub refused: Vec<(TicketId, CannotUndo)>,
}

/// An act, as it is offered to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its key.
    pub act: ActId,
    /// The tickets it is about.
    pub tickets: Vec<TicketId>,
    /// What happened to the first of them, as its history says it.
    pub event: NewEvent,
    /// Until when it can be taken back.
    pub until: i64,
}

/// What an editor may take back now, of an act; nothing where the time is over, somebody else did it, or it was taken back.
///
/// # Errors
/// [`StorageError`]
pub async fn offer(
    services: &Services,
    editor: &Editor,
    act: ActId,
) -> Result<Option<Offer>, StorageError> {
    let db = services.store.reader();
    let entries = events::of_act(db, act).await?;
    let acts = acts_of(&entries);
    let Some(first) = acts.first() else {
        return Ok(None);
    };
    let until = first.1.undo_until();
    if first.1.by != editor.id || services.now() >= until {
        return Ok(None);
    }
    let touched: Vec<TicketId> = acts.iter().map(|(ticket, _)| *ticket).collect();
    let now = tickets::by_ids(db, &touched).await?;
    let is_last = |(ticket, act): &(TicketId, Act)| {
        now.iter()
            .any(|t| t.id == *ticket && t.version == act.remembered.version && editor.edits(t.site))
    };
    let open: Vec<TicketId> = acts
        .iter()
        .filter(|act| is_last(act))
        .map(|(ticket, _)| *ticket)
        .collect();
    let Some(ticket) = open.first() else {
        return Ok(None);
    };
    let mut of_first = entries.iter().filter(|e| e.ticket == *ticket);
    // What it is all about is the closing, or the opening; the rest went with it.
    let told = of_first
        .clone()
        .rfind(|e| matches!(e.event.kind, EventKind::Closed | EventKind::Reopened))
        .or_else(|| of_first.next());
    Ok(told.map(|entry| Offer {
        act,
        tickets: open.clone(),
        event: entry.event.clone(),
        until,
    }))
}

/// Takes an act back, on each of its tickets on which that is possible. Who looks on sees all of it or nothing.
///
/// # Errors
/// [`UndoError`]
pub async fn undo(services: &Services, editor: &Editor, act: ActId) -> Result<Undone, UndoError> {
    let now = services.now();
    let transaction = services.store.begin().await?;
    let entries = events::of_act(&transaction, act).await?;
    let acts = acts_of(&entries);
    let ids: Vec<TicketId> = acts.iter().map(|(ticket, _)| *ticket).collect();
    let mut known = tickets::by_ids(&transaction, &ids).await?;
    known.retain(|t| editor.reads(t.site));
    if known.is_empty() {
        return Err(UndoError::UnknownAct);
    }
    // Everybody locks articles first, and in this order.
    known.sort_by_key(|t| (t.article, t.id));
    let mut undone = Undone::default();
    pointers::lock_articles(&transaction, &ids).await?;
    for ticket in known {
        let Some((_, act)) = acts.iter().find(|(id, _)| *id == ticket.id) else {
            continue;
        };
        let Some(mut ticket) = tickets::lock(&transaction, ticket.id).await? else {
            continue;
        };
        let before = ticket.clone();
        let event = match ticket.undo(act, editor.id, now) {
            Ok(_) if !editor.edits(ticket.site) => {
                undone.refused.push((ticket.id, CannotUndo::NotYours));
                continue;
            }
            Ok(event) => event,
            Err(why) => {
                undone.refused.push((ticket.id, why));
                continue;
            }
        };
        if !notifications::drop_of_act(&transaction, act.id, ticket.id).await? {
            // A mail is on its way: what it says shall stay true.
            return Err(CannotUndo::TooLate.into());
        }
        owed_mails::owe_again(&transaction, ticket.id, act.id).await?;
        if is_split_off(&entries, ticket.id) {
            // A number that was given out stays: its reports go back, and it leads there.
            let who = (editor, ActId(services.new_id()));
            let join = split_ticket::join_again_in(services, &transaction, who, &before, now);
            Box::pin(join).await.map_err(into_undo)?;
            undone.tickets.push(ticket.id);
            continue;
        }
        let change = (&before, &ticket);
        let record =
            triage_ticket::record_undo(services, &transaction, change, editor.id, event, now);
        Box::pin(record).await?;
        undone.tickets.push(ticket.id);
    }
    if let (true, Some((_, why))) = (undone.tickets.is_empty(), undone.refused.first()) {
        return Err((*why).into());
    }
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    services.watch.bell.notify_one();
    Ok(undone)
}

fn is_split_off(entries: &[TicketEvent], ticket: TicketId) -> bool {
    entries
        .iter()
        .any(|e| e.ticket == ticket && e.event.kind == EventKind::SplitOff)
}

/// A step that was possible a moment ago and is not now: somebody changed something.
fn into_undo(error: MergeError) -> UndoError {
    match error {
        MergeError::Triage(TriageError::Storage(error)) => error.into(),
        _ => CannotUndo::ChangedSince.into(),
    }
}

/// What there is to be taken back in those entries, by ticket. An act on many tickets counts from its last entry on.
fn acts_of(entries: &[TicketEvent]) -> Vec<(TicketId, Act)> {
    let last = entries.iter().map(|entry| entry.at).max().unwrap_or(0);
    entries
        .iter()
        .filter_map(|entry| {
            let remembered = entry.event.details.remembered.as_deref()?.clone();
            let act = Act {
                id: entry.act?,
                by: entry.editor?,
                at: last,
                remembered,
            };
            Some((entry.ticket, act))
        })
        .collect()
}
