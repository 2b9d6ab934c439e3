//! `GET /`: the inbox and every other list.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{frame, names, waves};
use crate::{
    domain::{
        ids::{DeskId, EditorId, TicketId},
        kind::Kind,
        ticket::{Resolution, TicketState},
    },
    services::browse_tickets::{self, Newsroom},
    storage::tickets::TicketFilter,
    views,
    web::{AppState, session::CurrentEditor},
};

/// Tickets on one page.
const PAGE: u64 = 50;

/// What the list is narrowed to; every view is an address. Empty values count as none, unknown ones too.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct InboxQuery {
    state: Option<String>,
    resolution: Option<String>,
    kind: Option<String>,
    site: Option<String>,
    desk: Option<String>,
    assignee: Option<String>,
    q: Option<String>,
    cursor: Option<String>,
}

impl InboxQuery {
    fn filter(&self, newsroom: &Newsroom, editor: &CurrentEditor) -> TicketFilter {
        TicketFilter {
            sites: newsroom
                .sites
                .iter()
                .filter(|s| self.site.as_deref() == Some(&s.key))
                .map(|s| s.id)
                .collect(),
            states: self
                .state
                .as_deref()
                .and_then(TicketState::parse)
                .into_iter()
                .collect(),
            resolution: self.resolution.as_deref().and_then(Resolution::parse),
            kind: self.kind.as_deref().and_then(Kind::parse),
            desks: self
                .desk
                .as_deref()
                .and_then(|d| Uuid::parse_str(d).ok())
                .map(DeskId)
                .into_iter()
                .collect(),
            assignee: match self.assignee.as_deref() {
                Some("me") => Some(Some(editor.editor.id)),
                Some("nobody") => Some(None),
                Some(id) => Uuid::parse_str(id).ok().map(|id| Some(EditorId(id))),
                None => None,
            },
            words: self.q.clone(),
        }
    }

    fn without_blanks(mut self) -> Self {
        for field in [
            &mut self.state,
            &mut self.resolution,
            &mut self.kind,
            &mut self.site,
            &mut self.desk,
            &mut self.assignee,
            &mut self.q,
            &mut self.cursor,
        ] {
            if field.as_deref().is_some_and(|v| v.trim().is_empty()) {
                *field = None;
            }
        }
        self
    }

    fn address(&self, cursor: Option<TicketId>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let cursor = cursor.map(|c| c.to_string());
        let pairs = [
            ("state", &self.state),
            ("resolution", &self.resolution),
            ("kind", &self.kind),
            ("site", &self.site),
            ("desk", &self.desk),
            ("assignee", &self.assignee),
            ("q", &self.q),
            ("cursor", &cursor),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        format!("/?{}", query.finish())
    }
}

/// `GET /`
#[handler]
pub async fn list(
    request: &Request,
    Query(query): Query<InboxQuery>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let query = query.without_blanks();
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let cursor = query.cursor.as_deref().and_then(TicketId::parse);
    let filter = query.filter(&newsroom, &editor);
    let page = browse_tickets::list(&state.services, &newsroom, filter, cursor, PAGE).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((&editor, &newsroom)), lang).await?;
    let rows: Vec<Value> = page
        .tickets
        .iter()
        .map(|t| views::row(&t.ticket, t.article.as_ref(), names(&newsroom, &t.ticket)))
        .collect();
    let keys = |all: Vec<&'static str>| Value::from(all);
    let names = |list: Vec<(String, &str)>| {
        list.into_iter()
            .map(|(id, name)| context! { id => id, name => name })
            .collect::<Vec<_>>()
    };
    Ok(state.page(
        "desk/inbox.html",
        &context! {
            filter => context! {
                state => query.state.as_deref(), resolution => query.resolution.as_deref(), kind => query.kind.as_deref(), site => query.site.as_deref(), desk => query.desk.as_deref(),
                assignee => query.assignee.as_deref(), q => query.q.as_deref(),
            },
            options => context! {
                states => keys(TicketState::ALL.iter().map(|s| s.as_str()).collect()),
                resolutions => keys(Resolution::ALL.iter().map(|s| s.as_str()).collect()),
                kinds => keys(Kind::ALL.iter().map(|s| s.as_str()).collect()),
                sites => newsroom.sites.iter().map(|s| context! { key => s.key.as_str(), name => s.name.as_str() }).collect::<Vec<_>>(),
                desks => names(newsroom.desks.iter().map(|d| (d.id.to_string(), d.name.as_str())).collect()),
                assignees => names(newsroom.editors.iter().map(|e| (e.id.to_string(), e.name.as_str())).collect()),
            },
            waves => if cursor.is_none() { waves::banner(state, &newsroom).await? } else { Vec::new() },
            tickets => rows,
            next_url => page.next.map(|next| query.address(Some(next))),
            first_url => cursor.map(|_| query.address(None)),
            total_hint => Value::from(()),
            ..frame
        },
    )?)
}
