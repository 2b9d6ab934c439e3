//! What the server does by itself from time to time: deletes what has expired. (What was snoozed is woken by
//! [`triage_ticket`](super::triage_ticket).)

use super::Services;
use crate::{
    domain::{
        clock::{DAY, HOUR},
        wave::KEPT,
    },
    storage::{
        StorageError, accounts, admin_events, contacts, notifications, ready_answers, sessions,
        sites, waves,
    },
};

/// How long the history of the settings is kept.
const HISTORY_DAYS: i64 = 365;

/// What the outbox still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// To be sent.
    pub pending: u64,
    /// Given up.
    pub failed: u64,
}

/// How much waits in the outbox, and how much never went out: for whoever watches the server.
///
/// # Errors
/// [`StorageError`]
pub async fn backlog(services: &Services) -> Result<Backlog, StorageError> {
    let (pending, failed) = notifications::backlog(services.store.reader()).await?;
    Ok(Backlog { pending, failed })
}

/// What one round has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Addresses deleted.
    pub contacts_deleted: u64,
}

/// Deletes expired addresses and sessions.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_expired(services: &Services) -> Result<Round, StorageError> {
    let now = services.now();
    let rules = &services.rules;
    let transaction = services.store.begin().await?;
    let mut contacts_deleted =
        contacts::delete_unconfirmed(&transaction, now - rules.unconfirmed_contact_days * DAY)
            .await?;
    for site in sites::all(&transaction).await? {
        let by = now - services.contact_days(&site) * DAY;
        contacts_deleted += contacts::delete_of_closed(&transaction, site.id, by).await?;
    }
    waves::forget(&transaction, now - KEPT).await?;
    notifications::delete_settled(&transaction, now - rules.sent_mail_days * DAY).await?;
    ready_answers::delete_letters(&transaction, now - rules.sent_mail_days * DAY).await?;
    sessions::delete_stale(
        &transaction,
        now - rules.session_idle_hours * HOUR,
        now - DAY,
    )
    .await?;
    // Whoever finds an old link in a mailbox hears that it is good no more; after a month it is not even known.
    accounts::delete_old_links(&transaction, now - 30 * DAY).await?;
    admin_events::delete_before(&transaction, now - HISTORY_DAYS * DAY).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    if contacts_deleted > 0 {
        services.store.wipe_deleted().await?;
    }
    Ok(Round { contacts_deleted })
}
