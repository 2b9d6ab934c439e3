//! Which articles are due to be looked at, by whom just now, and how the last look went.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
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
}

/// Makes articles due at once: a report came, or somebody asks. The articles may be many; those that are due already stay so.
///
/// # Errors
/// [`StorageError`]
pub async fn hasten(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
    now: i64,
) -> Result<(), StorageError> {
    articles::Entity::update_many()
        .col_expr(articles::Column::LookAt, Expr::value(now))
        .filter(articles::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .filter(
            Condition::any()
                .add(articles::Column::LookAt.is_null())
                .add(articles::Column::LookAt.gt(now)),
        )
        .exec(db)
        .await?;
    Ok(())
}

/// Claims due articles until the lease runs out, longest due first.
///
/// # Errors
/// [`StorageError`]
pub async fn claim(
    db: &impl ConnectionTrait,
    lease: Uuid,
    now: i64,
    until: i64,
    limit: u64,
) -> Result<Vec<ArticleId>, StorageError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (sql, values): (&str, Vec<sea_orm::Value>) = match db.get_database_backend() {
        DbBackend::Postgres => (
            "UPDATE articles SET lease = $1, leased_until = $2 WHERE id = ANY (ARRAY(SELECT id FROM articles WHERE look_at <= $3 \
             AND (leased_until IS NULL OR leased_until < $3) ORDER BY look_at LIMIT $4 FOR UPDATE SKIP LOCKED)) RETURNING id",
            vec![lease.into(), until.into(), now.into(), limit.into()],
        ),
        _ => (
            "UPDATE articles SET lease = ?, leased_until = ? WHERE id IN (SELECT id FROM articles WHERE look_at <= ? \
             AND (leased_until IS NULL OR leased_until < ?) ORDER BY look_at LIMIT ?) RETURNING id",
            vec![
                lease.into(),
                until.into(),
                now.into(),
                now.into(),
                limit.into(),
            ],
        ),
    };
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await?;
    rows.iter()
        .map(|row| Ok(ArticleId(row.try_get("", "id")?)))
        .collect()
}

/// Claims one article, due or not; false when somebody else is at it.
///
/// # Errors
/// [`StorageError`]
pub async fn claim_one(
    db: &impl ConnectionTrait,
    id: ArticleId,
    lease: Uuid,
    now: i64,
    until: i64,
) -> Result<bool, StorageError> {
    use articles::Column;
    let done = articles::Entity::update_many()
        .col_expr(Column::Lease, Expr::value(Some(lease)))
        .col_expr(Column::LeasedUntil, Expr::value(Some(until)))
        .filter(Column::Id.eq(id.0))
        .filter(is_free(now))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Gives an article back and says when it is looked at next; false when the lease was lost to another worker meanwhile.
///
/// # Errors
/// [`StorageError`]
pub async fn release(
    db: &impl ConnectionTrait,
    id: ArticleId,
    lease: Uuid,
    look_at: Option<i64>,
) -> Result<bool, StorageError> {
    use articles::Column;
    let done = articles::Entity::update_many()
        .col_expr(Column::Lease, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::LeasedUntil, Expr::value(Option::<i64>::None))
        .col_expr(Column::LookAt, Expr::value(look_at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::Lease.eq(lease))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// When the next article is due that nobody is at.
///
/// # Errors
/// [`StorageError`]
pub async fn next_due(db: &impl ConnectionTrait, now: i64) -> Result<Option<i64>, StorageError> {
    let next: Option<Option<i64>> = articles::Entity::find()
        .select_only()
        .column(articles::Column::LookAt)
        .filter(articles::Column::LookAt.is_not_null())
        .filter(is_free(now))
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
    let Some(article) = articles::Entity::find_by_id(id.0).one(db).await? else {
        return Ok(Watched::default());
    };
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
    let current_version = match article.current_version.map(VersionId) {
        Some(version) => article_versions::find(db, version).await?.map(|v| v.id),
        None => None,
    };
    Ok(Watched {
        state,
        current_version,
        look_at: article.look_at,
        leased_until: article.leased_until,
    })
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
