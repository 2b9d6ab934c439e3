//! Sites, desks and people: few, asked for by every page, seldom changed. They are kept in memory until the database counts a change.
//!
//! The database counts itself (triggers on `sites`, `site_origins`, `desks`, `editors`, `editor_sites`), whoever changes them: another
//! instance, the command line, an operator's own SQL. What was kept is never used after that.

use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::OnceCell;

use super::{Store, editors, error::StorageError, sites};
use crate::domain::{
    editor::Editor,
    ids::EditorId,
    site::{Desk, Site},
};

/// Everything that every page asks for.
#[derive(Debug)]
pub struct WholeNewsroom {
    version: i64,
    /// All sites, by name.
    pub sites: Vec<Site>,
    /// All desks, removed ones too, in the order of their sites' lists.
    pub desks: Vec<Desk>,
    /// All editors, by name.
    pub editors: Vec<Editor>,
}

impl WholeNewsroom {
    /// An editor.
    #[must_use]
    pub fn editor(&self, id: EditorId) -> Option<&Editor> {
        self.editors.iter().find(|editor| editor.id == id)
    }
}

/// What is kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    latest: Arc<RwLock<Option<Arc<WholeNewsroom>>>>,
    /// For what reads at one moment, asked once.
    of_moment: Option<Arc<OnceCell<Arc<WholeNewsroom>>>>,
}

impl Kept {
    pub(super) fn at_one_moment(&self) -> Self {
        Self {
            latest: Arc::clone(&self.latest),
            of_moment: Some(Arc::default()),
        }
    }
}

impl Store {
    /// Sites, desks and people as they are now.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn newsroom(&self) -> Result<Arc<WholeNewsroom>, StorageError> {
        match &self.kept.of_moment {
            Some(cell) => cell.get_or_try_init(|| self.newsroom_now()).await.cloned(),
            None => self.newsroom_now().await,
        }
    }

    async fn newsroom_now(&self) -> Result<Arc<WholeNewsroom>, StorageError> {
        let db = self.reader();
        // Asked first: what is read afterwards is at least as new.
        let version = version(db).await?;
        let kept = self.kept.latest.read();
        let kept = kept.unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.version == version) {
            return Ok(kept);
        }
        let newsroom = Arc::new(WholeNewsroom {
            version,
            sites: sites::all(db).await?,
            desks: sites::all_desks(db).await?,
            editors: editors::all(db).await?,
        });
        let latest = self.kept.latest.write();
        *latest.unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&newsroom));
        Ok(newsroom)
    }
}

async fn version(db: &impl ConnectionTrait) -> Result<i64, StorageError> {
    let text = "SELECT version FROM newsroom_version WHERE id = 1";
    let statement = Statement::from_string(db.get_database_backend(), text);
    let row = db.query_one_raw(statement).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("", "version"))?)
}
