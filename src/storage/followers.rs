//! Who of the newsroom follows which ticket.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    entities::ticket_followers,
    error::{StorageError, word},
};
use crate::domain::{
    clock::UnixMillis,
    ids::{EditorId, TicketId},
    notification::FollowReason,
};

/// One who follows a ticket, or wants no more of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// Key of the row.
    pub id: Uuid,
    /// Which ticket.
    pub ticket: TicketId,
    /// Who.
    pub editor: EditorId,
    /// Why.
    pub why: FollowReason,
    /// False for who wants no more of it.
    pub following: bool,
    /// Since when.
    pub since: UnixMillis,
}

/// All who follow a ticket or want no more of it, in the order in which they came.
///
/// # Errors
/// [`StorageError`]
pub async fn of_ticket(
    db: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<Vec<Follower>, StorageError> {
    let rows = ticket_followers::Entity::find()
        .filter(ticket_followers::Column::TicketId.eq(ticket.0))
        .order_by_asc(ticket_followers::Column::SinceAt)
        .order_by_asc(ticket_followers::Column::Id)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Follower {
                id: row.id,
                ticket: TicketId(row.ticket_id),
                editor: EditorId(row.editor_id),
                why: word("ticket_followers", "why", &row.why, FollowReason::parse)?,
                following: row.following,
                since: row.since_at,
            })
        })
        .collect()
}

/// Adds followers; whoever is there already stays as they are.
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(db: &impl ConnectionTrait, list: &[Follower]) -> Result<(), StorageError> {
    if list.is_empty() {
        return Ok(());
    }
    ticket_followers::Entity::insert_many(list.iter().map(row))
        .on_conflict(known().do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Somebody follows from now on, or does not any more, in place of what was said before.
///
/// # Errors
/// [`StorageError`]
pub async fn set(db: &impl ConnectionTrait, follower: &Follower) -> Result<(), StorageError> {
    use ticket_followers::Column;
    ticket_followers::Entity::insert(row(follower))
        .on_conflict(
            known()
                .update_columns([Column::Why, Column::Following, Column::SinceAt])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn known() -> OnConflict {
    OnConflict::columns([
        ticket_followers::Column::TicketId,
        ticket_followers::Column::EditorId,
    ])
}

fn row(follower: &Follower) -> ticket_followers::ActiveModel {
    ticket_followers::ActiveModel {
        id: Set(follower.id),
        ticket_id: Set(follower.ticket.0),
        editor_id: Set(follower.editor.0),
        why: Set(follower.why.as_str().to_owned()),
        following: Set(follower.following),
        since_at: Set(follower.since),
    }
}
