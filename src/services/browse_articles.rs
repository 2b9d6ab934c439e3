//! An editor looks at an article: what it says now with the passages of its open tickets, what it said before, its tickets.

use super::Services;
use crate::{
    domain::{
        article::Article,
        editor::Editor,
        ids::{ArticleId, TicketId, VersionId},
        sighting::Sighting,
        ticket::Ticket,
        version_difference::{VersionDifference, version_difference},
    },
    storage::{
        StorageError,
        article_versions::{self, ArticleVersion},
        article_watch::{self, Watched},
        articles, ticket_sightings, tickets,
    },
};

/// How many versions are shown at once.
pub const VERSIONS_PER_PAGE: usize = 10;
/// How many tickets are shown at once.
pub const TICKETS_PER_PAGE: usize = 20;

/// Where the pages of an article's lists begin; at the newest, if nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct From {
    /// Versions older than this one.
    pub version: Option<VersionId>,
    /// Tickets older than this one.
    pub ticket: Option<TicketId>,
}

/// A version, and what it changed.
#[derive(Debug, Clone)]
pub struct ListedVersion {
    /// The version.
    pub version: ArticleVersion,
    /// What is other than in the version before; nothing of the oldest.
    pub difference: Option<VersionDifference>,
}

/// An article and what belongs to it.
#[derive(Debug, Clone)]
pub struct ArticleDetails {
    /// The article.
    pub article: Article,
    /// How its page was last read.
    pub watched: Watched,
    /// What it says now, if that is known.
    pub text: Option<String>,
    /// Its open tickets that name a passage, each with where that is in the present text.
    pub open: Vec<(Ticket, Option<Sighting>)>,
    /// Its tickets, newest first.
    pub tickets: Vec<Ticket>,
    /// Where older tickets begin.
    pub more_tickets: Option<TicketId>,
    /// Its versions, newest first by when they were last seen.
    pub versions: Vec<ListedVersion>,
    /// Where older versions begin.
    pub more_versions: Option<VersionId>,
}

/// One article, if the editor may read it.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    services: &Services,
    editor: &Editor,
    id: ArticleId,
) -> Result<Option<Article>, StorageError> {
    let found = articles::by_ids(services.store.reader(), &[id])
        .await?
        .pop();
    Ok(found.filter(|a| editor.reads(a.site)))
}

/// How many versions of an article are kept, counted to [`article_versions::MAX_LISTED`].
///
/// # Errors
/// [`StorageError`]
pub async fn count_versions(services: &Services, id: ArticleId) -> Result<usize, StorageError> {
    Ok(article_versions::of_article(services.store.reader(), id)
        .await?
        .len())
}

/// One article and what belongs to it, if the editor may read it.
///
/// # Errors
/// [`StorageError`]
pub async fn details(
    services: &Services,
    editor: &Editor,
    id: ArticleId,
    from: From,
) -> Result<Option<ArticleDetails>, StorageError> {
    let db = services.store.reader();
    let Some(article) = find(services, editor, id).await? else {
        return Ok(None);
    };
    let watched = article_watch::find(db, id).await?;
    let text = match watched.current_version {
        Some(version) => article_versions::text(db, version).await?,
        None => None,
    };
    let open = open_tickets(services, id, watched.current_version).await?;
    let limit = TICKETS_PER_PAGE as u64 + 1;
    let mut page = tickets::of_article(db, id, from.ticket, limit).await?;
    let more_tickets = (page.len() > TICKETS_PER_PAGE)
        .then(|| page.pop())
        .flatten()
        .and(page.last())
        .map(|t| t.id);
    let (versions, more_versions) = versions(services, id, from.version).await?;
    Ok(Some(ArticleDetails {
        article,
        watched,
        text,
        open,
        tickets: page,
        more_tickets,
        versions,
        more_versions,
    }))
}

async fn open_tickets(
    services: &Services,
    id: ArticleId,
    current: Option<VersionId>,
) -> Result<Vec<(Ticket, Option<Sighting>)>, StorageError> {
    let db = services.store.reader();
    // Of closed ones, those closed after the end of time.
    let open = tickets::with_passage(db, id, i64::MAX, false).await?;
    let ids: Vec<TicketId> = open.iter().map(|t| t.id).collect();
    let mut seen: std::collections::HashMap<TicketId, Sighting> =
        ticket_sightings::of_tickets(db, &ids)
            .await?
            .into_iter()
            .filter(|s| s.version.is_some() && s.version == current)
            .map(|s| (s.ticket, s))
            .collect();
    Ok(open
        .into_iter()
        .map(|ticket| {
            let sighting = seen.remove(&ticket.id);
            (ticket, sighting)
        })
        .collect())
}

async fn versions(
    services: &Services,
    id: ArticleId,
    before: Option<VersionId>,
) -> Result<(Vec<ListedVersion>, Option<VersionId>), StorageError> {
    let db = services.store.reader();
    let before = match before {
        Some(version) => article_versions::find(db, version)
            .await?
            .filter(|v| v.article == id),
        None => None,
    };
    // One more than is shown: the last one shown is compared with it.
    let limit = VERSIONS_PER_PAGE as u64 + 1;
    let page = article_versions::page(db, id, before.as_ref(), limit).await?;
    let ids: Vec<VersionId> = page.iter().map(|v| v.id).collect();
    let texts: std::collections::HashMap<VersionId, String> = article_versions::texts(db, &ids)
        .await?
        .into_iter()
        .collect();
    // Comparing is work for the threads that may take their time.
    let compared = tokio::task::spawn_blocking(move || compare(page, &texts)).await;
    let (mut listed, compared_with) = compared.unwrap_or_default();
    listed.truncate(VERSIONS_PER_PAGE);
    let more = compared_with.and(listed.last()).map(|v| v.version.id);
    Ok((listed, more))
}

/// Each version with what it changed, and the version beyond the page.
fn compare(
    page: Vec<ArticleVersion>,
    texts: &std::collections::HashMap<VersionId, String>,
) -> (Vec<ListedVersion>, Option<VersionId>) {
    let beyond = page.get(VERSIONS_PER_PAGE).map(|v| v.id);
    let olders: Vec<Option<VersionId>> = (1..=page.len())
        .map(|next| page.get(next).map(|v| v.id))
        .collect();
    let listed = page
        .into_iter()
        .zip(olders)
        .map(|(version, older)| {
            let new = texts.get(&version.id);
            let old = older.and_then(|id| texts.get(&id));
            ListedVersion {
                difference: old.zip(new).map(|(old, new)| version_difference(old, new)),
                version,
            }
        })
        .collect();
    (listed, beyond)
}
