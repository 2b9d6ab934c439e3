//! The server looks at an article: reads its page, keeps what it says, looks up every ticket's passage in it, and does what
//! follows, all in one transaction with the history and the mails it owes.
//!
//! Here lie the ways in: the worker with an article it has claimed, an editor who wants to know now, the content system that
//! says that it saved. How pages are read is handed in ([`ArticleSource`]): services know no HTTP.

use tracing::warn;
use url::Url;
use uuid::Uuid;

use super::Services;
use crate::{
    domain::{
        article::{Article, ArticleUrl},
        article_text::ArticleText,
        article_watch::{FetchError, Interest, VersionSource, WATCHED_AFTER_CLOSING, WatchState},
        clock::{DAY, MINUTE, UnixMillis},
        editor::Editor,
        ids::{ArticleId, TicketId, VersionId},
        site::Site,
        ticket::{PassageState, Resolution, TicketState},
    },
    storage::{StorageError, article_watch, articles, sites, ticket_sightings, tickets},
};

mod follow_up;
mod forgetting;
mod look_up;
mod means;
mod taking_in;

pub use self::{
    forgetting::{delete_expired_versions, forget_address, forget_versions, forget_versions_as},
    means::{ArticleSource, Fetched, FreeSpace, Page, WatchMeans},
};

use taking_in::{Arrival, take_in};

/// How long one look may hold an article.
const LEASE: i64 = MINUTE;
/// The longest text that the content system may send, in bytes.
pub const MAX_SENT_TEXT: usize = 2 * 1024 * 1024;

/// A ticket that a look changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedTicket {
    /// Which one.
    pub ticket: TicketId,
    /// What is said of its passage now.
    pub passage_state: PassageState,
    /// Where it stands now.
    pub state: TicketState,
    /// What became of it.
    pub resolution: Option<Resolution>,
    /// Whether its mistake is back.
    pub regressed: bool,
    /// What stands there now.
    pub now: Option<String>,
}

/// What came of a look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// The version that the article shows, as far as we know.
    pub version: Option<VersionId>,
    /// Whether that is another than before.
    pub changed: bool,
    /// Why the page could not be read, if it could not.
    pub error: Option<FetchError>,
    /// Somebody else is at it just now, or was a moment ago: this is what they found.
    pub put_off: bool,
    /// How many tickets were looked up.
    pub looked_up: usize,
    /// Those that are another than before.
    pub tickets: Vec<ChangedTicket>,
    /// When it is looked at next.
    pub next_look_at: Option<UnixMillis>,
}

/// Why an article was not looked at.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// No such article, or none this editor may see.
    #[error("there is no such article")]
    UnknownArticle,
    /// The address is not on a site that this editor may change.
    #[error("this address is on none of the sites that this person may change")]
    ForeignAddress,
    /// The editor may read only.
    #[error("this editor may read, not change")]
    ReadOnly,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// An article with what a look needs.
pub(super) struct Subject {
    article: Article,
    site: Site,
    lease: Uuid,
}

/// Articles that are due, claimed; at most so many.
///
/// # Errors
/// [`StorageError`]
pub async fn claim_due(
    services: &Services,
    limit: u64,
) -> Result<(Uuid, Vec<ArticleId>), StorageError> {
    let lease = services.new_id();
    let now = services.now();
    let transaction = services.store.begin().await?;
    let claimed = article_watch::claim(&transaction, lease, now, now + LEASE, limit).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok((lease, claimed))
}

/// Looks at an article that was claimed under that lease.
///
/// # Errors
/// [`StorageError`]
pub async fn look(services: &Services, id: ArticleId, lease: Uuid) -> Result<Looked, StorageError> {
    let db = services.store.reader();
    let article = articles::by_ids(db, &[id]).await?.pop();
    let site = match &article {
        Some(article) => sites::all(db)
            .await?
            .into_iter()
            .find(|s| s.id == article.site),
        None => None,
    };
    let Some((article, site)) = article.zip(site) else {
        give_back(services, id, lease, None).await?;
        return Ok(Looked::default());
    };
    let subject = Subject {
        article,
        site,
        lease,
    };
    let now = services.now();
    let watched = article_watch::find(db, id).await?;
    let known = tickets::with_passage(db, id, now - WATCHED_AFTER_CLOSING, false).await?;
    let interest = Interest::of(&known, now);
    if interest == Interest::Nothing {
        give_back(services, id, lease, None).await?;
        return Ok(Looked {
            version: watched.current_version,
            ..Looked::default()
        });
    }
    let mut state = watched.state.clone();
    let earliest = state.earliest();
    if earliest > now {
        // A report came right after a look: what we have is new enough for it.
        let mut looked =
            take_in(services, &subject, &state, Arrival::Again, Some(earliest)).await?;
        looked.put_off = true;
        return Ok(looked);
    }
    let fetched = if services.watch.is_disk_full() {
        Fetched::Failed {
            error: FetchError::DiskFull,
            retry_after: None,
        }
    } else {
        // A new ticket needs the page itself, for the link that leads there. Where none does, we do not ask for ever.
        let new = known.iter().filter(|t| t.created_at > now - DAY);
        let new: Vec<TicketId> = new.map(|t| t.id).collect();
        let seen = ticket_sightings::of_tickets(db, &new).await?;
        let linked = seen.iter().filter(|s| s.look.directive.is_some()).count();
        let whole = linked < new.len();
        fetch(services, &subject, &watched, whole).await
    };
    let now = services.now();
    let random = random_byte(services);
    let bounds = services.watch.intervals;
    let arrival = match fetched {
        Fetched::Text {
            text,
            page,
            etag,
            last_modified,
        } => {
            state.etag = etag;
            state.last_modified = last_modified;
            Arrival::Text {
                text,
                page: Some(page),
                source: VersionSource::Fetched,
            }
        }
        Fetched::NotModified => Arrival::NotModified,
        Fetched::Failed { error, retry_after } => {
            let next = state.fail(error, retry_after, interest, bounds, now, random);
            count_fetch(error.as_str());
            warn!(article.id = %id, %error, failures = state.failures, "an article could not be read");
            let mut looked = take_in(services, &subject, &state, Arrival::Again, next).await?;
            looked.error = Some(error);
            return Ok(looked);
        }
    };
    count_fetch(match arrival {
        Arrival::NotModified => "not_modified",
        _ => "read",
    });
    let next = state.succeed(interest, bounds, now, random);
    take_in(services, &subject, &state, arrival, next).await
}

async fn fetch(
    services: &Services,
    subject: &Subject,
    watched: &article_watch::Watched,
    whole: bool,
) -> Fetched {
    let Some(source) = &services.watch.source else {
        return Fetched::Failed {
            error: FetchError::Unreachable,
            retry_after: None,
        };
    };
    // Without the version, "not modified" would leave us with nothing.
    let known = watched.current_version.is_some() && !whole;
    let page = Page {
        url: subject.article.url.clone(),
        origins: subject.site.origins.clone(),
        selector: subject.site.settings.article_selector.clone(),
        etag: watched.state.etag.clone().filter(|_| known),
        last_modified: watched.state.last_modified.clone().filter(|_| known),
    };
    source.fetch(&page).await
}

fn count_fetch(outcome: &'static str) {
    metrics::counter!("fehlermelder_article_fetches_total", "outcome" => outcome).increment(1);
}

fn random_byte(services: &Services) -> u8 {
    let mut random = [0; 1];
    services.entropy.fill(&mut random);
    random[0]
}

async fn give_back(
    services: &Services,
    id: ArticleId,
    lease: Uuid,
    look_at: Option<UnixMillis>,
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    article_watch::release(&transaction, id, lease, look_at).await?;
    transaction.commit().await.map_err(StorageError::from)
}

/// Makes an article due at once, for the worker.
///
/// # Errors
/// [`StorageError`]
pub async fn hasten(services: &Services, id: ArticleId) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    article_watch::hasten(&transaction, &[id], services.now()).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.watch.bell.notify_one();
    Ok(())
}

/// An editor wants to know what an article says now. When somebody is at it already, the answer says what is known.
///
/// # Errors
/// [`WatchError`]
pub async fn look_now(
    services: &Services,
    editor: &Editor,
    id: ArticleId,
) -> Result<Looked, WatchError> {
    may_edit(services, editor, id).await?;
    look_at_once(services, id).await
}

/// Whether an editor may change what concerns an article; of others they do not learn that it exists.
async fn may_edit(services: &Services, editor: &Editor, id: ArticleId) -> Result<(), WatchError> {
    let article = articles::by_ids(services.store.reader(), &[id])
        .await?
        .pop()
        .filter(|article| editor.reads(article.site))
        .ok_or(WatchError::UnknownArticle)?;
    if editor.edits(article.site) {
        Ok(())
    } else {
        Err(WatchError::ReadOnly)
    }
}

async fn look_at_once(services: &Services, id: ArticleId) -> Result<Looked, WatchError> {
    let Some(lease) = claim_now(services, id).await? else {
        let watched = article_watch::find(services.store.reader(), id).await?;
        return Ok(Looked {
            version: watched.current_version,
            put_off: true,
            next_look_at: watched.look_at,
            error: watched.state.last_error,
            ..Looked::default()
        });
    };
    // A look is much at once; whoever waits for one need not hold it.
    Ok(Box::pin(look(services, id, lease)).await?)
}

async fn claim_now(services: &Services, id: ArticleId) -> Result<Option<Uuid>, StorageError> {
    let lease = services.new_id();
    let now = services.now();
    let transaction = services.store.begin().await?;
    let ours = article_watch::claim_one(&transaction, id, lease, now, now + LEASE).await?;
    if !ours {
        // Whoever is at it may have read the page before what is asked about: once more after that.
        article_watch::hasten(&transaction, &[id], now).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    if !ours {
        services.watch.bell.notify_one();
    }
    Ok(ours.then_some(lease))
}

/// The content system says that it saved an article; `text` is what it says now, for pages that we cannot read. `None` where
/// nobody ever reported anything about that article.
///
/// # Errors
/// [`WatchError`]
pub async fn refresh(
    services: &Services,
    editor: &Editor,
    url: &ArticleUrl,
    text: Option<&str>,
) -> Result<Option<(ArticleId, Looked)>, WatchError> {
    let db = services.store.reader();
    let origin = Url::parse(url.as_str())
        .map(|u| u.origin().ascii_serialization())
        .unwrap_or_default();
    let all = sites::all(db).await?;
    let mut mine: Vec<Site> = all
        .into_iter()
        .filter(|s| s.allows(&origin) && editor.reads(s.id))
        .collect();
    if mine.is_empty() {
        return Err(WatchError::ForeignAddress);
    }
    mine.retain(|s| editor.edits(s.id));
    if mine.is_empty() {
        return Err(WatchError::ReadOnly);
    }
    for site in mine {
        let Some(article) = articles::at_address(db, site.id, url.key()).await? else {
            continue;
        };
        let id = article.id;
        let Some(text) = text else {
            return Ok(Some((id, look_at_once(services, id).await?)));
        };
        let looked = take_text(services, article, site, text).await?;
        return Ok(Some((id, looked)));
    }
    Ok(None)
}

/// Takes a text that was sent. Somebody who reads the page just now does not matter: each text is stored with where it came from.
async fn take_text(
    services: &Services,
    article: Article,
    site: Site,
    text: &str,
) -> Result<Looked, StorageError> {
    let db = services.store.reader();
    let now = services.now();
    let watched = article_watch::find(db, article.id).await?;
    let known = tickets::with_passage(db, article.id, now - WATCHED_AFTER_CLOSING, false).await?;
    // Soon after, the page itself: it may be published later, or a cache may hold it.
    let bounds = services.watch.intervals;
    let next = Interest::of(&known, now)
        .interval(now, bounds)
        .map(|_| now + bounds.shortest);
    let arrival = if services.watch.is_disk_full() {
        Arrival::Again
    } else {
        Arrival::Text {
            text: ArticleText::from_plain(text).into_string(),
            page: None,
            source: VersionSource::Sent,
        }
    };
    let lease = services.new_id();
    let transaction = services.store.begin().await?;
    // Takes it from whoever is at it: what they read is older than what was sent.
    article_watch::claim_one(&transaction, article.id, lease, i64::MAX, now + LEASE).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    let subject = Subject {
        article,
        site,
        lease,
    };
    // The page's answer "not modified" would be about its own text, which is not the current one any more.
    let state = WatchState {
        etag: None,
        last_modified: None,
        ..watched.state
    };
    Box::pin(take_in(
        services,
        &subject,
        &state,
        arrival,
        next.or(watched.look_at),
    ))
    .await
}
