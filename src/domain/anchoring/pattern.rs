//! The passage made ready: prefix, quote and suffix as one row of tokens, each with what it is worth as evidence.

use std::ops::Range;

use super::{
    folded::Folded,
    index::WordIndex,
    tokens::{Token, begins_sentence},
};
use crate::domain::{normalise::normalise, passage::Passage};

/// What a sign is worth, in bits; it stands nearly everywhere.
const SIGN: f32 = 1.0;
/// The number of tokens of a usual article; a shorter one says little about how rare its words are.
const USUAL: usize = 600;
/// How much less each further token of the surroundings counts than the one nearer to the quote.
const FADING: f32 = 0.92;

/// The rest of the quote's block on one side of it, as far as the passage knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    /// How many tokens it has.
    pub(super) tokens: usize,
    /// Whether the block's border is known; else it may go on.
    pub(super) ends: bool,
}

impl Rest {
    /// How many of its tokens are whole: the outermost of the surroundings may be cut.
    pub(super) const fn sure(self) -> usize {
        if self.ends || self.tokens < 2 {
            self.tokens
        } else {
            self.tokens - 1
        }
    }
}

/// Surroundings that are shorter, in code points, end where the text ended.
const CUT_SHORT: usize = 30;

/// A passage, ready to be compared with one text.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Prefix, quote and suffix, normalised.
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    /// What each token is worth as evidence, in bits: how rare it is in the text; for the surroundings less the
    /// farther it stands from the quote.
    pub(super) worth: Vec<f32>,
    /// The quote's tokens; a word that the quote's border cuts is among them.
    pub(super) quote: Range<usize>,
    /// Whether a block begins with the quote, and whether one begins after it.
    pub(super) borders: [bool; 2],
    /// Whether a sentence begins with the quote, and whether one ends with it.
    pub(super) sentence: [bool; 2],
    /// What the passage knows of the quote's own block before it and after it.
    pub(super) block: [Rest; 2],
    /// Whether the quote's border splits a character, so that its words stand nowhere as they are.
    pub(super) split: bool,
    /// The quote's bytes in `text`.
    pub(super) bytes: Range<usize>,
}

impl Pattern {
    /// `None` where the quote holds nothing that could be found.
    pub(super) fn new(passage: &Passage, index: &WordIndex, text: &str) -> Option<Self> {
        let joined = [&*passage.prefix, &*passage.exact, &*passage.suffix].concat();
        let start = passage.prefix.chars().count();
        let end = start + passage.exact.chars().count();
        let folded = Folded::new(&joined);
        let bytes = folded.bytes_of(start..end)?;
        let mut tokens = index.tokenise(&folded.text, &folded.lines);
        for border in [bytes.start, bytes.end] {
            part(&folded.text, &mut tokens, border, index, text);
        }
        let first = tokens.partition_point(|t| t.end() <= bytes.start);
        let last = tokens.partition_point(|t| t.start() < bytes.end);
        let sentence = [
            first > 0 && begins_sentence(&folded.text, &tokens, first),
            begins_sentence(&folded.text, &tokens, last),
        ];
        let begins = tokens[..(first + 1).min(tokens.len())]
            .iter()
            .rposition(|t| t.line());
        let ends = tokens[last..].iter().position(|t| t.line());
        let mut pattern = Self {
            split: normalise(&passage.exact) != folded.text[bytes.clone()],
            text: folded.text,
            worth: Vec::with_capacity(tokens.len()),
            block: [
                Rest {
                    tokens: begins.map_or(first, |line| first - line),
                    ends: begins.is_some() || start < CUT_SHORT,
                },
                Rest {
                    tokens: ends.unwrap_or(tokens.len() - last),
                    ends: ends.is_some() || passage.suffix.chars().count() < CUT_SHORT,
                },
            ],
            borders: [
                tokens.get(first).is_some_and(|t| t.line() || first == 0),
                tokens.get(last).is_none_or(|t| t.line()),
            ],
            quote: first..last,
            sentence,
            bytes,
            tokens,
        };
        pattern.weigh(index);
        Some(pattern)
    }

    fn weigh(&mut self, index: &WordIndex) {
        let all = index.tokens.len().max(USUAL) as f32;
        let share = all / index.tokens.len().max(1) as f32;
        for (at, token) in self.tokens.iter().enumerate() {
            let mut worth = if token.word() {
                let often = index.places(token.id).len() as f32;
                // In a short text a word that stands once is as rare as in a long one.
                let often = if often > 1.0 { often * share } else { often };
                (all / (often + 0.5)).log2().clamp(SIGN, 12.0)
            } else {
                SIGN
            };
            let away = if at < self.quote.start {
                self.quote.start - 1 - at
            } else {
                (at + 1).saturating_sub(self.quote.end + 1)
            };
            if !self.quote.contains(&at) {
                worth *= FADING.powi(i32::try_from(away).unwrap_or(i32::MAX));
            }
            self.worth.push(worth);
        }
    }

    /// The bytes of a token.
    pub(super) fn bytes_of(&self, token: usize) -> &[u8] {
        let token = self.tokens[token];
        self.text
            .as_bytes()
            .get(token.start()..token.end())
            .unwrap_or_default()
    }

    /// The quote, normalised.
    pub(super) fn quote_text(&self) -> &str {
        &self.text[self.bytes.clone()]
    }

    /// What some tokens are worth together.
    pub(super) fn worth_of(&self, range: Range<usize>) -> f32 {
        self.worth[range].iter().sum()
    }
}

/// Parts a word at the quote's border, unless the whole of it stands in the text: then the border cuts a word, else
/// somebody dropped the space there.
fn part(pattern: &str, tokens: &mut Vec<Token>, border: usize, index: &WordIndex, text: &str) {
    let at = tokens.partition_point(|t| t.end() <= border);
    let Some(&token) = tokens.get(at) else { return };
    let (start, end) = (token.start(), token.end());
    if start >= border {
        return;
    }
    let whole = &pattern[start..end];
    let stands = index.places(token.id).iter().any(|&other| {
        let other = index.tokens[other as usize];
        &text[other.start()..other.end()] == whole
    });
    if stands {
        return;
    }
    let pieces = [(start, border), (border, end)]
        .into_iter()
        .flat_map(|(start, end)| {
            let line = start == token.start() && token.line();
            index
                .tokenise(&pattern[start..end], &[])
                .into_iter()
                .map(move |piece| piece.shifted(start, line))
        });
    tokens.splice(at..=at, pieces);
}
