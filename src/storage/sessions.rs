//! Sessions of signed-in editors, and failed tries to sign in.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use uuid::Uuid;

use super::{
    entities::{failed_sign_ins, sessions},
    error::StorageError,
};
use crate::domain::ids::EditorId;

/// A session; its token is known to the browser only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Who is signed in.
    pub editor: EditorId,
    /// When they signed in.
    pub created_at: i64,
    /// When they were last seen, to the minute.
    pub last_seen_at: i64,
    /// What it is called where its owner ends it; older ones have none.
    pub id: Option<Uuid>,
    /// On which device, roughly.
    pub device: String,
    /// When the password was last asked for.
    pub confirmed_at: i64,
    /// The password was right, the second factor is still asked for: opens nothing.
    pub awaits_factor: bool,
}

/// Begins a session.
///
/// # Errors
/// [`StorageError`]
pub async fn add(db: &impl ConnectionTrait, session: &Session) -> Result<(), StorageError> {
    sessions::Entity::insert(sessions::ActiveModel {
        token_hash: Set(session.token_hash.clone()),
        editor_id: Set(session.editor.0),
        created_at: Set(session.created_at),
        last_seen_at: Set(session.last_seen_at),
        id: Set(session.id),
        device: Set(session.device.clone()),
        confirmed_at: Set(session.confirmed_at),
        awaits_factor: Set(session.awaits_factor),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// The session of that token hash.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    db: &impl ConnectionTrait,
    token_hash: &[u8],
) -> Result<Option<Session>, StorageError> {
    let row = sessions::Entity::find_by_id(token_hash.to_vec())
        .one(db)
        .await?;
    Ok(row.map(read))
}

fn read(row: sessions::Model) -> Session {
    Session {
        token_hash: row.token_hash,
        editor: EditorId(row.editor_id),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        id: row.id,
        device: row.device,
        confirmed_at: row.confirmed_at,
        awaits_factor: row.awaits_factor,
    }
}

/// The sessions of an editor.
///
/// # Errors
/// [`StorageError`]
pub async fn of_editor(
    db: &impl ConnectionTrait,
    editor: EditorId,
) -> Result<Vec<Session>, StorageError> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::EditorId.eq(editor.0))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Notes that the password was asked for once more.
///
/// # Errors
/// [`StorageError`]
pub async fn confirm(
    db: &impl ConnectionTrait,
    token_hash: &[u8],
    at: i64,
) -> Result<(), StorageError> {
    sessions::Entity::update_many()
        .col_expr(
            sessions::Column::ConfirmedAt,
            sea_orm::sea_query::Expr::value(at),
        )
        .filter(sessions::Column::TokenHash.eq(token_hash.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends one session of an editor; whether there was one.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_one(
    db: &impl ConnectionTrait,
    editor: EditorId,
    id: Uuid,
) -> Result<bool, StorageError> {
    let result = sessions::Entity::delete_many()
        .filter(sessions::Column::EditorId.eq(editor.0))
        .filter(sessions::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Ends all sessions of an editor but one.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_others(
    db: &impl ConnectionTrait,
    editor: EditorId,
    kept: &[u8],
) -> Result<(), StorageError> {
    sessions::Entity::delete_many()
        .filter(sessions::Column::EditorId.eq(editor.0))
        .filter(sessions::Column::TokenHash.ne(kept.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that the session is alive.
///
/// # Errors
/// [`StorageError`]
pub async fn touch(
    db: &impl ConnectionTrait,
    token_hash: &[u8],
    at: i64,
) -> Result<(), StorageError> {
    sessions::Entity::update(sessions::ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        last_seen_at: Set(at),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// [`StorageError`]
pub async fn delete(db: &impl ConnectionTrait, token_hash: &[u8]) -> Result<(), StorageError> {
    sessions::Entity::delete_by_id(token_hash.to_vec())
        .exec(db)
        .await?;
    Ok(())
}

/// Ends all sessions of an editor.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_of_editor(
    db: &impl ConnectionTrait,
    editor: EditorId,
) -> Result<(), StorageError> {
    sessions::Entity::delete_many()
        .filter(sessions::Column::EditorId.eq(editor.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes sessions not seen since a moment, and old failed tries.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_stale(
    db: &impl ConnectionTrait,
    not_seen_since: i64,
    failures_before: i64,
) -> Result<(), StorageError> {
    sessions::Entity::delete_many()
        .filter(sessions::Column::LastSeenAt.lt(not_seen_since))
        .exec(db)
        .await?;
    failed_sign_ins::Entity::delete_many()
        .filter(failed_sign_ins::Column::LastAt.lt(failures_before))
        .exec(db)
        .await?;
    Ok(())
}

/// How often that account or network failed lately, and when last.
///
/// # Errors
/// [`StorageError`]
pub async fn failures(db: &impl ConnectionTrait, key: &[u8]) -> Result<(i64, i64), StorageError> {
    let row = failed_sign_ins::Entity::find_by_id(key.to_vec())
        .one(db)
        .await?;
    Ok(row.map_or((0, 0), |r| (r.failures, r.last_at)))
}

/// Keeps others from counting under that key until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn lock_failures(db: &impl ConnectionTrait, key: &[u8]) -> Result<(), StorageError> {
    failed_sign_ins::Entity::insert(failed_sign_ins::ActiveModel {
        key: Set(key.to_vec()),
        failures: Set(0),
        last_at: Set(0),
    })
    .on_conflict(
        OnConflict::column(failed_sign_ins::Column::Key)
            .value(
                failed_sign_ins::Column::Failures,
                sea_orm::sea_query::Expr::cust("failed_sign_ins.failures"),
            )
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Counts a failed try.
///
/// # Errors
/// [`StorageError`]
pub async fn count_failure(
    db: &impl ConnectionTrait,
    key: &[u8],
    at: i64,
) -> Result<(), StorageError> {
    failed_sign_ins::Entity::insert(failed_sign_ins::ActiveModel {
        key: Set(key.to_vec()),
        failures: Set(1),
        last_at: Set(at),
    })
    .on_conflict(
        OnConflict::column(failed_sign_ins::Column::Key)
            .value(
                failed_sign_ins::Column::Failures,
                sea_orm::sea_query::Expr::cust("failed_sign_ins.failures + 1"),
            )
            .update_column(failed_sign_ins::Column::LastAt)
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Lets go of a key that nobody has failed under: [`lock_failures`] made its row.
///
/// # Errors
/// [`StorageError`]
pub async fn release_failures(db: &impl ConnectionTrait, key: &[u8]) -> Result<(), StorageError> {
    failed_sign_ins::Entity::delete_by_id(key.to_vec())
        .filter(failed_sign_ins::Column::Failures.eq(0))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets failed tries after a good one.
///
/// # Errors
/// [`StorageError`]
pub async fn forget_failures(db: &impl ConnectionTrait, key: &[u8]) -> Result<(), StorageError> {
    failed_sign_ins::Entity::delete_by_id(key.to_vec())
        .exec(db)
        .await?;
    Ok(())
}
