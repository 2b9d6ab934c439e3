//! `GET /`: the inbox and every other list.

use jiff::tz::TimeZone;
use minijinja::{Value, context};
use poem::{Request, Response, handler, web::Data};

use super::{
    frame,
    list_query::{ListQuery, PERIODS},
    names,
};
use crate::{
    domain::{
        kind::Kind,
        listing::{ListOrder, ListShape},
        ticket::{PassageState, Resolution, TicketState},
    },
    services::{
        browse_tickets::{self, Newsroom},
        list_tickets::{self, ListRequest, TicketPage},
    },
    views,
    web::{AppState, session::CurrentEditor},
};

/// Tickets on one page.
const PAGE: u64 = 50;
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
    let page = list_tickets::list(services, &newsroom, asked).await?;
    let tags = list_tickets::tags_in_use(services, &newsroom).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((&editor, &newsroom)), lang).await?;
    Ok(state.page(
        "desk/inbox.html",
        &context! {
            filter => filter_view(&query),
            active => query.narrowed_by(),
            options => options(&newsroom, &tags),
            tickets => rows(&page, &newsroom),
            paging => paging(&query, &page),
            orders => choices(&query, ListOrder::ALL.iter().map(|o| o.as_str()), query.order().as_str(), |query, word| query.order = Some(word)),
            shapes => choices(&query, ListShape::ALL.iter().map(|s| s.as_str()), query.shape().as_str(), |query, word| query.shape = Some(word)),
            not_understood => Value::from_iter(not_understood.iter().map(String::as_str)),
            total_hint => Value::from(()),
            ..frame
        },
    )?)
}

/// The rows of a page.
fn rows(page: &TicketPage, newsroom: &Newsroom) -> Vec<Value> {
    page.tickets
        .iter()
        .map(|t| views::row(&t.ticket, t.article.as_ref(), names(newsroom, &t.ticket)))
        .collect()
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
        tags => Value::from_iter(tags.iter().map(String::as_str)),
        sites => newsroom.sites.iter().map(|s| context! { key => s.key.as_str(), name => s.name.as_str() }).collect::<Vec<_>>(),
        desks => names(newsroom.desks.iter().filter(|d| d.active).map(|d| (d.id.to_string(), d.name.as_str())).collect()),
        assignees => names(newsroom.editors.iter().map(|e| (e.id.to_string(), e.name.as_str())).collect()),
    }
}

/// Where the neighbouring pages are.
fn paging(query: &ListQuery, page: &TicketPage) -> Value {
    context! {
        first => page.previous.map(|_| query.address(None)),
        previous => page.previous.map(|cursor| query.address(Some(cursor))),
        next => page.next.map(|cursor| query.address(Some(cursor))),
        unfinished => page.unfinished,
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
