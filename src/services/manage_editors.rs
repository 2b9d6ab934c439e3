//! An operator adds editors, lists and changes them, and resets passwords.

use super::{Services, sign_in};
use crate::{
    domain::{
        editor::{Editor, Role, WeakPassword, check_password},
        ids::{EditorId, SiteId},
        report::is_email,
        site::Lang,
    },
    storage::{StorageError, editors, sessions},
};

/// Why an editor was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum ManageEditorsError {
    /// Not an address.
    #[error("{0:?} is not an e-mail address")]
    NotAnEmail(String),
    /// Somebody has the address already.
    #[error("there is an editor with this address already")]
    AddressTaken,
    /// Nobody has the address.
    #[error("there is no editor with this address")]
    UnknownEditor,
    /// The password is too weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// Hashing failed.
    #[error("the password could not be hashed")]
    Hashing,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Somebody to be added.
#[derive(Debug, Clone)]
pub struct NewEditor {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// On these sites only; empty means on all, also later ones.
    pub sites: Vec<SiteId>,
    /// Language of the desk and mails.
    pub lang: Lang,
}

/// Adds an editor. Without a password a random one is made and returned; it is shown once.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn add(
    services: &Services,
    new: NewEditor,
    password: Option<String>,
) -> Result<(Editor, Option<String>), ManageEditorsError> {
    let email = new.email.trim().to_lowercase();
    if !is_email(&email) {
        return Err(ManageEditorsError::NotAnEmail(new.email));
    }
    let (password, made) = choose_password(services, password, &email)?;
    let hash = sign_in::hash_password(services, password)
        .await
        .map_err(|_| ManageEditorsError::Hashing)?;
    let editor = Editor {
        id: EditorId(services.new_id()),
        email,
        name: new.name,
        role: new.sites.is_empty().then_some(new.role),
        site_roles: new.sites.into_iter().map(|s| (s, new.role)).collect(),
        lang: new.lang,
        active: true,
        alerted: true,
        keys: true,
        created_at: services.now(),
    };
    let transaction = services.store.begin().await?;
    editors::add(&transaction, &editor, Some(hash))
        .await
        .map_err(|e| {
            if e.is_unique_violation() {
                ManageEditorsError::AddressTaken
            } else {
                e.into()
            }
        })?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok((editor, made))
}

/// Gives an editor a new password and ends all their sessions. Without a password a random one is made and returned.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn reset_password(
    services: &Services,
    email: &str,
    password: Option<String>,
) -> Result<Option<String>, ManageEditorsError> {
    let email = email.trim().to_lowercase();
    let (editor, _) = editors::find_by_email(services.store.reader(), &email)
        .await?
        .ok_or(ManageEditorsError::UnknownEditor)?;
    let (password, made) = choose_password(services, password, &email)?;
    let hash = sign_in::hash_password(services, password)
        .await
        .map_err(|_| ManageEditorsError::Hashing)?;
    let transaction = services.store.begin().await?;
    editors::set_password_hash(&transaction, editor.id, hash).await?;
    sessions::delete_of_editor(&transaction, editor.id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(made)
}

/// What shall be different about an editor; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct EditorChange {
    /// The name.
    pub name: Option<String>,
    /// Language of the desk and mails.
    pub lang: Option<Lang>,
    /// The role, wherever they have one.
    pub role: Option<Role>,
    /// Whether they may sign in, and programs act in their name.
    pub active: Option<bool>,
    /// Whether every new ticket of their sites is mailed to them.
    pub alerted: Option<bool>,
}

/// Changes an editor. Whoever is switched off is signed out at once; what they did stays.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn change(
    services: &Services,
    email: &str,
    change: EditorChange,
) -> Result<Editor, ManageEditorsError> {
    let email = email.trim().to_lowercase();
    let transaction = services.store.begin().await?;
    let (mut editor, _) = editors::find_by_email(&transaction, &email)
        .await?
        .ok_or(ManageEditorsError::UnknownEditor)?;
    editor.name = change.name.unwrap_or(editor.name);
    editor.lang = change.lang.unwrap_or(editor.lang);
    editor.active = change.active.unwrap_or(editor.active);
    editor.alerted = change.alerted.unwrap_or(editor.alerted);
    if let Some(role) = change.role {
        editor.role = editor.role.map(|_| role);
        for (_, on_site) in &mut editor.site_roles {
            *on_site = role;
        }
    }
    editors::save(&transaction, &editor).await?;
    if !editor.active {
        sessions::delete_of_editor(&transaction, editor.id).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(editor)
}

fn choose_password(
    services: &Services,
    password: Option<String>,
    email: &str,
) -> Result<(String, Option<String>), ManageEditorsError> {
    if let Some(password) = password {
        check_password(&password, email)?;
        return Ok((password, None));
    }
    let mut bytes = [0; 15];
    services.entropy.fill(&mut bytes);
    let made = data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase();
    Ok((made.clone(), Some(made)))
}

/// All editors, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn list(services: &Services) -> Result<Vec<Editor>, StorageError> {
    editors::all(services.store.reader()).await
}
