//! A ticket's history: append-only.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Value,
};
use uuid::Uuid;

use super::{
    entities::ticket_events,
    error::{StorageError, json, to_json, word},
    rows::{RowStatement, Together},
};
use crate::domain::{
    ids::{ActId, EditorId, EventId, TicketId},
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
    /// The act it is a part of, when an editor did it.
    pub act: Option<ActId>,
    /// What happened.
    pub event: NewEvent,
}

/// Adds entries.
pub(super) static EVENTS: RowStatement = RowStatement::insert(
    "ticket_events",
    &[
        "id",
        "ticket_id",
        "at",
        "editor_id",
        "kind",
        "from_state",
        "to_state",
        "details",
        "version",
    ],
    "",
);

/// The row of an entry, for [`EVENTS`].
pub(super) fn event_row(e: &TicketEvent) -> [Value; 9] {
    [
        e.id.0.into(),
        e.ticket.0.into(),
        e.at.into(),
        e.editor.map(|i| i.0).into(),
        e.event.kind.as_str().into(),
        e.event.from.map(TicketState::as_str).into(),
        e.event.to.map(TicketState::as_str).into(),
        to_json(&e.event.details).into(),
        EVENT_VERSION.into(),
    ]
}

/// Adds entries, with the acts they are parts of: intake has none, and writes none.
static ACTS: RowStatement = RowStatement::insert(
    "ticket_events",
    &[
        "id",
        "ticket_id",
        "at",
        "editor_id",
        "kind",
        "from_state",
        "to_state",
        "details",
        "version",
        "act_id",
    ],
    "",
);

/// Adds entries.
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(db: &impl ConnectionTrait, list: &[TicketEvent]) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&ACTS]);
    let rows = list.iter().flat_map(|entry| {
        let act = entry.act.map(|act| act.0).into();
        event_row(entry).into_iter().chain([act])
    });
    STATEMENT.execute(db, [rows.collect()]).await
}

/// The entries of an act, by ticket, in the order in which they happened.
///
/// # Errors
/// [`StorageError`]
pub async fn of_act(
    db: &impl ConnectionTrait,
    act: ActId,
) -> Result<Vec<TicketEvent>, StorageError> {
    let rows = ticket_events::Entity::find()
        .filter(ticket_events::Column::ActId.eq(act.0))
        .order_by_asc(ticket_events::Column::TicketId)
        .order_by_asc(ticket_events::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Changes what an entry says: the one exception to a history that is only added to, for private words that were blacked out.
///
/// # Errors
/// [`StorageError`]
pub async fn set_details(
    db: &impl ConnectionTrait,
    id: EventId,
    details: &EventDetails,
) -> Result<(), StorageError> {
    ticket_events::Entity::update(ticket_events::ActiveModel {
        id: Set(id.0),
        details: Set(to_json(details)),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// What happened, without what it was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happened {
    /// Its key.
    pub id: EventId,
    /// To which ticket.
    pub ticket: TicketId,
    /// Who did it.
    pub editor: Option<EditorId>,
    /// Whether a report opened the ticket.
    pub opened: bool,
}

/// What happened after an entry, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn since(
    db: &impl ConnectionTrait,
    after: EventId,
    limit: u64,
) -> Result<Vec<Happened>, StorageError> {
    use ticket_events::Column;
    let rows: Vec<(Uuid, i64, Option<Uuid>, String)> = ticket_events::Entity::find()
        .select_only()
        .columns([Column::Id, Column::TicketId, Column::EditorId, Column::Kind])
        .filter(Column::Id.gt(after.0))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, ticket, editor, kind)| Happened {
            id: EventId(id),
            ticket: TicketId(ticket),
            editor: editor.map(EditorId),
            opened: kind == EventKind::Reported.as_str(),
        })
        .collect())
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
    rows.into_iter().map(read).collect()
}

/// The histories of several tickets, oldest entries first.
///
/// # Errors
/// [`StorageError`]
pub async fn of_tickets(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<TicketEvent>, StorageError> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = ticket_events::Entity::find()
        .filter(ticket_events::Column::TicketId.is_in(tickets.iter().map(|t| t.0)))
        .all(db)
        .await?;
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(read).collect()
}

fn read(row: ticket_events::Model) -> Result<TicketEvent, StorageError> {
    let state = |v: Option<String>| {
        v.map(|v| word("ticket_events", "state", &v, TicketState::parse))
            .transpose()
    };
    Ok(TicketEvent {
        id: EventId(row.id),
        ticket: TicketId(row.ticket_id),
        at: row.at,
        editor: row.editor_id.map(EditorId),
        act: row.act_id.map(ActId),
        event: NewEvent {
            kind: word("ticket_events", "kind", &row.kind, EventKind::parse)?,
            from: state(row.from_state)?,
            to: state(row.to_state)?,
            details: json::<EventDetails>("ticket_events", "details", &row.details)?,
        },
    })
}

/// The notes on tickets, in no order.
///
/// # Errors
/// [`StorageError`]
pub async fn notes_of(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<(TicketId, String)>, StorageError> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let rows = ticket_events::Entity::find()
        .filter(ticket_events::Column::TicketId.is_in(tickets.iter().map(|t| t.0)))
        .filter(ticket_events::Column::Kind.eq(EventKind::Noted.as_str()))
        .all(db)
        .await?;
    let mut notes = Vec::new();
    for row in rows {
        let details = json::<EventDetails>("ticket_events", "details", &row.details)?;
        notes.extend(details.note.map(|note| (TicketId(row.ticket_id), note)));
    }
    Ok(notes)
}
