//! Mails that are not to leave any more.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, UpdateMany, sea_query::Expr,
};

use crate::{
    domain::{
        ids::{ContactId, TicketId},
        notification::{DeliveryState, Occasion},
    },
    storage::{
        entities::notifications::{Column, Entity},
        error::StorageError,
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

/// Drops the mails about an earlier closing of a ticket that have not left: the next one says what is true now.
///
/// # Errors
/// [`StorageError`]
pub async fn drop_earlier_closings(
    db: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<(), StorageError> {
    let waiting = drop_waiting(Occasion::TicketClosed);
    waiting
        .filter(Column::TicketId.eq(ticket.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Drops the mails about a closing to those readers that have not left, whichever ticket they are about.
///
/// # Errors
/// [`StorageError`]
pub async fn drop_closings_to(
    db: &impl ConnectionTrait,
    readers: &[ContactId],
) -> Result<(), StorageError> {
    if readers.is_empty() {
        return Ok(());
    }
    let waiting = drop_waiting(Occasion::TicketClosed);
    waiting
        .filter(Column::ContactId.is_in(readers.iter().map(|reader| reader.0)))
        .exec(db)
        .await?;
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
