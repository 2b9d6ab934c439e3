//! Whose turn it is: of each host the article that is longest due. Chosen without the writer, and without reading all that is due of a
//! host that has much.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::article_watch::host_of,
    storage::{error::StorageError, sql::Values},
};

/// The most articles whose host is stored with one claim; the next claim goes on.
const FIRST_SEEN_AT_ONCE: usize = 500;

/// An article that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) id: Uuid,
    /// Since when.
    pub(super) look_at: i64,
    /// Of which host.
    pub(super) host: String,
}

/// What may be claimed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Longest due first, each of another host.
    pub(super) due: Vec<Due>,
    /// Those whose host is not stored yet.
    pub(super) first_seen: Vec<Due>,
}

impl Choice {
    /// Whether there is nothing to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.due.is_empty() && self.first_seen.is_empty()
    }
}

/// Due articles of different hosts that nobody is at, longest due first, at most so many.
///
/// # Errors
/// [`StorageError`]
pub async fn choose(
    db: &impl ConnectionTrait,
    now: i64,
    limit: usize,
) -> Result<Choice, StorageError> {
    let mut busy = busy_hosts(db, now).await?;
    let first_seen = first_seen(db, now).await?;
    let mut due = first_of_hosts(db, now).await?;
    due.extend(first_seen.iter().cloned());
    due.sort_by_key(|due| (due.look_at, due.id));
    due.retain(|due| busy.insert(due.host.clone()));
    due.truncate(limit);
    Ok(Choice { due, first_seen })
}

/// Of each host that is stored, the article that is longest due.
async fn first_of_hosts(db: &impl ConnectionTrait, now: i64) -> Result<Vec<Due>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let at = values.place(now);
    let free = is_free("a.", &at);
    let first = format!(
        "FROM articles AS a WHERE a.host = hosts.host AND a.look_at <= {at} AND {free} ORDER BY a.look_at, a.id LIMIT 1"
    );
    // From host to host along the index: hosts are few, and what is due of one may be much.
    let text = format!(
        "WITH RECURSIVE hosts(host) AS (SELECT CAST('' AS text) UNION ALL \
         SELECT (SELECT min(a.host) FROM articles AS a WHERE a.host > hosts.host AND a.look_at IS NOT NULL) \
         FROM hosts WHERE hosts.host IS NOT NULL) \
         SELECT hosts.host, (SELECT a.id {first}) AS id, (SELECT a.look_at {first}) AS look_at \
         FROM hosts WHERE hosts.host IS NOT NULL"
    );
    let rows = db.query_all_raw(values.statement(&text)).await?;
    let mut due = Vec::new();
    for row in rows {
        let id: Option<Uuid> = row.try_get("", "id")?;
        let look_at: Option<i64> = row.try_get("", "look_at")?;
        if let Some((id, look_at)) = id.zip(look_at) {
            let host = row.try_get("", "host")?;
            due.push(Due { id, look_at, host });
        }
    }
    Ok(due)
}

/// Those that are longest due of the articles whose host is not stored yet: it is seen by their addresses.
async fn first_seen(db: &impl ConnectionTrait, now: i64) -> Result<Vec<Due>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let at = values.place(now);
    let text = format!(
        "SELECT id, url, look_at FROM articles WHERE host IS NULL AND look_at <= {at} AND {} \
         ORDER BY look_at, id LIMIT {FIRST_SEEN_AT_ONCE}",
        is_free("", &at)
    );
    let rows = db.query_all_raw(values.statement(&text)).await?;
    rows.iter()
        .map(|row| {
            let url: String = row.try_get("", "url")?;
            Ok(Due {
                id: row.try_get("", "id")?,
                look_at: row.try_get("", "look_at")?,
                host: host_of(&url),
            })
        })
        .collect()
}

/// The hosts of the articles that somebody is at.
pub(super) async fn busy_hosts(
    db: &impl ConnectionTrait,
    now: i64,
) -> Result<BTreeSet<String>, StorageError> {
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
pub(super) fn is_free(prefix: &str, now: &str) -> String {
    format!("({prefix}leased_until IS NULL OR {prefix}leased_until < {now})")
}
