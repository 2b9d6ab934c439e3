//! API tokens: made, shown once, stored hashed, revoked.

use uuid::Uuid;

use super::Services;
use crate::{
    domain::{
        clock::HOUR,
        editor::{Editor, Scope},
        ids::TokenId,
        secret::sha256,
    },
    storage::{
        StorageError,
        editors::{self, ApiToken},
    },
};

/// Makes a token in an editor's name; the secret is returned this once.
///
/// # Errors
/// [`StorageError`]; `Ok(None)` when nobody has the address.
pub async fn add(
    services: &Services,
    email: &str,
    scopes: Vec<Scope>,
) -> Result<Option<(ApiToken, String)>, StorageError> {
    let Some((editor, _)) =
        editors::find_by_email(services.store.reader(), &email.trim().to_lowercase()).await?
    else {
        return Ok(None);
    };
    let secret = format!("fm_{}", services.new_secret());
    let token = ApiToken {
        id: TokenId(services.new_id()),
        editor: editor.id,
        token_hash: sha256(secret.as_bytes()).to_vec(),
        scopes,
        created_at: services.now(),
        last_used_at: None,
        revoked_at: None,
    };
    let transaction = services.store.begin().await?;
    editors::add_token(&transaction, &token).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(Some((token, secret)))
}

/// In whose name a program acts, and with which rights.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    services: &Services,
    secret: &str,
) -> Result<Option<(Editor, ApiToken)>, StorageError> {
    let db = services.store.reader();
    let Some(token) = editors::find_token(db, &sha256(secret.as_bytes())).await? else {
        return Ok(None);
    };
    let Some(editor) = editors::find(db, token.editor).await?.filter(|e| e.active) else {
        return Ok(None);
    };
    let now = services.now();
    if token.last_used_at.is_none_or(|at| now - at > HOUR) {
        let transaction = services.store.begin().await?;
        editors::touch_token(&transaction, token.id, now).await?;
        transaction.commit().await.map_err(StorageError::from)?;
    }
    Ok(Some((editor, token)))
}

/// All tokens with their editors, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn list(services: &Services) -> Result<Vec<(ApiToken, Option<Editor>)>, StorageError> {
    let db = services.store.reader();
    let people = editors::all(db).await?;
    let tokens = editors::tokens(db).await?;
    Ok(tokens
        .into_iter()
        .map(|t| {
            let editor = people.iter().find(|e| e.id == t.editor).cloned();
            (t, editor)
        })
        .collect())
}

/// Revokes a token; whether there was one.
///
/// # Errors
/// [`StorageError`]
pub async fn revoke(services: &Services, id: Uuid) -> Result<bool, StorageError> {
    let transaction = services.store.begin().await?;
    let revoked = editors::revoke_token(&transaction, id, services.now()).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(revoked)
}
