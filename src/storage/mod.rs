//! The only place that knows sea-orm and SQL. Rows become domain values here; everything above speaks of those.
//!
//! [`Store`] holds two doors: readers, and one writer. In SQLite a writing transaction takes the write lock at its start
//! (`BEGIN IMMEDIATE`): a transaction that reads first and writes later would fail at once when another wrote in between.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use fehlermelder_migrations::{Migrator, MigratorTrait};
use percent_encoding::percent_decode_str;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::Mutex;

pub mod accounts;
pub mod admin_events;
pub mod article_search;
pub mod article_versions;
pub mod article_watch;
pub mod articles;
pub mod bulks;
pub mod checkpoints;
pub mod contacts;
pub mod deputies;
pub mod editors;
mod entities;
pub mod erased_words;
pub mod error;
pub mod events;
pub mod export;
pub mod filing;
pub mod followers;
pub mod listening;
pub mod newsroom;
pub mod notifications;
mod reader;
pub mod ready_answers;
pub mod report_answers;
pub mod report_marks;
pub mod report_texts;
pub mod reports;
mod rows;
pub mod saved_views;
pub mod search;
pub mod sessions;
pub mod site_addresses;
pub mod sites;
mod sql;
pub mod statistics;
pub mod ticket_list;
pub mod ticket_sightings;
pub mod ticket_tags;
pub mod tickets;
pub mod waves;

pub use error::StorageError;
pub use reader::Reader;

/// A unit of work: everything in it happens, or nothing. Dropped means rolled back.
pub type Transaction = DatabaseTransaction;
/// What storage functions run on: a [`Transaction`] or a [`Reader`].
pub use sea_orm::ConnectionTrait as Connection;

/// How long a statement of SQLite waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// After how long a connection is asked whether it still lives before it is used.
const IDLE: Duration = Duration::from_secs(2);
/// How much of the file the writer of SQLite keeps, as the pragma has it: -1 is a KiB. What it changes must fit.
const WRITER_CACHE: &str = "-8000";
/// How much each reader keeps; what it does not, the system does, once for all of them.
const READER_CACHE: &str = "-2000";
/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    writer: DatabaseConnection,
    reader: Reader,
    kept: newsroom::Kept,
    /// Held by whoever copies SQLite's log into its file: a second one would be sent away at once, not wait.
    log: Arc<Mutex<()>>,
}

/// What to connect to.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `sqlite://path` or `postgres://…`.
    pub url: String,
    /// The most connections (PostgreSQL) or readers (SQLite).
    pub max_connections: u32,
}

impl Store {
    /// Connects; a SQLite file is created where it is missing.
    ///
    /// # Errors
    /// [`StorageError`] when the URL is of another kind or the database does not answer.
    pub async fn connect(options: &StoreOptions) -> Result<Self, StorageError> {
        if options.url.starts_with("sqlite:") {
            if let Some(file) = sqlite_file(&options.url) {
                make_private(&file);
            }
            let readers = options.max_connections.clamp(1, 8);
            let writer = Database::connect(sqlite(&options.url, 1, WRITER_CACHE)).await?;
            let reader = Database::connect(sqlite(&options.url, readers, READER_CACHE)).await?;
            Ok(Self {
                writer,
                reader: Reader::each_alone(reader),
                kept: newsroom::Kept::default(),
                log: Arc::default(),
            })
        } else if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://")
        {
            let mut connect = ConnectOptions::new(options.url.clone());
            connect
                .max_connections(options.max_connections.max(2))
                .min_connections(1)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire_if_idle_for(IDLE)
                .sqlx_logging(false)
                .map_sqlx_postgres_opts(|o| {
                    o.options([
                        ("statement_timeout", "20000"),
                        ("lock_timeout", "10000"),
                        // Every question to a table that grows has its index. A plan that is kept from when the table was
                        // nearly empty must not walk through it later.
                        ("enable_seqscan", "off"),
                        ("jit", "off"),
                    ])
                });
            let pool = Database::connect(connect).await?;
            Ok(Self {
                writer: pool.clone(),
                reader: Reader::each_alone(pool),
                kept: newsroom::Kept::default(),
                log: Arc::default(),
            })
        } else {
            Err(StorageError::UnknownScheme)
        }
    }

    /// Brings the schema up to date, all or nothing. Instances that start together do so one after the other.
    ///
    /// # Errors
    /// [`StorageError`] when a migration fails, or the schema is newer than this program.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        self.refuse_newer_schema().await?;
        let transaction = self.begin().await?;
        if self.backend() == DbBackend::Postgres {
            // An index over a million rows may take longer than a request, and another instance may be at it.
            transaction
                .execute_unprepared(
                    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                     SELECT pg_advisory_xact_lock(4711202611)",
                )
                .await?;
        }
        Migrator::up(&transaction, None).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Makes what was deleted unreadable: in SQLite it would stand in the log until that is written over.
    ///
    /// A reader who is at it longer than the busy timeout keeps the log; the next call takes it along.
    ///
    /// # Errors
    /// [`StorageError`] when the log cannot be written.
    pub async fn wipe_deleted(&self) -> Result<(), StorageError> {
        if self.backend() == DbBackend::Sqlite {
            let _alone = self.log.lock().await;
            self.writer
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await?;
        }
        Ok(())
    }

    /// Whether the schema is that of this program.
    ///
    /// # Errors
    /// [`StorageError::SchemaOutdated`] when migrations are missing, [`StorageError::SchemaNewer`] when there are unknown ones.
    pub async fn check_schema(&self) -> Result<(), StorageError> {
        self.refuse_newer_schema().await?;
        let pending = Migrator::get_pending_migrations(&self.writer).await?.len();
        if pending > 0 {
            Err(StorageError::SchemaOutdated(pending))
        } else {
            Ok(())
        }
    }

    async fn refuse_newer_schema(&self) -> Result<(), StorageError> {
        let known: Vec<String> = Migrator::migrations()
            .iter()
            .map(|m| m.name().to_owned())
            .collect();
        let exists = match self.backend() {
            DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE name = 'seaql_migrations'",
            _ => {
                "SELECT 1 FROM information_schema.tables WHERE table_name = 'seaql_migrations' AND table_schema = current_schema()"
            }
        };
        if self
            .writer
            .query_one_raw(Statement::from_string(self.backend(), exists))
            .await?
            .is_none()
        {
            return Ok(());
        }
        let rows = self
            .writer
            .query_all_raw(Statement::from_string(
                self.backend(),
                "SELECT version FROM seaql_migrations",
            ))
            .await?;
        for row in rows {
            let version: String = row.try_get("", "version")?;
            if !known.contains(&version) {
                return Err(StorageError::SchemaNewer(version));
            }
        }
        Ok(())
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Reads without a transaction.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The same database, read on one connection from the first statement until the last copy of this is dropped: for a page that asks
    /// much. Not for what waits or streams, and while it is held nothing else may wait for a connection.
    #[must_use]
    pub fn at_one_moment(&self) -> Self {
        Self {
            writer: self.writer.clone(),
            reader: self.reader.at_one_moment(),
            kept: self.kept.at_one_moment(),
            log: Arc::clone(&self.log),
        }
    }

    /// Begins a writing transaction.
    ///
    /// # Errors
    /// [`StorageError`] when no connection can be had in time.
    pub async fn begin(&self) -> Result<Transaction, StorageError> {
        #[allow(
            clippy::disallowed_methods,
            reason = "the one helper that begins transactions, always with the lock in SQLite"
        )]
        let transaction = self
            .writer
            .begin_with_options(TransactionOptions {
                isolation_level: None,
                // To say that it writes would be one more way to PostgreSQL and back.
                access_mode: None,
                sqlite_transaction_mode: (self.backend() == DbBackend::Sqlite)
                    .then_some(SqliteTransactionMode::Immediate),
            })
            .await?;
        Ok(transaction)
    }

    /// Begins to read a state of everything that no writer changes meanwhile.
    ///
    /// # Errors
    /// [`StorageError`] when no connection can be had in time.
    pub async fn snapshot(&self) -> Result<Transaction, StorageError> {
        let postgres = self.backend() == DbBackend::Postgres;
        let snapshot = self
            .reader
            .pool()
            .begin_with_options(TransactionOptions {
                isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
                access_mode: postgres.then_some(AccessMode::ReadOnly),
                sqlite_transaction_mode: (!postgres).then_some(SqliteTransactionMode::Deferred),
            })
            .await?;
        Ok(snapshot)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StorageError`] when it does not.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.reader
            .query_one_raw(Statement::from_string(self.backend(), "SELECT 1"))
            .await?;
        Ok(())
    }

    /// Writes a consistent copy while the server runs (SQLite only).
    ///
    /// # Errors
    /// [`StorageError::NotForThisDatabase`] on PostgreSQL, or when the file cannot be written.
    pub async fn backup_to(&self, path: &str) -> Result<(), StorageError> {
        if self.backend() != DbBackend::Sqlite {
            return Err(StorageError::NotForThisDatabase);
        }
        self.reader
            .execute_raw(Statement::from_sql_and_values(
                self.backend(),
                "VACUUM INTO ?",
                [path.into()],
            ))
            .await?;
        Ok(())
    }

    /// Closes all connections; SQLite merges its log.
    pub async fn close(self) {
        let _ = self.reader.pool().clone().close().await;
        let _ = self.writer.close().await;
    }
}

/// The file of a SQLite database; nothing for another database, or one in memory.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split('?').next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8().ok()?;
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path.into_owned()))
}

/// Makes a missing database file readable for its owner alone: readers' addresses will be in it. SQLite gives its log the
/// same rights. What fails here fails again, with a reason, when SQLite opens the file.
fn make_private(file: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(file);
}

fn sqlite(url: &str, connections: u32, cache: &'static str) -> ConnectOptions {
    let url = if url.contains('?') {
        url.to_owned()
    } else {
        format!("{url}?mode=rwc")
    };
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A file does not hang up.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |o| {
            // FULL: with the log, NORMAL may lose the last commits when the power goes. What was answered 201 must be there.
            o.pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                // Deleted means overwritten: an address that was erased shall be in no copy of the file.
                .pragma("secure_delete", "ON")
                .pragma("cache_size", cache)
                // The server copies the log beside the writers (checkpoints); this is for commands, and should it not come to it:
                // 16,000 pages of 4 KiB are a log of 64 MiB.
                .pragma("wal_autocheckpoint", "16000")
                // What a statement of many rows keeps to undo itself; in a file it costs more than the rows.
                .pragma("temp_store", "MEMORY")
                .busy_timeout(BUSY_TIMEOUT)
        });
    connect
}
