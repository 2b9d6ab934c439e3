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

fn row(ticket: &Ticket, tag: &str) -> ActiveModel {
    ActiveModel {
        ticket_id: Set(ticket.id.0),
        tag: Set(tag.to_owned()),
        site_id: Set(ticket.site.0),
        created_at: Set(ticket.created_at),
    }
}

/// Tags in use on a site, in order, the first of them.
///
/// # Errors
/// [`StorageError`]
pub async fn in_use(db: &impl ConnectionTrait, site: SiteId) -> Result<Vec<String>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let (site, most) = (values.place(site.0), values.place(PROPOSED));
    // From one tag to the next along the index, however many tickets have it.
    let text = format!(
        "WITH RECURSIVE used(tag) AS (SELECT min(tag) FROM ticket_tags WHERE site_id = {site} UNION ALL \
         SELECT (SELECT min(tag) FROM ticket_tags WHERE site_id = {site} AND tag > used.tag) FROM used WHERE used.tag IS NOT NULL) \
         SELECT tag FROM used WHERE tag IS NOT NULL LIMIT {most}"
    );
    let statement: Statement = values.statement(&text);
    db.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| Ok(row.try_get("", "tag")?))
        .collect()
}
