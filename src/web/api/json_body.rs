//! What a program sends: JSON of a known type and size, or a problem document.

use poem::{
    Body,
    error::ReadBodyError,
    http::{HeaderMap, StatusCode, header},
};
use serde_json::Value;

use crate::{domain::site::Lang, web::problem::Problem};

/// The document, of one of those types, at most that many bytes.
///
/// # Errors
/// `unsupported-media-type`, `too-large`, `not-json`
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    types: &[&str],
    limit: usize,
    lang: Lang,
) -> Result<Value, Problem> {
    let problem = |status, name: &str| Problem::new(status, name, lang, &[]);
    if !types.iter().any(|known| is_type(headers, known)) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(problem(status, "unsupported-media-type"));
    }
    let read = body.into_bytes_limit(limit).await;
    let bytes = read.map_err(|error| match error {
        ReadBodyError::PayloadTooLarge => {
            let limit = [("limit", limit.to_string().into())];
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", lang, &limit)
        }
        _ => problem(StatusCode::BAD_REQUEST, "not-json"),
    })?;
    serde_json::from_slice(&bytes).map_err(|_| problem(StatusCode::BAD_REQUEST, "not-json"))
}

fn is_type(headers: &HeaderMap, expected: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .is_some_and(|v| v.trim().eq_ignore_ascii_case(expected))
}
