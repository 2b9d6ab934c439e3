//! Edits that leave the old words, or words much like them, somewhere else.

use super::super::document::Document;
use super::super::draft::{Draft, block_of, often_stir};
use super::super::edits;
use super::super::rng::Rng;
use super::super::units::{blocks, sentences, string, words};
use super::super::vocabulary::Words;
use super::super::word_lists;
use super::deleted::passage_deleted;
use super::within::{cut_inside, replace_wholly, third_rewritten, typo_fixed, word_replaced};

/// The passage is edited; what it was is set in elsewhere: as a pull quote, a teaser, within another paragraph.
pub fn edited_with_copy(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let old = string(&draft.old, &draft.marked);
    match rng.below(3) {
        0 => word_replaced(draft, with, rng)?,
        1 => third_rewritten(draft, with, rng)?,
        _ => cut_inside(draft, with, rng)?,
    }
    let before = rng.chance(50);
    let lead = rng.pick(word_lists::of(draft.language).copies)?;
    let copy = if rng.chance(40) {
        format!("{lead} {old} {}", with.sentence(rng))
    } else {
        format!("{lead} {old}")
    };
    edits::insert_elsewhere(&mut draft.new, copy.trim(), before, rng)
}

pub fn correction_note(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let old = string(&draft.old, &draft.marked);
    let inside = words(&draft.old, &draft.marked);
    match inside.len() {
        0..=3 => replace_wholly(draft, with, rng)?,
        _ if rng.chance(60) => edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng),
        _ => edits::rewrite_third(&mut draft.new, with, rng)?,
    }
    let new = string(&draft.new.chars, &draft.new.passage()?);
    let note = rng
        .pick(word_lists::of(draft.language).notes)?
        .replace("{old}", &old)
        .replace("{new}", &new);
    if rng.chance(75) {
        let end = draft.new.chars.len();
        draft.new.insert(end, &format!("\n{note}"));
    } else {
        edits::insert_elsewhere(&mut draft.new, &note, true, rng)?;
    }
    Some(())
}

/// The passage's sentence again, with a word or two changed, one of them in the passage.
pub fn near_copy(draft: &Draft, with: &Words, rng: &mut Rng) -> Option<String> {
    let block = block_of(&draft.new)?;
    let passage = draft.new.passage()?;
    let all = sentences(&draft.new.chars, &block);
    let first = all.iter().find(|sentence| sentence.end > passage.start)?;
    let last = all.iter().rfind(|sentence| sentence.start < passage.end)?;
    let mut copy = Document::new(&draft.new.chars[first.start..last.end], 0..0);
    let within = passage.start - first.start..passage.end - first.start;
    let inside = words(&copy.chars, &within);
    let whole = words(&copy.chars, &(0..copy.chars.len()));
    let mut chosen = vec![rng.pick(&inside)?.clone()];
    chosen.extend(rng.pick(&whole).filter(|word| **word != chosen[0]).cloned());
    chosen.sort_by_key(|word| word.start);
    for word in chosen.iter().rev() {
        edits::replace_word(&mut copy, word, with, rng);
    }
    Some(copy.chars.iter().collect())
}

pub fn place_copy(draft: &mut Draft, copy: &str, with: &Words, rng: &mut Rng) -> Option<()> {
    let copy = match rng.below(3) {
        0 => format!("{} {copy}", with.sentence(rng)),
        1 => format!("{copy} {}", with.sentence(rng)),
        _ => copy.to_owned(),
    };
    let before = rng.chance(60);
    edits::insert_elsewhere(&mut draft.new, &copy, before, rng)
}

pub fn decoy(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    match rng.below(3) {
        0 => typo_fixed(draft, with, rng)?,
        _ => often_stir(draft, with, rng),
    }
    let copy = near_copy(draft, with, rng)?;
    place_copy(draft, &copy, with, rng)
}

pub fn decoy_deleted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let copy = near_copy(draft, with, rng)?;
    place_copy(draft, &copy, with, rng)?;
    // Both stood in the old text; then the marked one goes.
    draft.old.clone_from(&draft.new.chars);
    draft.marked = draft.new.passage()?;
    passage_deleted(draft, with, rng)
}

/// The block stands twice now, between the same neighbours, and no position says which.
pub fn equal_places(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::stir(&mut draft.new, with, rng);
    let passage = draft.new.passage()?;
    let all = blocks(&draft.new.chars);
    let index = all
        .iter()
        .position(|block| block.start <= passage.start && passage.end <= block.end)?;
    let from = all.get(index.checked_sub(1)?)?.start;
    let to = all.get(index + 1)?.end;
    let copy = string(&draft.new.chars, &(from..to));
    let end = draft.new.chars.len();
    draft
        .new
        .insert(end, &format!("\n{}\n{copy}", with.block(rng)));
    draft.equal = true;
    Some(())
}
