//! The shapes of what is sent: a report, a change.

use serde_json::{Value, json};

use super::{
    super::{nullable, object},
    count, flag, limited, list, moment, set, text, uri,
    words::{cause, kind, part, priority, reason, resolution, state},
};
use crate::{
    domain::{
        passage::{MAX_CONTEXT, MAX_EXACT},
        question::MAX_QUESTION,
        ready_answer::MAX_ANSWER,
        report::{MAX_COMMENT, MAX_SUGGESTION},
        site::Lang,
        site_address::MAX_MESSAGE,
        tag::MAX_TAG,
        ticket_change::MAX_NOTE,
    },
    services::{
        merge_tickets::MOST_MERGED, split_ticket::MOST_SPLIT, watch_articles::MAX_SENT_TEXT,
    },
};

pub(super) fn new_report() -> Value {
    let fields = report_fields();
    let optional = [
        "target",
        "part",
        "suggestion",
        "comment",
        "source",
        "contact",
        "website",
        "elapsed_ms",
        "insisted",
    ];
    let mut schema = object(
        "What a reader reports. One of target, suggestion and comment must be there.",
        fields,
        &optional,
    );
    schema["examples"] = json!([{
        "site": "cnj26vsffn4iwujb",
        "article": { "url": "https://magazin.example/mini-pc", "title": "Mini-PC im Test", "sections": ["Hardware"], "lang": "de" },
        "target": { "selector": [{ "type": "TextQuoteSelector", "exact": "das", "prefix": "Der Hersteller verspricht, ", "suffix": " der Lüfter leise bleibt." }] },
        "kind": "spelling",
        "suggestion": "dass",
    }]);
    schema
}

fn report_fields() -> Vec<(&'static str, Value)> {
    let short = |what: &str| limited(what, 500);
    let selector = json!({
        "type": "array", "maxItems": 20,
        "description": "W3C selectors: a TextQuoteSelector, and perhaps a TextPositionSelector in Unicode code points. Others are passed over.",
        "items": { "type": "object", "required": ["type"], "properties": {
            "type": text("`TextQuoteSelector` or `TextPositionSelector`."),
            "exact": limited("The marked words.", MAX_EXACT),
            "prefix": limited("What stands before them: at least 32 characters, up to the sentence's beginning.", MAX_CONTEXT),
            "suffix": limited("What stands after them.", MAX_CONTEXT),
            "start": count("First code point."),
            "end": count("One past the last code point."),
        } },
    });
    vec![
        (
            "site",
            text("The site's public key, as in the page's markup."),
        ),
        (
            "article",
            json!({
                "type": "object", "required": ["url"], "description": "The article, and what its page says of itself.",
                "properties": {
                    "url": uri("Its canonical address."),
                    "title": short("Its headline."),
                    "sections": { "type": "array", "maxItems": 20, "items": { "type": "string", "maxLength": 500 }, "description": "Section path, outermost first." },
                    "authors": { "type": "array", "maxItems": 20, "items": { "type": "string", "maxLength": 500 }, "description": "Names of the byline." },
                    "lang": short("BCP 47 tag; also the language that the reader is answered in."),
                    "modified_at": short("When the page says it was last changed."),
                },
            }),
        ),
        ("kind", kind()),
        (
            "target",
            nullable(json!({
                "type": "object", "required": ["selector"], "description": "The passage. Without it the report is about the part, or the whole article.",
                "properties": { "source": uri("The page that the reader had open."), "selector": selector },
            })),
        ),
        ("part", nullable(part())),
        (
            "suggestion",
            nullable(limited(
                "The wording that would be right. One that equals the quote counts as none.",
                MAX_SUGGESTION,
            )),
        ),
        (
            "comment",
            nullable(limited("What else there is to say.", MAX_COMMENT)),
        ),
        ("source", nullable(uri("A link that proves it."))),
        (
            "contact",
            nullable(json!({
                "type": "object", "required": ["email", "consent"], "description": "Only if the reader wants an answer.",
                "properties": { "email": { "type": "string", "format": "email", "description": "The address." }, "consent": flag("Must be true.") },
            })),
        ),
        (
            "website",
            nullable(limited("A trap for programs: stays empty.", 0)),
        ),
        (
            "elapsed_ms",
            nullable(
                json!({ "type": "number", "minimum": 0, "description": "How long the form was open." }),
            ),
        ),
        (
            "insisted",
            nullable(flag(
                "The reader was told that it is no error here, and sends it all the same.",
            )),
        ),
    ]
}

pub(super) fn ticket_change() -> Value {
    let fields = vec![
        ("state", state()),
        ("resolution", nullable(resolution())),
        ("reason", nullable(reason())),
        (
            "duplicate_of",
            nullable(text(
                "With `resolution: duplicate`: the reference of the other ticket.",
            )),
        ),
        (
            "public_note",
            nullable(limited(
                "With `state: closed`: what the public is told.",
                MAX_NOTE,
            )),
        ),
        (
            "assignee",
            nullable(text("E-mail address or id; null for nobody.")),
        ),
        (
            "note",
            nullable(limited("A note for the history.", MAX_NOTE)),
        ),
        (
            "accepted_suggestion",
            limited(
                "The wording that is accepted; opens the ticket.",
                MAX_SUGGESTION,
            ),
        ),
        ("kind", kind()),
        ("desk", nullable(text("Name or id; null for none."))),
        (
            "snoozed_until",
            nullable(moment(
                "With `state: snoozed`: when it comes back; null for: with the next report.",
            )),
        ),
        ("cause", nullable(cause())),
        ("priority", nullable(priority())),
        (
            "tags",
            list(&limited(
                "All the tags that the ticket shall have; case does not matter.",
                MAX_TAG,
            )),
        ),
        (
            "questions",
            nullable(by_language(
                "With `state: waiting`: what the readers of each language are asked, by mail and on their pages. Who left no confirmed address is not.",
                MAX_QUESTION,
            )),
        ),
        (
            "forward_to",
            nullable(text(
                "With `resolution: forwarded`: the address of the site's book that gets the passage and what readers wrote, never who they are; its name, e-mail address or id.",
            )),
        ),
        (
            "forward_message",
            nullable(limited(
                "With `forward_to`: what is written with it.",
                MAX_MESSAGE,
            )),
        ),
        (
            "letters",
            nullable(by_language(
                "With `state: closed` or `questions`: the mail to the readers of each language, for this decision alone, in place of the site's ready answer.",
                MAX_ANSWER,
            )),
        ),
    ];
    let optional: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let mut schema = object(
        "What is to change: all of it or nothing. `state: closed` needs a `resolution`, `not_an_error` a `reason`, `duplicate` a `duplicate_of`, `state: snoozed` a `snoozed_until`, which may be null. Whatever an editor does to a new ticket opens it.",
        fields,
        &optional,
    );
    schema["examples"] =
        json!([{ "state": "closed", "resolution": "corrected", "note": "Korrigiert, danke." }]);
    schema
}

/// Words in one language or in several, each once.
fn by_language(description: &str, most: usize) -> Value {
    let langs = Lang::ALL;
    let words = object(
        "In one language.",
        vec![
            ("lang", set("Language.", langs.iter().map(|l| l.as_str()))),
            ("text", limited("The words.", most)),
        ],
        &[],
    );
    json!({ "type": "array", "minItems": 1, "maxItems": langs.len(), "items": words, "description": description })
}

pub(super) fn tickets_to_merge() -> Value {
    let names = json!({ "type": "array", "minItems": 1, "maxItems": MOST_MERGED, "items": { "type": "string" }, "description": "The references of the other tickets, of the same site." });
    let mut schema = object(
        "What is about the same mistake as the ticket that is asked.",
        vec![("tickets", names)],
        &[],
    );
    schema["examples"] = json!([{ "tickets": ["FM-1043"] }]);
    schema
}

pub(super) fn reports_to_split() -> Value {
    let names = json!({ "type": "array", "minItems": 1, "maxItems": MOST_SPLIT, "items": { "type": "string", "format": "uuid" }, "description": "The ids of reports of the ticket's own; the one that opened it stays." });
    let mut schema = object(
        "What is about another mistake than the ticket that is asked.",
        vec![("reports", names)],
        &[],
    );
    schema["examples"] = json!([{ "reports": ["01a207b9-15e0-7179-953a-a71cf983abf7"] }]);
    schema
}

pub(super) fn article_saved() -> Value {
    let mut schema = object(
        "An article that was saved.",
        vec![
            ("url", uri("Its address.")),
            (
                "text",
                limited(
                    "What it says now, for pages that we cannot read: plain text, a line a paragraph. Without it, the page is fetched.",
                    MAX_SENT_TEXT,
                ),
            ),
        ],
        &["text"],
    );
    schema["examples"] = json!([{ "url": "https://magazin.example/mini-pc" }]);
    schema
}
