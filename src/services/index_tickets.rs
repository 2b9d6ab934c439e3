//! The search index follows the tickets, by a second: who writes a ticket only notes that it is to be indexed. Its words come
//! from its quote, all its reports' quotes, suggestions, comments and answers, its notes, its tags and the article's title.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    time::Duration,
};

use tracing::{error, info};

use super::Services;
use crate::{
    domain::{
        analyser::Indexed,
        article::Article,
        ids::{ArticleId, TicketId},
        ticket::Ticket,
    },
    storage::{
        Connection, StorageError, articles, events, report_answers, reports, search, tickets,
    },
};

/// Tickets indexed in one transaction.
const AT_ONCE: u64 = 200;
/// Reports of one ticket that are read for their words.
const MOST_REPORTS: u64 = 200;
/// How long what is to be indexed gathers: intake and search are not to wait for each other.
const GATHERS: Duration = Duration::from_millis(300);
/// How often the queue is looked at when nobody rings: another instance may have filled it.
const AT_LEAST_EVERY: Duration = Duration::from_secs(1);

/// Indexes until told to stop.
pub async fn run(services: Services, stopped: impl Future<Output = ()>) {
    let mut stopped = std::pin::pin!(stopped);
    loop {
        let indexed = match index_pending(&services).await {
            Ok(indexed) => indexed,
            Err(error) => {
                error!(%error, "tickets could not be indexed for the search");
                0
            }
        };
        let pause = if indexed < usize::try_from(AT_ONCE).unwrap_or(0) {
            AT_LEAST_EVERY
        } else {
            GATHERS
        };
        tokio::select! {
            () = &mut stopped => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Indexes what waits, or, when nothing does, a part of what an older analyser indexed; how many tickets.
///
/// # Errors
/// [`StorageError`]
pub async fn index_pending(services: &Services) -> Result<usize, StorageError> {
    // Looked at before the lock is taken: mostly nothing waits.
    let db = services.store.reader();
    let waiting = !search::queued(db, 1).await?.is_empty();
    if !waiting && search::not_indexed_below(db).await?.is_none() {
        return Ok(0);
    }
    let transaction = services.store.begin().await?;
    if !search::take_turn(&transaction).await? {
        return Ok(0);
    }
    let queued = search::queued(&transaction, AT_ONCE).await?;
    let ids: BTreeSet<TicketId> = queued.iter().map(|(_, ticket)| *ticket).collect();
    let indexed = if ids.is_empty() {
        index_older(&transaction).await?
    } else {
        let ids: Vec<TicketId> = ids.into_iter().collect();
        index_now(&transaction, &ids).await?;
        let entries: Vec<i64> = queued.iter().map(|(entry, _)| *entry).collect();
        search::settle(&transaction, &entries).await?;
        ids.len()
    };
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(indexed)
}

/// The next tickets below those that this version's analyser has indexed, newest first.
async fn index_older(db: &impl Connection) -> Result<usize, StorageError> {
    let Some(below) = search::not_indexed_below(db).await? else {
        return Ok(0);
    };
    let ids = tickets::numbers_below(db, below, AT_ONCE).await?;
    index_now(db, &ids).await?;
    search::indexed_down_to(db, ids.last().copied()).await?;
    if ids.is_empty() {
        info!("all tickets are indexed for the search");
    }
    Ok(ids.len())
}

/// Indexes these tickets as they are now.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn index_now(db: &impl Connection, ids: &[TicketId]) -> Result<(), StorageError> {
    let list = tickets::by_ids(db, ids).await?;
    let of_articles: BTreeSet<ArticleId> = list.iter().map(|t| t.article).collect();
    let of_articles: Vec<ArticleId> = of_articles.into_iter().collect();
    let articles: HashMap<ArticleId, Article> = articles::by_ids(db, &of_articles)
        .await?
        .into_iter()
        .map(|article| (article.id, article))
        .collect();
    let mut said: BTreeMap<TicketId, Vec<String>> =
        reports::words_of(db, ids, MOST_REPORTS).await?;
    for (ticket, note) in events::notes_of(db, ids).await? {
        said.entry(ticket).or_default().push(note);
    }
    for (ticket, answers) in report_answers::words_of(db, ids).await? {
        said.entry(ticket).or_default().extend(answers);
    }
    let indexed: Vec<(TicketId, Indexed)> = list
        .iter()
        .map(|ticket| {
            let said = said.get(&ticket.id).map_or(&[][..], Vec::as_slice);
            (
                ticket.id,
                words_of(ticket, articles.get(&ticket.article), said),
            )
        })
        .collect();
    search::put(db, &indexed).await
}

/// What a ticket is found by.
#[must_use]
pub fn words_of(ticket: &Ticket, article: Option<&Article>, said: &[String]) -> Indexed {
    let reference = ticket.id.to_string();
    let mut texts = vec![reference.as_str()];
    texts.extend(ticket.passage.as_ref().map(|p| p.exact.as_str()));
    texts.extend(ticket.suggestions.iter().map(|s| s.text.as_str()));
    texts.extend(ticket.accepted_suggestion.as_deref());
    texts.extend(ticket.comment.as_deref());
    texts.extend(article.and_then(|a| a.facts.title.as_deref()));
    texts.extend(ticket.public_note.as_deref());
    texts.extend(ticket.tags.iter().map(String::as_str));
    texts.extend(said.iter().map(String::as_str));
    // Most reports say what others said.
    let mut known = BTreeSet::new();
    texts.retain(|text| known.insert(*text));
    Indexed::of(texts)
}
