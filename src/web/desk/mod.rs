//! The editors' desk: sign-in, inbox, ticket, decisions. Plain forms and links; script only makes it quicker.

pub mod answers;
pub mod article;
mod article_text;
pub mod bulk;
pub mod components;
pub mod decisions;
pub mod door;
pub mod fields;
pub mod following;
pub mod forwarding;
pub mod house_rules;
pub mod inbox;
pub mod keys;
pub mod list_query;
pub mod live;
pub mod merging;
mod note_view;
pub mod notes;
pub mod passage;
pub mod personal_data;
pub mod profile;
mod rows;
pub mod saved_views;
pub mod settings;
pub mod sightings;
pub mod sign_in;
pub mod sorting;
pub mod statistics;
mod statistics_export;
mod statistics_plot;
pub mod ticket;
pub mod undoing;
pub mod waves;

use std::collections::BTreeMap;

use minijinja::{Value, context};
use poem::Request;

use super::{AppState, session::CurrentEditor};
use crate::{
    domain::{
        editor::Role,
        site::Lang,
        ticket::{Ticket, TicketState},
    },
    services::browse_tickets::{self, Newsroom},
    storage::StorageError,
    views::Names,
};

/// Counters beyond this are shown as "500+".
const COUNT_SHOWN: i64 = 500;

/// What every page of the desk shows around its own.
///
/// # Errors
/// [`StorageError`]
pub async fn frame(
    state: &AppState,
    request: &Request,
    editor: Option<(&CurrentEditor, &Newsroom)>,
    lang: Lang,
) -> Result<Value, StorageError> {
    let counts = match editor {
        Some((_, newsroom)) => browse_tickets::counts(&state.services, newsroom).await?,
        None => BTreeMap::new(),
    };
    let count = |of| shown_count(&counts, of);
    // Its buttons are an editor's.
    let demo = state.settings.demo.as_ref().zip(editor.map(|(e, _)| e));
    let undo = match editor {
        Some((e, _)) => undoing::offer(state, request, &e.editor).await?,
        None => None,
    };
    let told = demo.and_then(|(d, e)| d.take_flash(e.editor.id));
    let told = told.or_else(|| undoing::result(request, lang));
    let path = request
        .original_uri()
        .path_and_query()
        .map_or("/", |p| p.as_str());
    Ok(context! {
        lang => lang.as_str(),
        time_zone => "Europe/Berlin",
        csrf => editor.map(|(e, _)| e.csrf.clone()),
        editor => editor.map(|(e, newsroom)| context! {
            id => e.editor.id.to_string(),
            name => e.editor.name.as_str(),
            email => e.editor.email.as_str(),
            keys => e.editor.keys,
            role => highest_role(e, newsroom).as_str(),
        }),
        site_count => editor.map_or(0, |(_, n)| n.sites.len()),
        counts => context! {
            new => count(TicketState::New),
            open => count(TicketState::Open),
            waiting => count(TicketState::Waiting),
            snoozed => count(TicketState::Snoozed),
            closed => count(TicketState::Closed),
        },
        flash => told.map(|(kind, text)| context! { kind => kind, text => text }),
        undo => undo,
        path => path,
        base_url => state.services.links.base(),
        demo => demo.map(|(d, _)| d.context()),
    })
}

/// A counter as the navigation shows it.
fn shown_count(counts: &BTreeMap<TicketState, i64>, of: TicketState) -> String {
    match counts.get(&of).copied().unwrap_or(0) {
        n if n > COUNT_SHOWN => format!("{COUNT_SHOWN}+"),
        n => n.to_string(),
    }
}

/// The frame, with what came of the last act on top.
#[must_use]
pub fn with_flash(frame: Value, flash: Option<(&'static str, String)>) -> Value {
    match flash {
        Some((kind, text)) => {
            context! { flash => context! { kind => kind, text => text }, ..frame }
        }
        None => frame,
    }
}

fn highest_role(editor: &CurrentEditor, newsroom: &Newsroom) -> Role {
    newsroom
        .sites
        .iter()
        .filter_map(|s| editor.editor.role_on(s.id))
        .max()
        .or(editor.editor.role)
        .unwrap_or(Role::Viewer)
}

/// The names of what a ticket points to.
#[must_use]
pub fn names<'a>(newsroom: &'a Newsroom, ticket: &Ticket) -> Names<'a> {
    let desk = ticket
        .desk
        .and_then(|id| newsroom.desks.iter().find(|d| d.id == id));
    let site = newsroom.site(ticket.site);
    Names {
        site: site.map_or("", |s| s.name.as_str()),
        time_zone: site.map(|s| s.time_zone.as_str()),
        desk: desk.map(|d| d.name.as_str()),
        assignee: ticket.assignee.and_then(|id| newsroom.editor_name(id)),
    }
}
