//! Where else the same words stand: the words of what articles say now, folded as those of tickets ([`super::search`]).

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{error::StorageError, search};
use crate::domain::ids::{ArticleId, SiteId, VersionId};

/// The most words taken from one article.
const MAX_WORDS: usize = 200_000;

/// Puts what an article says now into the index, in place of what was there. The article has a row in `article_watch`.
///
/// # Errors
/// [`StorageError`]
pub async fn index(
    db: &impl ConnectionTrait,
    article: ArticleId,
    text: &str,
) -> Result<(), StorageError> {
    let words = search::words_to(text, MAX_WORDS).join(" ");
    let backend = db.get_database_backend();
    if backend == DbBackend::Postgres {
        // A tsvector holds at most a megabyte and 16,383 positions a word; a text beyond that is found by its beginning.
        let words: String = words.chars().take(600_000).collect();
        db.execute_raw(Statement::from_sql_and_values(
            backend,
            "INSERT INTO article_search (article_id, words) VALUES ($1, to_tsvector('simple', $2)) \
             ON CONFLICT (article_id) DO UPDATE SET words = excluded.words",
            [article.0.into(), words.into()],
        ))
        .await?;
        return Ok(());
    }
    remove(db, article).await?;
    db.execute_raw(Statement::from_sql_and_values(
        backend,
        "INSERT INTO article_search (words) VALUES (?)",
        [words.into()],
    ))
    .await?;
    db.execute_raw(Statement::from_sql_and_values(
        backend,
        "UPDATE article_watch SET search_row = last_insert_rowid() WHERE article_id = ?",
        [article.0.into()],
    ))
    .await?;
    Ok(())
}

/// Takes an article out of the index.
///
/// # Errors
/// [`StorageError`]
pub async fn remove(db: &impl ConnectionTrait, article: ArticleId) -> Result<(), StorageError> {
    let backend = db.get_database_backend();
    let statements: &[&str] = if backend == DbBackend::Postgres {
        &["DELETE FROM article_search WHERE article_id = $1"]
    } else {
        &[
            "DELETE FROM article_search WHERE rowid = (SELECT search_row FROM article_watch WHERE article_id = ?)",
            "UPDATE article_watch SET search_row = NULL WHERE article_id = ?",
        ]
    };
    for sql in statements {
        db.execute_raw(Statement::from_sql_and_values(
            backend,
            *sql,
            [article.0.into()],
        ))
        .await?;
    }
    Ok(())
}

/// The articles of a site, but one, whose current version holds those words in that order, with that version; at most so many, in
/// no order. Folded words find more than was meant: the caller looks closely.
///
/// # Errors
/// [`StorageError`]
pub async fn holding(
    db: &impl ConnectionTrait,
    site: SiteId,
    but: ArticleId,
    phrase: &str,
    limit: u64,
) -> Result<Vec<(ArticleId, VersionId)>, StorageError> {
    let words = search::words(phrase);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let backend = db.get_database_backend();
    // Folded words are letters and digits only, so that nothing of either query language can be in them.
    let (sql, query) = if backend == DbBackend::Postgres {
        (
            "SELECT a.id AS id, a.current_version AS version FROM article_search s JOIN articles a ON a.id = s.article_id \
             WHERE s.words @@ to_tsquery('simple', $1) AND a.site_id = $2 AND a.id <> $3 AND a.current_version IS NOT NULL LIMIT $4",
            words.join(" <-> "),
        )
    } else {
        (
            "SELECT a.id AS id, a.current_version AS version FROM article_search s JOIN article_watch w ON w.search_row = s.rowid \
             JOIN articles a ON a.id = w.article_id \
             WHERE s.words MATCH ? AND a.site_id = ? AND a.id <> ? AND a.current_version IS NOT NULL LIMIT ?",
            format!("\"{}\"", words.join(" ")),
        )
    };
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            backend,
            sql,
            [query.into(), site.0.into(), but.0.into(), limit.into()],
        ))
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                ArticleId(row.try_get("", "id")?),
                VersionId(row.try_get("", "version")?),
            ))
        })
        .collect()
}

/// Takes what was removed out of the index for good: SQLite only marks it until it merges by itself.
///
/// # Errors
/// [`StorageError`]
pub async fn wipe_removed(db: &impl ConnectionTrait) -> Result<(), StorageError> {
    if db.get_database_backend() == DbBackend::Sqlite {
        db.execute_unprepared("INSERT INTO article_search (article_search) VALUES ('optimize')")
            .await?;
    }
    Ok(())
}
