//! The shapes of what is sent ([`sent`]) and answered.

use serde_json::{Value, json};

use super::{nullable, object, reference};
use crate::{
    domain::{
        article_watch::FetchError,
        cause::Cause,
        grouping::Rule,
        kind::{Kind, Part},
        priority::{Freshness, Priority},
        site::Lang,
        ticket::{Actor, EventKind, PassageState, Reason, Resolution, TicketState},
    },
    web::problem,
};

mod sent;

pub(super) fn all() -> Value {
    json!({
        "NewReport": sent::new_report(),
        "Receipt": receipt(),
        "Ticket": object("A ticket: all reports of the same mistake.", ticket_fields(), &[]),
        "TicketDetails": ticket_details(),
        "TicketList": object("A page of tickets.", vec![
            ("tickets", list(&reference("Ticket"))),
            ("next_cursor", nullable(text("Where the next page begins: the parameter `cursor`. Null on the last page. A page may be short, or empty, and others follow: rare tickets are looked for a stretch at a time."))),
            ("previous_cursor", nullable(text("Where the page before begins. Null on the first page."))),
        ], &[]),
        "TicketChange": sent::ticket_change(),
        "ArticleSaved": sent::article_saved(),
        "ArticleLooked": article_looked(),
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

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn words<'a>(description: &str, words: impl IntoIterator<Item = &'a str>) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    json!({ "type": "string", "enum": words, "description": description })
}

pub(super) fn priority() -> Value {
    words(
        "What an editor said of the priority; null: as computed.",
        Priority::ALL.iter().map(|p| p.as_str()),
    )
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

pub(super) fn passage_state() -> Value {
    words(
        "What the article says now of the passage.",
        PassageState::ALL.iter().map(|s| s.as_str()),
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
        ("passage_state", passage_state()),
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
                    ("sections", list(&json!({ "type": "string" }))),
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
            list(&object(
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
        ("tags", list(&json!({ "type": "string" }))),
        (
            "priority",
            object(
                "How pressing it is. It follows from the ticket's kind, the number of its reports, legal claims, how fresh the article was, and when it came.",
                vec![
                    (
                        "weight",
                        count(
                            "The order of `order=pressing`: seconds of Unix time, plus what speaks for it. Only for comparing.",
                        ),
                    ),
                    (
                        "article",
                        words(
                            "How fresh the article was when the first report came.",
                            Freshness::ALL.iter().map(|f| f.as_str()),
                        ),
                    ),
                    ("set", nullable(priority())),
                ],
                &[],
            ),
        ),
        (
            "public_note",
            nullable(text("What the public is told of the correction.")),
        ),
        ("cause", nullable(cause())),
        (
            "snoozed_until",
            nullable(moment("When it comes back, if by time.")),
        ),
        ("created_at", moment("When the first report came.")),
        ("updated_at", moment("When it last changed.")),
        ("closed_at", nullable(moment("When it was closed."))),
        ("url", uri("Its page on the desk.")),
    ]
}

fn ticket_details() -> Value {
    let mut fields = ticket_fields();
    fields.extend([
        ("reports", list(&reference("Report"))),
        (
            "next_reports_cursor",
            nullable(text(
                "Where older reports begin: the parameter `reports_cursor`.",
            )),
        ),
        ("events", list(&reference("Event"))),
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
                "answers",
                list(&object(
                    "An answer.",
                    vec![("at", moment("When.")), ("text", text("Its words."))],
                    &[],
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

fn cause() -> Value {
    words(
        "How the error came about; of facts that were corrected, where somebody said so.",
        Cause::ALL.iter().map(|c| c.as_str()),
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
        (
            "actor",
            words(
                "Who it was, when it was neither an editor nor a reader.",
                Actor::ALL.iter().map(|a| a.as_str()),
            ),
        ),
        ("passage_state", passage_state()),
        (
            "regressed",
            flag("The correction that we saw was undone in the article."),
        ),
        (
            "correction_missing",
            flag("A day after the closing the old words still stood in the article."),
        ),
        (
            "also_in",
            text("The reference of the ticket whose wrong words were found here too."),
        ),
        ("priority", priority()),
        ("tag", text("The tag that was put on or taken off.")),
        (
            "questions",
            list(&object(
                "What the readers of that language were asked.",
                vec![
                    (
                        "lang",
                        words("Language.", Lang::ALL.iter().map(|l| l.as_str())),
                    ),
                    ("text", text("Its words.")),
                ],
                &[],
            )),
        ),
        (
            "report",
            text("The id of the report whose reader answered."),
        ),
        ("cause", cause()),
        (
            "forwarded_to",
            text("The name of the address it was passed on to."),
        ),
    ];
    let optional: Vec<&str> = sometimes.iter().map(|(name, _)| *name).collect();
    object(
        "One entry of a ticket's history.",
        [always, sometimes].concat(),
        &optional,
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
                nullable(words(
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
