//! The history of the settings.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    entities::admin_events,
    error::{StorageError, json, to_json, word},
};
use crate::domain::{
    admin_event::{AdminAction, AdminEvent},
    ids::{EditorId, SiteId},
};

/// Adds an event.
///
/// # Errors
/// [`StorageError`]
pub async fn add(db: &impl ConnectionTrait, event: &AdminEvent) -> Result<(), StorageError> {
    admin_events::Entity::insert(admin_events::ActiveModel {
        id: Set(event.id),
        at: Set(event.at),
        editor_id: Set(event.editor.map(|e| e.0)),
        site_id: Set(event.site.map(|s| s.0)),
        action: Set(event.action.as_str().into()),
        subject: Set(event.subject.clone()),
        details: Set(to_json(&event.changes)),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// The newest events before a key: of those sites, and what concerns all sites where `all` says so.
///
/// # Errors
/// [`StorageError`]
pub async fn page(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    all: bool,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<AdminEvent>, StorageError> {
    use admin_events::Column;
    let mut query = admin_events::Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit);
    if !all {
        let own = Column::SiteId.is_in(sites.iter().map(|s| s.0));
        query = query.filter(Condition::all().add(own));
    }
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    query.all(db).await?.into_iter().map(read).collect()
}

/// Deletes what happened before a moment.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_before(db: &impl ConnectionTrait, at: i64) -> Result<(), StorageError> {
    admin_events::Entity::delete_many()
        .filter(admin_events::Column::At.lt(at))
        .exec(db)
        .await?;
    Ok(())
}

fn read(row: admin_events::Model) -> Result<AdminEvent, StorageError> {
    Ok(AdminEvent {
        id: row.id,
        at: row.at,
        editor: row.editor_id.map(EditorId),
        site: row.site_id.map(SiteId),
        action: word("admin_events", "action", &row.action, AdminAction::parse)?,
        subject: row.subject,
        changes: json("admin_events", "details", &row.details)?,
    })
}
