//! What articles said: each distinct text once, with when it was seen first and last.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entities::article_versions,
    error::{StorageError, word},
};
use crate::domain::{
    article_watch::VersionSource,
    ids::{ArticleId, VersionId},
};

mod forgetting;

pub use forgetting::{delete_expired, forget, forget_words};

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
    /// Whether it was so much shorter than what was known before that a wall may have cut it off.
    pub partial: bool,
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
    partial: bool,
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
        partial: row.partial,
    })
}

/// The columns but for the text, which may be a megabyte.
const WITHOUT_TEXT: [article_versions::Column; 8] = {
    use article_versions::Column;
    [
        Column::Id,
        Column::ArticleId,
        Column::Hash,
        Column::RuleVersion,
        Column::Source,
        Column::FirstSeenAt,
        Column::LastSeenAt,
        Column::Partial,
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
        known.partial = version.partial;
        see_again(db, &known).await?;
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
        partial: Set(version.partial),
    })
    .exec_without_returning(db)
    .await?;
    Ok((version.clone(), true))
}

/// What an article said when it was last seen whole, since then; nothing where no such version is kept.
///
/// # Errors
/// [`StorageError`]
pub async fn last_whole(
    db: &impl ConnectionTrait,
    article: ArticleId,
    since: i64,
) -> Result<Option<String>, StorageError> {
    let found: Option<String> = article_versions::Entity::find()
        .select_only()
        .column(article_versions::Column::Text)
        .filter(article_versions::Column::ArticleId.eq(article.0))
        .filter(article_versions::Column::Partial.eq(false))
        .filter(article_versions::Column::LastSeenAt.gt(since))
        .order_by_desc(article_versions::Column::LastSeenAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(found)
}

/// When an article was last seen to say anything else than that version.
///
/// # Errors
/// [`StorageError`]
pub async fn other_seen_at(
    db: &impl ConnectionTrait,
    version: &ArticleVersion,
) -> Result<Option<i64>, StorageError> {
    let found: Option<i64> = article_versions::Entity::find()
        .select_only()
        .column(article_versions::Column::LastSeenAt)
        .filter(article_versions::Column::ArticleId.eq(version.article.0))
        .filter(article_versions::Column::Id.ne(version.id.0))
        .order_by_desc(article_versions::Column::LastSeenAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(found)
}

/// Notes that a version still stands, and whether it is all of the article: what was short once may be, and the other way round.
///
/// # Errors
/// [`StorageError`]
pub async fn see_again(
    db: &impl ConnectionTrait,
    version: &ArticleVersion,
) -> Result<(), StorageError> {
    // A version whose term ended meanwhile is gone, and nobody misses it.
    article_versions::Entity::update_many()
        .col_expr(
            article_versions::Column::LastSeenAt,
            Expr::value(version.last_seen_at),
        )
        .col_expr(
            article_versions::Column::Partial,
            Expr::value(version.partial),
        )
        .filter(article_versions::Column::Id.eq(version.id.0))
        .exec(db)
        .await?;
    Ok(())
}
