//! What articles said: each distinct text once, with when it was seen first and last.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::{
    entities::{article_versions, articles, ticket_sightings, tickets},
    error::{StorageError, word},
};
use crate::domain::{
    article_watch::VersionSource,
    ids::{ArticleId, SiteId, VersionId},
};

/// The most versions listed of one article.
pub const MAX_LISTED: u64 = 200;

/// A version of an article, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleVersion {
    /// Its key; sorts by when it was first seen.
    pub id: VersionId,
    /// Of which article.
    pub article: ArticleId,
    /// SHA-256 of the text.
    pub hash: Vec<u8>,
    /// Of the rule that says what an article's text is.
    pub rule_version: i32,
    /// Where it came from first.
    pub source: VersionSource,
    /// When it was first seen.
    pub first_seen_at: i64,
    /// When it was last seen.
    pub last_seen_at: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    article_id: Uuid,
    hash: Vec<u8>,
    rule_version: i32,
    source: String,
    first_seen_at: i64,
    last_seen_at: i64,
}

fn read(row: Row) -> Result<ArticleVersion, StorageError> {
    Ok(ArticleVersion {
        id: VersionId(row.id),
        article: ArticleId(row.article_id),
        hash: row.hash,
        rule_version: row.rule_version,
        source: word(
            "article_versions",
            "source",
            &row.source,
            VersionSource::parse,
        )?,
        first_seen_at: row.first_seen_at,
        last_seen_at: row.last_seen_at,
    })
}

/// The columns but for the text, which may be a megabyte.
const WITHOUT_TEXT: [article_versions::Column; 7] = {
    use article_versions::Column;
    [
        Column::Id,
        Column::ArticleId,
        Column::Hash,
        Column::RuleVersion,
        Column::Source,
        Column::FirstSeenAt,
        Column::LastSeenAt,
    ]
};

/// The versions of an article, newest first by when they were last seen, at most [`MAX_LISTED`].
///
/// # Errors
/// [`StorageError`]
pub async fn of_article(
    db: &impl ConnectionTrait,
    article: ArticleId,
) -> Result<Vec<ArticleVersion>, StorageError> {
    let rows = article_versions::Entity::find()
        .select_only()
        .columns(WITHOUT_TEXT)
        .filter(article_versions::Column::ArticleId.eq(article.0))
        .order_by_desc(article_versions::Column::LastSeenAt)
        .limit(MAX_LISTED)
        .into_model::<Row>()
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// A page of an article's versions, newest first by when they were last seen: those older than `before`, at most so many.
///
/// # Errors
/// [`StorageError`]
pub async fn page(
    db: &impl ConnectionTrait,
    article: ArticleId,
    before: Option<&ArticleVersion>,
    limit: u64,
) -> Result<Vec<ArticleVersion>, StorageError> {
    use article_versions::Column;
    let mut query = article_versions::Entity::find()
        .select_only()
        .columns(WITHOUT_TEXT)
        .filter(Column::ArticleId.eq(article.0));
    if let Some(before) = before {
        query = query.filter(
            Condition::any()
                .add(Column::LastSeenAt.lt(before.last_seen_at))
                .add(
                    Condition::all()
                        .add(Column::LastSeenAt.eq(before.last_seen_at))
                        .add(Column::Id.lt(before.id.0)),
                ),
        );
    }
    let rows = query
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .into_model::<Row>()
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// One version.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    db: &impl ConnectionTrait,
    id: VersionId,
) -> Result<Option<ArticleVersion>, StorageError> {
    article_versions::Entity::find_by_id(id.0)
        .select_only()
        .columns(WITHOUT_TEXT)
        .into_model::<Row>()
        .one(db)
        .await?
        .map(read)
        .transpose()
}

/// The texts of versions, in no order; those that are gone are missing.
///
/// # Errors
/// [`StorageError`]
pub async fn texts(
    db: &impl ConnectionTrait,
    ids: &[VersionId],
) -> Result<Vec<(VersionId, String)>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, String)> = article_versions::Entity::find()
        .select_only()
        .columns([article_versions::Column::Id, article_versions::Column::Text])
        .filter(article_versions::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, text)| (VersionId(id), text))
        .collect())
}

/// The text of a version, if it is still kept.
///
/// # Errors
/// [`StorageError`]
pub async fn text(
    db: &impl ConnectionTrait,
    id: VersionId,
) -> Result<Option<String>, StorageError> {
    Ok(texts(db, &[id]).await?.pop().map(|(_, text)| text))
}

/// Stores a text, or notes that a known one was seen again; the version, and whether it is new.
///
/// # Errors
/// [`StorageError`]
pub async fn see(
    db: &impl ConnectionTrait,
    version: &ArticleVersion,
    text: &str,
) -> Result<(ArticleVersion, bool), StorageError> {
    let known = article_versions::Entity::find()
        .select_only()
        .columns(WITHOUT_TEXT)
        .filter(article_versions::Column::ArticleId.eq(version.article.0))
        .filter(article_versions::Column::Hash.eq(version.hash.clone()))
        .into_model::<Row>()
        .one(db)
        .await?;
    if let Some(row) = known {
        let mut known = read(row)?;
        known.last_seen_at = version.last_seen_at.max(known.last_seen_at);
        see_again(db, known.id, known.last_seen_at).await?;
        return Ok((known, false));
    }
    article_versions::Entity::insert(article_versions::ActiveModel {
        id: Set(version.id.0),
        article_id: Set(version.article.0),
        hash: Set(version.hash.clone()),
        text: Set(text.to_owned()),
        rule_version: Set(version.rule_version),
        source: Set(version.source.as_str().into()),
        first_seen_at: Set(version.first_seen_at),
        last_seen_at: Set(version.last_seen_at),
    })
    .exec_without_returning(db)
    .await?;
    Ok((version.clone(), true))
}

/// Notes that a version still stands.
///
/// # Errors
/// [`StorageError`]
pub async fn see_again(
    db: &impl ConnectionTrait,
    id: VersionId,
    at: i64,
) -> Result<(), StorageError> {
    // A version whose term ended meanwhile is gone, and nobody misses it.
    article_versions::Entity::update_many()
        .col_expr(article_versions::Column::LastSeenAt, Expr::value(at))
        .filter(article_versions::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes versions of a site that were last seen before a moment, at most so many; how many, and the articles that have no
/// current version any more.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_expired(
    db: &impl ConnectionTrait,
    site: SiteId,
    before: i64,
    limit: u64,
) -> Result<(usize, Vec<ArticleId>), StorageError> {
    let rows: Vec<(Uuid, Uuid, Option<Uuid>)> = article_versions::Entity::find()
        .select_only()
        .column(article_versions::Column::Id)
        .column(article_versions::Column::ArticleId)
        .column(articles::Column::CurrentVersion)
        .join(
            JoinType::InnerJoin,
            article_versions::Entity::belongs_to(articles::Entity)
                .from(article_versions::Column::ArticleId)
                .to(articles::Column::Id)
                .into(),
        )
        .filter(article_versions::Column::LastSeenAt.lt(before))
        .filter(articles::Column::SiteId.eq(site.0))
        .order_by_asc(article_versions::Column::LastSeenAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok((0, Vec::new()));
    }
    article_versions::Entity::delete_many()
        .filter(article_versions::Column::Id.is_in(rows.iter().map(|r| r.0)))
        .exec(db)
        .await?;
    let bare: Vec<ArticleId> = rows
        .iter()
        .filter(|(id, _, current)| *current == Some(*id))
        .map(|(_, article, _)| ArticleId(*article))
        .collect();
    articles::Entity::update_many()
        .col_expr(
            articles::Column::CurrentVersion,
            Expr::value(Option::<Uuid>::None),
        )
        .filter(articles::Column::Id.is_in(bare.iter().map(|a| a.0)))
        .exec(db)
        .await?;
    Ok((rows.len(), bare))
}

/// Deletes all versions of an article, and the words of it that tickets show; how many versions.
///
/// # Errors
/// [`StorageError`]
pub async fn forget(db: &impl ConnectionTrait, article: ArticleId) -> Result<u64, StorageError> {
    let deleted = article_versions::Entity::delete_many()
        .filter(article_versions::Column::ArticleId.eq(article.0))
        .exec(db)
        .await?
        .rows_affected;
    let of_article = Query::select()
        .column(tickets::Column::Id)
        .from(tickets::Entity)
        .and_where(tickets::Column::ArticleId.eq(article.0))
        .take();
    ticket_sightings::Entity::update_many()
        .col_expr(
            ticket_sightings::Column::NowWords,
            Expr::value(Option::<String>::None),
        )
        .col_expr(
            ticket_sightings::Column::Directive,
            Expr::value(Option::<String>::None),
        )
        .col_expr(
            ticket_sightings::Column::VersionId,
            Expr::value(Option::<Uuid>::None),
        )
        .col_expr(
            ticket_sightings::Column::FirstVersionId,
            Expr::value(Option::<Uuid>::None),
        )
        .filter(ticket_sightings::Column::TicketId.in_subquery(of_article))
        .exec(db)
        .await?;
    articles::Entity::update_many()
        .col_expr(
            articles::Column::CurrentVersion,
            Expr::value(Option::<Uuid>::None),
        )
        .filter(articles::Column::Id.eq(article.0))
        .exec(db)
        .await?;
    Ok(deleted)
}
