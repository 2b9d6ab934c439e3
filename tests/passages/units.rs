//! Blocks, sentences and words of a text, as ranges of code points.

use std::ops::Range;

/// The blocks of a text: what stands between line breaks.
pub fn blocks(text: &[char]) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for (at, character) in text.iter().enumerate() {
        if *character == '\n' {
            blocks.push(start..at);
            start = at + 1;
        }
    }
    blocks.push(start..text.len());
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// The sentences within `range`, by the control's own rule (`GAP` in `text.js`).
pub fn sentences(text: &[char], range: &Range<usize>) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = range.start;
    for at in range.clone() {
        if is_gap(text, at) {
            if start < at {
                sentences.push(start..at);
            }
            start = at + 1;
        }
    }
    if start < range.end {
        sentences.push(start..range.end);
    }
    sentences
}

/// Whether the white space at `at` parts two sentences.
pub fn is_gap(text: &[char], at: usize) -> bool {
    if text[at] == '\n' {
        return true;
    }
    if text[at] != ' '
        || at == 0
        || text
            .get(at + 1)
            .is_none_or(|next| next.is_lowercase() || next.is_whitespace())
    {
        return false;
    }
    let ends = |character: char| matches!(character, '!' | '?' | '…');
    let last = text[at - 1];
    if ends(last) {
        return true;
    }
    if at >= 2
        && matches!(last, '“' | '”' | '"' | '»' | ')')
        && (ends(text[at - 2]) || text[at - 2] == '.')
    {
        return true;
    }
    last == '.'
        && at >= 5
        && text[at - 5..at - 1]
            .iter()
            .all(|c| c.is_alphanumeric() || *c == ')')
}

/// The words within `range`: letters and digits, with hyphens, apostrophes and the points of numbers between them.
pub fn words(text: &[char], range: &Range<usize>) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        if !text[at].is_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < range.end && (text[at].is_alphanumeric() || joins(text, at, range.end)) {
            at += 1;
        }
        words.push(start..at);
    }
    words
}

fn joins(text: &[char], at: usize, end: usize) -> bool {
    let Some(next) = text[..end].get(at + 1) else {
        return false;
    };
    match text[at] {
        '-' | '’' | '\'' | '\u{AD}' => next.is_alphanumeric(),
        '.' | ',' | ':' => next.is_ascii_digit() && at > 0 && text[at - 1].is_ascii_digit(),
        _ => false,
    }
}

pub fn string(text: &[char], range: &Range<usize>) -> String {
    text[range.clone()].iter().collect()
}

/// Every place where `needle` stands in `text`.
pub fn occurrences(text: &[char], needle: &[char]) -> Vec<usize> {
    if needle.is_empty() || needle.len() > text.len() {
        return Vec::new();
    }
    (0..=text.len() - needle.len())
        .filter(|at| text[*at..].starts_with(needle))
        .collect()
}
