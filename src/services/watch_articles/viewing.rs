//! Which version is looked at, and whether it is all of the article or what a wall left of it.

use std::sync::Arc;

use crate::{
    domain::{
        article_text::{ArticleText, PageText},
        article_watch::VersionSource,
        clock::{DAY, UnixMillis},
        ids::{ArticleId, VersionId},
        secret::sha256,
        sighting::Viewed,
    },
    services::Services,
    storage::{
        StorageError,
        article_versions::{self, ArticleVersion},
        article_watch, articles,
    },
};

/// A text of less than this part of the one before may be cut off by a wall.
const CUT_OFF: usize = 3;
/// Shorter texts say nothing by their length, in bytes.
const TOO_SHORT_TO_TELL: usize = 600;
/// A short text that has stood alone for that long is what became of the article.
const STANDS_FOR_GOOD: i64 = 14 * DAY;

/// What reached us.
pub(super) enum Arrival {
    /// A text.
    Text {
        /// By the rule of `docs/article-text.md`.
        text: String,
        /// The whole page's, where it was read.
        page: Option<PageText>,
        /// Where from.
        source: VersionSource,
    },
    /// The page is the same as last time.
    NotModified,
    /// Nothing new: what we have is looked at again.
    Again,
}

/// The version that is looked at, on its way into the database.
pub(super) struct Now {
    /// Which one.
    pub(super) version: ArticleVersion,
    /// Where it is not stored yet, or somebody must be looked up in it.
    pub(super) text: Option<Arc<str>>,
    /// The whole page, where it was read just now.
    pub(super) page: Option<Arc<PageText>>,
    /// How it is looked at.
    pub(super) viewed: Viewed,
    /// Whether it is another than before.
    pub(super) is_other: bool,
}

/// The version that is looked at; `None` where no text is known.
pub(super) async fn view(
    services: &Services,
    id: ArticleId,
    arrival: Arrival,
    now: UnixMillis,
) -> Result<Option<Now>, StorageError> {
    let db = services.store.reader();
    let before = match article_watch::find(db, id).await?.current_version {
        Some(current) => article_versions::find(db, current).await?,
        None => None,
    };
    let (text, page, source) = match arrival {
        Arrival::Text { text, page, source } => (text, page, source),
        other => {
            let Some(version) = before else {
                return Ok(None);
            };
            let afresh = matches!(other, Arrival::NotModified);
            let version = if afresh {
                stands(services, version, now).await?
            } else {
                version
            };
            return Ok(Some(Now {
                viewed: Viewed {
                    version: version.id,
                    first_seen_at: version.first_seen_at,
                    source: VersionSource::Fetched,
                    afresh,
                    partial: version.partial,
                },
                version,
                text: None,
                page: None,
                is_other: false,
            }));
        }
    };
    let hash = sha256(text.as_bytes()).to_vec();
    let is_other = before.as_ref().is_none_or(|b| b.hash != hash);
    let mut version = match before {
        Some(before) if !is_other => stands(services, before, now).await?,
        before => ArticleVersion {
            id: VersionId(services.new_id()),
            article: id,
            hash,
            rule_version: i32::try_from(ArticleText::RULE_VERSION).unwrap_or(i32::MAX),
            source,
            first_seen_at: now,
            last_seen_at: now,
            partial: match &before {
                Some(before) => is_cut_off(services, before, &text).await?,
                None => false,
            },
        },
    };
    // The content system knows no wall.
    version.partial &= source != VersionSource::Sent;
    Ok(Some(Now {
        viewed: Viewed {
            version: version.id,
            first_seen_at: version.first_seen_at,
            source,
            afresh: true,
            partial: version.partial,
        },
        version,
        text: Some(text.into()),
        page: page.map(Arc::new),
        is_other,
    }))
}

/// A version that was seen once more. One that was taken for a part is all there is when nothing longer is known any more, or when it
/// has stood unchanged for so long that no article will come back.
async fn stands(
    services: &Services,
    mut version: ArticleVersion,
    now: UnixMillis,
) -> Result<ArticleVersion, StorageError> {
    version.last_seen_at = now;
    if !version.partial {
        return Ok(version);
    }
    let db = services.store.reader();
    let other = article_versions::other_seen_at(db, &version).await?;
    let since = other.map_or(version.first_seen_at, |at| at.max(version.first_seen_at));
    version.partial = now - since < STANDS_FOR_GOOD
        && match article_versions::text(db, version.id).await? {
            Some(text) => is_cut_off(services, &version, &text).await?,
            None => false,
        };
    Ok(version)
}

/// Whether a text is so much shorter than the last one that was whole that a wall may have cut it off.
async fn is_cut_off(
    services: &Services,
    before: &ArticleVersion,
    text: &str,
) -> Result<bool, StorageError> {
    let db = services.store.reader();
    let since = selector_since(services, before.article).await?;
    // Walls differ from day to day: a teaser is compared with the article, not with yesterday's teaser.
    let whole = if before.partial {
        article_versions::last_whole(db, before.article, since).await?
    } else if before.last_seen_at <= since {
        None
    } else {
        article_versions::text(db, before.id).await?
    };
    Ok(whole.is_some_and(|old| old.len() >= TOO_SHORT_TO_TELL && text.len() < old.len() / CUT_OFF))
}

/// Since when the article's text is taken from where it is now.
async fn selector_since(
    services: &Services,
    article: ArticleId,
) -> Result<UnixMillis, StorageError> {
    let db = services.store.reader();
    let article = articles::by_ids(db, &[article]).await?.pop();
    let newsroom = services.store.newsroom().await?;
    let site = article.and_then(|article| newsroom.sites.iter().find(|s| s.id == article.site));
    Ok(site.and_then(|s| s.settings.selector_since).unwrap_or(0))
}
