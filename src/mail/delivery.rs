//! The worker between outbox and relay: claim, look up, send, record. Many instances may run it.
//!
//! At least once: a mail is recorded as sent after the relay took it. A crash in between sends it again under the same
//! Message-ID; it is never sent zero times.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tracing::{debug, error, info, warn};
use uuid::Uuid;

use super::{
    envelope::{self, Sender},
    letters::{self, Composed, LetterError},
    transport::{DeliveryError, Transport},
};
use crate::{
    domain::{
        account::AlertMode,
        byline::Author,
        clock::{HOUR, MINUTE, SECOND},
        ids::NotificationId,
        notification::{
            NewNotification, Occasion, Recipient, TO_OUTSIDERS_AN_HOUR, jittered, retry_delay,
        },
        site::Site,
    },
    rendering::Renderer,
    services::Services,
    storage::{
        StorageError, accounts, contacts, deputies,
        notifications::{self, Notification, Outcome, Whose},
        sites,
    },
};

/// Mails claimed at a time. Few, as each holds its lease for as long as all before it may take: what a killed worker had waits that long.
const BATCH: u64 = 5;
/// The worker looks at least this often, as another instance's bell is not heard here.
const LOOK_AT_LEAST: Duration = Duration::from_secs(5);
/// How long the mail in hand may still take when the worker is told to stop. What is not recorded then is sent again.
const LAST_MAIL: Duration = Duration::from_secs(20);

/// The shortest time between two rounds that send nothing.
const BREATH: Duration = Duration::from_millis(250);

/// What one round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Notifications looked at.
    pub claimed: usize,
    /// Of these, mails that were handed to the transport or looked up for it.
    pub tried: usize,
}

/// What the worker needs.
#[derive(Clone)]
pub struct Delivery {
    /// The use cases' means.
    pub services: Services,
    /// Templates.
    pub renderer: Renderer,
    /// From whom.
    pub sender: Sender,
    /// Which way.
    pub transport: Transport,
    /// Alerts an editor and hour, before the rest is bundled.
    pub alerts_per_hour: u64,
    /// How long one mail may take; leases are longer.
    pub send_limit: Duration,
    /// The pause that keeps to the configured rate.
    pub pause: Duration,
}

impl Delivery {
    /// Delivers until told to stop; the mail being sent is finished first.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let stopping = AtomicBool::new(false);
        loop {
            let sent = {
                let mut round = std::pin::pin!(self.round_until(&stopping));
                tokio::select! {
                    biased;
                    () = &mut stop => {
                        stopping.store(true, Ordering::Relaxed);
                        if tokio::time::timeout(LAST_MAIL, round).await.is_err() {
                            warn!("stopped in the middle of a mail: it will be sent again");
                        }
                        return;
                    }
                    sent = &mut round => sent,
                }
            };
            let wait = match sent {
                Ok(Round { claimed: 0, .. }) => self.until_next().await,
                Ok(Round { tried, .. }) if tried > 0 => continue,
                Ok(_) => BREATH,
                Err(error) => {
                    error!(%error, "the outbox cannot be read");
                    LOOK_AT_LEAST
                }
            };
            // The bell rings with every batch of reports. Each round costs the database commits that reports wait for, and a
            // moment later there is more to do at once.
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(BREATH.min(wait)) => {}
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.services.outbox_bell.notified() => {}
                () = tokio::time::sleep(wait.saturating_sub(BREATH)) => {}
            }
        }
    }

    async fn until_next(&self) -> Duration {
        let next = notifications::next_due(self.services.store.reader())
            .await
            .ok()
            .flatten();
        next.map_or(LOOK_AT_LEAST, |due| {
            Duration::from_millis(
                (due - self.services.now())
                    .clamp(0, 5 * SECOND)
                    .unsigned_abs()
                    + 1,
            )
        })
    }

    /// Claims and delivers what is due now.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn round(&self) -> Result<Round, StorageError> {
        self.round_until(&AtomicBool::new(false)).await
    }

    /// A round that ends after the mail in hand when it is told to; the others are given back.
    async fn round_until(&self, stopping: &AtomicBool) -> Result<Round, StorageError> {
        self.fan_out().await?;
        let now = self.services.now();
        let lease = self.services.new_id();
        let limit = i64::try_from(self.send_limit.as_millis()).unwrap_or(MINUTE);
        // Each of the batch may take the whole limit.
        let until = now + (limit + 5 * SECOND) * i64::try_from(BATCH).unwrap_or(1);
        let transaction = self.services.store.begin().await?;
        let claimed = notifications::claim(&transaction, lease, now, until, BATCH).await?;
        transaction.commit().await?;
        let mut round = Round {
            claimed: claimed.len(),
            tried: 0,
        };
        let mut bundled: Vec<(Whose, Occasion)> = Vec::new();
        for notification in claimed {
            if stopping.load(Ordering::Relaxed) {
                let transaction = self.services.store.begin().await?;
                notifications::release(&transaction, lease).await?;
                transaction.commit().await?;
                break;
            }
            if let Some(bundle) = notification.occasion.bundle()
                && let Some(whose) = self.whose(&notification).await?
            {
                let key = (whose, bundle);
                // The rest of their mails of the kind went into the bundle with the first.
                if bundled.contains(&key) {
                    continue;
                }
                if self
                    .bundle_if_too_many(&notification, &key.0, bundle, lease)
                    .await?
                {
                    bundled.push(key);
                    continue;
                }
            }
            round.tried += 1;
            let outcome = self.deliver(&notification).await;
            self.record(&notification, lease, &outcome).await?;
        }
        Ok(round)
    }

    /// Whose hour a mail counts in, where mails of its kind are counted: who has no account is known by the address.
    async fn whose(&self, notification: &Notification) -> Result<Option<Whose>, StorageError> {
        let reader = self.services.store.reader();
        Ok(match notification.recipient {
            Recipient::Editor(editor) => Some(Whose::Editor(editor)),
            Recipient::Byline(byline) => {
                let byline = deputies::find_byline(reader, byline).await?;
                let Some(Author::Address(address)) = byline.map(|byline| byline.to) else {
                    return Ok(None);
                };
                let theirs = deputies::bylines_to(reader, &address).await?;
                Some(Whose::Bylines(theirs))
            }
            Recipient::SiteContact => {
                let all = sites::all(reader).await?;
                let address = |site: &Site| {
                    let contact = site.settings.legal_contact.as_ref();
                    contact.map(|address| address.to_lowercase())
                };
                let own = all.iter().find(|site| site.id == notification.site);
                own.and_then(address).map(|own| {
                    let same = all.iter().filter(|s| address(s).as_ref() == Some(&own));
                    Whose::LegalContactOf(same.map(|site| site.id).collect())
                })
            }
            Recipient::Contact(_) | Recipient::Address(_) | Recipient::Newsroom => None,
        })
    }

    /// Beyond the hour's mails of a kind: all that they are owed goes into one when the hour is over.
    async fn bundle_if_too_many(
        &self,
        alert: &Notification,
        whose: &Whose,
        occasion: Occasion,
        lease: Uuid,
    ) -> Result<bool, StorageError> {
        let now = self.services.now();
        let counted = [alert.occasion, occasion];
        let reader = self.services.store.reader();
        let (sent, first) = notifications::sent_since(reader, whose, counted, now - HOUR).await?;
        let (most, never_alone) = match whose {
            // Who wants them bundled never gets one by itself.
            Whose::Editor(editor) => {
                let mode = accounts::find(reader, *editor).await?.alert_mode;
                let bundles = occasion == Occasion::AlertsBundled && mode == AlertMode::Bundle;
                (self.alerts_per_hour, bundles)
            }
            Whose::Bylines(_) | Whose::LegalContactOf(_) => (TO_OUTSIDERS_AN_HOUR, false),
        };
        if sent < most && !never_alone {
            return Ok(false);
        }
        let transaction = self.services.store.begin().await?;
        let bundle = if let Some(waiting) =
            notifications::waiting_bundle(&transaction, whose, occasion).await?
        {
            waiting
        } else {
            let mut at = now;
            if let (Whose::Editor(editor), Occasion::AlertsBundled) = (whose, occasion) {
                let known = notifications::allowances(&transaction, &[*editor], now - HOUR).await?;
                at = known.get(editor).map_or(now, |known| known.not_before(now));
            }
            let id = NotificationId(self.services.new_id());
            let new = NewNotification {
                id,
                occasion,
                recipient: alert.recipient.clone(),
                site: alert.site,
                ticket: None,
                due_at: first.unwrap_or(now) + HOUR,
                act: None,
                dedupe_key: format!("{occasion}:{id}"),
            };
            notifications::add_all(&transaction, &[new], at).await?;
            id
        };
        let alerts =
            notifications::bundle_all(&transaction, whose, alert.occasion, bundle, lease).await?;
        transaction.commit().await?;
        debug!(bundle.id = %bundle, alerts, "alerts were bundled");
        Ok(true)
    }

    async fn deliver(&self, notification: &Notification) -> Outcome {
        let letter = match letters::compose(&self.services, notification).await {
            Ok(Composed::Letter(letter)) => letter,
            Ok(Composed::Unwanted(why)) => return Outcome::Dropped(why),
            Ok(Composed::Unconfirmed) => {
                return Outcome::PutOff {
                    due_at: self.services.now() + 6 * HOUR,
                };
            }
            Ok(Composed::NotBefore(due_at)) => return Outcome::PutOff { due_at },
            // Nothing that time could mend.
            Err(error @ LetterError::Address(_)) => return Outcome::Failed(error.to_string()),
            Err(error) => return self.again(notification, format!("{error:#}")),
        };
        let reader = self.services.store.reader();
        let first = match notifications::first_sent(reader, notification).await {
            Ok(first) => first,
            Err(error) => return self.again(notification, format!("{error:#}")),
        };
        let made = envelope::message(
            &self.renderer,
            &self.sender,
            &letter,
            notification,
            first,
            self.services.now(),
        );
        let message = match made {
            Ok(message) => message,
            Err(error) => return self.again(notification, format!("{error:#}")),
        };
        if !self.pause.is_zero() {
            tokio::time::sleep(self.pause).await;
        }
        match self.transport.send(message, notification.id.0).await {
            Ok(()) => Outcome::Sent,
            Err(DeliveryError::GiveUp(error)) => Outcome::Failed(error),
            Err(DeliveryError::Retry(error)) => self.again(notification, error),
        }
    }

    fn again(&self, notification: &Notification, error: String) -> Outcome {
        let mut random = [0; 1];
        self.services.entropy.fill(&mut random);
        match retry_delay(notification.attempts + 1) {
            Some(delay) => Outcome::Retry {
                due_at: self.services.now() + jittered(delay, random[0]),
                error,
            },
            None => Outcome::Failed(error),
        }
    }

    async fn record(
        &self,
        notification: &Notification,
        lease: Uuid,
        outcome: &Outcome,
    ) -> Result<(), StorageError> {
        match outcome {
            Outcome::Sent => {
                info!(notification.id = %notification.id, occasion = %notification.occasion, "sent");
            }
            Outcome::Retry { error, .. } => {
                warn!(notification.id = %notification.id, error, "not sent, will be tried again");
            }
            Outcome::Failed(error) => error!(notification.id = %notification.id, error, "given up"),
            Outcome::Dropped(why) => debug!(notification.id = %notification.id, why, "dropped"),
            Outcome::PutOff { .. } => {}
        }
        let word = match outcome {
            Outcome::Sent => "sent",
            Outcome::Retry { .. } => "retried",
            Outcome::Failed(_) => "failed",
            Outcome::Dropped(_) => "dropped",
            Outcome::PutOff { .. } => "put_off",
        };
        metrics::counter!("fehlermelder_mails_total", "outcome" => word).increment(1);
        let now = self.services.now();
        let transaction = self.services.store.begin().await?;
        let ours =
            notifications::record(&transaction, notification.id, lease, outcome, now).await?;
        if let (Outcome::Sent, Occasion::AddressConfirmation, Recipient::Contact(contact)) =
            (outcome, notification.occasion, &notification.recipient)
        {
            // The link lives from now on, however long the mail waited for its relay.
            contacts::set_confirmation_sent(&transaction, *contact, now).await?;
        }
        transaction.commit().await?;
        if !ours {
            warn!(notification.id = %notification.id, "the lease ran out while it was being sent");
        }
        Ok(())
    }
}
