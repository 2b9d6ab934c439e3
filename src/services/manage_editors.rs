//! An operator adds editors, lists and changes them, and resets passwords.

use super::{
    Services,
    admin_history::{Noted, note},
    return_tickets::return_tickets,
    sign_in,
};
use crate::{
    domain::{
        admin_event::{AdminAction, FieldChange},
        editor::{Editor, Role, WeakPassword, check_password},
        ids::{EditorId, SiteId},
        report::is_email,
        site::{Lang, Site},
    },
    storage::{StorageError, Transaction, editors, sessions, sites},
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
    /// Without this person nobody could administer everything.
    #[error("without this person nobody could administer everything")]
    LastAdmin,
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
    sign_in::forget_old_password(services, &transaction, editor.id, &email).await?;
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

/// What somebody may do: everywhere, and what goes before that on single sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// On every site, also later ones.
    pub everywhere: Option<Role>,
    /// On single sites.
    pub on_sites: Vec<(SiteId, Role)>,
}

impl Rights {
    /// Whether they give nothing.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.everywhere.is_none() && self.on_sites.is_empty()
    }
}

/// The editor of that id.
///
/// # Errors
/// [`StorageError`]
pub async fn find(services: &Services, id: EditorId) -> Result<Option<Editor>, StorageError> {
    editors::find(services.store.reader(), id).await
}

/// Gives somebody other rights; tickets on sites they may not edit any more go back to the desk.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn set_rights(
    services: &Services,
    who: EditorId,
    id: EditorId,
    rights: Rights,
) -> Result<(), ManageEditorsError> {
    let transaction = services.store.begin().await?;
    let mut editor = editors::find(&transaction, id)
        .await?
        .ok_or(ManageEditorsError::UnknownEditor)?;
    let all_sites = sites::all(&transaction).await?;
    let before = rights_as_fields(&editor, &all_sites);
    editor.role = rights.everywhere;
    editor.site_roles = rights.on_sites;
    if editor.role_everywhere() != Some(Role::Admin) {
        keep_an_admin(&transaction, id).await?;
    }
    editors::set_roles(&transaction, id, editor.role, &editor.site_roles).await?;
    let changes = FieldChange::between(&before, &rights_as_fields(&editor, &all_sites));
    if !changes.is_empty() {
        let noted = Noted {
            who: Some(who),
            site: None,
            action: AdminAction::EditorChanged,
            subject: &editor.email,
            changes,
        };
        note(services, &transaction, noted).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    if editor.active {
        return_tickets(services, &editor, Editor::edits).await?;
    }
    Ok(())
}

fn rights_as_fields(editor: &Editor, sites: &[Site]) -> Vec<(&'static str, String)> {
    let mut words: Vec<String> = editor.role.iter().map(|r| r.as_str().to_owned()).collect();
    words.extend(editor.site_roles.iter().filter_map(|(id, role)| {
        let site = sites.iter().find(|site| site.id == *id)?;
        Some(format!("{}: {role}", site.name))
    }));
    vec![("role", words.join(", "))]
}

/// Somebody else can administer everything.
async fn keep_an_admin(
    transaction: &Transaction,
    besides: EditorId,
) -> Result<(), ManageEditorsError> {
    let others = editors::all(transaction).await?;
    let found = others
        .iter()
        .any(|e| e.id != besides && e.role_everywhere() == Some(Role::Admin));
    let needed = others
        .iter()
        .any(|e| e.id == besides && e.role_everywhere() == Some(Role::Admin));
    if needed && !found {
        Err(ManageEditorsError::LastAdmin)
    } else {
        Ok(())
    }
}

/// Switches somebody off, at once and with all their sessions and tokens, or lets them in again. Open tickets go back to the desk.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn switch(
    services: &Services,
    who: EditorId,
    id: EditorId,
    on: bool,
) -> Result<(), ManageEditorsError> {
    let transaction = services.store.begin().await?;
    let mut editor = editors::find(&transaction, id)
        .await?
        .ok_or(ManageEditorsError::UnknownEditor)?;
    // Whoever was invited comes in by the invitation, and nobody else without a password.
    if editors::password_hash(&transaction, id).await?.is_none() && !editor.active {
        return Err(ManageEditorsError::UnknownEditor);
    }
    if !on {
        keep_an_admin(&transaction, id).await?;
        sessions::delete_of_editor(&transaction, id).await?;
        editors::revoke_tokens_of(&transaction, id, services.now()).await?;
    }
    if editor.active != on {
        editor.active = on;
        editors::save(&transaction, &editor).await?;
        let action = if on {
            AdminAction::EditorSwitchedOn
        } else {
            AdminAction::EditorSwitchedOff
        };
        let noted = Noted {
            who: Some(who),
            site: None,
            action,
            subject: &editor.email,
            changes: Vec::new(),
        };
        note(services, &transaction, noted).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    if !on {
        return_tickets(services, &editor, |_, _| false).await?;
    }
    Ok(())
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
