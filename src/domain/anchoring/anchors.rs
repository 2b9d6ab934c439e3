//! The fixed points of a long alignment: words that stand once in the passage and once in the stretch, in the same order.

use std::ops::Range;

use super::{pattern::Pattern, words::Words, work::steps};

/// Where a word of the passage stands, and how often on either side.
#[derive(Clone, Copy)]
struct Place {
    id: u32,
    pattern: u32,
    text: u32,
    count: u16,
    count_in_text: u16,
}

/// Pairs of an index into `from` and a text token, both ascending. Each has a neighbour that agrees too, so that a word
/// that strayed here by chance fixes nothing.
pub(super) fn anchors(
    pattern: &Pattern,
    from: &[usize],
    words: Words<'_>,
    to: &Range<usize>,
) -> Vec<(usize, usize)> {
    steps(from.len() + to.len());
    let mut places: Vec<Place> = (0_u32..)
        .zip(from)
        .filter(|(_, at)| pattern.tokens[**at].word())
        .map(|(i, at)| Place {
            id: pattern.tokens[*at].id,
            pattern: i,
            text: 0,
            count: 1,
            count_in_text: 0,
        })
        .collect();
    places.sort_unstable_by_key(|p| p.id);
    places.dedup_by(|later, first| {
        let same = later.id == first.id;
        if same {
            first.count = first.count.saturating_add(1);
        }
        same
    });
    for (j, token) in (0_u32..).zip(&words.index.tokens[to.clone()]) {
        if let Ok(at) = places.binary_search_by_key(&token.id, |p| p.id) {
            let place = &mut places[at];
            place.text = j;
            place.count_in_text = place.count_in_text.saturating_add(1);
        }
    }
    places
        .retain(|p| p.count == 1 && p.count_in_text == 1 && supported(pattern, from, words, to, p));
    places.sort_unstable_by_key(|p| p.pattern);
    longest_ascending(&places)
        .into_iter()
        .map(|p| (p.pattern as usize, to.start + p.text as usize))
        .collect()
}

/// Whether the token before or after agrees as well.
fn supported(
    pattern: &Pattern,
    from: &[usize],
    words: Words<'_>,
    to: &Range<usize>,
    place: &Place,
) -> bool {
    let (i, j) = (place.pattern as usize, place.text as usize);
    let text = &words.index.tokens[to.clone()];
    let agree = |i: Option<usize>, j: Option<usize>| {
        let a = i.and_then(|i| from.get(i)).map(|at| pattern.tokens[*at].id);
        let b = j.and_then(|j| text.get(j)).map(|t| t.id);
        a.is_some() && a == b
    };
    agree(i.checked_sub(1), j.checked_sub(1)) || agree(Some(i + 1), Some(j + 1))
}

/// The longest subsequence that ascends in the text as well (patience sorting).
fn longest_ascending(places: &[Place]) -> Vec<Place> {
    // For each length the last of the best such sequence, and for each place the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let length = ends.partition_point(|end| places[*end].text < place.text);
        before.push(length.checked_sub(1).map(|length| ends[length]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut chain = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        chain.push(places[at]);
        next = before[at];
    }
    chain.reverse();
    chain
}
