//! An operator adds and changes sites and their desks.

mod desks;

pub use self::desks::{
    add_desk, add_desk_as, change_desk, change_desk_as, remove_desk, remove_desk_as,
};
pub(super) use self::desks::{add_desk_in, change_desk_in};

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
    storage::{StorageError, article_watch, sites},
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
    // Somebody else may be changing something else of it: all of the settings are written.
    let mut site = sites::lock_by_key(&transaction, key)
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
    let changes = FieldChange::between(&before, &site.fields());
    if changes.iter().any(|c| c.field == "article_selector") {
        article_watch::forget_validators(&transaction, site.id).await?;
        // The next text may be shorter because less is taken, not because a wall cut it off.
        site.settings.selector_since = Some(services.now());
    }
    sites::save(&transaction, &site).await?;
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
