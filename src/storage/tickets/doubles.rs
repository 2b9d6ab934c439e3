//! What leads to what: a double to its original, and an original's doubles.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::find;
use crate::{
    domain::{
        ids::{ArticleId, TicketId},
        ticket::Ticket,
    },
    storage::error::StorageError,
};

/// The longest chain of doubles that is followed; people make none of that length.
const MAX_CHAIN: usize = 100;

/// What a ticket leads to: its original, that one's original, and so on; nothing for a ticket that is no double.
///
/// # Errors
/// [`StorageError`]
pub async fn originals_of(
    db: &impl ConnectionTrait,
    ticket: &Ticket,
) -> Result<Vec<Ticket>, StorageError> {
    let mut all: Vec<Ticket> = Vec::new();
    let mut next = ticket.duplicate_of;
    while let Some(id) = next {
        if all.len() == MAX_CHAIN || id == ticket.id {
            break;
        }
        let Some(original) = find(db, id).await? else {
            break;
        };
        next = original.duplicate_of;
        all.push(original);
    }
    Ok(all)
}

/// The ticket that counts: what a double leads to in the end, else the ticket itself.
///
/// # Errors
/// [`StorageError`]
pub async fn original_of(
    db: &impl ConnectionTrait,
    ticket: Ticket,
) -> Result<Ticket, StorageError> {
    Ok(originals_of(db, &ticket).await?.pop().unwrap_or(ticket))
}

/// The tickets that lead to this one, also by way of others; lowest first.
///
/// # Errors
/// [`StorageError`]
pub async fn doubles_of(
    db: &impl ConnectionTrait,
    id: TicketId,
) -> Result<Vec<TicketId>, StorageError> {
    let sql = format!(
        "{} SELECT id FROM same ORDER BY id",
        with_doubles(db.get_database_backend())
    );
    ids(db, &sql, id, vec![id.0.into()]).await
}

/// Those of them that are of the same article; lowest first.
///
/// # Errors
/// [`StorageError`]
pub async fn doubles_in_article(
    db: &impl ConnectionTrait,
    id: TicketId,
    article: ArticleId,
) -> Result<Vec<TicketId>, StorageError> {
    let backend = db.get_database_backend();
    let article_place = match backend {
        DbBackend::Postgres => "$2",
        _ => "?2",
    };
    let sql = format!(
        "{} SELECT t.id FROM same JOIN tickets t ON t.id = same.id WHERE t.article_id = {article_place} ORDER BY t.id",
        with_doubles(backend)
    );
    ids(db, &sql, id, vec![id.0.into(), article.0.into()]).await
}

/// The tickets that a statement finds, but for one.
async fn ids(
    db: &impl ConnectionTrait,
    sql: &str,
    but: TicketId,
    values: Vec<Value>,
) -> Result<Vec<TicketId>, StorageError> {
    let backend = db.get_database_backend();
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let found: i64 = row.try_get("", "id")?;
        if found != but.0 {
            all.push(TicketId(found));
        }
    }
    Ok(all)
}

/// The beginning of a statement that reads `same`: the ids of a ticket, which is the first value, and of all its doubles.
pub(in crate::storage) const fn with_doubles(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "WITH RECURSIVE same(id) AS (SELECT CAST($1 AS bigint) UNION \
             SELECT t.id FROM tickets t JOIN same ON t.duplicate_of = same.id)"
        }
        _ => {
            "WITH RECURSIVE same(id) AS (SELECT ?1 UNION \
             SELECT t.id FROM tickets t JOIN same ON t.duplicate_of = same.id)"
        }
    }
}
