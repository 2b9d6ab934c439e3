//! The address books of sites.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{
    entities::site_addresses,
    error::{StorageError, word},
};
use crate::domain::{
    ids::{AddressId, SiteId},
    site_address::{AddressPurpose, SiteAddress},
};

/// A site's addresses, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn of_site(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<SiteAddress>, StorageError> {
    let rows = site_addresses::Entity::find()
        .filter(site_addresses::Column::SiteId.eq(site.0))
        .order_by_asc(site_addresses::Column::Name)
        .order_by_asc(site_addresses::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// One address.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    db: &impl ConnectionTrait,
    id: AddressId,
) -> Result<Option<SiteAddress>, StorageError> {
    let row = site_addresses::Entity::find_by_id(id.0).one(db).await?;
    row.map(read).transpose()
}

/// Adds an address.
///
/// # Errors
/// [`StorageError`]
pub async fn add(
    db: &impl ConnectionTrait,
    address: &SiteAddress,
    now: i64,
) -> Result<(), StorageError> {
    let row = site_addresses::ActiveModel {
        created_at: Set(now),
        ..active(address)
    };
    site_addresses::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Stores a changed address.
///
/// # Errors
/// [`StorageError`]
pub async fn save(db: &impl ConnectionTrait, address: &SiteAddress) -> Result<(), StorageError> {
    site_addresses::Entity::update(active(address))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes an address.
///
/// # Errors
/// [`StorageError`]
pub async fn delete(db: &impl ConnectionTrait, id: AddressId) -> Result<(), StorageError> {
    site_addresses::Entity::delete_by_id(id.0).exec(db).await?;
    Ok(())
}

fn active(address: &SiteAddress) -> site_addresses::ActiveModel {
    site_addresses::ActiveModel {
        id: Set(address.id.0),
        site_id: Set(address.site.0),
        name: Set(address.name.clone()),
        email: Set(address.email.clone()),
        purpose: Set(address.purpose.as_str().into()),
        created_at: NotSet,
    }
}

fn read(row: site_addresses::Model) -> Result<SiteAddress, StorageError> {
    Ok(SiteAddress {
        id: AddressId(row.id),
        site: SiteId(row.site_id),
        name: row.name,
        email: row.email,
        purpose: word(
            "site_addresses",
            "purpose",
            &row.purpose,
            AddressPurpose::parse,
        )?,
    })
}
