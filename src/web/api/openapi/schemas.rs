//! The shapes of what is sent and answered.

use serde_json::{Value, json};

use super::{nullable, object, reference};
use crate::{
    domain::{
        grouping::Rule,
        kind::{Kind, Part},
        passage::{MAX_CONTEXT, MAX_EXACT},
        report::{MAX_COMMENT, MAX_SUGGESTION},
        ticket::{EventKind, PassageState, Reason, Resolution, TicketState},
        ticket_change::MAX_NOTE,
    },
    web::problem,
};

pub(super) fn all() -> Value {
    json!({
        "NewReport": new_report(),
        "Receipt": receipt(),
        "Ticket": object("A ticket: all reports of the same mistake.", ticket_fields(), &[]),
        "TicketDetails": ticket_details(),
        "TicketList": object("A page of tickets, newest first.", vec![
            ("tickets", list(reference("Ticket"))),
            ("next_cursor", nullable(text("Where the next page begins: the parameter `cursor`. Null on the last page."))),
        ], &[]),
        "TicketChange": ticket_change(),
        "Report": report(),
        "Event": event(),
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

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn words<'a>(description: &str, words: impl IntoIterator<Item = &'a str>) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    json!({ "type": "string", "enum": words, "description": description })
}

pub(super) fn state() -> Value {
    words(
        "Where the ticket stands.",
        TicketState::ALL.iter().map(|s| s.as_str()),
    )
}

pub(super) fn resolution() -> Value {
    words(
        "What became of a closed ticket.",
        Resolution::ALL.iter().map(|r| r.as_str()),
    )
}

fn reason() -> Value {
    words(
        "Why it is no error.",
        Reason::ALL.iter().map(|r| r.as_str()),
    )
}

pub(super) fn kind() -> Value {
    words(
        "The kind of the mistake.",
        Kind::ALL.iter().map(|k| k.as_str()),
    )
}

fn part() -> Value {
    words(
        "Where the mistake is when it is not in the running text.",
        Part::ALL.iter().map(|p| p.as_str()),
    )
}

fn passage_fields() -> Vec<(&'static str, Value)> {
    vec![
        ("exact", text("The marked words.")),
        ("prefix", text("What stands before them.")),
        ("suffix", text("What stands after them.")),
        (
            "start",
            nullable(count("First code point in the article's text.")),
        ),
        ("end", nullable(count("One past the last code point."))),
    ]
}

fn new_report() -> Value {
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
    let fields = vec![
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
    ];
    let optional = [
        "target",
        "part",
        "suggestion",
        "comment",
        "source",
        "contact",
        "website",
        "elapsed_ms",
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

fn ticket_fields() -> Vec<(&'static str, Value)> {
    let mut passage = passage_fields();
    passage.push((
        "now",
        nullable(text(
            "What stands there now, where the passage state is `changed`.",
        )),
    ));
    vec![
        ("reference", text("Such as `FM-1042`.")),
        ("site", text("The site's public key.")),
        ("state", state()),
        ("resolution", nullable(resolution())),
        ("reason", nullable(reason())),
        (
            "duplicate_of",
            nullable(text(
                "The reference of the ticket that this one is a duplicate of: work goes on there.",
            )),
        ),
        (
            "passage_state",
            words(
                "What the article says now.",
                PassageState::ALL.iter().map(|s| s.as_str()),
            ),
        ),
        (
            "regressed",
            flag("Whether a correction was undone in the article."),
        ),
        ("kind", kind()),
        (
            "article",
            object(
                "The article.",
                vec![
                    ("url", uri("Its canonical address.")),
                    ("title", nullable(text("Its headline."))),
                    ("sections", list(json!({ "type": "string" }))),
                ],
                &[],
            ),
        ),
        (
            "passage",
            nullable(object("The passage of the first report.", passage, &[])),
        ),
        ("part", nullable(part())),
        (
            "suggestions",
            list(object(
                "A wording that readers suggest.",
                vec![
                    ("text", text("The wording, in place of the passage.")),
                    ("count", count("How many reports say so.")),
                ],
                &[],
            )),
        ),
        (
            "accepted_suggestion",
            nullable(text("The wording that an editor accepted.")),
        ),
        ("report_count", count("Reports counted on it.")),
        ("desk", nullable(text("Name of the desk it was routed to."))),
        ("assignee", nullable(text("E-mail address of who has it."))),
        ("legal", flag("Whether a report speaks of legal claims.")),
        (
            "public_note",
            nullable(text("What the public is told of the correction.")),
        ),
        ("snoozed_until", nullable(moment("When it comes back."))),
        ("created_at", moment("When the first report came.")),
        ("updated_at", moment("When it last changed.")),
        ("closed_at", nullable(moment("When it was closed."))),
        ("url", uri("Its page on the desk.")),
    ]
}

fn ticket_details() -> Value {
    let mut fields = ticket_fields();
    fields.extend([
        ("reports", list(reference("Report"))),
        (
            "next_reports_cursor",
            nullable(text(
                "Where older reports begin: the parameter `reports_cursor`.",
            )),
        ),
        ("events", list(reference("Event"))),
    ]);
    object(
        "A ticket with its newest reports, newest first, and its history, oldest first.",
        fields,
        &[],
    )
}

fn report() -> Value {
    object(
        "One reader's report. A reader's address is never in it.",
        vec![
            ("id", text("Its id.")),
            ("created_at", moment("When it came.")),
            ("kind", kind()),
            (
                "passage",
                nullable(object("The marked words.", passage_fields(), &[])),
            ),
            ("part", nullable(part())),
            ("suggestion", nullable(text("The suggested wording."))),
            (
                "comment",
                nullable(text("What the reader wrote; gone when withdrawn.")),
            ),
            ("source", nullable(uri("A link that proves it."))),
            (
                "page_url",
                nullable(uri(
                    "The page that the reader had open, where it is another than the article's address.",
                )),
            ),
            (
                "joined_by",
                words(
                    "Which rule brought it to its ticket.",
                    Rule::ALL.iter().map(|r| r.as_str()),
                ),
            ),
            (
                "counted_on_closed",
                flag("Whether it came to a ticket that was closed already, and was only counted."),
            ),
            (
                "contact",
                nullable(words(
                    "Whether the reader can be told: an address waits for its confirmation, or has it.",
                    ["pending", "confirmed"],
                )),
            ),
            (
                "withdrawn_at",
                nullable(moment("When the reader took it back.")),
            ),
        ],
        &[],
    )
}

fn event() -> Value {
    let always = vec![
        ("id", text("Its id.")),
        ("at", moment("When.")),
        (
            "kind",
            words("What happened.", EventKind::ALL.iter().map(|k| k.as_str())),
        ),
        (
            "by",
            nullable(text(
                "E-mail address of the editor; null when a reader or the server did it.",
            )),
        ),
        ("from", nullable(state())),
        ("to", nullable(state())),
    ];
    let sometimes = vec![
        ("resolution", resolution()),
        ("reason", reason()),
        ("duplicate_of", text("The reference of the other ticket.")),
        ("note", text("The note's words.")),
        ("public_note", text("The public note's words.")),
        ("assignee", text("E-mail address of who got it.")),
        ("desk", text("Name of the desk it went to.")),
        ("accepted_suggestion", text("The accepted wording.")),
        ("ticket_kind", kind()),
        ("snoozed_until", moment("When it comes back.")),
    ];
    let optional: Vec<&str> = sometimes.iter().map(|(name, _)| *name).collect();
    object(
        "One entry of a ticket's history.",
        [always, sometimes].concat(),
        &optional,
    )
}

fn ticket_change() -> Value {
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
            nullable(moment("With `state: snoozed`: when it comes back.")),
        ),
    ];
    let optional: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let mut schema = object(
        "What is to change: all of it or nothing. `state: closed` needs a `resolution`, `not_an_error` a `reason`, `duplicate` a `duplicate_of`, `state: snoozed` a `snoozed_until`. Whatever an editor does to a new ticket opens it.",
        fields,
        &optional,
    );
    schema["examples"] =
        json!([{ "state": "closed", "resolution": "corrected", "note": "Korrigiert, danke." }]);
    schema
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
                words(
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
                list(object(
                    "What is wrong with one field of the body, or one parameter of the address.",
                    vec![
                        ("pointer", text("RFC 6901 pointer into the body.")),
                        ("parameter", text("Name of the parameter.")),
                        ("detail", text("A sentence for people.")),
                    ],
                    &["pointer", "parameter"],
                )),
            ),
            ("allowed", list(state())),
        ],
        &["errors", "allowed"],
    )
}
