//! One ticket of several, and several of one.

use serde_json::{Value, json};

use super::{WITH_TOKEN, json_of, responses, security, tag};
use crate::web::api::openapi::reference;

/// What a request that sends names may meet.
const WITH_BODY: [&str; 4] = [
    "not-json",
    "too-large",
    "unsupported-media-type",
    "invalid-change",
];
/// What each of them may meet.
const ON_A_TICKET: [&str; 3] = ["read-only", "unknown-ticket", "stale"];

pub(super) fn merge() -> Value {
    let mut operation = operation(
        "mergeTickets",
        "Merge tickets",
        "They and the ticket that is asked become one: the one that came first stays, the others are closed as duplicates of it, all of them or none. Its counts and suggestions are theirs too, and their readers hear what becomes of it. A duplicate stands for what it leads to; tickets that are one already stay so.",
        &[&WITH_BODY[..], &ON_A_TICKET].concat(),
    );
    operation["requestBody"] = json!({ "required": true, "content": json_of("TicketsToMerge") });
    operation["responses"]["200"] = shown("The ticket that stays.", "Content-Location");
    operation
}

pub(super) fn part() -> Value {
    let mut operation = operation(
        "partTickets",
        "Take a merge back",
        "At any time: the duplicate stands alone again, as it stood before. Mails of the merge that have not gone yet do not.",
        &[&["not-merged"][..], &ON_A_TICKET].concat(),
    );
    operation["responses"]["200"] = shown("The ticket that was a duplicate.", "Content-Location");
    operation
}

pub(super) fn split() -> Value {
    let mut operation = operation(
        "splitTicket",
        "Split reports off",
        "They become a ticket of their own, all of them or none. The report that opened the ticket stays with it.",
        &[&WITH_BODY[..], &ON_A_TICKET].concat(),
    );
    operation["requestBody"] = json!({ "required": true, "content": json_of("ReportsToSplit") });
    operation["responses"]["201"] = shown("The new ticket.", "Location");
    operation
}

pub(super) fn join() -> Value {
    let mut operation = operation(
        "joinTickets",
        "Take a split back",
        "At any time: the reports come back under the rule that had brought them, and the reference of the split leads to the ticket.",
        &[&["not-split-off"][..], &ON_A_TICKET].concat(),
    );
    operation["responses"]["200"] = shown("The ticket that they came from.", "Content-Location");
    operation
}

fn operation(id: &str, summary: &str, description: &str, problems: &[&str]) -> Value {
    json!({
        "operationId": id, "tags": ["tickets"], "summary": summary, "description": description,
        "security": security("tickets:write"),
        "parameters": [{
            "name": "If-Match", "in": "header", "schema": { "type": "string" },
            "description": "The tag of the ticket that the address names first, as it was seen; refused when it has changed or a report has joined since.",
        }],
        "responses": responses(&[], &[problems, &WITH_TOKEN].concat()),
    })
}

/// A ticket, and where it is.
fn shown(description: &str, place: &str) -> Value {
    let mut headers = tag();
    headers[place] =
        json!({ "description": "The ticket's address.", "schema": { "type": "string" } });
    json!({ "description": description, "headers": headers, "content": { "application/json": { "schema": reference("TicketDetails") } } })
}
