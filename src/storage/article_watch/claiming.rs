//! Who looks at which article: wishes, claims, and giving back. A wish that comes during a look is not lost with it.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::choosing::{Choice, busy_hosts, is_free};
use crate::{
    domain::ids::ArticleId,
    storage::{error::StorageError, sql::Values},
};

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

/// Claims the articles of a choice until the lease runs out; of each host at most one, and none of a host whose article somebody is at,
/// here or on another instance. The hosts that are not stored yet are.
///
/// # Errors
/// [`StorageError`]
pub async fn claim(
    db: &impl ConnectionTrait,
    lease: Uuid,
    now: i64,
    until: i64,
    choice: &Choice,
) -> Result<Vec<ArticleId>, StorageError> {
    if db.get_database_backend() == DbBackend::Postgres {
        // Two instances that claim at once would not see each other's hosts. In SQLite the transaction holds the one write lock.
        let turn = "SELECT pg_advisory_xact_lock(4711202612)";
        db.execute_raw(Statement::from_string(DbBackend::Postgres, turn))
            .await?;
    }
    store_hosts(db, choice).await?;
    // Somebody may have been quicker since it was chosen.
    let mut busy = busy_hosts(db, now).await?;
    let chosen: Vec<Uuid> = choice
        .due
        .iter()
        .filter(|due| busy.insert(due.host.clone()))
        .map(|due| due.id)
        .collect();
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Values::new(db.get_database_backend());
    let (lease, until, at) = (values.place(lease), values.place(until), values.place(now));
    let these = values.is_one_of("id", chosen.iter().copied());
    let free = format!("{these} AND look_at <= {at} AND {}", is_free("", &at));
    let free = unlocked(db.get_database_backend(), free);
    let text = format!(
        "UPDATE articles SET lease = {lease}, leased_until = {until}, wanted_at = {} WHERE {free} RETURNING id",
        later_wish(&at)
    );
    let rows = db.query_all_raw(values.statement(&text)).await?;
    rows.iter()
        .map(|row| Ok(ArticleId(row.try_get("", "id")?)))
        .collect()
}

/// Whoever holds an article locked changes it just now: next time.
fn unlocked(backend: DbBackend, condition: String) -> String {
    match backend {
        DbBackend::Postgres => format!(
            "id = ANY (ARRAY(SELECT id FROM articles WHERE {condition} FOR UPDATE SKIP LOCKED))"
        ),
        _ => condition,
    }
}

/// Stores the hosts of articles that were seen for the first time.
async fn store_hosts(db: &impl ConnectionTrait, choice: &Choice) -> Result<(), StorageError> {
    let mut of_hosts: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for due in &choice.first_seen {
        of_hosts.entry(&due.host).or_default().push(due.id);
    }
    for (host, articles) in of_hosts {
        let mut values = Values::new(db.get_database_backend());
        let host = values.place(host);
        let these = values.is_one_of("id", articles.into_iter());
        let these = unlocked(db.get_database_backend(), these);
        let text = format!("UPDATE articles SET host = {host} WHERE {these}");
        db.execute_raw(values.statement(&text)).await?;
    }
    Ok(())
}

/// What is left of a wish once its article is claimed: one for later is not fulfilled by that look.
fn later_wish(now: &str) -> String {
    format!("CASE WHEN wanted_at > {now} THEN wanted_at END")
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
        "UPDATE articles SET lease = {lease}, leased_until = {until}, look_at = {at}, wanted_at = {}, asked = asked + 1 \
         WHERE id = {id} AND {}",
        later_wish(&at),
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
