//! Edits around the passage; its own words stay.

use super::super::document::Document;
use super::super::draft::{Draft, block_of, often_stir, turn_round};
use super::super::edits;
use super::super::rng::Rng;
use super::super::typography as setting;
use super::super::units::words;
use super::super::vocabulary::Words;

pub fn inserted_before(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    for _ in 0..rng.between(1, 4) {
        let text = if rng.chance(50) {
            with.block(rng)
        } else {
            with.sentence(rng)
        };
        edits::insert_before(&mut draft.new, &text, rng)?;
    }
    Some(())
}

pub fn others_deleted(draft: &mut Draft, _: &Words, rng: &mut Rng) -> Option<()> {
    let share = rng.between(30, 80);
    let others = edits::far_blocks(&draft.new, 1);
    for (_, block) in others.into_iter().rev() {
        if rng.chance(share) {
            edits::delete_block(&mut draft.new, &block);
        }
    }
    (draft.new.chars.len() < draft.old.len()).then_some(())
}

pub fn paragraph_moved(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let block = block_of(&draft.new)?;
    edits::move_block(&mut draft.new, &block, rng);
    if rng.chance(33) {
        edits::stir(&mut draft.new, with, rng);
    }
    Some(())
}

pub fn typography(draft: &mut Draft, _: &Words, rng: &mut Rng) -> Option<()> {
    let within = |at: usize| {
        at > 0
            && at < draft.old.len()
            && draft.old[at - 1].is_alphanumeric()
            && draft.old[at].is_alphanumeric()
    };
    if within(draft.marked.start) || within(draft.marked.end) {
        return None;
    }
    let reset = setting::reset(&draft.old, draft.language, rng);
    let place = reset.offsets[draft.marked.start]..reset.offsets[draft.marked.end];
    draft.new = Document::new(&reset.text, place);
    draft.reset = true;
    if rng.chance(40) {
        turn_round(draft)?;
    }
    Some(())
}

pub fn surroundings_rewritten(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::rewrite_surroundings(
        &mut draft.new,
        rng.between(40, 300),
        rng.between(50, 95),
        with,
        rng,
    )?;
    often_stir(draft, with, rng);
    Some(())
}

pub fn edge_inserted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let passage = draft.new.passage()?;
    let mut inside = words(&draft.old, &passage);
    if inside.len() > 4 && rng.chance(30) {
        inside.pop();
        inside.remove(0);
        edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng);
    }
    let passage = draft.new.passage()?;
    let words = match rng.below(3) {
        0 => with.insertion(rng),
        1 => with.fragment(rng.between(1, 6), rng),
        _ => with.sentence(rng),
    };
    let chars = &draft.new.chars;
    if rng.chance(50) && passage.start > 0 && chars[passage.start - 1] == ' ' {
        draft.new.insert(passage.start, &format!("{words} "));
    } else if chars.get(passage.end) == Some(&' ') {
        draft.new.insert(passage.end, &format!(" {words}"));
    } else {
        return None;
    }
    often_stir(draft, with, rng);
    Some(())
}

pub fn frequent_word(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let all = words(&draft.old, &(0..draft.old.len()));
    let marked = draft.old[draft.marked.clone()].to_vec();
    let same: Vec<_> = all
        .iter()
        .filter(|word| draft.old[(*word).clone()] == marked[..])
        .cloned()
        .collect();
    if same.len() < 4 {
        return None;
    }
    match rng.below(4) {
        0 => edits::stir(&mut draft.new, with, rng),
        1 => inserted_before(draft, with, rng)?,
        2 => {
            // Others of its kind go.
            for word in same.iter().rev().filter(|word| **word != draft.marked) {
                if rng.chance(40) {
                    edits::replace_word(&mut draft.new, word, with, rng);
                }
            }
        }
        _ => {
            // The word beside it is another now.
            let index = all.iter().position(|word| *word == draft.marked)?;
            let beside = if rng.chance(50) {
                all.get(index + 1)?
            } else {
                all.get(index.checked_sub(1)?)?
            };
            edits::replace_word(&mut draft.new, beside, with, rng);
            often_stir(draft, with, rng);
        }
    }
    Some(())
}

pub fn several(draft: &mut Draft, least: usize, most: usize, with: &Words, rng: &mut Rng) {
    for _ in 0..rng.between(least, most) {
        edits::anywhere(&mut draft.new, with, rng);
    }
}
