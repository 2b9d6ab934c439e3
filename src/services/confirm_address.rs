//! A reader confirms an address by the link mailed to it (double opt-in).

use super::Services;
use crate::{
    domain::{clock::HOUR, site::Site},
    storage::{
        StorageError,
        contacts::{self, Contact},
        notifications, sites,
    },
};

/// Hours that the link in the mail lives, from the moment the mail went.
pub const LINK_HOURS: i64 = 48;

/// What a confirmation link leads to.
#[derive(Debug, Clone)]
pub enum Confirmation {
    /// To be confirmed by a click.
    Open(Box<(Contact, Option<Site>)>),
    /// Was confirmed.
    Done(Box<(Contact, Option<Site>)>),
    /// Too old, or the address is deleted.
    Expired,
}

/// What the link leads to; looking changes nothing, as mail scanners follow links.
///
/// # Errors
/// [`StorageError`]
pub async fn look(services: &Services, token: &str) -> Result<Confirmation, StorageError> {
    let db = services.store.reader();
    let Some(id) = services.key.verified_confirmation(token) else {
        return Ok(Confirmation::Expired);
    };
    let Some(contact) = contacts::find(db, id).await? else {
        return Ok(Confirmation::Expired);
    };
    let site = sites::all(db)
        .await?
        .into_iter()
        .find(|s| s.id == contact.site);
    let old = contact
        .confirmation_sent_at
        .is_none_or(|at| services.now() > at + LINK_HOURS * HOUR);
    Ok(match contact.confirmed_at {
        Some(_) => Confirmation::Done(Box::new((contact, site))),
        None if old => Confirmation::Expired,
        None => Confirmation::Open(Box::new((contact, site))),
    })
}

/// Confirms the address for all reports that wait for it.
///
/// # Errors
/// [`StorageError`]
pub async fn confirm(services: &Services, token: &str) -> Result<Confirmation, StorageError> {
    let now = services.now();
    match look(services, token).await? {
        Confirmation::Open(found) => {
            let (mut contact, site) = *found;
            let transaction = services.store.begin().await?;
            contacts::confirm_address(&transaction, contact.site, &contact.email_hash, now).await?;
            let waiting =
                contacts::recent_of_addresses(&transaction, &[contact.email_hash.clone()], 0)
                    .await?;
            let waiting: Vec<_> = waiting
                .iter()
                .filter(|c| c.site == contact.site)
                .map(|c| c.id)
                .collect();
            notifications::hasten_of_address(&transaction, &waiting, now).await?;
            transaction.commit().await.map_err(StorageError::from)?;
            // A mail may have waited for this.
            services.outbox_bell.notify_one();
            contact.confirmed_at = Some(now);
            Ok(Confirmation::Done(Box::new((contact, site))))
        }
        other => Ok(other),
    }
}
