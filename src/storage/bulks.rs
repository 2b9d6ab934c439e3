//! Acts on many tickets: what was asked for, and how far it came.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{
    entities::{bulk_acts, bulk_items},
    error::{StorageError, json, to_json, word},
};
use crate::domain::{
    bulk::{BulkAct, Outcome},
    ids::{BulkId, EditorId, TicketId},
};

/// What an editor asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Its key.
    pub id: BulkId,
    /// Who asked.
    pub editor: EditorId,
    /// For what.
    pub act: BulkAct,
    /// When.
    pub created_at: i64,
    /// When all was done that could be.
    pub finished_at: Option<i64>,
}

/// One of its tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its place in the order of the list.
    pub position: i64,
    /// Which ticket.
    pub ticket: TicketId,
    /// The version that the editor saw.
    pub version: i64,
    /// What became of it; nothing yet.
    pub outcome: Option<Outcome>,
}

/// Writes down what is to be done.
///
/// # Errors
/// [`StorageError`]
pub async fn add(
    db: &impl ConnectionTrait,
    bulk: &Bulk,
    tickets: &[(TicketId, i64)],
) -> Result<(), StorageError> {
    bulk_acts::Entity::insert(bulk_acts::ActiveModel {
        id: Set(bulk.id.0),
        editor_id: Set(bulk.editor.0),
        act: Set(to_json(&bulk.act)),
        created_at: Set(bulk.created_at),
        finished_at: Set(bulk.finished_at),
    })
    .exec_without_returning(db)
    .await?;
    let rows = tickets
        .iter()
        .zip(0i64..)
        .map(|((ticket, version), position)| bulk_items::ActiveModel {
            bulk_id: Set(bulk.id.0),
            position: Set(position),
            ticket_id: Set(ticket.0),
            version: Set(*version),
            outcome: Set(None),
        });
    bulk_items::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// One act.
///
/// # Errors
/// [`StorageError`]
pub async fn find(db: &impl ConnectionTrait, id: BulkId) -> Result<Option<Bulk>, StorageError> {
    bulk_acts::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// One act, locked until the transaction ends: two who work at it take turns.
///
/// # Errors
/// [`StorageError`]
pub async fn lock(db: &impl ConnectionTrait, id: BulkId) -> Result<Option<Bulk>, StorageError> {
    let query = bulk_acts::Entity::find_by_id(id.0);
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    query.one(db).await?.as_ref().map(read).transpose()
}

/// All its tickets, in their order.
///
/// # Errors
/// [`StorageError`]
pub async fn items(db: &impl ConnectionTrait, id: BulkId) -> Result<Vec<Item>, StorageError> {
    bulk_items::Entity::find()
        .filter(bulk_items::Column::BulkId.eq(id.0))
        .order_by_asc(bulk_items::Column::Position)
        .all(db)
        .await?
        .into_iter()
        .map(read_item)
        .collect()
}

/// Those that still wait, in their order.
///
/// # Errors
/// [`StorageError`]
pub async fn waiting(
    db: &impl ConnectionTrait,
    id: BulkId,
    limit: u64,
) -> Result<Vec<Item>, StorageError> {
    bulk_items::Entity::find()
        .filter(bulk_items::Column::BulkId.eq(id.0))
        .filter(bulk_items::Column::Outcome.is_null())
        .order_by_asc(bulk_items::Column::Position)
        .limit(limit)
        .all(db)
        .await?
        .into_iter()
        .map(read_item)
        .collect()
}

/// Notes what became of some; one statement for each kind of outcome.
///
/// # Errors
/// [`StorageError`]
pub async fn set_outcomes(
    db: &impl ConnectionTrait,
    id: BulkId,
    outcomes: &[(i64, Outcome)],
) -> Result<(), StorageError> {
    for outcome in Outcome::ALL {
        let positions: Vec<i64> = outcomes
            .iter()
            .filter(|(_, of)| *of == outcome)
            .map(|(position, _)| *position)
            .collect();
        if positions.is_empty() {
            continue;
        }
        bulk_items::Entity::update_many()
            .col_expr(bulk_items::Column::Outcome, Expr::value(outcome.as_str()))
            .filter(bulk_items::Column::BulkId.eq(id.0))
            .filter(bulk_items::Column::Position.is_in(positions))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Notes that nothing waits any more.
///
/// # Errors
/// [`StorageError`]
pub async fn finish(db: &impl ConnectionTrait, id: BulkId, at: i64) -> Result<(), StorageError> {
    bulk_acts::Entity::update(bulk_acts::ActiveModel {
        id: Set(id.0),
        finished_at: Set(Some(at)),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Acts that somebody left off in the middle.
///
/// # Errors
/// [`StorageError`]
pub async fn unfinished(
    db: &impl ConnectionTrait,
    begun_before: i64,
) -> Result<Vec<BulkId>, StorageError> {
    let rows = bulk_acts::Entity::find()
        .filter(bulk_acts::Column::FinishedAt.is_null())
        .filter(bulk_acts::Column::CreatedAt.lt(begun_before))
        .order_by_asc(bulk_acts::Column::CreatedAt)
        .limit(20)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| BulkId(row.id)).collect())
}

/// Deletes acts from before a moment: what happened stands in the tickets' histories.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_before(db: &impl ConnectionTrait, moment: i64) -> Result<(), StorageError> {
    bulk_acts::Entity::delete_many()
        .filter(bulk_acts::Column::CreatedAt.lt(moment))
        .exec(db)
        .await?;
    Ok(())
}

fn read(row: &bulk_acts::Model) -> Result<Bulk, StorageError> {
    Ok(Bulk {
        id: BulkId(row.id),
        editor: EditorId(row.editor_id),
        act: json("bulk_acts", "act", &row.act)?,
        created_at: row.created_at,
        finished_at: row.finished_at,
    })
}

fn read_item(row: bulk_items::Model) -> Result<Item, StorageError> {
    Ok(Item {
        position: row.position,
        ticket: TicketId(row.ticket_id),
        version: row.version,
        outcome: row
            .outcome
            .map(|text| word("bulk_items", "outcome", &text, Outcome::parse))
            .transpose()?,
    })
}
