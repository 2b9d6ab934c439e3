//! The demo's own addresses. They are put beside the application by `demo` alone; `serve` has none of them.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, Route, get, post};

use super::{article_editor_pages, mailbox_pages, own_article_pages, panel, scenery::Scenery};
use crate::web::{
    AppState, failure,
    hardening::{Hardening, SecurityHeaders},
    request_limits::RequestLimits,
};

/// Everything below `/demo/`, with the same layers around it as the application has.
#[must_use]
pub fn routes(
    state: AppState,
    scenery: Arc<Scenery>,
    limits: RequestLimits,
) -> impl Endpoint<Output = poem::Response> + 'static {
    let renderer = state.renderer.clone();
    let routes = Route::new()
        .at("/demo/mailbox", get(mailbox_pages::list))
        .at("/demo/mailbox/:id", get(mailbox_pages::show))
        .at("/demo/mailbox/:id/html", get(mailbox_pages::html))
        .at("/demo/mailbox/:id/source", get(mailbox_pages::source))
        .at(
            "/demo/article",
            get(own_article_pages::show).post(own_article_pages::create),
        )
        .at(
            "/demo/articles/:slug",
            get(article_editor_pages::show).post(article_editor_pages::update),
        )
        .at("/demo/:play", post(panel::play))
        .data(state)
        .data(scenery);
    Hardening::new(SecurityHeaders::new(false), limits)
        .with_failure_page(move |asked, failure| failure::answer(&renderer, asked, failure))
        .around(routes)
}
