//! Who administers a site says who stands in for its desks, whose byline a name is, and when somebody is there.

use serde::{Deserialize, Serialize};
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
        site::{Desk, Site},
    },
    storage::{StorageError, deputies, editors, sites},
};

/// A desk as it shall be, or as a form showed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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

impl DeskChange {
    /// What was changed in a form that showed `was`, over the desk as it `is`: somebody else may have saved since it was opened.
    #[must_use]
    pub fn over(self, was: &Self, is: &Self) -> Self {
        let name = if self.name == was.name {
            is.name.clone()
        } else {
            self.name
        };
        Self {
            name,
            sections: set_over(self.sections, &was.sections, &is.sections),
            deputies: set_over(self.deputies, &was.deputies, &is.deputies),
            chiefs: set_over(self.chiefs, &was.chiefs, &is.chiefs),
        }
    }
}

/// What was added to a set and taken out of it, over what it is now.
fn set_over<T: Clone + PartialEq>(wanted: Vec<T>, was: &[T], is: &[T]) -> Vec<T> {
    if was == is {
        return wanted;
    }
    let stays = |one: &&T| wanted.contains(one) || !was.contains(one);
    let mut all: Vec<T> = is.iter().filter(stays).cloned().collect();
    let added = wanted.into_iter().filter(|one| !was.contains(one));
    for one in added {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Adds a desk, or changes the one of that id, which the form showed as it `was`; false when the site has another of that name.
///
/// # Errors
/// [`StorageError`]
pub async fn save(
    services: &Services,
    who: EditorId,
    site: &Site,
    id: Option<Uuid>,
    change: DeskChange,
    was: Option<&DeskChange>,
) -> Result<bool, StorageError> {
    let transaction = services.store.begin().await?;
    sites::lock(&transaction, site.id).await?;
    let known = sites::desks(&transaction).await?;
    let own = id
        .map(DeskId)
        .and_then(|id| known.iter().find(|d| d.id == id && d.site == site.id));
    let mut before: Vec<(DeskPart, EditorId)> = deputies::desk_people(&transaction)
        .await?
        .into_iter()
        .filter(|p| own.is_some_and(|desk| desk.id == p.desk))
        .map(|p| (p.part, p.editor))
        .collect();
    before.sort_unstable();
    let change = match (own, was) {
        (Some(desk), Some(was)) => change.over(was, &as_it_is(desk, &before)),
        _ => change,
    };
    let (who, name, sections) = (Some(who), change.name, change.sections);
    let saved = if let Some(desk) = own {
        let (name, sections) = (Some(name), Some(sections));
        manage_sites::change_desk_in(services, &transaction, who, desk.id, name, sections).await
    } else {
        // Also one that somebody took away while its form was open.
        manage_sites::add_desk_in(services, &transaction, who, site.id, &name, sections).await
    };
    let desk = match saved {
        Ok(desk) => desk,
        Err(ManageSitesError::Storage(error)) => return Err(error),
        Err(_) => return Ok(false),
    };
    let everybody = editors::all(&transaction).await?;
    let deputies = change.deputies.iter().map(|id| (DeskPart::Deputy, *id));
    let chiefs = change.chiefs.iter().map(|id| (DeskPart::Chief, *id));
    // A choice of somebody who may not edit the site is none.
    let may = |id: EditorId| everybody.iter().any(|e| e.id == id && e.edits(site.id));
    let mut wanted: Vec<(DeskPart, EditorId)> = deputies
        .chain(chiefs)
        .filter(|part| before.contains(part) || may(part.1))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
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
            who,
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

fn as_it_is(desk: &Desk, people: &[(DeskPart, EditorId)]) -> DeskChange {
    let of = |part: DeskPart| {
        let own = people.iter().filter(|(p, _)| *p == part);
        own.map(|(_, id)| *id).collect()
    };
    DeskChange {
        name: desk.name.clone(),
        sections: desk.sections.clone(),
        deputies: of(DeskPart::Deputy),
        chiefs: of(DeskPart::Chief),
    }
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

/// When somebody is there, and how many minutes of that a new fact may wait before it goes on; none where nobody is reminded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Of each day.
    pub days: ServiceHours,
    /// Minutes.
    pub patience: Option<u32>,
}

/// Sets when somebody is there; where a form showed what `was`, only what was changed in it.
///
/// # Errors
/// [`StorageError`]
pub async fn set_hours(
    services: &Services,
    who: EditorId,
    key: &str,
    wanted: &Hours,
    was: Option<&Hours>,
) -> Result<(), StorageError> {
    let change = SiteChange::default();
    let changed = manage_sites::change_as(services, Some(who), key, change, |settings| {
        let mut days = settings.service_hours.take().unwrap_or_default();
        for (index, now) in days.0.iter_mut().enumerate() {
            if was.is_none_or(|was| was.days.0[index] != wanted.days.0[index]) {
                *now = wanted.days.0[index];
            }
        }
        settings.service_hours = Some(days);
        if was.is_none_or(|was| was.patience != wanted.patience) {
            settings.escalate_after_minutes = wanted.patience;
        }
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

/// Says whose byline a name is; false for somebody who may not edit the site.
///
/// # Errors
/// [`StorageError`]
pub async fn set_byline(
    services: &Services,
    who: EditorId,
    site: &Site,
    name: &str,
    to: Author,
) -> Result<bool, StorageError> {
    let byline = Byline {
        id: BylineId(services.new_id()),
        site: site.id,
        name: name.to_owned(),
        to,
    };
    let transaction = services.store.begin().await?;
    if let Author::Editor(id) = byline.to {
        let person = editors::find(&transaction, id).await?;
        if person.is_none_or(|person| !person.edits(site.id)) {
            return Ok(false);
        }
    }
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
    Ok(true)
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
