//! The words of the text, and how alike one of them is to one of the passage.

use super::{
    index::WordIndex,
    pattern::Pattern,
    tokens::{Token, likeness},
};

/// The text to compare with.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) index: &'a WordIndex,
}

impl<'a> Words<'a> {
    fn bytes(self, token: Token) -> &'a [u8] {
        self.text
            .as_bytes()
            .get(token.start()..token.end())
            .unwrap_or_default()
    }

    /// How alike a token of the passage and one of the text are: 1, or at least a half, or nothing.
    #[inline]
    pub(super) fn likeness(self, pattern: &Pattern, i: usize, j: usize) -> f32 {
        let (a, b): (Token, Token) = (pattern.tokens[i], self.index.tokens[j]);
        if a.id == b.id {
            return 1.0;
        }
        if Token::may_be(a.shape(), b.shape()) == 0 {
            return 0.0;
        }
        self.of_different(pattern, i, b)
    }

    /// The same for two that differ and [`Token::may_be`] alike.
    pub(super) fn of_different(self, pattern: &Pattern, i: usize, b: Token) -> f32 {
        let (a, b) = (pattern.bytes_of(i), self.bytes(b));
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
