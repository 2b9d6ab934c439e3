//! Somebody who administers invites a person by mail; the person chooses a name and a password, and is signed in.

use uuid::Uuid;

use super::{
    Services,
    admin_history::{Noted, note},
    manage_editors::{ManageEditorsError, NewEditor, Rights},
    sign_in::{self, open_session},
};
use crate::{
    domain::{
        account::{AccountLink, LinkPurpose},
        admin_event::AdminAction,
        editor::{Editor, check_password},
        ids::{EditorId, NotificationId, SiteId},
        notification::{NewNotification, Occasion, Recipient},
        report::is_email,
    },
    storage::{StorageError, Transaction, accounts, editors, notifications},
};

/// Mails about accounts are no site's.
pub(super) const NO_SITE: SiteId = SiteId(Uuid::nil());

/// Invites somebody: they are known from now on, and may sign in once they have chosen a password.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn invite(
    services: &Services,
    who: EditorId,
    new: NewEditor,
    rights: Rights,
) -> Result<Editor, ManageEditorsError> {
    let email = new.email.trim().to_lowercase();
    if !is_email(&email) {
        return Err(ManageEditorsError::NotAnEmail(new.email));
    }
    let editor = Editor {
        id: EditorId(services.new_id()),
        email,
        name: new.name,
        role: rights.everywhere,
        site_roles: rights.on_sites,
        lang: new.lang,
        active: false,
        alerted: true,
        keys: true,
        created_at: services.now(),
    };
    let transaction = services.store.begin().await?;
    editors::add(&transaction, &editor, None)
        .await
        .map_err(|error| {
            if error.is_unique_violation() {
                ManageEditorsError::AddressTaken
            } else {
                error.into()
            }
        })?;
    send_link(services, &transaction, editor.id, LinkPurpose::Invitation).await?;
    let noted = noted(who, AdminAction::EditorInvited, &editor.email);
    note(services, &transaction, noted).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(editor)
}

fn noted(who: EditorId, action: AdminAction, subject: &str) -> Noted<'_> {
    Noted {
        who: Some(who),
        site: None,
        action,
        subject,
        changes: Vec::new(),
    }
}

/// Makes a link and owes the mail that brings it; earlier links for the same purpose are good no more.
pub(super) async fn send_link(
    services: &Services,
    transaction: &Transaction,
    editor: EditorId,
    purpose: LinkPurpose,
) -> Result<(), StorageError> {
    let now = services.now();
    accounts::use_links(transaction, editor, purpose, now).await?;
    let link = AccountLink {
        id: services.new_id(),
        editor,
        purpose,
        created_at: now,
        expires_at: now + purpose.lasts(),
        used_at: None,
    };
    accounts::add_link(transaction, &link).await?;
    let occasion = match purpose {
        LinkPurpose::Invitation => Occasion::Invitation,
        LinkPurpose::PasswordReset => Occasion::PasswordReset,
    };
    owe(services, transaction, editor, occasion, link.id).await
}

/// Owes an editor a mail about their account; `about` makes it another than the one before.
pub(super) async fn owe(
    services: &Services,
    transaction: &Transaction,
    editor: EditorId,
    occasion: Occasion,
    about: Uuid,
) -> Result<(), StorageError> {
    let now = services.now();
    let notification = NewNotification {
        id: NotificationId(services.new_id()),
        occasion,
        recipient: Recipient::Editor(editor),
        site: NO_SITE,
        ticket: None,
        act: None,
        due_at: now,
        dedupe_key: format!("{occasion}:{about}"),
    };
    notifications::add_all(transaction, &[notification], now).await
}

/// Whether somebody was invited and has not come yet.
fn is_invited(editor: &Editor, password_hash: Option<&String>) -> bool {
    !editor.active && password_hash.is_none()
}

/// Those who were invited and have not come yet, with until when their link is good.
///
/// # Errors
/// [`StorageError`]
pub async fn invitations(services: &Services) -> Result<Vec<AccountLink>, StorageError> {
    accounts::open_links(services.store.reader(), LinkPurpose::Invitation).await
}

/// Sends an invitation once more, with a new link.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn resend(
    services: &Services,
    who: EditorId,
    invited: EditorId,
) -> Result<(), ManageEditorsError> {
    let transaction = services.store.begin().await?;
    let editor = find_invited(&transaction, invited).await?;
    send_link(services, &transaction, invited, LinkPurpose::Invitation).await?;
    let noted = noted(who, AdminAction::InvitationResent, &editor.email);
    note(services, &transaction, noted).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(())
}

/// Takes an invitation back; nothing is left of whom it was for but the line in the history.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn revoke(
    services: &Services,
    who: EditorId,
    invited: EditorId,
) -> Result<(), ManageEditorsError> {
    let transaction = services.store.begin().await?;
    let editor = find_invited(&transaction, invited).await?;
    editors::delete(&transaction, invited).await?;
    let noted = noted(who, AdminAction::InvitationRevoked, &editor.email);
    note(services, &transaction, noted).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

async fn find_invited(
    transaction: &Transaction,
    id: EditorId,
) -> Result<Editor, ManageEditorsError> {
    let editor = editors::find(transaction, id)
        .await?
        .ok_or(ManageEditorsError::UnknownEditor)?;
    let hash = editors::password_hash(transaction, id).await?;
    if is_invited(&editor, hash.as_ref()) {
        Ok(editor)
    } else {
        Err(ManageEditorsError::UnknownEditor)
    }
}

/// Whom a link is for, while it is good.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    services: &Services,
    token: &str,
    purpose: LinkPurpose,
) -> Result<Option<Editor>, StorageError> {
    let db = services.store.reader();
    let Some(id) = services.key.verified_account_link(token) else {
        return Ok(None);
    };
    let link = accounts::find_link(db, id).await?;
    let good = link.filter(|l| l.purpose == purpose && l.is_good(services.now()));
    match good {
        Some(link) => editors::find(db, link.editor).await,
        None => Ok(None),
    }
}

/// Accepts an invitation: the person's name and password are theirs from now on. The token of their first session.
///
/// # Errors
/// [`ManageEditorsError`]; `UnknownEditor` where the link is good no more.
pub async fn accept(
    services: &Services,
    token: &str,
    name: String,
    password: String,
    device: String,
) -> Result<String, ManageEditorsError> {
    let mut editor = find(services, token, LinkPurpose::Invitation)
        .await?
        .ok_or(ManageEditorsError::UnknownEditor)?;
    check_password(&password, &editor.email)?;
    let hash = sign_in::hash_password(services, password)
        .await
        .map_err(|_| ManageEditorsError::Hashing)?;
    let now = services.now();
    let transaction = services.store.begin().await?;
    // Of two at the same moment, one finds the link used.
    if !accounts::use_links(&transaction, editor.id, LinkPurpose::Invitation, now).await? {
        return Err(ManageEditorsError::UnknownEditor);
    }
    find_invited(&transaction, editor.id).await?;
    editor.name = name;
    editor.active = true;
    editors::save(&transaction, &editor).await?;
    editors::set_password_hash(&transaction, editor.id, hash).await?;
    let noted = noted(editor.id, AdminAction::InvitationAccepted, &editor.email);
    note(services, &transaction, noted).await?;
    let token = open_session(services, &transaction, editor.id, device, false).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    tracing::info!(editor.id = %editor.id, "an invitation was accepted");
    Ok(token)
}
