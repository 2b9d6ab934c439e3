//! Sites, their origins and desks.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::LockType,
};

use super::{
    entities::{desks, site_origins, sites},
    error::{StorageError, json, to_json, word},
};
use crate::domain::{
    ids::{DeskId, SiteId},
    site::{Desk, Lang, Origin, Site},
};

/// Adds a site with its origins.
///
/// # Errors
/// [`StorageError`]
pub async fn add(db: &impl ConnectionTrait, site: &Site) -> Result<(), StorageError> {
    sites::Entity::insert(sites::ActiveModel {
        id: Set(site.id.0),
        site_key: Set(site.key.clone()),
        name: Set(site.name.clone()),
        lang: Set(site.lang.as_str().into()),
        time_zone: Set(site.time_zone.clone()),
        settings: Set(to_json(&site.settings)),
        created_at: Set(site.created_at),
    })
    .exec_without_returning(db)
    .await?;
    add_origins(db, site.id, &site.origins).await
}

/// Stores what may be changed of a site: name, language, time zone, settings and origins.
///
/// # Errors
/// [`StorageError`]
pub async fn save(db: &impl ConnectionTrait, site: &Site) -> Result<(), StorageError> {
    sites::Entity::update(sites::ActiveModel {
        id: Set(site.id.0),
        name: Set(site.name.clone()),
        lang: Set(site.lang.as_str().into()),
        time_zone: Set(site.time_zone.clone()),
        settings: Set(to_json(&site.settings)),
        ..Default::default()
    })
    .exec(db)
    .await?;
    site_origins::Entity::delete_many()
        .filter(site_origins::Column::SiteId.eq(site.id.0))
        .filter(site_origins::Column::Origin.is_not_in(site.origins.iter().map(Origin::as_str)))
        .exec(db)
        .await?;
    add_origins(db, site.id, &site.origins).await
}

/// Adds origins to a site.
///
/// # Errors
/// [`StorageError`]
pub async fn add_origins(
    db: &impl ConnectionTrait,
    site: SiteId,
    origins: &[Origin],
) -> Result<(), StorageError> {
    for origin in origins {
        site_origins::Entity::insert(site_origins::ActiveModel {
            site_id: Set(site.0),
            origin: Set(origin.as_str().into()),
        })
        .on_conflict_do_nothing()
        .exec_without_returning(db)
        .await?;
    }
    Ok(())
}

/// All sites, by name.
///
/// # Errors
/// [`StorageError`]
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Site>, StorageError> {
    let rows = sites::Entity::find()
        .order_by_asc(sites::Column::Name)
        .all(db)
        .await?;
    let origins = site_origins::Entity::find()
        .order_by_asc(site_origins::Column::Origin)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let own = origins
                .iter()
                .filter(|o| o.site_id == row.id)
                .filter_map(|o| Origin::parse(&o.origin).ok())
                .collect();
            read(row, own)
        })
        .collect()
}

/// The site of that public key.
///
/// # Errors
/// [`StorageError`]
pub async fn find_by_key(
    db: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<Site>, StorageError> {
    one(
        db,
        sites::Entity::find().filter(sites::Column::SiteKey.eq(key)),
    )
    .await
}

/// The site of that public key, locked against other writers until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn lock_by_key(
    db: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<Site>, StorageError> {
    let query = sites::Entity::find().filter(sites::Column::SiteKey.eq(key));
    one(db, locked(db, query)).await
}

/// Locks one site, so that what changes its desks takes turns.
///
/// # Errors
/// [`StorageError`]
pub async fn lock(db: &impl ConnectionTrait, id: SiteId) -> Result<(), StorageError> {
    locked(db, sites::Entity::find_by_id(id.0)).one(db).await?;
    Ok(())
}

/// In SQLite the transaction holds the one write lock already. Reports that point to the site are not kept waiting.
fn locked(db: &impl ConnectionTrait, query: Select<sites::Entity>) -> Select<sites::Entity> {
    if db.get_database_backend() == DbBackend::Postgres {
        query.lock(LockType::NoKeyUpdate)
    } else {
        query
    }
}

async fn one(
    db: &impl ConnectionTrait,
    query: Select<sites::Entity>,
) -> Result<Option<Site>, StorageError> {
    let Some(row) = query.one(db).await? else {
        return Ok(None);
    };
    let origins = site_origins::Entity::find()
        .filter(site_origins::Column::SiteId.eq(row.id))
        .all(db)
        .await?;
    let origins = origins
        .iter()
        .filter_map(|o| Origin::parse(&o.origin).ok())
        .collect();
    read(row, origins).map(Some)
}

fn read(row: sites::Model, origins: Vec<Origin>) -> Result<Site, StorageError> {
    Ok(Site {
        id: SiteId(row.id),
        key: row.site_key,
        name: row.name,
        lang: word("sites", "lang", &row.lang, Lang::parse)?,
        time_zone: row.time_zone,
        origins,
        settings: json("sites", "settings", &row.settings)?,
        created_at: row.created_at,
    })
}

/// Adds a desk behind the others of its site.
///
/// # Errors
/// [`StorageError`]
pub async fn add_desk(
    db: &impl ConnectionTrait,
    desk: &Desk,
    position: i32,
) -> Result<(), StorageError> {
    desks::Entity::insert(desks::ActiveModel {
        id: Set(desk.id.0),
        site_id: Set(desk.site.0),
        name: Set(desk.name.clone()),
        sections: Set(to_json(&desk.sections)),
        position: Set(position),
        active: Set(desk.active),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Stores a desk's name, sections and whether tickets still go there.
///
/// # Errors
/// [`StorageError`]
pub async fn save_desk(db: &impl ConnectionTrait, desk: &Desk) -> Result<(), StorageError> {
    desks::Entity::update(desks::ActiveModel {
        id: Set(desk.id.0),
        name: Set(desk.name.clone()),
        sections: Set(to_json(&desk.sections)),
        active: Set(desk.active),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

/// The desks that tickets go to, in the order of their sites' lists.
///
/// # Errors
/// [`StorageError`]
pub async fn desks(db: &impl ConnectionTrait) -> Result<Vec<Desk>, StorageError> {
    let mut all = all_desks(db).await?;
    all.retain(|desk| desk.active);
    Ok(all)
}

/// All desks, removed ones too, in the order of their sites' lists.
///
/// # Errors
/// [`StorageError`]
pub async fn all_desks(db: &impl ConnectionTrait) -> Result<Vec<Desk>, StorageError> {
    let rows = desks::Entity::find()
        .order_by_asc(desks::Column::Position)
        .order_by_asc(desks::Column::Id)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Desk {
                id: DeskId(row.id),
                site: SiteId(row.site_id),
                name: row.name,
                sections: json("desks", "sections", &row.sections)?,
                active: row.active,
            })
        })
        .collect()
}
