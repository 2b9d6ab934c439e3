//! Internal notes: whom they mention, and how their Markdown is shown.

mod markdown;

pub use self::markdown::{html, mentions};

use super::{editor::Editor, ids::EditorId};

/// Somebody whom a note may mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: EditorId,
    /// Their name.
    pub name: String,
    /// What may stand behind the `@`, in small letters.
    handles: Vec<String>,
}

/// The people whom a note may mention: each by the whole name, by what stands before the `@` of the address, and by the first
/// name where only one of them is called so.
#[must_use]
pub fn people<'a>(editors: impl IntoIterator<Item = &'a Editor>) -> Vec<Person> {
    let first = |name: &str| {
        name.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    let mut people: Vec<Person> = editors
        .into_iter()
        .map(|editor| Person {
            id: editor.id,
            name: editor.name.clone(),
            handles: vec![
                editor.name.trim().to_lowercase(),
                editor
                    .email
                    .split('@')
                    .next()
                    .unwrap_or_default()
                    .to_lowercase(),
            ],
        })
        .collect();
    let firsts: Vec<String> = people.iter().map(|p| first(&p.name)).collect();
    for (person, name) in people.iter_mut().zip(&firsts) {
        if firsts.iter().filter(|other| *other == name).count() == 1 {
            person.handles.push(name.clone());
        }
        person.handles.retain(|handle| !handle.is_empty());
        person.handles.dedup();
    }
    people
}

/// The person named at the start of the text (what stands behind an `@`), and how many bytes the name takes: the longest that
/// fits, and only where it ends there.
fn named_at<'p>(text: &str, people: &'p [Person]) -> Option<(&'p Person, usize)> {
    people
        .iter()
        .flat_map(|person| person.handles.iter().map(move |handle| (person, handle)))
        .filter_map(|(person, handle)| Some((person, starts_with(text, handle)?)))
        .max_by_key(|(_, length)| *length)
}

/// How many bytes of the text are that name, which is in small letters, if a word ends there.
fn starts_with(text: &str, name: &str) -> Option<usize> {
    let mut wanted = name.chars();
    let mut next = wanted.next()?;
    for (at, c) in text.char_indices() {
        for small in c.to_lowercase() {
            if small != next {
                return None;
            }
            let Some(following) = wanted.next() else {
                let end = at + c.len_utf8();
                let ends = !text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
                return ends.then_some(end);
            };
            next = following;
        }
    }
    None
}
