//! Who administers a site says who stands in for its desks, whose byline a name is, and when somebody is there.

use uuid::Uuid;

use super::{
    Services,
    admin_history::{Noted, note},
    manage_sites::{self, ManageSitesError, SiteChange},
};
use crate::{
    domain::{
        admin_event::{AdminAction, FieldChange},
        byline::{Author, Byline, DeskPart, DeskPerson},
        ids::{BylineId, DeskId, EditorId},
        service_hours::ServiceHours,
        site::Site,
    },
    storage::{StorageError, deputies, editors, sites},
};

/// A desk as it shall be.
#[derive(Debug, Clone)]
pub struct DeskChange {
    /// What people call it.
    pub name: String,
    /// The sections it answers for.
    pub sections: Vec<String>,
    /// Who is asked first when nobody touches a ticket.
    pub deputies: Vec<EditorId>,
    /// Who is asked then.
    pub chiefs: Vec<EditorId>,
}

/// Adds a desk, or changes the one of that id; false when the site has another of that name.
///
/// # Errors
/// [`StorageError`]
pub async fn save(
    services: &Services,
    who: EditorId,
    site: &Site,
    id: Option<Uuid>,
    change: DeskChange,
) -> Result<bool, StorageError> {
    let known = sites::desks(services.store.reader()).await?;
    let own = id
        .map(DeskId)
        .filter(|id| known.iter().any(|d| d.id == *id && d.site == site.id));
    let saved = if let Some(id) = own {
        let (name, sections) = (Some(change.name), Some(change.sections));
        manage_sites::change_desk_as(services, Some(who), id, name, sections).await
    } else {
        // Also one that somebody took away while its form was open.
        let (name, sections) = (&change.name, change.sections);
        manage_sites::add_desk_as(services, Some(who), site.id, name, sections).await
    };
    let desk = match saved {
        Ok(desk) => desk,
        Err(ManageSitesError::Storage(error)) => return Err(error),
        Err(_) => return Ok(false),
    };
    let transaction = services.store.begin().await?;
    let everybody = editors::all(&transaction).await?;
    // A choice of somebody who may not edit the site is none.
    let may = |id: &EditorId| everybody.iter().any(|e| e.id == *id && e.edits(site.id));
    let deputies = change
        .deputies
        .iter()
        .filter(|id| may(id))
        .map(|id| (DeskPart::Deputy, *id));
    let chiefs = change
        .chiefs
        .iter()
        .filter(|id| may(id))
        .map(|id| (DeskPart::Chief, *id));
    let wanted: Vec<(DeskPart, EditorId)> = deputies.chain(chiefs).collect();
    let named = |part: DeskPart, people: &[(DeskPart, EditorId)]| {
        let names = people
            .iter()
            .filter(|(p, _)| *p == part)
            .filter_map(|(_, id)| {
                everybody
                    .iter()
                    .find(|e| e.id == *id)
                    .map(|e| e.email.as_str())
            });
        names.collect::<Vec<_>>().join(", ")
    };
    let before: Vec<(DeskPart, EditorId)> = deputies::desk_people(&transaction)
        .await?
        .into_iter()
        .filter(|p| p.desk == desk.id)
        .map(|p| (p.part, p.editor))
        .collect();
    let fields = |people: &[(DeskPart, EditorId)]| {
        [
            ("deputies", named(DeskPart::Deputy, people)),
            ("chiefs", named(DeskPart::Chief, people)),
        ]
    };
    let changes = FieldChange::between(&fields(&before), &fields(&wanted));
    if !changes.is_empty() {
        deputies::set_desk_people(&transaction, desk.id, &wanted).await?;
        let noted = Noted {
            who: Some(who),
            site: Some(site.id),
            action: AdminAction::DeskChanged,
            subject: &desk.name,
            changes,
        };
        note(services, &transaction, noted).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// Removes a desk of the site.
///
/// # Errors
/// [`StorageError`]
pub async fn remove(
    services: &Services,
    who: EditorId,
    site: &Site,
    id: Uuid,
) -> Result<(), StorageError> {
    let known = sites::desks(services.store.reader()).await?;
    let id = DeskId(id);
    if !known
        .iter()
        .any(|desk| desk.id == id && desk.site == site.id)
    {
        return Ok(());
    }
    match manage_sites::remove_desk_as(services, Some(who), id).await {
        Err(ManageSitesError::Storage(error)) => Err(error),
        // Somebody else was quicker.
        _ => Ok(()),
    }
}

/// Everybody who has a part at a desk.
///
/// # Errors
/// [`StorageError`]
pub async fn people(services: &Services) -> Result<Vec<DeskPerson>, StorageError> {
    deputies::desk_people(services.store.reader()).await
}

/// When somebody is there, and how many minutes of that a new fact may wait before it goes on.
///
/// # Errors
/// [`StorageError`]
pub async fn set_hours(
    services: &Services,
    who: EditorId,
    key: &str,
    hours: ServiceHours,
    patience: Option<u32>,
) -> Result<(), StorageError> {
    let change = SiteChange::default();
    let changed = manage_sites::change_as(services, Some(who), key, change, |settings| {
        settings.service_hours = Some(hours);
        settings.escalate_after_minutes = patience;
    });
    match changed.await {
        Err(ManageSitesError::Storage(error)) => Err(error),
        _ => Ok(()),
    }
}

/// The bylines of a site.
///
/// # Errors
/// [`StorageError`]
pub async fn bylines(services: &Services, site: &Site) -> Result<Vec<Byline>, StorageError> {
    deputies::bylines_of(services.store.reader(), site.id).await
}

/// Says whose byline a name is.
///
/// # Errors
/// [`StorageError`]
pub async fn set_byline(
    services: &Services,
    who: EditorId,
    site: &Site,
    name: &str,
    to: Author,
) -> Result<(), StorageError> {
    let byline = Byline {
        id: BylineId(services.new_id()),
        site: site.id,
        name: name.to_owned(),
        to,
    };
    let transaction = services.store.begin().await?;
    deputies::save_byline(&transaction, &byline).await?;
    let noted = Noted {
        who: Some(who),
        site: Some(site.id),
        action: AdminAction::BylineSet,
        subject: name,
        changes: Vec::new(),
    };
    note(services, &transaction, noted).await?;
    transaction.commit().await?;
    Ok(())
}

/// Removes a byline of the site.
///
/// # Errors
/// [`StorageError`]
pub async fn remove_byline(
    services: &Services,
    who: EditorId,
    site: &Site,
    id: BylineId,
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    let known = deputies::find_byline(&transaction, id).await?;
    let Some(byline) = known.filter(|byline| byline.site == site.id) else {
        return Ok(());
    };
    deputies::delete_byline(&transaction, id).await?;
    let noted = Noted {
        who: Some(who),
        site: Some(site.id),
        action: AdminAction::BylineRemoved,
        subject: &byline.name,
        changes: Vec::new(),
    };
    note(services, &transaction, noted).await?;
    transaction.commit().await?;
    Ok(())
}
