//! What somebody outside the newsroom is shown of a ticket that is passed on to them: the reported words and where they stand, never who
//! reported them.

use super::Services;
use crate::{
    domain::{article::Article, sighting::Sighting, ticket::Ticket},
    storage::{StorageError, articles, reports, ticket_sightings, tickets},
};

/// The most readers' comments that go along.
const MOST_COMMENTS: usize = 10;
/// The most reports that are looked at for them.
const MOST_REPORTS: u64 = 50;

/// What goes along.
#[derive(Debug, Clone)]
pub struct Material {
    /// The article.
    pub article: Option<Article>,
    /// What the watch saw of the passage last.
    pub sighting: Option<Sighting>,
    /// What readers wrote, the oldest first, each once.
    pub comments: Vec<String>,
    /// Links that readers gave, each once.
    pub sources: Vec<String>,
}

/// Gathers it, as it is now: what was withdrawn or blacked out is not in it.
///
/// # Errors
/// [`StorageError`]
pub async fn material(services: &Services, ticket: &Ticket) -> Result<Material, StorageError> {
    let db = services.store.reader();
    let article = articles::by_ids(db, &[ticket.article]).await?.pop();
    let sighting = ticket_sightings::of_tickets(db, &[ticket.id]).await?.pop();
    let mut ids = tickets::doubles_of(db, ticket.id).await?;
    ids.push(ticket.id);
    let mut all = reports::of_tickets(db, &ids, None, MOST_REPORTS).await?;
    all.reverse();
    let mut comments: Vec<String> = Vec::new();
    let mut sources: Vec<String> = Vec::new();
    for report in all.into_iter().filter(|r| r.withdrawn_at.is_none()) {
        add(&mut comments, report.comment);
        add(&mut sources, report.source);
    }
    Ok(Material {
        article,
        sighting,
        comments,
        sources,
    })
}

fn add(list: &mut Vec<String>, text: Option<String>) {
    if let Some(text) = text
        && list.len() < MOST_COMMENTS
        && !list.contains(&text)
    {
        list.push(text);
    }
}
