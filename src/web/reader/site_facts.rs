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
    domain::{article::ArticleUrl, legal, site::Lang},
    services::house_rules,
    web::{AppState, asset_building::hash_of, assets::names_tag, consent::consent_text},
};

/// A browser may keep it and asks each time whether it still holds: what an editor decided a moment ago is told at once.
const KEEP: &str = "public, no-cache";

/// Which article the reader has open, and the language of the dialog.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FactsQuery {
    url: String,
    lang: String,
}

/// `GET /embed/site/{key}.json`. Public, and the same for everybody, so any page may read it.
#[handler]
pub async fn show(
    request: &Request,
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
    let lang = Lang::of_tag(&query.lang).unwrap_or(site.lang);
    let known: serde_json::Map<String, serde_json::Value> = known
        .into_iter()
        .map(|(words, told)| (words, told_words(&told, lang).into()))
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
        // What the ticket will be marked by.
        "claims": legal::pattern(),
        "reporting": true,
    })
    .to_string();
    let tag = format!("\"{}\"", hash_of(body.as_bytes()));
    let response = Response::builder()
        .header(header::CACHE_CONTROL, KEEP)
        // It may be compressed on its way.
        .header(header::ETAG, format!("W/{tag}"))
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header("Cross-Origin-Resource-Policy", "cross-origin");
    if names_tag(request.headers(), &tag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(response.content_type("application/json").body(body))
}
