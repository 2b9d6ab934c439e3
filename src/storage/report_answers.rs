//! What readers answered when they were asked. Apart from the history, which only says that they did: a reader may take the words back.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::{
    entities::{report_answers, reports},
    error::StorageError,
};
use crate::domain::{
    clock::UnixMillis,
    ids::{ReportId, TicketId},
};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportAnswer {
    /// Its key; keys rise with time.
    pub id: Uuid,
    /// With which report.
    pub report: ReportId,
    /// When.
    pub at: UnixMillis,
    /// Its words.
    pub body: String,
}

/// Keeps an answer.
///
/// # Errors
/// [`StorageError`]
pub async fn add(db: &impl ConnectionTrait, answer: &ReportAnswer) -> Result<(), StorageError> {
    report_answers::Entity::insert(report_answers::ActiveModel {
        id: Set(answer.id),
        report_id: Set(answer.report.0),
        body: Set(answer.body.clone()),
        created_at: Set(answer.at),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// The answers given with those reports, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn of_reports(
    db: &impl ConnectionTrait,
    reports: &[ReportId],
) -> Result<Vec<ReportAnswer>, StorageError> {
    let mut all = Vec::new();
    // As many at once as every database takes.
    for part in reports.chunks(500) {
        let rows = report_answers::Entity::find()
            .filter(report_answers::Column::ReportId.is_in(part.iter().map(|r| r.0)))
            .all(db)
            .await?;
        all.extend(rows.into_iter().map(|row| ReportAnswer {
            id: row.id,
            report: ReportId(row.report_id),
            at: row.created_at,
            body: row.body,
        }));
    }
    all.sort_by_key(|answer| answer.id);
    Ok(all)
}

/// The words of all answers on those tickets, for the search.
///
/// # Errors
/// [`StorageError`]
pub async fn words_of(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<BTreeMap<TicketId, Vec<String>>, StorageError> {
    let mut all: BTreeMap<TicketId, Vec<String>> = BTreeMap::new();
    if tickets.is_empty() {
        return Ok(all);
    }
    let own = reports::Entity::find()
        .select_only()
        .column(reports::Column::Id)
        .filter(reports::Column::TicketId.is_in(tickets.iter().map(|t| t.0)))
        .into_query();
    let rows = report_answers::Entity::find()
        .filter(report_answers::Column::ReportId.in_subquery(own))
        .order_by_asc(report_answers::Column::Id)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(all);
    }
    let ids = rows.iter().map(|row| row.report_id);
    let of: Vec<(Uuid, i64)> = reports::Entity::find()
        .select_only()
        .columns([reports::Column::Id, reports::Column::TicketId])
        .filter(reports::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    for row in rows {
        if let Some((_, ticket)) = of.iter().find(|(report, _)| *report == row.report_id) {
            all.entry(TicketId(*ticket)).or_default().push(row.body);
        }
    }
    Ok(all)
}

/// Changes the words of an answer, for private ones that are blacked out.
///
/// # Errors
/// [`StorageError`]
pub async fn set_body(db: &impl ConnectionTrait, id: Uuid, body: &str) -> Result<(), StorageError> {
    report_answers::Entity::update(report_answers::ActiveModel {
        id: Set(id),
        body: Set(body.to_owned()),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Deletes the answers given with a report.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_of_report(
    db: &impl ConnectionTrait,
    report: ReportId,
) -> Result<(), StorageError> {
    report_answers::Entity::delete_many()
        .filter(report_answers::Column::ReportId.eq(report.0))
        .exec(db)
        .await?;
    Ok(())
}
