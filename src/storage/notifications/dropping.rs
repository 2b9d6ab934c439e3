//! Mails that are not to leave any more.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, UpdateMany, sea_query::Expr,
};

use crate::{
    domain::{
        ids::{ActId, ContactId, TicketId},
        notification::{DeliveryState, Occasion},
    },
    storage::{
        entities::notifications::{Column, Entity},
        error::StorageError,
        search::is_one_of_numbers,
        sql::Values,
    },
};

/// To drop what waits of an occasion and nobody is sending.
fn drop_waiting(occasion: Occasion) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Dropped.as_str()))
        .filter(Column::Occasion.eq(occasion.as_str()))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Lease.is_null())
}

/// As [`drop_waiting`], of closings, for an act: [`bring_back`] finds them by it.
fn drop_closings(act: Option<ActId>) -> UpdateMany<Entity> {
    drop_waiting(Occasion::TicketClosed)
        .col_expr(Column::BundledIn, Expr::value(act.map(|act| act.0)))
}

/// Drops the mails about an earlier closing of a ticket that have not left: the next one says what is true now. Where an act owes it,
/// they can be brought back with [`bring_back`].
///
/// # Errors
/// [`StorageError`]
pub async fn drop_earlier_closings(
    db: &impl ConnectionTrait,
    ticket: TicketId,
    act: Option<ActId>,
) -> Result<(), StorageError> {
    drop_closings(act)
        .filter(Column::TicketId.eq(ticket.0))
        .exec(db)
        .await?;
    Ok(())
}

/// As [`drop_earlier_closings`], those to these readers, whichever ticket they are about.
///
/// # Errors
/// [`StorageError`]
pub async fn drop_closings_to(
    db: &impl ConnectionTrait,
    readers: &[ContactId],
    act: Option<ActId>,
) -> Result<(), StorageError> {
    if readers.is_empty() {
        return Ok(());
    }
    drop_closings(act)
        .filter(Column::ContactId.is_in(readers.iter().map(|reader| reader.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Owes the closings of those tickets again that were dropped for an act, which was taken back. What the act itself owed stays dropped,
/// and who was told of a closing since is not told of the one before.
///
/// # Errors
/// [`StorageError`]
pub async fn bring_back(
    db: &impl ConnectionTrait,
    act: ActId,
    tickets: &[TicketId],
) -> Result<(), StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let act = values.place(act.0);
    let numbers: Vec<i64> = tickets.iter().map(|ticket| ticket.0).collect();
    let of_tickets = is_one_of_numbers(&mut values, "ticket_id", &numbers);
    let text = format!(
        "UPDATE notifications SET state = 'pending', bundled_in = NULL WHERE bundled_in = {act} AND state = 'dropped' \
         AND occasion = 'ticket_closed' AND (act_id IS NULL OR act_id <> {act}) AND {of_tickets} \
         AND NOT EXISTS (SELECT 1 FROM notifications AS told WHERE told.contact_id = notifications.contact_id \
         AND told.occasion = 'ticket_closed' AND told.sent_at >= notifications.created_at)"
    );
    db.execute_raw(values.statement(&text)).await?;
    Ok(())
}

/// Drops the alerts about a ticket that have not left: whoever opened it knows.
///
/// # Errors
/// [`StorageError`]
pub async fn drop_alerts(db: &impl ConnectionTrait, ticket: TicketId) -> Result<(), StorageError> {
    let waiting = drop_waiting(Occasion::TicketOpened);
    waiting
        .filter(Column::TicketId.eq(ticket.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Drops what is still owed to a deleted contact.
///
/// # Errors
/// [`StorageError`]
pub async fn drop_of_contact(
    db: &impl ConnectionTrait,
    contact: ContactId,
) -> Result<(), StorageError> {
    // A question that never left does not count as today's.
    Entity::update_many()
        .col_expr(
            Column::DedupeKey,
            Expr::value(format!("address_confirmation:dropped:{contact}")),
        )
        .filter(Column::ContactId.eq(contact.0))
        .filter(Column::Occasion.eq(Occasion::AddressConfirmation.as_str()))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Attempts.eq(0))
        .filter(Column::Lease.is_null())
        .exec(db)
        .await?;
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Dropped.as_str()))
        .filter(Column::ContactId.eq(contact.0))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .exec(db)
        .await?;
    Ok(())
}
