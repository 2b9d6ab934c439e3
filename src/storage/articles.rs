//! Articles.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::{
    entities::articles,
    error::{StorageError, json, to_json},
};
use crate::domain::{
    article::{Article, ArticleFacts},
    ids::{ArticleId, SiteId},
};

/// An article with the key by which its addresses are compared.
#[derive(Debug, Clone)]
pub struct KeyedArticle {
    /// The article.
    pub article: Article,
    /// [`crate::domain::article::ArticleUrl::key`].
    pub key: Vec<u8>,
    /// Rises when a ticket of the article changes.
    pub tickets_version: i64,
    /// Whether a version of its text is known.
    pub is_known: bool,
}

/// The articles of those address keys, locked against other writers until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn lock_by_keys(
    db: &impl ConnectionTrait,
    keys: &[Vec<u8>],
) -> Result<Vec<KeyedArticle>, StorageError> {
    let query = articles::Entity::find()
        .filter(articles::Column::UrlKey.is_in(keys.iter().cloned()))
        .order_by_asc(articles::Column::Id);
    // In SQLite the transaction holds the one write lock already.
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    query
        .all(db)
        .await?
        .into_iter()
        .map(|row| {
            Ok(KeyedArticle {
                key: row.url_key.clone(),
                tickets_version: row.tickets_version,
                is_known: row.current_version.is_some(),
                article: read(row)?,
            })
        })
        .collect()
}

/// The article of a site at that address, if a report named it.
///
/// # Errors
/// [`StorageError`]
pub async fn at_address(
    db: &impl ConnectionTrait,
    site: SiteId,
    key: &[u8],
) -> Result<Option<Article>, StorageError> {
    articles::Entity::find()
        .filter(articles::Column::SiteId.eq(site.0))
        .filter(articles::Column::UrlKey.eq(key.to_vec()))
        .one(db)
        .await?
        .map(read)
        .transpose()
}

/// The articles of a site at an origin.
///
/// # Errors
/// [`StorageError`]
pub async fn at_origin(
    db: &impl ConnectionTrait,
    site: SiteId,
    origin: &str,
) -> Result<Vec<Article>, StorageError> {
    let rows = articles::Entity::find()
        .filter(articles::Column::SiteId.eq(site.0))
        .filter(articles::Column::Url.starts_with(format!("{origin}/")))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Gives an article another address.
///
/// # Errors
/// [`StorageError`]; an address that another article has is a unique violation.
pub async fn relocate(
    db: &impl ConnectionTrait,
    id: ArticleId,
    url: &str,
    key: &[u8],
) -> Result<(), StorageError> {
    articles::Entity::update(articles::ActiveModel {
        id: Set(id.0),
        url: Set(url.to_owned()),
        url_key: Set(key.to_vec()),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Locks one article, so that what changes its tickets takes turns.
///
/// # Errors
/// [`StorageError`]
pub async fn lock(db: &impl ConnectionTrait, id: ArticleId) -> Result<(), StorageError> {
    if db.get_database_backend() == DbBackend::Postgres {
        articles::Entity::find_by_id(id.0)
            .lock_exclusive()
            .one(db)
            .await?;
    }
    Ok(())
}

/// Says that tickets of those articles changed; whoever calls holds the articles locked.
///
/// # Errors
/// [`StorageError`]
pub async fn bump_tickets_version(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
) -> Result<(), StorageError> {
    articles::Entity::update_many()
        .col_expr(
            articles::Column::TicketsVersion,
            sea_orm::sea_query::Expr::cust("tickets_version + 1"),
        )
        .filter(articles::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// As [`bump_tickets_version`], for articles that reports came for: they are looked at at once.
///
/// # Errors
/// [`StorageError`]
pub async fn bump_and_hasten(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
    now: i64,
) -> Result<(), StorageError> {
    use sea_orm::sea_query::{Expr, ExprTrait as _};
    // What is due already keeps its place, so that the index is not written for every batch.
    let due = Expr::case(
        Expr::col(articles::Column::LookAt).lte(now),
        Expr::col(articles::Column::LookAt),
    )
    .finally(now);
    articles::Entity::update_many()
        .col_expr(
            articles::Column::TicketsVersion,
            Expr::cust("tickets_version + 1"),
        )
        .col_expr(articles::Column::LookAt, due.into())
        .filter(articles::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Adds articles; one that another instance added meanwhile is left as it is.
///
/// # Errors
/// [`StorageError`]
pub async fn add_missing(
    db: &impl ConnectionTrait,
    list: &[KeyedArticle],
) -> Result<(), StorageError> {
    if list.is_empty() {
        return Ok(());
    }
    let rows = list.iter().map(|a| articles::ActiveModel {
        id: Set(a.article.id.0),
        site_id: Set(a.article.site.0),
        url: Set(a.article.url.clone()),
        url_key: Set(a.key.clone()),
        title: Set(a.article.facts.title.clone()),
        sections: Set(to_json(&a.article.facts.sections)),
        authors: Set(to_json(&a.article.facts.authors)),
        lang: Set(a.article.facts.lang.clone()),
        modified_at: Set(a.article.facts.modified_at.clone()),
        created_at: Set(a.article.created_at),
        tickets_version: Set(a.tickets_version),
        look_at: Set(None),
        lease: Set(None),
        leased_until: Set(None),
        current_version: Set(None),
    });
    articles::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([articles::Column::SiteId, articles::Column::UrlKey])
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Replaces what the page says of itself.
///
/// # Errors
/// [`StorageError`]
pub async fn update_facts(
    db: &impl ConnectionTrait,
    id: ArticleId,
    facts: &ArticleFacts,
) -> Result<(), StorageError> {
    articles::Entity::update(articles::ActiveModel {
        id: Set(id.0),
        title: Set(facts.title.clone()),
        sections: Set(to_json(&facts.sections)),
        authors: Set(to_json(&facts.authors)),
        lang: Set(facts.lang.clone()),
        modified_at: Set(facts.modified_at.clone()),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// The articles of those ids.
///
/// # Errors
/// [`StorageError`]
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
) -> Result<Vec<Article>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = articles::Entity::find()
        .filter(articles::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: articles::Model) -> Result<Article, StorageError> {
    Ok(Article {
        id: ArticleId(row.id),
        site: SiteId(row.site_id),
        url: row.url,
        facts: ArticleFacts {
            title: row.title,
            sections: json("articles", "sections", &row.sections)?,
            authors: json("articles", "authors", &row.authors)?,
            lang: row.lang,
            modified_at: row.modified_at,
        },
        created_at: row.created_at,
    })
}
