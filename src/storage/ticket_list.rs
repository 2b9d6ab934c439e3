//! Lists of tickets: which, in which order, from where on.
//!
//! A list is read along an index that stands in its order, once for each site and state (the [`arms`]); their first rows are
//! merged. Where the index knows all that the list is narrowed by, no more is read than is shown. Where it does not, a bounded
//! window of it is looked through: a page may then end before it is full, and the next one goes on from there. What holds words
//! comes from the search index, newest number first, whatever order is asked for.

mod arms;
mod reading;
mod searching;

use sea_orm::{ConnectionTrait, DbBackend};

use self::{arms::Arms, reading::listed};
use super::{error::StorageError, sql::Values, tickets::TicketFilter};
use crate::domain::{
    ids::{ArticleId, TicketId},
    listing::ListOrder,
    ticket::Ticket,
};

pub use self::reading::ListedTicket;
pub use crate::domain::listing::Direction;

/// A place in a list: what it is ordered by, then the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// When the ticket came (Unix milliseconds), or its weight (seconds).
    pub key: i64,
    /// The ticket's number.
    pub ticket: TicketId,
}

impl Position {
    /// Where a ticket stands.
    #[must_use]
    pub const fn of(ticket: &Ticket, order: ListOrder) -> Self {
        let key = match order {
            ListOrder::Newest => ticket.created_at,
            ListOrder::Pressing => ticket.weight,
        };
        Self {
            key,
            ticket: ticket.id,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// What comes first.
    pub order: ListOrder,
    /// Where it begins, this place not included; the list's own begin, or end, when nothing is said.
    pub from: Option<Position>,
    /// Which way it goes.
    pub direction: Direction,
    /// The most tickets.
    pub limit: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found<T> {
    /// In the direction of reading.
    pub tickets: Vec<T>,
    /// When there may be more that was not looked at: where to go on.
    pub goes_on: Option<Position>,
}

/// Entries of an index that are looked through at once.
const WINDOW: u64 = 2_000;
/// How many windows until the page ends as it is.
const WINDOWS: usize = 3;

/// A part of a list.
///
/// # Errors
/// [`StorageError`]
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &TicketFilter,
    stretch: Stretch,
) -> Result<Found<ListedTicket>, StorageError> {
    let mut found = Found {
        tickets: Vec::new(),
        goes_on: None,
    };
    if filter.sites.is_empty() {
        return Ok(found);
    }
    if let Some(terms) = &filter.words {
        // Signs alone are found nowhere.
        if terms.is_empty() {
            return Ok(found);
        }
        return searching::search(db, filter, terms, stretch).await;
    }
    let mut part = stretch;
    for _ in 0..WINDOWS {
        let Some(arms) = Arms::of(filter, part.order) else {
            return Ok(found);
        };
        part.limit = stretch.limit - found.tickets.len() as u64;
        let rows = page(db, &arms, part).await?;
        let full = rows.len() as u64 >= part.limit;
        let end = if full || arms.is_exact() {
            None
        } else {
            window_end(db, &arms, part).await?
        };
        // Beyond where the first of the windows ends, another arm may hold what stands above.
        found.tickets.extend(rows.into_iter().filter(|listed| {
            let at = Position::of(&listed.ticket, part.order);
            end.is_none_or(|end| match part.direction {
                Direction::Down => at >= end,
                Direction::Up => at <= end,
            })
        }));
        found.goes_on = if full {
            let last = found.tickets.last();
            last.map(|listed| Position::of(&listed.ticket, part.order))
        } else {
            end
        };
        part.from = end;
        if end.is_none() {
            break;
        }
    }
    Ok(found)
}

async fn page(
    db: &impl ConnectionTrait,
    arms: &Arms<'_>,
    stretch: Stretch,
) -> Result<Vec<ListedTicket>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let parts: Vec<String> = arms.each(&mut values, |arm, values| {
        let rows = arm.rows(values, stretch, WINDOW);
        format!("SELECT * FROM ({rows}) AS arm")
    });
    let (parts, down) = (parts.join(" UNION ALL "), order_by(stretch.direction));
    let limit = values.place(number(stretch.limit));
    let page = format!(
        "SELECT id, CAST(0 AS bigint) AS beside FROM ({parts}) AS arms ORDER BY place {down}, id {down} LIMIT {limit}"
    );
    let rows = listed(db, values, &page).await?;
    let mut rows: Vec<ListedTicket> = rows.into_iter().map(|(listed, _)| listed).collect();
    put_in_order(&mut rows, stretch.order, stretch.direction);
    Ok(rows)
}

fn put_in_order(list: &mut [ListedTicket], order: ListOrder, direction: Direction) {
    list.sort_by_key(|listed| Position::of(&listed.ticket, order));
    if direction == Direction::Down {
        list.reverse();
    }
}

/// Where the first of the windows that were looked through ends; nothing when none of them was full.
async fn window_end(
    db: &impl ConnectionTrait,
    arms: &Arms<'_>,
    stretch: Stretch,
) -> Result<Option<Position>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let last = match stretch.direction {
        Direction::Down => "min",
        Direction::Up => "max",
    };
    let windows = arms.each(&mut values, |arm, values| {
        arm.window(values, stretch, WINDOW)
    });
    // Twice along the index costs less than once through a table that is made for it; `+ 0`, lest one is made to look it up.
    let windows: Vec<String> = (0..)
        .zip(windows)
        .map(|(n, window)| format!("w{n} AS NOT MATERIALIZED ({window})"))
        .collect();
    let parts: Vec<String> = (0..windows.len())
        .map(|n| {
            format!(
                "SELECT place, (SELECT {last}(id) FROM w{n} WHERE w{n}.place + 0 = w.place) AS id, looked_at \
                 FROM (SELECT {last}(place) AS place, count(*) AS looked_at FROM w{n}) AS w"
            )
        })
        .collect();
    let (windows, parts) = (windows.join(", "), parts.join(" UNION ALL "));
    let statement = values.statement(&format!("WITH {windows} {parts}"));
    let mut ends = Vec::new();
    for row in db.query_all_raw(statement).await? {
        let looked_at: i64 = row.try_get("", "looked_at")?;
        if looked_at >= number(WINDOW) {
            ends.push(Position {
                key: row.try_get("", "place")?,
                ticket: TicketId(row.try_get("", "id")?),
            });
        }
    }
    Ok(match stretch.direction {
        Direction::Down => ends.into_iter().max(),
        Direction::Up => ends.into_iter().min(),
    })
}

/// How many tickets each list has, counted no further than `most`.
///
/// # Errors
/// [`StorageError`]
pub async fn count_up_to(
    db: &impl ConnectionTrait,
    filters: &[TicketFilter],
    most: u64,
) -> Result<Vec<u64>, StorageError> {
    let mut counts = vec![0; filters.len()];
    let mut values = Values::new(db.get_database_backend());
    let place = values.place(number(most));
    let mut parts = Vec::new();
    for (at, filter) in filters.iter().enumerate() {
        if filter.sites.is_empty() {
            continue;
        }
        if let Some(terms) = &filter.words {
            if !terms.is_empty() {
                counts[at] = searching::count(db, filter, terms, most).await?;
            }
        } else if let Some(arms) = Arms::of(filter, ListOrder::Newest) {
            let tickets = up_to(&arms, &mut values, most);
            parts.push(format!(
                "SELECT {at} AS list, (SELECT count(*) FROM (SELECT 1 FROM ({tickets}) AS arms LIMIT {place}) AS counted) AS tickets"
            ));
        }
    }
    if parts.is_empty() {
        return Ok(counts);
    }
    // All in one: each way to the database costs more than most of the counting.
    let statement = values.statement(&parts.join(" UNION ALL "));
    for row in db.query_all_raw(statement).await? {
        let list: i32 = row.try_get("", "list")?;
        let tickets: i64 = row.try_get("", "tickets")?;
        if let Some(count) = usize::try_from(list).ok().and_then(|n| counts.get_mut(n)) {
            *count = u64::try_from(tickets).unwrap_or(0);
        }
    }
    Ok(counts)
}

/// The first tickets of a list, for counting.
fn up_to(arms: &Arms<'_>, values: &mut Values, most: u64) -> String {
    let stretch = Stretch {
        order: ListOrder::Newest,
        from: None,
        direction: Direction::Down,
        limit: most,
    };
    let parts: Vec<String> = arms.each(values, |arm, values| {
        let rows = arm.rows(values, stretch, WINDOW * WINDOWS as u64);
        format!("SELECT * FROM ({rows}) AS arm")
    });
    parts.join(" UNION ALL ")
}

/// The tickets of articles that the filter lets through, in the order of the list, of each the first few; beside each, how many
/// of its article there are.
///
/// # Errors
/// [`StorageError`]
pub async fn of_articles(
    db: &impl ConnectionTrait,
    filter: &TicketFilter,
    articles: &[ArticleId],
    order: ListOrder,
    of_each: u64,
) -> Result<Vec<(ListedTicket, u64)>, StorageError> {
    if articles.is_empty() || filter.sites.is_empty() {
        return Ok(Vec::new());
    }
    let key = match order {
        ListOrder::Newest => "created_at",
        ListOrder::Pressing => "weight",
    };
    let mut values = Values::new(db.get_database_backend());
    let is_one = values.is_one_of("article_id", articles.iter().map(|a| a.0));
    let mut narrowed = arms::conditions(filter, &mut values);
    if order == ListOrder::Pressing {
        narrowed.push_str(" AND state <> 'closed'");
    }
    let of_each = values.place(number(of_each));
    // SQLite would rather go through all of the site's tickets in the state.
    let tickets = match values.backend {
        DbBackend::Sqlite => "tickets INDEXED BY tickets_of_article",
        _ => "tickets",
    };
    // Numbers alone are sorted; what belongs to them is read of those that are shown.
    let page = format!(
        "SELECT id, of_article AS beside FROM (SELECT id, row_number() OVER (PARTITION BY article_id ORDER BY {key} DESC, id DESC) \
         AS nth, count(*) OVER (PARTITION BY article_id) AS of_article FROM {tickets} WHERE {is_one} AND {narrowed}) AS all_of_them \
         WHERE nth <= {of_each}"
    );
    let mut found = listed(db, values, &page).await?;
    found.sort_by_key(|(listed, _)| std::cmp::Reverse(Position::of(&listed.ticket, order)));
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(found.into_iter().map(|(t, n)| (t, count(n))).collect())
}

const fn order_by(direction: Direction) -> &'static str {
    match direction {
        Direction::Down => "DESC",
        Direction::Up => "ASC",
    }
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
