//! Words that were erased leave the file, too: SQLite's search index only marks what is taken out of it, until it merges by itself.
//!
//! To merge all of a large index takes long. It is done in steps, each a transaction of its own, and a mark says what is left to do.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{Store, deputies, error::StorageError};

/// The mark, and what it says.
const MARK: &str = "erased_words";
const TO_BEGIN: i64 = 1;
const GOING_ON: i64 = 2;
const DONE: i64 = 0;
/// The pages that one step writes, so that nobody waits long for the writer.
const PAGES: i64 = 500;

/// Steps beside a request: a small index is done with them, the rest of a large one is for whoever keeps the house.
pub const A_FEW: usize = 4;

/// Notes that words are erased, as a part of the transaction that does it.
pub(super) async fn note(db: &impl ConnectionTrait) -> Result<(), StorageError> {
    if db.get_database_backend() == DbBackend::Sqlite {
        deputies::set_mark(db, MARK, TO_BEGIN).await?;
    }
    Ok(())
}

/// Takes erased words out of the index for good, by at most so many steps; whether there was anything to do. To be followed by
/// [`Store::wipe_deleted`].
///
/// # Errors
/// [`StorageError`]
pub async fn wipe(store: &Store, steps: usize) -> Result<bool, StorageError> {
    if store.backend() != DbBackend::Sqlite {
        return Ok(false);
    }
    let left = deputies::mark(store.reader(), MARK).await?;
    if left.is_none_or(|mark| mark == DONE) {
        return Ok(false);
    }
    for _ in 0..steps {
        if !step(store).await? {
            break;
        }
    }
    Ok(true)
}

/// One step; whether more are to be done.
async fn step(store: &Store) -> Result<bool, StorageError> {
    let transaction = store.begin().await?;
    let mark = deputies::mark(&transaction, MARK).await?.unwrap_or(DONE);
    // What was begun comes first: begun anew with whatever is erased meanwhile, a large index would never be done.
    let more = if mark == DONE {
        false
    } else if merge(&transaction, PAGES).await? {
        true
    } else if mark == TO_BEGIN {
        deputies::set_mark(&transaction, MARK, GOING_ON).await?;
        merge(&transaction, -PAGES).await?;
        true
    } else {
        deputies::set_mark(&transaction, MARK, DONE).await?;
        false
    };
    transaction.commit().await?;
    Ok(more)
}

/// Merges so many pages, with a minus of all that the index consists of; whether there was anything to merge. See
/// <https://www.sqlite.org/fts5.html#the_merge_command>.
async fn merge(db: &impl ConnectionTrait, pages: i64) -> Result<bool, StorageError> {
    let before = changes(db).await?;
    db.execute_raw(Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "INSERT INTO ticket_search (ticket_search, rank) VALUES ('merge', ?)",
        [pages.into()],
    ))
    .await?;
    // The command itself may count as one.
    Ok(changes(db).await? - before >= 2)
}

async fn changes(db: &impl ConnectionTrait) -> Result<i64, StorageError> {
    let text = "SELECT total_changes() AS number";
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, text))
        .await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("", "number")?))
}
