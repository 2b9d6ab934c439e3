//! What few reports carry besides: that the reader insisted. Apart from `reports`, so that the others cost intake nothing.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{entities::report_marks, error::StorageError};
use crate::domain::ids::ReportId;

/// Marks reports whose readers were told that it is no error, and insisted.
///
/// # Errors
/// [`StorageError`]
pub async fn add_insisted(
    db: &impl ConnectionTrait,
    reports: &[ReportId],
) -> Result<(), StorageError> {
    if reports.is_empty() {
        return Ok(());
    }
    let rows = reports.iter().map(|report| report_marks::ActiveModel {
        report_id: Set(report.0),
        insisted: Set(true),
    });
    report_marks::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Those of the reports whose readers insisted.
///
/// # Errors
/// [`StorageError`]
pub async fn insisted(
    db: &impl ConnectionTrait,
    reports: &[ReportId],
) -> Result<Vec<ReportId>, StorageError> {
    let rows = report_marks::Entity::find()
        .filter(report_marks::Column::ReportId.is_in(reports.iter().map(|r| r.0)))
        .filter(report_marks::Column::Insisted.eq(true))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ReportId(row.report_id))
        .collect())
}
