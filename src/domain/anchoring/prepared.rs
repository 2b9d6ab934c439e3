//! The article's text, made ready for many look-ups.

use std::{ops::Range, sync::OnceLock};

use unicode_segmentation::GraphemeCursor;

use super::{folded::Folded, index::WordIndex};

/// Every how many code points a byte position is kept.
const STEP: usize = 64;

/// An article's text, made ready once per version for any number of look-ups.
#[derive(Debug, Clone)]
pub struct PreparedText {
    original: String,
    folded: Folded,
    /// The byte of each [`STEP`]th code point of `original`.
    bytes: OnceLock<Vec<usize>>,
    length: usize,
    /// Made when first needed.
    index: OnceLock<WordIndex>,
}

impl PreparedText {
    /// Makes a text ready.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            original: text.to_owned(),
            folded: Folded::new(text),
            bytes: OnceLock::new(),
            length: text.chars().count(),
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
        let bytes = self.bytes.get_or_init(|| {
            self.original
                .char_indices()
                .step_by(STEP)
                .map(|(at, _)| at)
                .collect()
        });
        let known = bytes[place / STEP];
        self.original[known..]
            .char_indices()
            .nth(place % STEP)
            .map_or(self.original.len(), |(at, _)| known + at)
    }

    /// Makes now what else the first look-up makes.
    pub fn warm(&self) {
        self.index();
    }

    /// The code points that bytes of the normalised text stand for; characters that readers see as one are not split.
    pub(crate) fn original(&self, bytes: &Range<usize>) -> Range<usize> {
        if bytes.is_empty() {
            // No character stands behind the last one: there it is the text's end.
            let at = self.folded.place(bytes.start).unwrap_or(self.length);
            return at..at;
        }
        let range = self.folded.original(bytes.clone());
        let start = if self.may_split(bytes.start) {
            self.visible(range.start, false)
        } else {
            range.start
        };
        let end = if self.may_split(bytes.end) {
            self.visible(range.end, true)
        } else {
            range.end
        };
        start..end
    }

    /// Whether a range of the normalised text begins and ends between characters as readers see them.
    pub(super) fn is_visible(&self, bytes: &Range<usize>) -> bool {
        self.folded.is_whole(bytes)
            && (!(self.may_split(bytes.start) || self.may_split(bytes.end))
                || self.original(bytes) == self.folded.original(bytes.clone()))
    }

    /// Whether the characters around this byte may be seen as one: then one of them is beyond Latin.
    fn may_split(&self, byte: usize) -> bool {
        let beyond = |c: Option<char>| c.is_some_and(|c| c >= '\u{300}');
        let text = &self.folded.text;
        text.get(..byte)
            .is_some_and(|before| beyond(before.chars().next_back()))
            || text
                .get(byte..)
                .is_some_and(|after| beyond(after.chars().next()))
    }

    /// The nearest border of a grapheme cluster (UAX #29), from this code point on or back.
    fn visible(&self, place: usize, onward: bool) -> usize {
        let byte = self.byte(place);
        let mut cursor = GraphemeCursor::new(byte, self.original.len(), true);
        if cursor.is_boundary(&self.original, 0) != Ok(false) {
            return place;
        }
        let (border, from, to) = if onward {
            let border = cursor.next_boundary(&self.original, 0);
            let border = border.ok().flatten().unwrap_or(self.original.len());
            (place, byte, border)
        } else {
            let border = cursor.prev_boundary(&self.original, 0);
            let border = border.ok().flatten().unwrap_or(0);
            (place, border, byte)
        };
        let count = self.original[from..to].chars().count();
        if onward {
            border + count
        } else {
            border - count
        }
    }

    pub(super) fn index(&self) -> &WordIndex {
        self.index
            .get_or_init(|| WordIndex::new(&self.folded.text, &self.folded.lines))
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

    #[test]
    fn the_end_of_a_text_is_behind_its_last_character() {
        for (text, folded) in [("", 0), ("Grüße", 7), (" „Ende“ \n", 6)] {
            let prepared = PreparedText::new(text);
            let end = text.chars().count();
            assert_eq!(prepared.original(&(folded..folded)), end..end, "{text:?}");
        }
        assert_eq!(PreparedText::new("ä b").original(&(3..3)), 2..2);
    }
}
