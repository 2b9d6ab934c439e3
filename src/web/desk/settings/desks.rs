//! `/settings/sites/{key}/desks`: a site's desks with their sections, deputies and chiefs, whose byline a name is, and when somebody is there.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{
    go_on, page, site,
    sites::{refused, site_view},
};
use crate::{
    domain::{
        byline::{Author, DeskPart},
        clean::clean_line,
        editor::Editor,
        ids::{BylineId, EditorId},
        report::is_email,
        service_hours::{ServiceHours, Shift},
        site::{Desk, Site},
    },
    rendering::translate,
    services::{
        manage_desks::{self, DeskChange},
        manage_editors, manage_sites,
    },
    web::{
        AppState,
        desk::fields::{Faults, Field, Fields},
        forms::Form,
        session::CurrentEditor,
    },
};

/// The days of the week, Monday first: ends of messages' ids and names of fields.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The fields of a form.
type Pairs = Vec<(String, String)>;

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value.as_str())
}

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
            Some((hours, patience)) => {
                manage_desks::set_hours(services, who, &site.key, hours, patience).await?;
                Some("saved")
            }
            None => None,
        },
        "add" | "desk" => {
            let change = DeskChange {
                name: clean_line(value(&pairs, "name")),
                sections: lines(value(&pairs, "sections")),
                deputies: person(&pairs, DeskPart::Deputy),
                chiefs: person(&pairs, DeskPart::Chief),
            };
            if change.name.is_empty() {
                faults.add("name", "error-field-required");
                None
            } else {
                let id = Uuid::parse_str(value(&pairs, "desk")).ok();
                if manage_desks::save(services, who, &site, id, change).await? {
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
                    manage_desks::set_byline(services, who, &site, &name, to).await?;
                    Some("added")
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

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(clean_line)
        .filter(|line| !line.is_empty())
        .take(200)
        .collect()
}

fn person(pairs: &[(String, String)], part: DeskPart) -> Vec<EditorId> {
    pairs
        .iter()
        .filter(|(name, _)| name == part.as_str())
        .filter_map(|(_, value)| Uuid::parse_str(value).ok().map(EditorId))
        .collect()
}

/// The hours of each day, and how many minutes of service a fact may wait; none where nobody is reminded.
fn read_hours(
    pairs: &[(String, String)],
    faults: &mut Faults,
) -> Option<(ServiceHours, Option<u32>)> {
    let mut hours = ServiceHours([None; 7]);
    for (index, day) in DAYS.into_iter().enumerate() {
        let text = value(pairs, day).trim();
        if text.is_empty() {
            continue;
        }
        hours.0[index] = Shift::parse(text);
        if hours.0[index].is_none() {
            faults.add(day, "desks-error-hours");
        }
    }
    let patience = match value(pairs, "patience").trim() {
        "" => None,
        text => {
            let hours = text.parse::<u32>().ok().filter(|h| (1..=200).contains(h));
            if hours.is_none() {
                faults.add_with(
                    "patience",
                    "settings-error-days",
                    vec![("least", "1".to_owned()), ("most", "200".to_owned())],
                );
            }
            hours.map(|hours| hours * 60)
        }
    };
    faults.is_empty().then_some((hours, patience))
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
    let part_of = |desk: &Desk, part: DeskPart| {
        parts
            .iter()
            .filter(|p| p.desk == desk.id && p.part == part)
            .map(|p| p.editor.to_string())
            .collect::<Vec<_>>()
    };
    let shown: Vec<Value> = desks
        .iter()
        .map(|desk| {
            context! {
                id => desk.id.to_string(),
                name => desk.name.as_str(),
                sections => desk.sections.clone(),
                deputies => part_of(desk, DeskPart::Deputy),
                chiefs => part_of(desk, DeskPart::Chief),
            }
        })
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
        typed => context! { act => value(typed, "act").to_owned(), name => value(typed, "name").to_owned(), sections => value(typed, "sections").to_owned(), byline => value(typed, "byline").to_owned(), email => value(typed, "email").to_owned() },
        errors => context! { name => faults.words("name", lang), byline => faults.words("byline", lang), email => faults.words("email", lang) },
        wrong => !faults.is_empty(),
    };
    page(state, request, editor, "settings/desks.html", "sites", own).await
}

fn person_view(person: &Editor) -> Value {
    context! { id => person.id.to_string(), name => person.name.as_str() }
}

fn hours_fields(
    site: &Site,
    typed: &[(String, String)],
    faults: &Faults,
    lang: crate::domain::site::Lang,
) -> Value {
    let set = site.settings.service_hours.clone().unwrap_or_default();
    let retyped = value(typed, "act") == "hours";
    let texts: Vec<String> = DAYS
        .iter()
        .enumerate()
        .map(|(index, day)| match set.0[index] {
            _ if retyped => value(typed, day).to_owned(),
            Some(shift) => shift.to_string(),
            None => String::new(),
        })
        .collect();
    let labels: Vec<String> = DAYS
        .iter()
        .map(|day| translate(lang, &format!("desks-day-{day}"), &[]))
        .collect();
    let mut fields = Fields::new(lang, faults);
    for (index, day) in DAYS.into_iter().enumerate() {
        fields = fields.with(Field {
            name: day,
            kind: "text",
            label_text: Some(&labels[index]),
            value: &texts[index],
            optional: true,
            ..Field::default()
        });
    }
    let patience = if retyped {
        value(typed, "patience").to_owned()
    } else {
        let minutes = site.settings.escalate_after_minutes;
        minutes.map(|m| (m / 60).to_string()).unwrap_or_default()
    };
    fields
        .with(Field {
            name: "patience",
            kind: "number",
            label: "desks-patience",
            hint: Some("desks-patience-hint"),
            value: &patience,
            optional: true,
            ..Field::default()
        })
        .shown()
}
