//! The shapes of a ticket: as in a list, and with its reports and its history.

use serde_json::{Value, json};

use super::{
    super::{nullable, object, reference},
    count, flag, list, moment, set, text, uri,
    words::{cause, kind, part, passage_state, priority, reason, resolution, state},
};
use crate::domain::{
    grouping::Rule,
    priority::Freshness,
    site::Lang,
    ticket::{Actor, EventKind},
};

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

pub(super) fn fields() -> Vec<(&'static str, Value)> {
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
                        set(
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

pub(super) fn details() -> Value {
    let mut fields = fields();
    fields.extend([
        ("reports", list(&reference("Report"))),
        (
            "next_reports_cursor",
            nullable(text(
                "Where older reports begin: the parameter `reports_cursor`.",
            )),
        ),
        (
            "duplicates",
            list(&text(
                "The references of what was merged into it, also by way of others.",
            )),
        ),
        (
            "split_from",
            nullable(text(
                "The reference of the ticket that its reports were split off from.",
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

pub(super) fn report() -> Value {
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
                set(
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
                nullable(set(
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

pub(super) fn event() -> Value {
    let always = vec![
        ("id", text("Its id.")),
        ("at", moment("When.")),
        (
            "kind",
            set("What happened.", EventKind::ALL.iter().map(|k| k.as_str())),
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
        (
            "other",
            text(
                "The reference of the ticket that was merged into it, parted from it or split off from it; or that it was split off from.",
            ),
        ),
        ("note", text("The note's words.")),
        ("public_note", text("The public note's words.")),
        ("assignee", text("E-mail address of who got it.")),
        ("desk", text("Name of the desk it went to.")),
        ("accepted_suggestion", text("The accepted wording.")),
        ("ticket_kind", kind()),
        ("snoozed_until", moment("When it comes back.")),
        (
            "actor",
            set(
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
                        set("Language.", Lang::ALL.iter().map(|l| l.as_str())),
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
