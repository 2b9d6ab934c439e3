//! A new ticket is one row for the whole newsroom; this is where it becomes mails for single editors.
//!
//! Intake owes one row a ticket, however many editors there are. Whoever has got enough alerts in an hour gets a bundle, and a
//! bundle needs no row for each of its tickets: it is about all that became known while it was waiting.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    domain::{
        ids::{EditorId, NotificationId, SiteId, TicketId},
        notification::{DeliveryState, Occasion},
    },
    storage::{entities::notifications, error::StorageError},
};

/// A new ticket that the newsroom is to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsroomAlert {
    /// The row.
    pub id: NotificationId,
    /// Of which site.
    pub site: SiteId,
    /// Which ticket.
    pub ticket: TicketId,
    /// Not before.
    pub due_at: i64,
}

/// What an editor has got, and is about to get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Alerts and bundles sent since the asked moment.
    pub sent: u64,
    /// When the first of them was sent.
    pub first_sent_at: Option<i64>,
    /// Alerts of their own that have not left.
    pub waiting: u64,
    /// Whether a bundle is waiting that nobody is sending yet.
    pub has_bundle: bool,
    /// When the latest bundle was owed, of those that wait or were sent since the asked moment; by another machine's clock, perhaps.
    pub bundled_at: Option<i64>,
}

impl Allowance {
    /// Now, or a moment after the latest bundle, where that comes from a clock that is ahead of ours.
    #[must_use]
    pub const fn not_before(&self, now: i64) -> i64 {
        match self.bundled_at {
            Some(at) if at > now => at + 1,
            _ => now,
        }
    }
}

/// Whether there is nothing to tell the newsroom now.
///
/// # Errors
/// [`StorageError`]
pub async fn due_to_newsroom_is_empty(
    db: &impl ConnectionTrait,
    now: i64,
) -> Result<bool, StorageError> {
    Ok(due(now, 1).one(db).await?.is_none())
}

fn due(now: i64, limit: u64) -> Select<notifications::Entity> {
    use notifications::Column;
    notifications::Entity::find()
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::DueAt.lte(now))
        .filter(Column::Occasion.eq(Occasion::TicketOpened.as_str()))
        .filter(Column::EditorId.is_null())
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// What the newsroom is to be told of now, oldest first; locked until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn due_to_newsroom(
    db: &impl ConnectionTrait,
    now: i64,
    limit: u64,
) -> Result<Vec<NewsroomAlert>, StorageError> {
    let mut query = due(now, limit);
    if db.get_database_backend() == DbBackend::Postgres {
        // Another worker is soon done with them: then they are to be claimed.
        query = query.lock_exclusive();
    }
    let rows = query.all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(NewsroomAlert {
                id: NotificationId(row.id),
                site: SiteId(row.site_id),
                ticket: TicketId(row.ticket_id?),
                due_at: row.due_at,
            })
        })
        .collect())
}

/// What those editors have got since a moment, and are about to get. In `PostgreSQL` the bundles that wait stay where they are until
/// the transaction ends: nobody sends one that is going to be about what is told now.
///
/// # Errors
/// [`StorageError`]
pub async fn allowances(
    db: &impl ConnectionTrait,
    editors: &[EditorId],
    since: i64,
) -> Result<HashMap<EditorId, Allowance>, StorageError> {
    use notifications::Column;
    let mut out: HashMap<EditorId, Allowance> = HashMap::new();
    if editors.is_empty() {
        return Ok(out);
    }
    let of_editors = || {
        notifications::Entity::find()
            .select_only()
            .column(Column::EditorId)
            .filter(Column::EditorId.is_in(editors.iter().map(|e| e.0)))
    };
    let sent: Vec<(Uuid, i64, Option<i64>)> = of_editors()
        .column_as(Column::Id.count(), "sent")
        .column_as(Column::SentAt.min(), "first_sent_at")
        .filter(Column::State.eq(DeliveryState::Sent.as_str()))
        .filter(Column::SentAt.gt(since))
        .filter(Column::Occasion.is_in([
            Occasion::TicketOpened.as_str(),
            Occasion::AlertsBundled.as_str(),
        ]))
        .group_by(Column::EditorId)
        .into_tuple()
        .all(db)
        .await?;
    for (editor, sent, first_sent_at) in sent {
        let allowance = out.entry(EditorId(editor)).or_default();
        allowance.sent = sent.unsigned_abs();
        allowance.first_sent_at = first_sent_at;
    }
    let waiting: Vec<(Uuid, i64)> = of_editors()
        .column_as(Column::Id.count(), "waiting")
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Occasion.eq(Occasion::TicketOpened.as_str()))
        .group_by(Column::EditorId)
        .into_tuple()
        .all(db)
        .await?;
    for (editor, waiting) in waiting {
        out.entry(EditorId(editor)).or_default().waiting = waiting.unsigned_abs();
    }
    let mut bundles = notifications::Entity::find()
        .filter(Column::EditorId.is_in(editors.iter().map(|e| e.0)))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Occasion.eq(Occasion::AlertsBundled.as_str()));
    if db.get_database_backend() == DbBackend::Postgres {
        bundles = bundles.lock_exclusive();
    }
    for row in bundles.all(db).await? {
        let Some(editor) = row.editor_id else {
            continue;
        };
        let allowance = out.entry(EditorId(editor)).or_default();
        // One that was tried may have arrived; what is added to it would be taken for the same mail.
        allowance.has_bundle |= row.lease.is_none() && row.attempts == 0;
        allowance.bundled_at = Ord::max(allowance.bundled_at, Some(row.created_at));
    }
    let sent: Vec<(Uuid, Option<i64>)> = of_editors()
        .column_as(Column::CreatedAt.max(), "bundled_at")
        .filter(Column::State.eq(DeliveryState::Sent.as_str()))
        .filter(Column::SentAt.gt(since))
        .filter(Column::Occasion.eq(Occasion::AlertsBundled.as_str()))
        .group_by(Column::EditorId)
        .into_tuple()
        .all(db)
        .await?;
    for (editor, bundled_at) in sent {
        let allowance = out.entry(EditorId(editor)).or_default();
        allowance.bundled_at = Ord::max(allowance.bundled_at, bundled_at);
    }
    Ok(out)
}

/// Notes that the newsroom was told.
///
/// # Errors
/// [`StorageError`]
pub async fn fanned_out(
    db: &impl ConnectionTrait,
    alerts: &[NewsroomAlert],
    now: i64,
) -> Result<(), StorageError> {
    use notifications::Column;
    notifications::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Sent.as_str()))
        .col_expr(Column::SentAt, Expr::value(now))
        .filter(Column::Id.is_in(alerts.iter().map(|a| a.id.0)))
        .exec(db)
        .await?;
    Ok(())
}
