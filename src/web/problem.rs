//! Errors of the API as `application/problem+json` (RFC 9457): a stable type, a sentence in the reader's language.

use std::borrow::Cow;

use poem::{Response, http::StatusCode};
use serde::Serialize;

use crate::{
    domain::{
        report::{FieldError, Problem as FieldProblem},
        site::Lang,
    },
    rendering::translate,
};

/// A problem document.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Stable address of the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status' own words, in English, for programs' logs.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A sentence for people.
    pub detail: String,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldDetail>,
    /// The states a ticket may go to, where a step was forbidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<&'static str>>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize)]
pub struct FieldDetail {
    /// RFC 6901 pointer.
    pub pointer: String,
    /// A sentence for people.
    pub detail: String,
}

/// Where the types of problems are described.
const TYPES: &str = "/api/docs#problem-";

impl Problem {
    /// A problem of that name (`detail-<name>` in the catalogues).
    #[must_use]
    pub fn new(
        status: StatusCode,
        name: &str,
        lang: Lang,
        arguments: &[(&'static str, Cow<'static, str>)],
    ) -> Self {
        Self {
            kind: format!("{TYPES}{name}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: translate(lang, &format!("detail-{name}"), arguments),
            errors: Vec::new(),
            allowed: None,
            retry_after: None,
        }
    }

    /// A problem that its status says all of (`about:blank`, RFC 9457 §4.2.1).
    #[must_use]
    pub fn of_status(status: StatusCode, lang: Lang) -> Self {
        let code = super::failure::words_of(status);
        Self {
            kind: "about:blank".into(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: translate(lang, &format!("error-{code}-detail"), &[]),
            errors: Vec::new(),
            allowed: None,
            retry_after: None,
        }
    }

    /// Names the fields at fault.
    #[must_use]
    pub fn with_errors(mut self, errors: &[FieldError], lang: Lang) -> Self {
        self.errors = errors
            .iter()
            .map(|e| FieldDetail {
                pointer: e.pointer.clone(),
                detail: sentence(e.problem, lang),
            })
            .collect();
        self
    }

    /// Says after how many seconds to come back.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
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
        builder.body(serde_json::to_vec(&self).unwrap_or_default())
    }
}

/// The sentence about a field.
#[must_use]
pub fn sentence(problem: FieldProblem, lang: Lang) -> String {
    let mut arguments: Vec<(&'static str, Cow<'static, str>)> = Vec::new();
    if let Some(limit) = problem.limit() {
        arguments.push(("limit", limit.to_string().into()));
    }
    if let FieldProblem::WrongType(expected) = problem {
        arguments.push(("expected", expected.into()));
    }
    translate(lang, problem.key(), &arguments)
}
