//! Which stretches of the text may hold the passage: where many of its words, rare ones first, stand close together.

use std::ops::Range;

use super::{occurrences::near, pattern::Pattern, tokens::narrow, words::Words, work::steps};

/// The most occurrences that are looked at for one passage.
const MAX_HITS: usize = 4096;
/// The most occurrences of one word that are looked at.
const MAX_HITS_OF_WORD: usize = 512;

/// Stretches worth less than this part of the best are left out.
const PROMISING: f32 = 0.3;
/// How many tokens are added to a stretch at either end.
const SLACK: usize = 8;

/// Text tokens among which many of the passage's words stand.
pub(super) struct Stretch {
    pub(super) tokens: Range<usize>,
    /// What these words are worth, in bits.
    pub(super) value: f32,
}

/// Stretches of text tokens, the most promising first. What stands in `copies` (text tokens) does not count. `quote` is what the quote counts beside its
/// surroundings.
pub(super) fn windows(
    pattern: &Pattern,
    words: Words<'_>,
    quote: f32,
    expected: Option<usize>,
    copies: &[Range<usize>],
    most: usize,
) -> Vec<Stretch> {
    let worth = |i: usize| {
        let scale = if pattern.quote.contains(&i) {
            quote
        } else {
            1.0
        };
        pattern.worth[i] * scale
    };
    let m = pattern.tokens.len();
    let length = m + pattern.quote.len() + 48;
    let mut rare: Vec<usize> = (0..m).filter(|i| pattern.tokens[*i].word()).collect();
    rare.sort_by_key(|i| words.index.places(pattern.tokens[*i].id).len());
    let mut hits: Vec<(u32, u32)> = Vec::new();
    for i in rare {
        let places = near(
            words.index.places(pattern.tokens[i].id),
            expected,
            MAX_HITS_OF_WORD,
        );
        if !hits.is_empty() && hits.len() + places.len() > MAX_HITS {
            break;
        }
        hits.extend(
            places
                .iter()
                .filter(|at| !copies.iter().any(|c| c.contains(&(**at as usize))))
                .map(|at| (*at, narrow(i))),
        );
    }
    steps(hits.len());
    hits.sort_unstable();
    // For each hit the stretch that ends with it.
    let mut seen = vec![0_u16; m];
    let mut value = 0.0;
    let mut first = 0;
    let mut peaks: Vec<(f32, usize, usize)> = Vec::with_capacity(hits.len());
    for (last, &(at, i)) in hits.iter().enumerate() {
        seen[i as usize] += 1;
        if seen[i as usize] == 1 {
            value += worth(i as usize);
        }
        while hits[first].0 as usize + length < at as usize {
            let old = hits[first].1 as usize;
            seen[old] -= 1;
            if seen[old] == 0 {
                value -= worth(old);
            }
            first += 1;
        }
        peaks.push((value, first, last));
    }
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    let enough = peaks.first().map_or(0.0, |peak| peak.0 * PROMISING);
    let mut chosen: Vec<(f32, usize, usize)> = Vec::new();
    for &(value, first, last) in &peaks {
        if chosen.len() == most || value < enough {
            break;
        }
        if chosen.iter().all(|c| c.2 < first || last < c.1) {
            chosen.push((value, first, last));
        }
    }
    // From where the passage would begin, by the first hit, to where it would end, by the last.
    chosen
        .into_iter()
        .map(|(value, first, last)| {
            let ((start, i), (end, k)) = (hits[first], hits[last]);
            let start = (start as usize).saturating_sub(i as usize + SLACK);
            let end = end as usize + (m - k as usize) + SLACK;
            Stretch {
                tokens: start..end.min(words.index.tokens.len()),
                value,
            }
        })
        .collect()
}
