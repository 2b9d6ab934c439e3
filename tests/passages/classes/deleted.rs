//! Edits after which the passage is gone.

use super::super::draft::{Draft, often_stir};
use super::super::edits;
use super::super::rng::Rng;
use super::super::units::blocks;
use super::super::vocabulary::Words;

pub fn passage_deleted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    often_stir(draft, with, rng);
    let passage = draft.new.passage()?;
    edits::delete_with_space(&mut draft.new, &passage);
    Some(())
}

pub fn block_deleted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    often_stir(draft, with, rng);
    let passage = draft.new.passage()?;
    let touched: Vec<_> = blocks(&draft.new.chars)
        .into_iter()
        .filter(|block| block.start < passage.end && passage.start < block.end)
        .collect();
    for block in touched.into_iter().rev() {
        edits::delete_block(&mut draft.new, &block);
    }
    Some(())
}

/// Another article stands under the address now.
pub fn other_article(draft: &mut Draft, with: &Words, rng: &mut Rng) {
    let end = draft.new.chars.len();
    let text: Vec<String> = (0..rng.between(4, 10)).map(|_| with.block(rng)).collect();
    draft.new.insert(end, &format!("\n{}", text.join("\n")));
    draft.new.delete(0..end + 1);
}
