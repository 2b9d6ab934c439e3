//! Every address on one page, by audience: readers, editors, programs, operators. Each is an [`Entry`] that says who may ask for it; there is
//! no other way to a handler.
//!
//! **To add one:** a line in the list it belongs to. `tests/app/rights.rs` then asks for it as everybody; a parameter behind the first needs
//! an example there.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, Route, RouteMethod};

use super::{
    AppState, api, assets,
    desk::{
        answers, article, bulk, components, decisions, door, following, forwarding, house_rules,
        inbox, keys, live, merging, notes, passage, personal_data, profile, saved_views, settings,
        sign_in, sorting, statistics, ticket, undoing, waves,
    },
    failure,
    hardening::{Hardening, SecurityHeaders},
    metrics, operator, reader,
    request_limits::RequestLimits,
    rights::{
        Entry,
        Right::{Anyone, Everywhere, On, SignedIn, Somewhere, Token, TokenOn, Visitor},
        any, delete, get, options, patch, post,
    },
};
use crate::{
    domain::editor::{
        Role::{Admin, Editor, Viewer},
        Scope::{TicketsRead, TicketsWrite},
    },
    services::rights::Thing::{Article, Site, Ticket},
};

/// Where the control sends reports.
const REPORTS: &str = "/api/v1/reports";

/// All addresses, with who may ask for them.
#[must_use]
pub fn table() -> Vec<Entry> {
    let lists = [
        readers,
        programs,
        visitors,
        desk,
        account,
        administration,
        operators,
    ];
    lists.iter().flat_map(|list| list()).collect()
}

/// What readers meet, in the article page and on pages of ours.
#[rustfmt::skip]
fn readers() -> Vec<Entry> {
    vec![
        any("/embed.js", Anyone, assets::embed_loader()),
        any("/embed/:part", Anyone, assets::embed_part()),
        get("/embed/site/:file", Anyone, reader::site_facts::show),
        post(REPORTS, Anyone, api::reports::create),
        options(REPORTS, Anyone, api::reports::preflight),
        get("/melden", Anyone, reader::form::show),
        post("/melden", Anyone, reader::form::create),
        get("/r/:token", Anyone, reader::status::show),
        post("/r/:token", Anyone, reader::status::update),
        get("/bestaetigen/:token", Anyone, reader::address::show),
        post("/bestaetigen/:token", Anyone, reader::address::confirm),
    ]
}

/// What editors' programs ask.
#[rustfmt::skip]
fn programs() -> Vec<Entry> {
    vec![
        get("/api/v1/tickets", Token(TicketsRead), api::tickets::get_list),
        get("/api/v1/tickets/:reference", TokenOn(TicketsRead, Viewer, Ticket), api::tickets::get_one),
        patch("/api/v1/tickets/:reference", TokenOn(TicketsWrite, Editor, Ticket), api::tickets::patch_one),
        post("/api/v1/tickets/:reference/merges", TokenOn(TicketsWrite, Editor, Ticket), api::merging::merge),
        delete("/api/v1/tickets/:reference/merges/:double", TokenOn(TicketsWrite, Editor, Ticket), api::merging::part),
        post("/api/v1/tickets/:reference/splits", TokenOn(TicketsWrite, Editor, Ticket), api::merging::split),
        delete("/api/v1/tickets/:reference/splits/:split", TokenOn(TicketsWrite, Editor, Ticket), api::merging::join),
        post("/api/v1/articles/refresh", Token(TicketsWrite), api::articles::refresh),
        get("/api/openapi.json", Anyone, api::openapi::show),
        get("/api/docs", Anyone, api::openapi::page::show),
    ]
}

/// Before anybody is signed in.
#[rustfmt::skip]
fn visitors() -> Vec<Entry> {
    vec![
        get("/sign-in", Visitor, sign_in::show),
        post("/sign-in", Visitor, sign_in::create),
        get("/sign-in/factor", Visitor, door::factor::show),
        post("/sign-in/factor", Visitor, door::factor::create),
        post("/language", Visitor, sign_in::language),
        get("/invitation/:token", Visitor, door::invitation::show),
        post("/invitation/:token", Visitor, door::invitation::accept),
        get("/password", Visitor, door::password::show),
        post("/password", Visitor, door::password::ask),
        get("/password/:token", Visitor, door::password::choose),
        post("/password/:token", Visitor, door::password::set),
        any("/assets/:file", Anyone, assets::desk_asset()),
    ]
}

/// The desk.
#[rustfmt::skip]
fn desk() -> Vec<Entry> {
    vec![
        post("/sign-out", SignedIn, sign_in::delete).without_factor(),
        get("/components", SignedIn, components::show),

        // Lists
        get("/", SignedIn, inbox::list).at_one_moment(),
        get("/events", SignedIn, live::events),
        get("/views", SignedIn, saved_views::show).at_one_moment(),
        post("/views", SignedIn, saved_views::change),

        // Many tickets at once; each by the rights of its own
        get("/bulk", Somewhere(Editor), bulk::preview).at_one_moment(),
        post("/bulk", Somewhere(Editor), bulk::create),
        get("/bulk/result", Somewhere(Editor), bulk::show),

        // The editor's own
        get("/keys", SignedIn, keys::show),
        post("/keys", SignedIn, keys::switch),

        // A site's house words, floods, figures
        get("/sites/:site/house-rules", On(Viewer, Site), house_rules::show),
        post("/sites/:site/house-rules", On(Editor, Site), house_rules::update),
        get("/waves/:wave", SignedIn, waves::show).at_one_moment(),
        post("/waves/:wave", Somewhere(Editor), waves::update),
        get("/statistics", SignedIn, statistics::show).at_one_moment(),
        get("/statistics.csv", SignedIn, statistics::csv),
        get("/statistics.json", SignedIn, statistics::json),

        // A ticket
        get("/tickets/:reference", On(Viewer, Ticket), ticket::show).at_one_moment(),
        get("/tickets/:reference/passage", On(Viewer, Ticket), passage::show).at_one_moment(),
        get("/tickets/:reference/following", On(Viewer, Ticket), following::confirm),
        post("/tickets/:reference/following", On(Viewer, Ticket), following::update),
        get("/tickets/:reference/address", On(Editor, Ticket), personal_data::address),
        post("/tickets/:reference/address", On(Editor, Ticket), personal_data::delete_address),
        get("/tickets/:reference/blackout", On(Editor, Ticket), personal_data::ask_words),
        post("/tickets/:reference/blackout", On(Editor, Ticket), personal_data::black_out),
        get("/tickets/:reference/forwarding", On(Editor, Ticket), forwarding::show),
        post("/tickets/:reference/forwarding", On(Editor, Ticket), forwarding::create),
        post("/tickets/:reference/notes/preview", On(Editor, Ticket), notes::preview),
        post("/tickets/:reference/also", On(Editor, Ticket), ticket::open_elsewhere),
        post("/tickets/:reference/priority", On(Editor, Ticket), sorting::prioritise),
        post("/tickets/:reference/tags", On(Editor, Ticket), sorting::tag),
        post("/tickets/:reference/merging", On(Editor, Ticket), merging::merge),
        post("/tickets/:reference/parting", On(Editor, Ticket), merging::part),
        post("/tickets/:reference/splitting", On(Editor, Ticket), merging::split),
        post("/tickets/:reference/:decision", On(Editor, Ticket), decisions::create),
        post("/acts/:act/undoing", SignedIn, undoing::create),

        get("/sites/:key/answers", On(Admin, Site), answers::show),
        post("/sites/:key/answers", On(Admin, Site), answers::save),

        // An article
        get("/articles/:id", On(Viewer, Article), article::show).at_one_moment(),
        post("/articles/:id/looks", On(Editor, Article), article::look),
        get("/articles/:id/forgetting", On(Editor, Article), article::confirm_forgetting),
        post("/articles/:id/forgetting", On(Editor, Article), article::forget),
    ]
}

/// The own account.
#[rustfmt::skip]
fn account() -> Vec<Entry> {
    vec![
        get("/confirm", SignedIn, door::confirm::show).without_factor(),
        post("/confirm", SignedIn, door::confirm::create).without_factor(),
        get("/profile", SignedIn, profile::preferences::show),
        post("/profile", SignedIn, profile::preferences::update),
        get("/profile/security", SignedIn, profile::security::show),
        post("/profile/security/password", SignedIn, profile::security::change_password),
        get("/profile/security/factor", SignedIn, profile::security::begin_factor).with_password().without_factor(),
        post("/profile/security/factor", SignedIn, profile::security::confirm_factor).with_password().without_factor(),
        post("/profile/security/factor/removal", SignedIn, profile::security::remove_factor).with_password(),
        post("/profile/security/codes", SignedIn, profile::security::renew_codes).with_password(),
        get("/profile/sessions", SignedIn, profile::sessions::list),
        post("/profile/sessions", SignedIn, profile::sessions::end_others),
        post("/profile/sessions/:id", SignedIn, profile::sessions::end),
        get("/profile/tokens", SignedIn, profile::tokens::list),
        post("/profile/tokens", SignedIn, profile::tokens::create).with_password(),
        post("/profile/tokens/:id", SignedIn, profile::tokens::revoke),
    ]
}

/// The settings ("Verwaltung").
#[rustfmt::skip]
fn administration() -> Vec<Entry> {
    vec![
        get("/settings", Somewhere(Admin), settings::sites::list),
        get("/settings/sites/new", Everywhere(Admin), settings::sites::blank),
        post("/settings/sites", Everywhere(Admin), settings::sites::create),
        get("/settings/sites/:key", On(Admin, Site), settings::sites::show),
        post("/settings/sites/:key", On(Admin, Site), settings::sites::update),
        get("/settings/sites/:key/embedding", On(Admin, Site), settings::embedding::show),
        post("/settings/sites/:key/embedding", On(Admin, Site), settings::embedding::check),
        get("/settings/sites/:key/desks", On(Admin, Site), settings::desks::show),
        post("/settings/sites/:key/desks", On(Admin, Site), settings::desks::act),
        get("/settings/sites/:key/addresses", On(Admin, Site), settings::addresses::show),
        post("/settings/sites/:key/addresses", On(Admin, Site), settings::addresses::act),
        get("/settings/people", Everywhere(Admin), settings::people::list),
        get("/settings/people/new", Everywhere(Admin), settings::people::blank).with_password(),
        post("/settings/people", Everywhere(Admin), settings::people::create).with_password(),
        get("/settings/people/:id", Everywhere(Admin), settings::people::show).with_password(),
        post("/settings/people/:id", Everywhere(Admin), settings::people::update).with_password(),
        post("/settings/people/:id/:act", Everywhere(Admin), settings::people::act).with_password(),
        get("/settings/history", Somewhere(Admin), settings::history::list),
    ]
}

/// What an operator's tools ask.
#[rustfmt::skip]
fn operators() -> Vec<Entry> {
    vec![
        get("/healthz", Anyone, operator::healthz),
        get("/readyz", Anyone, operator::readyz),
        get("/metrics", Anyone, metrics::show),
    ]
}

/// The entries as routes, each behind its guard.
#[must_use]
pub fn guarded(entries: Vec<Entry>, origin: &str) -> Route {
    let origin: Arc<str> = Arc::from(origin);
    let mut by_path: Vec<(&'static str, Vec<Entry>)> = Vec::new();
    for entry in entries {
        match by_path.iter_mut().find(|(path, _)| *path == entry.path) {
            Some((_, same)) => same.push(entry),
            None => by_path.push((entry.path, vec![entry])),
        }
    }
    by_path
        .into_iter()
        .fold(Route::new(), |routes, (path, entries)| {
            let mut methods = RouteMethod::new();
            for entry in entries {
                match entry.method.clone() {
                    Some(method) => {
                        methods = methods.method(method, entry.guarded(Arc::clone(&origin)));
                    }
                    None => return routes.at(path, entry.guarded(Arc::clone(&origin))),
                }
            }
            routes.at(path, methods)
        })
}

/// The whole application, with the layers around it.
#[must_use]
pub fn build_app(
    state: AppState,
    hsts: bool,
    limits: RequestLimits,
) -> impl Endpoint<Output = poem::Response> + 'static {
    let renderer = state.renderer.clone();
    let sites = state.sites.clone();
    let routes = guarded(table(), state.services.links.base()).data(state);
    Hardening::new(SecurityHeaders::new(hsts), limits)
        .with_failure_page(move |asked, failure| {
            let response = failure::answer(&renderer, asked, failure);
            // Also what went wrong around the handler is for the reader's page to read.
            match sites.last() {
                Some(sites) if asked.uri.path() == REPORTS => {
                    api::reports::with_cors(response, &asked.headers, &sites)
                }
                _ => response,
            }
        })
        .around(routes)
}
