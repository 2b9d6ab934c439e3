//! The tags of tickets, so that they are found by them; the tickets themselves hold them too.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement,
};

use super::{
    entities::ticket_tags::{ActiveModel, Column, Entity},
    error::StorageError,
    sql::Values,
};
use crate::domain::{ids::SiteId, ticket::Ticket};

/// The most tags that are proposed.
const PROPOSED: i64 = 50;

/// Rows of one statement.
const AT_ONCE: usize = 1_000;

/// Stores what became of a ticket's tags.
///
/// # Errors
/// [`StorageError`]
pub async fn store(
    db: &impl ConnectionTrait,
    before: &Ticket,
    ticket: &Ticket,
) -> Result<(), StorageError> {
    let gone: Vec<&String> = before
        .tags
        .iter()
        .filter(|t| !ticket.tags.contains(t))
        .collect();
    if !gone.is_empty() {
        Entity::delete_many()
            .filter(Column::TicketId.eq(ticket.id.0))
            .filter(Column::Tag.is_in(gone))
            .exec(db)
            .await?;
    }
    let new: Vec<ActiveModel> = ticket
        .tags
        .iter()
        .filter(|tag| !before.tags.contains(tag))
        .map(|tag| row(ticket, tag))
        .collect();
    if !new.is_empty() {
        Entity::insert_many(new).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Stores the tags of tickets that are new.
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(db: &impl ConnectionTrait, tickets: &[Ticket]) -> Result<(), StorageError> {
    let new: Vec<ActiveModel> = tickets
        .iter()
        .flat_map(|ticket| ticket.tags.iter().map(|tag| row(ticket, tag)))
        .collect();
    for some in new.chunks(AT_ONCE) {
        Entity::insert_many(some.iter().cloned())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn row(ticket: &Ticket, tag: &str) -> ActiveModel {
    ActiveModel {
        ticket_id: Set(ticket.id.0),
        tag: Set(tag.to_owned()),
        site_id: Set(ticket.site.0),
        created_at: Set(ticket.created_at),
    }
}

/// Tags in use on the sites, in order, the first of each site.
///
/// # Errors
/// [`StorageError`]
pub async fn in_use(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
) -> Result<Vec<String>, StorageError> {
    if sites.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Values::new(db.get_database_backend());
    let most = values.place(PROPOSED);
    let of_these = values.is_one_of("id", sites.iter().map(|s| s.0));
    // From one tag to the next along the index, however many tickets have it.
    let text = format!(
        "WITH RECURSIVE used(site, tag, place) AS (SELECT id, (SELECT min(tag) FROM ticket_tags WHERE site_id = sites.id), 1 \
         FROM sites WHERE {of_these} UNION ALL SELECT site, (SELECT min(tag) FROM ticket_tags WHERE site_id = used.site \
         AND ticket_tags.tag > used.tag), place + 1 FROM used WHERE used.tag IS NOT NULL AND place < {most}) \
         SELECT DISTINCT tag FROM used WHERE tag IS NOT NULL ORDER BY tag"
    );
    let statement: Statement = values.statement(&text);
    db.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| Ok(row.try_get("", "tag")?))
        .collect()
}
