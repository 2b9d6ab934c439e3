//! Finds a passage again in a text that was edited, and says what became of it (`docs/passages.md`).
//!
//! [`PreparedText`] is the article's text, made ready once per version; [`locate`] looks one passage up in it.
//! Positions are Unicode code points of the text as it was given.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of words and bytes are far below what f32 holds exactly"
)]

mod align;
mod anchors;
pub(crate) mod candidates;
mod context;
pub(crate) mod decide;
mod ends;
mod folded;
mod index;
mod occurrences;
mod pattern;
mod prepared;
mod score;
mod tokens;
mod weights;
mod windows;
mod words;
mod work;

use std::ops::Range;

use super::passage::Passage;

pub use prepared::PreparedText;

/// What became of a passage, and how sure that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// What became of it, and where.
    pub outcome: Outcome,
    /// The certainty that the place is right, 0 to 1; for [`Outcome::Gone`] that of the best place that was refused.
    pub score: f32,
    /// How far the second-best place is behind, 0 to 1.
    pub margin: f32,
}

/// What became of a passage. Ranges are never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The words stand there, but for typography.
    Found(Range<usize>),
    /// The surroundings stand, and these are the words between them now.
    Changed(Range<usize>),
    /// Several places fit equally well; this is one of them.
    Ambiguous(Range<usize>),
    /// The words are not there any more.
    Gone {
        /// Where their surroundings now meet, if they do.
        at: Option<usize>,
    },
}

impl Outcome {
    /// The fixed name in the contract: `found`, `changed`, `ambiguous`, `gone`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::Changed(_) => "changed",
            Self::Ambiguous(_) => "ambiguous",
            Self::Gone { .. } => "gone",
        }
    }

    /// The place, unless the words are gone.
    #[must_use]
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Found(range) | Self::Changed(range) | Self::Ambiguous(range) => {
                Some(range.clone())
            }
            Self::Gone { .. } => None,
        }
    }
}

/// Looks a passage up in a text.
#[must_use]
pub fn locate(text: &PreparedText, passage: &Passage) -> Located {
    decide::locate(text, passage)
}

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
