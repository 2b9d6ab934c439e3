//! The addresses: what each takes and answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{problem_sentence, reference, schemas::words};
use crate::{
    domain::{listing::ListOrder, report::MAX_IDEMPOTENCY_KEY, site::Lang, tag::MAX_TAG},
    web::{
        api::ticket_query::{DEFAULT_LIMIT, MAX_LIMIT, MAX_WORDS},
        problem,
    },
};

/// What every request with a token may meet.
const WITH_TOKEN: [&str; 3] = ["unauthorized", "insufficient-scope", "unavailable"];

mod merging;

pub(super) fn all() -> Value {
    json!({
        "/api/v1/reports": { "post": report() },
        "/api/v1/tickets": { "get": list() },
        "/api/v1/tickets/{reference}": {
            "parameters": [ticket_in_path("reference", "The ticket's reference, such as `FM-1042`; case does not matter.")],
            "get": show(),
            "patch": change(),
        },
        "/api/v1/tickets/{reference}/merges": {
            "parameters": [ticket_in_path("reference", "One of the tickets.")],
            "post": merging::merge(),
        },
        "/api/v1/tickets/{reference}/merges/{double}": {
            "parameters": [ticket_in_path("reference", "The ticket that stayed."), ticket_in_path("double", "What was merged into it.")],
            "delete": merging::part(),
        },
        "/api/v1/tickets/{reference}/splits": {
            "parameters": [ticket_in_path("reference", "The ticket.")],
            "post": merging::split(),
        },
        "/api/v1/tickets/{reference}/splits/{split}": {
            "parameters": [ticket_in_path("reference", "The ticket that it came from."), ticket_in_path("split", "What was split off from it.")],
            "delete": merging::join(),
        },
        "/api/v1/articles/refresh": { "post": article_saved() },
        "/api/openapi.json": { "get": {
            "operationId": "describe", "tags": ["description"], "summary": "This document",
            "responses": { "200": {
                "description": "OpenAPI 3.1. With a tag, for `If-None-Match`.",
                "content": { "application/json": { "schema": { "type": "object" } } },
            } },
        } },
        "/api/docs": { "get": {
            "operationId": "describeForPeople", "tags": ["description"], "summary": "This document as a page",
            "description": "Every type of problem has its place here.",
            "responses": { "200": {
                "description": "A page in German or English.",
                "content": { "text/html": { "schema": { "type": "string" } } },
            } },
        } },
    })
}

fn report() -> Value {
    json!({
        "operationId": "fileReport", "tags": ["reports"], "summary": "File a report",
        "description": "Called by the control in an article page. A browser must come from an origin of the site; the answer names every origin that any site registered, so that pages can read errors too. It is sent after the report is stored durably.",
        "parameters": [{
            "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY },
            "description": "A repeat under the same key gets the first answer, and is not stored twice.",
        }],
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference("NewReport") } } },
        "responses": responses(
            &[("201", json!({
                "description": "Stored.",
                "headers": { "Location": { "description": "The reader's link, as in the body.", "schema": { "type": "string" } } },
                "content": json_of("Receipt"),
            }))],
            &["not-json", "bad-key", "foreign-origin", "unknown-site", "too-large", "unsupported-media-type", "invalid", "key-reused", "rate-limited", "unavailable"],
        ),
    })
}

fn list() -> Value {
    let parameter = |name: &str, schema: Value, description: &str| json!({ "name": name, "in": "query", "schema": schema, "description": description });
    let text = || json!({ "type": "string" });
    let orders: Vec<&str> = ListOrder::ALL.iter().map(|order| order.as_str()).collect();
    let mut problems = vec!["invalid-parameter"];
    problems.extend(WITH_TOKEN);
    json!({
        "operationId": "listTickets", "tags": ["tickets"], "summary": "List tickets",
        "description": "In the order that is asked for, of the sites that the token's editor may read. Filters narrow together; an unknown parameter or value is refused.",
        "security": security("tickets:read"),
        "parameters": [
            parameter("state", json!({ "type": "array", "items": words::state() }), "One state, or several with commas."),
            parameter("resolution", words::resolution(), "What became of it."),
            parameter("kind", words::kind(), "The kind of the mistake."),
            parameter("site", text(), "A site's public key."),
            parameter("desk", text(), "A desk's name or id."),
            parameter("assignee", text(), "An editor's e-mail address or id, `me`, or `nobody`."),
            parameter("passage_state", words::passage_state(), "What the article says now."),
            parameter("regressed", json!({ "type": "boolean" }), "Whether a correction was undone in the article."),
            parameter("tag", json!({ "type": "array", "items": { "type": "string", "maxLength": MAX_TAG } }), "A tag, or several with commas, all of which it has."),
            parameter("created_from", text(), "Came then or later: a moment (RFC 3339), or a day in UTC."),
            parameter("created_before", text(), "Came before: a moment (RFC 3339), or a day in UTC."),
            parameter("order", json!({ "type": "string", "enum": orders, "default": "newest" }), "What comes first. `pressing` is without closed tickets."),
            parameter("q", json!({ "type": "string", "maxLength": MAX_WORDS }), "Words that all occur, in any of their German or English forms: in the passage, suggestions, comments, notes, tags, the article's title. `\"…\"` is a phrase, `begin*` a beginning of three letters or more, `-` before it what shall not occur. `is:regressed`, `is:unassigned`, `is:mine`, `kind:`, `state:`, `resolution:`, `passage:`, `site:`, `desk:`, `assignee:` and `tag:` narrow as the parameters do. What was found comes newest first, a second after it came in at the latest."),
            parameter("limit", json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT }), "Tickets a page."),
            parameter("cursor", text(), "`next_cursor` of the page before, or `previous_cursor` of the page after; with the same order."),
        ],
        "responses": responses(&[("200", json!({ "description": "A page.", "content": json_of("TicketList") }))], &problems),
    })
}

fn ticket_in_path(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" }, "description": description })
}

fn tag() -> Value {
    json!({ "ETag": { "description": "Strong; changes with everything in the answer.", "schema": { "type": "string" } } })
}

fn show() -> Value {
    let mut problems = vec!["invalid-parameter", "unknown-ticket"];
    problems.extend(WITH_TOKEN);
    json!({
        "operationId": "showTicket", "tags": ["tickets"], "summary": "Read one ticket",
        "description": "With its reports and its history. A ticket of a site that the editor may not read is unknown. A duplicate answers for itself and names the other.",
        "security": security("tickets:read"),
        "parameters": [
            { "name": "reports_cursor", "in": "query", "schema": { "type": "string" }, "description": "`next_reports_cursor` of the answer before." },
            { "name": "If-None-Match", "in": "header", "schema": { "type": "string" }, "description": "A tag that is known." },
        ],
        "responses": responses(&[
            ("200", json!({ "description": "The ticket.", "headers": tag(), "content": json_of("TicketDetails") })),
            ("304", json!({ "description": "Nothing has changed since that tag.", "headers": tag() })),
        ], &problems),
    })
}

fn change() -> Value {
    let mut problems = vec![
        "not-json",
        "read-only",
        "unknown-ticket",
        "forbidden-step",
        "stale",
        "too-large",
        "unsupported-media-type",
        "invalid-change",
    ];
    problems.extend(WITH_TOKEN);
    json!({
        "operationId": "changeTicket", "tags": ["tickets"], "summary": "Change a ticket",
        "description": "All of the change is done, or nothing. Legal steps: new → open, waiting, snoozed, closed; open → waiting, snoozed, closed; waiting and snoozed → each other, open, closed; closed → open. A step that is not among them is refused with the states that are `allowed`.",
        "security": security("tickets:write"),
        "parameters": [{
            "name": "If-Match", "in": "header", "schema": { "type": "string" },
            "description": "The tag of what the change is based on; refused when the ticket has changed or a report has joined since.",
        }],
        "requestBody": { "required": true, "content": {
            "application/json": { "schema": reference("TicketChange") },
            "application/merge-patch+json": { "schema": reference("TicketChange") },
        } },
        "responses": responses(
            &[("200", json!({ "description": "The ticket as it is now.", "headers": tag(), "content": json_of("TicketDetails") }))],
            &problems,
        ),
    })
}

fn article_saved() -> Value {
    let mut problems = vec![
        "not-json",
        "read-only",
        "too-large",
        "unsupported-media-type",
        "invalid-change",
    ];
    problems.extend(WITH_TOKEN);
    json!({
        "operationId": "articleSaved", "tags": ["articles"], "summary": "Say that an article was saved",
        "description": "For the content system, on every save: the article is looked at at once, every ticket's passage is looked up, and what follows is done before the answer. An article that nobody reported anything about is answered with `known: false`.",
        "security": security("tickets:write"),
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference("ArticleSaved") } } },
        "responses": responses(
            &[("200", json!({ "description": "What came of it.", "content": json_of("ArticleLooked") }))],
            &problems,
        ),
    })
}

fn security(scope: &str) -> Value {
    json!([{ "token": [scope] }])
}

fn json_of(schema: &str) -> Value {
    json!({ "application/json": { "schema": reference(schema) } })
}

/// The answers of an operation: the good ones, and the problems it may meet, by status.
fn responses(good: &[(&str, Value)], problems: &[&str]) -> Value {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for (name, status) in problem::ALL {
        if problems.contains(name) {
            by_status.entry(status.as_u16()).or_default().push(name);
        }
    }
    let mut all: Map<String, Value> = good
        .iter()
        .map(|(status, answer)| ((*status).to_owned(), answer.clone()))
        .collect();
    for (status, names) in by_status {
        let described: Vec<String> = names
            .iter()
            .map(|name| format!("`{name}`: {}", problem_sentence(name, Lang::En)))
            .collect();
        let mut answer = json!({
            "description": described.join("\n\n"),
            "content": { "application/problem+json": { "schema": reference("Problem") } },
            "x-problems": names,
        });
        if let Some((name, meaning)) = header_of(status) {
            answer["headers"] =
                json!({ name: { "description": meaning, "schema": { "type": "string" } } });
        }
        all.insert(status.to_string(), answer);
    }
    Value::Object(all)
}

fn header_of(status: u16) -> Option<(&'static str, &'static str)> {
    match status {
        401 => Some(("WWW-Authenticate", "How to prove who one is (RFC 6750).")),
        429 | 503 => Some(("Retry-After", "After how many seconds to try again.")),
        _ => None,
    }
}
