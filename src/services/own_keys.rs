//! An editor switches the desk's single keys off, or on again (WCAG 2.1.4).

use super::Services;
use crate::{
    domain::editor::Editor,
    storage::{StorageError, editors},
};

/// Whether single keys act on this editor's desk from now on.
///
/// # Errors
/// [`StorageError`]
pub async fn switch(services: &Services, editor: &Editor, on: bool) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    editors::set_keys(&transaction, editor.id, on).await?;
    transaction.commit().await.map_err(StorageError::from)
}
