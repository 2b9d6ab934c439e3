//! The settings ("Verwaltung"): sites, desks, people, and the history of all changes. Forms and full pages; script only copies.

pub mod addresses;
pub mod desk_form;
pub mod desks;
pub mod embedding;
pub mod history;
pub mod people;
pub mod site_form;
pub mod sites;

use minijinja::{Value, context};
use poem::{IntoResponse as _, Request, Response, http::StatusCode, web::Redirect};

use super::{frame, with_flash};
use crate::{
    domain::site::{Lang, Site},
    rendering::translate,
    services::{browse_tickets, manage_sites, second_factor},
    storage::StorageError,
    web::{AppState, session::CurrentEditor},
};

/// What came of an act, told on the page that follows it: the word in the address, and the message it stands for.
const DONE: [(&str, &str); 14] = [
    ("password", "settings-done-password"),
    ("invited", "settings-done-invited"),
    ("revoked", "settings-done-revoked"),
    ("switched-off", "settings-done-switched-off"),
    ("switched-on", "settings-done-switched-on"),
    ("password-sent", "settings-done-password-sent"),
    ("factor-removed", "settings-done-factor-removed"),
    ("last-admin", "settings-done-last-admin"),
    ("session-ended", "settings-done-session-ended"),
    ("sessions-ended", "settings-done-sessions-ended"),
    ("token-revoked", "settings-done-token-revoked"),
    ("saved", "settings-done-saved"),
    ("added", "settings-done-added"),
    ("removed", "settings-done-removed"),
];

/// A page of the settings or the profile in the desk's frame. `section` names the current entry of the navigation.
///
/// # Errors
/// Where the database or the template fails.
pub async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    template: &str,
    section: &str,
    own: Value,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((editor, &newsroom)), lang).await?;
    let frame = with_flash(frame, done(request, lang));
    let nav = context! {
        section => section,
        administers => editor.editor.highest_role() == Some(crate::domain::editor::Role::Admin),
        administers_all => editor.editor.role_everywhere() == Some(crate::domain::editor::Role::Admin),
    };
    Ok(state.page(
        template,
        &context! { settings_nav => nav, ..context! { ..own, ..frame } },
    )?)
}

/// Whether a page shall advise somebody to set up a second factor: whoever administers with nothing but a password. The demo asks for none.
///
/// # Errors
/// [`StorageError`]
pub async fn advises_factor(
    state: &AppState,
    editor: &CurrentEditor,
) -> Result<bool, StorageError> {
    Ok(state.settings.demo.is_none()
        && second_factor::is_advised(&state.services, &editor.editor).await?)
}

fn done(request: &Request, lang: Lang) -> Option<(&'static str, String)> {
    let query = request.uri().query().unwrap_or_default();
    let (_, word) = url::form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == "done")?;
    DONE.iter()
        .find(|(known, _)| *known == word)
        .map(|(known, message)| {
            let kind = if *known == "last-admin" {
                "error"
            } else {
                "ok"
            };
            (kind, translate(lang, message, &[]))
        })
}

/// Goes on to a page, which says what came of the act.
#[must_use]
pub fn go_on(path: &str, done: &str) -> Response {
    Redirect::see_other(format!("{path}?done={done}")).into_response()
}

/// 404.
#[must_use]
pub fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

/// The site of that key. Whether the editor administers it, the table of rights has asked.
async fn site(state: &AppState, key: &str) -> poem::Result<Site> {
    manage_sites::find(&state.services, key)
        .await
        .map_err(|error| match error {
            manage_sites::ManageSitesError::Storage(error) => error.into(),
            _ => not_found(),
        })
}
