//! `GET/POST /bestaetigen/{token}`: the link that confirms an address. Looking changes nothing: mail scanners follow links.

use minijinja::context;
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};

use super::page;
use crate::{
    services::confirm_address::{self, Confirmation},
    web::{AppState, request_lang},
};

/// `GET /bestaetigen/{token}`
#[handler]
pub async fn show(
    request: &Request,
    Path(token): Path<String>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let confirmation = confirm_address::look(&state.services, &token).await?;
    shown(state, request, &token, &confirmation)
}

/// `POST /bestaetigen/{token}`
#[handler]
pub async fn confirm(
    request: &Request,
    Path(token): Path<String>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let confirmation = confirm_address::confirm(&state.services, &token).await?;
    shown(state, request, &token, &confirmation)
}

fn shown(
    state: &AppState,
    request: &Request,
    token: &str,
    confirmation: &Confirmation,
) -> poem::Result<Response> {
    let (found, done, expired) = match confirmation {
        Confirmation::Open(found) => (Some(found), false, false),
        Confirmation::Done(found) => (Some(found), true, false),
        Confirmation::Expired => (None, false, true),
    };
    let own = context! {
        site_name => found.and_then(|f| f.1.as_ref()).map_or("Fehlermelder", |s| s.name.as_str()),
        email_masked => found.map(|f| masked(&f.0.email)).unwrap_or_default(),
        done => done,
        expired => expired,
    };
    Ok(page(
        state,
        "reader/confirm_address.html",
        request_lang(request),
        &format!("/bestaetigen/{token}"),
        own,
    )?)
}

/// Enough of an address to know one's own by.
fn masked(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return String::new();
    };
    let first: String = local.chars().take(1).collect();
    format!("{first}…@{domain}")
}
