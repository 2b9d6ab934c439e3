//! The mails that the newsroom's past owes: written as they would have been then, so that the mailbox looks lived in.

use std::{
    fs::File,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use super::error::DemoError;
use crate::{
    domain::{
        clock::{MINUTE, SECOND, UnixMillis},
        editor::{Editor, Role},
        ids::NotificationId,
        notification::{NewNotification, Occasion, Recipient},
    },
    mail::{
        delivery::Delivery,
        envelope,
        letters::{self, Composed},
    },
    services::Services,
    storage::{
        StorageError, Transaction, editors,
        notifications::{self, Outcome},
    },
};

/// The most mails of the past.
const MOST: u64 = 1_000;

/// Delivers everything that is due, each mail with the date on which it was due.
///
/// What cannot be written is left to the mail worker, and so is everything when this is interrupted: nothing is lost, the
/// mails are only dated later.
///
/// # Errors
/// [`DemoError`]
pub async fn deliver(delivery: &Delivery, folder: &Path) -> Result<(), DemoError> {
    let services = &delivery.services;
    let (now, lease) = (services.now(), services.new_id());
    let transaction = services.store.begin().await?;
    fan_out(services, &transaction, now).await?;
    let claimed = notifications::claim(&transaction, lease, now, now + MINUTE, MOST).await?;
    for notification in claimed {
        let at = notification.due_at + 2 * SECOND;
        let outcome = match letters::compose(services, &notification).await {
            Ok(Composed::Letter(letter)) => {
                let first = notifications::first_sent(&transaction, &notification).await?;
                let made = envelope::message(
                    &delivery.renderer,
                    &delivery.sender,
                    &letter,
                    &notification,
                    first,
                    at,
                );
                match made {
                    Ok(message) => {
                        match delivery.transport.send(message, notification.id.0).await {
                            Ok(()) => {
                                set_back(&folder.join(format!("{}.eml", notification.id)), at);
                                Outcome::Sent
                            }
                            Err(error) => Outcome::Retry {
                                due_at: now,
                                error: error.to_string(),
                            },
                        }
                    }
                    Err(error) => Outcome::Retry {
                        due_at: now,
                        error: error.to_string(),
                    },
                }
            }
            Ok(Composed::Unwanted(why)) => Outcome::Dropped(why),
            Ok(Composed::Unconfirmed) => Outcome::PutOff { due_at: now },
            Ok(Composed::NotBefore(due_at)) => Outcome::PutOff { due_at },
            Err(error) => Outcome::Retry {
                due_at: now,
                error: error.to_string(),
            },
        };
        notifications::record(&transaction, notification.id, lease, &outcome, at).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

/// Makes alerts for single editors of what the newsroom was to be told of, each due when it was; they came in over days, so that no
/// hour had too many.
async fn fan_out(
    services: &Services,
    transaction: &Transaction,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let alerts = notifications::due_to_newsroom(transaction, now, MOST).await?;
    let people = editors::alerted(transaction).await?;
    let owed: Vec<NewNotification> = alerts
        .iter()
        .flat_map(|alert| {
            let told = |e: &&Editor| e.role_on(alert.site).is_some_and(|r| r >= Role::Editor);
            people.iter().filter(told).map(|editor| {
                let mut new = NewNotification {
                    id: NotificationId(services.entropy.uuid(alert.due_at)),
                    occasion: Occasion::TicketOpened,
                    recipient: Recipient::Editor(editor.id),
                    site: alert.site,
                    ticket: Some(alert.ticket),
                    due_at: alert.due_at,
                    dedupe_key: String::new(),
                    act: None,
                };
                new.dedupe_key = new.usual_dedupe_key();
                new
            })
        })
        .collect();
    notifications::add_all(transaction, &owed, now).await?;
    notifications::fanned_out(transaction, &alerts, now).await
}

/// The mailbox is in the order of the files' times; one that cannot be set only stands in another place.
fn set_back(path: &Path, at: UnixMillis) {
    let time = UNIX_EPOCH + Duration::from_millis(at.max(0).unsigned_abs());
    if let Ok(file) = File::options().write(true).open(path) {
        let _ = file.set_modified(time);
    }
}
