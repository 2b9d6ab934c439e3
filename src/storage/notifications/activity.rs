//! Mails about what happened on a ticket, to those who follow it.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    domain::{
        ids::{EditorId, TicketId},
        notification::{DeliveryState, Occasion},
    },
    storage::{entities::notifications, error::StorageError},
};

/// Who is owed a mail about a ticket that nobody is sending yet: what happens now will be told in it. In `PostgreSQL` these mails
/// stay where they are until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn waiting_activity(
    db: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<Vec<EditorId>, StorageError> {
    use notifications::Column;
    let query = notifications::Entity::find()
        .filter(Column::TicketId.eq(ticket.0))
        .filter(Column::Occasion.eq(Occasion::TicketActivity.as_str()))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Lease.is_null())
        // One that was tried may have arrived.
        .filter(Column::Attempts.eq(0));
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    let rows = query.all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| row.editor_id.map(EditorId))
        .collect())
}

/// Drops what an editor is still owed about a ticket: they want no more of it.
///
/// # Errors
/// [`StorageError`]
pub async fn drop_activity(
    db: &impl ConnectionTrait,
    ticket: TicketId,
    editor: EditorId,
) -> Result<(), StorageError> {
    use notifications::Column;
    notifications::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Dropped.as_str()))
        .filter(Column::TicketId.eq(ticket.0))
        .filter(Column::EditorId.eq(editor.0))
        .filter(Column::Occasion.eq(Occasion::TicketActivity.as_str()))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Lease.is_null())
        .exec(db)
        .await?;
    Ok(())
}
