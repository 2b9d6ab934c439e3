//! What a transaction of intake reads and writes, in as few statements as the database takes.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use uuid::Uuid;

use super::{
    articles::{TICKETS_CHANGED, changed_row},
    contacts::{CONTACTS, Contact, contact_row},
    error::StorageError,
    events::{EVENTS, TicketEvent, event_row},
    notifications::{NOTIFICATIONS, notification_row},
    reports::{REPORTS, Report, report_row},
    rows::{Together, is_one_of, list_of},
    search::{QUEUED, queued_row},
    tickets::{COUNTERS, JOINED, JoinedTicket, TICKETS, counter_rows, joined_row, ticket_row},
};
use crate::domain::{
    ids::{ArticleId, ReportId, SiteId, TicketId},
    notification::NewNotification,
    ticket::{Ticket, TicketState},
};

/// An article that is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArticle {
    /// Which one.
    pub id: ArticleId,
    /// Of which site.
    pub site: SiteId,
    /// [`crate::domain::article::ArticleUrl::key`].
    pub key: Vec<u8>,
    /// Rises when a ticket of the article changes, or what the page says of itself.
    pub tickets_version: i64,
    /// Whether a version of its text is known.
    pub text_is_known: bool,
}

/// A report that is stored already under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownReport {
    /// Which one.
    pub id: ReportId,
    /// Of which site.
    pub site: SiteId,
    /// SHA-256 of the idempotency key.
    pub idempotency_key: Vec<u8>,
    /// The ticket it came to.
    pub ticket: TicketId,
    /// Version of the status link.
    pub token_version: i32,
    /// SHA-256 of the submitted body.
    pub body_hash: Option<Vec<u8>>,
}

/// What is known of the reports that are to be filed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The articles, locked against other writers until the transaction ends.
    pub articles: Vec<KnownArticle>,
    /// The reports of the same idempotency keys.
    pub reports: Vec<KnownReport>,
}

/// Looks for the articles of those address keys, which it locks, and for the reports of those idempotency keys.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    db: &impl ConnectionTrait,
    articles: impl Iterator<Item = impl AsRef<[u8]>>,
    idempotency_keys: impl Iterator<Item = impl AsRef<[u8]>>,
) -> Result<Known, StorageError> {
    let backend = db.get_database_backend();
    let of_articles = is_one_of(backend, "url_key", 1);
    let of_reports = is_one_of(backend, "idempotency_key", 2);
    // In SQLite the transaction holds the one write lock already.
    let (locked, no_hash) = match backend {
        DbBackend::Postgres => ("ORDER BY id FOR UPDATE", "NULL::bytea"),
        _ => ("", "NULL"),
    };
    let sql = format!(
        "WITH known AS (SELECT site_id, url_key, id, tickets_version, \
         CASE WHEN current_version IS NULL THEN 0 ELSE 1 END AS text_is_known FROM articles WHERE {of_articles} {locked}) \
         SELECT 0, site_id, url_key, id, tickets_version, text_is_known, {no_hash} FROM known UNION ALL \
         SELECT 1, site_id, idempotency_key, id, ticket_id, token_version, body_hash FROM reports WHERE {of_reports}"
    );
    let lists = [list_of(articles), list_of(idempotency_keys)];
    let statement = Statement::from_sql_and_values(backend, sql, lists);
    let mut known = Known::default();
    for row in db.query_all_raw(statement).await? {
        known.take(&row)?;
    }
    Ok(known)
}

impl Known {
    fn take(&mut self, row: &QueryResult) -> Result<(), StorageError> {
        let site = SiteId(row.try_get_by_index(1)?);
        let key: Vec<u8> = row.try_get_by_index(2)?;
        let id: Uuid = row.try_get_by_index(3)?;
        let number: i64 = row.try_get_by_index(4)?;
        if row.try_get_by_index::<i32>(0)? == 0 {
            self.articles.push(KnownArticle {
                id: ArticleId(id),
                site,
                key,
                tickets_version: number,
                text_is_known: row.try_get_by_index::<i32>(5)? == 1,
            });
        } else {
            self.reports.push(KnownReport {
                id: ReportId(id),
                site,
                idempotency_key: key,
                ticket: TicketId(number),
                token_version: row.try_get_by_index(5)?,
                body_hash: row.try_get_by_index(6)?,
            });
        }
        Ok(())
    }
}

/// What a transaction of intake writes.
#[derive(Debug, Default)]
pub struct Filing<'a> {
    /// Articles of which a ticket is new or changed; whoever calls holds them locked.
    pub articles: Vec<ArticleId>,
    /// New tickets.
    pub opened: &'a [Ticket],
    /// Tickets to be indexed for the search: new ones, and those that a report joined.
    pub to_index: Vec<TicketId>,
    /// Their histories' first entries.
    pub events: &'a [TicketEvent],
    /// How many more tickets are in which state.
    pub counters: BTreeMap<(SiteId, TicketState), i64>,
    /// Tickets that a report joined.
    pub joined: Vec<JoinedTicket>,
    /// The reports.
    pub reports: &'a [Report],
    /// What their readers left.
    pub contacts: &'a [Contact],
    /// Mails owed.
    pub notifications: &'a [NewNotification],
}

// SQLite takes few rows at a time: what is about equally many goes together.
static OPENED: Together<3> = Together::new([&TICKETS, &EVENTS, &COUNTERS]);
static REPORTED: Together<4> = Together::new([&REPORTS, &JOINED, &TICKETS_CHANGED, &QUEUED]);
static LEFT: Together<1> = Together::new([&CONTACTS]);
static OWED: Together<1> = Together::new([&NOTIFICATIONS]);
// PostgreSQL takes everything at once.
static EVERYTHING: Together<9> = Together::new([
    &TICKETS,
    &QUEUED,
    &EVENTS,
    &COUNTERS,
    &REPORTS,
    &JOINED,
    &TICKETS_CHANGED,
    &CONTACTS,
    &NOTIFICATIONS,
]);

/// Writes everything.
///
/// # Errors
/// [`StorageError`]
pub async fn write(
    db: &impl ConnectionTrait,
    filing: &Filing<'_>,
    now: i64,
) -> Result<(), StorageError> {
    let tickets = filing.opened.iter().flat_map(ticket_row).collect();
    let queued = filing.to_index.iter();
    let queued: Vec<_> = queued.flat_map(|id| queued_row(*id)).collect();
    let events = filing.events.iter().flat_map(event_row).collect();
    let counters = counter_rows(&filing.counters);
    let reports = filing.reports.iter().flat_map(report_row).collect();
    let joined = filing.joined.iter().flat_map(joined_row).collect();
    let articles = filing.articles.iter();
    let articles = articles
        .flat_map(|id| changed_row(*id, Some(now)))
        .collect();
    let contacts = filing.contacts.iter().flat_map(contact_row).collect();
    let owed = filing.notifications.iter();
    let owed = owed.flat_map(|n| notification_row(n, now)).collect();
    if db.get_database_backend() == DbBackend::Postgres {
        let everything = [
            tickets, queued, events, counters, reports, joined, articles, contacts, owed,
        ];
        return EVERYTHING.execute(db, everything).await;
    }
    OPENED.execute(db, [tickets, events, counters]).await?;
    REPORTED
        .execute(db, [reports, joined, articles, queued])
        .await?;
    LEFT.execute(db, [contacts]).await?;
    OWED.execute(db, [owed]).await
}
