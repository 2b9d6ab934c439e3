//! Which articles are due to be looked at, by whom just now, and how the last look went.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    article_versions,
    entities::{article_watch, articles},
    error::{StorageError, word},
    sql::Values,
};
use crate::domain::{
    article_watch::{FetchError, WatchState},
    ids::{ArticleId, SiteId, VersionId},
};

mod choosing;
mod claiming;

pub use choosing::{Choice, choose};
pub use claiming::{Released, claim, claim_one, hasten, release, take_over};

/// What is known of an article's watching.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// How its page was last read.
    pub state: WatchState,
    /// What it says now, as far as we know.
    pub current_version: Option<VersionId>,
    /// When it is looked at next; `None` for never.
    pub look_at: Option<i64>,
    /// Whether somebody is at it until that moment.
    pub leased_until: Option<i64>,
    /// How many asked for the page itself (an editor, the content system) and have no answer yet.
    pub asked: i32,
}

/// Whether an article is due that nobody is at.
///
/// # Errors
/// [`StorageError`]
pub async fn is_any_due(db: &impl ConnectionTrait, now: i64) -> Result<bool, StorageError> {
    let due: Option<Uuid> = articles::Entity::find()
        .select_only()
        .column(articles::Column::Id)
        .filter(articles::Column::LookAt.lte(now))
        .filter(is_free(now))
        .order_by_asc(articles::Column::LookAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(due.is_some())
}

/// When the next article becomes due after now. What is due already and was not claimed waits for its host.
///
/// # Errors
/// [`StorageError`]
pub async fn next_due(db: &impl ConnectionTrait, now: i64) -> Result<Option<i64>, StorageError> {
    let next: Option<Option<i64>> = articles::Entity::find()
        .select_only()
        .column(articles::Column::LookAt)
        .filter(articles::Column::LookAt.gt(now))
        .order_by_asc(articles::Column::LookAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(next.flatten())
}

/// Nobody is at it.
fn is_free(now: i64) -> Condition {
    Condition::any()
        .add(articles::Column::LeasedUntil.is_null())
        .add(articles::Column::LeasedUntil.lt(now))
}

/// How many articles are due, counted to a bound: for whoever watches the server.
///
/// # Errors
/// [`StorageError`]
pub async fn overdue(
    db: &impl ConnectionTrait,
    before: i64,
    bound: u64,
) -> Result<usize, StorageError> {
    let due: Vec<Uuid> = articles::Entity::find()
        .select_only()
        .column(articles::Column::Id)
        .filter(articles::Column::LookAt.lte(before))
        .order_by_asc(articles::Column::LookAt)
        .limit(bound)
        .into_tuple()
        .all(db)
        .await?;
    Ok(due.len())
}

/// What is known of an article's watching; nothing of one that was never looked at.
///
/// # Errors
/// [`StorageError`]
pub async fn find(db: &impl ConnectionTrait, id: ArticleId) -> Result<Watched, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let place = values.place(id.0);
    let text = format!(
        "SELECT look_at, leased_until, current_version, asked FROM articles WHERE id = {place}"
    );
    let Some(article) = db.query_one_raw(values.statement(&text)).await? else {
        return Ok(Watched::default());
    };
    let current: Option<Uuid> = article.try_get("", "current_version")?;
    let state = match article_watch::Entity::find_by_id(id.0).one(db).await? {
        None => WatchState::default(),
        Some(row) => WatchState {
            etag: row.etag,
            last_modified: row.last_modified,
            failures: row.failures,
            last_error: row
                .last_error
                .map(|v| word("article_watch", "last_error", &v, FetchError::parse))
                .transpose()?,
            last_try_at: row.last_try_at,
            last_success_at: row.last_success_at,
            not_before: row.not_before,
        },
    };
    let current_version = match current.map(VersionId) {
        Some(version) => article_versions::find(db, version).await?.map(|v| v.id),
        None => None,
    };
    Ok(Watched {
        state,
        current_version,
        look_at: article.try_get("", "look_at")?,
        leased_until: article.try_get("", "leased_until")?,
        asked: article.try_get("", "asked")?,
    })
}

/// Until when a host wants to be left alone: it said so for one of its articles, and means all.
///
/// # Errors
/// [`StorageError`]
pub async fn host_not_before(
    db: &impl ConnectionTrait,
    host: &str,
    now: i64,
) -> Result<Option<i64>, StorageError> {
    use article_watch::Column;
    let latest: Option<Option<i64>> = article_watch::Entity::find()
        .select_only()
        .column(Column::NotBefore)
        .filter(Column::Host.eq(host))
        .filter(Column::NotBefore.gt(now))
        .filter(Column::LastError.eq(FetchError::Overloaded.as_str()))
        .order_by_desc(Column::NotBefore)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(latest.flatten())
}

/// Stores how a look went.
///
/// # Errors
/// [`StorageError`]
pub async fn save(
    db: &impl ConnectionTrait,
    id: ArticleId,
    host: &str,
    state: &WatchState,
) -> Result<(), StorageError> {
    use article_watch::Column;
    article_watch::Entity::insert(article_watch::ActiveModel {
        article_id: Set(id.0),
        host: Set(host.to_owned()),
        etag: Set(state.etag.clone()),
        last_modified: Set(state.last_modified.clone()),
        failures: Set(state.failures),
        last_error: Set(state.last_error.map(|e| e.as_str().into())),
        last_try_at: Set(state.last_try_at),
        last_success_at: Set(state.last_success_at),
        not_before: Set(state.not_before),
        search_row: Set(None),
    })
    .on_conflict(
        OnConflict::column(Column::ArticleId)
            .update_columns([
                Column::Host,
                Column::Etag,
                Column::LastModified,
                Column::Failures,
                Column::LastError,
                Column::LastTryAt,
                Column::LastSuccessAt,
                Column::NotBefore,
            ])
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Counts one more look that failed, and leaves what else is known as it is; how many there were in a row.
///
/// # Errors
/// [`StorageError`]
pub async fn count_failure(db: &impl ConnectionTrait, id: ArticleId) -> Result<i32, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let id = values.place(id.0);
    // One that was never looked at gets its host with its first look.
    let text = format!(
        "INSERT INTO article_watch (article_id, host, failures) SELECT id, '', 1 FROM articles WHERE id = {id} \
         ON CONFLICT (article_id) DO UPDATE SET failures = article_watch.failures + 1 RETURNING failures"
    );
    match db.query_one_raw(values.statement(&text)).await? {
        Some(row) => Ok(row.try_get("", "failures")?),
        None => Ok(0),
    }
}

/// Forgets what a site's pages are asked with whether they have changed: they are to be read anew, changed or not.
///
/// # Errors
/// [`StorageError`]
pub async fn forget_validators(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<(), StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let site = values.place(site.0);
    let text = format!(
        "UPDATE article_watch SET etag = NULL, last_modified = NULL \
         WHERE article_id IN (SELECT id FROM articles WHERE site_id = {site})"
    );
    db.execute_raw(values.statement(&text)).await?;
    Ok(())
}

/// Says which version an article shows now.
///
/// # Errors
/// [`StorageError`]
pub async fn set_current(
    db: &impl ConnectionTrait,
    id: ArticleId,
    version: Option<VersionId>,
) -> Result<(), StorageError> {
    articles::Entity::update_many()
        .col_expr(
            articles::Column::CurrentVersion,
            Expr::value(version.map(|v| v.0)),
        )
        .filter(articles::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}
