//! Revisions marked by hand. A file holds several, each as
//!
//! ```text
//! === name
//! The text before, with ⟦a|a passage|a⟧ in it.
//! ---
//! The text after, with ⟦a|the same place|a⟧ in it.
//! ```
//!
//! Where little changes, the two texts are written as one: `⟪before⇒after⟫` at each change, and no `---`.
//! Marks may nest and overlap. A passage without its mark in the text after is gone; one whose mark holds nothing
//! there is gone, and that is where its surroundings meet.

use std::io;
use std::ops::Range;
use std::path::Path;

use super::articles::texts;
use super::case::{Case, Nowhere, Truth};
use super::selection::{Style, with_style};

const STYLES: [(Style, bool, &str); 3] = [
    (Style::Control, true, "control"),
    (Style::Bare, true, "bare"),
    (Style::Control, false, "unplaced"),
];

/// The cases of every revision in `folder`: each passage with each style of selectors.
pub fn cases(folder: &Path, at_most: usize) -> io::Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut number = 0;
    for (file, content) in texts(folder)? {
        for revision in content.split("=== ").skip(1) {
            let wrong = |what: &str| io::Error::other(format!("revision in {file}: {what}"));
            let (name, texts) = revision.split_once('\n').ok_or_else(|| wrong("no text"))?;
            let (before, after) = match texts.split_once("\n---\n") {
                Some((before, after)) => (before.to_owned(), after.to_owned()),
                None => {
                    unfold(texts).ok_or_else(|| wrong(&format!("{name}: a change stays open")))?
                }
            };
            let before =
                unmark(before.trim()).map_err(|mark| wrong(&format!("{name}: before: {mark}")))?;
            let after =
                unmark(after.trim()).map_err(|mark| wrong(&format!("{name}: after: {mark}")))?;
            for (mark, place) in &before.places {
                let place = &trimmed(&before.text, place);
                let truth = after.places.iter().find(|(other, _)| other == mark);
                let truth = truth.map(|(_, place)| trimmed(&after.text, place));
                for (style, position, style_name) in STYLES {
                    let id = format!(
                        "revision/{file}/{number:02}/{}-{mark}-{style_name}",
                        name.trim()
                    );
                    cases.push(case(
                        id,
                        &before.text,
                        place,
                        &after.text,
                        truth.clone(),
                        (style, position),
                    ));
                }
            }
            number += 1;
        }
    }
    // Most of them are of one class of the two; a smaller table takes every so many-th.
    let step = cases.len().div_ceil(3 * at_most.max(1)).max(1);
    Ok(cases.into_iter().step_by(step).collect())
}

fn case(
    id: String,
    old: &[char],
    place: &Range<usize>,
    new: &[char],
    truth: Option<Range<usize>>,
    how: (Style, bool),
) -> Case {
    let selectors = with_style(old, place, how.0, how.1);
    let there = truth.clone().filter(|range| !range.is_empty());
    Case {
        id,
        class: if there.is_some() {
            "revision-changed"
        } else {
            "revision-gone"
        }
        .to_owned(),
        text: new.iter().collect(),
        exact: selectors.exact.iter().collect(),
        prefix: selectors.prefix.iter().collect(),
        suffix: selectors.suffix.iter().collect(),
        start: selectors.position.map(|(start, _)| start),
        end: selectors.position.map(|(_, end)| end),
        truth_at: truth.filter(Range::is_empty).map(|range| range.start),
        truth: there.map_or(Truth::Nowhere(Nowhere::Gone), |range| Truth::At {
            start: range.start,
            end: range.end,
        }),
    }
}

/// The text before and after all changes of the form `⟪before⇒after⟫`; nothing where one is not complete.
fn unfold(texts: &str) -> Option<(String, String)> {
    let mut parts = texts.split('⟪');
    let mut before = parts.next()?.to_owned();
    let mut after = before.clone();
    for part in parts {
        let (change, rest) = part.split_once('⟫')?;
        let (old, new) = change.split_once('⇒')?;
        before.push_str(old);
        after.push_str(new);
        before.push_str(rest);
        after.push_str(rest);
    }
    Some((before, after))
}

/// Without white space at its ends, as the control sends a passage.
fn trimmed(text: &[char], range: &Range<usize>) -> Range<usize> {
    let mut range = range.clone();
    while range.start < range.end && text[range.start].is_whitespace() {
        range.start += 1;
    }
    while range.start < range.end && text[range.end - 1].is_whitespace() {
        range.end -= 1;
    }
    range
}

struct Marked {
    text: Vec<char>,
    places: Vec<(char, Range<usize>)>,
}

/// Takes the marks out; the error names one that does not pair.
fn unmark(marked: &str) -> Result<Marked, String> {
    let source: Vec<char> = marked.chars().collect();
    let mut result = Marked {
        text: Vec::new(),
        places: Vec::new(),
    };
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut at = 0;
    while at < source.len() {
        match source[at..] {
            ['⟦', mark, '|', ..] => {
                open.push((mark, result.text.len()));
                at += 3;
            }
            ['|', mark, '⟧', ..] => {
                let index = open
                    .iter()
                    .position(|(other, _)| *other == mark)
                    .ok_or_else(|| format!("{mark} closes"))?;
                let (mark, start) = open.remove(index);
                result.places.push((mark, start..result.text.len()));
                at += 3;
            }
            [character, ..] => {
                result.text.push(character);
                at += 1;
            }
            [] => break,
        }
    }
    match open.first() {
        Some((mark, _)) => Err(format!("{mark} stays open")),
        None => Ok(result),
    }
}
