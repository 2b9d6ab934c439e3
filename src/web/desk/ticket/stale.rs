//! What a page says to a form that was open while somebody else decided: what happened meanwhile, and what would happen if it were applied
//! all the same.

use minijinja::{Value, context};

use super::{RefusedForm, event_names};
use crate::{
    domain::ticket::{Step, Ticket, TicketState},
    links::ticket_path,
    services::browse_tickets::Newsroom,
    storage::events::TicketEvent,
    views,
};

/// How many entries of the history whoever sent a form had before them.
pub(super) fn shown_before(events: &[TicketEvent], seen: Option<i64>, now: i64) -> usize {
    let seen = seen.unwrap_or(now);
    let is_known = |e: &TicketEvent| {
        let remembered = e.event.details.remembered.as_deref();
        remembered.is_some_and(|r| r.version <= seen)
    };
    if let Some(last) = events.iter().rposition(is_known) {
        let act = events[last].act;
        return events
            .iter()
            .rposition(|e| e.act == act)
            .map_or(last, |at| at + 1);
    }
    // Nothing before it was an act: each version is an entry.
    let newer = usize::try_from((now - seen).max(1)).unwrap_or(usize::MAX);
    events.len().saturating_sub(newer)
}

/// What would happen if what was decided on an earlier version were applied to the ticket as it is.
pub(super) fn anyway(
    refused: &RefusedForm,
    ticket: &Ticket,
    newsroom: &Newsroom,
    now: i64,
) -> Option<Value> {
    let steps = ticket.steps_anyway(&refused.decided, now)?;
    let action = refused.action?;
    let reopens = steps.first() == Some(&Step::Open) && ticket.state == TicketState::Closed;
    let mut after = ticket.clone();
    let happens: Vec<Value> = steps
        .into_iter()
        .filter_map(|step| after.take(step, now).ok())
        .flatten()
        .map(|event| views::event(&event, &event_names(&event.details, newsroom)))
        .collect();
    Some(context! {
        path => format!("{}/{action}", ticket_path(ticket.id)),
        fields => refused.fields.iter().filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| context! { name => *name, value => value.as_str() }).collect::<Vec<_>>(),
        happens => happens,
        reopens => reopens,
    })
}
