//! Lays the passage along a stretch of the text: which token became which.
//!
//! Local alignment with affine gaps (Smith & Waterman 1981, Gotoh 1982) over tokens. The stretch is small and chosen
//! before; [`MAX_CELLS`] bounds the work whatever the texts are.

use super::{
    index::WordIndex,
    pattern::Pattern,
    tokens::{Token, likeness},
};
use std::ops::Range;

/// The largest table that is filled at once.
pub(super) const MAX_CELLS: usize = 1 << 18;

/// Costs in bits.
const SUBSTITUTE: f32 = 1.2;
const SUBSTITUTE_SIGN: f32 = 3.0;
const OPEN: f32 = 1.5;
const EXTEND: f32 = 0.2;

/// A token of the passage and the token of the text that it became.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) pattern: usize,
    pub(super) text: usize,
    /// 1 when they are equal, less when they are only alike.
    pub(super) likeness: f32,
}

/// The text to compare with.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) index: &'a WordIndex,
}

impl<'a> Words<'a> {
    pub(super) fn str(self, token: usize) -> &'a str {
        let token = self.index.tokens[token];
        &self.text[token.start as usize..token.end as usize]
    }

    /// How alike a token of the passage and one of the text are: 1, or at least a half, or nothing.
    #[inline]
    pub(super) fn likeness(self, pattern: &Pattern, i: usize, j: usize) -> f32 {
        let (a, b): (Token, Token) = (pattern.tokens[i], self.index.tokens[j]);
        if a.hash == b.hash {
            return 1.0;
        }
        if !a.word || !b.word {
            return 0.0;
        }
        let (a, b) = (pattern.str(i), self.str(j));
        // The outermost words of the surroundings may be cut.
        if (i == 0 && i < pattern.quote.start && b.ends_with(a))
            || (i + 1 == pattern.tokens.len() && i >= pattern.quote.end && b.starts_with(a))
        {
            return 0.9;
        }
        let alike = likeness(a, b);
        if alike >= 0.6 { alike } else { 0.0 }
    }
}

/// Lays the tokens `from` of the passage along the tokens `to` of the text. `worth` is what each token of the passage
/// counts.
pub(super) fn align(
    pattern: &Pattern,
    from: Range<usize>,
    words: Words<'_>,
    to: Range<usize>,
    worth: &[f32],
    pairs: &mut Vec<Pair>,
) {
    let (m, n) = (from.len(), to.len());
    pairs.clear();
    if m == 0 || n == 0 || (m + 1) * (n + 1) > MAX_CELLS {
        return;
    }
    let width = n + 1;
    let mut trace = vec![0_u8; (m + 1) * width];
    let mut best_row = vec![0.0_f32; width];
    let mut deleted = vec![f32::MIN; width];
    let mut best = (0.0, 0, 0);
    for i in 1..=m {
        let mut diagonal = best_row[0];
        let mut inserted = f32::MIN;
        let worth = worth[from.start + i - 1];
        let word = pattern.tokens[from.start + i - 1].word;
        for j in 1..=n {
            let (pi, tj) = (from.start + i - 1, to.start + j - 1);
            let alike = words.likeness(pattern, pi, tj);
            let gain = if alike >= 1.0 {
                worth
            } else if alike > 0.0 {
                worth * (2.0 * alike - 1.0)
            } else if word == words.index.tokens[tj].word {
                -SUBSTITUTE
            } else {
                -SUBSTITUTE_SIGN
            };
            let mut step = 0;
            let longer = inserted - EXTEND;
            inserted = best_row[j - 1] - OPEN;
            if longer > inserted {
                inserted = longer;
                step |= EXTENDS_INSERTED;
            }
            let longer = deleted[j] - EXTEND;
            deleted[j] = best_row[j] - OPEN;
            if longer > deleted[j] {
                deleted[j] = longer;
                step |= EXTENDS_DELETED;
            }
            let mut value = 0.0;
            let matched = diagonal + gain;
            if matched > value {
                value = matched;
                step |= MATCHED;
            }
            if inserted > value {
                value = inserted;
                step = step & !SOURCE | INSERTED;
            }
            if deleted[j] > value {
                value = deleted[j];
                step = step & !SOURCE | DELETED;
            }
            diagonal = best_row[j];
            best_row[j] = value;
            trace[i * width + j] = step;
            if value > best.0 {
                best = (value, i, j);
            }
        }
    }
    walk_back(pattern, &from, words, &to, &trace, (best.1, best.2), pairs);
}

const SOURCE: u8 = 3;
const MATCHED: u8 = 1;
const INSERTED: u8 = 2;
const DELETED: u8 = 3;
const EXTENDS_INSERTED: u8 = 4;
const EXTENDS_DELETED: u8 = 8;

fn walk_back(
    pattern: &Pattern,
    from: &Range<usize>,
    words: Words<'_>,
    to: &Range<usize>,
    trace: &[u8],
    (mut i, mut j): (usize, usize),
    pairs: &mut Vec<Pair>,
) {
    let width = to.len() + 1;
    let mut state = 0;
    while i > 0 && j > 0 {
        let step = trace[i * width + j];
        match if state == 0 { step & SOURCE } else { state } {
            MATCHED => {
                let (pi, tj) = (from.start + i - 1, to.start + j - 1);
                let likeness = words.likeness(pattern, pi, tj);
                if likeness > 0.0 {
                    pairs.push(Pair {
                        pattern: pi,
                        text: tj,
                        likeness,
                    });
                }
                i -= 1;
                j -= 1;
            }
            INSERTED => {
                state = if step & EXTENDS_INSERTED == 0 {
                    0
                } else {
                    INSERTED
                };
                j -= 1;
            }
            DELETED => {
                state = if step & EXTENDS_DELETED == 0 {
                    0
                } else {
                    DELETED
                };
                i -= 1;
            }
            _ => break,
        }
    }
    pairs.reverse();
}
