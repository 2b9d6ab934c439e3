//! Reads single fields of a submission, and collects what is wrong with them.

use serde_json::{Map, Value};

use super::{
    super::{
        article::http_url,
        clean::{clean_line, clean_text},
    },
    FieldError, Problem,
};

/// The longest title, section or name, in code points.
pub(super) const MAX_TITLE: usize = 500;
/// The most entries of a list.
pub(super) const MAX_LIST: usize = 20;
/// The longest address, in code points.
const MAX_LINK: usize = 2_000;

/// What is wrong so far.
pub(super) struct Reader {
    pub(super) errors: Vec<FieldError>,
}

impl Reader {
    pub(super) fn fail(&mut self, pointer: impl Into<String>, problem: Problem) {
        self.errors.push(FieldError {
            pointer: pointer.into(),
            problem,
        });
    }

    /// Fields of other names are faults: who sends one means something that we would not do.
    pub(super) fn only(&mut self, object: &Map<String, Value>, parent: &str, names: &[&str]) {
        let unknown = object.keys().filter(|n| !names.contains(&n.as_str()));
        for name in unknown.take(MAX_LIST) {
            let name = name.replace('~', "~0").replace('/', "~1");
            self.fail(format!("{parent}/{name}"), Problem::Unknown);
        }
    }

    /// A string as it stands, but for characters no store takes.
    pub(super) fn text(
        &mut self,
        object: &Map<String, Value>,
        parent: &str,
        name: &str,
        max: usize,
        required: bool,
    ) -> Option<String> {
        let pointer = || format!("{parent}/{name}");
        match object.get(name) {
            None | Some(Value::Null) => {
                if required {
                    self.fail(pointer(), Problem::Missing);
                }
                None
            }
            Some(Value::String(text)) => {
                if text.len() > max && text.chars().count() > max {
                    self.fail(pointer(), Problem::TooLong(max));
                    return None;
                }
                if required && text.is_empty() {
                    self.fail(pointer(), Problem::Missing);
                    return None;
                }
                Some(if text.contains('\0') {
                    text.replace('\0', "\u{FFFD}")
                } else {
                    text.clone()
                })
            }
            Some(_) => {
                self.fail(pointer(), Problem::WrongType("string"));
                None
            }
        }
    }

    pub(super) fn prose(
        &mut self,
        object: &Map<String, Value>,
        name: &str,
        max: usize,
    ) -> Option<String> {
        self.text(object, "", name, max, false)
            .map(|t| clean_text(&t))
            .filter(|t| !t.is_empty())
    }

    pub(super) fn line(
        &mut self,
        object: &Map<String, Value>,
        parent: &str,
        name: &str,
    ) -> Option<String> {
        self.text(object, parent, name, MAX_TITLE, false)
            .map(|t| clean_line(&t))
            .filter(|t| !t.is_empty())
    }

    pub(super) fn lines(&mut self, article: &Map<String, Value>, name: &str) -> Vec<String> {
        let pointer = format!("/article/{name}");
        match article.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) if list.len() > MAX_LIST => {
                self.fail(pointer, Problem::TooMany(MAX_LIST));
                Vec::new()
            }
            Some(Value::Array(list)) => {
                let mut out = Vec::with_capacity(list.len());
                for (i, item) in list.iter().enumerate() {
                    match item {
                        Value::String(text) if text.chars().count() <= MAX_TITLE => {
                            out.push(clean_line(text));
                        }
                        Value::String(_) => {
                            self.fail(format!("{pointer}/{i}"), Problem::TooLong(MAX_TITLE));
                        }
                        _ => self.fail(format!("{pointer}/{i}"), Problem::WrongType("string")),
                    }
                }
                out.retain(|s| !s.is_empty());
                out
            }
            Some(_) => {
                self.fail(pointer, Problem::WrongType("array"));
                Vec::new()
            }
        }
    }

    pub(super) fn link(
        &mut self,
        object: &Map<String, Value>,
        parent: &str,
        name: &str,
    ) -> Option<String> {
        let text = self
            .text(object, parent, name, MAX_LINK, false)
            .filter(|t| !t.trim().is_empty())?;
        let url = http_url(&text).map(String::from);
        if url.is_none() {
            self.fail(format!("{parent}/{name}"), Problem::NotAUrl);
        }
        url
    }

    pub(super) fn word<T>(
        &mut self,
        root: &Map<String, Value>,
        name: &str,
        parse: fn(&str) -> Option<T>,
        required: bool,
    ) -> Option<T> {
        let text = self.text(root, "", name, usize::MAX, required)?;
        if text.is_empty() && !required {
            return None;
        }
        let word = parse(&text);
        if word.is_none() {
            self.fail(format!("/{name}"), Problem::NotInSet);
        }
        word
    }
}
