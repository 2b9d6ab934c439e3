//! Many mails for one editor go into one: how many went already, and what waits in the bundle.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement, sea_query::Expr,
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

/// The tickets in a bundle, oldest first: those whose alerts were put into it, and those that became known to the newsroom while it
/// was waiting, except where the editor got an alert of their own.
///
/// # Errors
/// [`StorageError`]
pub async fn bundled_tickets(
    db: &impl ConnectionTrait,
    bundle: NotificationId,
    limit: u64,
) -> Result<Vec<TicketId>, StorageError> {
    let backend = db.get_database_backend();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // The bundle after it, if there is one, has what came later.
    let sql = "WITH bundle AS (SELECT id, editor_id, occasion, created_at FROM notifications WHERE id = $1), \
         ended AS (SELECT min(later.created_at) AS at FROM notifications AS later, bundle WHERE later.editor_id = bundle.editor_id \
         AND later.occasion = 'alerts_bundled' AND later.created_at > bundle.created_at) \
         SELECT ticket_id FROM notifications WHERE bundled_in = $1 AND ticket_id IS NOT NULL UNION \
         SELECT told.ticket_id FROM notifications AS told, bundle, ended WHERE bundle.occasion = 'alerts_bundled' AND told.sent_at >= bundle.created_at \
         AND (ended.at IS NULL OR told.sent_at < ended.at) AND told.occasion = 'ticket_opened' AND told.editor_id IS NULL \
         AND told.contact_id IS NULL AND told.ticket_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notifications AS own \
         WHERE own.ticket_id = told.ticket_id AND own.editor_id = bundle.editor_id AND own.occasion = 'ticket_opened') \
         ORDER BY 1 LIMIT $2";
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            backend,
            sql,
            [bundle.0.into(), limit.into()],
        ))
        .await?;
    rows.into_iter()
        .map(|row| Ok(TicketId(row.try_get_by_index(0)?)))
        .collect()
}
