//! A list by article: all its tickets together, where the first of them stands in the list.

use std::collections::{BTreeMap, HashSet};

use super::{Cursor, Cursors, ListRequest, ListedTicket, restrict};
use crate::{
    domain::{article::Article, ids::ArticleId},
    services::{Services, browse_tickets::Newsroom},
    storage::{
        StorageError,
        ticket_list::{self, Direction, Position, Stretch},
    },
};

/// Tickets of one article that are shown.
const SHOWN: u64 = 5;
/// Tickets that are read at once, to see which articles they are of.
const AT_ONCE: u64 = 30;
/// How often, until the page ends as it is.
const ROUNDS: usize = 10;

/// An article of a list.
#[derive(Debug, Clone)]
pub struct ListedArticle {
    /// The article.
    pub article: Option<Article>,
    /// The first of its tickets, in the order of the list.
    pub tickets: Vec<ListedTicket>,
    /// How many it has in the list.
    pub count: u64,
}

/// A page of a list by article.
#[derive(Debug, Clone)]
pub struct ArticlePage {
    /// The articles, in the order of the first ticket of each.
    pub articles: Vec<ListedArticle>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// Where the page before begins.
    pub previous: Option<Cursor>,
    /// The page ended before it was full, and what follows was not looked at yet.
    pub unfinished: bool,
}

/// A page of articles; `request.limit` counts these.
///
/// # Errors
/// [`StorageError`]
pub async fn by_article(
    services: &Services,
    newsroom: &Newsroom,
    mut request: ListRequest,
) -> Result<ArticlePage, StorageError> {
    restrict(&mut request.filter, newsroom);
    let (groups, cursors) = page(services, &request).await?;
    let articles = groups
        .into_iter()
        .map(|group| ListedArticle {
            article: group.tickets.first().map(|t| t.article.clone()),
            tickets: group.tickets,
            count: group.count,
        })
        .collect();
    Ok(ArticlePage {
        articles,
        next: cursors.next,
        previous: cursors.previous,
        unfinished: cursors.unfinished,
    })
}

/// The tickets of an article, and how many there are.
struct Group {
    tickets: Vec<ListedTicket>,
    count: u64,
}

async fn page(
    services: &Services,
    request: &ListRequest,
) -> Result<(Vec<Group>, Cursors), StorageError> {
    let (db, order, filter) = (services.store.reader(), request.order, &request.filter);
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let direction = request.cursor.map_or(Direction::Down, |c| c.direction);
    let came_from = request.cursor.map(|c| c.position);
    let mut stretch = Stretch {
        order,
        from: came_from,
        direction,
        limit: AT_ONCE,
    };
    let mut groups: Vec<Group> = Vec::new();
    // Where the list goes on when the page is full, or ended as it is.
    let (mut end, mut full) = (None, false);
    for _ in 0..ROUNDS {
        let found = ticket_list::list(db, filter, stretch).await?;
        let articles: HashSet<ArticleId> = found.tickets.iter().map(|t| t.ticket.article).collect();
        let articles: Vec<ArticleId> = articles.into_iter().collect();
        let mut of_articles: BTreeMap<ArticleId, Group> = BTreeMap::new();
        for (listed, count) in ticket_list::of_articles(db, filter, &articles, order, SHOWN).await?
        {
            let group = of_articles
                .entry(listed.ticket.article)
                .or_insert_with(|| Group {
                    tickets: Vec::new(),
                    count,
                });
            group.tickets.push(listed);
        }
        for ListedTicket { ticket, .. } in &found.tickets {
            // An article stands where its first ticket stands, and nowhere else.
            let is_first = of_articles.get(&ticket.article).is_some_and(|group| {
                group
                    .tickets
                    .first()
                    .is_some_and(|t| t.ticket.id == ticket.id)
            });
            if is_first {
                if groups.len() == limit {
                    full = true;
                    break;
                }
                groups.extend(of_articles.remove(&ticket.article));
            }
            end = Some(Position::of(ticket, order));
        }
        let goes_on = found.goes_on;
        if full || goes_on.is_none() {
            if !full {
                end = None;
            }
            break;
        }
        // Where nothing was found in it, the stretch ends further on.
        end = goes_on;
        stretch.from = goes_on;
    }
    if direction == Direction::Up && end.is_none() {
        let first = ListRequest {
            cursor: None,
            ..request.clone()
        };
        return Box::pin(page(services, &first)).await;
    }
    let first = groups
        .first()
        .and_then(|group| group.tickets.first())
        .map(|listed| Position::of(&listed.ticket, order));
    let begin = first.or(came_from);
    let towards = |direction| {
        move |position| Cursor {
            position,
            direction,
        }
    };
    let unfinished = !full && end.is_some();
    Ok(match direction {
        Direction::Down => (
            groups,
            Cursors {
                next: end.map(towards(Direction::Down)),
                previous: came_from.and(begin).map(towards(Direction::Up)),
                unfinished,
            },
        ),
        Direction::Up => {
            groups.reverse();
            (
                groups,
                Cursors {
                    next: begin.map(towards(Direction::Down)),
                    previous: end.map(towards(Direction::Up)),
                    unfinished,
                },
            )
        }
    })
}
