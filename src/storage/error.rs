//! What can go wrong with the database.

use sea_orm::{DbErr, RuntimeErr};

/// Why storage could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database refused or did not answer.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// A row holds what this program does not know.
    #[error("the table {table} holds {value:?} as {column}, which this version does not know")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// What was found.
        value: String,
    },
    /// The row changed since it was read.
    #[error("somebody else changed it meanwhile")]
    Conflict,
    /// Not `sqlite:` and not `postgres:`.
    #[error("database_url must begin with sqlite:// or postgres://")]
    UnknownScheme,
    /// Migrations are missing.
    #[error("the database lacks {0} migrations: run `fehlermelder migrate`")]
    SchemaOutdated(usize),
    /// The schema was made by a later version.
    #[error("the database was made by a newer version (migration {0}): install that version")]
    SchemaNewer(String),
    /// PostgreSQL has its own tools for it.
    #[error("backup copies a SQLite file; for PostgreSQL use pg_dump")]
    NotForThisDatabase,
}

impl StorageError {
    /// Whether a unique key was hit.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(e) if matches!(e.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))))
    }

    /// Whether another transaction stood in the way, so that the same may well succeed when it is tried again: it stored the same
    /// key, or both waited for each other.
    #[must_use]
    pub fn is_of_the_moment(&self) -> bool {
        // PostgreSQL, appendix A: deadlock_detected, serialization_failure.
        const CODES: [&str; 2] = ["40P01", "40001"];
        let Self::Database(
            DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)),
        ) = self
        else {
            return false;
        };
        let code = error
            .as_database_error()
            .and_then(sea_orm::sqlx::error::DatabaseError::code);
        self.is_unique_violation() || code.is_some_and(|code| CODES.contains(&code.as_ref()))
    }
}

/// Reads a closed set's member from a column.
pub(super) fn word<T>(
    table: &'static str,
    column: &'static str,
    value: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, StorageError> {
    parse(value).ok_or_else(|| StorageError::Inconsistent {
        table,
        column,
        value: value.to_owned(),
    })
}

/// Reads a JSON column.
pub(super) fn json<T: serde::de::DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    value: &str,
) -> Result<T, StorageError> {
    serde_json::from_str(value).map_err(|_| StorageError::Inconsistent {
        table,
        column,
        value: value.chars().take(40).collect(),
    })
}

/// Writes a JSON column. Our own types always have a JSON form.
pub(super) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".into())
}
