//! Somebody forgot their password: a link by mail, good once and for an hour. Whether an address is known is not said.

use super::{
    Services,
    admin_history::{Noted, note},
    invite_editors::{self, owe, send_link},
    manage_editors::ManageEditorsError,
    sign_in,
};
use crate::{
    domain::{
        account::LinkPurpose, admin_event::AdminAction, clean::clean_line, clock::MINUTE,
        editor::check_password, ids::EditorId, notification::Occasion, secret::sha256,
    },
    storage::{StorageError, Transaction, accounts, editors, sessions},
};

/// Within this, an address is sent one link.
const PAUSE: i64 = 5 * MINUTE;

/// Sends a link to that address, if it is an editor's who may sign in. Known or unknown, it takes one transaction.
///
/// # Errors
/// [`sign_in::SignInError::Wait`] when the network asked too often.
pub async fn ask(
    services: &Services,
    email: &str,
    network: &[u8],
) -> Result<(), sign_in::SignInError> {
    let email = clean_line(email).to_lowercase();
    let place = sha256(&[b"reset".as_slice(), network].concat()).to_vec();
    sign_in::refuse_hasty(services, &place).await?;
    let known = editors::find_by_email(services.store.reader(), &email).await?;
    let transaction = services.store.begin().await?;
    sessions::count_failure(&transaction, &place, services.now()).await?;
    if let Some((editor, Some(_))) = known
        && editor.active
    {
        let last =
            accounts::newest_link(&transaction, editor.id, LinkPurpose::PasswordReset).await?;
        let soon = last.is_some_and(|link| services.now() - link.created_at < PAUSE);
        if !soon {
            send_link(
                services,
                &transaction,
                editor.id,
                LinkPurpose::PasswordReset,
            )
            .await?;
        }
    }
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(())
}

/// Sends a link to somebody, as an admin asks.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn send(
    services: &Services,
    who: EditorId,
    to: EditorId,
) -> Result<(), ManageEditorsError> {
    let transaction = services.store.begin().await?;
    let editor = editors::find(&transaction, to)
        .await?
        .filter(|editor| editor.active)
        .ok_or(ManageEditorsError::UnknownEditor)?;
    send_link(services, &transaction, to, LinkPurpose::PasswordReset).await?;
    let noted = Noted {
        who: Some(who),
        site: None,
        action: AdminAction::PasswordLinkSent,
        subject: &editor.email,
        changes: Vec::new(),
    };
    note(services, &transaction, noted).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(())
}

/// Sets a new password by a link; all sessions end.
///
/// # Errors
/// [`ManageEditorsError`]; `UnknownEditor` where the link is good no more.
pub async fn set(
    services: &Services,
    token: &str,
    password: String,
) -> Result<(), ManageEditorsError> {
    let editor = invite_editors::find(services, token, LinkPurpose::PasswordReset)
        .await?
        .filter(|editor| editor.active)
        .ok_or(ManageEditorsError::UnknownEditor)?;
    check_password(&password, &editor.email)?;
    let hash = sign_in::hash_password(services, password)
        .await
        .map_err(|_| ManageEditorsError::Hashing)?;
    let transaction = services.store.begin().await?;
    let now = services.now();
    if !accounts::use_links(&transaction, editor.id, LinkPurpose::PasswordReset, now).await? {
        return Err(ManageEditorsError::UnknownEditor);
    }
    replace(services, &transaction, editor.id, &editor.email, hash).await?;
    sessions::delete_of_editor(&transaction, editor.id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(())
}

/// Stores a new password, writes it down and tells its owner.
pub(super) async fn replace(
    services: &Services,
    transaction: &Transaction,
    editor: EditorId,
    email: &str,
    hash: String,
) -> Result<(), StorageError> {
    editors::set_password_hash(transaction, editor, hash).await?;
    sign_in::forget_old_password(services, transaction, editor, email).await?;
    let noted = Noted {
        who: Some(editor),
        site: None,
        action: AdminAction::PasswordChanged,
        subject: email,
        changes: Vec::new(),
    };
    note(services, transaction, noted).await?;
    let about = services.new_id();
    owe(
        services,
        transaction,
        editor,
        Occasion::PasswordChanged,
        about,
    )
    .await
}
