//! Editors' accounts: preferences, absence, second factor, recovery codes, links sent by mail.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entities::{account_links, editor_accounts, recovery_codes},
    error::{StorageError, word},
};
use crate::domain::{
    account::{Account, AccountLink, AlertMode, Factor, LinkPurpose},
    ids::EditorId,
};

/// The account of an editor; as new where nothing was set.
///
/// # Errors
/// [`StorageError`]
pub async fn find(db: &impl ConnectionTrait, editor: EditorId) -> Result<Account, StorageError> {
    let row = editor_accounts::Entity::find_by_id(editor.0)
        .one(db)
        .await?;
    row.map_or_else(|| Ok(Account::new(editor)), read)
}

/// All accounts in which something was set.
///
/// # Errors
/// [`StorageError`]
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Account>, StorageError> {
    let rows = editor_accounts::Entity::find().all(db).await?;
    rows.into_iter().map(read).collect()
}

/// Stores an account.
///
/// # Errors
/// [`StorageError`]
pub async fn save(db: &impl ConnectionTrait, account: &Account) -> Result<(), StorageError> {
    use editor_accounts::Column;
    let factor = account.factor.as_ref();
    editor_accounts::Entity::insert(editor_accounts::ActiveModel {
        editor_id: Set(account.editor.0),
        time_zone: Set(account.time_zone.clone().unwrap_or_default()),
        alert_mode: Set(account.alert_mode.as_str().into()),
        mentioned: Set(account.mentioned),
        absent_from: Set(account.absent_from),
        absent_until: Set(account.absent_until),
        factor_nonce: Set(factor.map(|f| f.nonce.clone())),
        factor_confirmed_at: Set(factor.and_then(|f| f.confirmed_at)),
        factor_last_step: Set(factor.and_then(|f| f.last_step)),
    })
    .on_conflict(
        OnConflict::column(Column::EditorId)
            .update_columns([
                Column::TimeZone,
                Column::AlertMode,
                Column::Mentioned,
                Column::AbsentFrom,
                Column::AbsentUntil,
                Column::FactorNonce,
                Column::FactorConfirmedAt,
                Column::FactorLastStep,
            ])
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Uses up a step of time; false when it, or a later one, was used before.
///
/// # Errors
/// [`StorageError`]
pub async fn use_step(
    db: &impl ConnectionTrait,
    editor: EditorId,
    step: i64,
) -> Result<bool, StorageError> {
    use editor_accounts::Column;
    let unused = sea_orm::Condition::any()
        .add(Column::FactorLastStep.is_null())
        .add(Column::FactorLastStep.lt(step));
    let result = editor_accounts::Entity::update_many()
        .col_expr(Column::FactorLastStep, Expr::value(Some(step)))
        .filter(Column::EditorId.eq(editor.0))
        .filter(unused)
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

fn read(row: editor_accounts::Model) -> Result<Account, StorageError> {
    Ok(Account {
        editor: EditorId(row.editor_id),
        time_zone: (!row.time_zone.is_empty()).then_some(row.time_zone),
        alert_mode: word(
            "editor_accounts",
            "alert_mode",
            &row.alert_mode,
            AlertMode::parse,
        )?,
        mentioned: row.mentioned,
        absent_from: row.absent_from,
        absent_until: row.absent_until,
        factor: row.factor_nonce.map(|nonce| Factor {
            nonce,
            confirmed_at: row.factor_confirmed_at,
            last_step: row.factor_last_step,
        }),
    })
}

/// Replaces the recovery codes of an editor.
///
/// # Errors
/// [`StorageError`]
pub async fn replace_recovery_codes(
    db: &impl ConnectionTrait,
    editor: EditorId,
    hashes: Vec<Vec<u8>>,
) -> Result<(), StorageError> {
    recovery_codes::Entity::delete_many()
        .filter(recovery_codes::Column::EditorId.eq(editor.0))
        .exec(db)
        .await?;
    let rows = hashes.into_iter().map(|hash| recovery_codes::ActiveModel {
        editor_id: Set(editor.0),
        code_hash: Set(hash),
    });
    for row in rows {
        recovery_codes::Entity::insert(row)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Uses up a recovery code; false when there is no such code.
///
/// # Errors
/// [`StorageError`]
pub async fn use_recovery_code(
    db: &impl ConnectionTrait,
    editor: EditorId,
    hash: &[u8],
) -> Result<bool, StorageError> {
    let result = recovery_codes::Entity::delete_many()
        .filter(recovery_codes::Column::EditorId.eq(editor.0))
        .filter(recovery_codes::Column::CodeHash.eq(hash.to_vec()))
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

/// How many recovery codes an editor has left.
///
/// # Errors
/// [`StorageError`]
pub async fn count_recovery_codes(
    db: &impl ConnectionTrait,
    editor: EditorId,
) -> Result<u64, StorageError> {
    Ok(recovery_codes::Entity::find()
        .filter(recovery_codes::Column::EditorId.eq(editor.0))
        .count(db)
        .await?)
}

/// Adds a link.
///
/// # Errors
/// [`StorageError`]
pub async fn add_link(db: &impl ConnectionTrait, link: &AccountLink) -> Result<(), StorageError> {
    account_links::Entity::insert(account_links::ActiveModel {
        id: Set(link.id),
        editor_id: Set(link.editor.0),
        purpose: Set(link.purpose.as_str().into()),
        created_at: Set(link.created_at),
        expires_at: Set(link.expires_at),
        used_at: Set(link.used_at),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// The link of that key.
///
/// # Errors
/// [`StorageError`]
pub async fn find_link(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<AccountLink>, StorageError> {
    let row = account_links::Entity::find_by_id(id).one(db).await?;
    row.as_ref().map(read_link).transpose()
}

/// The newest link of an editor for that purpose.
///
/// # Errors
/// [`StorageError`]
pub async fn newest_link(
    db: &impl ConnectionTrait,
    editor: EditorId,
    purpose: LinkPurpose,
) -> Result<Option<AccountLink>, StorageError> {
    let row = account_links::Entity::find()
        .filter(account_links::Column::EditorId.eq(editor.0))
        .filter(account_links::Column::Purpose.eq(purpose.as_str()))
        .order_by_desc(account_links::Column::Id)
        .limit(1)
        .one(db)
        .await?;
    row.as_ref().map(read_link).transpose()
}

/// All links for that purpose that nobody has used, newest first.
///
/// # Errors
/// [`StorageError`]
pub async fn open_links(
    db: &impl ConnectionTrait,
    purpose: LinkPurpose,
) -> Result<Vec<AccountLink>, StorageError> {
    let rows = account_links::Entity::find()
        .filter(account_links::Column::Purpose.eq(purpose.as_str()))
        .filter(account_links::Column::UsedAt.is_null())
        .order_by_desc(account_links::Column::Id)
        .all(db)
        .await?;
    rows.iter().map(read_link).collect()
}

/// Uses up all links of an editor for that purpose; false when none was open.
///
/// # Errors
/// [`StorageError`]
pub async fn use_links(
    db: &impl ConnectionTrait,
    editor: EditorId,
    purpose: LinkPurpose,
    now: i64,
) -> Result<bool, StorageError> {
    let result = account_links::Entity::update_many()
        .col_expr(account_links::Column::UsedAt, Expr::value(Some(now)))
        .filter(account_links::Column::EditorId.eq(editor.0))
        .filter(account_links::Column::Purpose.eq(purpose.as_str()))
        .filter(account_links::Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Deletes links that were good until before a moment.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_old_links(
    db: &impl ConnectionTrait,
    expired_before: i64,
) -> Result<(), StorageError> {
    account_links::Entity::delete_many()
        .filter(account_links::Column::ExpiresAt.lt(expired_before))
        // Whoever has not come yet is invited until somebody takes that back.
        .filter(
            Condition::any()
                .add(account_links::Column::Purpose.ne(LinkPurpose::Invitation.as_str()))
                .add(account_links::Column::UsedAt.is_not_null()),
        )
        .exec(db)
        .await?;
    Ok(())
}

fn read_link(row: &account_links::Model) -> Result<AccountLink, StorageError> {
    Ok(AccountLink {
        id: row.id,
        editor: EditorId(row.editor_id),
        purpose: word("account_links", "purpose", &row.purpose, LinkPurpose::parse)?,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
    })
}
