//! Where the quote stands as it is.

use std::ops::Range;

use memchr::memmem;

use super::{pattern::Pattern, words::Words};

/// The most occurrences of the quote that are looked at …
const MAX_OCCURRENCES: usize = 2048;
/// … and that are compared in full.
pub(super) const MAX_COMPARED: usize = 6;

/// Where the quote stands as it is, borders of words respected.
pub(super) fn occurrences(
    pattern: &Pattern,
    words: Words<'_>,
    expected: Option<usize>,
) -> Vec<Range<usize>> {
    let quote = pattern.quote_text();
    let fits = |at: &usize| whole_words(pattern, words.text, *at..*at + quote.len());
    let found: Vec<usize> = match rarest_word(pattern, words) {
        Some((offset, stands)) if stands.len() <= FEW => stands
            .iter()
            .filter_map(|at| (words.index.tokens[*at as usize].start()).checked_sub(offset))
            .filter(|at| words.text.as_bytes()[*at..].starts_with(quote.as_bytes()))
            .filter(fits)
            .collect(),
        _ => search(quote, words.text, expected, fits),
    };
    found.into_iter().map(|at| at..at + quote.len()).collect()
}

/// A word that stands at most so often is looked up instead of searching all of the text.
const FEW: usize = 256;

/// The rarest whole word of the quote: its first byte in the quote, and the tokens that may be it.
fn rarest_word<'a>(pattern: &Pattern, words: Words<'a>) -> Option<(usize, &'a [u32])> {
    pattern
        .quote
        .clone()
        .map(|at| pattern.tokens[at])
        .filter(|t| {
            t.word()
                && t.start() >= pattern.bytes.start
                && t.end() <= pattern.bytes.end
                // What is longer than a token may be cut elsewhere in the text.
                && t.end() - t.start() < 48
        })
        .map(|t| (t.start() - pattern.bytes.start, words.index.places(t.id)))
        .min_by_key(|(_, stands)| stands.len())
}

/// Searches all of the text, as far as it is not too often.
fn search(
    quote: &str,
    text: &str,
    expected: Option<usize>,
    fits: impl Fn(&usize) -> bool,
) -> Vec<usize> {
    let finder = memmem::Finder::new(quote);
    let mut found: Vec<usize> = finder
        .find_iter(text.as_bytes())
        .take(MAX_OCCURRENCES)
        .filter(&fits)
        .collect();
    if let (true, Some(expected)) = (found.len() > MAX_OCCURRENCES / 2, expected) {
        // Too many to see all: then at least those near by.
        let from = expected.saturating_sub(quote.len() + 4096);
        let to = (expected + quote.len() + 4096).min(text.len());
        if let Some(stretch) = text.as_bytes().get(from..to) {
            found.extend(
                finder
                    .find_iter(stretch)
                    .take(MAX_OCCURRENCES)
                    .map(|at| at + from)
                    .filter(fits),
            );
            found.sort_unstable();
            found.dedup();
        }
    }
    found
}

/// Whether words begin and end in the text where they do in the passage.
fn whole_words(pattern: &Pattern, text: &str, at: Range<usize>) -> bool {
    let joins = |text: &str, border: usize| {
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        text.get(..border)
            .is_some_and(|before| word(before.chars().next_back()))
            && text
                .get(border..)
                .is_some_and(|after| word(after.chars().next()))
    };
    joins(text, at.start) == joins(&pattern.text, pattern.bytes.start)
        && joins(text, at.end) == joins(&pattern.text, pattern.bytes.end)
}

/// Whether the whole prefix and the whole suffix stand at both sides, white space aside.
pub(super) fn complete(pattern: &Pattern, text: &str, at: &Range<usize>) -> bool {
    let dark = |b: &u8| *b != b' ';
    let (passage, text) = (pattern.text.as_bytes(), text.as_bytes());
    let mut before = text[..at.start].iter().rev().copied().filter(dark);
    let mut after = text[at.end..].iter().copied().filter(dark);
    passage[..pattern.bytes.start]
        .iter()
        .rev()
        .copied()
        .filter(dark)
        .all(|b| before.next() == Some(b))
        && passage[pattern.bytes.end..]
            .iter()
            .copied()
            .filter(dark)
            .all(|b| after.next() == Some(b))
}

/// The occurrences whose nearest surroundings agree best, and the nearest.
pub(super) fn promising(
    pattern: &Pattern,
    words: Words<'_>,
    occurrences: &[Range<usize>],
    expected: Option<usize>,
) -> Vec<Range<usize>> {
    if occurrences.len() <= MAX_COMPARED {
        return occurrences.to_vec();
    }
    let mut ranked: Vec<(usize, usize, &Range<usize>)> = occurrences
        .iter()
        .map(|at| {
            let away = expected.map_or(at.start, |e| e.abs_diff(at.start));
            (nearby(pattern, words.text, at), away, at)
        })
        .collect();
    ranked.sort_by_key(|(agreed, away, _)| (usize::MAX - agreed, *away));
    let nearest = ranked[MAX_COMPARED..].iter().min_by_key(|r| r.1);
    let mut chosen: Vec<Range<usize>> = ranked[..MAX_COMPARED]
        .iter()
        .chain(nearest)
        .map(|r| r.2.clone())
        .collect();
    chosen.sort_by_key(|at| at.start);
    chosen
}

/// Bytes that agree at both sides, counted from the quote; a few hundred at most.
fn nearby(pattern: &Pattern, text: &str, at: &Range<usize>) -> usize {
    let (passage, text) = (pattern.text.as_bytes(), text.as_bytes());
    let before = passage[..pattern.bytes.start]
        .iter()
        .rev()
        .zip(text[..at.start].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let after = passage[pattern.bytes.end..]
        .iter()
        .zip(&text[at.end..])
        .take_while(|(a, b)| a == b)
        .count();
    before + after
}
