//! Places that may be the passage's: where its words stand, and where its surroundings do.

use std::ops::Range;

use super::{
    align::{Alignment, Pair, align},
    context::{Agreement, after, before},
    ends::{ends, read, readings, to_border},
    occurrences::{MAX_COMPARED, promising},
    pattern::Pattern,
    tokens::begins_sentence,
    windows::windows,
    words::Words,
};

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
    /// By how many words the place is longer than the quote.
    pub(super) extra: usize,
    /// Of the sides on which neither the surroundings nor the quote's own word stand, on how many a sentence's border stands
    /// as the quote's did, less those on which it does not.
    pub(super) shape: f32,
    /// Whether the rest of the quote's block, which the passage knows, stands at neither side.
    pub(super) lost: bool,
}

impl Candidate {
    /// Whether all that is known of the quote's block stands around this place, and it is a block here too.
    pub(super) const fn in_block(&self) -> bool {
        self.before.block && self.after.block
    }
}

/// A place where the quote stands as it is.
pub(super) fn same(pattern: &Pattern, words: Words<'_>, at: Range<usize>) -> Candidate {
    let first = words.index.token_at(at.start);
    let last = words.index.tokens.partition_point(|t| t.start() < at.end);
    Candidate {
        kind: Kind::Same,
        before: before(pattern, words, first),
        after: after(pattern, words, last),
        agreed: pattern.worth_of(pattern.quote.clone()),
        missed: 0.0,
        extra: 0,
        shape: 0.0,
        lost: false,
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
    let expected = expected.map(|byte| words.index.token_at(byte));
    let balance = balance(pattern);
    let mut laid = Alignment::default();
    let mut add = |candidate: Candidate| {
        // Where the quote stands unchanged within, something was put in beside it; that is no change of it.
        let within: Vec<&Range<usize>> = occurrences
            .iter()
            .filter(|at| {
                candidate.kind == Kind::Changed
                    && candidate.bytes.start <= at.start
                    && at.end <= candidate.bytes.end
            })
            .take(MAX_NARROWER)
            .collect();
        let candidates = if within.is_empty() {
            vec![candidate]
        } else {
            within
                .into_iter()
                .map(|at| same(pattern, words, at.clone()))
                .collect()
        };
        for candidate in candidates {
            let known = found
                .iter()
                .any(|f| f.bytes == candidate.bytes && f.kind == candidate.kind);
            if !known {
                found.push(candidate);
            }
        }
    };
    let copies = copies(pattern, words, occurrences);
    let stretches = windows(pattern, words, balance, expected, &copies, MAX_WINDOWS);
    let best = stretches.first().map_or(0.0, |best| best.value);
    let mut stands = false;
    let stretches = stretches.into_iter().flat_map(|stretch| {
        beside(stretch.tokens, &copies)
            .into_iter()
            .map(move |tokens| (tokens, stretch.value))
    });
    for (window, value) in stretches {
        // Where all of the surroundings stand, no place that has few of the words can be likelier.
        if stands && value < HOPELESS * best {
            break;
        }
        // First all of the passage, then without its quote: where it was edited, a copy of the old words near by would
        // outweigh its surroundings.
        for whole in [true, false] {
            lay(pattern, words, window.clone(), whole, &mut laid);
            if let Some(range) = to_border(pattern, words, &laid.pairs) {
                add(weigh(pattern, words, &laid.pairs, range));
            }
            let Some(range) = read(pattern, &laid.pairs, words.index.tokens.len()) else {
                continue;
            };
            let mut range = range;
            if !whole {
                compare(pattern, words, range.clone(), &mut laid);
                range = trimmed(pattern, &laid.pairs, range);
            }
            let candidate = weigh(pattern, words, &laid.pairs, range.clone());
            let clear = candidate.extra <= WIDE
                && candidate.before.missed < 1.0
                && candidate.after.missed < 1.0;
            let open = [candidate.before.run == 0, candidate.after.run == 0];
            if whole && (open[0] || open[1]) {
                for range in readings(pattern, words, &laid.pairs, &range, open)
                    .into_iter()
                    .flatten()
                {
                    add(weigh(pattern, words, &laid.pairs, range));
                }
            }
            if candidate.extra > WIDE {
                for range in narrower(pattern, words, range, &copies) {
                    compare(pattern, words, range.clone(), &mut laid);
                    let range = trimmed(pattern, &laid.pairs, range);
                    add(weigh(pattern, words, &laid.pairs, range));
                }
            }
            stands |= clear && candidate.before.run > 0 && candidate.after.run > 0;
            add(candidate);
            if clear {
                break;
            }
        }
    }
    found
}

/// Where a long quote stands as it is, in text tokens. An alignment would prefer these to the place where the words were
/// edited; they are judged on their own.
fn copies(pattern: &Pattern, words: Words<'_>, occurrences: &[Range<usize>]) -> Vec<Range<usize>> {
    if pattern.quote.len() < LONG || occurrences.len() > MAX_COMPARED {
        return Vec::new();
    }
    occurrences
        .iter()
        .map(|at| words.index.token_at(at.start)..words.index.token_at(at.end))
        .collect()
}

/// The parts of a stretch beside the copies.
fn beside(window: Range<usize>, copies: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut rest = window;
    for copy in copies {
        if copy.start < rest.end && rest.start < copy.end {
            parts.push(rest.start..copy.start.max(rest.start));
            rest.start = copy.end.min(rest.end);
        }
    }
    parts.push(rest);
    parts.retain(|part| part.len() > 1);
    parts
}

/// A quote of so many words is no chance find.
const LONG: usize = 4;
/// A place that is longer than the quote by more words than this may hold a smaller one.
const WIDE: usize = 3;
/// The most smaller places on one side.
const MAX_NARROWER: usize = 3;

/// A stretch that is worth less than this part of the best is not looked at once all of the surroundings were found.
const HOPELESS: f32 = 0.6;

/// What the quote counts in the choice of windows: a long one must not drown its surroundings.
fn balance(pattern: &Pattern) -> f32 {
    let quote = pattern.worth_of(pattern.quote.clone());
    let around = pattern.worth.iter().sum::<f32>() - quote;
    if around > 8.0 {
        (0.7 * around / quote).min(1.0)
    } else {
        1.0
    }
}

/// Places within a place: those that begin after the prefix's last word or end before the suffix's first, as it does,
/// and what is left of it beside a copy of the quote.
fn narrower(
    pattern: &Pattern,
    words: Words<'_>,
    range: Range<usize>,
    copies: &[Range<usize>],
) -> Vec<Range<usize>> {
    let id = |at: usize| words.index.tokens[at].id;
    let mut found = Vec::new();
    if let Some(last) = pattern.quote.start.checked_sub(1) {
        let last = pattern.tokens[last].id;
        found.extend(
            (range.start + 1..range.end)
                .rev()
                .filter(|at| id(at - 1) == last)
                .take(MAX_NARROWER)
                .map(|at| at..range.end),
        );
    }
    if let Some(first) = pattern.tokens.get(pattern.quote.end) {
        found.extend(
            (range.start + 1..range.end)
                .filter(|at| id(*at) == first.id)
                .take(MAX_NARROWER)
                .map(|at| range.start..at),
        );
    }
    for copy in copies {
        if range.start <= copy.start && copy.end <= range.end {
            found.push(range.start..copy.start);
            found.push(copy.end..range.end);
        }
    }
    found.retain(|r| !r.is_empty());
    found
}

/// Lays the passage, whole or without its quote, along a stretch.
fn lay(
    pattern: &Pattern,
    words: Words<'_>,
    window: Range<usize>,
    whole: bool,
    laid: &mut Alignment,
) {
    let from: Vec<usize> = (0..pattern.tokens.len())
        .filter(|i| whole || !pattern.quote.contains(i))
        .collect();
    align(pattern, &from, words, window, laid);
}

/// Lays the quote alone along a place.
fn compare(pattern: &Pattern, words: Words<'_>, range: Range<usize>, laid: &mut Alignment) {
    let from: Vec<usize> = pattern.quote.clone().collect();
    align(pattern, &from, words, range, laid);
}

/// A place without what was put in beside the quote: where most of it stands and so does its first or last word, it
/// begins or ends there.
fn trimmed(pattern: &Pattern, pairs: &[Pair], range: Range<usize>) -> Range<usize> {
    let agreed: f32 = pairs.iter().map(|p| pattern.worth[p.pattern]).sum();
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else {
        return range;
    };
    if 2.0 * agreed < pattern.worth_of(pattern.quote.clone()) {
        return range;
    }
    let edge = |pair: &Pair, at: usize| pair.pattern == at && pair.likeness >= 1.0;
    let start = if edge(first, pattern.quote.start) {
        first.text
    } else {
        range.start
    };
    let end = if edge(last, pattern.quote.end - 1) {
        last.text + 1
    } else {
        range.end
    };
    start..end
}

/// What speaks for some text tokens; `pairs` hold the quote's words among them.
fn weigh(pattern: &Pattern, words: Words<'_>, pairs: &[Pair], range: Range<usize>) -> Candidate {
    let inside: Vec<Pair> = pairs
        .iter()
        .copied()
        .filter(|p| pattern.quote.contains(&p.pattern))
        .collect();
    let before = before(pattern, words, range.start);
    let after = after(pattern, words, range.end);
    let whole = pattern.worth_of(pattern.quote.clone());
    if range.is_empty() {
        let at = words
            .index
            .tokens
            .get(range.start)
            .map_or(words.text.len(), |t| t.start());
        return Candidate {
            bytes: at..at,
            kind: Kind::Meeting,
            before,
            after,
            agreed: 0.0,
            missed: whole,
            extra: 0,
            shape: 0.0,
            lost: lost(pattern, before, after),
        };
    }
    let agreed: f32 = inside
        .iter()
        .map(|p| pattern.worth[p.pattern] * (2.0 * p.likeness - 1.0))
        .sum();
    let extra = range.len().saturating_sub(pattern.quote.len());
    let tokens = &words.index.tokens;
    let side = |known: bool, stands: bool, at: usize| match (
        known && !stands,
        begins_sentence(words.text, tokens, at),
    ) {
        (false, _) => 0.0,
        (true, true) => 1.0,
        (true, false) => -1.0,
    };
    let opens = inside
        .first()
        .is_some_and(|p| p.pattern == pattern.quote.start && p.text == range.start);
    let closes = inside
        .last()
        .is_some_and(|p| p.pattern + 1 == pattern.quote.end && p.text + 1 == range.end);
    let shape = side(pattern.sentence[0], opens || before.run > 0, range.start)
        + side(pattern.sentence[1], closes || after.run > 0, range.end);
    let bytes = ends(pattern, words, &inside, range);
    let same = words.text.get(bytes.clone()) == Some(pattern.quote_text());
    Candidate {
        kind: if same { Kind::Same } else { Kind::Changed },
        before,
        after,
        agreed,
        missed: (whole - agreed).max(0.0),
        extra,
        shape,
        lost: lost(pattern, before, after),
        bytes,
    }
}

/// Whether nothing that is known of the rest of the quote's block stands at either side, though there is some.
fn lost(pattern: &Pattern, before: Agreement, after: Agreement) -> bool {
    let [left, right] = pattern.block;
    left.tokens + right.tokens > 0
        && (left.tokens == 0 || before.run == 0)
        && (right.tokens == 0 || after.run == 0)
}
