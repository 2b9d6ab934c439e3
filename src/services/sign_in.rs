//! An editor signs in and out. Sessions live in the database, so that they can be ended there.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;

use super::Services;
use crate::{
    domain::{
        account::LinkPurpose,
        clean::clean_line,
        clock::{DAY, HOUR, MINUTE, SECOND, UnixMillis},
        editor::Editor,
        ids::EditorId,
        secret::sha256,
    },
    storage::{
        StorageError, Transaction, accounts, editors,
        sessions::{self, Session},
    },
};

/// How long somebody with the right password may look for the second factor.
pub(super) const FACTOR_TIME: i64 = 10 * MINUTE;
/// At most four passwords are hashed at a time: each takes 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(4);
/// Failed tries that cost nothing; each further one doubles the delay, up to a quarter of an hour.
const FREE_TRIES: i64 = 5;
/// The longest wait of who tries again and again from one place.
pub(super) const LONGEST_DELAY: i64 = 15 * MINUTE;
/// The longest wait for an account that is tried from many places: its owner is among those who wait.
const LONGEST_FOR_ALL: i64 = 30 * SECOND;

fn argon2() -> Argon2<'static> {
    // OWASP ASVS 5.0 11.4.2: Argon2id, 19 MiB, two passes, one lane.
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19_456, 2, 1, None).unwrap_or_default(),
    )
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address or password is wrong; which one is not said.
    #[error("address or password is wrong")]
    Wrong,
    /// Too many tries; come back in so many seconds.
    #[error("too many tries, wait {0} seconds")]
    Wait(i64),
    /// Hashing failed.
    #[error("the password could not be checked")]
    Hashing,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Hashes a password (Argon2id), off the async threads.
///
/// # Errors
/// [`SignInError::Hashing`]
pub async fn hash_password(services: &Services, password: String) -> Result<String, SignInError> {
    let mut salt = [0; 16];
    services.entropy.fill(&mut salt);
    let _permit = HASHING.acquire().await.map_err(|_| SignInError::Hashing)?;
    tokio::task::spawn_blocking(move || {
        argon2()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|h| h.to_string())
            .map_err(|_| SignInError::Hashing)
    })
    .await
    .map_err(|_| SignInError::Hashing)?
}

async fn verify(password: String, hash: String) -> Result<bool, SignInError> {
    let _permit = HASHING.acquire().await.map_err(|_| SignInError::Hashing)?;
    tokio::task::spawn_blocking(move || {
        let parsed = PasswordHash::new(&hash).map_err(|_| SignInError::Hashing)?;
        Ok(argon2()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok())
    })
    .await
    .map_err(|_| SignInError::Hashing)?
}

/// What an unknown address is checked against, so that it takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    argon2()
        .hash_password_with_salt(b"nobody has this password", &[7; 16])
        .map(|h| h.to_string())
        .unwrap_or_default()
});

/// Who signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub editor: Editor,
    /// The token for the browser.
    pub token: String,
    /// Whether the session opens nothing before a second factor was shown.
    pub awaits_factor: bool,
}

/// Refuses who failed too often under that key.
///
/// # Errors
/// [`SignInError::Wait`]
pub(super) async fn refuse_hasty(services: &Services, key: &[u8]) -> Result<(), SignInError> {
    let tries = sessions::failures(services.store.reader(), key).await?;
    refuse(tries, LONGEST_DELAY, services.now())
}

/// As [`refuse_hasty`], in the transaction that counts the try: of many that come at once each sees the failures of those before it.
///
/// # Errors
/// [`SignInError::Wait`]
pub(super) async fn refuse_hasty_in(
    services: &Services,
    transaction: &Transaction,
    key: &[u8],
    longest: i64,
) -> Result<(), SignInError> {
    sessions::lock_failures(transaction, key).await?;
    let tries = sessions::failures(transaction, key).await?;
    refuse(tries, longest, services.now())
}

fn refuse((failures, last): (i64, i64), longest: i64, now: UnixMillis) -> Result<(), SignInError> {
    let wait = (last + delay(failures).min(longest) - now + SECOND - 1) / SECOND;
    if failures >= FREE_TRIES && wait > 0 {
        return Err(SignInError::Wait(wait));
    }
    Ok(())
}

/// Asks a signed-in editor for their password once more; wrong ones count as at the door.
///
/// # Errors
/// [`SignInError`]
pub(super) async fn check_own_password(
    services: &Services,
    editor: &Editor,
    password: String,
) -> Result<(), SignInError> {
    // Of its own: what strangers try at the door does not keep out who is inside.
    let account = sha256(&[b"own password".as_slice(), editor.id.0.as_bytes()].concat()).to_vec();
    refuse_hasty(services, &account).await?;
    let hash = editors::password_hash(services.store.reader(), editor.id).await?;
    let known = hash.is_some();
    let right = verify(password, hash.unwrap_or_else(|| NOBODY.clone())).await? && known;
    let transaction = services.store.begin().await?;
    refuse_hasty_in(services, &transaction, &account, LONGEST_DELAY).await?;
    if right {
        sessions::forget_failures(&transaction, &account).await?;
    } else {
        sessions::count_failure(&transaction, &account, services.now()).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    if right {
        Ok(())
    } else {
        Err(SignInError::Wrong)
    }
}

/// With the old password goes what was good for it: links to set another, and the waits of who failed with it.
pub(super) async fn forget_old_password(
    services: &Services,
    transaction: &Transaction,
    editor: EditorId,
    email: &str,
) -> Result<(), StorageError> {
    let now = services.now();
    accounts::use_links(transaction, editor, LinkPurpose::PasswordReset, now).await?;
    sessions::forget_failures(transaction, &services.key.address_hash(email)).await
}

/// Begins a session; the token for the browser.
pub(super) async fn open_session(
    services: &Services,
    transaction: &Transaction,
    editor: EditorId,
    device: String,
    awaits_factor: bool,
) -> Result<String, StorageError> {
    let now = services.now();
    let token = services.new_secret();
    let session = Session {
        token_hash: sha256(token.as_bytes()).to_vec(),
        editor,
        created_at: now,
        last_seen_at: now,
        id: Some(services.new_id()),
        device,
        confirmed_at: now,
        awaits_factor,
    };
    sessions::add(transaction, &session).await?;
    Ok(token)
}

/// Signs in. `network` is an opaque key of where the request came from.
///
/// # Errors
/// [`SignInError`]
pub async fn sign_in(
    services: &Services,
    email: &str,
    password: String,
    network: &[u8],
    device: String,
) -> Result<SignedIn, SignInError> {
    let now = services.now();
    // What no address has in it (a NUL, which PostgreSQL refuses) is not looked for.
    let email = clean_line(email).to_lowercase();
    let account = services.key.address_hash(&email).to_vec();
    let place = [b"network".as_slice(), network].concat();
    let place = sha256(&place).to_vec();
    let db = services.store.reader();
    let known = editors::find_by_email(db, &email).await?;
    let hash = known.as_ref().and_then(|(_, hash)| hash.clone());
    // Long waits are for who tries from one place: a stranger elsewhere must not lock an editor out. A new password begins anew.
    let tried = hash.as_deref().unwrap_or_default().as_bytes();
    let from_here = sha256(&[account.as_slice(), &place, tried].concat()).to_vec();
    let keys = [
        (&account, LONGEST_FOR_ALL),
        (&place, LONGEST_DELAY),
        (&from_here, LONGEST_DELAY),
    ];
    for (key, longest) in keys {
        refuse(sessions::failures(db, key).await?, longest, now)?;
    }
    let may = known.as_ref().is_some_and(|(editor, _)| editor.active) && hash.is_some();
    let right = verify(password, hash.unwrap_or_else(|| NOBODY.clone())).await?;
    let transaction = services.store.begin().await?;
    for (key, longest) in keys {
        refuse_hasty_in(services, &transaction, key, longest).await?;
    }
    let Some((editor, _)) = known.filter(|_| right && may) else {
        for (key, _) in keys {
            sessions::count_failure(&transaction, key, now).await?;
        }
        transaction.commit().await.map_err(StorageError::from)?;
        tracing::info!("a sign-in was refused");
        return Err(SignInError::Wrong);
    };
    for key in [&account, &from_here] {
        sessions::forget_failures(&transaction, key).await?;
    }
    sessions::release_failures(&transaction, &place).await?;
    let awaits_factor = accounts::find(&transaction, editor.id).await?.has_factor();
    let token = open_session(services, &transaction, editor.id, device, awaits_factor).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    tracing::info!(editor.id = %editor.id, awaits_factor, "the password was right");
    Ok(SignedIn {
        editor,
        token,
        awaits_factor,
    })
}

fn delay(failures: i64) -> i64 {
    if failures < FREE_TRIES {
        return 0;
    }
    let doublings = u32::try_from(failures - FREE_TRIES)
        .unwrap_or(u32::MAX)
        .min(10);
    (SECOND << doublings).min(LONGEST_DELAY)
}

/// Whose session a token is, while it lasts: not idle for too long, not too old, the editor still active.
///
/// # Errors
/// [`StorageError`]
pub async fn find_session(
    services: &Services,
    token: &str,
) -> Result<Option<(Editor, Session)>, StorageError> {
    let hash = sha256(token.as_bytes());
    let db = services.store.reader();
    let Some(session) = sessions::find(db, &hash).await? else {
        return Ok(None);
    };
    if is_over(services, &session) {
        return Ok(None);
    }
    let newsroom = services.store.newsroom().await?;
    let editor = newsroom.editor(session.editor).filter(|e| e.active);
    Ok(editor.map(|editor| (editor.clone(), session)))
}

/// Notes that a session is in use, once a minute.
///
/// # Errors
/// [`StorageError`]
pub async fn keep_alive(
    services: &Services,
    token: &str,
    last_seen_at: UnixMillis,
) -> Result<(), StorageError> {
    let now = services.now();
    if now - last_seen_at > MINUTE {
        let transaction = services.store.begin().await?;
        sessions::touch(&transaction, &sha256(token.as_bytes()), now).await?;
        transaction.commit().await.map_err(StorageError::from)?;
    }
    Ok(())
}

/// Whether a session opens nothing: idle for too long, too old, or still without its second factor.
pub(super) fn is_over(services: &Services, session: &Session) -> bool {
    let now = services.now();
    if session.awaits_factor {
        return true;
    }
    let idle = now - session.last_seen_at > services.rules.session_idle_hours * HOUR;
    idle || now - session.created_at > services.rules.session_days * DAY
}

/// Ends a session.
///
/// # Errors
/// [`StorageError`]
pub async fn sign_out(services: &Services, token: &str) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    sessions::delete(&transaction, &sha256(token.as_bytes())).await?;
    transaction.commit().await.map_err(StorageError::from)
}
