//! How mail leaves: through an SMTP relay, or as one `.eml` file each.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{AsyncSmtpTransportBuilder, PoolConfig},
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// What a failed try means for the next one.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// To be tried again.
    #[error("{0}")]
    Retry(String),
    /// Refused for good.
    #[error("{0}")]
    GiveUp(String),
}

/// Why a transport cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The URL is not one.
    #[error("mail.url is not an SMTP address: {0}")]
    Url(String),
    /// The folder cannot be made.
    #[error("the mail folder {0} cannot be used: {1}")]
    Folder(PathBuf, std::io::Error),
}

/// Takes mails.
#[derive(Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one of it in the program"
)]
pub enum Transport {
    /// Through a relay; the limit is around the whole of a send, as lettre's own covers connecting only.
    Smtp {
        /// The relay and the connections to it.
        relay: Box<Relay>,
        /// For one mail.
        limit: Duration,
    },
    /// Into a folder.
    Folder(PathBuf),
}

/// A relay and the pool of connections to it.
#[derive(Clone)]
pub struct Relay {
    builder: AsyncSmtpTransportBuilder,
    pool: Arc<Mutex<AsyncSmtpTransport<Tokio1Executor>>>,
}

impl Relay {
    fn new(builder: AsyncSmtpTransportBuilder) -> Self {
        let pool = Arc::new(Mutex::new(builder.clone().build()));
        Self { builder, pool }
    }

    fn pool(&self) -> AsyncSmtpTransport<Tokio1Executor> {
        self.pool
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Leaves all connections behind. One that fell silent in the middle of a mail goes back to its pool, and would
    /// keep the next mail waiting as long.
    fn reconnect(&self) {
        *self.pool.lock().unwrap_or_else(PoisonError::into_inner) = self.builder.clone().build();
    }
}

impl Transport {
    /// A transport through the relay of that URL (`smtps://user:password@host`, `smtp://host:587?tls=required`, …).
    ///
    /// # Errors
    /// [`TransportError::Url`]
    pub fn smtp(url: &SecretString, limit: Duration) -> Result<Self, TransportError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|e| TransportError::Url(e.to_string()))?
            .timeout(Some(limit.min(Duration::from_secs(20))))
            .pool_config(
                PoolConfig::new()
                    .max_size(4)
                    .idle_timeout(Duration::from_secs(30)),
            );
        let relay = Box::new(Relay::new(builder));
        Ok(Self::Smtp { relay, limit })
    }

    /// A transport into that folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`TransportError::Folder`]
    pub fn folder(path: PathBuf) -> Result<Self, TransportError> {
        std::fs::create_dir_all(&path).map_err(|e| TransportError::Folder(path.clone(), e))?;
        Ok(Self::Folder(path))
    }

    /// Whether the relay answers, for `doctor`.
    ///
    /// # Errors
    /// [`DeliveryError`] in words.
    pub async fn check(&self) -> Result<(), DeliveryError> {
        match self {
            Self::Smtp { relay, limit } => {
                match tokio::time::timeout(*limit, relay.pool().test_connection()).await {
                    Ok(Ok(true)) => Ok(()),
                    Ok(Ok(false)) => Err(DeliveryError::Retry(
                        "the relay does not answer NOOP".into(),
                    )),
                    Ok(Err(error)) => Err(DeliveryError::Retry(error.to_string())),
                    Err(_) => Err(DeliveryError::Retry(format!(
                        "the relay is silent for {} s",
                        limit.as_secs()
                    ))),
                }
            }
            Self::Folder(path) => {
                let probe = path.join(".probe");
                tokio::fs::write(&probe, b"")
                    .await
                    .map_err(|e| DeliveryError::Retry(e.to_string()))?;
                tokio::fs::remove_file(&probe)
                    .await
                    .map_err(|e| DeliveryError::Retry(e.to_string()))
            }
        }
    }

    /// Sends one mail to its one recipient. `id` names the file.
    ///
    /// # Errors
    /// [`DeliveryError`]
    pub async fn send(&self, message: Message, id: Uuid) -> Result<(), DeliveryError> {
        match self {
            Self::Smtp { relay, limit } => {
                match tokio::time::timeout(*limit, relay.pool().send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    // A relay that lets nobody in refuses us (a wrong password), not this mail.
                    Ok(Err(error)) if error.is_permanent() && self.check().await.is_ok() => {
                        Err(DeliveryError::GiveUp(words(&error)))
                    }
                    Ok(Err(error)) => Err(DeliveryError::Retry(words(&error))),
                    // Whether the relay took it is unknown: the next try is the same mail under the same Message-ID.
                    Err(_) => {
                        relay.reconnect();
                        Err(DeliveryError::Retry(format!(
                            "no answer within {} s",
                            limit.as_secs()
                        )))
                    }
                }
            }
            Self::Folder(path) => write(path, id, &message.formatted())
                .await
                .map_err(|e| DeliveryError::Retry(e.to_string())),
        }
    }
}

/// What a relay said, without addresses it may have repeated.
fn words(error: &lettre::transport::smtp::Error) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    if let Some(source) = error.source() {
        text = format!("{text}: {source}");
    }
    text.split(' ')
        .map(|w| if w.contains('@') { "<address>" } else { w })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Writes beside the place and renames, so that nobody sees half a mail; durable before it counts as sent.
async fn write(folder: &std::path::Path, id: Uuid, bytes: &[u8]) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt as _;
    let unfinished = folder.join(format!(".{id}.tmp"));
    let mut file = tokio::fs::File::create(&unfinished).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(&unfinished, folder.join(format!("{id}.eml"))).await
}
