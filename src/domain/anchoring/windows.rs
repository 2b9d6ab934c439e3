//! Which stretches of the text may hold the passage: where many of its words, rare ones first, stand close together.

use std::ops::Range;

use super::{align::Words, pattern::Pattern};

/// The most occurrences that are looked at for one passage.
const MAX_HITS: usize = 4096;
/// The most occurrences of one word that are looked at.
const MAX_HITS_OF_WORD: usize = 512;

/// Stretches of text tokens, the most promising first. `worth` is what each token of the passage counts.
pub(super) fn windows(
    pattern: &Pattern,
    words: Words<'_>,
    worth: &[f32],
    expected: Option<usize>,
    most: usize,
) -> Vec<Range<usize>> {
    let m = pattern.tokens.len();
    let length = m + pattern.quote.len() + 48;
    let mut rare: Vec<usize> = (0..m).filter(|i| pattern.tokens[*i].word).collect();
    rare.sort_by_key(|i| words.index.bucket(pattern.tokens[*i].hash).len());
    let mut hits: Vec<(u32, u32)> = Vec::new();
    for i in rare {
        let hash = pattern.tokens[i].hash;
        let bucket = near(words.index.bucket(hash), expected);
        if !hits.is_empty() && hits.len() + bucket.len() > MAX_HITS {
            break;
        }
        hits.extend(
            bucket
                .iter()
                .filter(|at| words.index.tokens[**at as usize].hash == hash)
                .map(|at| (*at, i as u32)),
        );
    }
    hits.sort_unstable();
    // For each hit the stretch that ends with it.
    let mut seen = vec![0_u16; m];
    let mut value = 0.0;
    let mut first = 0;
    let mut peaks: Vec<(f32, u32, u32)> = Vec::with_capacity(hits.len());
    for &(at, i) in &hits {
        seen[i as usize] += 1;
        if seen[i as usize] == 1 {
            value += worth[i as usize];
        }
        while hits[first].0 as usize + length < at as usize {
            let old = hits[first].1 as usize;
            seen[old] -= 1;
            if seen[old] == 0 {
                value -= worth[old];
            }
            first += 1;
        }
        peaks.push((value, hits[first].0, at));
    }
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut chosen: Vec<Range<usize>> = Vec::new();
    for (_, start, end) in peaks {
        if chosen.len() == most {
            break;
        }
        let (start, end) = (start as usize, end as usize + 1);
        if chosen.iter().any(|c| c.start < end && start < c.end) {
            continue;
        }
        chosen.push(start..end);
    }
    for window in &mut chosen {
        let slack = (length - window.len().min(length)) / 2 + 8;
        window.start = window.start.saturating_sub(slack.min(m + 8));
        window.end = (window.end + slack.min(m + 8)).min(words.index.tokens.len());
    }
    chosen
}

/// At most [`MAX_HITS_OF_WORD`] of them, those around the expected token.
fn near(bucket: &[u32], expected: Option<usize>) -> &[u32] {
    if bucket.len() <= MAX_HITS_OF_WORD {
        return bucket;
    }
    let middle = bucket.partition_point(|at| (*at as usize) < expected.unwrap_or(0));
    let start = middle
        .saturating_sub(MAX_HITS_OF_WORD / 2)
        .min(bucket.len() - MAX_HITS_OF_WORD);
    &bucket[start..start + MAX_HITS_OF_WORD]
}
