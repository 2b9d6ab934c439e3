//! Editors, their rights, and their API tokens.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::{
    entities::{api_tokens, editor_sites, editors},
    error::{StorageError, word},
};
use crate::domain::{
    editor::{Editor, Role, Scope},
    ids::{EditorId, SiteId, TokenId},
    site::Lang,
};

/// Adds an editor.
///
/// # Errors
/// [`StorageError`]; a known address is a unique violation.
pub async fn add(
    db: &impl ConnectionTrait,
    editor: &Editor,
    password_hash: Option<String>,
) -> Result<(), StorageError> {
    editors::Entity::insert(editors::ActiveModel {
        id: Set(editor.id.0),
        email: Set(editor.email.clone()),
        name: Set(editor.name.clone()),
        role: Set(editor.role.map(|r| r.as_str().into())),
        lang: Set(editor.lang.as_str().into()),
        password_hash: Set(password_hash),
        active: Set(editor.active),
        alerted: Set(editor.alerted),
        keys: Set(editor.keys),
        created_at: Set(editor.created_at),
    })
    .exec_without_returning(db)
    .await?;
    for (site, role) in &editor.site_roles {
        editor_sites::Entity::insert(editor_sites::ActiveModel {
            editor_id: Set(editor.id.0),
            site_id: Set(site.0),
            role: Set(role.as_str().into()),
        })
        .exec_without_returning(db)
        .await?;
    }
    Ok(())
}

/// All editors, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Editor>, StorageError> {
    let rows = editors::Entity::find()
        .order_by_asc(editors::Column::Name)
        .all(db)
        .await?;
    let roles = editor_sites::Entity::find().all(db).await?;
    rows.into_iter().map(|row| read(row, &roles)).collect()
}

/// The editors who want a mail for every new ticket.
///
/// # Errors
/// [`StorageError`]
pub async fn alerted(db: &impl ConnectionTrait) -> Result<Vec<Editor>, StorageError> {
    let rows = editors::Entity::find()
        .filter(editors::Column::Active.eq(true))
        .filter(editors::Column::Alerted.eq(true))
        .order_by_asc(editors::Column::Name)
        .all(db)
        .await?;
    let roles = editor_sites::Entity::find().all(db).await?;
    rows.into_iter().map(|row| read(row, &roles)).collect()
}

/// Stores an editor's name, language, roles, and whether they may sign in and get alerts.
///
/// # Errors
/// [`StorageError`]
pub async fn save(db: &impl ConnectionTrait, editor: &Editor) -> Result<(), StorageError> {
    editors::Entity::update(editors::ActiveModel {
        id: Set(editor.id.0),
        name: Set(editor.name.clone()),
        role: Set(editor.role.map(|r| r.as_str().into())),
        lang: Set(editor.lang.as_str().into()),
        active: Set(editor.active),
        alerted: Set(editor.alerted),
        ..Default::default()
    })
    .exec(db)
    .await?;
    for (site, role) in &editor.site_roles {
        editor_sites::Entity::update(editor_sites::ActiveModel {
            editor_id: Set(editor.id.0),
            site_id: Set(site.0),
            role: Set(role.as_str().into()),
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

/// One editor.
///
/// # Errors
/// [`StorageError`]
pub async fn find(db: &impl ConnectionTrait, id: EditorId) -> Result<Option<Editor>, StorageError> {
    let Some(row) = editors::Entity::find_by_id(id.0).one(db).await? else {
        return Ok(None);
    };
    let roles = editor_sites::Entity::find()
        .filter(editor_sites::Column::EditorId.eq(id.0))
        .all(db)
        .await?;
    read(row, &roles).map(Some)
}

/// The editor of that address, with the password's hash.
///
/// # Errors
/// [`StorageError`]
pub async fn find_by_email(
    db: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<(Editor, Option<String>)>, StorageError> {
    let Some(row) = editors::Entity::find()
        .filter(editors::Column::Email.eq(email))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let roles = editor_sites::Entity::find()
        .filter(editor_sites::Column::EditorId.eq(row.id))
        .all(db)
        .await?;
    let hash = row.password_hash.clone();
    Ok(Some((read(row, &roles)?, hash)))
}

/// The password's hash of an editor.
///
/// # Errors
/// [`StorageError`]
pub async fn password_hash(
    db: &impl ConnectionTrait,
    id: EditorId,
) -> Result<Option<String>, StorageError> {
    let row = editors::Entity::find_by_id(id.0).one(db).await?;
    Ok(row.and_then(|row| row.password_hash))
}

/// Deletes an editor who never was at the desk, with all that hangs on the row.
///
/// # Errors
/// [`StorageError`]
pub async fn delete(db: &impl ConnectionTrait, id: EditorId) -> Result<(), StorageError> {
    editors::Entity::delete_by_id(id.0).exec(db).await?;
    Ok(())
}

/// Replaces the role on all sites and those on single ones.
///
/// # Errors
/// [`StorageError`]
pub async fn set_roles(
    db: &impl ConnectionTrait,
    id: EditorId,
    everywhere: Option<Role>,
    on_sites: &[(SiteId, Role)],
) -> Result<(), StorageError> {
    editors::Entity::update(editors::ActiveModel {
        id: Set(id.0),
        role: Set(everywhere.map(|r| r.as_str().into())),
        ..Default::default()
    })
    .exec(db)
    .await?;
    editor_sites::Entity::delete_many()
        .filter(editor_sites::Column::EditorId.eq(id.0))
        .exec(db)
        .await?;
    for (site, role) in on_sites {
        editor_sites::Entity::insert(editor_sites::ActiveModel {
            editor_id: Set(id.0),
            site_id: Set(site.0),
            role: Set(role.as_str().into()),
        })
        .exec_without_returning(db)
        .await?;
    }
    Ok(())
}

/// Replaces the password's hash.
///
/// # Errors
/// [`StorageError`]
pub async fn set_password_hash(
    db: &impl ConnectionTrait,
    id: EditorId,
    hash: String,
) -> Result<(), StorageError> {
    editors::Entity::update(editors::ActiveModel {
        id: Set(id.0),
        password_hash: Set(Some(hash)),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Changes the language of an editor's desk and mail.
///
/// # Errors
/// [`StorageError`]
pub async fn set_lang(
    db: &impl ConnectionTrait,
    id: EditorId,
    lang: Lang,
) -> Result<(), StorageError> {
    editors::Entity::update(editors::ActiveModel {
        id: Set(id.0),
        lang: Set(lang.as_str().into()),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Stores what editors say of themselves: name, language, whether they are alerted.
///
/// # Errors
/// [`StorageError`]
pub async fn set_profile(db: &impl ConnectionTrait, editor: &Editor) -> Result<(), StorageError> {
    editors::Entity::update(editors::ActiveModel {
        id: Set(editor.id.0),
        name: Set(editor.name.clone()),
        lang: Set(editor.lang.as_str().into()),
        alerted: Set(editor.alerted),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// Switches single keys on an editor's desk on or off.
///
/// # Errors
/// [`StorageError`]
pub async fn set_keys(
    db: &impl ConnectionTrait,
    id: EditorId,
    on: bool,
) -> Result<(), StorageError> {
    editors::Entity::update(editors::ActiveModel {
        id: Set(id.0),
        keys: Set(on),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

fn read(row: editors::Model, roles: &[editor_sites::Model]) -> Result<Editor, StorageError> {
    let site_roles = roles
        .iter()
        .filter(|r| r.editor_id == row.id)
        .map(|r| {
            Ok((
                SiteId(r.site_id),
                word("editor_sites", "role", &r.role, Role::parse)?,
            ))
        })
        .collect::<Result<_, StorageError>>()?;
    Ok(Editor {
        id: EditorId(row.id),
        email: row.email,
        name: row.name,
        role: row
            .role
            .map(|r| word("editors", "role", &r, Role::parse))
            .transpose()?,
        site_roles,
        lang: word("editors", "lang", &row.lang, Lang::parse)?,
        active: row.active,
        alerted: row.alerted,
        keys: row.keys,
        created_at: row.created_at,
    })
}

/// A program's right to act in an editor's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its key.
    pub id: TokenId,
    /// In whose name.
    pub editor: EditorId,
    /// SHA-256 of the secret.
    pub token_hash: Vec<u8>,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last used, to the hour.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

/// Adds a token.
///
/// # Errors
/// [`StorageError`]
pub async fn add_token(db: &impl ConnectionTrait, token: &ApiToken) -> Result<(), StorageError> {
    api_tokens::Entity::insert(api_tokens::ActiveModel {
        id: Set(token.id.0),
        editor_id: Set(token.editor.0),
        token_hash: Set(token.token_hash.clone()),
        scopes: Set(token
            .scopes
            .iter()
            .map(|s| s.as_str())
            .collect::<Vec<_>>()
            .join(",")),
        created_at: Set(token.created_at),
        last_used_at: Set(token.last_used_at),
        revoked_at: Set(token.revoked_at),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// All tokens, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn tokens(db: &impl ConnectionTrait) -> Result<Vec<ApiToken>, StorageError> {
    api_tokens::Entity::find()
        .order_by_asc(api_tokens::Column::Id)
        .all(db)
        .await?
        .into_iter()
        .map(read_token)
        .collect()
}

/// The tokens of an editor, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn tokens_of(
    db: &impl ConnectionTrait,
    editor: EditorId,
) -> Result<Vec<ApiToken>, StorageError> {
    api_tokens::Entity::find()
        .filter(api_tokens::Column::EditorId.eq(editor.0))
        .order_by_asc(api_tokens::Column::Id)
        .all(db)
        .await?
        .into_iter()
        .map(read_token)
        .collect()
}

/// The token of that hash, unless revoked.
///
/// # Errors
/// [`StorageError`]
pub async fn find_token(
    db: &impl ConnectionTrait,
    hash: &[u8],
) -> Result<Option<ApiToken>, StorageError> {
    api_tokens::Entity::find()
        .filter(api_tokens::Column::TokenHash.eq(hash.to_vec()))
        .filter(api_tokens::Column::RevokedAt.is_null())
        .one(db)
        .await?
        .map(read_token)
        .transpose()
}

/// Revokes a token; whether there was one to revoke.
///
/// # Errors
/// [`StorageError`]
pub async fn revoke_token(
    db: &impl ConnectionTrait,
    id: Uuid,
    at: i64,
) -> Result<bool, StorageError> {
    let result = api_tokens::Entity::update_many()
        .col_expr(
            api_tokens::Column::RevokedAt,
            sea_orm::sea_query::Expr::value(at),
        )
        .filter(api_tokens::Column::Id.eq(id))
        .filter(api_tokens::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Revokes all tokens of an editor.
///
/// # Errors
/// [`StorageError`]
pub async fn revoke_tokens_of(
    db: &impl ConnectionTrait,
    editor: EditorId,
    at: i64,
) -> Result<(), StorageError> {
    api_tokens::Entity::update_many()
        .col_expr(
            api_tokens::Column::RevokedAt,
            sea_orm::sea_query::Expr::value(at),
        )
        .filter(api_tokens::Column::EditorId.eq(editor.0))
        .filter(api_tokens::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that a token was used.
///
/// # Errors
/// [`StorageError`]
pub async fn touch_token(
    db: &impl ConnectionTrait,
    id: TokenId,
    at: i64,
) -> Result<(), StorageError> {
    api_tokens::Entity::update(api_tokens::ActiveModel {
        id: Set(id.0),
        last_used_at: Set(Some(at)),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

fn read_token(row: api_tokens::Model) -> Result<ApiToken, StorageError> {
    let scopes = row
        .scopes
        .split(',')
        .filter(|s| !s.is_empty())
        .map(|s| word("api_tokens", "scopes", s, Scope::parse));
    Ok(ApiToken {
        id: TokenId(row.id),
        editor: EditorId(row.editor_id),
        token_hash: row.token_hash,
        scopes: scopes.collect::<Result<_, _>>()?,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    })
}
