//! Saved views.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{
    entities::saved_views::{ActiveModel, Column, Entity, Model},
    error::StorageError,
};
use crate::domain::{
    ids::{EditorId, SiteId, ViewId},
    saved_view::SavedView,
};

/// An editor's own views and those shared on the sites, in their order.
///
/// # Errors
/// [`StorageError`]
pub async fn visible(
    db: &impl ConnectionTrait,
    editor: EditorId,
    sites: &[SiteId],
) -> Result<Vec<SavedView>, StorageError> {
    let own = Condition::all()
        .add(Column::EditorId.eq(editor.0))
        .add(Column::SiteId.is_null());
    let shared = Column::SiteId.is_in(sites.iter().map(|s| s.0));
    let rows = Entity::find()
        .filter(Condition::any().add(own).add(shared))
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Adds a view, or stores what became of it.
///
/// # Errors
/// [`StorageError`]
pub async fn store(
    db: &impl ConnectionTrait,
    view: &SavedView,
    is_new: bool,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(view.id.0),
        editor_id: Set(view.owner.0),
        site_id: Set(view.site.map(|s| s.0)),
        name: Set(view.name.clone()),
        query: Set(view.query.clone()),
        position: Set(view.position),
    };
    if is_new {
        Entity::insert(row).exec_without_returning(db).await?;
    } else {
        Entity::update(row).exec(db).await?;
    }
    Ok(())
}

/// Deletes a view.
///
/// # Errors
/// [`StorageError`]
pub async fn delete(db: &impl ConnectionTrait, id: ViewId) -> Result<(), StorageError> {
    Entity::delete_by_id(id.0).exec(db).await?;
    Ok(())
}

fn read(row: Model) -> SavedView {
    SavedView {
        id: ViewId(row.id),
        owner: EditorId(row.editor_id),
        site: row.site_id.map(SiteId),
        name: row.name,
        query: row.query,
        position: row.position,
    }
}
