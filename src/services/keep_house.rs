//! What the server does by itself from time to time: deletes what has expired. (What was snoozed is woken by
//! [`triage_ticket`](super::triage_ticket).)

mod forgetting;

use super::Services;
use crate::{
    domain::{
        clock::{DAY, HOUR, MINUTE},
        wave::KEPT,
    },
    storage::{
        StorageError, accounts, admin_events, article_watch, contacts, notifications,
        ready_answers, sessions, sites, waves,
    },
};

/// How long the history of the settings is kept.
const HISTORY_DAYS: i64 = 365;

/// A look that is due so long is late: the watch has stopped, or cannot keep up.
const LATE: i64 = 5 * MINUTE;
/// Late looks are counted up to here.
const MOST_LATE: u64 = 10_000;

/// What is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Notifications to be sent.
    pub pending: u64,
    /// Notifications given up.
    pub failed: u64,
    /// Articles that should have been looked at five minutes ago, counted to 10,000.
    pub overdue_looks: usize,
}

/// How much waits in the outbox, how much never went out, and which articles wait for a look: for whoever watches the server.
///
/// # Errors
/// [`StorageError`]
pub async fn backlog(services: &Services) -> Result<Backlog, StorageError> {
    let db = services.store.reader();
    let (pending, failed) = notifications::backlog(db).await?;
    let overdue_looks = article_watch::overdue(db, services.now() - LATE, MOST_LATE).await?;
    Ok(Backlog {
        pending,
        failed,
        overdue_looks,
    })
}

/// What one round has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Addresses deleted.
    pub contacts_deleted: u64,
    /// Tickets whose readers' words were deleted.
    pub texts_deleted: usize,
}

/// Deletes expired addresses, sessions and words of readers.
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
    Ok(Round {
        contacts_deleted,
        texts_deleted: forgetting::delete_expired_texts(services).await?,
    })
}
