//! What intake reads and writes of tickets, many at a time.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    Statement, Value,
};

use super::read;
use crate::{
    domain::{
        ids::{ArticleId, SiteId, TicketId},
        kind::Part,
        passage::SELECTOR_VERSION,
        ticket::{Reason, Resolution, Suggestion, Ticket, TicketState},
    },
    storage::{
        entities::tickets,
        error::{StorageError, to_json},
        rows::{RowStatement, Together},
        search::is_one_of_numbers,
        sql::Values,
    },
};

/// The tickets of those articles that a report may join, oldest first: what is not closed, and what is closed but remembers.
///
/// # Errors
/// [`StorageError`]
pub async fn joinable(
    db: &impl ConnectionTrait,
    articles: &[ArticleId],
) -> Result<Vec<Ticket>, StorageError> {
    use crate::storage::entities::tickets::Column;
    if articles.is_empty() {
        return Ok(Vec::new());
    }
    let remembers = [
        Resolution::Corrected,
        Resolution::AlreadyCorrected,
        Resolution::NotAnError,
    ];
    let rows = tickets::Entity::find()
        .filter(Column::ArticleId.is_in(articles.iter().map(|a| a.0)))
        .filter(
            Condition::any()
                .add(Column::State.ne(TicketState::Closed.as_str()))
                .add(Column::Resolution.is_in(remembers.map(Resolution::as_str))),
        )
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Those of the tickets whose reports were all filled in faster than that.
///
/// # Errors
/// [`StorageError`]
pub async fn all_faster_than(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
    min_fill_ms: i64,
) -> Result<Vec<TicketId>, StorageError> {
    let numbers: Vec<i64> = tickets.iter().map(|ticket| ticket.0).collect();
    let mut values = Values::new(db.get_database_backend());
    let is_one = is_one_of_numbers(&mut values, "t.id", &numbers);
    let least = values.place(min_fill_ms);
    let text = format!(
        "SELECT t.id AS id FROM tickets t WHERE {is_one} AND NOT EXISTS (SELECT 1 FROM reports r \
         WHERE r.ticket_id = t.id AND (r.elapsed_ms IS NULL OR r.elapsed_ms >= {least}))"
    );
    let rows = db.query_all_raw(values.statement(&text)).await?;
    rows.iter()
        .map(|row| Ok(TicketId(row.try_get("", "id")?)))
        .collect()
}

/// Hands out so many ticket numbers; the first of them.
///
/// # Errors
/// [`StorageError`]
pub async fn allocate(db: &impl ConnectionTrait, count: i64) -> Result<i64, StorageError> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "UPDATE ticket_numbers SET next = next + $1 WHERE id = 1 RETURNING next"
        }
        _ => "UPDATE ticket_numbers SET next = next + ? WHERE id = 1 RETURNING next",
    };
    let row = db
        .query_one_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            [count.into()],
        ))
        .await?;
    let row = row.ok_or(StorageError::Inconsistent {
        table: "ticket_numbers",
        column: "id",
        value: "nothing".into(),
    })?;
    let next: i64 = row.try_get("", "next")?;
    Ok(next - count)
}

/// Adds tickets.
pub(in crate::storage) static TICKETS: RowStatement = RowStatement::insert(
    "tickets",
    &[
        "id",
        "site_id",
        "article_id",
        "state",
        "resolution",
        "reason",
        "passage_state",
        "regressed",
        "kind",
        "part",
        "exact",
        "prefix",
        "suffix",
        "start_position",
        "end_position",
        "selector_version",
        "suggestions",
        "accepted_suggestion",
        "comment",
        "report_count",
        "desk_id",
        "assignee_id",
        "duplicate_of",
        "legal",
        "snoozed_until",
        "public_note",
        "weight",
        "version",
        "created_at",
        "updated_at",
        "closed_at",
    ],
    "",
);

/// Adds tickets.
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(db: &impl ConnectionTrait, list: &[Ticket]) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&TICKETS]);
    STATEMENT
        .execute(db, [list.iter().flat_map(ticket_row).collect()])
        .await
}

/// The row of a ticket, for [`TICKETS`].
pub(in crate::storage) fn ticket_row(ticket: &Ticket) -> [Value; 31] {
    let passage = ticket.passage.as_ref();
    [
        ticket.id.0.into(),
        ticket.site.0.into(),
        ticket.article.0.into(),
        ticket.state.as_str().into(),
        ticket.resolution.map(Resolution::as_str).into(),
        ticket.reason.map(Reason::as_str).into(),
        ticket.passage_state.as_str().into(),
        ticket.regressed.into(),
        ticket.kind.as_str().into(),
        ticket.part.map(Part::as_str).into(),
        passage.map(|p| p.exact.as_str()).into(),
        passage.map(|p| p.prefix.as_str()).into(),
        passage.map(|p| p.suffix.as_str()).into(),
        passage.and_then(|p| p.start).into(),
        passage.and_then(|p| p.end).into(),
        SELECTOR_VERSION.into(),
        to_json(&ticket.suggestions).into(),
        ticket.accepted_suggestion.as_deref().into(),
        ticket.comment.as_deref().into(),
        ticket.report_count.into(),
        ticket.desk.map(|d| d.0).into(),
        ticket.assignee.map(|e| e.0).into(),
        ticket.duplicate_of.map(|t| t.0).into(),
        ticket.legal.into(),
        ticket.snoozed_until.into(),
        ticket.public_note.as_deref().into(),
        ticket.weight.into(),
        ticket.version.into(),
        ticket.created_at.into(),
        ticket.updated_at.into(),
        ticket.closed_at.into(),
    ]
}

/// What intake knows of a ticket that a report may join, and changes when one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedTicket {
    /// Which one.
    pub id: TicketId,
    /// Reports counted on it.
    pub report_count: i64,
    /// What the readers suggest, most frequent first.
    pub suggestions: Vec<Suggestion>,
    /// Whether a report speaks of legal claims.
    pub legal: bool,
    /// How pressing it is.
    pub weight: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// Whether it waits for just this; not stored with the rest.
    pub waits_for_report: bool,
    /// Whether the newsroom was told of it, as far as is known; not stored with the rest.
    pub told: bool,
}

/// Stores what intake changes of tickets.
pub(in crate::storage) static JOINED: RowStatement = RowStatement::other(
    &[
        "id",
        "report_count",
        "suggestions",
        "legal",
        "weight",
        "updated_at",
    ],
    "WITH joined(id, report_count, suggestions, legal, weight, updated_at) AS (VALUES {rows}) UPDATE tickets SET \
     report_count = joined.report_count, suggestions = joined.suggestions, legal = joined.legal, \
     weight = joined.weight, updated_at = joined.updated_at \
     FROM joined WHERE tickets.id = joined.id",
    "UPDATE tickets SET report_count = joined.report_count, suggestions = joined.suggestions, legal = joined.legal, \
     weight = joined.weight, updated_at = joined.updated_at FROM json_populate_recordset(NULL::tickets, {rows}) AS joined WHERE tickets.id = joined.id \
     AND tickets.id = ANY (ARRAY(SELECT id FROM json_populate_recordset(NULL::tickets, {rows})))",
);

/// What becomes of a ticket, for [`JOINED`].
pub(in crate::storage) fn joined_row(ticket: &JoinedTicket) -> [Value; 6] {
    [
        ticket.id.0.into(),
        ticket.report_count.into(),
        to_json(&ticket.suggestions).into(),
        ticket.legal.into(),
        ticket.weight.into(),
        ticket.updated_at.into(),
    ]
}

/// Adds to the kept counters.
pub(in crate::storage) static COUNTERS: RowStatement = RowStatement::insert(
    "ticket_counters",
    &["site_id", "state", "tickets"],
    "ON CONFLICT (site_id, state) DO UPDATE SET tickets = ticket_counters.tickets + excluded.tickets",
);

/// The rows of changes, for [`COUNTERS`].
pub(in crate::storage) fn counter_rows(
    changes: &BTreeMap<(SiteId, TicketState), i64>,
) -> Vec<Value> {
    // One order for all, so that two instances do not wait for each other.
    changes
        .iter()
        .filter(|(_, n)| **n != 0)
        .flat_map(|((site, state), n)| [site.0.into(), state.as_str().into(), (*n).into()])
        .collect()
}

/// Changes the kept counters.
///
/// # Errors
/// [`StorageError`]
pub async fn count(
    db: &impl ConnectionTrait,
    changes: &BTreeMap<(SiteId, TicketState), i64>,
) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&COUNTERS]);
    STATEMENT.execute(db, [counter_rows(changes)]).await
}
