//! The link that opens the live article at a passage: `#:~:text=[prefix-,]start[,end][,-suffix]` (WICG Scroll to Text
//! Fragment).
//!
//! The browser marks the first match in the whole page. So where the page's text is known, [`shortest`] looks for the
//! shortest directive whose first match is the passage, by the browser's own rules ([`page`], [`finder`]); where only the
//! passage's surroundings are known, [`from_context`] gives what will most likely do. `docs/text-fragments.md` holds the
//! rules and how they were found.

mod choose;
mod context;
mod directive;
pub mod finder;
pub mod page;

pub use choose::shortest;
pub use context::from_context;
pub use directive::{Directive, with_directive};

use super::passage::Passage;

/// What is known of the text that the browser searches, and where the passage lies in it.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The whole page's text ([`crate::domain::article_text::PageText`]), or the article's as the next best.
    pub text: &'a str,
    /// The passage's first code point.
    pub start: usize,
    /// One past its last code point.
    pub end: usize,
}

/// The directive for a passage: the shortest where the text is known, else by its surroundings. Nothing where none leads
/// there.
#[must_use]
pub fn directive(passage: &Passage, known: Option<Known<'_>>) -> Option<Directive> {
    let Some(Known { text, start, end }) = known else {
        return from_context(&passage.exact, &passage.prefix, &passage.suffix);
    };
    let mut bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let from = bytes.nth(start)?;
    let to = bytes.nth(end.checked_sub(start)?.checked_sub(1)?)?;
    shortest(text, from, to)
}

#[cfg(test)]
mod tests;
