//! Of which site a thing is: what has to be known before anybody is let near it.

use uuid::Uuid;

use super::Services;
use crate::{
    domain::ids::{ArticleId, SiteId, TicketId},
    storage::{StorageError, articles, sites, tickets},
};

/// What an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A ticket, by its reference.
    Ticket,
    /// An article, by its id.
    Article,
    /// A site, by its public key.
    Site,
    /// A desk, by its id.
    Desk,
}

/// The site of the thing that an address names; none where there is no such thing.
///
/// # Errors
/// [`StorageError`]
pub async fn site_of(
    services: &Services,
    thing: Thing,
    name: &str,
) -> Result<Option<SiteId>, StorageError> {
    let db = services.store.reader();
    match thing {
        Thing::Ticket => match TicketId::parse(name) {
            Some(id) => Ok(tickets::find(db, id).await?.map(|ticket| ticket.site)),
            None => Ok(None),
        },
        Thing::Article => match Uuid::parse_str(name) {
            Ok(id) => {
                let found = articles::by_ids(db, &[ArticleId(id)]).await?;
                Ok(found.first().map(|article| article.site))
            }
            Err(_) => Ok(None),
        },
        Thing::Site => Ok(sites::find_by_key(db, name).await?.map(|site| site.id)),
        Thing::Desk => {
            let id = Uuid::parse_str(name).ok();
            let desks = sites::all_desks(db).await?;
            Ok(desks
                .iter()
                .find(|desk| Some(desk.id.0) == id)
                .map(|desk| desk.site))
        }
    }
}
