//! Tickets that are perhaps about the same mistake: of the same article, about the same words, but not alike enough to be put together without
//! an editor (another kind, another suggestion).

use super::Services;
use crate::{
    domain::{
        grouping::{Candidate, alike},
        rule::Rule,
        ticket::{Ticket, TicketState},
    },
    storage::{StorageError, tickets},
};

/// The most that are named.
pub const MOST_NAMED: usize = 3;
/// How many of the article's newest tickets are looked at.
const LOOKED_AT: u64 = 200;

/// A ticket that is perhaps about the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Perhaps {
    /// Which one.
    pub ticket: Ticket,
    /// What speaks for it.
    pub why: Rule,
}

/// What is perhaps the same as a ticket; nothing for one that is closed.
///
/// # Errors
/// [`StorageError`]
pub async fn find(services: &Services, ticket: &Ticket) -> Result<Vec<Perhaps>, StorageError> {
    if ticket.state == TicketState::Closed {
        return Ok(Vec::new());
    }
    let db = services.store.reader();
    let others = tickets::of_article(db, ticket.article, None, LOOKED_AT).await?;
    let own = candidate(ticket);
    let mut found: Vec<Perhaps> = others
        .into_iter()
        .filter(|other| other.id != ticket.id && other.state != TicketState::Closed)
        .filter_map(|other| {
            let why = alike(&own, &candidate(&other))?;
            Some(Perhaps { ticket: other, why })
        })
        .collect();
    found.sort_by_key(|p| {
        (
            p.why != Rule::SameCorrection,
            p.why != Rule::SameWords,
            p.ticket.id,
        )
    });
    found.truncate(MOST_NAMED);
    Ok(found)
}

fn candidate(ticket: &Ticket) -> Candidate {
    let suggestions: Vec<&str> = ticket.suggestions.iter().map(|s| s.text.as_str()).collect();
    Candidate::new(
        ticket.id,
        (ticket.state, ticket.resolution),
        ticket.kind.class(),
        ticket.part,
        ticket.passage.as_ref(),
        &suggestions,
    )
}
