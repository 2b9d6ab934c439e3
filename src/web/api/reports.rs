//! `POST /api/v1/reports`: a report from the control in an article page.

use std::sync::Arc;

use poem::{
    Request, Response, handler,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    web::Data,
};
use serde_json::{Value, json};

use crate::{
    domain::{
        report::{MAX_IDEMPOTENCY_KEY, read_report},
        secret::sha256,
        site::{Lang, Site},
    },
    services::file_report::{FileReportError, Receipt, Sites, Submission, answer_to_repeat},
    web::{
        AppState, client_network::NetworkKey, consent::consent_text, lang_of_headers,
        problem::Problem,
    },
};

const SECONDS_UNTIL_RETRY: u64 = 5;

/// `OPTIONS /api/v1/reports`: may a page of that origin send reports?
#[handler]
pub async fn preflight(request: &Request, Data(state): Data<&AppState>) -> poem::Result<Response> {
    let allowed = |sites: &Sites| {
        let origin = request.headers().get(header::ORIGIN);
        origin.is_some_and(|o| o.to_str().is_ok_and(|o| sites.any_allows(o)))
    };
    let sites = state.sites.sites_that(&state.services, allowed).await?;
    let response = Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header("Access-Control-Allow-Methods", "POST")
        .header(
            "Access-Control-Allow-Headers",
            "content-type, idempotency-key, accept-language",
        )
        .header("Access-Control-Max-Age", "7200")
        .finish();
    Ok(with_cors(response, request.headers(), &sites))
}

/// `POST /api/v1/reports`.
#[handler]
pub async fn create(request: &Request, body: poem::Body, Data(state): Data<&AppState>) -> Response {
    let headers = request.headers();
    let lang = lang_of_headers(headers);
    let network = state.networks.key(request);
    let response = match take(state, headers, network, body, lang).await {
        Ok(receipt) => created(state, &receipt),
        Err(problem) => {
            let reason = problem.name();
            metrics::counter!("fehlermelder_reports_refused_total", "reason" => reason)
                .increment(1);
            problem.into_response()
        }
    };
    // As of now: what the report asked for may have been read only for it.
    let sites = state.sites.last().unwrap_or_default();
    with_cors(response, headers, &sites)
}

async fn take(
    state: &AppState,
    headers: &HeaderMap,
    network: NetworkKey,
    body: poem::Body,
    lang: Lang,
) -> Result<Receipt, Problem> {
    // Whether this origin may read the answer has to be known before anything is refused.
    let known = state.sites.sites(&state.services).await;
    let problem = |status, name: &str| Problem::new(status, name, lang, &[]);
    if !is_json(headers) {
        return Err(problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
        ));
    }
    let limit = state.settings.max_body_bytes;
    let bytes = body.into_bytes_limit(limit).await.map_err(|error| {
        let limit = [("limit", limit.to_string().into())];
        match error {
            poem::error::ReadBodyError::PayloadTooLarge => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", lang, &limit)
            }
            _ => problem(StatusCode::BAD_REQUEST, "not-json"),
        }
    })?;
    let document: Value =
        serde_json::from_slice(&bytes).map_err(|_| problem(StatusCode::BAD_REQUEST, "not-json"))?;
    // The control says in `Accept-Language` what it speaks; a program that says nothing gets the article's language.
    let lang = match headers.get(header::ACCEPT_LANGUAGE) {
        Some(_) => lang,
        None => document
            .pointer("/article/lang")
            .and_then(Value::as_str)
            .and_then(Lang::of_tag)
            .unwrap_or(lang),
    };
    let problem = |status, name: &str| Problem::new(status, name, lang, &[]);
    let idempotency_key = idempotency_key(headers, lang)?;
    let known = match known {
        Ok(_) => {
            let takes = |sites: &Sites| site_of(&document, headers, sites, lang).is_ok();
            state.sites.sites_that(&state.services, takes).await
        }
        failed => failed,
    };
    let sites = known.map_err(|error| {
        tracing::error!(%error, "the sites could not be read");
        unavailable(lang)
    })?;
    let site = site_of(&document, headers, &sites, lang)?;
    let mut report = read_report(&document).map_err(|errors| {
        problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid").with_errors(&errors, lang)
    })?;
    let body_hash = sha256(&bytes);
    if let Err(wait) = state.rate_limit.check(network) {
        // A repeat is no further report. But whether it is one costs a question, and every key may be new.
        if let Some(key) = &idempotency_key
            && state.repeat_limit.check(network).is_ok()
            && let Ok(Some(answer)) =
                answer_to_repeat(&state.services, site.id, key, &body_hash).await
        {
            return answer.map_err(|error| refusal(&error, lang));
        }
        let seconds = [("seconds", wait.0.to_string().into())];
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate-limited",
            lang,
            &seconds,
        )
        .with_retry_after(wait.0));
    }
    let services = &state.services;
    let confirm_after = state
        .confirmations
        .of_report(services, network, &mut report);
    // The sentence is kept where somebody agreed to it.
    let consent_text = report
        .contact
        .as_ref()
        .map(|_| consent_text(&state.services, &site, lang));
    let submission = Submission {
        confirm_after,
        site,
        report,
        idempotency_key,
        body_hash,
        lang,
        consent_text: consent_text.unwrap_or_default(),
    };
    let receipt = state
        .intake
        .file(submission)
        .await
        .map_err(|error| refusal(&error, lang))?;
    state.waves.note(&state.services, network, receipt.id);
    Ok(receipt)
}

/// 404 for an unknown site, 403 when the page is not one of its own; a document without a readable site goes on to validation.
fn site_of(
    document: &Value,
    headers: &HeaderMap,
    sites: &Sites,
    lang: Lang,
) -> Result<Arc<Site>, Problem> {
    let key = document.get("site").and_then(Value::as_str);
    let site = if let Some(key) = key {
        sites
            .by_key(key)
            .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "unknown-site", lang, &[]))?
    } else {
        let errors = read_report(document).err().unwrap_or_default();
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", lang, &[])
                .with_errors(&errors, lang),
        );
    };
    // No `Origin`: not a browser's cross-origin request, so nothing to protect a reader from.
    match headers.get(header::ORIGIN) {
        Some(origin) if !origin.to_str().is_ok_and(|o| site.allows(o)) => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "foreign-origin",
            lang,
            &[],
        )),
        _ => Ok(Arc::clone(site)),
    }
}

fn idempotency_key(headers: &HeaderMap, lang: Lang) -> Result<Option<[u8; 32]>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let length = value
        .to_str()
        .map_or(value.len(), |text| text.chars().count());
    if value.is_empty() || length > MAX_IDEMPOTENCY_KEY {
        let limit = [("limit", MAX_IDEMPOTENCY_KEY.to_string().into())];
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-key",
            lang,
            &limit,
        ));
    }
    Ok(Some(sha256(value.as_bytes())))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .is_some_and(|v| v.trim().eq_ignore_ascii_case("application/json"))
}

fn created(state: &AppState, receipt: &Receipt) -> Response {
    let status_url = state.services.links.status(&receipt.status_token);
    let body =
        json!({ "id": receipt.id, "ticket": receipt.ticket.to_string(), "status_url": status_url });
    Response::builder()
        .status(StatusCode::CREATED)
        .content_type("application/json")
        .header(header::LOCATION, status_url)
        .body(body.to_string())
}

fn refusal(error: &FileReportError, lang: Lang) -> Problem {
    match error {
        FileReportError::KeyReused => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", lang, &[])
        }
        FileReportError::Busy | FileReportError::Storage(_) => unavailable(lang),
    }
}

fn unavailable(lang: Lang) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", lang, &[])
        .with_retry_after(SECONDS_UNTIL_RETRY)
}

/// Names the asking origin when any site registered it, so that its page may read the answer, errors too.
pub(in crate::web) fn with_cors(
    mut response: Response,
    request: &HeaderMap,
    sites: &Sites,
) -> Response {
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(
        "Cross-Origin-Resource-Policy",
        HeaderValue::from_static("cross-origin"),
    );
    if let Some(origin) = request.get(header::ORIGIN)
        && origin.to_str().is_ok_and(|o| sites.any_allows(o))
    {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("Retry-After, X-Request-Id, Location"),
        );
    }
    response
}
