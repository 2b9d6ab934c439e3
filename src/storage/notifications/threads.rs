//! Which mail began what a recipient was told about a ticket: later ones answer it.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Notification;
use crate::{
    domain::{
        ids::{AddressId, BylineId, NotificationId},
        notification::{Occasion, Recipient},
    },
    storage::{
        entities::notifications::{Column, Entity},
        error::StorageError,
    },
};

/// The first mail about the same ticket that went to the same recipient, if there is one and it is still known. To a reader, whose
/// address belongs to one report, all but the question whether it is theirs is about the same; which ticket counts may change.
///
/// What an editor was told in a bundle is not looked for: it was about many tickets, and perhaps not about this one any more.
///
/// # Errors
/// [`StorageError`]
pub async fn first_sent(
    db: &impl ConnectionTrait,
    notification: &Notification,
) -> Result<Option<NotificationId>, StorageError> {
    let Some(ticket) = notification.ticket else {
        return Ok(None);
    };
    // The question whether an address is right says nothing of a ticket.
    if notification.occasion == Occasion::AddressConfirmation {
        return Ok(None);
    }
    // By when it was sent rather than by its state: so no index is tempting that knows nothing of the ticket.
    let sent = Entity::find()
        .filter(Column::SentAt.is_not_null())
        .filter(Column::Id.ne(notification.id.0))
        .filter(Column::Occasion.ne(Occasion::AddressConfirmation.as_str()));
    let theirs = match notification.recipient {
        Recipient::Editor(id) => sent
            .filter(Column::TicketId.eq(ticket.0))
            .filter(Column::EditorId.eq(id.0)),
        Recipient::Byline(BylineId(id)) | Recipient::Address(AddressId(id)) => sent
            .filter(Column::TicketId.eq(ticket.0))
            .filter(Column::ContactId.eq(id)),
        Recipient::Contact(id) => sent.filter(Column::ContactId.eq(id.0)),
        // Whose mailbox that is may have been set anew since.
        Recipient::SiteContact | Recipient::Newsroom => return Ok(None),
    };
    let first = theirs.order_by_asc(Column::Id).limit(1).one(db).await?;
    Ok(first.map(|row| NotificationId(row.id)))
}
