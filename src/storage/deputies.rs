//! Who stands in for a desk, whose byline a name is, and which tickets wait for somebody to touch them.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

use super::{
    entities::{bylines, desk_people, escalations, round_marks},
    error::{StorageError, word},
};
use crate::domain::{
    byline::{Author, Byline, DeskPart, DeskPerson, name_key},
    ids::{BylineId, DeskId, EditorId, SiteId, TicketId},
};

/// Names asked for by one statement.
const NAMES_AT_ONCE: usize = 500;

/// Everybody who has a part at a desk.
///
/// # Errors
/// [`StorageError`]
pub async fn desk_people(db: &impl ConnectionTrait) -> Result<Vec<DeskPerson>, StorageError> {
    let rows = desk_people::Entity::find().all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok(DeskPerson {
                desk: DeskId(row.desk_id),
                part: word("desk_people", "part", &row.part, DeskPart::parse)?,
                editor: EditorId(row.editor_id),
            })
        })
        .collect()
}

/// Replaces those who have a part at a desk.
///
/// # Errors
/// [`StorageError`]
pub async fn set_desk_people(
    db: &impl ConnectionTrait,
    desk: DeskId,
    people: &[(DeskPart, EditorId)],
) -> Result<(), StorageError> {
    desk_people::Entity::delete_many()
        .filter(desk_people::Column::DeskId.eq(desk.0))
        .exec(db)
        .await?;
    for (part, editor) in people {
        desk_people::Entity::insert(desk_people::ActiveModel {
            desk_id: Set(desk.0),
            part: Set(part.as_str().into()),
            editor_id: Set(editor.0),
        })
        .on_conflict_do_nothing()
        .exec_without_returning(db)
        .await?;
    }
    Ok(())
}

/// The bylines of a site, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn bylines_of(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<Byline>, StorageError> {
    let rows = bylines::Entity::find()
        .filter(bylines::Column::SiteId.eq(site.0))
        .order_by_asc(bylines::Column::NameKey)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read_byline).collect())
}

/// The bylines that are one of those names, of whichever site.
///
/// # Errors
/// [`StorageError`]
pub async fn bylines_named(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    name_keys: &[String],
) -> Result<Vec<Byline>, StorageError> {
    let mut found = Vec::new();
    // An article may name many people, and a database takes only so many values at once.
    for keys in name_keys.chunks(NAMES_AT_ONCE) {
        let rows = bylines::Entity::find()
            .filter(bylines::Column::SiteId.is_in(sites.iter().map(|site| site.0)))
            .filter(bylines::Column::NameKey.is_in(keys))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(read_byline));
    }
    Ok(found)
}

/// One byline.
///
/// # Errors
/// [`StorageError`]
pub async fn find_byline(
    db: &impl ConnectionTrait,
    id: BylineId,
) -> Result<Option<Byline>, StorageError> {
    let row = bylines::Entity::find_by_id(id.0).one(db).await?;
    Ok(row.map(read_byline))
}

/// Bylines by id; those that are gone are left out.
///
/// # Errors
/// [`StorageError`]
pub async fn bylines_by_ids(
    db: &impl ConnectionTrait,
    ids: &[BylineId],
) -> Result<Vec<Byline>, StorageError> {
    let rows = bylines::Entity::find()
        .filter(bylines::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read_byline).collect())
}

/// The bylines that lead to an address, on whichever site.
///
/// # Errors
/// [`StorageError`]
pub async fn bylines_to(
    db: &impl ConnectionTrait,
    address: &str,
) -> Result<Vec<BylineId>, StorageError> {
    let rows = bylines::Entity::find()
        .filter(bylines::Column::Email.eq(address))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| BylineId(row.id)).collect())
}

/// Stores a byline; one of the same name gives way, and leaves its id: what is owed to it stays owed.
///
/// # Errors
/// [`StorageError`]
pub async fn save_byline(db: &impl ConnectionTrait, byline: &Byline) -> Result<(), StorageError> {
    let known = bylines::Entity::find()
        .filter(bylines::Column::SiteId.eq(byline.site.0))
        .filter(bylines::Column::NameKey.eq(name_key(&byline.name)))
        .one(db)
        .await?;
    let id = known.map_or(byline.id.0, |row| row.id);
    bylines::Entity::delete_by_id(id).exec(db).await?;
    let (editor, email) = match &byline.to {
        Author::Editor(id) => (Some(id.0), None),
        Author::Address(address) => (None, Some(address.clone())),
    };
    bylines::Entity::insert(bylines::ActiveModel {
        id: Set(id),
        site_id: Set(byline.site.0),
        name: Set(byline.name.clone()),
        name_key: Set(name_key(&byline.name)),
        editor_id: Set(editor),
        email: Set(email),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Removes a byline.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_byline(db: &impl ConnectionTrait, id: BylineId) -> Result<(), StorageError> {
    bylines::Entity::delete_by_id(id.0).exec(db).await?;
    Ok(())
}

fn read_byline(row: bylines::Model) -> Byline {
    Byline {
        id: BylineId(row.id),
        site: SiteId(row.site_id),
        name: row.name,
        to: match row.editor_id {
            Some(id) => Author::Editor(EditorId(id)),
            None => Author::Address(row.email.unwrap_or_default()),
        },
    }
}

/// A ticket that nobody has touched yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// Which.
    pub ticket: TicketId,
    /// How often it went on already: 0 before the deputy, 1 before the chief.
    pub stage: i32,
    /// When it goes on.
    pub due_at: i64,
}

/// Notes when tickets go on, in place of what was noted before; each ticket once.
///
/// # Errors
/// [`StorageError`]
pub async fn set_escalations(
    db: &impl ConnectionTrait,
    all: &[Escalation],
) -> Result<(), StorageError> {
    if all.is_empty() {
        return Ok(());
    }
    let rows = all.iter().map(|escalation| escalations::ActiveModel {
        ticket_id: Set(escalation.ticket.0),
        stage: Set(escalation.stage),
        due_at: Set(escalation.due_at),
    });
    escalations::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::column(escalations::Column::TicketId)
                .update_columns([escalations::Column::Stage, escalations::Column::DueAt])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Those that are due, the longest due first.
///
/// # Errors
/// [`StorageError`]
pub async fn due_escalations(
    db: &impl ConnectionTrait,
    now: i64,
    limit: u64,
) -> Result<Vec<Escalation>, StorageError> {
    let rows = escalations::Entity::find()
        .filter(escalations::Column::DueAt.lte(now))
        .order_by_asc(escalations::Column::DueAt)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Escalation {
            ticket: TicketId(row.ticket_id),
            stage: row.stage,
            due_at: row.due_at,
        })
        .collect())
}

/// Forgets an escalation as it was seen; false when another instance was quicker.
///
/// # Errors
/// [`StorageError`]
pub async fn take_escalation(
    db: &impl ConnectionTrait,
    seen: Escalation,
) -> Result<bool, StorageError> {
    let result = escalations::Entity::delete_many()
        .filter(escalations::Column::TicketId.eq(seen.ticket.0))
        .filter(escalations::Column::Stage.eq(seen.stage))
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

/// How far a round has come.
///
/// # Errors
/// [`StorageError`]
pub async fn mark(db: &impl ConnectionTrait, name: &str) -> Result<Option<i64>, StorageError> {
    let row = round_marks::Entity::find_by_id(name.to_owned())
        .one(db)
        .await?;
    Ok(row.map(|row| row.value))
}

/// Notes how far a round has come.
///
/// # Errors
/// [`StorageError`]
pub async fn set_mark(
    db: &impl ConnectionTrait,
    name: &str,
    value: i64,
) -> Result<(), StorageError> {
    round_marks::Entity::insert(round_marks::ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value),
    })
    .on_conflict(
        OnConflict::column(round_marks::Column::Name)
            .update_column(round_marks::Column::Value)
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Moves a mark on; false when another instance was quicker.
///
/// # Errors
/// [`StorageError`]
pub async fn move_mark(
    db: &impl ConnectionTrait,
    name: &str,
    from: i64,
    to: i64,
) -> Result<bool, StorageError> {
    let result = round_marks::Entity::update_many()
        .col_expr(
            round_marks::Column::Value,
            sea_orm::sea_query::Expr::value(to),
        )
        .filter(round_marks::Column::Name.eq(name))
        .filter(round_marks::Column::Value.eq(from))
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}
