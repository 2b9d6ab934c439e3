//! Which cases have one right answer. The rules know the edit, but ask only what the engine can see.

use super::document::{Document, Place};
use super::selection::Selectors;
use super::units::occurrences;

/// A copy of the quote elsewhere must fit its surroundings worse than the true place does by this many characters:
/// more where the true place holds other words now.
const MARGIN_SAME: usize = 4;
const MARGIN_CHANGED: usize = 16;

/// Less of the passage than this (in percent) needs whole surroundings to be known by.
const SURVIVAL: usize = 50;
const SURROUNDINGS: usize = 12;
const NEXT_TO_IT: usize = 4;

/// A quote of this length that still stands elsewhere word for word is no clear case of a deleted one.
const LONG_QUOTE: usize = 20;

/// A passage that has become more than this many times as long is no longer one.
const LONGEST_GROWTH: usize = 2;

pub fn decidable(old: &[char], selectors: &Selectors, document: &Document) -> bool {
    let around: Vec<char> = [&selectors.prefix[..], &selectors.exact, &selectors.suffix]
        .into_iter()
        .flatten()
        .copied()
        .collect();
    if occurrences(old, &around).len() != 1 {
        return false;
    }
    let new = &document.chars;
    let exact = &selectors.exact;
    let fit =
        |start: usize, end: usize| common(&selectors.prefix, &selectors.suffix, new, start, end);
    let others = |except: Option<usize>| {
        let places = occurrences(new, exact)
            .into_iter()
            .filter(move |at| Some(*at) != except);
        places
            .map(|at| fit(at, at + exact.len()))
            .map(|(left, right)| left + right)
            .max()
    };
    match &document.place {
        Place::Lost => false,
        Place::Gone(_) => {
            let most = selectors.prefix.len() + selectors.suffix.len();
            !parted(new, selectors)
                && others(None).is_none_or(|other| exact.len() < LONG_QUOTE && other * 2 < most)
        }
        Place::At(range) => {
            if range.len() > exact.len() * LONGEST_GROWTH + 60 {
                return false;
            }
            let (left, right) = fit(range.start, range.end);
            let unchanged = new[range.clone()] == exact[..];
            let best = others(Some(range.start));
            if unchanged {
                if exact.len() < LONG_QUOTE && left + right < SURROUNDINGS && meet(new, selectors) {
                    return false;
                }
                let alone = best.is_none()
                    && (exact.len() >= LONG_QUOTE || occurrences(old, exact).len() == 1);
                return alone
                    || (left + right >= MARGIN_SAME
                        && best.is_none_or(|best| left + right >= best + MARGIN_SAME));
            }
            let stands = (left >= NEXT_TO_IT || left == selectors.prefix.len())
                && (right >= NEXT_TO_IT || right == selectors.suffix.len())
                && left + right >= 2 * SURROUNDINGS;
            // Deleted here and written anew elsewhere looks the same, unless some of the surroundings came along.
            if left + right < SURROUNDINGS && meet(new, selectors) {
                return false;
            }
            let enough = if document.survival() >= SURVIVAL {
                left + right >= SURROUNDINGS || exact.len() >= 2 * LONG_QUOTE
            } else {
                stands && unlike(new, selectors)
            };
            enough && best.is_none_or(|best| left + right >= best + MARGIN_CHANGED)
        }
    }
}

/// Whether both surroundings stand and something else stands between them: what was put there in place of the passage
/// and what was only put there cannot be told apart.
fn parted(new: &[char], selectors: &Selectors) -> bool {
    let head = &selectors.suffix[..selectors.suffix.len().min(SURROUNDINGS)];
    let tail = &selectors.prefix[selectors.prefix.len().saturating_sub(SURROUNDINGS)..];
    let far = selectors.exact.len() * 4 + 400;
    let heads = occurrences(new, head);
    let ends = occurrences(new, tail).into_iter().map(|at| at + tail.len());
    ends.flat_map(|end| heads.iter().map(move |at| end..*at))
        .any(|gap| {
            gap.start < gap.end
                && gap.len() <= far
                && new[gap].iter().any(|character| character.is_alphanumeric())
        })
}

/// Whether the surroundings now stand side by side: a few words that stand elsewhere, between others, may then have been
/// moved there, or deleted here and been there all along.
fn meet(new: &[char], selectors: &Selectors) -> bool {
    let bare = |chars: &[char]| {
        chars
            .iter()
            .filter(|character| !character.is_whitespace())
            .copied()
            .collect::<Vec<_>>()
    };
    let (prefix, suffix) = (bare(&selectors.prefix), bare(&selectors.suffix));
    let tail = &prefix[prefix.len().saturating_sub(SURROUNDINGS)..];
    let head = &suffix[..suffix.len().min(SURROUNDINGS)];
    !occurrences(&bare(new), &[tail, head].concat()).is_empty()
}

/// Whether at least one side of the surroundings stands only once.
fn unlike(new: &[char], selectors: &Selectors) -> bool {
    let head = &selectors.suffix[..selectors.suffix.len().min(SURROUNDINGS)];
    let tail = &selectors.prefix[selectors.prefix.len().saturating_sub(SURROUNDINGS)..];
    occurrences(new, head).len() == 1 || occurrences(new, tail).len() == 1
}

/// How many characters of the prefix and of the suffix stand at a place.
fn common(
    prefix: &[char],
    suffix: &[char],
    text: &[char],
    start: usize,
    end: usize,
) -> (usize, usize) {
    let left = prefix
        .iter()
        .rev()
        .zip(text[..start].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let right = suffix
        .iter()
        .zip(&text[end..])
        .take_while(|(a, b)| a == b)
        .count();
    (left, right)
}
