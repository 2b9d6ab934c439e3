//! `POST /api/v1/articles/refresh`: the content system says that it saved an article, and hears what that came to.

use poem::{
    Request, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::Data,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    bearer::{authorize, unavailable},
    json_body,
    ticket_json::moment,
    ticket_problems::invalid_change,
};
use crate::{
    domain::{
        article::{ArticleUrl, ArticleUrlError, MAX_URL_BYTES},
        article_watch::FetchError,
        editor::Scope,
        report::{FieldError, Problem as FieldProblem},
        site::Lang,
        ticket::{PassageState, Resolution, TicketState},
    },
    services::watch_articles::{self, Looked, MAX_SENT_TEXT, WatchError},
    web::{AppState, lang_of_headers, problem::Problem},
};

/// The largest body, in bytes: a text whose every second character is written as an escape.
pub const MAX_REFRESH_BYTES: usize = 2 * MAX_SENT_TEXT;
/// The fields of the body.
const FIELDS: [&str; 2] = ["url", "text"];

#[derive(Debug, Serialize)]
struct RefreshedJson<'a> {
    /// The article's address as we know it.
    url: &'a str,
    /// Whether anybody ever reported anything about it.
    known: bool,
    /// Whether it says something else than before.
    changed: bool,
    /// Why the page could not be read.
    error: Option<FetchError>,
    /// Somebody was at it already: what they find is not in here.
    put_off: bool,
    looked_up: usize,
    tickets: Vec<TicketJson>,
    next_look_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct TicketJson {
    reference: String,
    state: TicketState,
    resolution: Option<Resolution>,
    passage_state: PassageState,
    regressed: bool,
    now: Option<String>,
}

/// What the content system sends.
struct Refresh {
    url: ArticleUrl,
    text: Option<String>,
}

/// `POST /api/v1/articles/refresh`
#[handler]
pub async fn refresh(
    request: &Request,
    body: poem::Body,
    Data(state): Data<&AppState>,
) -> Response {
    let lang = lang_of_headers(request.headers());
    take(state, request.headers(), body, lang)
        .await
        .unwrap_or_else(Problem::into_response)
}

async fn take(
    state: &AppState,
    headers: &HeaderMap,
    body: poem::Body,
    lang: Lang,
) -> Result<Response, Problem> {
    let editor = authorize(state, headers, Scope::TicketsWrite, lang).await?;
    let types = ["application/json"];
    let document = json_body::read(headers, body, &types, MAX_REFRESH_BYTES, lang).await?;
    let saved = read(&document).map_err(|faults| invalid_change(&faults, lang))?;
    let looked =
        watch_articles::refresh(&state.services, &editor, &saved.url, saved.text.as_deref())
            .await
            .map_err(|error| match error {
                WatchError::ReadOnly => Problem::new(StatusCode::FORBIDDEN, "read-only", lang, &[]),
                WatchError::ForeignAddress | WatchError::UnknownArticle => {
                    invalid_change(&[fault("/url", FieldProblem::ForeignAddress)], lang)
                }
                WatchError::Storage(error) => unavailable(&error, lang),
            })?;
    let known = looked.is_some();
    let looked = looked.map(|(_, looked)| looked).unwrap_or_default();
    let shown = answer(saved.url.as_str(), known, looked);
    Ok(Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(serde_json::to_vec(&shown).unwrap_or_default()))
}

fn answer(url: &str, known: bool, looked: Looked) -> RefreshedJson<'_> {
    RefreshedJson {
        url,
        known,
        changed: looked.changed,
        error: looked.error,
        put_off: looked.put_off,
        looked_up: looked.looked_up,
        tickets: looked
            .tickets
            .into_iter()
            .map(|t| TicketJson {
                reference: t.ticket.to_string(),
                state: t.state,
                resolution: t.resolution,
                passage_state: t.passage_state,
                regressed: t.regressed,
                now: t.now,
            })
            .collect(),
        next_look_at: looked.next_look_at.map(moment),
    }
}

fn read(document: &Value) -> Result<Refresh, Vec<FieldError>> {
    let Some(root) = document.as_object() else {
        return Err(vec![fault("", FieldProblem::WrongType("object"))]);
    };
    let mut faults: Vec<FieldError> = root
        .keys()
        .filter(|name| !FIELDS.contains(&name.as_str()))
        .take(20)
        .map(|name| {
            let name = name.replace('~', "~0").replace('/', "~1");
            fault(&format!("/{name}"), FieldProblem::Unknown)
        })
        .collect();
    let url = match root.get("url") {
        None | Some(Value::Null) => Err(FieldProblem::Missing),
        Some(Value::String(text)) => ArticleUrl::parse(text).map_err(|error| match error {
            ArticleUrlError::NotHttp => FieldProblem::NotAUrl,
            ArticleUrlError::TooLong => FieldProblem::TooLong(MAX_URL_BYTES),
        }),
        Some(_) => Err(FieldProblem::WrongType("string")),
    };
    let text = match root.get("text") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() > MAX_SENT_TEXT => {
            Err(FieldProblem::TooLong(MAX_SENT_TEXT))
        }
        Some(Value::String(text)) if text.trim().is_empty() => Err(FieldProblem::Missing),
        // PostgreSQL keeps no NUL.
        Some(Value::String(text)) => Ok(Some(text.replace('\0', "\u{FFFD}"))),
        Some(_) => Err(FieldProblem::WrongType("string")),
    };
    match (url, text) {
        (Ok(url), Ok(text)) if faults.is_empty() => Ok(Refresh { url, text }),
        (url, text) => {
            faults.extend(url.err().map(|problem| fault("/url", problem)));
            faults.extend(text.err().map(|problem| fault("/text", problem)));
            Err(faults)
        }
    }
}

fn fault(pointer: &str, problem: FieldProblem) -> FieldError {
    FieldError {
        pointer: pointer.to_owned(),
        problem,
    }
}
