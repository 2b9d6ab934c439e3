//! The same wrong words in other articles that we know: an editor sees where, and opens tickets there.

use std::sync::Arc;

use super::{
    Services,
    file_report::{self, FileReportError, Submission},
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        article::{Article, ArticleUrl},
        editor::Editor,
        ids::{ArticleId, TicketId},
        normalise::normalise,
        passage::Passage,
        report::NewReport,
        secret::sha256,
        ticket::{Step, Ticket, TicketState},
        wrong_words::{WrongWords, occurrences, passage_at, wrong_words},
    },
    storage::{
        StorageError, Transaction, article_search, article_versions, articles, filing,
        notifications, sites, tickets,
    },
};

/// The most articles that are named.
pub const MOST_ARTICLES: usize = 20;
/// How many are looked at closely for that: folded words find more than was meant.
const LOOKED_AT: u64 = 40;
/// The most places counted in one article.
const MOST_PLACES: usize = 50;

/// Another article with the same wrong words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Which one.
    pub article: Article,
    /// The first place.
    pub passage: Passage,
    /// How many places there are.
    pub places: usize,
    /// A ticket there that is about these words already.
    pub ticket: Option<TicketId>,
}

/// Where else a ticket's wrong words stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlsoIn {
    /// The words.
    pub words: WrongWords,
    /// The articles, by title; at most [`MOST_ARTICLES`].
    pub articles: Vec<Elsewhere>,
    /// Whether there may be more.
    pub more: bool,
}

/// Why no tickets were opened.
#[derive(Debug, thiserror::Error)]
pub enum AlsoInError {
    /// The ticket cannot be seen or changed.
    #[error(transparent)]
    Triage(#[from] TriageError),
    /// The words do not stand in that article any more.
    #[error("the words do not stand there any more")]
    NotThere,
    /// A report there could not be filed.
    #[error(transparent)]
    File(#[from] FileReportError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Where else the wrong words of a ticket stand; nothing where they say too little to be looked for.
///
/// # Errors
/// [`StorageError`]
pub async fn find(services: &Services, ticket: &Ticket) -> Result<Option<AlsoIn>, StorageError> {
    let Some(words) = wrong_words(ticket) else {
        return Ok(None);
    };
    let db = services.store.reader();
    let found =
        article_search::holding(db, ticket.site, ticket.article, &words.old, LOOKED_AT).await?;
    let mut more = found.len() as u64 == LOOKED_AT;
    let ids: Vec<ArticleId> = found.iter().map(|(article, _)| *article).collect();
    let versions: Vec<_> = found.iter().map(|(_, version)| *version).collect();
    let texts = article_versions::texts(db, &versions).await?;
    let known = articles::by_ids(db, &ids).await?;
    let there = tickets::joinable(db, &ids).await?;
    let mut all = Vec::new();
    for article in known {
        let text = found
            .iter()
            .find(|(id, _)| *id == article.id)
            .and_then(|(_, version)| texts.iter().find(|(id, _)| id == version))
            .map_or("", |(_, text)| text.as_str());
        let places = occurrences(text, &words.old, MOST_PLACES);
        let Some(first) = places.first() else {
            continue;
        };
        let folded = normalise(&words.old);
        let ticket = there
            .iter()
            .filter(|t| t.article == article.id && t.state != TicketState::Closed)
            .find(|t| {
                t.passage
                    .as_ref()
                    .is_some_and(|p| normalise(&p.exact).contains(&folded))
            })
            .map(|t| t.id);
        all.push(Elsewhere {
            passage: passage_at(text, first),
            places: places.len(),
            ticket,
            article,
        });
    }
    all.sort_by(|a, b| {
        (&a.article.facts.title, a.article.id).cmp(&(&b.article.facts.title, b.article.id))
    });
    more |= all.len() > MOST_ARTICLES;
    all.truncate(MOST_ARTICLES);
    Ok(Some(AlsoIn {
        words,
        articles: all,
        more,
    }))
}

/// Opens a ticket in each of these articles, all or none; the tickets, in their order. Whoever opens them is not alerted, nor is
/// anybody else: the original ticket told them. Asked twice, it opens nothing twice.
///
/// # Errors
/// [`AlsoInError`]
pub async fn open_there(
    services: &Services,
    editor: &Editor,
    id: TicketId,
    chosen: &[ArticleId],
) -> Result<Vec<TicketId>, AlsoInError> {
    let db = services.store.reader();
    let original = triage_ticket::editable(db, editor, id).await?;
    let site = sites::all(db)
        .await?
        .into_iter()
        .find(|s| s.id == original.site)
        .map(Arc::new)
        .ok_or(TriageError::UnknownTicket)?;
    let also = find(services, &original)
        .await?
        .ok_or(AlsoInError::NotThere)?;
    let mut places = Vec::with_capacity(chosen.len());
    for article in chosen {
        let place = also.articles.iter().find(|e| e.article.id == *article);
        let place = place.ok_or(AlsoInError::NotThere)?;
        let url = ArticleUrl::parse(&place.article.url).map_err(|_| AlsoInError::NotThere)?;
        places.push((place, url));
    }
    let transaction = services.store.begin().await?;
    lock_places(&transaction, id, &places).await?;
    let mut opened = Vec::with_capacity(chosen.len());
    for (place, url) in places {
        if let Some(known) = place.ticket {
            opened.push(known);
            continue;
        }
        let article = place.article.id;
        let submission = Submission {
            site: Arc::clone(&site),
            report: NewReport {
                article: url,
                facts: place.article.facts.clone(),
                page_url: None,
                passage: Some(place.passage.clone()),
                part: None,
                kind: original.kind,
                suggestion: also.words.new.clone(),
                comment: None,
                source: None,
                contact: None,
                elapsed_ms: None,
                insisted: false,
            },
            idempotency_key: Some(key_of(id, article)),
            body_hash: sha256(format!("{}:{article}", id.0).as_bytes()),
            lang: site.lang,
            consent_text: String::new(),
            confirm_after: None,
        };
        let receipt = file_report::file_in(services, &transaction, &submission).await?;
        notifications::drop_alerts(&transaction, receipt.ticket).await?;
        let came_to = tickets::find(&transaction, receipt.ticket).await?;
        let came_to = came_to.ok_or(TriageError::UnknownTicket)?;
        let there = tickets::original_of(&transaction, came_to).await?;
        if there.id == id {
            // Merged with this one since: it stands there already.
            opened.push(id);
            continue;
        }
        let mut steps = Vec::new();
        if there.state == TicketState::Closed {
            // What was decided there was decided on words that do stand there.
            steps.push(Step::Open);
        }
        steps.push(Step::NoteOrigin(id));
        triage_ticket::take_steps_in(
            services,
            &transaction,
            editor,
            there.id,
            Seen::Anything,
            steps,
        )
        .await?;
        opened.push(there.id);
    }
    transaction.commit().await.map_err(StorageError::from)?;
    services.watch.bell.notify_one();
    Ok(opened)
}

/// Under which key a report about the words of that ticket is filed in another article.
fn key_of(ticket: TicketId, article: ArticleId) -> [u8; 32] {
    sha256(format!("also_in:{}:{article}", ticket.0).as_bytes())
}

/// Locks all articles first and as intake does, which takes the counters afterwards. What was opened there once may have been merged
/// since into a ticket of yet another article.
async fn lock_places(
    transaction: &Transaction,
    id: TicketId,
    places: &[(&Elsewhere, ArticleUrl)],
) -> Result<(), StorageError> {
    let no_article = std::iter::empty::<&[u8]>();
    let filed = places.iter().map(|(place, _)| key_of(id, place.article.id));
    let known = filing::find(transaction, no_article, filed).await?;
    let opened: Vec<TicketId> = known.reports.iter().map(|report| report.ticket).collect();
    let mut beyond = Vec::new();
    for ticket in tickets::by_ids(transaction, &opened).await? {
        beyond.push(ticket.article);
        let originals = tickets::originals_of(transaction, &ticket).await?;
        beyond.extend(originals.iter().map(|original| original.article));
    }
    let keys: Vec<Vec<u8>> = places.iter().map(|(_, url)| url.key().to_vec()).collect();
    articles::lock_with_keys(transaction, &beyond, &keys).await
}
