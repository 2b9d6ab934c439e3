//! Who of the newsroom follows which ticket.

use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Statement, sea_query::OnConflict};
use uuid::Uuid;

use super::{
    entities::ticket_followers,
    error::{StorageError, word},
    tickets::with_doubles,
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

/// All who follow a ticket or want no more of it, in the order in which they came. Who follows a double follows its original, unless
/// they said otherwise there.
///
/// # Errors
/// [`StorageError`]
pub async fn of_ticket(
    db: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<Vec<Follower>, StorageError> {
    let backend = db.get_database_backend();
    let sql = format!(
        "{} SELECT f.* FROM ticket_followers f JOIN same ON f.ticket_id = same.id ORDER BY f.since_at, f.id",
        with_doubles(backend)
    );
    let statement = Statement::from_sql_and_values(backend, sql, [ticket.0.into()]);
    let rows = ticket_followers::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?;
    let all: Result<Vec<Follower>, StorageError> = rows.iter().map(read).collect();
    Ok(one_each(all?, ticket))
}

/// What each said last: on the ticket itself, else on a double where they follow.
fn one_each(all: Vec<Follower>, ticket: TicketId) -> Vec<Follower> {
    let (own, elsewhere): (Vec<_>, Vec<_>) = all.into_iter().partition(|f| f.ticket == ticket);
    let mut each = own;
    for follower in elsewhere.into_iter().filter(|f| f.following) {
        if each.iter().all(|f| f.editor != follower.editor) {
            each.push(follower);
        }
    }
    each.sort_by_key(|f| (f.since, f.id));
    each
}

fn read(row: &ticket_followers::Model) -> Result<Follower, StorageError> {
    Ok(Follower {
        id: row.id,
        ticket: TicketId(row.ticket_id),
        editor: EditorId(row.editor_id),
        why: word("ticket_followers", "why", &row.why, FollowReason::parse)?,
        following: row.following,
        since: row.since_at,
    })
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
