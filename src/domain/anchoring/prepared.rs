//! The article's text, made ready for many look-ups.

use std::{ops::Range, sync::OnceLock};

use super::{folded::Folded, index::WordIndex, tokens::tokenise};

/// Every how many code points a byte position is kept.
const STEP: usize = 64;

/// An article's text, made ready once per version for any number of look-ups.
#[derive(Debug, Clone)]
pub struct PreparedText {
    original: String,
    folded: Folded,
    /// The byte of each [`STEP`]th code point of `original`.
    bytes: Vec<usize>,
    length: usize,
    /// Made when first needed.
    index: OnceLock<WordIndex>,
}

impl PreparedText {
    /// Makes a text ready.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len() / STEP + 1);
        let mut length = 0;
        for (at, _) in text.char_indices() {
            if length % STEP == 0 {
                bytes.push(at);
            }
            length += 1;
        }
        Self {
            original: text.to_owned(),
            folded: Folded::new(text),
            bytes,
            length,
            index: OnceLock::new(),
        }
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.original
    }

    /// Its length in code points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The words at a range of code points; what reaches beyond the text is cut off.
    #[must_use]
    pub fn words(&self, range: Range<usize>) -> &str {
        let (start, end) = (self.byte(range.start), self.byte(range.end));
        self.original.get(start..end).unwrap_or_default()
    }

    fn byte(&self, place: usize) -> usize {
        if place >= self.length {
            return self.original.len();
        }
        let known = self.bytes[place / STEP];
        self.original[known..]
            .char_indices()
            .nth(place % STEP)
            .map_or(self.original.len(), |(at, _)| known + at)
    }

    /// Makes now what else the first look-up makes.
    pub fn warm(&self) {
        self.index();
    }

    /// The code points that bytes of the normalised text stand for.
    pub(crate) fn original(&self, bytes: &Range<usize>) -> Range<usize> {
        if bytes.is_empty() {
            let at = self.folded.original(bytes.start..bytes.start + 1).start;
            return at..at;
        }
        self.folded.original(bytes.clone())
    }

    pub(super) fn index(&self) -> &WordIndex {
        self.index
            .get_or_init(|| WordIndex::new(tokenise(&self.folded.text)))
    }

    pub(super) const fn folded(&self) -> &Folded {
        &self.folded
    }
}

#[cfg(test)]
mod tests {
    use super::PreparedText;

    #[test]
    fn words_are_read_by_code_points() {
        let text = PreparedText::new(&"Grüße ".repeat(40));
        assert_eq!(text.len(), 240);
        assert_eq!(text.words(120..125), "Grüße");
        assert_eq!(text.words(237..999), "ße ");
        assert_eq!(text.words(999..1000), "");
    }
}
