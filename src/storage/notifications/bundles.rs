//! Many mails for one editor go into one: how many went already, and what waits in the bundle.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    domain::{
        ids::{EditorId, NotificationId, TicketId},
        notification::{DeliveryState, Occasion},
    },
    storage::{entities::notifications, error::StorageError},
};

/// How many mails of those occasions that editor got since a moment, and when the first of them went.
///
/// # Errors
/// [`StorageError`]
pub async fn sent_since(
    db: &impl ConnectionTrait,
    editor: EditorId,
    occasions: [Occasion; 2],
    since: i64,
) -> Result<(u64, Option<i64>), StorageError> {
    use notifications::Column;
    let query = notifications::Entity::find()
        .filter(Column::EditorId.eq(editor.0))
        .filter(Column::State.eq(DeliveryState::Sent.as_str()))
        .filter(Column::SentAt.gt(since))
        .filter(Column::Occasion.is_in(occasions.map(Occasion::as_str)));
    let count = query.clone().count(db).await?;
    let first = query
        .order_by_asc(Column::SentAt)
        .limit(1)
        .one(db)
        .await?
        .and_then(|r| r.sent_at);
    Ok((count, first))
}

/// The bundle that is waiting to be sent to an editor, and that nobody is sending yet.
///
/// # Errors
/// [`StorageError`]
pub async fn waiting_bundle(
    db: &impl ConnectionTrait,
    editor: EditorId,
    occasion: Occasion,
) -> Result<Option<NotificationId>, StorageError> {
    use notifications::Column;
    let query = notifications::Entity::find()
        .filter(Column::EditorId.eq(editor.0))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Occasion.eq(occasion.as_str()))
        .filter(Column::Lease.is_null())
        // One that was tried may have arrived; what is added to it would be taken for the same mail.
        .filter(Column::Attempts.eq(0))
        .limit(1);
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    Ok(query.one(db).await?.map(|row| NotificationId(row.id)))
}

/// Puts all mails of an occasion that an editor is still owed into a bundle: they are dropped with a pointer to it. How many. Those in
/// another worker's hands stay there: one of them may be on its way.
///
/// # Errors
/// [`StorageError`]
pub async fn bundle_all(
    db: &impl ConnectionTrait,
    editor: EditorId,
    occasion: Occasion,
    bundle: NotificationId,
    lease: Uuid,
) -> Result<u64, StorageError> {
    use notifications::Column;
    let result = notifications::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Dropped.as_str()))
        .col_expr(Column::BundledIn, Expr::value(Some(bundle.0)))
        .col_expr(Column::Lease, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::LeasedUntil, Expr::value(Option::<i64>::None))
        .filter(Column::EditorId.eq(editor.0))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Occasion.eq(occasion.as_str()))
        .filter(
            Condition::any()
                .add(Column::Lease.is_null())
                .add(Column::Lease.eq(lease)),
        )
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

/// The tickets in a bundle, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn bundled_tickets(
    db: &impl ConnectionTrait,
    bundle: NotificationId,
    limit: u64,
) -> Result<Vec<TicketId>, StorageError> {
    let rows = notifications::Entity::find()
        .filter(notifications::Column::BundledIn.eq(bundle.0))
        .order_by_asc(notifications::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| r.ticket_id.map(TicketId))
        .collect())
}
