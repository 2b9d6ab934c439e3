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
    domain::{editor::Role, site::Lang, site_address::AddressPurpose},
    rendering::translate,
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
    let lang = editor.editor.lang;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let shown: Vec<Value> = events
        .iter()
        .map(|event| {
            let changes: Vec<Value> = event
                .changes
                .iter()
                .map(|change| {
                    let said = |value: &str| in_words(lang, &change.field, value);
                    context! {
                        field => change.field.replace('_', "-"),
                        before => said(&change.before),
                        after => said(&change.after),
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

/// A value as people say it: of a closed set the catalogue's words, everything else as it was typed.
fn in_words(lang: Lang, field: &str, value: &str) -> String {
    match field {
        "purpose" if AddressPurpose::parse(value).is_some() => {
            translate(lang, &format!("address-purpose-{value}"), &[])
        }
        "lang" if Lang::parse(value).is_some() => {
            translate(lang, &format!("language-{value}"), &[])
        }
        "confirm_corrections" => translate(lang, &format!("admin-value-{value}"), &[]),
        // `editor, Magazin: viewer`, as the rights are written down.
        "role" => {
            let parts = value.split(", ").map(|part| match part.rsplit_once(": ") {
                Some((site, role)) => format!("{site}: {}", role_in_words(lang, role)),
                None => role_in_words(lang, part),
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        _ => value.to_owned(),
    }
}

fn role_in_words(lang: Lang, role: &str) -> String {
    match Role::parse(role) {
        Some(_) => translate(lang, &format!("role-{role}"), &[]),
        None => role.to_owned(),
    }
}
