//! A site's desks: added, changed, removed.

use super::ManageSitesError;
use crate::{
    domain::{
        admin_event::{AdminAction, FieldChange},
        ids::{DeskId, EditorId, SiteId},
        site::Desk,
    },
    services::{
        Services,
        admin_history::{Noted, note},
    },
    storage::{StorageError, Transaction, sites},
};

/// Adds a desk to a site, behind the others.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn add_desk(
    services: &Services,
    site: SiteId,
    name: &str,
    sections: Vec<String>,
) -> Result<Desk, ManageSitesError> {
    add_desk_as(services, None, site, name, sections).await
}

/// As [`add_desk`], in the name of an editor.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn add_desk_as(
    services: &Services,
    who: Option<EditorId>,
    site: SiteId,
    name: &str,
    sections: Vec<String>,
) -> Result<Desk, ManageSitesError> {
    let transaction = services.store.begin().await?;
    sites::lock(&transaction, site).await?;
    let desk = add_desk_in(services, &transaction, who, site, name, sections).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(desk)
}

/// As [`add_desk_as`], in a transaction that holds the site locked.
pub(in crate::services) async fn add_desk_in(
    services: &Services,
    transaction: &Transaction,
    who: Option<EditorId>,
    site: SiteId,
    name: &str,
    sections: Vec<String>,
) -> Result<Desk, ManageSitesError> {
    let desk = Desk {
        id: DeskId(services.new_id()),
        site,
        name: name.to_owned(),
        sections,
        active: true,
    };
    let all = sites::all_desks(transaction).await?;
    check_name(&all, &desk)?;
    let position = all.iter().filter(|other| other.site == site).count();
    let position = i32::try_from(position).unwrap_or(i32::MAX);
    sites::add_desk(transaction, &desk, position).await?;
    let action = AdminAction::DeskAdded;
    note_desk(services, transaction, who, action, &desk, Vec::new()).await?;
    Ok(desk)
}

/// Gives a desk another name or other sections; what is `None` stays.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn change_desk(
    services: &Services,
    id: DeskId,
    name: Option<String>,
    sections: Option<Vec<String>>,
) -> Result<Desk, ManageSitesError> {
    change_desk_as(services, None, id, name, sections).await
}

/// As [`change_desk`], in the name of an editor.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn change_desk_as(
    services: &Services,
    who: Option<EditorId>,
    id: DeskId,
    name: Option<String>,
    sections: Option<Vec<String>>,
) -> Result<Desk, ManageSitesError> {
    let transaction = services.store.begin().await?;
    lock_site_of(&transaction, id).await?;
    let desk = change_desk_in(services, &transaction, who, id, name, sections).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(desk)
}

/// As [`change_desk_as`], in a transaction that holds the site locked.
pub(in crate::services) async fn change_desk_in(
    services: &Services,
    transaction: &Transaction,
    who: Option<EditorId>,
    id: DeskId,
    name: Option<String>,
    sections: Option<Vec<String>>,
) -> Result<Desk, ManageSitesError> {
    let desks = sites::desks(transaction).await?;
    let mut desk = find_desk(&desks, id)?;
    let before = desk.fields();
    desk.name = name.unwrap_or(desk.name);
    desk.sections = sections.unwrap_or(desk.sections);
    check_name(&desks, &desk)?;
    sites::save_desk(transaction, &desk).await?;
    let changes = FieldChange::between(&before, &desk.fields());
    if !changes.is_empty() {
        let action = AdminAction::DeskChanged;
        note_desk(services, transaction, who, action, &desk, changes).await?;
    }
    Ok(desk)
}

/// Removes a desk: no ticket goes there any more. Its tickets keep it until somebody routes them elsewhere, and histories its name.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn remove_desk(services: &Services, id: DeskId) -> Result<Desk, ManageSitesError> {
    remove_desk_as(services, None, id).await
}

/// As [`remove_desk`], in the name of an editor.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn remove_desk_as(
    services: &Services,
    who: Option<EditorId>,
    id: DeskId,
) -> Result<Desk, ManageSitesError> {
    let transaction = services.store.begin().await?;
    lock_site_of(&transaction, id).await?;
    let mut desk = find_desk(&sites::desks(&transaction).await?, id)?;
    desk.active = false;
    sites::save_desk(&transaction, &desk).await?;
    note_desk(
        services,
        &transaction,
        who,
        AdminAction::DeskRemoved,
        &desk,
        Vec::new(),
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(desk)
}

/// The desks of a site are changed one after the other: what is read of them afterwards stays so.
async fn lock_site_of(transaction: &Transaction, id: DeskId) -> Result<(), ManageSitesError> {
    let desk = find_desk(&sites::desks(transaction).await?, id)?;
    sites::lock(transaction, desk.site).await?;
    Ok(())
}

async fn note_desk(
    services: &Services,
    transaction: &Transaction,
    who: Option<EditorId>,
    action: AdminAction,
    desk: &Desk,
    changes: Vec<FieldChange>,
) -> Result<(), StorageError> {
    let noted = Noted {
        who,
        site: Some(desk.site),
        action,
        subject: &desk.name,
        changes,
    };
    note(services, transaction, noted).await
}

fn find_desk(desks: &[Desk], id: DeskId) -> Result<Desk, ManageSitesError> {
    desks
        .iter()
        .find(|desk| desk.id == id)
        .cloned()
        .ok_or(ManageSitesError::UnknownDesk(id))
}

/// Two desks of one name could not be told apart on the ticket's page, nor by a program.
fn check_name(desks: &[Desk], desk: &Desk) -> Result<(), ManageSitesError> {
    let name = desk.name.to_lowercase();
    let taken = desks.iter().any(|other| {
        other.active
            && other.site == desk.site
            && other.id != desk.id
            && other.name.to_lowercase() == name
    });
    if taken {
        return Err(ManageSitesError::NameTaken);
    }
    Ok(())
}
