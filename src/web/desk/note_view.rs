//! What the pages show of a note that is being written.

use minijinja::{Value, context};

use crate::{
    domain::{
        ids::SiteId,
        note::{self, Person},
    },
    services::browse_tickets::Newsroom,
    web::session::CurrentEditor,
};

fn people(newsroom: &Newsroom, site: SiteId) -> Vec<Person> {
    note::people(newsroom.editors.iter().filter(|e| e.reads(site)))
}

/// The names of all whom a note on a ticket of that site may mention.
#[must_use]
pub fn names_to_mention(newsroom: &Newsroom, site: SiteId) -> Vec<String> {
    people(newsroom, site).into_iter().map(|p| p.name).collect()
}

/// A note as it will be shown, and who will be told of it.
#[must_use]
pub fn shown(newsroom: &Newsroom, editor: &CurrentEditor, site: SiteId, text: &str) -> Value {
    let people = people(newsroom, site);
    let told = note::mentions(text, &people);
    let names: Vec<String> = people
        .iter()
        .filter(|p| told.contains(&p.id) && p.id != editor.editor.id)
        .map(|p| p.name.clone())
        .collect();
    context! { html => Value::from_safe_string(note::html(text, &people)), mentions => names }
}
