//! `GET /settings/history`: who changed what in the settings, newest first.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::page;
use crate::{
    services::{admin_history, browse_tickets},
    web::{AppState, session::CurrentEditor},
};

/// Where the page begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    before: String,
}

/// `GET /settings/history`
#[handler]
pub async fn list(
    request: &Request,
    Query(query): Query<HistoryQuery>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let before = Uuid::parse_str(&query.before).ok();
    let (events, next) = admin_history::page(&state.services, &editor.editor, before).await?;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let shown: Vec<Value> = events
        .iter()
        .map(|event| {
            let changes: Vec<Value> = event
                .changes
                .iter()
                .map(|change| {
                    context! {
                        field => change.field.replace('_', "-"),
                        before => change.before.as_str(),
                        after => change.after.as_str(),
                    }
                })
                .collect();
            context! {
                at => event.at,
                who => event.editor.map(|id| newsroom.editor_name(id).unwrap_or_default().to_owned()),
                action => event.action.as_str().replace('_', "-"),
                subject => event.subject.as_str(),
                site => event.site.and_then(|id| newsroom.site(id)).map(|site| site.name.as_str()),
                changes => changes,
            }
        })
        .collect();
    let own = context! {
        events => shown,
        next_url => next.map(|id| format!("/settings/history?before={id}")),
        first_url => before.map(|_| "/settings/history"),
    };
    page(
        state,
        request,
        &editor,
        "settings/history.html",
        "history",
        own,
    )
    .await
}
