//! Who looks at which article: wishes, claims, and giving back. A wish that comes during a look is not lost with it.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use crate::{
    domain::{article_watch::host_of, ids::ArticleId},
    storage::{error::StorageError, sql::Values},
};

/// Due articles read at a time to find those whose host is free.
const PAGE: usize = 100;
/// The most pages read for one claim; the next claim begins anew.
const MOST_PAGES: usize = 50;

/// What became of an article that was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// When it is looked at next: as told, or earlier, where somebody wished for it meanwhile.
    pub look_at: Option<i64>,
}

/// Makes articles due at once, and for the page itself: somebody asks. Also while somebody is at it, for after that.
///
/// # Errors
/// [`StorageError`]
pub async fn hasten(
    db: &impl ConnectionTrait,
    ids: &[ArticleId],
    now: i64,
) -> Result<(), StorageError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut values = Values::new(db.get_database_backend());
    let at = values.place(now);
    let of_these = values.is_one_of("id", ids.iter().map(|i| i.0));
    let text = format!(
        "UPDATE articles SET look_at = CASE WHEN look_at <= {at} THEN look_at ELSE {at} END, wanted_at = {at}, \
         asked = asked + 1 WHERE {of_these}"
    );
    db.execute_raw(values.statement(&text)).await?;
    Ok(())
}

/// Claims due articles until the lease runs out, longest due first; of each host at most one, and none of a host whose article
/// somebody is at, here or on another instance.
///
/// # Errors
/// [`StorageError`]
pub async fn claim(
    db: &impl ConnectionTrait,
    lease: Uuid,
    now: i64,
    until: i64,
    limit: usize,
) -> Result<Vec<ArticleId>, StorageError> {
    if db.get_database_backend() == DbBackend::Postgres {
        // Two instances that claim at once would not see each other's hosts. In SQLite the transaction holds the one write lock.
        let turn = "SELECT pg_advisory_xact_lock(4711202612)";
        db.execute_raw(Statement::from_string(DbBackend::Postgres, turn))
            .await?;
    }
    let chosen = choose(db, now, limit).await?;
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Values::new(db.get_database_backend());
    let (lease, until, at) = (values.place(lease), values.place(until), values.place(now));
    let these = values.is_one_of("id", chosen.iter().copied());
    let free = format!("{these} AND look_at <= {at} AND {}", is_free("", &at));
    // Whoever holds a row locked changes it just now: next time.
    let free = match db.get_database_backend() {
        DbBackend::Postgres => {
            format!("id = ANY (ARRAY(SELECT id FROM articles WHERE {free} FOR UPDATE SKIP LOCKED))")
        }
        _ => free,
    };
    let text = format!(
        "UPDATE articles SET lease = {lease}, leased_until = {until}, wanted_at = NULL WHERE {free} RETURNING id"
    );
    let rows = db.query_all_raw(values.statement(&text)).await?;
    rows.iter()
        .map(|row| Ok(ArticleId(row.try_get("", "id")?)))
        .collect()
}

/// Due articles of different hosts that nobody is at, longest due first.
async fn choose(
    db: &impl ConnectionTrait,
    now: i64,
    limit: usize,
) -> Result<Vec<Uuid>, StorageError> {
    let mut busy = busy_hosts(db, now).await?;
    let mut chosen = Vec::new();
    let mut after: Option<(i64, Uuid)> = None;
    for _ in 0..MOST_PAGES {
        let mut values = Values::new(db.get_database_backend());
        let at = values.place(now);
        let free = is_free("a.", &at);
        let beyond = after.map_or_else(String::new, |(look_at, id)| {
            let (look_at, id) = (values.place(look_at), values.place(id));
            format!("AND a.look_at >= {look_at} AND (a.look_at > {look_at} OR a.id > {id})")
        });
        // Hosts are few. That of an article which was never looked at is not stored yet: it is seen by its address.
        let hosts: Vec<String> = busy.iter().map(|h| values.place(h.as_str())).collect();
        let elsewhere = if hosts.is_empty() {
            String::new()
        } else {
            format!(
                "AND coalesce((SELECT w.host FROM article_watch w WHERE w.article_id = a.id), '') NOT IN ({})",
                hosts.join(", ")
            )
        };
        let text = format!(
            "SELECT a.id, a.url, a.look_at FROM articles a WHERE a.look_at <= {at} AND {free} {beyond} {elsewhere} \
             ORDER BY a.look_at, a.id LIMIT {PAGE}"
        );
        let rows = db.query_all_raw(values.statement(&text)).await?;
        for row in &rows {
            let id: Uuid = row.try_get("", "id")?;
            let url: String = row.try_get("", "url")?;
            after = Some((row.try_get("", "look_at")?, id));
            if busy.insert(host_of(&url)) {
                chosen.push(id);
            }
            if chosen.len() >= limit {
                return Ok(chosen);
            }
        }
        if rows.len() < PAGE {
            break;
        }
    }
    Ok(chosen)
}

/// The hosts of the articles that somebody is at.
async fn busy_hosts(db: &impl ConnectionTrait, now: i64) -> Result<BTreeSet<String>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let at = values.place(now);
    let text = format!("SELECT url FROM articles WHERE leased_until >= {at}");
    let rows = db.query_all_raw(values.statement(&text)).await?;
    rows.iter()
        .map(|row| {
            let url: String = row.try_get("", "url")?;
            Ok(host_of(&url))
        })
        .collect()
}

/// The condition that nobody is at an article.
fn is_free(prefix: &str, now: &str) -> String {
    format!("({prefix}leased_until IS NULL OR {prefix}leased_until < {now})")
}

/// Claims one article for the page itself, due or not; false when somebody else is at it. It stays due, so that a look that breaks
/// off is done again.
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
    let mut values = Values::new(db.get_database_backend());
    let (id, lease, until, at) = (
        values.place(id.0),
        values.place(lease),
        values.place(until),
        values.place(now),
    );
    let text = format!(
        "UPDATE articles SET lease = {lease}, leased_until = {until}, look_at = {at}, wanted_at = NULL, asked = asked + 1 \
         WHERE id = {id} AND {}",
        is_free("", &at)
    );
    let done = db.execute_raw(values.statement(&text)).await?;
    Ok(done.rows_affected() > 0)
}

/// Claims one article, also from whoever is at it. It stays due, so that a page is read should this break off.
///
/// # Errors
/// [`StorageError`]
pub async fn take_over(
    db: &impl ConnectionTrait,
    id: ArticleId,
    lease: Uuid,
    now: i64,
    until: i64,
) -> Result<(), StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let (id, lease, until, at) = (
        values.place(id.0),
        values.place(lease),
        values.place(until),
        values.place(now),
    );
    let text = format!(
        "UPDATE articles SET lease = {lease}, leased_until = {until}, look_at = {at} WHERE id = {id}"
    );
    db.execute_raw(values.statement(&text)).await?;
    Ok(())
}

/// Gives an article back and says when it is looked at next, at the latest; so many of those who asked for the page have their
/// answer. Nothing when the lease was lost to another worker meanwhile.
///
/// # Errors
/// [`StorageError`]
pub async fn release(
    db: &impl ConnectionTrait,
    id: ArticleId,
    lease: Uuid,
    look_at: Option<i64>,
    answered: i32,
) -> Result<Option<Released>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let (id, lease, answered) = (
        values.place(id.0),
        values.place(lease),
        values.place(answered),
    );
    let next = match look_at {
        None => "wanted_at".to_owned(),
        Some(at) => {
            let at = values.place(at);
            format!("CASE WHEN wanted_at < {at} THEN wanted_at ELSE {at} END")
        }
    };
    let text = format!(
        "UPDATE articles SET lease = NULL, leased_until = NULL, look_at = {next}, wanted_at = NULL, \
         asked = CASE WHEN asked > {answered} THEN asked - {answered} ELSE 0 END \
         WHERE id = {id} AND lease = {lease} RETURNING look_at"
    );
    let Some(row) = db.query_one_raw(values.statement(&text)).await? else {
        return Ok(None);
    };
    Ok(Some(Released {
        look_at: row.try_get("", "look_at")?,
    }))
}
