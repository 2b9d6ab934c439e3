//! The forms of a site's desks and of its service hours: what they carry, what they showed when they were opened, what is shown of them.

use minijinja::{Value, context};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    domain::{
        byline::{DeskPart, DeskPerson},
        clean::clean_line,
        editor::Editor,
        ids::EditorId,
        service_hours::{ServiceHours, Shift},
        site::{Desk, Lang, Site},
    },
    rendering::translate,
    services::manage_desks::{DeskChange, Hours},
    web::desk::fields::{Faults, Field, Fields},
};

/// The days of the week, Monday first: ends of messages' ids and names of fields.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// No desk answers for more.
const MAX_SECTIONS: usize = 200;

/// The fields of a form.
pub type Pairs = Vec<(String, String)>;

/// What a field holds; nothing where there is none.
#[must_use]
pub fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value.as_str())
}

/// What a form showed when it was opened; nothing from a form that does not say it.
#[must_use]
pub fn read_was<T: DeserializeOwned>(pairs: &[(String, String)]) -> Option<T> {
    serde_json::from_str(value(pairs, "was")).ok()
}

/// The desk that a form describes.
#[must_use]
pub fn read_desk(pairs: &[(String, String)]) -> DeskChange {
    DeskChange {
        name: clean_line(value(pairs, "name")),
        sections: value(pairs, "sections")
            .lines()
            .map(clean_line)
            .filter(|line| !line.is_empty())
            .take(MAX_SECTIONS)
            .collect(),
        deputies: people(pairs, DeskPart::Deputy),
        chiefs: people(pairs, DeskPart::Chief),
    }
}

fn people(pairs: &[(String, String)], part: DeskPart) -> Vec<EditorId> {
    pairs
        .iter()
        .filter(|(name, _)| name == part.as_str())
        .filter_map(|(_, value)| Uuid::parse_str(value).ok().map(EditorId))
        .collect()
}

/// A desk as its form shows it: with those of its people who can be chosen.
#[must_use]
pub fn as_shown(desk: &Desk, parts: &[DeskPerson], people: &[Editor]) -> DeskChange {
    let of = |part: DeskPart| {
        let own = parts.iter().filter(|p| p.desk == desk.id && p.part == part);
        own.map(|p| p.editor)
            .filter(|id| people.iter().any(|person| person.id == *id))
            .collect()
    };
    DeskChange {
        name: desk.name.clone(),
        // As they come back.
        sections: desk.sections.iter().map(|s| clean_line(s)).collect(),
        deputies: of(DeskPart::Deputy),
        chiefs: of(DeskPart::Chief),
    }
}

/// A desk with its form; a refused one with what was typed, open.
#[must_use]
pub fn desk_view(
    desk: &Desk,
    is: &DeskChange,
    typed: &[(String, String)],
    faults: &Faults,
    lang: Lang,
) -> Value {
    let id = desk.id.to_string();
    let refused = value(typed, "act") == "desk" && value(typed, "desk") == id;
    let form = if refused {
        form_view(typed, faults, lang)
    } else {
        change_view(is, None)
    };
    // A refused form was opened when it was opened first.
    let was = if refused {
        value(typed, "was").to_owned()
    } else {
        serde_json::to_string(is).unwrap_or_default()
    };
    context! {
        id => id,
        title => desk.name.as_str(),
        answers_for => desk.sections.clone(),
        was => was,
        refused => refused,
        ..form
    }
}

/// The form for a new desk, with what was typed where it was refused; also where the desk that was to be changed is gone meanwhile.
#[must_use]
pub fn new_view(typed: &[(String, String)], known: &[Desk], faults: &Faults, lang: Lang) -> Value {
    let (act, id) = (value(typed, "act"), value(typed, "desk"));
    let is_gone = || !known.iter().any(|desk| desk.id.to_string() == id);
    if act == "add" || (act == "desk" && is_gone()) {
        form_view(typed, faults, lang)
    } else {
        change_view(&DeskChange::default(), None)
    }
}

fn form_view(typed: &[(String, String)], faults: &Faults, lang: Lang) -> Value {
    change_view(&read_desk(typed), faults.words("name", lang))
}

fn change_view(desk: &DeskChange, error: Option<String>) -> Value {
    let ids = |people: &[EditorId]| people.iter().map(ToString::to_string).collect::<Vec<_>>();
    context! {
        name => desk.name.as_str(),
        sections => desk.sections.clone(),
        deputies => ids(&desk.deputies),
        chiefs => ids(&desk.chiefs),
        error => error,
    }
}

/// The hours of each day, and how many minutes of service a fact may wait; none where nobody is reminded.
pub fn read_hours(pairs: &[(String, String)], faults: &mut Faults) -> Option<Hours> {
    let mut days = ServiceHours([None; 7]);
    for (index, day) in DAYS.into_iter().enumerate() {
        let text = value(pairs, day).trim();
        if text.is_empty() {
            continue;
        }
        days.0[index] = Shift::parse(text);
        if days.0[index].is_none() {
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
    faults.is_empty().then_some(Hours { days, patience })
}

/// What the form of the hours showed when it was opened, as JSON: whole hours of patience.
#[must_use]
pub fn hours_was(site: &Site, typed: &[(String, String)]) -> String {
    if value(typed, "act") == "hours" {
        return value(typed, "was").to_owned();
    }
    let minutes = site.settings.escalate_after_minutes;
    let shown = Hours {
        days: site.settings.service_hours.clone().unwrap_or_default(),
        patience: minutes.map(|m| m / 60 * 60),
    };
    serde_json::to_string(&shown).unwrap_or_default()
}

/// The fields of the hours, as `templates/components/fields.html` wants them.
#[must_use]
pub fn hours_fields(site: &Site, typed: &[(String, String)], faults: &Faults, lang: Lang) -> Value {
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
