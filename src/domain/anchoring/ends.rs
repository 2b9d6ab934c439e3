//! Where the quote begins and ends at a place, by what an alignment says became of it and of its surroundings.

use std::ops::Range;

use super::{align::Pair, pattern::Pattern, tokens::begins_sentence, words::Words};

/// The text tokens that an alignment says are the quote's; none where the surroundings meet.
pub(super) fn read(pattern: &Pattern, pairs: &[Pair], count: usize) -> Option<Range<usize>> {
    let quote = pattern.quote.clone();
    let head = pairs.partition_point(|p| p.pattern < quote.start);
    let tail = pairs.partition_point(|p| p.pattern < quote.end);
    let (inside, left, right) = (
        &pairs[head..tail],
        head.checked_sub(1).map(|at| pairs[at]),
        pairs.get(tail).copied(),
    );
    let (start, end) = if let (Some(first), Some(last)) = (inside.first(), inside.last()) {
        (
            left_end(&quote, left, *first),
            right_end(&quote, right, *last, count),
        )
    } else {
        // None of the quote's words: what stands between the surroundings, if both stand.
        let (left, right) = (left?, right?);
        let gap = right.text - left.text - 1;
        let (mut before, mut after) = (quote.start - 1 - left.pattern, right.pattern - quote.end);
        if before + after > 0 && before + after + quote.len() > gap {
            let all = before + after + quote.len();
            before = gap * before / all;
            after = gap * after / all;
        }
        (left.text + 1 + before, right.text - after)
    };
    Some(start..end.max(start))
}

/// The text tokens from where the surroundings end on one side to where the quote's block does on the other, whose
/// surroundings do not stand.
pub(super) fn to_border(
    pattern: &Pattern,
    words: Words<'_>,
    pairs: &[Pair],
) -> Option<Range<usize>> {
    let tokens = &words.index.tokens;
    let quote = &pattern.quote;
    if pattern.tokens[quote.clone()]
        .iter()
        .skip(1)
        .any(|t| t.line())
    {
        return None;
    }
    let most = 2 * quote.len() + 24;
    let (first, last) = (pairs.first()?, pairs.last()?);
    let [left, right] = pattern.block;
    let range = if last.pattern < quote.end && right.ends {
        let known = pairs.iter().rev().find(|p| p.pattern < quote.start)?;
        let inside = pairs.iter().find(|p| quote.contains(&p.pattern));
        let start = known.text + quote.start - known.pattern;
        let start = inside.map_or(start, |inside| start.min(inside.text));
        let from = start.max(last.text) + 1;
        let border = (from..from + most).find(|at| tokens.get(*at).is_none_or(|t| t.line()))?;
        start..border.min(tokens.len()).checked_sub(right.tokens)?
    } else if first.pattern >= quote.start && left.ends {
        let known = pairs.iter().find(|p| p.pattern >= quote.end)?;
        let end = known.text.checked_sub(known.pattern - quote.end)?;
        let inside = pairs.iter().rev().find(|p| quote.contains(&p.pattern));
        let end = inside.map_or(end, |inside| end.max(inside.text + 1));
        let to = end.min(first.text);
        let border = (to.saturating_sub(most)..=to)
            .rev()
            .find(|at| *at == 0 || tokens.get(*at).is_some_and(|t| t.line()))?;
        border + left.tokens..end
    } else {
        return None;
    };
    (range.start <= range.end).then_some(range)
}

/// The most tokens that a sentence's border is looked for in.
const SENTENCE: usize = 40;

/// Narrower and wider places than `range` where one of the surroundings does not stand (`open`): to the last of the
/// quote's words that stand on that side, and to the border of the sentence there, if the quote had one there and its
/// own word does not stand.
pub(super) fn readings(
    pattern: &Pattern,
    words: Words<'_>,
    pairs: &[Pair],
    range: &Range<usize>,
    open: [bool; 2],
) -> [Option<Range<usize>>; 2] {
    let mut inside = pairs.iter().filter(|p| pattern.quote.contains(&p.pattern));
    let Some(first) = inside.next() else {
        return [None, None];
    };
    let last = inside.next_back().unwrap_or(first);
    let tokens = &words.index.tokens;
    let begins = |at: usize| begins_sentence(words.text, tokens, at);
    let mut tight = range.clone();
    let mut sentence = range.clone();
    if open[0] {
        tight.start = first.text;
        if pattern.sentence[0] && first.pattern > pattern.quote.start {
            let from = first.text.saturating_sub(SENTENCE);
            if let Some(at) = (from..=first.text).rev().find(|at| begins(*at)) {
                sentence.start = at;
            }
        }
    }
    if open[1] {
        tight.end = last.text + 1;
        if pattern.sentence[1] && last.pattern + 1 < pattern.quote.end {
            let to = (last.text + 1 + SENTENCE).min(tokens.len());
            if let Some(at) = (last.text + 1..=to).find(|at| begins(*at)) {
                sentence.end = at;
            }
        }
    }
    [tight, sentence].map(|other| (other != *range && other.start < other.end).then_some(other))
}

/// Where the quote begins, when its first words were replaced: after what is left of the prefix, or as many words before
/// as were replaced.
fn left_end(quote: &Range<usize>, left: Option<Pair>, first: Pair) -> usize {
    let missing = first.pattern - quote.start;
    if missing == 0 {
        return first.text;
    }
    match left {
        Some(left) => {
            let gap = first.text - left.text - 1;
            let missing_before = quote.start - 1 - left.pattern;
            first.text - share(gap, missing, missing_before)
        }
        None => first.text.saturating_sub(missing.min(3)),
    }
}

/// As [`left_end`], for the last words.
fn right_end(quote: &Range<usize>, right: Option<Pair>, last: Pair, count: usize) -> usize {
    let missing = quote.end - 1 - last.pattern;
    if missing == 0 {
        return last.text + 1;
    }
    match right {
        Some(right) => {
            let gap = right.text - last.text - 1;
            let missing_after = right.pattern - quote.end;
            last.text + 1 + share(gap, missing, missing_after)
        }
        None => (last.text + 1 + missing.min(3)).min(count),
    }
}

/// How many of the `gap` words between quote and surroundings are the quote's, when it misses `mine` there and they
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
pub(super) fn ends(
    pattern: &Pattern,
    words: Words<'_>,
    inside: &[Pair],
    range: Range<usize>,
) -> Range<usize> {
    let tokens = &words.index.tokens;
    let mut start = tokens[range.start].start();
    let mut end = tokens[range.end - 1].end();
    if let Some(pair) = inside.first()
        && pair.text == range.start
        && pair.likeness >= 1.0
    {
        start += pattern
            .bytes
            .start
            .saturating_sub(pattern.tokens[pair.pattern].start());
    }
    if let Some(pair) = inside.last()
        && pair.text + 1 == range.end
        && pair.likeness >= 1.0
    {
        end -= (pattern.tokens[pair.pattern].end()).saturating_sub(pattern.bytes.end);
    }
    start..end.max(start)
}
