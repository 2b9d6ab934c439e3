//! `GET /tickets/{reference}/passage`: the passage in its context, for where no link leads to it in the live article.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};

use super::{frame, names};
use crate::{
    domain::{ids::TicketId, passage::Passage},
    links::ticket_path,
    services::browse_tickets,
    views,
    web::{AppState, session::CurrentEditor},
};

/// `GET /tickets/{reference}/passage`; without a passage there is nothing to show but the ticket.
#[handler]
pub async fn show(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let (ticket, article) = browse_tickets::with_article(&state.services, &editor.editor, id)
        .await?
        .ok_or_else(not_found)?;
    let Some(passage) = &ticket.passage else {
        return Ok(Redirect::see_other(ticket_path(id)).into_response());
    };
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = frame(
        state,
        request,
        Some((&editor, &newsroom)),
        editor.editor.lang,
    )
    .await?;
    Ok(state.page(
        "desk/passage.html",
        &context! {
            ticket => views::row(&ticket, article.as_ref(), names(&newsroom, &ticket)),
            blocks => blocks(passage),
            cut_before => passage.start.is_none_or(|start| usize::try_from(start) != Ok(passage.prefix.chars().count())),
            ..frame
        },
    )?)
}

/// The blocks of the text around the passage, each in pieces that are marked or not.
fn blocks(passage: &Passage) -> Value {
    let mut blocks: Vec<Vec<Value>> = vec![Vec::new()];
    for (marked, text) in [
        (false, &passage.prefix),
        (true, &passage.exact),
        (false, &passage.suffix),
    ] {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                blocks.push(Vec::new());
            }
            if let (false, Some(block)) = (line.is_empty(), blocks.last_mut()) {
                block.push(context! { marked => marked, text => line });
            }
        }
    }
    blocks.retain(|block| !block.is_empty());
    Value::from(blocks.into_iter().map(Value::from).collect::<Vec<_>>())
}
