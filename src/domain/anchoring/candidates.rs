//! Places that may be the passage's: where its words stand, and where its surroundings do.

use std::ops::Range;

use memchr::memmem;

use super::{
    align::{MAX_CELLS, Pair, Words, align},
    context::{Agreement, after, before},
    pattern::Pattern,
    windows::windows,
};

/// The most occurrences of the quote that are looked at …
const MAX_OCCURRENCES: usize = 2048;
/// … and that are compared in full.
const MAX_COMPARED: usize = 6;
/// The most stretches that the passage is laid along.
const MAX_WINDOWS: usize = 4;

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The quote's words.
    Same,
    /// Others, or some of them.
    Changed,
    /// Nothing: the surroundings meet.
    Meeting,
}

/// A place that may be the passage's, and what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    /// Bytes of the normalised text; empty where the surroundings meet.
    pub(crate) bytes: Range<usize>,
    pub(crate) kind: Kind,
    pub(super) before: Agreement,
    pub(super) after: Agreement,
    /// The quote's words that stand there, in bits.
    pub(super) agreed: f32,
    /// Those that do not.
    pub(super) missed: f32,
    /// Words that stand there and are none of the quote's.
    pub(super) extra: usize,
}

/// Where the quote stands as it is, borders of words respected.
pub(super) fn occurrences(
    pattern: &Pattern,
    words: Words<'_>,
    expected: Option<usize>,
) -> Vec<Range<usize>> {
    let quote = pattern.quote_text();
    let finder = memmem::Finder::new(quote);
    let fits = |at: &usize| whole_words(pattern, words.text, *at..*at + quote.len());
    let mut found: Vec<usize> = finder
        .find_iter(words.text.as_bytes())
        .take(MAX_OCCURRENCES)
        .filter(fits)
        .collect();
    if let (true, Some(expected)) = (found.len() > MAX_OCCURRENCES / 2, expected) {
        // Too many to see all: then at least those near by.
        let from = expected.saturating_sub(quote.len() + 4096);
        let to = (expected + quote.len() + 4096).min(words.text.len());
        if let Some(stretch) = words.text.as_bytes().get(from..to) {
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
    found.into_iter().map(|at| at..at + quote.len()).collect()
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

/// A place where the quote stands as it is.
pub(super) fn same(pattern: &Pattern, words: Words<'_>, at: Range<usize>) -> Candidate {
    let first = words.index.token_at(at.start);
    let last = words
        .index
        .tokens
        .partition_point(|t| (t.start as usize) < at.end);
    Candidate {
        kind: Kind::Same,
        before: before(pattern, words, first),
        after: after(pattern, words, last),
        agreed: pattern.worth_of(pattern.quote.clone()),
        missed: 0.0,
        extra: 0,
        bytes: at,
    }
}

/// All places worth a comparison.
pub(super) fn candidates(
    pattern: &Pattern,
    words: Words<'_>,
    occurrences: &[Range<usize>],
    expected: Option<usize>,
) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = promising(pattern, words, occurrences, expected)
        .into_iter()
        .map(|at| same(pattern, words, at))
        .collect();
    let worth = balanced(pattern);
    let expected = expected.map(|byte| words.index.token_at(byte));
    let mut pairs = Vec::new();
    for window in windows(pattern, words, &worth, expected, MAX_WINDOWS) {
        lay(pattern, words, window, &worth, &mut pairs);
        if let Some(candidate) = read(pattern, words, &pairs)
            && !found.iter().any(|f| f.bytes == candidate.bytes)
        {
            found.push(candidate);
        }
    }
    found
}

/// The worth of each token, that of a long quote reduced: where it was edited, its surroundings must outweigh a copy of
/// the old words near by.
fn balanced(pattern: &Pattern) -> Vec<f32> {
    let quote = pattern.worth_of(pattern.quote.clone());
    let around = pattern.worth.iter().sum::<f32>() - quote;
    let factor = if around > 8.0 {
        (0.7 * around / quote).min(1.0)
    } else {
        1.0
    };
    let mut worth = pattern.worth.clone();
    for value in &mut worth[pattern.quote.clone()] {
        *value *= factor;
    }
    worth
}

/// The occurrences whose nearest surroundings agree best, and the nearest.
fn promising(
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

/// Lays the passage along a stretch; one that is too large is cut down around its middle.
fn lay(
    pattern: &Pattern,
    words: Words<'_>,
    mut window: Range<usize>,
    worth: &[f32],
    pairs: &mut Vec<Pair>,
) {
    let mut from = 0..pattern.tokens.len();
    // Far surroundings say little: what a table cannot hold of them is left out.
    let most = (MAX_CELLS / (window.len() + 1)).saturating_sub(1);
    if from.len() > most {
        let spare = most.saturating_sub(pattern.quote.len()) / 2;
        from = pattern.quote.start.saturating_sub(spare)
            ..(pattern.quote.end + spare).min(pattern.tokens.len());
        let most = (MAX_CELLS / (from.len() + 1)).saturating_sub(1);
        if window.len() > most {
            let cut = (window.len() - most) / 2;
            window = window.start + cut..window.start + cut + most;
        }
    }
    align(pattern, from, words, window, worth, pairs);
}

/// The place that an alignment says is the quote's.
fn read(pattern: &Pattern, words: Words<'_>, pairs: &[Pair]) -> Option<Candidate> {
    let quote = pattern.quote.clone();
    let head = pairs.partition_point(|p| p.pattern < quote.start);
    let tail = pairs.partition_point(|p| p.pattern < quote.end);
    let (inside, left, right) = (
        &pairs[head..tail],
        head.checked_sub(1).map(|at| pairs[at]),
        pairs.get(tail).copied(),
    );
    let count = words.index.tokens.len();
    let (start, end) = match (inside.first(), inside.last()) {
        (Some(first), Some(last)) => (
            left_end(&quote, left, *first, count),
            right_end(&quote, right, *last, count),
        ),
        // None of the quote's words: what stands between the surroundings, if both stand.
        _ => {
            let (left, right) = (left?, right?);
            let gap = right.text - left.text - 1;
            let (lost_before, lost_after) =
                (quote.start - 1 - left.pattern, right.pattern - quote.end);
            let (mut before, mut after) = (lost_before, lost_after);
            if before + after > 0 && before + after + quote.len() > gap {
                let all = before + after + quote.len();
                before = gap * before / all;
                after = gap * after / all;
            }
            (left.text + 1 + before, right.text - after)
        }
    };
    let (before, after) = (before(pattern, words, start), after(pattern, words, end));
    let whole = pattern.worth_of(quote);
    if start >= end {
        let at = words
            .index
            .tokens
            .get(start)
            .map_or(words.text.len(), |t| t.start as usize);
        return (left.is_some() && right.is_some()).then_some(Candidate {
            bytes: at..at,
            kind: Kind::Meeting,
            before,
            after,
            agreed: 0.0,
            missed: whole,
            extra: 0,
        });
    }
    let agreed: f32 = inside
        .iter()
        .map(|p| pattern.worth[p.pattern] * (2.0 * p.likeness - 1.0))
        .sum();
    let bytes = ends(pattern, words, inside, start..end);
    let same = words.text.get(bytes.clone()) == Some(pattern.quote_text());
    Some(Candidate {
        kind: if same { Kind::Same } else { Kind::Changed },
        before,
        after,
        agreed,
        missed: (whole - agreed).max(0.0),
        extra: (end - start).saturating_sub(inside.len()),
        bytes,
    })
}

/// Where the quote begins, when its first words were replaced: after what is left of the prefix, or as many words before
/// as were replaced.
fn left_end(quote: &Range<usize>, left: Option<Pair>, first: Pair, _count: usize) -> usize {
    let lost = first.pattern - quote.start;
    if lost == 0 {
        return first.text;
    }
    match left {
        Some(left) => {
            let gap = first.text - left.text - 1;
            let lost_before = quote.start - 1 - left.pattern;
            first.text - share(gap, lost, lost_before)
        }
        None => first.text.saturating_sub(lost.min(3)),
    }
}

/// As [`left_end`], for the last words.
fn right_end(quote: &Range<usize>, right: Option<Pair>, last: Pair, count: usize) -> usize {
    let lost = quote.end - 1 - last.pattern;
    if lost == 0 {
        return last.text + 1;
    }
    match right {
        Some(right) => {
            let gap = right.text - last.text - 1;
            let lost_after = right.pattern - quote.end;
            last.text + 1 + share(gap, lost, lost_after)
        }
        None => (last.text + 1 + lost.min(3)).min(count),
    }
}

/// How many of the `gap` words between quote and surroundings are the quote's, when it lost `mine` there and they
/// `theirs`.
fn share(gap: usize, mine: usize, theirs: usize) -> usize {
    if theirs == 0 {
        gap
    } else if mine + theirs <= gap {
        gap - theirs
    } else {
        gap * mine / (mine + theirs)
    }
}

/// Bytes of some text tokens; where the quote cuts a word that still stands, the cut is the same.
fn ends(pattern: &Pattern, words: Words<'_>, inside: &[Pair], range: Range<usize>) -> Range<usize> {
    let tokens = &words.index.tokens;
    let mut start = tokens[range.start].start as usize;
    let mut end = tokens[range.end - 1].end as usize;
    if let Some(pair) = inside.first()
        && pair.text == range.start
        && pair.likeness >= 1.0
    {
        start += pattern
            .bytes
            .start
            .saturating_sub(pattern.tokens[pair.pattern].start as usize);
    }
    if let Some(pair) = inside.last()
        && pair.text + 1 == range.end
        && pair.likeness >= 1.0
    {
        end -= (pattern.tokens[pair.pattern].end as usize).saturating_sub(pattern.bytes.end);
    }
    start..end.max(start)
}
