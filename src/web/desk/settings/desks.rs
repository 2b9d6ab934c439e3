//! `/settings/sites/{key}/desks`: a site's desks with their sections, deputies and chiefs, whose byline a name is, and when somebody is there.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{
    desk_form::{
        Pairs, as_shown, desk_view, hours_fields, hours_was, new_view, read_desk, read_hours,
        read_was, value,
    },
    go_on, page, site,
    sites::{refused, site_view},
};
use crate::{
    domain::{
        byline::Author,
        clean::clean_line,
        editor::Editor,
        ids::{BylineId, EditorId},
        report::is_email,
        site::{Desk, Site},
    },
    services::{manage_desks, manage_editors, manage_sites},
    web::{AppState, desk::fields::Faults, forms::Form, session::CurrentEditor},
};

fn path_of(site: &Site) -> String {
    format!("/settings/sites/{}/desks", site.key)
}

/// `GET /settings/sites/{key}/desks`
#[handler]
pub async fn show(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let site = site(state, &key).await?;
    let none = Faults::default();
    desks_page(state, request, &editor, &site, &[], &none).await
}

/// `POST /settings/sites/{key}/desks`: `act` says what: `hours`, `add`, `desk`, `remove`, `byline`, `unbyline`.
#[handler]
pub async fn act(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(pairs): Form<Pairs>,
) -> poem::Result<Response> {
    let site = site(state, &key).await?;
    let who = editor.editor.id;
    let services = &state.services;
    let mut faults = Faults::default();
    let done = match value(&pairs, "act") {
        "hours" => match read_hours(&pairs, &mut faults) {
            Some(hours) => {
                let was = read_was(&pairs);
                manage_desks::set_hours(services, who, &site.key, &hours, was.as_ref()).await?;
                Some("saved")
            }
            None => None,
        },
        "add" | "desk" => {
            let change = read_desk(&pairs);
            if change.name.is_empty() {
                faults.add("name", "error-field-required");
                None
            } else {
                let id = Uuid::parse_str(value(&pairs, "desk")).ok();
                let was = read_was(&pairs);
                if manage_desks::save(services, who, &site, id, change, was.as_ref()).await? {
                    Some(if id.is_some() { "saved" } else { "added" })
                } else {
                    faults.add("name", "desks-error-taken");
                    None
                }
            }
        }
        "remove" => {
            if let Ok(id) = Uuid::parse_str(value(&pairs, "desk")) {
                manage_desks::remove(services, who, &site, id).await?;
            }
            Some("removed")
        }
        "byline" => {
            let name = clean_line(value(&pairs, "byline"));
            let address = value(&pairs, "email").trim().to_lowercase();
            let to = match Uuid::parse_str(value(&pairs, "person")) {
                Ok(id) => Some(Author::Editor(EditorId(id))),
                Err(_) if is_email(&address) => Some(Author::Address(address)),
                Err(_) => None,
            };
            match to {
                Some(to) if !name.is_empty() => {
                    if manage_desks::set_byline(services, who, &site, &name, to).await? {
                        Some("added")
                    } else {
                        faults.add("person", "desks-error-person");
                        None
                    }
                }
                _ => {
                    let field = if name.is_empty() { "byline" } else { "email" };
                    faults.add(field, "desks-error-byline");
                    None
                }
            }
        }
        "unbyline" => {
            if let Ok(id) = Uuid::parse_str(value(&pairs, "id")) {
                manage_desks::remove_byline(services, who, &site, BylineId(id)).await?;
            }
            Some("removed")
        }
        _ => None,
    };
    match done {
        Some(done) => Ok(go_on(&path_of(&site), done)),
        None => refused(desks_page(state, request, &editor, &site, &pairs, &faults).await?),
    }
}

async fn desks_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    site: &Site,
    typed: &[(String, String)],
    faults: &Faults,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let mut people = manage_editors::list(&state.services).await?;
    people.retain(|person| person.edits(site.id));
    let parts = manage_desks::people(&state.services).await?;
    let desks: Vec<Desk> = manage_sites::desks(&state.services)
        .await?
        .into_iter()
        .filter(|desk| desk.site == site.id)
        .collect();
    let shown: Vec<Value> = desks
        .iter()
        .map(|desk| desk_view(desk, &as_shown(desk, &parts, &people), typed, faults, lang))
        .collect();
    let bylines: Vec<Value> = manage_desks::bylines(&state.services, site)
        .await?
        .iter()
        .map(|byline| {
            let to = match &byline.to {
                Author::Editor(id) => people
                    .iter()
                    .find(|person| person.id == *id)
                    .map_or_else(String::new, |person| person.name.clone()),
                Author::Address(address) => address.clone(),
            };
            context! { id => byline.id.to_string(), name => byline.name.as_str(), to => to }
        })
        .collect();
    let own = context! {
        site => site_view(site),
        desks => shown,
        bylines => bylines,
        people => people.iter().map(person_view).collect::<Vec<_>>(),
        hours => hours_fields(site, typed, faults, lang),
        hours_was => hours_was(site, typed),
        new => new_view(typed, &desks, faults, lang),
        typed => context! { byline => value(typed, "byline").to_owned(), person => value(typed, "person").to_owned(), email => value(typed, "email").to_owned() },
        errors => context! { byline => faults.words("byline", lang), person => faults.words("person", lang), email => faults.words("email", lang) },
        wrong => !faults.is_empty(),
    };
    page(state, request, editor, "settings/desks.html", "sites", own).await
}

fn person_view(person: &Editor) -> Value {
    context! { id => person.id.to_string(), name => person.name.as_str() }
}
