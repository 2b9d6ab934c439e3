//! A look that broke off: the article is given back and waits, so that its host's other articles have their turn.

use crate::{
    domain::{
        article_watch::pause_after_break_off,
        clock::{MINUTE, UnixMillis},
        ids::ArticleId,
    },
    services::Services,
    storage::{StorageError, article_watch, articles},
};

/// What a look broke off on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokeOff {
    /// The database did not take it: soon again.
    OnDatabase,
    /// Something of the article itself: later each time.
    OnArticle,
}

/// Gives an article back whose look broke off under that lease; when it is looked at next. It may be what is stored of it that cannot
/// be read, so nothing of it is. Nothing when the lease was lost to another worker meanwhile.
///
/// # Errors
/// [`StorageError`]
pub async fn put_off(
    services: &Services,
    id: ArticleId,
    lease: uuid::Uuid,
    broke: BrokeOff,
) -> Result<Option<UnixMillis>, StorageError> {
    let transaction = services.store.begin().await?;
    articles::lock(&transaction, id).await?;
    let pause = match broke {
        BrokeOff::OnDatabase => MINUTE,
        BrokeOff::OnArticle => {
            pause_after_break_off(article_watch::count_failure(&transaction, id).await?)
        }
    };
    let next = services.now() + pause;
    // Who asked for the page has no answer yet.
    let Some(released) = article_watch::release(&transaction, id, lease, Some(next), 0).await?
    else {
        return Ok(None);
    };
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(released.look_at)
}
