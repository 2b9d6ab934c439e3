//! The web: an own accept loop, the layers every request passes, static assets, and what readers and editors ask for.

pub mod api;
mod asset_building;
pub mod assets;
pub mod client_network;
pub mod confirmation_limit;
pub mod consent;
mod content_coding;
pub mod desk;
pub mod failure;
pub mod forms;
pub mod hardening;
pub mod metrics;
pub mod operator;
pub mod problem;
pub mod rate_limit;
pub mod reader;
pub mod request_limits;
pub mod rights;
pub mod routes;
pub mod server;
pub mod session;
pub mod wave_watch;

use std::{fmt, sync::Arc};

use crate::{
    domain::{ids::EditorId, site::Lang},
    rendering::{RenderError, Renderer},
    services::{
        Services,
        file_report::{Intake, SiteCache},
    },
};

/// What every handler works with.
#[derive(Clone)]
pub struct AppState {
    /// The use cases' means.
    pub services: Services,
    /// The way in for reports.
    pub intake: Intake,
    /// The sites, kept for a moment.
    pub sites: SiteCache,
    /// Pages.
    pub renderer: Renderer,
    /// Where requests come from, without knowing who sends them.
    pub networks: Arc<client_network::ClientNetworks>,
    /// How many reports a network may send.
    pub rate_limit: Arc<rate_limit::RateLimit>,
    /// How many that are too many a network may have looked up, in case they are repeats.
    pub repeat_limit: Arc<rate_limit::RateLimit>,
    /// How many mails to addresses that nobody has confirmed yet a network may cause.
    pub confirmations: Arc<confirmation_limit::ConfirmationLimit>,
    /// What notices a flood of reports.
    pub waves: Arc<wave_watch::WaveWatch>,
    /// What an operator set.
    pub settings: Arc<WebSettings>,
}

/// What an operator may set of the web.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Whether cookies are `Secure` and bear the `__Host-` prefix.
    pub https: bool,
    /// The largest submission, in bytes.
    pub max_body_bytes: usize,
    /// What the demo shows on the desk; none on a real server.
    pub demo: Option<Arc<dyn DemoPanel>>,
}

/// What the demo puts on every page of the desk.
pub trait DemoPanel: Send + Sync + fmt::Debug {
    /// What `templates/demo/panel.html` wants.
    fn context(&self) -> minijinja::Value;

    /// What there is to tell that editor, once: kind (`ok` or `error`) and words.
    fn take_flash(&self, editor: EditorId) -> Option<(&'static str, String)>;
}

/// The language of a request: the cookie of the language switch, else `Accept-Language`, else German.
#[must_use]
pub fn request_lang(request: &poem::Request) -> Lang {
    lang_of_headers(request.headers())
}

/// As [`request_lang`], from headers.
#[must_use]
pub fn lang_of_headers(headers: &poem::http::HeaderMap) -> Lang {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let cookie = text("cookie").and_then(|c| {
        c.split(';')
            .find_map(|p| p.trim().strip_prefix("lang=").and_then(Lang::parse))
    });
    cookie
        .or_else(|| text("accept-language").and_then(Lang::of_accept_language))
        .unwrap_or(Lang::De)
}

impl AppState {
    /// The same, reading the database at one moment.
    fn at_one_moment(&self) -> Self {
        let mut state = self.clone();
        state.services.store = state.services.store.at_one_moment();
        state
    }

    /// Renders a page.
    ///
    /// # Errors
    /// [`RenderError`], a fault of ours: answered 500.
    pub fn page(
        &self,
        name: &str,
        context: &minijinja::Value,
    ) -> Result<poem::Response, RenderError> {
        let html = self.renderer.render(name, context)?;
        Ok(poem::Response::builder()
            .content_type("text/html; charset=utf-8")
            .body(html))
    }
}

impl poem::error::ResponseError for RenderError {
    fn status(&self) -> poem::http::StatusCode {
        poem::http::StatusCode::INTERNAL_SERVER_ERROR
    }
}

impl poem::error::ResponseError for crate::storage::StorageError {
    fn status(&self) -> poem::http::StatusCode {
        poem::http::StatusCode::SERVICE_UNAVAILABLE
    }
}
