//! Every address on one page, by audience: readers, editors, programs, operators.

use poem::{Endpoint, EndpointExt, Route, get, post};

use super::{
    AppState, api, assets,
    desk::{article, components, decisions, inbox, passage, sign_in, sorting, ticket},
    failure,
    hardening::{Hardening, SecurityHeaders},
    metrics, operator, reader,
    request_limits::RequestLimits,
    same_site::SameSite,
};

/// Where the control sends reports.
const REPORTS: &str = "/api/v1/reports";

/// The whole application, with the layers around it.
#[must_use]
pub fn build_app(
    state: AppState,
    hsts: bool,
    limits: RequestLimits,
) -> impl Endpoint<Output = poem::Response> + 'static {
    let renderer = state.renderer.clone();
    let sites = state.sites.clone();
    let origin = state.services.links.base().to_owned();
    let routes = Route::new()
        // Readers, in the article page
        .at("/embed.js", assets::embed_loader())
        .at("/embed/:part", assets::embed_part())
        .at(
            REPORTS,
            post(api::reports::create).options(api::reports::preflight),
        )
        .at("/embed/site/:file", get(reader::site_facts::show))
        // Readers, on pages of ours
        .at(
            "/melden",
            get(reader::form::show).post(reader::form::create),
        )
        .at(
            "/r/:token",
            get(reader::status::show).post(reader::status::update),
        )
        .at(
            "/bestaetigen/:token",
            get(reader::address::show).post(reader::address::confirm),
        )
        // Editors' programs
        .at("/api/v1/tickets", get(api::tickets::get_list))
        .at(
            "/api/v1/tickets/:reference",
            get(api::tickets::get_one).patch(api::tickets::patch_one),
        )
        .at("/api/v1/articles/refresh", post(api::articles::refresh))
        .at("/api/openapi.json", get(api::openapi::show))
        .at("/api/docs", get(api::openapi::page::show))
        // Editors
        .at("/", get(inbox::list))
        .at("/sign-in", get(sign_in::show).post(sign_in::create))
        .at("/sign-out", post(sign_in::delete))
        .at("/language", post(sign_in::language))
        .at("/tickets/:reference", get(ticket::show))
        .at("/tickets/:reference/also", post(ticket::open_elsewhere))
        .at("/tickets/:reference/passage", get(passage::show))
        .at("/tickets/:reference/priority", post(sorting::prioritise))
        .at("/tickets/:reference/tags", post(sorting::tag))
        .at("/tickets/:reference/:decision", post(decisions::create))
        .at("/articles/:id", get(article::show))
        .at("/articles/:id/looks", post(article::look))
        .at(
            "/articles/:id/forgetting",
            get(article::confirm_forgetting).post(article::forget),
        )
        .at("/components", get(components::show))
        .at("/assets/:file", assets::desk_asset())
        // Operators
        .at("/healthz", get(operator::healthz))
        .at("/readyz", get(operator::readyz))
        .at("/metrics", get(metrics::show))
        .data(state);
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
        .around(SameSite { routes, origin })
}
