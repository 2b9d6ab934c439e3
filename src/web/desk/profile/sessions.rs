//! `/profile/sessions`: where somebody is signed in, and how to end that.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};
use uuid::Uuid;

use crate::{
    domain::secret::sha256,
    services::own_account,
    web::{
        AppState,
        desk::settings::{go_on, page},
        session::CurrentEditor,
    },
};

const PATH: &str = "/profile/sessions";

/// `GET /profile/sessions`
#[handler]
pub async fn list(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let own = sha256(editor.token.as_bytes());
    let sessions: Vec<Value> = own_account::sessions(&state.services, &editor.editor)
        .await?
        .iter()
        .map(|session| {
            context! {
                id => session.id.map(|id| id.to_string()),
                device => session.device.as_str(),
                since => session.created_at,
                last_seen => session.last_seen_at,
                this => session.token_hash == own,
            }
        })
        .collect();
    let own = context! { sessions => sessions };
    page(
        state,
        request,
        &editor,
        "profile/sessions.html",
        "sessions",
        own,
    )
    .await
}

/// `POST /profile/sessions/{id}`: ends it; one that is over already is over.
#[handler]
pub async fn end(
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    if let Ok(id) = Uuid::parse_str(&id) {
        own_account::end_session(&state.services, &editor.editor, id).await?;
    }
    Ok(go_on(PATH, "session-ended"))
}

/// `POST /profile/sessions`: ends all others.
#[handler]
pub async fn end_others(
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    own_account::end_other_sessions(&state.services, &editor.editor, &editor.token).await?;
    Ok(go_on(PATH, "sessions-ended"))
}
