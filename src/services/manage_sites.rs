//! An operator adds and changes sites and their desks.

use super::{
    Services,
    admin_history::{Noted, note},
};
use crate::{
    domain::{
        admin_event::{AdminAction, FieldChange},
        ids::{DeskId, EditorId, SiteId},
        site::{Desk, Lang, Origin, Site, SiteSettings},
    },
    storage::{StorageError, Transaction, article_watch, sites},
};

/// The time zone of a site that names none.
pub const TIME_ZONE: &str = "Europe/Berlin";

/// Why a site or a desk was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ManageSitesError {
    /// No site has the key.
    #[error("there is no site with the key {0}; `site list` shows all")]
    UnknownSite(String),
    /// No desk has the id.
    #[error("there is no desk {0}; `desk list` shows all")]
    UnknownDesk(DeskId),
    /// A site needs at least one origin.
    #[error("a site keeps at least one origin; add the new one in the same command")]
    NoOriginLeft,
    /// An origin to be taken away is none of the site's.
    #[error("{0} is no origin of this site")]
    UnknownOrigin(String),
    /// The site has a desk of that name.
    #[error("the site has a desk of this name already")]
    NameTaken,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Adds a site; its public key is made here.
///
/// # Errors
/// [`StorageError`]
pub async fn add(
    services: &Services,
    name: &str,
    origins: Vec<Origin>,
    lang: Lang,
    time_zone: &str,
    settings: SiteSettings,
) -> Result<Site, StorageError> {
    let new = NewSite {
        name: name.to_owned(),
        origins,
        lang,
        time_zone: time_zone.to_owned(),
        settings,
    };
    add_as(services, None, new).await
}

/// A site to be added.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// What people call it.
    pub name: String,
    /// Where its pages come from.
    pub origins: Vec<Origin>,
    /// The language of its mails to readers.
    pub lang: Lang,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// What its owner has set.
    pub settings: SiteSettings,
}

/// As [`add`], in the name of an editor.
///
/// # Errors
/// [`StorageError`]
pub async fn add_as(
    services: &Services,
    who: Option<EditorId>,
    new: NewSite,
) -> Result<Site, StorageError> {
    let mut key = [0; 10];
    services.entropy.fill(&mut key);
    let site = Site {
        id: SiteId(services.new_id()),
        key: data_encoding::BASE32_NOPAD.encode(&key).to_lowercase(),
        name: new.name,
        lang: new.lang,
        time_zone: new.time_zone,
        origins: new.origins,
        settings: new.settings,
        created_at: services.now(),
    };
    let transaction = services.store.begin().await?;
    sites::add(&transaction, &site).await?;
    let noted = Noted {
        who,
        site: Some(site.id),
        action: AdminAction::SiteAdded,
        subject: &site.name,
        changes: Vec::new(),
    };
    note(services, &transaction, noted).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(site)
}

/// What shall be different about a site; what is `None` or empty stays.
#[derive(Debug, Clone, Default)]
pub struct SiteChange {
    /// What people call it.
    pub name: Option<String>,
    /// The language of its mails to readers.
    pub lang: Option<Lang>,
    /// IANA name of its time zone.
    pub time_zone: Option<String>,
    /// Origins to be allowed.
    pub more_origins: Vec<Origin>,
    /// Origins not allowed any more.
    pub fewer_origins: Vec<Origin>,
}

/// Changes a site; `settings` gets its settings to change. A running server knows within two seconds.
///
/// # Errors
/// [`ManageSitesError`]; nothing is changed then.
pub async fn change(
    services: &Services,
    key: &str,
    change: SiteChange,
    settings: impl FnOnce(&mut SiteSettings),
) -> Result<Site, ManageSitesError> {
    change_as(services, None, key, change, settings).await
}

/// As [`change`], in the name of an editor.
///
/// # Errors
/// [`ManageSitesError`]; nothing is changed then.
pub async fn change_as(
    services: &Services,
    who: Option<EditorId>,
    key: &str,
    change: SiteChange,
    settings: impl FnOnce(&mut SiteSettings),
) -> Result<Site, ManageSitesError> {
    let transaction = services.store.begin().await?;
    let mut site = sites::find_by_key(&transaction, key)
        .await?
        .ok_or_else(|| ManageSitesError::UnknownSite(key.to_owned()))?;
    let before = site.fields();
    site.name = change.name.unwrap_or(site.name);
    site.lang = change.lang.unwrap_or(site.lang);
    site.time_zone = change.time_zone.unwrap_or(site.time_zone);
    settings(&mut site.settings);
    for origin in &change.fewer_origins {
        if !site.origins.contains(origin) {
            return Err(ManageSitesError::UnknownOrigin(origin.as_str().to_owned()));
        }
    }
    site.origins.extend(change.more_origins);
    site.origins
        .retain(|origin| !change.fewer_origins.contains(origin));
    site.origins.sort();
    site.origins.dedup();
    if site.origins.is_empty() {
        return Err(ManageSitesError::NoOriginLeft);
    }
    sites::save(&transaction, &site).await?;
    let changes = FieldChange::between(&before, &site.fields());
    if changes.iter().any(|c| c.field == "article_selector") {
        article_watch::forget_validators(&transaction, site.id).await?;
    }
    if !changes.is_empty() {
        let noted = Noted {
            who,
            site: Some(site.id),
            action: AdminAction::SiteChanged,
            subject: &site.name,
            changes,
        };
        note(services, &transaction, noted).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(site)
}

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
    let desk = Desk {
        id: DeskId(services.new_id()),
        site,
        name: name.to_owned(),
        sections,
        active: true,
    };
    let transaction = services.store.begin().await?;
    let all = sites::all_desks(&transaction).await?;
    check_name(&all, &desk)?;
    let position = all.iter().filter(|other| other.site == site).count();
    let position = i32::try_from(position).unwrap_or(i32::MAX);
    sites::add_desk(&transaction, &desk, position).await?;
    note_desk(
        services,
        &transaction,
        who,
        AdminAction::DeskAdded,
        &desk,
        Vec::new(),
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
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
    let desks = sites::desks(&transaction).await?;
    let mut desk = find_desk(&desks, id)?;
    let before = desk.fields();
    desk.name = name.unwrap_or(desk.name);
    desk.sections = sections.unwrap_or(desk.sections);
    check_name(&desks, &desk)?;
    sites::save_desk(&transaction, &desk).await?;
    let changes = FieldChange::between(&before, &desk.fields());
    if !changes.is_empty() {
        note_desk(
            services,
            &transaction,
            who,
            AdminAction::DeskChanged,
            &desk,
            changes,
        )
        .await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
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

/// All sites, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn list(services: &Services) -> Result<Vec<Site>, StorageError> {
    sites::all(services.store.reader()).await
}

/// The site of that public key.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn find(services: &Services, key: &str) -> Result<Site, ManageSitesError> {
    sites::find_by_key(services.store.reader(), key)
        .await?
        .ok_or_else(|| ManageSitesError::UnknownSite(key.to_owned()))
}

/// The desks that tickets go to, in the order of their sites' lists.
///
/// # Errors
/// [`StorageError`]
pub async fn desks(services: &Services) -> Result<Vec<Desk>, StorageError> {
    sites::desks(services.store.reader()).await
}
