//! A place in an article's text: W3C `TextQuoteSelector` and `TextPositionSelector`.

/// The version of the rule that says what an article's text is (`docs/article-text.md`).
pub const SELECTOR_VERSION: i32 = 1;
/// The longest quote, in code points.
pub const MAX_EXACT: usize = 2_000;
/// The longest prefix or suffix, in code points.
pub const MAX_CONTEXT: usize = 500;

/// The words a reader marked, what stands around them, and where they stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Passage {
    /// The marked words.
    pub exact: String,
    /// What stands before them.
    pub prefix: String,
    /// What stands after them.
    pub suffix: String,
    /// First code point in the article's text; a hint only.
    pub start: Option<i64>,
    /// One past the last code point; a hint only.
    pub end: Option<i64>,
}
