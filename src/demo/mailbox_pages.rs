//! `GET /demo/mailbox…`: the mails that were sent. Whoever reads the magazine may look, for a reader's mails are there too.

use std::{collections::HashMap, path::PathBuf};

use minijinja::{Value, context};
use poem::{
    FromRequest, Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path, Query},
};
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

use super::{
    mailbox::{self, Mail, Place},
    scenery::{MAILBOX, Scenery},
};
use crate::{
    domain::{ids::NotificationId, notification::Occasion},
    services::browse_tickets,
    storage::notifications,
    web::{AppState, desk, request_lang, session::CurrentEditor},
};

/// Mails on one page.
const PAGE: usize = 50;

/// A mail's HTML may look as it was made, and do nothing but lead on.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// Where a page of the mailbox begins.
#[derive(Debug, Deserialize)]
pub struct MailboxQuery {
    before: Option<String>,
}

/// `GET /demo/mailbox`
#[handler]
pub async fn list(
    request: &Request,
    Query(query): Query<MailboxQuery>,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
) -> poem::Result<Response> {
    let before = query.before.as_deref().and_then(Place::parse);
    let (mails, next) = blocking(scenery, move |folder| {
        mailbox::list(&folder, before.as_ref(), PAGE)
    })
    .await?;
    let occasions = occasions(state, &mails).await?;
    let rows: Vec<Value> = mails
        .iter()
        .map(|mail| {
            let occasion = occasions.get(&mail.id).map(|o| o.as_str());
            context! { id => &mail.id, to => &mail.to, subject => &mail.subject, date => mail.date, occasion => occasion }
        })
        .collect();
    let next_url = next.map(|place| format!("{MAILBOX}?before={place}"));
    let frame = frame(state, request).await?;
    Ok(state.page(
        "demo/mailbox.html",
        &context! { mails => rows, next_url => next_url, ..frame },
    )?)
}

/// `GET /demo/mailbox/{id}`
#[handler]
pub async fn show(
    request: &Request,
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
) -> poem::Result<Response> {
    let mail = found(scenery, id).await?;
    let text: Vec<Value> = mailbox::with_links(&mail.text)
        .into_iter()
        .map(|s| context! { text => s.text, is_link => s.is_link })
        .collect();
    let headers: Vec<Value> = mail
        .headers
        .iter()
        .map(|(name, value)| context! { name => name, value => value })
        .collect();
    let path = format!("{MAILBOX}/{}", mail.id);
    let shown = context! {
        from => mail.from, to => mail.to, subject => mail.subject, date => mail.date, headers => headers, text => text,
        html_url => mail.html.as_ref().map(|_| format!("{path}/html")),
        source_url => format!("{path}/source"),
    };
    let frame = frame(state, request).await?;
    Ok(state.page("demo/mail.html", &context! { mail => shown, ..frame })?)
}

/// `GET /demo/mailbox/{id}/html`
#[handler]
pub async fn html(
    Path(id): Path<String>,
    Data(scenery): Data<&Arc<Scenery>>,
) -> poem::Result<Response> {
    let html = found(scenery, id).await?.html.ok_or_else(not_found)?;
    Ok(Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, MAIL_POLICY)
        .body(html))
}

/// `GET /demo/mailbox/{id}/source`
#[handler]
pub async fn source(
    Path(id): Path<String>,
    Data(scenery): Data<&Arc<Scenery>>,
) -> poem::Result<Response> {
    let (bytes, _) = blocking(scenery, move |folder| mailbox::source(&folder, &id))
        .await?
        .ok_or_else(not_found)?;
    Ok(Response::builder()
        .content_type("text/plain; charset=utf-8")
        .body(bytes))
}

async fn found(scenery: &Scenery, id: String) -> poem::Result<Mail> {
    blocking(scenery, move |folder| mailbox::read(&folder, &id))
        .await?
        .ok_or_else(not_found)
}

fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

async fn blocking<T: Send + 'static>(
    scenery: &Scenery,
    look: impl FnOnce(PathBuf) -> std::io::Result<T> + Send + 'static,
) -> poem::Result<T> {
    let folder = scenery.mails.clone();
    let looked = tokio::task::spawn_blocking(move || look(folder)).await;
    looked
        .map_err(poem::error::InternalServerError)?
        .map_err(poem::error::InternalServerError)
}

/// Why the mails were sent, as far as the outbox still knows.
async fn occasions(state: &AppState, mails: &[Mail]) -> poem::Result<HashMap<String, Occasion>> {
    let ids: Vec<NotificationId> = mails
        .iter()
        .filter_map(|m| Uuid::parse_str(&m.id).ok())
        .map(NotificationId)
        .collect();
    let known = notifications::occasions(state.services.store.reader(), &ids).await?;
    Ok(known
        .into_iter()
        .map(|(id, occasion)| (id.to_string(), occasion))
        .collect())
}

/// The desk's frame for who is signed in, and a bare one for everybody else.
async fn frame(state: &AppState, request: &Request) -> poem::Result<Value> {
    let frame = if let Ok(editor) = CurrentEditor::from_request_without_body(request).await {
        let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
        let lang = editor.editor.lang;
        desk::frame(state, request, Some((&editor, &newsroom)), lang).await?
    } else {
        desk::frame(state, request, None, request_lang(request)).await?
    };
    Ok(frame)
}
