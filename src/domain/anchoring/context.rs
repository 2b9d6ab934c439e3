//! How well the surroundings of a place agree with those of the passage.

use super::{
    pattern::{Pattern, Rest},
    words::Words,
    work::steps,
};

/// How many tokens of the passage are compared beyond the first that differs …
const DEPTH: usize = 12;
/// … with how many of the text.
const REACH: usize = 20;
/// What a token that was put in, left out or replaced costs, in bits.
const SKIP: f32 = 0.8;
/// How many tokens may have been put in between the quote and its surroundings.
const FAR: usize = 160;
/// How many of these are compared.
const FOLLOWING: usize = 48;
/// What it counts that the text ends where the passage has no more surroundings, in bits.
const AT_END: f32 = 6.0;

/// What it counts that the block's border stands where it stood, in bits.
const BORDER: f32 = 3.0;

/// How well one side agrees.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Agreement {
    /// Evidence for the place, in bits.
    pub(super) agreed: f32,
    /// Evidence that is missing, in bits.
    pub(super) missed: f32,
    /// Tokens that agree without a gap, counted from the quote.
    pub(super) run: usize,
    /// What these are worth, in bits.
    pub(super) adjacent: f32,
    /// Whether the rest of the quote's block stands on this side, all that is known of it, and no more.
    pub(super) block: bool,
    /// Evidence of tokens that agree only some way off, in bits; something was put in between.
    pub(super) apart: f32,
    /// Whether the passage says anything about this side.
    pub(super) known: bool,
}

impl Agreement {
    fn in_block(mut self, block: bool, rest: Rest) -> Self {
        self.block = block;
        if block && rest.ends && self.known {
            self.agreed += BORDER;
        }
        self
    }
}

/// The side before a place that begins at text token `start`.
pub(super) fn before(pattern: &Pattern, words: Words<'_>, start: usize) -> Agreement {
    let count = pattern.quote.start;
    let side = agree(
        pattern,
        words,
        count,
        start,
        |i| count - 1 - i,
        |j| start - 1 - j,
    );
    let rest = pattern.block[0];
    let begins = |at: usize| at == 0 || words.index.tokens.get(at).is_none_or(|t| t.line());
    let block = side.run >= rest.sure() && (!rest.ends || begins(start - rest.tokens));
    side.in_block(block, rest)
}

/// The side after a place that ends before text token `end`.
pub(super) fn after(pattern: &Pattern, words: Words<'_>, end: usize) -> Agreement {
    let side = agree(
        pattern,
        words,
        pattern.tokens.len() - pattern.quote.end,
        words.index.tokens.len().saturating_sub(end),
        |i| pattern.quote.end + i,
        |j| end + j,
    );
    let rest = pattern.block[1];
    let ends = |at: usize| words.index.tokens.get(at).is_none_or(|t| t.line());
    let block = side.run >= rest.sure() && (!rest.ends || ends(end + rest.tokens));
    side.in_block(block, rest)
}

fn agree(
    pattern: &Pattern,
    words: Words<'_>,
    m: usize,
    n: usize,
    pi: impl Fn(usize) -> usize,
    tj: impl Fn(usize) -> usize,
) -> Agreement {
    let mut run = 0;
    let mut agreed = 0.0;
    while run < m.min(n) {
        let (i, j) = (pi(run), tj(run));
        if pattern.tokens[i].id != words.index.tokens[j].id {
            break;
        }
        agreed += pattern.worth[i];
        run += 1;
    }
    if m == 0 && n == 0 {
        // Both ends of the text: as good as one rare word.
        return Agreement {
            agreed: AT_END,
            missed: 0.0,
            run: 1,
            adjacent: AT_END,
            apart: 0.0,
            known: true,
            block: false,
        };
    }
    let adjacent = agreed;
    let total: f32 = (0..m).map(|i| pattern.worth[pi(i)]).sum();
    let (rest, reach) = ((m - run).min(DEPTH), (n - run).min(REACH));
    steps(m + rest * reach + FAR);
    // Best alignment that begins at the run's end; both far ends are free.
    let mut row = [0.0_f32; REACH + 1];
    for (j, value) in row.iter_mut().enumerate() {
        *value = -SKIP * j as f32;
    }
    let mut best = 0.0_f32;
    for i in 0..rest {
        let at = pi(run + i);
        let mut diagonal = row[0];
        row[0] -= SKIP;
        for j in 0..reach {
            let alike = words.likeness(pattern, at, tj(run + j));
            let gain = if alike > 0.0 {
                pattern.worth[at] * (2.0 * alike - 1.0)
            } else {
                -SKIP
            };
            let value = (diagonal + gain).max(row[j] - SKIP).max(row[j + 1] - SKIP);
            diagonal = row[j + 1];
            row[j + 1] = value;
            best = best.max(value);
        }
    }
    agreed += best;
    let mut apart = 0.0_f32;
    if run == 0 && m > 0 {
        let nearest = pattern.tokens[pi(0)].id;
        for away in 1..n.min(FAR) {
            if words.index.tokens[tj(away)].id != nearest {
                continue;
            }
            let bits = (0..m.min(n - away).min(FOLLOWING))
                .take_while(|i| pattern.tokens[pi(*i)].id == words.index.tokens[tj(away + i)].id)
                .map(|i| pattern.worth[pi(i)])
                .inspect(|_| steps(1))
                .sum::<f32>();
            apart = apart.max(bits - agreed);
        }
    }
    Agreement {
        agreed,
        missed: (total - agreed).max(0.0),
        run,
        adjacent,
        apart,
        known: m > 0,
        block: false,
    }
}
