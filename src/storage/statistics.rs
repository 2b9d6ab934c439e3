//! The figures by day, and how far the events and reports are counted in them.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entities::{
        article_statistics, reports, statistics, statistics_progress, ticket_events,
        ticket_statistics,
    },
    error::{StorageError, json, to_json},
};
use crate::domain::{
    clock::UnixMillis,
    ids::{ArticleId, DeskId, SiteId, TicketId},
    kind::Kind,
    statistics::{Cell, Day, Measure},
};

/// Rows of one statement.
const ROWS: usize = 500;

/// What is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// What happened to tickets.
    Events,
    /// Reports of readers.
    Reports,
}

impl Source {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Reports => "reports",
        }
    }
}

/// The last event or report that is counted. Whoever asks within a transaction has the counting for itself until its end.
///
/// # Errors
/// [`StorageError`]
pub async fn progress(
    db: &impl ConnectionTrait,
    source: Source,
) -> Result<Option<Uuid>, StorageError> {
    let query = statistics_progress::Entity::find_by_id(source.as_str());
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    Ok(query.one(db).await?.and_then(|row| row.seen))
}

/// Notes the last event or report that is counted.
///
/// # Errors
/// [`StorageError`]
pub async fn set_progress(
    db: &impl ConnectionTrait,
    source: Source,
    seen: Uuid,
) -> Result<(), StorageError> {
    statistics_progress::Entity::update_many()
        .col_expr(statistics_progress::Column::Seen, Expr::value(Some(seen)))
        .filter(statistics_progress::Column::Name.eq(source.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets all figures, so that they are counted anew: what was put into the past has no event behind the last one.
///
/// # Errors
/// [`StorageError`]
pub async fn forget(db: &impl ConnectionTrait) -> Result<(), StorageError> {
    statistics_progress::Entity::update_many()
        .col_expr(
            statistics_progress::Column::Seen,
            Expr::value(Option::<Uuid>::None),
        )
        .exec(db)
        .await?;
    statistics::Entity::delete_many().exec(db).await?;
    ticket_statistics::Entity::delete_many().exec(db).await?;
    article_statistics::Entity::delete_many().exec(db).await?;
    Ok(())
}

/// The tickets that something happened to behind `after` and before `before`, and the last event looked at.
///
/// # Errors
/// [`StorageError`]
pub async fn changed_tickets(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    before: Uuid,
) -> Result<(Vec<TicketId>, Option<Uuid>), StorageError> {
    let rows: Vec<(Uuid, i64)> = ticket_events::Entity::find()
        .select_only()
        .columns([ticket_events::Column::Id, ticket_events::Column::TicketId])
        .filter(ticket_events::Column::Id.gt(after.unwrap_or(Uuid::nil())))
        .filter(ticket_events::Column::Id.lt(before))
        .order_by_asc(ticket_events::Column::Id)
        .limit(ROWS as u64)
        .into_tuple()
        .all(db)
        .await?;
    let last = rows.last().map(|row| row.0);
    let mut tickets: Vec<TicketId> = rows.into_iter().map(|row| TicketId(row.1)).collect();
    tickets.sort_unstable();
    tickets.dedup();
    Ok((tickets, last))
}

/// When somebody of the newsroom first did something with each of those tickets.
///
/// # Errors
/// [`StorageError`]
pub async fn first_looks(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, UnixMillis>, StorageError> {
    use ticket_events::Column;
    let rows: Vec<(i64, Option<i64>)> = ticket_events::Entity::find()
        .select_only()
        .column(Column::TicketId)
        .column_as(Column::At.min(), "first")
        .filter(Column::TicketId.is_in(tickets.iter().map(|t| t.0)))
        .filter(Column::EditorId.is_not_null())
        .group_by(Column::TicketId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(ticket, at)| Some((TicketId(ticket), at?)))
        .collect())
}

/// What those tickets have been counted for.
///
/// # Errors
/// [`StorageError`]
pub async fn cells_of(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, Vec<Cell>>, StorageError> {
    let rows = ticket_statistics::Entity::find()
        .filter(ticket_statistics::Column::TicketId.is_in(tickets.iter().map(|t| t.0)))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let cells = json("ticket_statistics", "cells", &row.cells)?;
            Ok((TicketId(row.ticket_id), cells))
        })
        .collect()
}

/// Notes what tickets are counted for.
///
/// # Errors
/// [`StorageError`]
pub async fn set_cells(
    db: &impl ConnectionTrait,
    tickets: &[(TicketId, Vec<Cell>)],
) -> Result<(), StorageError> {
    use ticket_statistics::Column;
    if tickets.is_empty() {
        return Ok(());
    }
    let rows = tickets
        .iter()
        .map(|(ticket, cells)| ticket_statistics::ActiveModel {
            ticket_id: Set(ticket.0),
            cells: Set(to_json(cells)),
        });
    ticket_statistics::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::column(Column::TicketId)
                .update_column(Column::Cells)
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Adds to the boxes; a number may be negative.
///
/// # Errors
/// [`StorageError`]
pub async fn count(
    db: &impl ConnectionTrait,
    changes: &BTreeMap<Cell, i64>,
) -> Result<(), StorageError> {
    use statistics::Column;
    let rows: Vec<_> = changes
        .iter()
        .filter(|(_, change)| **change != 0)
        .map(|(cell, change)| statistics::ActiveModel {
            site_id: Set(cell.site.0),
            measure: Set(cell.measure.clone()),
            day: Set(cell.day),
            kind: Set(cell.kind.clone()),
            desk: Set(desk_word(cell.desk)),
            bucket: Set(cell.bucket),
            tickets: Set(*change),
        })
        .collect();
    for part in rows.chunks(ROWS) {
        statistics::Entity::insert_many(part.to_vec())
            .on_conflict(
                OnConflict::columns([
                    Column::SiteId,
                    Column::Measure,
                    Column::Day,
                    Column::Kind,
                    Column::Desk,
                    Column::Bucket,
                ])
                .value(
                    Column::Tickets,
                    Expr::cust("statistics.tickets + excluded.tickets"),
                )
                .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn desk_word(desk: Option<DeskId>) -> String {
    desk.map(|d| d.to_string()).unwrap_or_default()
}

/// A report as the figures need it: its key, site, article and when it came.
pub type CountedReport = (Uuid, SiteId, ArticleId, UnixMillis);

/// Reports behind `after` and before `before`.
///
/// # Errors
/// [`StorageError`]
pub async fn reports_after(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    before: Uuid,
) -> Result<Vec<CountedReport>, StorageError> {
    use reports::Column;
    let rows: Vec<(Uuid, Uuid, Uuid, i64)> = reports::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::SiteId,
            Column::ArticleId,
            Column::CreatedAt,
        ])
        .filter(Column::Id.gt(after.unwrap_or(Uuid::nil())))
        .filter(Column::Id.lt(before))
        .order_by_asc(Column::Id)
        .limit(ROWS as u64)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, site, article, at)| (id, SiteId(site), ArticleId(article), at))
        .collect())
}

/// Adds to the reports of articles.
///
/// # Errors
/// [`StorageError`]
pub async fn count_reports(
    db: &impl ConnectionTrait,
    changes: &BTreeMap<(SiteId, Day, ArticleId), i64>,
) -> Result<(), StorageError> {
    use article_statistics::Column;
    if changes.is_empty() {
        return Ok(());
    }
    let rows =
        changes.iter().map(
            |((site, day, article), change)| article_statistics::ActiveModel {
                site_id: Set(site.0),
                day: Set(*day),
                article_id: Set(article.0),
                reports: Set(*change),
            },
        );
    article_statistics::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::SiteId, Column::Day, Column::ArticleId])
                .value(
                    Column::Reports,
                    Expr::cust("article_statistics.reports + excluded.reports"),
                )
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// What figures are narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrow {
    /// The sites the asker may read, or a narrower choice of them.
    pub sites: Vec<SiteId>,
    /// One desk.
    pub desk: Option<DeskId>,
    /// One kind.
    pub kind: Option<Kind>,
    /// First and last day; none for a measure that is looked at as a whole.
    pub days: Option<(Day, Day)>,
}

/// A number with what it is told apart by; what was not asked for is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub struct Figure {
    /// Site, where asked for.
    pub site: Option<Uuid>,
    /// Measure, as its word.
    pub measure: String,
    /// Day, where asked for.
    pub day: Option<i32>,
    /// Kind, where asked for.
    pub kind: Option<String>,
    /// Desk, where asked for; empty for none.
    pub desk: Option<String>,
    /// Bucket.
    pub bucket: i32,
    /// How many.
    pub tickets: i64,
}

/// By what figures are told apart, besides measure and bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By nothing.
    Nothing,
    /// By day.
    Day,
    /// By kind.
    Kind,
    /// By desk.
    Desk,
    /// By all of these and the site, in the order of the days.
    All,
}

/// Figures of some measures.
///
/// # Errors
/// [`StorageError`]
pub async fn figures(
    db: &impl ConnectionTrait,
    narrow: &Narrow,
    measures: &[Measure],
    by: By,
) -> Result<Vec<Figure>, StorageError> {
    use statistics::Column;
    if narrow.sites.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = narrowed(statistics::Entity::find(), narrow)
        .filter(Column::Measure.is_in(measures.iter().map(|m| m.as_str())))
        .select_only()
        .column(Column::Measure)
        .column(Column::Bucket)
        .column_as(Expr::cust("CAST(SUM(tickets) AS BIGINT)"), "tickets")
        .group_by(Column::Measure)
        .group_by(Column::Bucket);
    if matches!(by, By::Day | By::All) {
        query = query
            .column(Column::Day)
            .group_by(Column::Day)
            .order_by_asc(Column::Day);
    }
    if matches!(by, By::Kind | By::All) {
        query = query.column(Column::Kind).group_by(Column::Kind);
    }
    if matches!(by, By::Desk | By::All) {
        query = query.column(Column::Desk).group_by(Column::Desk);
    }
    if by == By::All {
        query = query
            .column_as(Column::SiteId, "site")
            .group_by(Column::SiteId);
    }
    Ok(query.into_model::<Figure>().all(db).await?)
}

fn narrowed(mut query: Select<statistics::Entity>, narrow: &Narrow) -> Select<statistics::Entity> {
    use statistics::Column;
    query = query.filter(Column::SiteId.is_in(narrow.sites.iter().map(|s| s.0)));
    if let Some((from, to)) = narrow.days {
        query = query.filter(Column::Day.between(from, to));
    }
    if let Some(kind) = narrow.kind {
        query = query.filter(Column::Kind.eq(kind.as_str()));
    }
    if let Some(desk) = narrow.desk {
        query = query.filter(Column::Desk.eq(desk_word(Some(desk))));
    }
    query
}

/// The articles with most reports in a period, most first.
///
/// # Errors
/// [`StorageError`]
pub async fn most_reported(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    (from, to): (Day, Day),
    limit: u64,
) -> Result<Vec<(ArticleId, i64)>, StorageError> {
    use article_statistics::Column;
    if sites.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, i64)> = article_statistics::Entity::find()
        .select_only()
        .column(Column::ArticleId)
        .column_as(Expr::cust("CAST(SUM(reports) AS BIGINT)"), "reports")
        .filter(Column::SiteId.is_in(sites.iter().map(|s| s.0)))
        .filter(Column::Day.between(from, to))
        .group_by(Column::ArticleId)
        .order_by_desc(Expr::cust("SUM(reports)"))
        .order_by_asc(Column::ArticleId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(article, reports)| (ArticleId(article), reports))
        .collect())
}
