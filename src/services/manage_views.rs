//! An editor keeps lists under a name, alone or for all of a site.

use super::{Services, browse_tickets::Newsroom};
use crate::{
    domain::{
        editor::Editor,
        ids::{SiteId, ViewId},
        saved_view::{MAX_VIEW_QUERY, MAX_VIEWS, SavedView, read_view_name},
    },
    storage::{StorageError, Transaction, saved_views},
};

/// Why a view was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// There is no such view, or none this editor sees.
    #[error("there is no such view")]
    Unknown,
    /// It is another's, or the editor may only read the site.
    #[error("this editor may not change the view")]
    ReadOnly,
    /// The name is missing or too long.
    #[error("a view needs a name of at most 60 characters")]
    Name,
    /// There are enough.
    #[error("there are {MAX_VIEWS} views already")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The views an editor sees, in their order: the own ones, and those shared on sites they may read.
///
/// # Errors
/// [`StorageError`]
pub async fn visible(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
) -> Result<Vec<SavedView>, StorageError> {
    let sites: Vec<SiteId> = newsroom.sites.iter().map(|s| s.id).collect();
    saved_views::visible(services.store.reader(), editor.id, &sites).await
}

/// Keeps a list under a name, as the last; for oneself, or for all who read a site that the editor edits.
///
/// # Errors
/// [`ViewError`]
pub async fn add(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    name: &str,
    query: &str,
    site: Option<SiteId>,
) -> Result<ViewId, ViewError> {
    let name = read_view_name(name).ok_or(ViewError::Name)?;
    if query.len() > MAX_VIEW_QUERY {
        return Err(ViewError::TooMany);
    }
    if site.is_some_and(|site| !editor.edits(site)) {
        return Err(ViewError::ReadOnly);
    }
    let transaction = services.store.begin().await?;
    let there = seen(&transaction, editor, newsroom).await?;
    if there.len() >= MAX_VIEWS {
        return Err(ViewError::TooMany);
    }
    let view = SavedView {
        id: ViewId(services.new_id()),
        owner: editor.id,
        site,
        name,
        query: query.to_owned(),
        position: there.last().map_or(0, |last| last.position) + 1,
    };
    saved_views::store(&transaction, &view, true).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(view.id)
}

/// What may be done to a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewChange {
    /// Another name.
    Rename(String),
    /// One place up.
    Up,
    /// One place down.
    Down,
    /// It goes.
    Delete,
}

/// Changes a view.
///
/// # Errors
/// [`ViewError`]
pub async fn change(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    id: ViewId,
    change: ViewChange,
) -> Result<(), ViewError> {
    let transaction = services.store.begin().await?;
    let mut views = seen(&transaction, editor, newsroom).await?;
    let at = views
        .iter()
        .position(|v| v.id == id)
        .ok_or(ViewError::Unknown)?;
    if !views[at].is_changed_by(editor) {
        return Err(ViewError::ReadOnly);
    }
    match change {
        ViewChange::Delete => saved_views::delete(&transaction, id).await?,
        ViewChange::Rename(name) => {
            views[at].name = read_view_name(&name).ok_or(ViewError::Name)?;
            saved_views::store(&transaction, &views[at], false).await?;
        }
        ViewChange::Up | ViewChange::Down => {
            let to = if change == ViewChange::Up {
                at.checked_sub(1)
            } else {
                (at + 1 < views.len()).then_some(at + 1)
            };
            if let Some(to) = to {
                views.swap(at, to);
                // What another may not move stays where it is, and is gone round.
                for (place, view) in (1..).zip(&mut views) {
                    if view.position != place && view.is_changed_by(editor) {
                        view.position = place;
                        saved_views::store(&transaction, view, false).await?;
                    }
                }
            }
        }
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

async fn seen(
    transaction: &Transaction,
    editor: &Editor,
    newsroom: &Newsroom,
) -> Result<Vec<SavedView>, StorageError> {
    let sites: Vec<SiteId> = newsroom.sites.iter().map(|s| s.id).collect();
    saved_views::visible(transaction, editor.id, &sites).await
}
