//! Reports of one burst, by their common mark.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{
    entities::{wave_reports, waves},
    error::StorageError,
};
use crate::domain::{
    clock::UnixMillis,
    ids::{ReportId, SiteId, TicketId},
    ticket::TicketState,
};

/// Marks reports as parts of a wave.
///
/// # Errors
/// [`StorageError`]
pub async fn mark(
    db: &impl ConnectionTrait,
    wave: Uuid,
    reports: &[(ReportId, SiteId, TicketId)],
    at: UnixMillis,
) -> Result<(), StorageError> {
    let sites: BTreeSet<SiteId> = reports.iter().map(|(_, site, _)| *site).collect();
    for site in sites {
        let rows = reports
            .iter()
            .filter(|(_, of, _)| *of == site)
            .map(|(report, _, ticket)| wave_reports::ActiveModel {
                report_id: Set(report.0),
                wave: Set(wave),
                site_id: Set(site.0),
                ticket_id: Set(ticket.0),
                marked_at: Set(at),
            });
        let marked = wave_reports::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(wave_reports::Column::ReportId)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
        count(db, wave, site, marked, at).await?;
    }
    Ok(())
}

/// Counts reports on a wave, which begins with the first of them.
async fn count(
    db: &impl ConnectionTrait,
    wave: Uuid,
    site: SiteId,
    more: u64,
    at: UnixMillis,
) -> Result<(), StorageError> {
    use waves::Column;
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    let row = waves::ActiveModel {
        site_id: Set(site.0),
        wave: Set(wave),
        reports: Set(more),
        began_at: Set(at),
        last_at: Set(at),
    };
    waves::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([Column::SiteId, Column::Wave])
                .value(
                    Column::Reports,
                    Expr::col((waves::Entity, Column::Reports)).add(more),
                )
                .update_column(Column::LastAt)
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Forgets the marks made before a moment.
///
/// # Errors
/// [`StorageError`]
pub async fn forget(db: &impl ConnectionTrait, before: UnixMillis) -> Result<u64, StorageError> {
    let gone = wave_reports::Entity::delete_many()
        .filter(wave_reports::Column::MarkedAt.lt(before))
        .exec(db)
        .await?;
    waves::Entity::delete_many()
        .filter(waves::Column::LastAt.lt(before))
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}

/// A wave, as a whole.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct WaveSum {
    /// Its mark.
    pub wave: Uuid,
    /// On which site.
    pub site_id: Uuid,
    /// How many reports.
    pub reports: i64,
    /// When the first of them was marked.
    pub began_at: i64,
    /// When the last was.
    pub last_at: i64,
}

/// The waves whose marks are kept, on those sites, latest first.
///
/// # Errors
/// [`StorageError`]
pub async fn all(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    since: UnixMillis,
) -> Result<Vec<WaveSum>, StorageError> {
    Ok(waves::Entity::find()
        .filter(waves::Column::SiteId.is_in(sites.iter().map(|s| s.0)))
        .filter(waves::Column::LastAt.gte(since))
        .order_by_desc(waves::Column::LastAt)
        .into_model::<WaveSum>()
        .all(db)
        .await?)
}

/// The new tickets of a wave on a site that hold nothing but it: who else reported the same mistake has not been part of it. At most so
/// many; what was decided meanwhile makes room for the next.
///
/// # Errors
/// [`StorageError`]
pub async fn new_tickets(
    db: &impl ConnectionTrait,
    wave: Uuid,
    site: SiteId,
    limit: u64,
) -> Result<Vec<TicketId>, StorageError> {
    let backend = db.get_database_backend();
    let marks = match backend {
        sea_orm::DbBackend::Postgres => ["$1", "$2", "$3"],
        _ => ["?", "?", "?"],
    };
    let new = TicketState::New;
    let sql = format!(
        "SELECT w.ticket_id AS id FROM wave_reports w JOIN tickets t ON t.id = w.ticket_id WHERE w.wave = {} AND t.site_id = {} \
         AND t.state = '{new}' GROUP BY w.ticket_id, t.report_count HAVING count(*) >= t.report_count ORDER BY w.ticket_id LIMIT {}",
        marks[0], marks[1], marks[2]
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values: [sea_orm::Value; 3] = [wave.into(), site.0.into(), limit.into()];
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    rows.iter()
        .map(|row| Ok(TicketId(row.try_get("", "id")?)))
        .collect()
}
