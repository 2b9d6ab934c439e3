//! Passages made ready for comparison: normalised, with what each suggestion would change.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::super::{normalise::normalise, passage::Passage};

/// Words to be changed and what they are to become, in bytes of [`Place::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) becomes: String,
}

/// A passage made ready for comparison.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Prefix, quote and suffix, normalised.
    pub(super) text: String,
    /// The quote in it.
    pub(super) exact: Range<usize>,
    /// What each suggestion would change.
    pub(super) edits: Vec<Vec<Edit>>,
    /// Where the quote stood in the reader's text, in code points.
    pub(super) start: Option<i64>,
}

impl Place {
    pub(super) fn new<'a>(
        passage: &Passage,
        suggestions: impl Iterator<Item = &'a str>,
    ) -> Option<Self> {
        let prefix = normalise(&passage.prefix);
        let exact = normalise(&passage.exact);
        let suffix = normalise(&passage.suffix);
        if exact.is_empty() {
            return None;
        }
        let mut text = String::with_capacity(prefix.len() + exact.len() + suffix.len() + 2);
        text.push_str(&prefix);
        // Whether a space stood at the seam must survive, else `an` + `fangen` would equal `anfangen`.
        if !prefix.is_empty()
            && (passage.prefix.ends_with(char::is_whitespace)
                || passage.exact.starts_with(char::is_whitespace))
        {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(&exact);
        let end = text.len();
        if !suffix.is_empty()
            && (passage.suffix.starts_with(char::is_whitespace)
                || passage.exact.ends_with(char::is_whitespace))
        {
            text.push(' ');
        }
        text.push_str(&suffix);
        let edits = suggestions
            .map(|s| edits(&exact, &normalise(s), start))
            .filter(|e| !e.is_empty())
            .collect();
        Some(Self {
            text,
            exact: start..end,
            edits,
            start: passage.start,
        })
    }
}

/// The changed words between a quote and a suggestion, word by word.
pub(super) fn edits(exact: &str, suggestion: &str, offset: usize) -> Vec<Edit> {
    let old: Vec<&str> = exact.split(' ').collect();
    let new: Vec<&str> = suggestion.split(' ').collect();
    let mut starts = Vec::with_capacity(old.len() + 1);
    let mut at = 0;
    for word in &old {
        starts.push(at);
        at += word.len() + 1;
    }
    starts.push(at);
    capture_diff_slices(Algorithm::Myers, &old, &new)
        .into_iter()
        .filter_map(|op| match op {
            DiffOp::Equal { .. } => None,
            DiffOp::Delete {
                old_index, old_len, ..
            } => Some((old_index, old_len, String::new())),
            DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            } => Some((old_index, 0, new[new_index..new_index + new_len].join(" "))),
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => Some((
                old_index,
                old_len,
                new[new_index..new_index + new_len].join(" "),
            )),
        })
        .map(|(index, len, becomes)| {
            let start = starts[index].min(exact.len());
            // The space after the last word does not belong to it.
            let end = if len == 0 {
                start
            } else {
                (starts[index + len] - 1).max(start)
            };
            Edit {
                range: offset + start..offset + end,
                becomes,
            }
        })
        .collect()
}
