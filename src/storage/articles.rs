//! Articles.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value, sea_query::Expr,
};

use super::{
    entities::articles::{self, Column},
    error::{StorageError, json, to_json},
    rows::{RowStatement, Together, is_one_of, list_of},
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
    /// Rises when a ticket of the article changes, or what the page says of itself.
    pub tickets_version: i64,
}

/// The articles of those address keys, locked against other writers until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn lock_by_keys(
    db: &impl ConnectionTrait,
    keys: &[Vec<u8>],
) -> Result<Vec<KeyedArticle>, StorageError> {
    let backend = db.get_database_backend();
    // In SQLite the transaction holds the one write lock already.
    let lock = if backend == DbBackend::Postgres {
        " FOR UPDATE"
    } else {
        ""
    };
    let sql = format!(
        "SELECT * FROM articles WHERE {} ORDER BY id{lock}",
        is_one_of(backend, "url_key", 1)
    );
    let wanted = [list_of(keys.iter())];
    articles::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(backend, sql, wanted))
        .all(db)
        .await?
        .into_iter()
        .map(|row| {
            Ok(KeyedArticle {
                key: row.url_key.clone(),
                tickets_version: row.tickets_version,
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
        .filter(Column::SiteId.eq(site.0))
        .filter(Column::UrlKey.eq(key.to_vec()))
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
        .filter(Column::SiteId.eq(site.0))
        .filter(Column::Url.starts_with(format!("{origin}/")))
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
    articles::Entity::update_many()
        .col_expr(Column::Url, Expr::value(url))
        .col_expr(Column::UrlKey, Expr::value(key.to_vec()))
        // Seen by its new address, when it is due.
        .col_expr(Column::Host, Expr::value(Option::<String>::None))
        .col_expr(Column::TicketsVersion, Expr::cust("tickets_version + 1"))
        .filter(Column::Id.eq(id.0))
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

/// As [`lock`], several at once, in the one order in which everybody does.
///
/// # Errors
/// [`StorageError`]
pub async fn lock_all(db: &impl ConnectionTrait, ids: &[ArticleId]) -> Result<(), StorageError> {
    if db.get_database_backend() == DbBackend::Postgres && !ids.is_empty() {
        articles::Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .all(db)
            .await?;
    }
    Ok(())
}

/// As [`lock_all`], together with the articles of those address keys.
///
/// # Errors
/// [`StorageError`]
pub async fn lock_with_keys(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
    keys: &[Vec<u8>],
) -> Result<(), StorageError> {
    let backend = db.get_database_backend();
    if backend != DbBackend::Postgres {
        return Ok(());
    }
    let sql = format!(
        "SELECT id FROM articles WHERE {}",
        is_one_of(backend, "url_key", 1)
    );
    let wanted = [list_of(keys.iter())];
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(backend, sql, wanted))
        .await?;
    let mut all = ids.to_vec();
    for row in rows {
        all.push(ArticleId(row.try_get("", "id")?));
    }
    lock_all(db, &all).await
}

/// Says that tickets of those articles changed, and that they are to be looked at by then: also where somebody looks just now.
pub(super) static TICKETS_CHANGED: RowStatement = RowStatement::other(
    &["id", "look_at"],
    "WITH changed(id, by_then) AS (VALUES {rows}) UPDATE articles SET tickets_version = tickets_version + 1, \
     look_at = CASE WHEN by_then IS NULL OR look_at <= by_then THEN look_at ELSE by_then END, \
     wanted_at = CASE WHEN by_then IS NULL OR wanted_at <= by_then THEN wanted_at ELSE by_then END FROM changed \
     WHERE articles.id = changed.id",
    // All are given the same moment.
    "UPDATE articles SET tickets_version = tickets_version + 1, \
     look_at = CASE WHEN by_then IS NULL OR look_at <= by_then THEN look_at ELSE by_then END, \
     wanted_at = CASE WHEN by_then IS NULL OR wanted_at <= by_then THEN wanted_at ELSE by_then END \
     FROM (SELECT max(look_at) AS by_then FROM json_populate_recordset(NULL::articles, {rows})) AS changed \
     WHERE id = ANY (ARRAY(SELECT id FROM json_populate_recordset(NULL::articles, {rows})))",
);

/// A row of [`TICKETS_CHANGED`].
pub(super) fn changed_row(id: ArticleId, look_at: Option<i64>) -> [Value; 2] {
    [id.0.into(), look_at.into()]
}

/// Says that tickets of those articles changed; whoever calls holds the articles locked.
///
/// # Errors
/// [`StorageError`]
pub async fn bump_tickets_version(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
) -> Result<(), StorageError> {
    change_tickets(db, ids, None).await
}

/// As [`bump_tickets_version`], and the articles are looked at by then; what is due earlier keeps its place.
///
/// # Errors
/// [`StorageError`]
pub async fn bump_and_hasten(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
    look_at: i64,
) -> Result<(), StorageError> {
    change_tickets(db, ids, Some(look_at)).await
}

async fn change_tickets(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
    look_at: Option<i64>,
) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&TICKETS_CHANGED]);
    let rows = ids
        .iter()
        .flat_map(|id| changed_row(*id, look_at))
        .collect();
    STATEMENT.execute(db, [rows]).await
}

static ARTICLES: RowStatement = RowStatement::insert(
    "articles",
    &[
        "id",
        "site_id",
        "url",
        "url_key",
        "title",
        "sections",
        "authors",
        "lang",
        "modified_at",
        "created_at",
        "tickets_version",
    ],
    "ON CONFLICT (url_key, site_id) DO NOTHING",
);

/// Adds articles; one that another instance added meanwhile is left as it is.
///
/// # Errors
/// [`StorageError`]
pub async fn add_missing(
    db: &impl ConnectionTrait,
    list: &[KeyedArticle],
) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&ARTICLES]);
    let values = list.iter().flat_map(|a| -> [Value; 11] {
        [
            a.article.id.0.into(),
            a.article.site.0.into(),
            a.article.url.as_str().into(),
            a.key.clone().into(),
            a.article.facts.title.as_deref().into(),
            to_json(&a.article.facts.sections).into(),
            to_json(&a.article.facts.authors).into(),
            a.article.facts.lang.as_deref().into(),
            a.article.facts.modified_at.as_deref().into(),
            a.article.created_at.into(),
            a.tickets_version.into(),
        ]
    });
    STATEMENT.execute(db, [values.collect()]).await
}

/// Replaces what the page says of itself, and raises the version: intake keeps it beside the tickets.
///
/// # Errors
/// [`StorageError`]
pub async fn update_facts(
    db: &impl ConnectionTrait,
    id: ArticleId,
    facts: &ArticleFacts,
) -> Result<(), StorageError> {
    articles::Entity::update_many()
        .col_expr(Column::Title, Expr::value(facts.title.clone()))
        .col_expr(Column::Sections, Expr::value(to_json(&facts.sections)))
        .col_expr(Column::Authors, Expr::value(to_json(&facts.authors)))
        .col_expr(Column::Lang, Expr::value(facts.lang.clone()))
        .col_expr(Column::ModifiedAt, Expr::value(facts.modified_at.clone()))
        .col_expr(Column::TicketsVersion, Expr::cust("tickets_version + 1"))
        .filter(Column::Id.eq(id.0))
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
    // One text, however many: it is prepared once.
    let backend = db.get_database_backend();
    let sql = format!(
        "SELECT * FROM articles WHERE {}",
        is_one_of(backend, "id", 1)
    );
    let list = list_of(ids.iter().map(|i| i.0));
    let rows = articles::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(backend, sql, [list]))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The address of one of a site's newest articles, if it is among the two hundred newest of all.
///
/// # Errors
/// [`StorageError`]
pub async fn newest_of_site(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Option<String>, StorageError> {
    let newest = articles::Entity::find()
        .order_by_desc(Column::Id)
        .limit(200)
        .all(db)
        .await?;
    let own = newest.into_iter().find(|row| row.site_id == site.0);
    Ok(own.map(|row| row.url))
}

pub(super) fn read(row: articles::Model) -> Result<Article, StorageError> {
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
