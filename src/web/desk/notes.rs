//! `POST /tickets/{reference}/notes/preview`: what a note will look like, before it is saved. (To save it is a decision like others.)

use minijinja::context;
use poem::{
    Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    note_view,
    ticket::{RefusedForm, page},
};
use crate::{
    domain::ids::TicketId,
    services::{browse_tickets, triage_ticket::MAX_NOTE},
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// What the form carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviewForm {
    csrf: String,
    version: Option<i64>,
    note: String,
}

/// How the preview is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The preview alone, for the page's script.
    fragment: Option<String>,
}

/// `POST /tickets/{reference}/notes/preview`: the ticket's page with the preview in the form; with `?fragment` the preview alone.
#[handler]
pub async fn preview(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Query(wanted): Query<Wanted>,
    Form(form): Form<PreviewForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let note: String = form.note.chars().take(MAX_NOTE).collect();
    if wanted.fragment.is_none() {
        let look = RefusedForm {
            action: Some("notes"),
            fields: vec![("note", note)],
            seen_version: form.version,
            preview: true,
            ..RefusedForm::default()
        };
        return page(state, request, &editor, id, &look).await;
    }
    let ticket = browse_tickets::find(&state.services, &editor.editor, id)
        .await?
        .ok_or_else(not_found)?;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let preview = note_view::shown(&newsroom, &editor, ticket.site, &note);
    let part = context! { lang => editor.editor.lang.as_str(), preview => preview };
    Ok(state.page("components/note_preview.html", &part)?)
}
