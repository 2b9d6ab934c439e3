//! `GET /components`: every component in every state, to look at when a style is changed.

use minijinja::context;
use poem::{Request, Response, handler, web::Data};

use super::frame;
use crate::{
    services::browse_tickets,
    web::{AppState, session::CurrentEditor},
};

/// `GET /components`
#[handler]
pub async fn show(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = frame(
        state,
        request,
        Some((&editor, &newsroom)),
        editor.editor.lang,
    )
    .await?;
    Ok(state.page("desk/components.html", &context! { ..frame })?)
}
