//! SQLite's log goes into its file beside the writers, not in one of their commits.
//!
//! By itself SQLite copies the log into the file within the commit that finds it long, and everybody waits for that. Here another
//! connection copies while others write (PASSIVE); the writer's connection only does what came in meanwhile, so that the log begins
//! anew instead of growing. See <https://www.sqlite.org/wal.html#ckpt>.

use std::{
    path::PathBuf,
    time::{Duration, SystemTime},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::{StorageError, Store, sqlite_file};

/// How often the log is looked at.
pub const CHECKPOINT_EVERY: Duration = Duration::from_millis(500);
/// A log of fewer pages than this is not worth to keep a writer waiting for its rest.
const LONG: i64 = 2_000;

/// The log of a database in a file, and what is known of it.
#[derive(Debug)]
pub struct Checkpoints {
    store: Store,
    log: PathBuf,
    copied_at: Option<SystemTime>,
}

/// How far a copy came, in pages.
struct Copied {
    log: i64,
    copied: i64,
}

impl Checkpoints {
    /// Those of a database in SQLite's file at that URL; none for another.
    #[must_use]
    pub fn of(store: &Store, url: &str) -> Option<Self> {
        let mut log = sqlite_file(url)?.into_os_string();
        log.push("-wal");
        Some(Self {
            store: store.clone(),
            log: log.into(),
            copied_at: None,
        })
    }

    /// Copies what was written since the last time; whether there was anything.
    ///
    /// # Errors
    /// [`StorageError`] when the file cannot be written.
    pub async fn copy(&mut self) -> Result<bool, StorageError> {
        let written_at = std::fs::metadata(&self.log)
            .and_then(|log| log.modified())
            .ok();
        if written_at.is_none() || written_at == self.copied_at {
            return Ok(false);
        }
        let alone = self.store.log.lock().await;
        let beside = copy(self.store.reader.pool()).await?;
        if beside.log >= LONG && beside.copied < beside.log {
            copy(&self.store.writer).await?;
        }
        drop(alone);
        self.copied_at = written_at;
        Ok(true)
    }
}

async fn copy(db: &DatabaseConnection) -> Result<Copied, StorageError> {
    let text = "PRAGMA wal_checkpoint(PASSIVE)";
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, text))
        .await?;
    let Some(row) = row else {
        return Ok(Copied { log: 0, copied: 0 });
    };
    Ok(Copied {
        log: row.try_get("", "log")?,
        copied: row.try_get("", "checkpointed")?,
    })
}
