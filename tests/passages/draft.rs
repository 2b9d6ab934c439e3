//! A case in the making.

use std::ops::Range;

use super::articles::Language;
use super::document::Document;
use super::edits;
use super::rng::Rng;
use super::units::blocks;
use super::vocabulary::Words;

/// A case in the making.
pub struct Draft {
    pub language: Language,
    pub old: Vec<char>,
    pub marked: Range<usize>,
    pub new: Document,
    /// The words are set otherwise all over: nothing can be compared letter by letter.
    pub reset: bool,
    /// Several places fit equally well.
    pub equal: bool,
}

/// Two times in three the rest of the article is edited too.
pub fn often_stir(draft: &mut Draft, with: &Words, rng: &mut Rng) {
    if rng.chance(66) {
        edits::stir(&mut draft.new, with, rng);
    }
}

/// The draft turned round: what was edited is the old text, what stood there first is the new one.
pub fn turn_round(draft: &mut Draft) -> Option<()> {
    let edited = draft.new.passage()?;
    let original = std::mem::replace(&mut draft.old, draft.new.chars.clone());
    draft.new = Document::new(&original, std::mem::replace(&mut draft.marked, edited));
    Some(())
}

/// The one block that holds the whole passage.
pub fn block_of(document: &Document) -> Option<Range<usize>> {
    let passage = document.passage()?;
    blocks(&document.chars)
        .into_iter()
        .find(|block| block.start <= passage.start && passage.end <= block.end)
}
