//! Reports.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{
    entities::reports,
    error::{StorageError, word},
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
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(db: &impl ConnectionTrait, list: &[Report]) -> Result<(), StorageError> {
    for chunk in list.chunks(500) {
        reports::Entity::insert_many(chunk.iter().map(active))
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
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
    let mut query = reports::Entity::find().filter(reports::Column::TicketId.eq(ticket.0));
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

/// The reports that carry one of those idempotency keys.
///
/// # Errors
/// [`StorageError`]
pub async fn by_idempotency_keys(
    db: &impl ConnectionTrait,
    keys: &[Vec<u8>],
) -> Result<Vec<Report>, StorageError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = reports::Entity::find()
        .filter(reports::Column::IdempotencyKey.is_in(keys.iter().cloned()))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
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
        withdrawn_at: Set(Some(at)),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

fn active(r: &Report) -> reports::ActiveModel {
    let passage = r.passage.as_ref();
    reports::ActiveModel {
        id: Set(r.id.0),
        site_id: Set(r.site.0),
        article_id: Set(r.article.0),
        ticket_id: Set(r.ticket.0),
        created_at: Set(r.created_at),
        kind: Set(r.kind.as_str().into()),
        part: Set(r.part.map(|p| p.as_str().into())),
        exact: Set(passage.map(|p| p.exact.clone())),
        prefix: Set(passage.map(|p| p.prefix.clone())),
        suffix: Set(passage.map(|p| p.suffix.clone())),
        start_position: Set(passage.and_then(|p| p.start)),
        end_position: Set(passage.and_then(|p| p.end)),
        selector_version: Set(SELECTOR_VERSION),
        suggestion: Set(r.suggestion.clone()),
        comment: Set(r.comment.clone()),
        source: Set(r.source.clone()),
        page_url: Set(r.page_url.clone()),
        elapsed_ms: Set(r.elapsed_ms),
        joined_by: Set(r.joined_by.as_str().into()),
        grouping_version: Set(GROUPING_VERSION),
        counted_on_closed: Set(r.counted_on_closed),
        idempotency_key: Set(r.idempotency_key.clone()),
        body_hash: Set(r.body_hash.clone()),
        token_version: Set(r.token_version),
        withdrawn_at: Set(r.withdrawn_at),
    }
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
