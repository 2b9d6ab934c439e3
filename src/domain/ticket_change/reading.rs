//! Reads a change: every fault is found and named by a pointer (RFC 6901).

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Change, FIELDS, Forward, MAX_NOTE};
use crate::domain::{
    cause::Cause,
    clean::clean_text,
    clock::UnixMillis,
    ids::TicketId,
    kind::Kind,
    priority::Priority,
    question::{MAX_QUESTION, Question},
    ready_answer::{BadAnswer, MAX_ANSWER, check_answer},
    report::{FieldError, MAX_SUGGESTION, Problem},
    site::Lang,
    site_address::MAX_MESSAGE,
    tag::{InvalidTag, MAX_TAG, MAX_TAGS, read_tag},
    ticket::{Closure, Reason, Resolution, TicketState},
};

/// How many unknown fields are named before we stop.
const MAX_NAMED: usize = 20;

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
        questions: reader.questions(root, state),
        forward_to: reader.forward(root),
        letters: reader.letters(root, state),
        note: reader.prose(root, "note", MAX_NOTE),
    };
    if reader.0.is_empty() {
        Ok(change)
    } else {
        Err(reader.0)
    }
}

pub(super) fn escaped(name: &str) -> String {
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

    fn prose(&mut self, root: &Map<String, Value>, name: &str, most: usize) -> Option<String> {
        let text = clean_text(self.text(root, name)?);
        if text.chars().count() > most {
            self.fail(name, Problem::TooLong(most));
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
        let public_note = self.prose(root, "public_note", MAX_NOTE);
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

    /// To whom it is passed on, with what message.
    fn forward(&mut self, root: &Map<String, Value>) -> Option<Forward> {
        const TO: &str = "forward_to";
        const MESSAGE: &str = "forward_message";
        let message = self.prose(root, MESSAGE, MAX_MESSAGE);
        let to = self.choice(root, TO).flatten();
        if message.is_some() && to.is_none() {
            self.fail(MESSAGE, Problem::OutOfPlace("forward_to"));
        }
        let forwarding = root.get("state").and_then(Value::as_str) == Some("closed")
            && root.get("resolution").and_then(Value::as_str) == Some("forwarded");
        if to.is_some() && !forwarding {
            self.fail(TO, Problem::OutOfPlace("resolution: forwarded"));
        }
        Some(Forward { to: to?, message })
    }

    /// What readers are asked, each language once.
    fn questions(
        &mut self,
        root: &Map<String, Value>,
        state: Option<TicketState>,
    ) -> Vec<Question> {
        const NAME: &str = "questions";
        let said = self.by_language(root, NAME, |text| {
            (text.chars().count() > MAX_QUESTION).then_some(Problem::TooLong(MAX_QUESTION))
        });
        if !said.is_empty() && state != Some(TicketState::Waiting) {
            self.fail(NAME, Problem::OutOfPlace("state: waiting"));
        }
        said.into_iter()
            .map(|(lang, text)| Question { lang, text })
            .collect()
    }

    /// What readers are written, each language once.
    fn letters(
        &mut self,
        root: &Map<String, Value>,
        state: Option<TicketState>,
    ) -> Vec<(Lang, String)> {
        const NAME: &str = "letters";
        let said = self.by_language(root, NAME, |text| match check_answer(text) {
            Ok(()) => None,
            Err(BadAnswer::TooLong) => Some(Problem::TooLong(MAX_ANSWER)),
            Err(BadAnswer::UnknownPlace(_)) => Some(Problem::UnknownPlace),
        });
        let asks = root.get("questions").is_some_and(|value| !value.is_null());
        if !said.is_empty() && state != Some(TicketState::Closed) && !asks {
            self.fail(NAME, Problem::OutOfPlace("state: closed"));
        }
        said
    }

    /// `[{"lang": …, "text": …}]`; missing and null are the same.
    fn by_language(
        &mut self,
        root: &Map<String, Value>,
        name: &str,
        fault: impl Fn(&str) -> Option<Problem>,
    ) -> Vec<(Lang, String)> {
        let list = match root.get(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.fail(name, Problem::WrongType("array"));
                return Vec::new();
            }
        };
        if list.is_empty() {
            self.fail(name, Problem::Missing);
        }
        if list.len() > Lang::ALL.len() {
            self.fail(name, Problem::TooMany(Lang::ALL.len()));
            return Vec::new();
        }
        let mut said: Vec<(Lang, String)> = Vec::new();
        for (at, value) in list.iter().enumerate() {
            let place = format!("{name}/{at}");
            let Some(entry) = value.as_object() else {
                self.fail(&place, Problem::WrongType("object"));
                continue;
            };
            for field in entry.keys().take(MAX_NAMED) {
                if !["lang", "text"].contains(&field.as_str()) {
                    self.fail(&format!("{place}/{}", escaped(field)), Problem::Unknown);
                }
            }
            let lang = entry.get("lang").and_then(Value::as_str);
            let lang = lang.and_then(Lang::parse);
            if lang.is_none_or(|lang| said.iter().any(|(other, _)| *other == lang)) {
                self.fail(&format!("{place}/lang"), Problem::NotInSet);
            }
            let text = entry.get("text").and_then(Value::as_str).map(clean_text);
            let wrong = match &text {
                None => Some(Problem::WrongType("string")),
                Some(text) if text.is_empty() => Some(Problem::Missing),
                Some(text) => fault(text),
            };
            if let Some(problem) = wrong {
                self.fail(&format!("{place}/text"), problem);
            }
            said.extend(lang.zip(text));
        }
        said
    }

    fn snoozed_until(
        &mut self,
        root: &Map<String, Value>,
        state: Option<TicketState>,
    ) -> Option<UnixMillis> {
        const NAME: &str = "snoozed_until";
        let snoozing = state == Some(TicketState::Snoozed);
        match (self.text(root, NAME), snoozing) {
            // No moment: until another report.
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
