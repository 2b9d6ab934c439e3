//! Lists of tickets: which, in which order, from where on.
//!
//! A list is read along an index that stands in its order, once for each site and state (the [`arms`]); their first rows are
//! merged. Where the index knows all that the list is narrowed by, no more is read than is shown. Where it does not, a bounded
//! window of it is looked through: a page may then end before it is full, and the next one goes on from there. What holds words
//! comes from the search index, newest number first, whatever order is asked for.

mod arms;
mod searching;

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Statement};

use self::arms::Arms;
use super::{
    entities::tickets,
    error::StorageError,
    sql::Values,
    tickets::{TicketFilter, read},
};
use crate::domain::{
    ids::{ArticleId, TicketId},
    listing::ListOrder,
    ticket::Ticket,
};

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
) -> Result<Found<Ticket>, StorageError> {
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
        found.tickets.extend(rows.into_iter().filter(|ticket| {
            let at = Position::of(ticket, part.order);
            end.is_none_or(|end| match part.direction {
                Direction::Down => at >= end,
                Direction::Up => at <= end,
            })
        }));
        found.goes_on = if full {
            found.tickets.last().map(|t| Position::of(t, part.order))
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
) -> Result<Vec<Ticket>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let parts: Vec<String> = arms.each(&mut values, |arm, values| {
        let rows = arm.rows(values, stretch, WINDOW);
        format!("SELECT * FROM ({rows}) AS arm")
    });
    let (parts, down) = (parts.join(" UNION ALL "), order_by(stretch.direction));
    let limit = values.place(number(stretch.limit));
    let text = format!(
        "SELECT tickets.* FROM (SELECT place, id FROM ({parts}) AS arms ORDER BY place {down}, id {down} LIMIT {limit}) \
         AS page JOIN tickets ON tickets.id = page.id ORDER BY page.place {down}, page.id {down}"
    );
    rows(db, values.statement(&text)).await
}

async fn rows(
    db: &impl ConnectionTrait,
    statement: Statement,
) -> Result<Vec<Ticket>, StorageError> {
    let rows = tickets::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
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

/// How many tickets there are, counted no further than `most`.
///
/// # Errors
/// [`StorageError`]
pub async fn count_up_to(
    db: &impl ConnectionTrait,
    filter: &TicketFilter,
    most: u64,
) -> Result<u64, StorageError> {
    if filter.sites.is_empty() {
        return Ok(0);
    }
    if let Some(terms) = &filter.words {
        if terms.is_empty() {
            return Ok(0);
        }
        return searching::count(db, filter, terms, most).await;
    }
    let Some(arms) = Arms::of(filter, ListOrder::Newest) else {
        return Ok(0);
    };
    let stretch = Stretch {
        order: ListOrder::Newest,
        from: None,
        direction: Direction::Down,
        limit: most,
    };
    let mut values = Values::new(db.get_database_backend());
    let parts: Vec<String> = arms.each(&mut values, |arm, values| {
        let rows = arm.rows(values, stretch, WINDOW * WINDOWS as u64);
        format!("SELECT * FROM ({rows}) AS arm")
    });
    let (parts, most) = (parts.join(" UNION ALL "), values.place(number(most)));
    let text = format!(
        "SELECT count(*) AS tickets FROM (SELECT 1 FROM ({parts}) AS arms LIMIT {most}) AS counted"
    );
    let row = db.query_one_raw(values.statement(&text)).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "tickets"))?;
    Ok(u64::try_from(count).unwrap_or(0))
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
) -> Result<Vec<(Ticket, u64)>, StorageError> {
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
    let text = format!(
        "SELECT * FROM (SELECT tickets.*, row_number() OVER (PARTITION BY article_id ORDER BY {key} DESC, id DESC) AS place, \
         count(*) OVER (PARTITION BY article_id) AS of_article FROM tickets WHERE {is_one} AND {narrowed}) AS all_of_them \
         WHERE place <= {of_each} ORDER BY {key} DESC, id DESC"
    );
    let mut found = Vec::new();
    for row in db.query_all_raw(values.statement(&text)).await? {
        let count: i64 = row.try_get("", "of_article")?;
        let ticket = read(tickets::Model::from_query_result(&row, "")?)?;
        found.push((ticket, u64::try_from(count).unwrap_or(0)));
    }
    Ok(found)
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
