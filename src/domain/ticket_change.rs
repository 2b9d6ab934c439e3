//! What a program wants changed on a ticket, read from untrusted JSON once: every fault is found and named by a pointer.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    cause::Cause,
    clean::clean_text,
    clock::UnixMillis,
    ids::{DeskId, EditorId, TicketId},
    kind::Kind,
    priority::Priority,
    report::{FieldError, MAX_SUGGESTION, Problem},
    tag::{InvalidTag, MAX_TAG, MAX_TAGS, read_tag},
    ticket::{Closure, Reason, Resolution, Step, TicketState},
};

/// The longest note, in characters.
pub const MAX_NOTE: usize = 10_000;
/// How many unknown fields are named before we stop.
const MAX_NAMED: usize = 20;

/// The fields a change may have.
pub const FIELDS: &[&str] = &[
    "state",
    "resolution",
    "reason",
    "duplicate_of",
    "public_note",
    "assignee",
    "note",
    "accepted_suggestion",
    "kind",
    "desk",
    "snoozed_until",
    "priority",
    "tags",
    "cause",
];

/// A change that has been read and found in order, not taken yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Where the ticket shall go.
    pub state: Option<TicketState>,
    /// With [`TicketState::Closed`], and only then.
    pub closure: Option<Closure>,
    /// With [`TicketState::Snoozed`], and only then; nothing: until another report comes.
    pub snoozed_until: Option<UnixMillis>,
    /// Who shall have it, as e-mail address or id; `Some(None)` is nobody.
    pub assignee: Option<Option<String>>,
    /// Which desk shall have it, as name or id; `Some(None)` is none.
    pub desk: Option<Option<String>>,
    /// The refined kind.
    pub kind: Option<Kind>,
    /// The accepted wording.
    pub accepted_suggestion: Option<String>,
    /// What the editor says of the priority; `Some(None)`: as computed.
    pub priority: Option<Option<Priority>>,
    /// All the tags that the ticket shall have.
    pub tags: Option<Vec<String>>,
    /// How the error came about; `Some(None)`: nothing is said of it.
    pub cause: Option<Option<Cause>>,
    /// A note for the history.
    pub note: Option<String>,
}

/// Reads a change.
///
/// # Errors
/// All faults of the document, each with its pointer.
pub fn read_change(document: &Value) -> Result<Change, Vec<FieldError>> {
    let mut reader = Reader::default();
    let Some(root) = document.as_object() else {
        reader.fail("", Problem::WrongType("object"));
        return Err(reader.0);
    };
    let unknown = root.keys().filter(|name| !FIELDS.contains(&name.as_str()));
    for name in unknown.take(MAX_NAMED) {
        reader.fail(&escaped(name), Problem::Unknown);
    }
    let state = reader.word(root, "state", TicketState::parse);
    let change = Change {
        state,
        closure: reader.closure(root, state),
        snoozed_until: reader.snoozed_until(root, state),
        assignee: reader.choice(root, "assignee"),
        desk: reader.choice(root, "desk"),
        kind: reader.word(root, "kind", Kind::parse),
        accepted_suggestion: reader.accepted_suggestion(root),
        priority: reader.priority(root),
        tags: reader.tags(root),
        cause: reader.cause(root),
        note: reader.prose(root, "note"),
    };
    if reader.0.is_empty() {
        Ok(change)
    } else {
        Err(reader.0)
    }
}

impl Change {
    /// The steps, in an order in which each is possible: what opens a ticket goes first; what ends its work last, after
    /// all that is no more possible then; the note follows what it explains. A ticket cannot be made new again: there is
    /// no step for it.
    #[must_use]
    pub fn steps(
        self,
        assignee: Option<Option<EditorId>>,
        desk: Option<Option<DeskId>>,
        tagged: &[String],
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        let (first, last) = match self.state {
            Some(TicketState::Open) => (Some(Step::Open), None),
            Some(TicketState::Waiting) => (None, Some(Step::Wait)),
            Some(TicketState::Snoozed) => {
                let step = match self.snoozed_until {
                    Some(until) => Step::Snooze { until },
                    None => Step::SnoozeUntilReport,
                };
                (None, Some(step))
            }
            Some(TicketState::Closed) => (None, self.closure.map(Step::Close)),
            Some(TicketState::New) | None => (None, None),
        };
        steps.extend(first);
        steps.extend(self.accepted_suggestion.map(Step::Accept));
        steps.extend(self.kind.map(Step::Refine));
        steps.extend(self.priority.map(Step::Prioritise));
        if let Some(tags) = self.tags {
            let gone = tagged.iter().filter(|tag| !tags.contains(tag));
            steps.extend(gone.cloned().map(Step::Untag));
            steps.extend(tags.into_iter().map(Step::Tag));
        }
        steps.extend(desk.map(Step::Route));
        steps.extend(assignee.map(Step::Assign));
        steps.extend(last);
        steps.extend(self.cause.map(Step::NameCause));
        steps.extend(self.note.map(Step::Note));
        steps
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[derive(Default)]
struct Reader(Vec<FieldError>);

impl Reader {
    fn fail(&mut self, name: &str, problem: Problem) {
        let pointer = if name.is_empty() {
            String::new()
        } else {
            format!("/{name}")
        };
        self.0.push(FieldError { pointer, problem });
    }

    /// A string; missing and null are the same.
    fn text<'a>(&mut self, root: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
        match root.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.fail(name, Problem::WrongType("string"));
                None
            }
        }
    }

    fn word<T>(
        &mut self,
        root: &Map<String, Value>,
        name: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        // These cannot be taken away, only changed.
        if root.get(name).is_some_and(Value::is_null) {
            self.fail(name, Problem::WrongType("string"));
        }
        self.optional_word(root, name, parse)
    }

    fn optional_word<T>(
        &mut self,
        root: &Map<String, Value>,
        name: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(root, name)?;
        let word = parse(text);
        if word.is_none() {
            self.fail(name, Problem::NotInSet);
        }
        word
    }

    fn prose(&mut self, root: &Map<String, Value>, name: &str) -> Option<String> {
        let text = clean_text(self.text(root, name)?);
        if text.chars().count() > MAX_NOTE {
            self.fail(name, Problem::TooLong(MAX_NOTE));
        }
        (!text.is_empty()).then_some(text)
    }

    /// Somebody or something by name or id, or null for none.
    #[allow(
        clippy::option_option,
        reason = "unsaid, nobody and somebody are three things"
    )]
    fn choice(&mut self, root: &Map<String, Value>, name: &str) -> Option<Option<String>> {
        if root.get(name)?.is_null() {
            return Some(None);
        }
        let text = self.text(root, name)?.trim();
        if text.is_empty() {
            self.fail(name, Problem::Missing);
            return None;
        }
        Some(Some(text.to_owned()))
    }

    #[allow(
        clippy::option_option,
        reason = "unsaid, as computed and more or less are three things"
    )]
    fn priority(&mut self, root: &Map<String, Value>) -> Option<Option<Priority>> {
        const NAME: &str = "priority";
        if root.get(NAME)?.is_null() {
            return Some(None);
        }
        self.optional_word(root, NAME, Priority::parse).map(Some)
    }

    #[allow(
        clippy::option_option,
        reason = "unsaid, nothing and a cause are three things"
    )]
    fn cause(&mut self, root: &Map<String, Value>) -> Option<Option<Cause>> {
        const NAME: &str = "cause";
        if root.get(NAME)?.is_null() {
            return Some(None);
        }
        self.optional_word(root, NAME, Cause::parse).map(Some)
    }

    fn tags(&mut self, root: &Map<String, Value>) -> Option<Vec<String>> {
        const NAME: &str = "tags";
        let Some(list) = root.get(NAME)?.as_array() else {
            self.fail(NAME, Problem::WrongType("array"));
            return None;
        };
        if list.len() > MAX_TAGS {
            self.fail(NAME, Problem::TooMany(MAX_TAGS));
            return None;
        }
        let mut tags = Vec::new();
        for (at, value) in list.iter().enumerate() {
            let problem = match value.as_str().map(read_tag) {
                Some(Ok(tag)) => {
                    tags.push(tag);
                    continue;
                }
                Some(Err(InvalidTag::TooLong)) => Problem::TooLong(MAX_TAG),
                Some(Err(_)) => Problem::Missing,
                None => Problem::WrongType("string"),
            };
            self.fail(&format!("{NAME}/{at}"), problem);
        }
        Some(tags)
    }

    fn accepted_suggestion(&mut self, root: &Map<String, Value>) -> Option<String> {
        const NAME: &str = "accepted_suggestion";
        let value = root.get(NAME)?;
        let Some(text) = value.as_str().map(clean_text) else {
            self.fail(NAME, Problem::WrongType("string"));
            return None;
        };
        if text.is_empty() {
            self.fail(NAME, Problem::Missing);
        } else if text.chars().count() > MAX_SUGGESTION {
            self.fail(NAME, Problem::TooLong(MAX_SUGGESTION));
        }
        Some(text)
    }

    fn closure(
        &mut self,
        root: &Map<String, Value>,
        state: Option<TicketState>,
    ) -> Option<Closure> {
        let resolution = self.optional_word(root, "resolution", Resolution::parse);
        let reason = self.optional_word(root, "reason", Reason::parse);
        let public_note = self.prose(root, "public_note");
        let duplicate_of = self.text(root, "duplicate_of").and_then(|text| {
            let id = TicketId::parse(text);
            if id.is_none() {
                self.fail("duplicate_of", Problem::UnknownReference);
            }
            id
        });
        let set = |name: &str| root.get(name).is_some_and(|value| !value.is_null());
        let closing = state == Some(TicketState::Closed);
        for (name, needed, place) in [
            ("resolution", closing, "state: closed"),
            ("public_note", closing, "state: closed"),
            (
                "reason",
                closing && resolution == Some(Resolution::NotAnError),
                "resolution: not_an_error",
            ),
            (
                "duplicate_of",
                closing && resolution == Some(Resolution::Duplicate),
                "resolution: duplicate",
            ),
        ] {
            if needed && name != "public_note" && !set(name) {
                self.fail(name, Problem::Missing);
            }
            // What a wrong resolution would have allowed is not complained about as well.
            let unclear = closing && set("resolution") && resolution.is_none();
            if !needed && set(name) && !unclear {
                self.fail(name, Problem::OutOfPlace(place));
            }
        }
        closing.then_some(())?;
        Some(Closure {
            resolution: resolution?,
            reason,
            duplicate_of,
            public_note,
            forwarded: None,
        })
    }

    fn snoozed_until(
        &mut self,
        root: &Map<String, Value>,
        state: Option<TicketState>,
    ) -> Option<UnixMillis> {
        const NAME: &str = "snoozed_until";
        let snoozing = state == Some(TicketState::Snoozed);
        match (self.text(root, NAME), snoozing) {
            // Null is said: no moment, but another report.
            (None, true) if root.get(NAME).is_none() => {
                self.fail(NAME, Problem::Missing);
                None
            }
            (None, _) => None,
            (Some(_), false) => {
                self.fail(NAME, Problem::OutOfPlace("state: snoozed"));
                None
            }
            (Some(text), true) => {
                let moment = text.parse::<Timestamp>().ok();
                if moment.is_none() {
                    self.fail(NAME, Problem::NotAMoment);
                }
                moment.map(Timestamp::as_millisecond)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(document: &Value) -> Vec<(String, Problem)> {
        read_change(document)
            .unwrap_err()
            .into_iter()
            .map(|e| (e.pointer, e.problem))
            .collect()
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(
            faults(&json!([])),
            [(String::new(), Problem::WrongType("object"))]
        );
        let document = json!({ "state": "done", "kind": null, "a/b": 1, "note": 3, "assignee": " ", "accepted_suggestion": "" });
        let mut found = faults(&document);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(
            faults(&json!({ "priority": "top", "tags": ["ok", " ", 7] })),
            [
                ("/priority".to_owned(), Problem::NotInSet),
                ("/tags/1".to_owned(), Problem::Missing),
                ("/tags/2".to_owned(), Problem::WrongType("string")),
            ]
        );
        let expected = [
            ("/accepted_suggestion", Problem::Missing),
            ("/assignee", Problem::Missing),
            ("/a~1b", Problem::Unknown),
            ("/kind", Problem::WrongType("string")),
            ("/note", Problem::WrongType("string")),
            ("/state", Problem::NotInSet),
        ];
        assert_eq!(
            found,
            expected.map(|(pointer, problem)| (pointer.to_owned(), problem))
        );
    }

    #[test]
    fn what_belongs_together_comes_together() {
        let one = |document: Value| {
            let faults = faults(&document);
            assert_eq!(faults.len(), 1, "{document}: {faults:?}");
            faults.into_iter().next().unwrap()
        };
        let check = |document: Value, pointer: &str, problem: Problem| {
            assert_eq!(one(document), (pointer.to_owned(), problem));
        };
        check(
            json!({ "state": "closed" }),
            "/resolution",
            Problem::Missing,
        );
        check(
            json!({ "resolution": "corrected" }),
            "/resolution",
            Problem::OutOfPlace("state: closed"),
        );
        check(
            json!({ "state": "closed", "resolution": "not_an_error" }),
            "/reason",
            Problem::Missing,
        );
        check(
            json!({ "state": "closed", "resolution": "corrected", "reason": "house_style" }),
            "/reason",
            Problem::OutOfPlace("resolution: not_an_error"),
        );
        check(
            json!({ "state": "closed", "resolution": "duplicate" }),
            "/duplicate_of",
            Problem::Missing,
        );
        check(
            json!({ "state": "closed", "resolution": "duplicate", "duplicate_of": "x" }),
            "/duplicate_of",
            Problem::UnknownReference,
        );
        check(
            json!({ "state": "closed", "resolution": "fixed", "reason": "house_style" }),
            "/resolution",
            Problem::NotInSet,
        );
        check(
            json!({ "state": "snoozed" }),
            "/snoozed_until",
            Problem::Missing,
        );
        check(
            json!({ "state": "snoozed", "snoozed_until": "morgen" }),
            "/snoozed_until",
            Problem::NotAMoment,
        );
        check(
            json!({ "snoozed_until": "2026-11-23T08:00:00Z" }),
            "/snoozed_until",
            Problem::OutOfPlace("state: snoozed"),
        );
    }

    #[test]
    fn the_steps_stand_in_an_order_in_which_they_are_possible() {
        let document = json!({ "state": "closed", "resolution": "corrected", "accepted_suggestion": "dass", "note": "erledigt", "desk": null, "reason": null });
        let steps = read_change(&document).unwrap().steps(None, Some(None), &[]);
        assert_eq!(
            steps,
            [
                Step::Accept("dass".into()),
                Step::Route(None),
                Step::Close(Closure::of(Resolution::Corrected)),
                Step::Note("erledigt".into()),
            ]
        );
        let document = json!({ "state": "open", "accepted_suggestion": "dass" });
        let steps = read_change(&document).unwrap().steps(None, None, &[]);
        assert_eq!(steps, [Step::Open, Step::Accept("dass".into())]);
        let report = json!({ "state": "snoozed", "snoozed_until": null });
        let steps = read_change(&report).unwrap().steps(None, None, &[]);
        assert_eq!(steps, [Step::SnoozeUntilReport]);
        let document = json!({ "state": "snoozed", "snoozed_until": "2026-11-23T09:00:00+01:00" });
        let steps = read_change(&document).unwrap().steps(None, None, &[]);
        assert_eq!(
            steps,
            [Step::Snooze {
                until: 1_795_420_800_000
            }]
        );
        assert_eq!(read_change(&json!({})).unwrap(), Change::default());
        let document = json!({ "priority": "higher", "tags": ["#Titel", "eilig"] });
        let tagged = ["alt".to_owned(), "eilig".to_owned()];
        let steps = read_change(&document).unwrap().steps(None, None, &tagged);
        let expected = [
            Step::Prioritise(Some(Priority::Higher)),
            Step::Untag("alt".into()),
            Step::Tag("titel".into()),
            Step::Tag("eilig".into()),
        ];
        assert_eq!(steps, expected);
        let steps = read_change(&json!({ "priority": null })).unwrap();
        assert_eq!(steps.steps(None, None, &[]), [Step::Prioritise(None)]);
    }
}
