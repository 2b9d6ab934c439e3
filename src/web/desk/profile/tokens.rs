//! `/profile/tokens`: programs that may act in somebody's name.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};
use serde::Deserialize;
use uuid::Uuid;

use super::security::unkept;
use crate::{
    domain::editor::Scope,
    services::manage_tokens,
    web::{
        AppState,
        desk::{
            fields::{Faults, Field, Fields},
            settings::{go_on, page, sites::refused},
        },
        forms::Form,
        session::CurrentEditor,
    },
};

/// What the new token may do.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenForm {
    read: String,
    write: String,
}

/// `GET /profile/tokens`
#[handler]
pub async fn list(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    tokens_page(state, request, &editor, None, false).await
}

/// `POST /profile/tokens`: makes one; it is shown in this answer and never again.
#[handler]
pub async fn create(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<TokenForm>,
) -> poem::Result<Response> {
    let scopes: Vec<Scope> = [
        (Scope::TicketsRead, !form.read.is_empty()),
        (Scope::TicketsWrite, !form.write.is_empty()),
    ]
    .into_iter()
    .filter_map(|(scope, wanted)| wanted.then_some(scope))
    .collect();
    if scopes.is_empty() {
        return refused(tokens_page(state, request, &editor, None, true).await?);
    }
    let secret = manage_tokens::add_own(&state.services, &editor.editor, scopes).await?;
    tokens_page(state, request, &editor, Some(secret), false).await
}

/// `POST /profile/tokens/{id}`: revokes it; one that was revoked already stays so.
#[handler]
pub async fn revoke(
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    if let Ok(id) = Uuid::parse_str(&id) {
        manage_tokens::revoke_own(&state.services, &editor.editor, id).await?;
    }
    Ok(go_on("/profile/tokens", "token-revoked"))
}

async fn tokens_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    secret: Option<String>,
    nothing_chosen: bool,
) -> poem::Result<Response> {
    let tokens: Vec<Value> = manage_tokens::of_editor(&state.services, &editor.editor)
        .await?
        .iter()
        .filter(|token| token.revoked_at.is_none())
        .map(|token| {
            context! {
                id => token.id.to_string(),
                scopes => token.scopes.iter().map(|s| s.as_str()).collect::<Vec<_>>(),
                created_at => token.created_at,
                last_used_at => token.last_used_at,
            }
        })
        .collect();
    let faults = Faults::default();
    let checkbox = |name, label, value| Field {
        name,
        kind: "checkbox",
        label,
        value,
        ..Field::default()
    };
    let fields = Fields::new(editor.editor.lang, &faults)
        .with(checkbox("read", "token-scope-read", "on"))
        .with(checkbox("write", "token-scope-write", ""));
    let shown = secret.is_some();
    let own = context! {
        tokens => tokens,
        secret => secret,
        fields => fields.shown(),
        nothing_chosen => nothing_chosen,
    };
    let response = page(state, request, editor, "profile/tokens.html", "tokens", own).await?;
    Ok(if shown { unkept(response) } else { response })
}
