//! Versions that are not to be kept: forgotten by somebody's wish, or expired.

use super::{WatchError, asking::may_edit};
use crate::{
    domain::{article::ArticleUrl, clock::DAY, editor::Editor, ids::ArticleId},
    services::Services,
    storage::{StorageError, article_search, article_versions, articles, sites},
};

/// One action that forgets what an article said: a name that the archive has anonymised must not live on with us. Tickets and
/// reports keep what readers marked. How many versions there were.
///
/// # Errors
/// [`StorageError`]
pub async fn forget_versions(services: &Services, id: ArticleId) -> Result<u64, StorageError> {
    let transaction = services.store.begin().await?;
    articles::lock(&transaction, id).await?;
    let deleted = article_versions::forget(&transaction, id).await?;
    article_search::remove(&transaction, id).await?;
    article_search::wipe_removed(&transaction).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.store.wipe_deleted().await?;
    Ok(deleted)
}

/// As [`forget_versions`], for whatever stands at an address, on any site; `None` where nothing does.
///
/// # Errors
/// [`StorageError`]
pub async fn forget_address(
    services: &Services,
    url: &ArticleUrl,
) -> Result<Option<u64>, StorageError> {
    let db = services.store.reader();
    let mut forgotten = None;
    for site in sites::all(db).await? {
        if let Some(article) = articles::at_address(db, site.id, url.key()).await? {
            let deleted = forget_versions(services, article.id).await?;
            forgotten = Some(forgotten.unwrap_or(0) + deleted);
        }
    }
    Ok(forgotten)
}

/// As [`forget_versions`], in an editor's name.
///
/// # Errors
/// [`WatchError`]
pub async fn forget_versions_as(
    services: &Services,
    editor: &Editor,
    id: ArticleId,
) -> Result<u64, WatchError> {
    may_edit(services, editor, id).await?;
    Ok(forget_versions(services, id).await?)
}

/// Deletes versions whose term is over; how many.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_expired_versions(services: &Services) -> Result<usize, StorageError> {
    /// At a time, so that nobody waits long for the writer.
    const MOST: u64 = 500;
    let now = services.now();
    let mut deleted = 0;
    for site in sites::all(services.store.reader()).await? {
        let days = site
            .settings
            .article_version_days
            .map_or(services.watch.version_days, i64::from);
        let transaction = services.store.begin().await?;
        let (count, bare) =
            article_versions::delete_expired(&transaction, site.id, now - days * DAY, MOST).await?;
        let any = !bare.is_empty();
        for article in bare {
            article_search::remove(&transaction, article).await?;
        }
        if any {
            article_search::wipe_removed(&transaction).await?;
        }
        deleted += count;
        transaction.commit().await.map_err(StorageError::from)?;
    }
    if deleted > 0 {
        services.store.wipe_deleted().await?;
    }
    Ok(deleted)
}
