//! `GET /embed/site/{key}.json`: what the control's dialog tells of a site, asked for when it opens.

use poem::{
    Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::known::told_words;

use crate::{
    domain::{article::ArticleUrl, site::Lang},
    services::house_rules,
    web::{AppState, consent::consent_text},
};

/// How long a browser may keep it, in seconds: a site's links change seldom, a reader's visit is short.
const KEEP: &str = "public, max-age=300";

/// Which article the reader has open.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FactsQuery {
    url: String,
}

/// `GET /embed/site/{key}.json`. Public, and the same for everybody, so any page may read it.
#[handler]
pub async fn show(
    _: &Request,
    Path(file): Path<String>,
    Data(state): Data<&AppState>,
    Query(query): Query<FactsQuery>,
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
    let article = ArticleUrl::parse(&query.url).ok();
    // By the words: what the reader marks is compared in the page and leaves it only when it is sent.
    let known = house_rules::known(&state.services, site, article.as_ref()).await?;
    let known: serde_json::Map<String, serde_json::Value> = known
        .into_iter()
        .map(|(words, told)| (words, told_words(&told, site.lang).into()))
        .collect();
    let body = json!({
        "name": site.name,
        "lang": site.lang,
        "privacy_url": settings.privacy_url,
        "comments_url": settings.comments_url,
        "legal_url": settings.legal_url,
        "subscription_url": settings.subscription_url,
        // In the languages of the control; what is agreed to is stored as it stands here.
        "consent": { "de": consent(Lang::De), "en": consent(Lang::En) },
        "known": known,
        "reporting": true,
    });
    Ok(Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, KEEP)
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header("Cross-Origin-Resource-Policy", "cross-origin")
        .body(body.to_string()))
}
