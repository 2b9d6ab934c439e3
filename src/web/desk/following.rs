//! `/tickets/{reference}/following`: whether I follow a ticket. The address in the mails asks; the form does it.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;

use super::frame;
use crate::{
    domain::{ids::TicketId, ticket::Ticket},
    links::ticket_path,
    services::{
        browse_tickets::{self, Newsroom},
        follow_ticket,
    },
    storage::StorageError,
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// What the ticket's page shows of it.
///
/// # Errors
/// [`StorageError`]
pub async fn view(
    state: &AppState,
    editor: &CurrentEditor,
    newsroom: &Newsroom,
    ticket: &Ticket,
) -> Result<Value, StorageError> {
    let followers = follow_ticket::followers(&state.services, ticket.id).await?;
    let names: Vec<String> = newsroom
        .editors
        .iter()
        .filter(|e| followers.contains(&e.id) && e.reads(ticket.site))
        .map(|e| e.name.clone())
        .collect();
    Ok(context! { mine => followers.contains(&editor.editor.id), names => names })
}

/// `GET /tickets/{reference}/following`: asks whether to stop.
#[handler]
pub async fn confirm(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    browse_tickets::find(&state.services, &editor.editor, id)
        .await?
        .ok_or_else(not_found)?;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = frame(
        state,
        request,
        Some((&editor, &newsroom)),
        editor.editor.lang,
    )
    .await?;
    let page = context! { reference => id.to_string(), url => ticket_path(id), ..frame };
    Ok(state.page("desk/stop_following.html", &page)?)
}

/// What the form carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FollowingForm {
    csrf: String,
    following: String,
}

/// `POST /tickets/{reference}/following`
#[handler]
pub async fn update(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<FollowingForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let following = match form.following.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(poem::Error::from_status(StatusCode::BAD_REQUEST)),
    };
    if follow_ticket::set_following(&state.services, &editor.editor, id, following).await? {
        Ok(Redirect::see_other(ticket_path(id)).into_response())
    } else {
        Err(not_found())
    }
}
