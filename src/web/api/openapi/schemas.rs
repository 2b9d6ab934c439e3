//! The shapes of what is sent ([`sent`]) and answered ([`ticket`] and here), and the closed sets of [`words`] in them.

use serde_json::{Value, json};

use super::{nullable, object, reference};
use crate::{domain::article_watch::FetchError, web::problem};
use words::{passage_state, resolution, state};

mod sent;
mod ticket;
pub(super) mod words;

pub(super) fn all() -> Value {
    json!({
        "NewReport": sent::new_report(),
        "Receipt": receipt(),
        "Ticket": object("A ticket: all reports of the same mistake.", ticket::fields(), &[]),
        "TicketDetails": ticket::details(),
        "TicketList": object("A page of tickets.", vec![
            ("tickets", list(&reference("Ticket"))),
            ("next_cursor", nullable(text("Where the next page begins: the parameter `cursor`. Null on the last page. A page may be short, or empty, and others follow: rare tickets are looked for a stretch at a time."))),
            ("previous_cursor", nullable(text("Where the page before begins. Null on the first page."))),
        ], &[]),
        "TicketChange": sent::ticket_change(),
        "TicketsToMerge": sent::tickets_to_merge(),
        "ReportsToSplit": sent::reports_to_split(),
        "ArticleSaved": sent::article_saved(),
        "ArticleLooked": article_looked(),
        "Report": ticket::report(),
        "Event": ticket::event(),
        "Problem": problem_document(),
    })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn limited(description: &str, characters: usize) -> Value {
    json!({ "type": "string", "description": description, "maxLength": characters })
}

fn uri(description: &str) -> Value {
    json!({ "type": "string", "format": "uri", "description": description })
}

fn moment(description: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": description })
}

fn flag(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

fn count(description: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": description })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn set<'a>(description: &str, words: impl IntoIterator<Item = &'a str>) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    json!({ "type": "string", "enum": words, "description": description })
}

fn receipt() -> Value {
    object(
        "The report is stored durably.",
        vec![
            ("id", text("The report's id.")),
            (
                "ticket",
                text("The reference of its ticket, such as `FM-1042`."),
            ),
            (
                "status_url",
                uri("Where the reader sees what became of it. A secret link."),
            ),
        ],
        &[],
    )
}

fn article_looked() -> Value {
    let ticket = object(
        "A ticket that the look changed.",
        vec![
            ("reference", text("Such as `FM-1042`.")),
            ("state", state()),
            ("resolution", nullable(resolution())),
            ("passage_state", passage_state()),
            (
                "regressed",
                flag("Whether a correction was undone in the article."),
            ),
            (
                "now",
                nullable(text(
                    "What stands there now, where the passage state is `changed`.",
                )),
            ),
        ],
        &[],
    );
    object(
        "What a look at an article came to.",
        vec![
            ("url", uri("The article's address as we compare it.")),
            (
                "known",
                flag(
                    "Whether anything was ever reported about this article. If not, nothing was looked at.",
                ),
            ),
            (
                "changed",
                flag("Whether it says something else than at the last look."),
            ),
            (
                "error",
                nullable(set(
                    "Why the page could not be read.",
                    FetchError::ALL.iter().map(|e| e.as_str()),
                )),
            ),
            (
                "put_off",
                flag(
                    "Somebody was at it already, or a moment ago, or its server asked to be left alone: it is looked at again by itself.",
                ),
            ),
            ("looked_up", count("How many tickets were looked up.")),
            ("tickets", list(&ticket)),
            (
                "next_look_at",
                nullable(moment(
                    "When the article is looked at next; null for never.",
                )),
            ),
        ],
        &[],
    )
}

fn problem_document() -> Value {
    let mut types: Vec<String> = problem::ALL
        .iter()
        .map(|(name, _)| format!("{}{name}", problem::TYPES))
        .collect();
    types.push("about:blank".into());
    object(
        "A problem document (RFC 9457).",
        vec![
            (
                "type",
                set(
                    "Stable name of the problem; below this server it is the address of its description.",
                    types.iter().map(String::as_str),
                ),
            ),
            ("title", text("The status in English, for logs.")),
            (
                "status",
                json!({ "type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status." }),
            ),
            ("detail", text("A sentence for people.")),
            (
                "errors",
                list(&object(
                    "What is wrong with one field of the body, or one parameter of the address.",
                    vec![
                        ("pointer", text("RFC 6901 pointer into the body.")),
                        ("parameter", text("Name of the parameter.")),
                        ("detail", text("A sentence for people.")),
                    ],
                    &["pointer", "parameter"],
                )),
            ),
            ("allowed", list(&state())),
        ],
        &["errors", "allowed"],
    )
}
