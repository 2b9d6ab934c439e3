//! An operator adds and lists sites.

use super::Services;
use crate::{
    domain::{
        ids::{DeskId, SiteId},
        site::{Desk, Lang, Origin, Site, SiteSettings},
    },
    storage::{StorageError, sites},
};

/// Adds a site; its public key is made here.
///
/// # Errors
/// [`StorageError`]
pub async fn add(
    services: &Services,
    name: &str,
    origins: Vec<Origin>,
    lang: Lang,
    settings: SiteSettings,
) -> Result<Site, StorageError> {
    let mut key = [0; 10];
    services.entropy.fill(&mut key);
    let site = Site {
        id: SiteId(services.new_id()),
        key: data_encoding::BASE32_NOPAD.encode(&key).to_lowercase(),
        name: name.to_owned(),
        lang,
        time_zone: "Europe/Berlin".into(),
        origins,
        settings,
        created_at: services.now(),
    };
    let transaction = services.store.begin().await?;
    sites::add(&transaction, &site).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(site)
}

/// Adds a desk to a site.
///
/// # Errors
/// [`StorageError`]
pub async fn add_desk(
    services: &Services,
    site: SiteId,
    name: &str,
    sections: Vec<String>,
    position: i32,
) -> Result<Desk, StorageError> {
    let desk = Desk {
        id: DeskId(services.new_id()),
        site,
        name: name.to_owned(),
        sections,
    };
    let transaction = services.store.begin().await?;
    sites::add_desk(&transaction, &desk, position).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(desk)
}

/// All sites, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn list(services: &Services) -> Result<Vec<Site>, StorageError> {
    sites::all(services.store.reader()).await
}

/// Allows further origins for a site.
///
/// # Errors
/// [`StorageError`]
pub async fn add_origins(
    services: &Services,
    site: &Site,
    origins: &[Origin],
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    sites::add_origins(&transaction, site.id, origins).await?;
    transaction.commit().await.map_err(StorageError::from)
}
