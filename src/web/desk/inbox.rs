//! `GET /`: the inbox and every other list.

use jiff::tz::TimeZone;
use minijinja::{Value, context};
use poem::{Request, Response, handler, web::Data};

use super::{
    frame, highest_role,
    list_query::{ListQuery, PERIODS},
    rows::Rows,
    saved_views, waves,
};
use crate::{
    domain::{
        kind::Kind,
        listing::{ListOrder, ListShape},
        ticket::{PassageState, Resolution, TicketState},
    },
    rendering::RenderError,
    services::{
        Services,
        browse_tickets::{self, Newsroom},
        list_tickets::{self, ArticlePage, ListRequest, ListedArticle, TicketPage},
    },
    storage::StorageError,
    views,
    web::{AppState, session::CurrentEditor},
};

/// Tickets on one page.
const PAGE: u64 = 30;
/// Articles on one page.
const ARTICLES: u64 = 10;
/// Where days begin.
const TIME_ZONE: &str = "Europe/Berlin";

/// `GET /`
#[handler]
pub async fn list(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let services = &state.services;
    let query = ListQuery::parse(request.uri().query().unwrap_or_default());
    let newsroom = browse_tickets::newsroom(services, &editor.editor).await?;
    let zone = TimeZone::get(TIME_ZONE).unwrap_or(TimeZone::UTC);
    let me = editor.editor.id;
    let mut filter = query.filter(&newsroom, me, services.now(), &zone);
    let not_understood = query.q.as_deref().map_or_else(Vec::new, |text| {
        list_tickets::narrow(&mut filter, text, &newsroom, me)
    });
    let asked = ListRequest {
        filter,
        order: query.order(),
        cursor: query.cursor(),
        limit: PAGE,
    };
    let lang = editor.editor.lang;
    let first = query.cursor().is_none();
    // None needs what another finds.
    let (page, views, tags, frame, waves) = tokio::try_join!(
        error_of(Page::of(services, &newsroom, asked, query.shape())),
        saved_views::beside(state, &editor, &newsroom, &query, &zone),
        error_of(list_tickets::tags_in_use(services, &newsroom)),
        error_of(frame(state, request, Some((&editor, &newsroom)), lang)),
        error_of(waves::banner(state, &newsroom, first)),
    )?;
    let rows = Rows {
        renderer: &state.renderer,
        newsroom: &newsroom,
        lang,
        role: highest_role(&editor, &newsroom),
        in_article: query.shape() == ListShape::Articles,
    };
    Ok(state.page(
        "desk/inbox.html",
        &context! {
            filter => filter_view(&query),
            active => query.narrowed_by(),
            options => options(&newsroom, &tags),
            waves => waves,
            rows => page.rows(rows)?,
            articles => page.articles(rows, &query)?,
            paging => page.paging(&query),
            orders => choices(&query, ListOrder::ALL.iter().map(|o| o.as_str()), query.order().as_str(), |query, word| query.order = Some(word)),
            shapes => choices(&query, ListShape::ALL.iter().map(|s| s.as_str()), query.shape().as_str(), |query, word| query.shape = Some(word)),
            not_understood => not_understood.iter().map(String::as_str).collect::<Value>(),
            views => views,
            view_query => ListQuery { cursor: None, ..query.clone() }.query(),
            may_share => saved_views::may_share(&editor, &newsroom),
            total_hint => Value::from(()),
            ..frame
        },
    )?)
}

async fn error_of<T>(found: impl Future<Output = Result<T, StorageError>>) -> poem::Result<T> {
    found.await.map_err(Into::into)
}

/// A page in either shape.
enum Page {
    Rows(TicketPage),
    Articles(ArticlePage),
}

impl Page {
    async fn of(
        services: &Services,
        newsroom: &Newsroom,
        mut asked: ListRequest,
        shape: ListShape,
    ) -> Result<Self, StorageError> {
        Ok(match shape {
            ListShape::Rows => Self::Rows(list_tickets::list(services, newsroom, asked).await?),
            ListShape::Articles => {
                asked.limit = ARTICLES;
                Self::Articles(list_tickets::by_article(services, newsroom, asked).await?)
            }
        })
    }

    /// The rows; nothing where they stand under their articles.
    fn rows(&self, rows: Rows<'_>) -> Result<Vec<Value>, RenderError> {
        match self {
            Self::Rows(page) => rows.of(&page.tickets),
            Self::Articles(_) => Ok(Vec::new()),
        }
    }

    fn articles(&self, rows: Rows<'_>, query: &ListQuery) -> Result<Vec<Value>, RenderError> {
        let Self::Articles(page) = self else {
            return Ok(Vec::new());
        };
        let view = |listed: &ListedArticle| {
            let article = listed.article.as_ref();
            let only = ListQuery {
                article: article.map(|a| a.id.to_string()),
                shape: None,
                ..query.clone()
            };
            let site = article.and_then(|a| rows.newsroom.site(a.site));
            Ok(context! {
                article => views::article_view(article),
                site_name => site.map_or("", |s| s.name.as_str()),
                rows => rows.of(&listed.tickets)?,
                count => listed.count,
                more => listed.count.saturating_sub(listed.tickets.len() as u64),
                url => only.address(None),
            })
        };
        page.articles.iter().map(view).collect()
    }

    /// Where the neighbouring pages are.
    fn paging(&self, query: &ListQuery) -> Value {
        let (next, previous, unfinished) = match self {
            Self::Rows(page) => (page.next, page.previous, page.unfinished),
            Self::Articles(page) => (page.next, page.previous, page.unfinished),
        };
        context! {
            first => previous.map(|_| query.address(None)),
            previous => previous.map(|cursor| query.address(Some(cursor))),
            next => next.map(|cursor| query.address(Some(cursor))),
            unfinished => unfinished,
        }
    }
}

/// Every parameter by its name; nothing where it says nothing.
fn filter_view(query: &ListQuery) -> Value {
    let mut known = query.clone();
    known.state = known.state.filter(|s| TicketState::parse(s).is_some());
    Value::from_pairs(known.named())
}

/// What may be chosen.
fn options(newsroom: &Newsroom, tags: &[String]) -> Value {
    let words = |all: Vec<&'static str>| Value::from(all);
    let names = |named: Vec<(String, &str)>| {
        named
            .into_iter()
            .map(|(id, name)| context! { id => id, name => name })
            .collect::<Vec<_>>()
    };
    context! {
        states => words(TicketState::ALL.iter().map(|s| s.as_str()).collect()),
        resolutions => words(Resolution::ALL.iter().map(|s| s.as_str()).collect()),
        kinds => words(Kind::ALL.iter().map(|s| s.as_str()).collect()),
        passages => words(PassageState::ALL.iter().map(|s| s.as_str()).collect()),
        periods => words(PERIODS.iter().map(|(name, _)| *name).collect()),
        tags => tags.iter().map(String::as_str).collect::<Value>(),
        sites => newsroom.sites.iter().map(|s| context! { key => s.key.as_str(), name => s.name.as_str() }).collect::<Vec<_>>(),
        desks => names(newsroom.desks.iter().filter(|d| d.active).map(|d| (d.id.to_string(), d.name.as_str())).collect()),
        assignees => names(newsroom.editors.iter().map(|e| (e.id.to_string(), e.name.as_str())).collect()),
    }
}

/// The same list in other orders or shapes, from its beginning.
fn choices(
    query: &ListQuery,
    words: impl Iterator<Item = &'static str>,
    chosen: &str,
    set: impl Fn(&mut ListQuery, String),
) -> Vec<Value> {
    words
        .map(|word| {
            let mut other = query.clone();
            set(&mut other, word.to_owned());
            context! { name => word, url => other.address(None), chosen => word == chosen }
        })
        .collect()
}
