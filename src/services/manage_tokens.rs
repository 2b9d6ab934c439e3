//! API tokens: made, shown once, stored hashed, revoked.

use uuid::Uuid;

use super::{
    Services,
    admin_history::{Noted, note},
};
use crate::{
    domain::{
        admin_event::AdminAction,
        clock::HOUR,
        editor::{Editor, Scope},
        ids::TokenId,
        secret::sha256,
    },
    storage::{
        StorageError, Transaction,
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

/// Makes a token in an editor's own name; the secret is returned this once.
///
/// # Errors
/// [`StorageError`]
pub async fn add_own(
    services: &Services,
    editor: &Editor,
    scopes: Vec<Scope>,
) -> Result<String, StorageError> {
    let secret = format!("fm_{}", services.new_secret());
    let words: Vec<&str> = scopes.iter().map(|s| s.as_str()).collect();
    let subject = format!("{} ({})", editor.email, words.join(", "));
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
    note_own(
        services,
        &transaction,
        editor,
        AdminAction::TokenMade,
        &subject,
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(secret)
}

/// The tokens of an editor, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn of_editor(
    services: &Services,
    editor: &Editor,
) -> Result<Vec<ApiToken>, StorageError> {
    editors::tokens_of(services.store.reader(), editor.id).await
}

/// Revokes a token of an editor's own; whether there was one.
///
/// # Errors
/// [`StorageError`]
pub async fn revoke_own(
    services: &Services,
    editor: &Editor,
    id: Uuid,
) -> Result<bool, StorageError> {
    let transaction = services.store.begin().await?;
    let own = editors::tokens_of(&transaction, editor.id).await?;
    if !own.iter().any(|token| token.id.0 == id) {
        return Ok(false);
    }
    let revoked = editors::revoke_token(&transaction, id, services.now()).await?;
    if revoked {
        let subject = &editor.email;
        note_own(
            services,
            &transaction,
            editor,
            AdminAction::TokenRevoked,
            subject,
        )
        .await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(revoked)
}

async fn note_own(
    services: &Services,
    transaction: &Transaction,
    editor: &Editor,
    action: AdminAction,
    subject: &str,
) -> Result<(), StorageError> {
    let noted = Noted {
        who: Some(editor.id),
        site: None,
        action,
        subject,
        changes: Vec::new(),
    };
    note(services, transaction, noted).await
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
