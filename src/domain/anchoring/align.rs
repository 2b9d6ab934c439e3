//! Lays the passage along a stretch of the text: which token became which.
//!
//! Alignment with affine gaps (Smith & Waterman 1981, Gotoh 1982) over tokens. Where it is long, the words that both
//! sides hold once are laid first (patience, as in `patience diff`), and only what lies between them is aligned;
//! [`MAX_CELLS`] bounds the work whatever the texts are.

use std::ops::Range;

use super::{anchors::anchors, pattern::Pattern, tokens::Token, words::Words, work::steps};

/// The largest table that is filled at once.
const MAX_CELLS: usize = 1 << 16;
/// The most cells of all tables that one look-up fills.
const MAX_ALL_CELLS: usize = 1 << 20;
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

/// What the alignments of one look-up write to, and how much they have done.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// What became what, ascending.
    pub(super) pairs: Vec<Pair>,
    cells: usize,
    trace: Vec<u8>,
    row: Vec<f32>,
    above: Vec<f32>,
    deleted: Vec<f32>,
    text: Columns,
}

/// The text's side of a table, each property on its own so that the compiler makes vectors of them.
#[derive(Debug, Default)]
struct Columns {
    ids: Vec<u32>,
    /// [`Token::shape`].
    shapes: Vec<u32>,
    gains: Vec<f32>,
    /// 1 where a token may be alike.
    alike: Vec<u8>,
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

impl Columns {
    fn take(&mut self, text: &[Token]) {
        self.ids.clear();
        self.ids.extend(text.iter().map(|t| t.id));
        self.shapes.clear();
        self.shapes.extend(text.iter().map(|t| t.shape()));
        self.gains.resize(text.len(), 0.0);
        self.alike.resize(text.len(), 0);
    }

    /// What each token of the text, the first of them being `start`, gains as what a token of the passage became.
    fn gain(&mut self, pattern: &Pattern, words: Words<'_>, pi: usize, start: usize) {
        let (token, worth) = (pattern.tokens[pi], pattern.worth[pi]);
        let shape = token.shape();
        let text = self.ids.iter().zip(&self.shapes);
        for ((gain, alike), (id, other)) in self.gains.iter_mut().zip(&mut self.alike).zip(text) {
            let equal = *id == token.id;
            let substitute = if Token::same_class(shape, *other) {
                -SUBSTITUTE
            } else {
                -SUBSTITUTE_SIGN
            };
            *gain = if equal { worth } else { substitute };
            *alike = Token::may_be(shape, *other) & u8::from(!equal);
        }
        for (at, alike) in self.alike.chunks(8).enumerate() {
            let mut eight = [0; 8];
            eight[..alike.len()].copy_from_slice(alike);
            let mut left = u64::from_le_bytes(eight);
            while left != 0 {
                let j = 8 * at + left.trailing_zeros() as usize / 8;
                left &= left - 1;
                let likeness = words.of_different(pattern, pi, words.index.tokens[start + j]);
                if likeness > 0.0 {
                    self.gains[j] = worth * (2.0 * likeness - 1.0);
                }
            }
        }
    }
}

impl Piece<'_> {
    fn align(&self, pattern: &Pattern, words: Words<'_>, into: &mut Alignment) {
        let (m, n) = (self.from.len(), self.to.len());
        let cells = (m + 1) * (n + 1);
        if m == 0 || n == 0 || cells > MAX_CELLS.min(MAX_ALL_CELLS - into.cells) {
            return;
        }
        steps(cells);
        into.cells += cells;
        let width = n + 1;
        let Alignment {
            pairs,
            trace,
            row,
            above,
            deleted,
            text,
            ..
        } = into;
        text.take(&words.index.tokens[self.to.clone()]);
        // All but the first row and column is written before it is read.
        trace.resize(trace.len().max(cells), 0);
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
        above.resize(width, 0.0);
        deleted.clear();
        deleted.resize(n, f32::MIN);
        let floor = if self.free_start { 0.0 } else { f32::MIN };
        let mut best = (f32::MIN, 0, 0);
        for (i, &pi) in self.from.iter().enumerate() {
            text.gain(pattern, words, pi, self.to.start);
            std::mem::swap(row, above);
            let steps = &mut trace[(i + 1) * width + 1..(i + 2) * width];
            let columns = row[1..].iter_mut().zip(deleted.iter_mut()).zip(&mut *steps);
            let above = text.gains.iter().zip(&above[..n]).zip(&above[1..]);
            // First without what is put in, cell by cell on its own …
            for (((cell, deleted), step), ((gain, diagonal), above)) in columns.zip(above) {
                let (longer, opened) = (*deleted - EXTEND, *above - OPEN);
                let down = longer > opened;
                *deleted = if down { longer } else { opened };
                let matched = *diagonal + *gain;
                let how = u8::from(matched > floor) * MATCHED;
                let value = if matched > floor { matched } else { floor };
                let how = if *deleted > value { DELETED } else { how };
                *cell = if *deleted > value { *deleted } else { value };
                *step = how + u8::from(down) * EXTENDS_DELETED;
            }
            // … then that, from left to right. To open a gap right behind one is never better than to go on with it.
            row[0] = lead(i + 1, OPEN, EXTEND);
            let (open, extend) = gap_after(pattern, Some(pi));
            let mut left = row[0];
            let mut inserted = f32::MIN;
            for (cell, step) in row[1..].iter_mut().zip(steps) {
                let (longer, opened) = (inserted - extend, left - open);
                inserted = if longer > opened { longer } else { opened };
                left = *cell;
                // All bits where something is put in, else none.
                let put_in = u8::from(inserted > left).wrapping_neg();
                *step = (*step & !(SOURCE & put_in) | INSERTED & put_in)
                    + u8::from(longer > opened) * EXTENDS_INSERTED;
                *cell = if inserted > left { inserted } else { left };
            }
            let most = row[1..].iter().fold(
                f32::MIN,
                |most, &cell| if cell > most { cell } else { most },
            );
            if most > best.0 {
                let at = row[1..].iter().position(|cell| *cell >= most);
                best = (most, i + 1, at.unwrap_or(0) + 1);
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
