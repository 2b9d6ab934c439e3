//! Edits in the passage itself.

use super::super::draft::{Draft, often_stir, turn_round};
use super::super::edits;
use super::super::rng::Rng;
use super::super::units::{occurrences, sentences, string, words};
use super::super::vocabulary::Words;
use super::super::word_lists;
use super::elsewhere::{paragraph_moved, typography};

pub fn typo_fixed(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    let word = rng.pick(&inside).filter(|word| word.len() > 3)?.clone();
    let slip = edits::typo(&string(&draft.old, &word), rng)?;
    draft.new.replace(word, &slip);
    turn_round(draft)?;
    often_stir(draft, with, rng);
    Some(())
}

pub fn word_replaced(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng);
    often_stir(draft, with, rng);
    Some(())
}

pub fn third_rewritten(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::rewrite_third(&mut draft.new, with, rng)?;
    often_stir(draft, with, rng);
    Some(())
}

pub fn words_inserted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    if rng.chance(50) {
        edits::insert_inside(&mut draft.new, with, rng)?;
    } else {
        edits::cut_inside(&mut draft.new, rng)?;
        turn_round(draft)?;
    }
    often_stir(draft, with, rng);
    Some(())
}

pub fn cut_inside(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::cut_inside(&mut draft.new, rng)?;
    often_stir(draft, with, rng);
    Some(())
}

pub fn paragraph_split(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let passage = draft.new.passage()?;
    let parts = sentences(&draft.old, &passage);
    let at = if parts.len() > 1 {
        parts[rng.between(1, parts.len() - 1)].start
    } else {
        let inside = words(&draft.old, &passage);
        inside
            .get(rng.between(1, inside.len().checked_sub(1)?))?
            .start
    };
    if at == passage.start || draft.old[at - 1] != ' ' {
        return None;
    }
    edits::split_at(&mut draft.new, at);
    if parts.len() > 1 && rng.chance(25) {
        let heading = rng.pick(word_lists::of(draft.language).subheadings)?;
        draft.new.insert(at, &format!("{heading}\n"));
    }
    often_stir(draft, with, rng);
    Some(())
}

/// No word of a passage of one to three words stays.
pub fn replace_wholly(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    let span = inside.first()?.start..inside.last()?.end;
    let old = string(&draft.old, &span).to_lowercase();
    let new = if rng.chance(75) {
        inside
            .iter()
            .map(|word| with.instead_of(&string(&draft.old, word), rng))
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        with.fragment(rng.between(1, 5), rng)
    };
    let keeps = new
        .to_lowercase()
        .split(' ')
        .any(|word| old.split(' ').any(|other| other == word));
    if keeps || span != draft.marked {
        return None;
    }
    draft.new.replace(span, &new);
    Some(())
}

pub fn replaced(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    replace_wholly(draft, with, rng)?;
    if rng.chance(25) {
        edits::replace_neighbour(&mut draft.new, with, rng)?;
    }
    often_stir(draft, with, rng);
    Some(())
}

pub fn moved_and_edited(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng);
    paragraph_moved(draft, with, rng)
}

/// Another CMS sets the text in its own way, and somebody edits it too.
pub fn typography_and_edited(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    if occurrences(&draft.old, &draft.old[draft.marked.clone()]).len() > 1 {
        return None;
    }
    typography(draft, with, rng)?;
    let passage = draft.new.passage()?;
    let inside = words(&draft.new.chars, &passage);
    edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng);
    often_stir(draft, with, rng);
    Some(())
}

pub fn over_border(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    match rng.below(4) {
        0 => {}
        1 => word_replaced(draft, with, rng)?,
        2 => {
            // The blocks become one.
            let border = draft.marked.clone().find(|at| draft.old[*at] == '\n')?;
            draft.new.replace(border..border + 1, " ");
        }
        _ => third_rewritten(draft, with, rng)?,
    }
    often_stir(draft, with, rng);
    Some(())
}
