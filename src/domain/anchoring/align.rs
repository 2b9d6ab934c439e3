//! Lays the passage along a stretch of the text: which token became which.
//!
//! Alignment with affine gaps (Smith & Waterman 1981, Gotoh 1982) over tokens. Where it is long, the words that both
//! sides hold once are laid first (patience, as in `patience diff`), and only what lies between them is aligned;
//! [`MAX_CELLS`] bounds the work whatever the texts are.

use std::ops::Range;

use super::{anchors::anchors, pattern::Pattern, words::Words};

/// The largest table that is filled at once.
const MAX_CELLS: usize = 1 << 16;
/// A table that is not worth looking for anchors.
const SMALL: usize = 1 << 10;

/// Costs in bits.
const SUBSTITUTE: f32 = 1.2;
const SUBSTITUTE_SIGN: f32 = 3.0;
const OPEN: f32 = 1.5;
const EXTEND: f32 = 0.2;
/// … where the quote borders on its surroundings.
const OPEN_AT_BORDER: f32 = 1.0;
const EXTEND_AT_BORDER: f32 = 0.05;

/// A token of the passage and the token of the text that it became.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) pattern: usize,
    pub(super) text: usize,
    /// 1 when they are equal, less when they are only alike.
    pub(super) likeness: f32,
}

/// What alignments write to, kept from one to the next.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// What became what, ascending.
    pub(super) pairs: Vec<Pair>,
    trace: Vec<u8>,
    row: Vec<f32>,
    deleted: Vec<f32>,
}

/// Lays some tokens of the passage along the tokens `to` of the text, beginning and ending where it fits best. Between
/// quote and surroundings much may have been put in; within either, little.
pub(super) fn align(
    pattern: &Pattern,
    from: &[usize],
    words: Words<'_>,
    to: Range<usize>,
    into: &mut Alignment,
) {
    into.pairs.clear();
    let laid = if (from.len() + 1) * (to.len() + 1) > SMALL {
        anchors(pattern, from, words, &to)
    } else {
        Vec::new()
    };
    let (mut i, mut j) = (0, to.start);
    for (anchored, (next_i, next_j)) in laid.iter().copied().enumerate() {
        let piece = Piece {
            from: &from[i..next_i],
            before: i.checked_sub(1).map(|i| from[i]),
            to: j..next_j,
            free_start: anchored == 0,
            free_end: false,
        };
        piece.align(pattern, words, into);
        into.pairs.push(Pair {
            pattern: from[next_i],
            text: next_j,
            likeness: 1.0,
        });
        (i, j) = (next_i + 1, next_j + 1);
    }
    let piece = Piece {
        from: &from[i..],
        before: i.checked_sub(1).map(|i| from[i]),
        to: j..to.end,
        free_start: laid.is_empty(),
        free_end: true,
    };
    piece.align(pattern, words, into);
}

/// A part of an alignment between two anchors.
struct Piece<'a> {
    /// Tokens of the passage.
    from: &'a [usize],
    /// The one before them.
    before: Option<usize>,
    /// Tokens of the text.
    to: Range<usize>,
    /// Whether it may begin anywhere, or at the anchor before.
    free_start: bool,
    /// Whether it may end anywhere, or at the anchor after.
    free_end: bool,
}

/// What it costs to put something in after a token of the passage.
fn gap_after(pattern: &Pattern, token: Option<usize>) -> (f32, f32) {
    match token {
        Some(at) if at + 1 == pattern.quote.start || at + 1 == pattern.quote.end => {
            (OPEN_AT_BORDER, EXTEND_AT_BORDER)
        }
        _ => (OPEN, EXTEND),
    }
}

impl Piece<'_> {
    fn align(&self, pattern: &Pattern, words: Words<'_>, into: &mut Alignment) {
        let (m, n) = (self.from.len(), self.to.len());
        if m == 0 || n == 0 || (m + 1) * (n + 1) > MAX_CELLS {
            return;
        }
        let width = n + 1;
        let text = &words.index.tokens[self.to.clone()];
        let Alignment {
            pairs,
            trace,
            row,
            deleted,
        } = into;
        // All but the first row and column is written before it is read.
        trace.resize(trace.len().max((m + 1) * width), 0);
        let (open, extend) = gap_after(pattern, self.before);
        let lead = |count: usize, open: f32, extend: f32| {
            if self.free_start || count == 0 {
                0.0
            } else {
                -open - extend * (count - 1) as f32
            }
        };
        row.clear();
        row.extend((0..width).map(|j| lead(j, open, extend)));
        deleted.clear();
        deleted.resize(width, f32::MIN);
        let floor = if self.free_start { 0.0 } else { f32::MIN };
        let mut best = (f32::MIN, 0, 0);
        for (i, &pi) in self.from.iter().enumerate() {
            let mut diagonal = row[0];
            row[0] = lead(i + 1, OPEN, EXTEND);
            let mut left = row[0];
            let mut inserted = f32::MIN;
            let worth = pattern.worth[pi];
            let token = pattern.tokens[pi];
            let (open, extend) = gap_after(pattern, Some(pi));
            let steps = &mut trace[(i + 1) * width + 1..(i + 2) * width];
            let cells = text
                .iter()
                .zip(&mut row[1..])
                .zip(&mut deleted[1..])
                .zip(steps);
            for (j, (((other, cell), deleted), step)) in cells.enumerate() {
                let mut gain = if token.word() == other.word() {
                    -SUBSTITUTE
                } else {
                    -SUBSTITUTE_SIGN
                };
                if other.id == token.id {
                    gain = worth;
                } else if token.may_be(*other) {
                    let alike = words.of_different(pattern, pi, *other);
                    if alike > 0.0 {
                        gain = worth * (2.0 * alike - 1.0);
                    }
                }
                // Selections rather than branches: which way it goes can seldom be foreseen.
                let (longer, opened) = (inserted - extend, left - open);
                let on = longer > opened;
                inserted = if on { longer } else { opened };
                let (longer, opened) = (*deleted - EXTEND, *cell - OPEN);
                let down = longer > opened;
                *deleted = if down { longer } else { opened };
                let matched = diagonal + gain;
                let how = u8::from(matched > floor) * MATCHED;
                let value = if matched > floor { matched } else { floor };
                let how = if inserted > value { INSERTED } else { how };
                let value = if inserted > value { inserted } else { value };
                let how = if *deleted > value { DELETED } else { how };
                let value = if *deleted > value { *deleted } else { value };
                *step = how + u8::from(on) * EXTENDS_INSERTED + u8::from(down) * EXTENDS_DELETED;
                diagonal = *cell;
                *cell = value;
                left = value;
                if value > best.0 {
                    best = (value, i + 1, j + 1);
                }
            }
        }
        let end = if self.free_end {
            (best.1, best.2)
        } else {
            (m, n)
        };
        self.walk_back(pattern, words, trace, end, pairs);
    }

    fn walk_back(
        &self,
        pattern: &Pattern,
        words: Words<'_>,
        trace: &[u8],
        (mut i, mut j): (usize, usize),
        pairs: &mut Vec<Pair>,
    ) {
        let width = self.to.len() + 1;
        let known = pairs.len();
        let mut state = 0;
        while i > 0 && j > 0 {
            let step = trace[i * width + j];
            match if state == 0 { step & SOURCE } else { state } {
                MATCHED => {
                    let (pi, tj) = (self.from[i - 1], self.to.start + j - 1);
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
        pairs[known..].reverse();
    }
}

const SOURCE: u8 = 3;
const MATCHED: u8 = 1;
const INSERTED: u8 = 2;
const DELETED: u8 = 3;
const EXTENDS_INSERTED: u8 = 4;
const EXTENDS_DELETED: u8 = 8;
