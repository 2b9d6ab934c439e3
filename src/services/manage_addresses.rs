//! Who administers a site keeps its address book: whom tickets are passed on to.

use super::{
    Services,
    admin_history::{Noted, note},
};
use crate::{
    domain::{
        admin_event::{AdminAction, FieldChange},
        ids::{AddressId, EditorId},
        site::Site,
        site_address::{AddressPurpose, MAX_ADDRESSES, SiteAddress},
    },
    storage::{StorageError, site_addresses},
};

/// An address as it shall be; its fields are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressChange {
    /// What people call it.
    pub name: String,
    /// Where its mails go.
    pub email: String,
    /// What it is for.
    pub purpose: AddressPurpose,
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is as it shall be.
    Yes,
    /// Another one has this name.
    Taken,
    /// The book is full.
    Full,
}

/// The addresses of a site, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn of_site(services: &Services, site: &Site) -> Result<Vec<SiteAddress>, StorageError> {
    site_addresses::of_site(services.store.reader(), site.id).await
}

/// Adds an address, or changes the one of that id.
///
/// # Errors
/// [`StorageError`]
pub async fn save(
    services: &Services,
    who: EditorId,
    site: &Site,
    id: Option<AddressId>,
    change: AddressChange,
) -> Result<Saved, StorageError> {
    let transaction = services.store.begin().await?;
    let known = site_addresses::of_site(&transaction, site.id).await?;
    let before = known.iter().find(|address| Some(address.id) == id);
    if id.is_some() && before.is_none() {
        // Somebody removed it meanwhile; what was typed is added again.
        return Box::pin(save(services, who, site, None, change)).await;
    }
    let lower = change.name.to_lowercase();
    let same = |a: &&SiteAddress| Some(a.id) != id && a.name.to_lowercase() == lower;
    if known.iter().any(|address| same(&address)) {
        return Ok(Saved::Taken);
    }
    if before.is_none() && known.len() >= MAX_ADDRESSES {
        return Ok(Saved::Full);
    }
    let address = SiteAddress {
        id: id.unwrap_or_else(|| AddressId(services.new_id())),
        site: site.id,
        name: change.name,
        email: change.email,
        purpose: change.purpose,
    };
    match before {
        Some(_) => site_addresses::save(&transaction, &address).await?,
        None => site_addresses::add(&transaction, &address, services.now()).await?,
    }
    let changes = FieldChange::between(&fields(before), &fields(Some(&address)));
    if !changes.is_empty() {
        let action = match before {
            Some(_) => AdminAction::AddressChanged,
            None => AdminAction::AddressAdded,
        };
        let noted = Noted {
            who: Some(who),
            site: Some(site.id),
            action,
            subject: &address.name,
            changes,
        };
        note(services, &transaction, noted).await?;
    }
    transaction.commit().await?;
    Ok(Saved::Yes)
}

fn fields(address: Option<&SiteAddress>) -> [(&'static str, String); 3] {
    let text = |of: fn(&SiteAddress) -> &str| address.map_or("", of).to_owned();
    [
        ("name", text(|a| &a.name)),
        ("email", text(|a| &a.email)),
        ("purpose", text(|a| a.purpose.as_str())),
    ]
}

/// Removes an address of the site. What was passed on to it and has not left yet is not sent.
///
/// # Errors
/// [`StorageError`]
pub async fn remove(
    services: &Services,
    who: EditorId,
    site: &Site,
    id: AddressId,
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    let known = site_addresses::find(&transaction, id).await?;
    let Some(address) = known.filter(|address| address.site == site.id) else {
        return Ok(());
    };
    site_addresses::delete(&transaction, id).await?;
    let noted = Noted {
        who: Some(who),
        site: Some(site.id),
        action: AdminAction::AddressRemoved,
        subject: &address.name,
        changes: FieldChange::between(&fields(Some(&address)), &fields(None)),
    };
    note(services, &transaction, noted).await?;
    transaction.commit().await?;
    Ok(())
}
