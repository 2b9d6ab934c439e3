//! An editor looks after their own account: preferences, password, sessions.

use uuid::Uuid;

use super::{
    Services, reset_password,
    return_tickets::return_tickets,
    sign_in::{self, SignInError},
};
use crate::{
    domain::{
        account::{Account, AlertMode},
        clock::{DAY, HOUR, UnixMillis},
        editor::{Editor, WeakPassword, check_password},
        secret::sha256,
        site::Lang,
    },
    storage::{
        StorageError, accounts, editors,
        sessions::{self, Session},
    },
};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OwnAccountError {
    /// The old password is wrong, or was tried too often.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The new password is too weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What an editor set.
#[derive(Debug, Clone)]
pub struct Preferences {
    /// Their name.
    pub name: String,
    /// Their language.
    pub lang: Lang,
    /// The time zone of their desk.
    pub time_zone: Option<String>,
    /// Which new tickets are mailed to them.
    pub alert_mode: AlertMode,
    /// Whether mentions are mailed to them.
    pub mentioned: bool,
    /// From when on they are away.
    pub absent_from: Option<UnixMillis>,
    /// Until when.
    pub absent_until: Option<UnixMillis>,
}

/// The account of an editor.
///
/// # Errors
/// [`StorageError`]
pub async fn find(services: &Services, editor: &Editor) -> Result<Account, StorageError> {
    let mut account = accounts::find(services.store.reader(), editor.id).await?;
    // The command line knows on and off only.
    if editor.alerted != account.alert_mode.is_of_all() {
        account.alert_mode = match (editor.alerted, account.alert_mode) {
            (true, _) => AlertMode::Each,
            (false, AlertMode::Mine) => AlertMode::Mine,
            (false, _) => AlertMode::None,
        };
    }
    Ok(account)
}

/// Stores what an editor set. Whoever is away from now on gives their tickets back to the desk.
///
/// # Errors
/// [`StorageError`]
pub async fn save(
    services: &Services,
    editor: &Editor,
    wanted: Preferences,
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    let mut account = accounts::find(&transaction, editor.id).await?;
    account.time_zone = wanted.time_zone;
    account.alert_mode = wanted.alert_mode;
    account.mentioned = wanted.mentioned;
    account.absent_from = wanted.absent_from;
    account.absent_until = wanted.absent_until;
    accounts::save(&transaction, &account).await?;
    let mut editor = editor.clone();
    editor.name = wanted.name;
    editor.lang = wanted.lang;
    editor.alerted = wanted.alert_mode.is_of_all();
    // Nothing else of it: an administrator may have changed the rights meanwhile.
    editors::set_profile(&transaction, &editor).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    if account.is_absent(services.now()) {
        return_tickets(services, &editor, |_, _| false).await?;
    }
    Ok(())
}

/// Changes the password; the old one is asked for, all other sessions end.
///
/// # Errors
/// [`OwnAccountError`]
pub async fn change_password(
    services: &Services,
    editor: &Editor,
    session: &str,
    old: String,
    new: String,
) -> Result<(), OwnAccountError> {
    sign_in::check_own_password(services, editor, old).await?;
    check_password(&new, &editor.email)?;
    let hash = sign_in::hash_password(services, new).await?;
    let transaction = services.store.begin().await?;
    reset_password::replace(services, &transaction, editor.id, &editor.email, hash).await?;
    let own = sha256(session.as_bytes());
    sessions::delete_others(&transaction, editor.id, &own).await?;
    sessions::confirm(&transaction, &own, services.now()).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(())
}

/// The password is asked for once more before something dangerous; good for a while.
///
/// # Errors
/// [`SignInError`]
pub async fn confirm(
    services: &Services,
    editor: &Editor,
    session: &str,
    password: String,
) -> Result<(), SignInError> {
    sign_in::check_own_password(services, editor, password).await?;
    let transaction = services.store.begin().await?;
    let own = sha256(session.as_bytes());
    sessions::confirm(&transaction, &own, services.now()).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

/// The sessions of an editor that last, the one seen last first.
///
/// # Errors
/// [`StorageError`]
pub async fn sessions(services: &Services, editor: &Editor) -> Result<Vec<Session>, StorageError> {
    let now = services.now();
    let rules = &services.rules;
    let mut all = sessions::of_editor(services.store.reader(), editor.id).await?;
    all.retain(|session| {
        !session.awaits_factor
            && now - session.last_seen_at <= rules.session_idle_hours * HOUR
            && now - session.created_at <= rules.session_days * DAY
    });
    all.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
    Ok(all)
}

/// Ends one session of an editor; whether there was one.
///
/// # Errors
/// [`StorageError`]
pub async fn end_session(
    services: &Services,
    editor: &Editor,
    id: Uuid,
) -> Result<bool, StorageError> {
    let transaction = services.store.begin().await?;
    let ended = sessions::delete_one(&transaction, editor.id, id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(ended)
}

/// Ends all sessions of an editor but this one.
///
/// # Errors
/// [`StorageError`]
pub async fn end_other_sessions(
    services: &Services,
    editor: &Editor,
    session: &str,
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    sessions::delete_others(&transaction, editor.id, &sha256(session.as_bytes())).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}
