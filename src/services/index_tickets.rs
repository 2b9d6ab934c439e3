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

/// Indexes what waits, or, when nothing does, a part of what an older analyser indexed; how many tickets. None, when another wrote to
/// the index meanwhile: what waits still does.
///
/// # Errors
/// [`StorageError`]
pub async fn index_pending(services: &Services) -> Result<usize, StorageError> {
    match read_pending(services).await? {
        Some(pending) => put(services, pending).await,
        None => Ok(0),
    }
}

/// What part of all that is to be indexed.
enum Part {
    /// Of what waits.
    Queue,
    /// Of what an older analyser has indexed, down to this ticket.
    DownTo(TicketId),
    /// Nothing is left of that.
    Last,
}

/// What was read and is to be put into the index.
pub struct Pending {
    /// The state of the index that it may be put into.
    generation: i64,
    /// The entries of the queue that are done with it.
    entries: Vec<i64>,
    /// What part it is.
    part: Part,
    indexed: Vec<(TicketId, Indexed)>,
}

/// Reads what waits and makes its words; nobody who writes waits for that.
///
/// # Errors
/// [`StorageError`]
pub async fn read_pending(services: &Services) -> Result<Option<Pending>, StorageError> {
    let snapshot = services.store.snapshot().await?;
    let generation = search::generation(&snapshot).await?;
    let queued = search::queued(&snapshot, AT_ONCE).await?;
    let (ids, part) = if queued.is_empty() {
        let Some(below) = search::not_indexed_below(&snapshot).await? else {
            return Ok(None);
        };
        // Newest first.
        let ids = tickets::numbers_below(&snapshot, below, AT_ONCE).await?;
        let part = ids.last().map_or(Part::Last, |last| Part::DownTo(*last));
        (ids, part)
    } else {
        let ids: BTreeSet<TicketId> = queued.iter().map(|(_, ticket)| *ticket).collect();
        (ids.into_iter().collect(), Part::Queue)
    };
    let texts = Texts::read(&snapshot, &ids).await?;
    snapshot.commit().await.map_err(StorageError::from)?;
    // Not on a thread that others' requests wait for.
    let Ok(indexed) = tokio::task::spawn_blocking(move || texts.indexed()).await else {
        error!("the words of tickets could not be made; they wait for the next round");
        return Ok(None);
    };
    Ok(Some(Pending {
        generation,
        entries: queued.iter().map(|(entry, _)| *entry).collect(),
        part,
        indexed,
    }))
}

/// Puts in what was read; how many tickets. None, when another wrote meanwhile.
///
/// # Errors
/// [`StorageError`]
pub async fn put(services: &Services, pending: Pending) -> Result<usize, StorageError> {
    let transaction = services.store.begin().await?;
    if !search::begin_generation(&transaction, pending.generation).await? {
        return Ok(0);
    }
    search::put(&transaction, &pending.indexed).await?;
    search::settle(&transaction, &pending.entries).await?;
    match pending.part {
        Part::Queue => {}
        Part::DownTo(last) => search::indexed_down_to(&transaction, Some(last)).await?,
        Part::Last => search::indexed_down_to(&transaction, None).await?,
    }
    transaction.commit().await.map_err(StorageError::from)?;
    if matches!(pending.part, Part::Last) {
        info!("all tickets are indexed for the search");
    }
    Ok(pending.indexed.len())
}

/// Indexes these tickets as they are now. For who has begun to erase.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn index_now(db: &impl Connection, ids: &[TicketId]) -> Result<(), StorageError> {
    search::put(db, &Texts::read(db, ids).await?.indexed()).await
}

/// Tickets and all that was said on them.
struct Texts {
    tickets: Vec<Ticket>,
    articles: HashMap<ArticleId, Article>,
    said: BTreeMap<TicketId, Vec<String>>,
}

impl Texts {
    async fn read(db: &impl Connection, ids: &[TicketId]) -> Result<Self, StorageError> {
        let tickets = tickets::by_ids(db, ids).await?;
        let of_articles: BTreeSet<ArticleId> = tickets.iter().map(|t| t.article).collect();
        let of_articles: Vec<ArticleId> = of_articles.into_iter().collect();
        let articles = articles::by_ids(db, &of_articles).await?;
        let mut said = reports::words_of(db, ids, MOST_REPORTS).await?;
        for (ticket, note) in events::notes_of(db, ids).await? {
            said.entry(ticket).or_default().push(note);
        }
        for (ticket, answers) in report_answers::words_of(db, ids).await? {
            said.entry(ticket).or_default().extend(answers);
        }
        Ok(Self {
            tickets,
            articles: articles.into_iter().map(|a| (a.id, a)).collect(),
            said,
        })
    }

    fn indexed(&self) -> Vec<(TicketId, Indexed)> {
        let words = |ticket: &Ticket| {
            let said = self.said.get(&ticket.id).map_or(&[][..], Vec::as_slice);
            words_of(ticket, self.articles.get(&ticket.article), said)
        };
        self.tickets.iter().map(|t| (t.id, words(t))).collect()
    }
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
