//! Lists of what holds words: from the search index, newest first, and then narrowed.

use sea_orm::{ConnectionTrait, DbBackend};

use super::{
    Direction, Found, ListedTicket, Position, Stretch, arms::conditions, number, order_by,
    reading::listed,
};
use crate::{
    domain::{ids::TicketId, search_question::SearchTerms},
    storage::{
        error::StorageError,
        search::{Matches, is_one_of_numbers},
        sql::Values,
        tickets::TicketFilter,
    },
};

/// Tickets that hold the words and are looked at, until the page ends as it is.
const MOST: usize = 4_000;
/// So many at a time after the first.
const AT_ONCE: usize = 1_000;

/// A part of the list of tickets that hold the words, by their numbers.
pub(super) async fn search(
    db: &impl ConnectionTrait,
    filter: &TicketFilter,
    terms: &SearchTerms,
    stretch: Stretch,
) -> Result<Found<ListedTicket>, StorageError> {
    let limit = usize::try_from(stretch.limit).unwrap_or(usize::MAX);
    let mut found = Found {
        tickets: Vec::new(),
        goes_on: None,
    };
    let mut matches = Matches::of(terms);
    let mut from = stretch.from.map(|position| position.ticket.0);
    let (mut looked_at, mut at_once) = (0, limit.min(AT_ONCE));
    loop {
        let ids = matches.next(db, from, stretch.direction, at_once).await?;
        let last = ids.last().copied();
        let ended = ids.len() < at_once;
        looked_at += ids.len();
        let room = limit - found.tickets.len();
        if !ids.is_empty() {
            let tickets = narrowed(db, filter, &ids, stretch.direction, room).await?;
            found.tickets.extend(tickets);
        }
        if found.tickets.len() >= limit {
            let end = found.tickets.last().map(|listed| listed.ticket.id);
            found.goes_on = end.map(place);
            return Ok(found);
        }
        if ended {
            return Ok(found);
        }
        if looked_at >= MOST {
            found.goes_on = last.map(|id| place(TicketId(id)));
            return Ok(found);
        }
        from = last;
        at_once = AT_ONCE;
    }
}

/// How many they are, counted no further than `most`.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    filter: &TicketFilter,
    terms: &SearchTerms,
    most: u64,
) -> Result<u64, StorageError> {
    let mut matches = Matches::of(terms);
    let (mut from, mut counted, mut looked_at) = (None, 0, 0);
    loop {
        let ids = matches.next(db, from, Direction::Down, AT_ONCE).await?;
        looked_at += ids.len();
        if !ids.is_empty() {
            let mut values = Values::new(db.get_database_backend());
            let is_one = is_one_of_numbers(&mut values, "id", &ids);
            let narrowed = conditions(filter, &mut values);
            let text = format!(
                "SELECT count(*) AS tickets FROM {} WHERE {is_one} AND {narrowed}",
                by_number(values.backend)
            );
            let row = db.query_one_raw(values.statement(&text)).await?;
            let more: i64 = row.map_or(Ok(0), |row| row.try_get("", "tickets"))?;
            counted += u64::try_from(more).unwrap_or(0);
        }
        if counted >= most || ids.len() < AT_ONCE || looked_at >= MOST {
            return Ok(counted.min(most));
        }
        from = ids.last().copied();
    }
}

/// Those of the tickets that the filter lets through.
async fn narrowed(
    db: &impl ConnectionTrait,
    filter: &TicketFilter,
    ids: &[i64],
    direction: Direction,
    most: usize,
) -> Result<Vec<ListedTicket>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let is_one = is_one_of_numbers(&mut values, "id", ids);
    let narrowed = conditions(filter, &mut values);
    let most = values.place(number(most as u64));
    let page = format!(
        "SELECT id, CAST(0 AS bigint) AS beside FROM {} WHERE {is_one} AND {narrowed} ORDER BY id {} LIMIT {most}",
        by_number(values.backend),
        order_by(direction)
    );
    let rows = listed(db, values, &page).await?;
    let mut rows: Vec<ListedTicket> = rows.into_iter().map(|(listed, _)| listed).collect();
    rows.sort_by_key(|listed| listed.ticket.id);
    if direction == Direction::Down {
        rows.reverse();
    }
    Ok(rows)
}

/// The table, to be read by number alone: SQLite would rather go through an index of the whole site.
const fn by_number(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "tickets NOT INDEXED",
        _ => "tickets",
    }
}

const fn place(ticket: TicketId) -> Position {
    Position { key: 0, ticket }
}
