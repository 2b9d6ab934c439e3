//! Reports.

use std::collections::{BTreeMap, HashSet};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Value, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entities::reports,
    error::{StorageError, word},
    rows::{RowStatement, Together},
    search::is_one_of_numbers,
    sql::Values,
};
use crate::domain::{
    grouping::{GROUPING_VERSION, Rule},
    ids::{ArticleId, ReportId, SiteId, TicketId},
    kind::{Kind, Part},
    passage::{Passage, SELECTOR_VERSION},
};

/// A stored report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its key.
    pub id: ReportId,
    /// Of which site.
    pub site: SiteId,
    /// About which article.
    pub article: ArticleId,
    /// The ticket it came to.
    pub ticket: TicketId,
    /// When.
    pub created_at: i64,
    /// Kind.
    pub kind: Kind,
    /// Part.
    pub part: Option<Part>,
    /// Passage.
    pub passage: Option<Passage>,
    /// Suggested wording.
    pub suggestion: Option<String>,
    /// What the reader wrote; gone when withdrawn.
    pub comment: Option<String>,
    /// A link that proves it.
    pub source: Option<String>,
    /// The page the reader had open.
    pub page_url: Option<String>,
    /// Time in the form, milliseconds.
    pub elapsed_ms: Option<i64>,
    /// Which rule joined it.
    pub joined_by: Rule,
    /// Whether it came to a ticket that was closed already, and was only counted.
    pub counted_on_closed: bool,
    /// SHA-256 of the idempotency key.
    pub idempotency_key: Option<Vec<u8>>,
    /// SHA-256 of the submitted body.
    pub body_hash: Option<Vec<u8>>,
    /// Version of the status link.
    pub token_version: i32,
    /// When the reader withdrew it.
    pub withdrawn_at: Option<i64>,
}

/// Adds reports.
pub(super) static REPORTS: RowStatement = RowStatement::insert(
    "reports",
    &[
        "id",
        "site_id",
        "article_id",
        "ticket_id",
        "created_at",
        "kind",
        "part",
        "exact",
        "prefix",
        "suffix",
        "start_position",
        "end_position",
        "selector_version",
        "suggestion",
        "comment",
        "source",
        "page_url",
        "elapsed_ms",
        "joined_by",
        "grouping_version",
        "counted_on_closed",
        "idempotency_key",
        "body_hash",
        "token_version",
        "withdrawn_at",
    ],
    "",
);

/// Adds reports.
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(db: &impl ConnectionTrait, list: &[Report]) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&REPORTS]);
    STATEMENT
        .execute(db, [list.iter().flat_map(report_row).collect()])
        .await
}

/// One report.
///
/// # Errors
/// [`StorageError`]
pub async fn find(db: &impl ConnectionTrait, id: ReportId) -> Result<Option<Report>, StorageError> {
    reports::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .map(read)
        .transpose()
}

/// Of which site those reports are, and on which ticket; those that exist.
///
/// # Errors
/// [`StorageError`]
pub async fn places(
    db: &impl ConnectionTrait,
    ids: &[ReportId],
) -> Result<Vec<(ReportId, SiteId, TicketId)>, StorageError> {
    let rows: Vec<(Uuid, Uuid, i64)> = reports::Entity::find()
        .select_only()
        .columns([
            reports::Column::Id,
            reports::Column::SiteId,
            reports::Column::TicketId,
        ])
        .filter(reports::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    let place = |(id, site, ticket)| (ReportId(id), SiteId(site), TicketId(ticket));
    Ok(rows.into_iter().map(place).collect())
}

/// The newest reports of a ticket, newest first.
///
/// # Errors
/// [`StorageError`]
pub async fn of_ticket(
    db: &impl ConnectionTrait,
    ticket: TicketId,
    before: Option<ReportId>,
    limit: u64,
) -> Result<Vec<Report>, StorageError> {
    of_tickets(db, &[ticket], before, limit).await
}

/// The newest reports of several tickets, newest first.
///
/// # Errors
/// [`StorageError`]
pub async fn of_tickets(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
    before: Option<ReportId>,
    limit: u64,
) -> Result<Vec<Report>, StorageError> {
    let mut query = reports::Entity::find()
        .filter(reports::Column::TicketId.is_in(tickets.iter().map(|t| t.0)));
    if let Some(before) = before {
        query = query.filter(reports::Column::Id.lt(before.0));
    }
    let rows = query
        .order_by_desc(reports::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Those of the tickets with a report that was not filled in faster than that, or does not say.
///
/// # Errors
/// [`StorageError`]
pub async fn slower_than(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
    min_fill_ms: i64,
) -> Result<HashSet<TicketId>, StorageError> {
    let took = reports::Column::ElapsedMs;
    let slow = Condition::any()
        .add(took.is_null())
        .add(took.gte(min_fill_ms));
    let ids: Vec<i64> = reports::Entity::find()
        .select_only()
        .column(reports::Column::TicketId)
        .filter(reports::Column::TicketId.is_in(tickets.iter().map(|t| t.0)))
        .filter(slow)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(TicketId).collect())
}

/// All reports of several tickets, oldest first: for counting them anew.
///
/// # Errors
/// [`StorageError`]
pub async fn all_of(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<Report>, StorageError> {
    let rows = reports::Entity::find()
        .filter(reports::Column::TicketId.is_in(tickets.iter().map(|t| t.0)))
        .order_by_asc(reports::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Gives reports to another ticket.
///
/// # Errors
/// [`StorageError`]
pub async fn move_to(
    db: &impl ConnectionTrait,
    ids: &[ReportId],
    ticket: TicketId,
    joined_by: Rule,
) -> Result<(), StorageError> {
    if ids.is_empty() {
        return Ok(());
    }
    reports::Entity::update_many()
        .col_expr(reports::Column::TicketId, Expr::value(ticket.0))
        .col_expr(reports::Column::JoinedBy, Expr::value(joined_by.as_str()))
        .filter(reports::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes a report back: its free words go, the place stays.
///
/// # Errors
/// [`StorageError`]
pub async fn withdraw(
    db: &impl ConnectionTrait,
    id: ReportId,
    at: i64,
) -> Result<(), StorageError> {
    reports::Entity::update(reports::ActiveModel {
        id: Set(id.0),
        comment: Set(None),
        source: Set(None),
        // It would tell whoever guesses what was said.
        body_hash: Set(None),
        withdrawn_at: Set(Some(at)),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Forgets the hash of what was submitted: the address was a part of it, and whoever guesses could tell.
///
/// # Errors
/// [`StorageError`]
pub async fn forget_hash(db: &impl ConnectionTrait, id: ReportId) -> Result<(), StorageError> {
    reports::Entity::update(reports::ActiveModel {
        id: Set(id.0),
        body_hash: Set(None),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Stores what became of a report's free words after some were blacked out. The hash of what was submitted goes: it would tell
/// whoever guesses.
///
/// # Errors
/// [`StorageError`]
pub async fn set_words(db: &impl ConnectionTrait, report: &Report) -> Result<(), StorageError> {
    reports::Entity::update(reports::ActiveModel {
        id: Set(report.id.0),
        comment: Set(report.comment.clone()),
        suggestion: Set(report.suggestion.clone()),
        source: Set(report.source.clone()),
        body_hash: Set(None),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// The row of a report, for [`REPORTS`].
pub(super) fn report_row(r: &Report) -> [Value; 25] {
    let passage = r.passage.as_ref();
    [
        r.id.0.into(),
        r.site.0.into(),
        r.article.0.into(),
        r.ticket.0.into(),
        r.created_at.into(),
        r.kind.as_str().into(),
        r.part.map(Part::as_str).into(),
        passage.map(|p| p.exact.as_str()).into(),
        passage.map(|p| p.prefix.as_str()).into(),
        passage.map(|p| p.suffix.as_str()).into(),
        passage.and_then(|p| p.start).into(),
        passage.and_then(|p| p.end).into(),
        SELECTOR_VERSION.into(),
        r.suggestion.as_deref().into(),
        r.comment.as_deref().into(),
        r.source.as_deref().into(),
        r.page_url.as_deref().into(),
        r.elapsed_ms.into(),
        r.joined_by.as_str().into(),
        GROUPING_VERSION.into(),
        r.counted_on_closed.into(),
        r.idempotency_key.clone().into(),
        r.body_hash.clone().into(),
        r.token_version.into(),
        r.withdrawn_at.into(),
    ]
}

/// What the reports of tickets say: the words they mean, what they suggest, what they comment. Of each ticket's at most so many,
/// the first ones.
///
/// # Errors
/// [`StorageError`]
pub async fn words_of(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
    most: u64,
) -> Result<BTreeMap<TicketId, Vec<String>>, StorageError> {
    let mut all: BTreeMap<TicketId, Vec<String>> = BTreeMap::new();
    if tickets.is_empty() {
        return Ok(all);
    }
    let mut values = Values::new(db.get_database_backend());
    let ids: Vec<i64> = tickets.iter().map(|t| t.0).collect();
    let is_one = is_one_of_numbers(&mut values, "ticket_id", &ids);
    let most = values.place(i64::try_from(most).unwrap_or(i64::MAX));
    let text = format!(
        "SELECT ticket_id, exact, suggestion, comment FROM (SELECT ticket_id, exact, suggestion, comment, \
         row_number() OVER (PARTITION BY ticket_id ORDER BY id) AS place FROM reports WHERE {is_one}) AS said WHERE place <= {most}"
    );
    for row in db.query_all_raw(values.statement(&text)).await? {
        let said = all
            .entry(TicketId(row.try_get("", "ticket_id")?))
            .or_default();
        for column in ["exact", "suggestion", "comment"] {
            said.extend(row.try_get::<Option<String>>("", column)?);
        }
    }
    Ok(all)
}

fn read(row: reports::Model) -> Result<Report, StorageError> {
    Ok(Report {
        id: ReportId(row.id),
        site: SiteId(row.site_id),
        article: ArticleId(row.article_id),
        ticket: TicketId(row.ticket_id),
        created_at: row.created_at,
        kind: word("reports", "kind", &row.kind, Kind::parse)?,
        part: row
            .part
            .map(|v| word("reports", "part", &v, Part::parse))
            .transpose()?,
        passage: row.exact.map(|exact| Passage {
            exact,
            prefix: row.prefix.unwrap_or_default(),
            suffix: row.suffix.unwrap_or_default(),
            start: row.start_position,
            end: row.end_position,
        }),
        suggestion: row.suggestion,
        comment: row.comment,
        source: row.source,
        page_url: row.page_url,
        elapsed_ms: row.elapsed_ms,
        joined_by: word("reports", "joined_by", &row.joined_by, Rule::parse)?,
        counted_on_closed: row.counted_on_closed,
        idempotency_key: row.idempotency_key,
        body_hash: row.body_hash,
        token_version: row.token_version,
        withdrawn_at: row.withdrawn_at,
    })
}
