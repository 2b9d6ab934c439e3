//! A second factor: set up, asked for when somebody signs in, removed. The secret is derived from a random nonce with the server's key, so that
//! the database alone opens nothing.

use super::{
    Services,
    admin_history::{Noted, note},
    invite_editors::owe,
    manage_editors::ManageEditorsError,
    sign_in::{self, SignInError, open_session},
};
use crate::{
    domain::{
        account::{Account, Factor},
        admin_event::AdminAction,
        editor::{Editor, Role},
        ids::EditorId,
        notification::Occasion,
        second_factor::{
            RECOVERY_BYTES, RECOVERY_CODES, SECRET_BYTES, plain_recovery_code, recovery_code,
            step_of,
        },
        secret::sha256,
    },
    storage::{StorageError, Transaction, accounts, editors, sessions},
};

/// Random bytes of a nonce.
const NONCE_BYTES: usize = 16;

/// The secret of a factor.
#[must_use]
pub fn secret_of(services: &Services, editor: EditorId, factor: &Factor) -> [u8; SECRET_BYTES] {
    services.key.factor_secret(editor, &factor.nonce)
}

/// A factor that was begun, as one session sees it: whoever holds another by the password alone is shown another secret.
#[must_use]
pub fn begun_in(factor: &Factor, session: &str) -> Factor {
    let mut nonce = sha256(&[factor.nonce.as_slice(), session.as_bytes()].concat()).to_vec();
    nonce.truncate(NONCE_BYTES);
    Factor {
        nonce,
        ..factor.clone()
    }
}

/// Whether somebody may not be without a factor.
#[must_use]
pub fn is_required(services: &Services, editor: &Editor) -> bool {
    services.rules.second_factor.is_for(editor)
}

/// Whether somebody has to set up a factor before anything else.
///
/// # Errors
/// [`StorageError`]
pub async fn is_missing(services: &Services, editor: &Editor) -> Result<bool, StorageError> {
    if !is_required(services, editor) {
        return Ok(false);
    }
    let account = accounts::find(services.store.reader(), editor.id).await?;
    Ok(!account.has_factor())
}

/// Whether somebody administers a site with nothing but a password.
///
/// # Errors
/// [`StorageError`]
pub async fn is_advised(services: &Services, editor: &Editor) -> Result<bool, StorageError> {
    if editor.highest_role() != Some(Role::Admin) {
        return Ok(false);
    }
    let account = accounts::find(services.store.reader(), editor.id).await?;
    Ok(!account.has_factor())
}

/// Begins to set up a factor; the secret for the app. A factor that was begun and not confirmed stays the same in that session.
///
/// # Errors
/// [`StorageError`]
pub async fn begin(
    services: &Services,
    editor: &Editor,
    session: &str,
) -> Result<Option<[u8; SECRET_BYTES]>, StorageError> {
    let transaction = services.store.begin().await?;
    let mut account = accounts::find(&transaction, editor.id).await?;
    if account.has_factor() {
        return Ok(None);
    }
    let factor = if let Some(begun) = &account.factor {
        begun.clone()
    } else {
        let mut nonce = vec![0; NONCE_BYTES];
        services.entropy.fill(&mut nonce);
        let factor = Factor {
            nonce,
            confirmed_at: None,
            last_step: None,
        };
        account.factor = Some(factor.clone());
        accounts::save(&transaction, &account).await?;
        factor
    };
    transaction.commit().await.map_err(StorageError::from)?;
    let factor = begun_in(&factor, session);
    Ok(Some(secret_of(services, editor.id, &factor)))
}

/// Confirms a factor by its first code; the recovery codes, shown this once. `None` when the code is wrong, or nothing was begun.
///
/// All other sessions end: they were opened by the password alone, which would be enough for whoever has stolen it.
///
/// # Errors
/// [`SignInError`]
pub async fn confirm(
    services: &Services,
    editor: &Editor,
    session: &str,
    code: &str,
) -> Result<Option<Vec<String>>, SignInError> {
    let key = place(editor.id);
    sign_in::refuse_hasty(services, &key).await?;
    let now = services.now();
    let transaction = services.store.begin().await?;
    sign_in::refuse_hasty_in(services, &transaction, &key, sign_in::LONGEST_DELAY).await?;
    let mut account = accounts::find(&transaction, editor.id).await?;
    let begun = account.factor.clone().filter(|f| f.confirmed_at.is_none());
    let Some(begun) = begun else {
        return Ok(None);
    };
    let mut factor = begun_in(&begun, session);
    let step = step_of(secret_of(services, editor.id, &factor), code, now);
    let Some(step) = step else {
        sessions::count_failure(&transaction, &key, now).await?;
        transaction.commit().await.map_err(StorageError::from)?;
        return Ok(None);
    };
    factor.confirmed_at = Some(now);
    factor.last_step = Some(step);
    account.factor = Some(factor);
    accounts::save(&transaction, &account).await?;
    let codes = new_codes(services, &transaction, editor.id).await?;
    sessions::delete_others(&transaction, editor.id, &sha256(session.as_bytes())).await?;
    tell(
        services,
        &transaction,
        Some(editor.id),
        editor,
        AdminAction::SecondFactorAdded,
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(Some(codes))
}

/// Makes new recovery codes; the old ones are good no more.
///
/// # Errors
/// [`StorageError`]
pub async fn renew_codes(
    services: &Services,
    editor: &Editor,
) -> Result<Vec<String>, StorageError> {
    let transaction = services.store.begin().await?;
    let codes = new_codes(services, &transaction, editor.id).await?;
    let about = services.new_id();
    owe(
        services,
        &transaction,
        editor.id,
        Occasion::SecondFactorChanged,
        about,
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(codes)
}

async fn new_codes(
    services: &Services,
    transaction: &Transaction,
    editor: EditorId,
) -> Result<Vec<String>, StorageError> {
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| {
            let mut random = [0; RECOVERY_BYTES];
            services.entropy.fill(&mut random);
            recovery_code(&random)
        })
        .collect();
    // 80 random bits need no slow hash.
    let hashes = codes.iter().map(|code| hash_of(code)).collect();
    accounts::replace_recovery_codes(transaction, editor, hashes).await?;
    Ok(codes)
}

fn hash_of(code: &str) -> Vec<u8> {
    sha256(plain_recovery_code(code).as_bytes()).to_vec()
}

/// Removes somebody's factor: their own, or as an admin asks. Where there must be one, it is set up anew at the next look at the desk.
///
/// # Errors
/// [`StorageError`]
pub async fn remove(
    services: &Services,
    who: EditorId,
    editor: &Editor,
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    take(services, &transaction, Some(who), editor).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(())
}

/// Removes the factor of the editor with that address and ends all their sessions: for the command line, where phone and codes are
/// lost. Who it was, and whether there was a factor.
///
/// # Errors
/// [`ManageEditorsError`]
pub async fn reset(services: &Services, email: &str) -> Result<(Editor, bool), ManageEditorsError> {
    let email = email.trim().to_lowercase();
    let transaction = services.store.begin().await?;
    let (editor, _) = editors::find_by_email(&transaction, &email)
        .await?
        .ok_or(ManageEditorsError::UnknownEditor)?;
    let had = take(services, &transaction, None, &editor).await?;
    sessions::delete_of_editor(&transaction, editor.id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok((editor, had))
}

/// Takes factor and recovery codes away; whether there was a factor.
async fn take(
    services: &Services,
    transaction: &Transaction,
    who: Option<EditorId>,
    editor: &Editor,
) -> Result<bool, StorageError> {
    let mut account = accounts::find(transaction, editor.id).await?;
    let had = account.has_factor();
    account.factor = None;
    accounts::save(transaction, &account).await?;
    accounts::replace_recovery_codes(transaction, editor.id, Vec::new()).await?;
    if had {
        tell(
            services,
            transaction,
            who,
            editor,
            AdminAction::SecondFactorRemoved,
        )
        .await?;
    }
    Ok(had)
}

async fn tell(
    services: &Services,
    transaction: &Transaction,
    who: Option<EditorId>,
    editor: &Editor,
    action: AdminAction,
) -> Result<(), StorageError> {
    let noted = Noted {
        who,
        site: None,
        action,
        subject: &editor.email,
        changes: Vec::new(),
    };
    note(services, transaction, noted).await?;
    let about = services.new_id();
    owe(
        services,
        transaction,
        editor.id,
        Occasion::SecondFactorChanged,
        about,
    )
    .await
}

/// How many recovery codes are left.
///
/// # Errors
/// [`StorageError`]
pub async fn codes_left(services: &Services, editor: &Editor) -> Result<u64, StorageError> {
    accounts::count_recovery_codes(services.store.reader(), editor.id).await
}

/// Who is at the door with the right password and is still to show a second factor.
///
/// # Errors
/// [`StorageError`]
pub async fn waiting(services: &Services, token: &str) -> Result<Option<Editor>, StorageError> {
    let db = services.store.reader();
    let session = sessions::find(db, &sha256(token.as_bytes())).await?;
    let waiting = session
        .filter(|s| s.awaits_factor && services.now() - s.created_at <= sign_in::FACTOR_TIME);
    match waiting {
        Some(session) => Ok(editors::find(db, session.editor)
            .await?
            .filter(|e| e.active)),
        None => Ok(None),
    }
}

/// Lets somebody in by a code of their app, or a recovery code, which is used up. The token of the session; the one that waited is gone.
///
/// # Errors
/// [`SignInError`]
pub async fn let_in(
    services: &Services,
    token: &str,
    code: &str,
) -> Result<(Editor, String), SignInError> {
    let editor = waiting(services, token).await?.ok_or(SignInError::Wrong)?;
    let key = place(editor.id);
    sign_in::refuse_hasty(services, &key).await?;
    let now = services.now();
    let transaction = services.store.begin().await?;
    sign_in::refuse_hasty_in(services, &transaction, &key, sign_in::LONGEST_DELAY).await?;
    let account = accounts::find(&transaction, editor.id).await?;
    if !is_right(services, &transaction, &account, code).await? {
        sessions::count_failure(&transaction, &key, now).await?;
        transaction.commit().await.map_err(StorageError::from)?;
        tracing::info!(editor.id = %editor.id, "a second factor was refused");
        return Err(SignInError::Wrong);
    }
    sessions::forget_failures(&transaction, &key).await?;
    let hash = sha256(token.as_bytes());
    let device = sessions::find(&transaction, &hash)
        .await?
        .map(|s| s.device)
        .unwrap_or_default();
    sessions::delete(&transaction, &hash).await?;
    let token = open_session(services, &transaction, editor.id, device, false).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    tracing::info!(editor.id = %editor.id, "signed in with a second factor");
    Ok((editor, token))
}

async fn is_right(
    services: &Services,
    transaction: &Transaction,
    account: &Account,
    code: &str,
) -> Result<bool, StorageError> {
    let Some(factor) = &account.factor else {
        return Ok(false);
    };
    let secret = secret_of(services, account.editor, factor);
    match step_of(secret, code, services.now()) {
        // A code that was seen over a shoulder is good for nothing.
        Some(step) => accounts::use_step(transaction, account.editor, step).await,
        None => accounts::use_recovery_code(transaction, account.editor, &hash_of(code)).await,
    }
}

/// Under which key wrong codes are counted.
fn place(editor: EditorId) -> Vec<u8> {
    sha256(&[b"factor".as_slice(), editor.0.as_bytes()].concat()).to_vec()
}
