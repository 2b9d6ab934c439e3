//! Where the quote stands as it is.

use std::ops::Range;

use memchr::memmem;

use super::{
    pattern::Pattern,
    words::Words,
    work::{searched, steps},
};

/// The most occurrences of the quote that are looked at …
const MAX_OCCURRENCES: usize = 2048;
/// … and that are compared in full.
pub(super) const MAX_COMPARED: usize = 6;
/// How far around an occurrence its surroundings are compared to tell which of very many are promising, in bytes.
const NEARBY: usize = 128;
/// The most bytes of surroundings that are compared to see whether all of them stand.
const MAX_SURROUNDINGS: usize = 1 << 20;

/// Where the quote stands as it is, borders of words respected; where that is very often, around the expected place.
pub(super) fn occurrences(
    pattern: &Pattern,
    words: Words<'_>,
    expected: Option<usize>,
) -> Vec<Range<usize>> {
    let quote = pattern.quote_text();
    let fits = |at: &usize| whole_words(pattern, words.text, *at..*at + quote.len());
    let found: Vec<usize> = match rarest_word(pattern, words) {
        Some((offset, stands)) => {
            let token = expected.map(|byte| words.index.token_at(byte + offset));
            let stands = near(stands, token, MAX_OCCURRENCES);
            steps(stands.len());
            stands
                .iter()
                .filter_map(|at| words.index.tokens[*at as usize].start().checked_sub(offset))
                .filter(|at| words.text.as_bytes()[*at..].starts_with(quote.as_bytes()))
                .filter(fits)
                .collect()
        }
        None => search(quote, words.text, expected, fits),
    };
    found.into_iter().map(|at| at..at + quote.len()).collect()
}

/// Of ascending places so many at most, those around the expected one.
pub(super) fn near(places: &[u32], expected: Option<usize>, most: usize) -> &[u32] {
    if places.len() <= most {
        return places;
    }
    let middle = places.partition_point(|at| (*at as usize) < expected.unwrap_or(0));
    let start = middle.saturating_sub(most / 2).min(places.len() - most);
    &places[start..start + most]
}

/// The rarest whole word of the quote: its first byte in the quote, and the tokens that are it. None where the quote is
/// but part of a word, or of a text without spaces.
fn rarest_word<'a>(pattern: &Pattern, words: Words<'a>) -> Option<(usize, &'a [u32])> {
    pattern
        .quote
        .clone()
        .map(|at| pattern.tokens[at])
        .filter(|t| {
            t.word()
                && t.start() >= pattern.bytes.start
                && t.end() <= pattern.bytes.end
                // What goes on may be cut elsewhere in the text, where a word is longer than a token.
                && !joins(&pattern.text, t.start())
                && !joins(&pattern.text, t.end())
        })
        .map(|t| (t.start() - pattern.bytes.start, words.index.places(t.id)))
        .min_by_key(|(_, stands)| stands.len())
}

/// Searches all of the text, as far as it is not too often; then at least around the expected place, and there.
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
        .collect();
    searched(text.len());
    if let (false, Some(expected)) = (found.is_empty(), expected) {
        // No more than can be looked at, so that the nearest are.
        let around = (quote.len() * MAX_OCCURRENCES / 2).min(quote.len() + 4096);
        let from = expected.saturating_sub(around);
        let to = (expected + around).min(text.len());
        let stretch = text.as_bytes().get(from..to).unwrap_or_default();
        if found.len() == MAX_OCCURRENCES {
            searched(stretch.len());
            found.extend(finder.find_iter(stretch).map(|at| at + from));
        }
        // Occurrences may overlap, and are then not all among these: the one there, and those next to it.
        let there = expected - from;
        let before = &stretch[..(there + quote.len() - 1).min(stretch.len())];
        let next = memmem::rfind(before, quote.as_bytes());
        found.extend(next.map(|at| at + from));
        let mut after = there;
        for _ in 0..2 {
            let next = stretch.get(after..).and_then(|rest| finder.find(rest));
            found.extend(next.map(|at| at + after + from));
            after += next.map_or(stretch.len(), |at| at + 1);
        }
        found.sort_unstable();
        found.dedup();
    }
    steps(found.len());
    found.retain(fits);
    found
}

/// Whether a word goes on at this byte.
fn joins(text: &str, border: usize) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.get(..border)
        .is_some_and(|before| word(before.chars().next_back()))
        && text
            .get(border..)
            .is_some_and(|after| word(after.chars().next()))
}

/// Whether words begin and end in the text where they do in the passage.
fn whole_words(pattern: &Pattern, text: &str, at: Range<usize>) -> bool {
    joins(text, at.start) == joins(&pattern.text, pattern.bytes.start)
        && joins(text, at.end) == joins(&pattern.text, pattern.bytes.end)
}

/// The places at which the whole prefix and the whole suffix stand on both sides, white space aside. Where that would be
/// too much to compare, those nearest to the expected place are.
pub(super) fn complete(
    pattern: &Pattern,
    text: &str,
    places: &[Range<usize>],
    expected: Option<usize>,
) -> Vec<Range<usize>> {
    let around = pattern.text.len() - pattern.bytes.len() + 1;
    let most = MAX_SURROUNDINGS / around;
    let mut places = places.to_vec();
    if let (true, Some(expected)) = (places.len() > most, expected) {
        places.sort_by_key(|at| at.start.abs_diff(expected));
    }
    places.truncate(most);
    places.retain(|at| is_complete(pattern, text, at));
    places
}

fn is_complete(pattern: &Pattern, text: &str, at: &Range<usize>) -> bool {
    let dark = |b: &u8| *b != b' ';
    let (passage, text) = (pattern.text.as_bytes(), text.as_bytes());
    let mut before = text[..at.start].iter().rev().copied().filter(dark);
    let mut after = text[at.end..].iter().copied().filter(dark);
    let same = |wanted: u8, next: Option<u8>| {
        steps(1);
        next == Some(wanted)
    };
    passage[..pattern.bytes.start]
        .iter()
        .rev()
        .copied()
        .filter(dark)
        .all(|b| same(b, before.next()))
        && passage[pattern.bytes.end..]
            .iter()
            .copied()
            .filter(dark)
            .all(|b| same(b, after.next()))
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

/// Bytes that agree at both sides, counted from the quote; [`NEARBY`] at most on each.
fn nearby(pattern: &Pattern, text: &str, at: &Range<usize>) -> usize {
    let (passage, text) = (pattern.text.as_bytes(), text.as_bytes());
    let before = passage[..pattern.bytes.start]
        .iter()
        .rev()
        .zip(text[..at.start].iter().rev())
        .take(NEARBY)
        .take_while(|(a, b)| a == b)
        .count();
    let after = passage[pattern.bytes.end..]
        .iter()
        .zip(&text[at.end..])
        .take(NEARBY)
        .take_while(|(a, b)| a == b)
        .count();
    steps(before + after);
    before + after
}
