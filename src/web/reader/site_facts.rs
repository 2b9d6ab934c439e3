//! `GET /embed/site/{key}.json`: what the control's dialog tells of a site, asked for when it opens.

use poem::{
    Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};
use serde_json::json;

use crate::{
    domain::site::Lang,
    web::{AppState, consent::consent_text},
};

/// How long a browser may keep it, in seconds: a site's links change seldom, a reader's visit is short.
const KEEP: &str = "public, max-age=300";

/// `GET /embed/site/{key}.json`. Public, and the same for everybody, so any page may read it.
#[handler]
pub async fn show(
    _: &Request,
    Path(file): Path<String>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let sites = state.sites.sites(&state.services).await?;
    let not_found = || {
        Response::builder()
            .status(StatusCode::NOT_FOUND)
            .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
            .header("Cross-Origin-Resource-Policy", "cross-origin")
            .content_type("application/json")
            .body("{}")
    };
    let Some(site) = file.strip_suffix(".json").and_then(|key| sites.by_key(key)) else {
        return Ok(not_found());
    };
    let settings = &site.settings;
    let consent = |lang| consent_text(&state.services, site, lang);
    let body = json!({
        "name": site.name,
        "lang": site.lang,
        "privacy_url": settings.privacy_url,
        "comments_url": settings.comments_url,
        "legal_url": settings.legal_url,
        "subscription_url": settings.subscription_url,
        // In the languages of the control; what is agreed to is stored as it stands here.
        "consent": { "de": consent(Lang::De), "en": consent(Lang::En) },
        "reporting": true,
    });
    Ok(Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, KEEP)
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header("Cross-Origin-Resource-Policy", "cross-origin")
        .body(body.to_string()))
}
