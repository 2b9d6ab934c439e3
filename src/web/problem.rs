//! Errors of the API as `application/problem+json` (RFC 9457): a stable type, a sentence in the reader's language.

use poem::{
    Response,
    http::{StatusCode, header},
};
use serde::Serialize;

use crate::{
    domain::{
        report::{FieldError, Problem as FieldProblem},
        site::Lang,
        ticket::TicketState,
    },
    rendering::{Argument, translate},
};

/// A problem document.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Stable address of the kind of problem.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// The status' own words, in English, for programs' logs.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// A sentence for people.
    pub detail: Box<str>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "is_empty")]
    pub errors: Box<[FieldDetail]>,
    /// The states a ticket may go to, where a step was forbidden.
    #[serde(skip_serializing_if = "is_empty")]
    pub allowed: &'static [TicketState],
    #[serde(skip)]
    retry_after: Option<u32>,
    #[serde(skip)]
    challenge: Option<&'static str>,
}

fn is_empty<T>(list: &[T]) -> bool {
    list.is_empty()
}

/// What is wrong with one field of the body, or one parameter of the address.
#[derive(Debug, Clone, Serialize)]
pub struct FieldDetail {
    /// RFC 6901 pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Name of the parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A sentence for people.
    pub detail: String,
}

/// Where the types of problems are described.
pub const TYPES: &str = "/api/docs#problem-";

/// Every type of problem with its status, as `/api/docs` describes them.
pub const ALL: &[(&str, StatusCode)] = &[
    ("not-json", StatusCode::BAD_REQUEST),
    ("bad-key", StatusCode::BAD_REQUEST),
    ("invalid-parameter", StatusCode::BAD_REQUEST),
    ("unauthorized", StatusCode::UNAUTHORIZED),
    ("insufficient-scope", StatusCode::FORBIDDEN),
    ("read-only", StatusCode::FORBIDDEN),
    ("foreign-origin", StatusCode::FORBIDDEN),
    ("unknown-site", StatusCode::NOT_FOUND),
    ("unknown-ticket", StatusCode::NOT_FOUND),
    ("forbidden-step", StatusCode::CONFLICT),
    ("not-merged", StatusCode::CONFLICT),
    ("not-split-off", StatusCode::CONFLICT),
    ("stale", StatusCode::PRECONDITION_FAILED),
    ("too-large", StatusCode::PAYLOAD_TOO_LARGE),
    ("unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ("invalid", StatusCode::UNPROCESSABLE_ENTITY),
    ("invalid-change", StatusCode::UNPROCESSABLE_ENTITY),
    ("key-reused", StatusCode::UNPROCESSABLE_ENTITY),
    ("rate-limited", StatusCode::TOO_MANY_REQUESTS),
    ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
];

impl Problem {
    /// A problem of that name (`detail-<name>` in the catalogues).
    #[must_use]
    pub fn new(
        status: StatusCode,
        name: &str,
        lang: Lang,
        arguments: &[(&'static str, Argument)],
    ) -> Self {
        Self {
            kind: format!("{TYPES}{name}").into(),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: translate(lang, &format!("detail-{name}"), arguments).into(),
            errors: Box::default(),
            allowed: &[],
            retry_after: None,
            challenge: None,
        }
    }

    /// Says it in another sentence of the catalogues than the type's own.
    #[must_use]
    pub fn with_detail(mut self, id: &str, lang: Lang) -> Self {
        self.detail = translate(lang, id, &[]).into();
        self
    }

    /// Names the parameters at fault.
    #[must_use]
    pub fn with_parameters(mut self, faults: Vec<(String, String)>) -> Self {
        self.errors = faults
            .into_iter()
            .map(|(parameter, detail)| FieldDetail {
                pointer: None,
                parameter: Some(parameter),
                detail,
            })
            .collect();
        self
    }

    /// Says how to prove who one is (RFC 6750).
    #[must_use]
    pub fn with_challenge(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// Says which states the ticket may go to.
    #[must_use]
    pub fn with_allowed(mut self, states: &'static [TicketState]) -> Self {
        self.allowed = states;
        self
    }

    /// A problem that its status says all of (`about:blank`, RFC 9457 §4.2.1).
    #[must_use]
    pub fn of_status(status: StatusCode, lang: Lang) -> Self {
        let code = words_of(status);
        Self {
            kind: "about:blank".into(),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: translate(lang, &format!("error-{code}-detail"), &[]).into(),
            errors: Box::default(),
            allowed: &[],
            retry_after: None,
            challenge: None,
        }
    }

    /// Names the fields at fault.
    #[must_use]
    pub fn with_errors(mut self, errors: &[FieldError], lang: Lang) -> Self {
        self.errors = errors
            .iter()
            .map(|e| FieldDetail {
                pointer: Some(e.pointer.clone()),
                parameter: None,
                detail: sentence(e.problem, lang),
            })
            .collect();
        self
    }

    /// Says after how many seconds to come back.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(u32::try_from(seconds.max(1)).unwrap_or(u32::MAX));
        self
    }

    /// The name of its type.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let name = self.kind.strip_prefix(TYPES).unwrap_or_default();
        let known = ALL.iter().find(|(known, _)| *known == name);
        known.map_or("other", |(known, _)| known)
    }

    /// The answer.
    #[must_use]
    pub fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut builder = Response::builder()
            .status(status)
            .content_type("application/problem+json");
        if let Some(seconds) = self.retry_after {
            builder = builder.header("Retry-After", seconds);
        }
        if let Some(challenge) = self.challenge {
            builder = builder.header(header::WWW_AUTHENTICATE, challenge);
        }
        builder.body(serde_json::to_vec(&self).unwrap_or_default())
    }
}

/// Statuses that have words of their own in the catalogues.
const KNOWN: [u16; 9] = [400, 403, 404, 405, 409, 413, 429, 500, 503];

/// The nearest status that has words.
pub(super) fn words_of(status: StatusCode) -> u16 {
    let code = status.as_u16();
    match code {
        c if KNOWN.contains(&c) => c,
        408 | 504 => 503,
        401 => 403,
        c if c >= 500 => 500,
        _ => 400,
    }
}

/// The sentence about a field.
#[must_use]
pub fn sentence(problem: FieldProblem, lang: Lang) -> String {
    let mut arguments: Vec<(&'static str, Argument)> = Vec::new();
    if let Some(limit) = problem.limit() {
        arguments.push(("limit", limit.to_string().into()));
    }
    if let FieldProblem::WrongType(expected) | FieldProblem::OutOfPlace(expected) = problem {
        arguments.push(("expected", expected.into()));
    }
    translate(lang, problem.key(), &arguments)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;

    #[test]
    fn every_type_has_its_sentence_and_every_sentence_its_type() {
        let catalogue = std::fs::read_to_string("locales/en/errors.ftl").unwrap();
        let said: BTreeSet<&str> = catalogue
            .lines()
            .filter_map(|line| line.strip_prefix("detail-")?.split_once(" ="))
            .map(|(name, _)| name)
            .collect();
        let types: BTreeSet<&str> = ALL.iter().map(|(name, _)| *name).collect();
        assert_eq!(said, types);
    }
}
