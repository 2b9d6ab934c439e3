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
        clean::clean_line,
        clock::{DAY, HOUR, MINUTE, SECOND},
        editor::Editor,
        secret::sha256,
    },
    storage::{
        StorageError, editors,
        sessions::{self, Session},
    },
};

/// At most four passwords are hashed at a time: each takes 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(4);
/// Failed tries that cost nothing; each further one doubles the delay, up to a quarter of an hour.
const FREE_TRIES: i64 = 5;

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

/// Signs in; the token for the browser. `network` is an opaque key of where the request came from.
///
/// # Errors
/// [`SignInError`]
pub async fn sign_in(
    services: &Services,
    email: &str,
    password: String,
    network: &[u8],
) -> Result<(Editor, String), SignInError> {
    let now = services.now();
    // What no address has in it (a NUL, which PostgreSQL refuses) is not looked for.
    let email = clean_line(email).to_lowercase();
    let account = services.key.address_hash(&email).to_vec();
    let place = [b"network".as_slice(), network].concat();
    let place = sha256(&place).to_vec();
    let db = services.store.reader();
    for key in [&account, &place] {
        let (failures, last) = sessions::failures(db, key).await?;
        let wait = (last + delay(failures) - now + SECOND - 1) / SECOND;
        if failures >= FREE_TRIES && wait > 0 {
            return Err(SignInError::Wait(wait));
        }
    }
    let known = editors::find_by_email(db, &email).await?;
    let hash = known.as_ref().and_then(|(_, hash)| hash.clone());
    let may = known.as_ref().is_some_and(|(editor, _)| editor.active) && hash.is_some();
    let right = verify(password, hash.unwrap_or_else(|| NOBODY.clone())).await?;
    let transaction = services.store.begin().await?;
    let Some((editor, _)) = known.filter(|_| right && may) else {
        for key in [&account, &place] {
            sessions::count_failure(&transaction, key, now).await?;
        }
        transaction.commit().await.map_err(StorageError::from)?;
        tracing::info!("a sign-in was refused");
        return Err(SignInError::Wrong);
    };
    sessions::forget_failures(&transaction, &account).await?;
    let token = services.new_secret();
    let session = Session {
        token_hash: sha256(token.as_bytes()).to_vec(),
        editor: editor.id,
        created_at: now,
        last_seen_at: now,
    };
    sessions::add(&transaction, &session).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    tracing::info!(editor.id = %editor.id, "signed in");
    Ok((editor, token))
}

fn delay(failures: i64) -> i64 {
    if failures < FREE_TRIES {
        return 0;
    }
    let doublings = u32::try_from(failures - FREE_TRIES)
        .unwrap_or(u32::MAX)
        .min(10);
    (SECOND << doublings).min(15 * MINUTE)
}

/// Whose session a token is, while it lasts: not idle for too long, not too old, the editor still active.
///
/// # Errors
/// [`StorageError`]
pub async fn find_session(
    services: &Services,
    token: &str,
) -> Result<Option<(Editor, Session)>, StorageError> {
    let now = services.now();
    let hash = sha256(token.as_bytes());
    let db = services.store.reader();
    let Some(session) = sessions::find(db, &hash).await? else {
        return Ok(None);
    };
    if is_over(services, &session) {
        return Ok(None);
    }
    let Some(editor) = editors::find(db, session.editor)
        .await?
        .filter(|e| e.active)
    else {
        return Ok(None);
    };
    if now - session.last_seen_at > MINUTE {
        let transaction = services.store.begin().await?;
        sessions::touch(&transaction, &hash, now).await?;
        transaction.commit().await.map_err(StorageError::from)?;
    }
    Ok(Some((editor, session)))
}

/// Whether a session has ended by itself: idle for too long, or too old.
pub(super) fn is_over(services: &Services, session: &Session) -> bool {
    let now = services.now();
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
