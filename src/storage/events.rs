//! A ticket's history: append-only.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{
    entities::ticket_events,
    error::{StorageError, json, to_json, word},
};
use crate::domain::{
    ids::{EditorId, EventId, TicketId},
    ticket::{EVENT_VERSION, EventDetails, EventKind, NewEvent, TicketState},
};

/// One entry of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketEvent {
    /// Its key; sorts by time.
    pub id: EventId,
    /// Of which ticket.
    pub ticket: TicketId,
    /// When.
    pub at: i64,
    /// Who; nobody when a reader or the server itself did it.
    pub editor: Option<EditorId>,
    /// What happened.
    pub event: NewEvent,
}

/// Adds entries.
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(db: &impl ConnectionTrait, list: &[TicketEvent]) -> Result<(), StorageError> {
    for chunk in list.chunks(1000) {
        ticket_events::Entity::insert_many(chunk.iter().map(|e| ticket_events::ActiveModel {
            id: Set(e.id.0),
            ticket_id: Set(e.ticket.0),
            at: Set(e.at),
            editor_id: Set(e.editor.map(|i| i.0)),
            kind: Set(e.event.kind.as_str().into()),
            from_state: Set(e.event.from.map(|s| s.as_str().into())),
            to_state: Set(e.event.to.map(|s| s.as_str().into())),
            details: Set(to_json(&e.event.details)),
            version: Set(EVENT_VERSION),
        }))
        .exec_without_returning(db)
        .await?;
    }
    Ok(())
}

/// The history of a ticket, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn of_ticket(
    db: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<Vec<TicketEvent>, StorageError> {
    let rows = ticket_events::Entity::find()
        .filter(ticket_events::Column::TicketId.eq(ticket.0))
        .order_by_asc(ticket_events::Column::Id)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let state = |v: Option<String>| {
                v.map(|v| word("ticket_events", "state", &v, TicketState::parse))
                    .transpose()
            };
            Ok(TicketEvent {
                id: EventId(row.id),
                ticket: TicketId(row.ticket_id),
                at: row.at,
                editor: row.editor_id.map(EditorId),
                event: NewEvent {
                    kind: word("ticket_events", "kind", &row.kind, EventKind::parse)?,
                    from: state(row.from_state)?,
                    to: state(row.to_state)?,
                    details: json::<EventDetails>("ticket_events", "details", &row.details)?,
                },
            })
        })
        .collect()
}
