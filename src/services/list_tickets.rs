//! An editor looks through a list: narrowed, ordered, a page at a time, on and back.

mod ask;
mod by_article;

use std::{collections::BTreeMap, fmt};

use data_encoding::BASE64URL_NOPAD;

use super::{Services, browse_tickets::Newsroom};
use crate::{
    domain::{
        ids::{SiteId, TicketId},
        listing::ListOrder,
        sighting::Sighting,
    },
    storage::{
        StorageError,
        ticket_list::{self, Direction, Position, Stretch},
        ticket_sightings, ticket_tags,
        tickets::TicketFilter,
    },
};

pub use self::{
    ask::narrow,
    by_article::{ArticlePage, ListedArticle, by_article},
};
pub use crate::storage::ticket_list::ListedTicket;

/// Where a page begins, and which way it is read. What its text means is nobody's business but ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    position: Position,
    direction: Direction,
}

impl Cursor {
    /// Reads what [`Display`](fmt::Display) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut words = text.split(' ');
        let direction = match words.next()? {
            "after" => Direction::Down,
            "before" => Direction::Up,
            _ => return None,
        };
        let position = Position {
            key: words.next()?.parse().ok()?,
            ticket: TicketId(words.next()?.parse().ok()?),
        };
        words.next().is_none().then_some(Self {
            position,
            direction,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.direction {
            Direction::Down => "after",
            Direction::Up => "before",
        };
        let Position { key, ticket } = self.position;
        f.write_str(&BASE64URL_NOPAD.encode(format!("{word} {key} {}", ticket.0).as_bytes()))
    }
}

/// Which part of which list.
#[derive(Debug, Clone)]
pub struct ListRequest {
    /// What the list is narrowed to. No site named means all that the editor may read.
    pub filter: TicketFilter,
    /// What comes first.
    pub order: ListOrder,
    /// Where the page begins.
    pub cursor: Option<Cursor>,
    /// The most tickets.
    pub limit: u64,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct TicketPage {
    /// The tickets, in the order of the list.
    pub tickets: Vec<ListedTicket>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// Where the page before begins.
    pub previous: Option<Cursor>,
    /// The page ended before it was full, and what follows was not looked at yet.
    pub unfinished: bool,
}

/// A page of tickets. The filter's sites are cut down to those the editor may read.
///
/// # Errors
/// [`StorageError`]
pub async fn list(
    services: &Services,
    newsroom: &Newsroom,
    mut request: ListRequest,
) -> Result<TicketPage, StorageError> {
    restrict(&mut request.filter, newsroom);
    let (tickets, cursors) = page(services, &request).await?;
    Ok(TicketPage {
        tickets,
        next: cursors.next,
        previous: cursors.previous,
        unfinished: cursors.unfinished,
    })
}

/// How many tickets each list has, counted no further than `most`.
///
/// # Errors
/// [`StorageError`]
pub async fn count_up_to(
    services: &Services,
    newsroom: &Newsroom,
    mut filters: Vec<TicketFilter>,
    most: u64,
) -> Result<Vec<u64>, StorageError> {
    for filter in &mut filters {
        restrict(filter, newsroom);
    }
    ticket_list::count_up_to(services.store.reader(), &filters, most).await
}

/// What the watch saw of a page's passages last.
///
/// # Errors
/// [`StorageError`]
pub async fn sightings(
    services: &Services,
    page: &TicketPage,
) -> Result<BTreeMap<TicketId, Sighting>, StorageError> {
    let ids: Vec<TicketId> = page.tickets.iter().map(|t| t.ticket.id).collect();
    let seen = ticket_sightings::of_tickets(services.store.reader(), &ids).await?;
    Ok(seen.into_iter().map(|s| (s.ticket, s)).collect())
}

/// The tags in use on the editor's sites, in order.
///
/// # Errors
/// [`StorageError`]
pub async fn tags_in_use(
    services: &Services,
    newsroom: &Newsroom,
) -> Result<Vec<String>, StorageError> {
    let sites: Vec<SiteId> = newsroom.sites.iter().map(|s| s.id).collect();
    ticket_tags::in_use(services.store.reader(), &sites).await
}

/// The tags in use on a site, in order.
///
/// # Errors
/// [`StorageError`]
pub async fn tags_of_site(services: &Services, site: SiteId) -> Result<Vec<String>, StorageError> {
    ticket_tags::in_use(services.store.reader(), &[site]).await
}

fn restrict(filter: &mut TicketFilter, newsroom: &Newsroom) {
    let readable: Vec<SiteId> = newsroom.sites.iter().map(|s| s.id).collect();
    if filter.sites.is_empty() {
        filter.sites = readable;
    } else {
        filter.sites.retain(|s| readable.contains(s));
    }
}

struct Cursors {
    next: Option<Cursor>,
    previous: Option<Cursor>,
    unfinished: bool,
}

/// The tickets of a page, and where its neighbours begin.
async fn page(
    services: &Services,
    request: &ListRequest,
) -> Result<(Vec<ListedTicket>, Cursors), StorageError> {
    let order = request.order;
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let direction = request.cursor.map_or(Direction::Down, |c| c.direction);
    let stretch = Stretch {
        order,
        from: request.cursor.map(|c| c.position),
        direction,
        // One more tells whether there are more.
        limit: request.limit + 1,
    };
    let mut found = ticket_list::list(services.store.reader(), &request.filter, stretch).await?;
    let more = found.tickets.len() > limit;
    if direction == Direction::Up && !more && found.goes_on.is_none() {
        // Back at the beginning: the first page is a whole one.
        let first = ListRequest {
            cursor: None,
            ..request.clone()
        };
        return Box::pin(page(services, &first)).await;
    }
    found.tickets.truncate(limit);
    let place = |of: Option<&ListedTicket>| of.map(|t| Position::of(&t.ticket, order));
    let towards = |direction| {
        move |position| Cursor {
            position,
            direction,
        }
    };
    let end = if more {
        place(found.tickets.last())
    } else {
        found.goes_on
    };
    let unfinished = !more && end.is_some();
    let came_from = request.cursor.map(|c| c.position);
    let begin = place(found.tickets.first()).or(came_from);
    Ok(match direction {
        Direction::Down => {
            let cursors = Cursors {
                next: end.map(towards(Direction::Down)),
                previous: came_from.and(begin).map(towards(Direction::Up)),
                unfinished,
            };
            (found.tickets, cursors)
        }
        Direction::Up => {
            found.tickets.reverse();
            let cursors = Cursors {
                next: begin.map(towards(Direction::Down)),
                previous: end.map(towards(Direction::Up)),
                unfinished,
            };
            (found.tickets, cursors)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for direction in [Direction::Down, Direction::Up] {
            let cursor = Cursor {
                position: Position {
                    key: -7,
                    ticket: TicketId(1042),
                },
                direction,
            };
            let text = cursor.to_string();
            assert_eq!(Cursor::parse(&text), Some(cursor));
            assert!(!text.contains("1042"));
        }
        for text in ["", "FM-3", "YWZ0ZXI", "YWZ0ZXIgMSAyIDM"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
