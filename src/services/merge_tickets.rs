//! An editor merges tickets that are about the same mistake, and parts them again at any time. A merge is a pointer: each double leads to
//! its original, reports keep their ticket, and what the original shows is counted anew.

use super::{
    Services,
    pointers::lock_articles,
    recording::By,
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        editor::Editor,
        ids::{ActId, TicketId},
        ticket::{Closure, Decided, EventKind, Remembered, Resolution, Step, Ticket, TicketState},
    },
    storage::{
        StorageError,
        events::{self, TicketEvent},
        tickets,
    },
};

/// The most tickets merged in one act.
pub const MOST_MERGED: usize = 100;

/// Makes tickets doubles of another, all or none; the original as it is afterwards. What leads there already is left alone.
///
/// # Errors
/// [`TriageError`]
pub async fn merge(
    services: &Services,
    editor: &Editor,
    act: ActId,
    into: TicketId,
    doubles: &[TicketId],
) -> Result<Ticket, TriageError> {
    let transaction = services.store.begin().await?;
    let original = tickets::find(&transaction, into)
        .await?
        .filter(|t| editor.reads(t.site))
        .ok_or(TriageError::UnknownTicket)?;
    let original = tickets::original_of(&transaction, original).await?;
    let mut ids: Vec<TicketId> = doubles.to_vec();
    ids.push(original.id);
    lock_articles(&transaction, &ids).await?;
    for double in doubles.iter().take(MOST_MERGED) {
        let known = tickets::find(&transaction, *double)
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
        triage_ticket::act_on_in(services, &transaction, who, *double, seen, steps).await?;
    }
    let merged = tickets::find(&transaction, original.id)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(merged)
}

/// Parts a double from its original, whenever that was made: it stands where it stood before. The ticket as it is afterwards.
///
/// # Errors
/// [`TriageError`]
pub async fn part(
    services: &Services,
    editor: &Editor,
    act: ActId,
    id: TicketId,
) -> Result<Ticket, TriageError> {
    let now = services.now();
    let transaction = services.store.begin().await?;
    triage_ticket::editable(&transaction, editor, id).await?;
    lock_articles(&transaction, &[id]).await?;
    let mut ticket = tickets::lock(&transaction, id)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    if ticket.duplicate_of.is_none() {
        return Err(TriageError::NotMerged);
    }
    let before = ticket.clone();
    let history = events::of_ticket(&transaction, id).await?;
    let mut event = ticket.part(before_merge(&history), now);
    event.details.remembered = Some(Box::new(Remembered {
        before: Decided::of(&before),
        version: ticket.version,
    }));
    let by = By::act(editor.id, act);
    triage_ticket::record(
        services,
        &transaction,
        &before,
        &ticket,
        by,
        vec![event],
        now,
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(ticket)
}

/// What was decided before the merge that still stands, as the history remembers it. A ticket may have been merged several times; parting
/// takes one merge away after the other, and both may have been taken back.
fn before_merge(history: &[TicketEvent]) -> Option<Decided> {
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
    let first = history
        .iter()
        .find(|e| e.act.as_ref() == Some(merge) && e.event.details.remembered.is_some())?;
    let remembered = first.event.details.remembered.as_deref()?;
    Some(remembered.before.clone())
}
