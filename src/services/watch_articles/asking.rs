//! Who asks for the page itself: an editor who wants to know now, the content system that says that it saved. What they set going is
//! done to its end, also when they do not wait for it.

use tracing::{Instrument as _, error};
use url::Url;

use super::{
    LEASE, Looked, Subject, WatchError, look,
    taking_in::{Outcome, take_in},
    viewing::Arrival,
};
use crate::{
    domain::{
        article::{Article, ArticleUrl},
        article_text::ArticleText,
        article_watch::{FetchError, Interest, VersionSource, WATCHED_AFTER_CLOSING, WatchState},
        editor::Editor,
        ids::ArticleId,
        site::Site,
    },
    services::Services,
    storage::{StorageError, article_watch, articles, sites, tickets},
};

/// The longest text that the content system may send, in bytes.
pub const MAX_SENT_TEXT: usize = 2 * 1024 * 1024;

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
    Ok(look_at_once(services, id).await?)
}

/// Whether an editor may change what concerns an article; of others they do not learn that it exists.
pub(super) async fn may_edit(
    services: &Services,
    editor: &Editor,
    id: ArticleId,
) -> Result<(), WatchError> {
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

async fn look_at_once(services: &Services, id: ArticleId) -> Result<Looked, StorageError> {
    let services = services.clone();
    to_the_end(async move { claim_and_look(&services, id).await }).await
}

/// A browser that is closed, or a content system that waits for two seconds, ends the request; what it set going goes on.
async fn to_the_end(
    work: impl Future<Output = Result<Looked, StorageError>> + Send + 'static,
) -> Result<Looked, StorageError> {
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(error) => {
            // The article is still due: the worker looks when the lease is over.
            error!(%error, "a look broke off");
            Ok(Looked {
                put_off: true,
                ..Looked::default()
            })
        }
    }
}

async fn claim_and_look(services: &Services, id: ArticleId) -> Result<Looked, StorageError> {
    let lease = services.new_id();
    let now = services.now();
    let transaction = services.store.begin().await?;
    let ours = article_watch::claim_one(&transaction, id, lease, now, now + LEASE).await?;
    if !ours {
        // Whoever is at it may have read the page before what is asked about: once more after that.
        article_watch::hasten(&transaction, &[id], now).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    if ours {
        // A look is much at once; whoever waits for one need not hold it.
        return Box::pin(look(services, id, lease)).await;
    }
    services.watch.bell.notify_one();
    let watched = article_watch::find(services.store.reader(), id).await?;
    Ok(Looked {
        version: watched.current_version,
        put_off: true,
        next_look_at: watched.look_at,
        ..Looked::default()
    })
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
        let (services, text) = (services.clone(), text.to_owned());
        let work = async move { Box::pin(take_text(&services, article, site, &text)).await };
        return Ok(Some((id, to_the_end(work).await?)));
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
    let is_full = services.watch.is_disk_full();
    let arrival = if is_full {
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
    article_watch::take_over(&transaction, article.id, lease, now, now + LEASE).await?;
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
    // Who asked for the page shall have it, and at once: whoever was reading it for them comes too late now.
    let next = if watched.asked > 0 {
        Some(now)
    } else {
        next.or(watched.look_at)
    };
    let outcome = Outcome {
        state: &state,
        next,
        answered: 0,
    };
    let mut looked = Box::pin(take_in(services, &subject, outcome, arrival)).await?;
    if is_full {
        looked.error = Some(FetchError::DiskFull);
    }
    Ok(looked)
}
