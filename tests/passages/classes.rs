//! The classes of edits made by rule.

use std::ops::Range;

use super::articles::Article;
use super::case::{Case, Nowhere, Truth};
use super::decidable::decidable;
use super::document::{Document, Place};
use super::edits;
use super::rng::Rng;
use super::selection::{self, Length, Selectors};
use super::typography;
use super::units::{blocks, occurrences, sentences, string, words};
use super::vocabulary::{Vocabulary, Words};
use super::word_lists;

/// A kind of edit, and what readers had marked before it.
pub struct Class {
    pub name: &'static str,
    lengths: &'static [Length],
    edit: fn(&mut Draft, &Words, &mut Rng) -> Option<()>,
}

/// A case in the making.
struct Draft {
    article: super::articles::Language,
    old: Vec<char>,
    marked: Range<usize>,
    new: Document,
    /// The words are set otherwise all over: nothing can be compared letter by letter.
    reset: bool,
    /// Several places fit equally well.
    equal: bool,
}

use Length::{FewWords, Long, OverBorder, Phrase, Sentence, TwoSentences, Word};

const ANY: &[Length] = &[Word, FewWords, Phrase, Sentence, TwoSentences, Long];
const SOME: &[Length] = &[FewWords, Phrase, Phrase, Sentence, Sentence, TwoSentences, Long];
const LONGER: &[Length] = &[Phrase, Phrase, Sentence, Sentence, TwoSentences, Long];
const SHORT: &[Length] = &[Word, Word, FewWords];

const fn class(name: &'static str, lengths: &'static [Length], edit: fn(&mut Draft, &Words, &mut Rng) -> Option<()>) -> Class {
    Class { name, lengths, edit }
}

pub const CLASSES: &[Class] = &[
    class("intact", ANY, |_, _, _| Some(())),
    class("inserted-before", ANY, inserted_before),
    class("others-deleted", ANY, others_deleted),
    class("paragraph-moved", ANY, paragraph_moved),
    class("typography", ANY, typography),
    class("typo-fixed", ANY, typo_fixed),
    class("word-replaced", LONGER, word_replaced),
    class("third-rewritten", LONGER, third_rewritten),
    class("words-inserted", SOME, words_inserted),
    class("cut-inside", LONGER, cut_inside),
    class("paragraph-split", &[Phrase, Sentence, TwoSentences, TwoSentences, Long], paragraph_split),
    class("surroundings-rewritten", SOME, surroundings_rewritten),
    class("replaced", SHORT, replaced),
    class("moved-and-edited", LONGER, moved_and_edited),
    class("typography-and-edited", LONGER, typography_and_edited),
    class("edited-with-copy", LONGER, edited_with_copy),
    class("correction-note", &[Word, FewWords, Phrase, Sentence], correction_note),
    class("passage-deleted", ANY, passage_deleted),
    class("block-deleted", ANY, block_deleted),
    class("edits-1-5", ANY, |draft, with, rng| several(draft, 1, 5, with, rng)),
    class("edits-6-20", ANY, |draft, with, rng| several(draft, 6, 20, with, rng)),
    class("frequent-word", &[Word], frequent_word),
    class("over-border", &[OverBorder], over_border),
    class("decoy", &[FewWords, Phrase, Sentence, Sentence, TwoSentences], decoy),
    class("decoy-deleted", &[Phrase, Sentence, Sentence, TwoSentences], decoy_deleted),
    class("edge-inserted", SOME, edge_inserted),
    class("other-article", ANY, other_article),
    class("equal-places", &[Word, FewWords, Phrase, Sentence], equal_places),
];

/// One case of the class, or none where this draw offers no clear one.
pub fn make(class: &Class, article: &Article, vocabulary: &Vocabulary, rng: &mut Rng) -> Option<Case> {
    let length = *rng.pick(class.lengths)?;
    let marked = selection::choose(&article.text, length, rng)?;
    let mut draft = Draft {
        article: article.language,
        old: article.text.clone(),
        new: Document::new(&article.text, marked.clone()),
        marked,
        reset: false,
        equal: false,
    };
    (class.edit)(&mut draft, &vocabulary.besides(article), rng)?;
    draft.new.settle();
    let mut selectors = selection::selectors(&draft.old, &draft.marked, rng);
    if draft.equal {
        selectors.position = None;
        let whole: Vec<char> = [&selectors.prefix[..], &selectors.exact, &selectors.suffix].concat();
        let equal = occurrences(&draft.new.chars, &whole).len() == 2 && occurrences(&draft.old, &whole).len() == 1;
        return equal.then(|| case(class.name, &draft, &selectors, Truth::Nowhere(Nowhere::Ambiguous)));
    }
    let truth = match &draft.new.place {
        Place::At(range) => Truth::At { start: range.start, end: range.end },
        Place::Gone(_) => Truth::Nowhere(Nowhere::Gone),
        Place::Lost => return None,
    };
    let clear = if draft.reset {
        occurrences(&draft.old, &[&selectors.prefix[..], &selectors.exact, &selectors.suffix].concat()).len() == 1
    } else {
        decidable(&draft.old, &selectors, &draft.new)
    };
    clear.then(|| case(class.name, &draft, &selectors, truth))
}

fn case(class: &str, draft: &Draft, selectors: &Selectors, truth: Truth) -> Case {
    let truth_at = match draft.new.place {
        Place::Gone(at) if truth == Truth::Nowhere(Nowhere::Gone) => Some(at),
        _ => None,
    };
    Case {
        id: String::new(),
        class: class.to_owned(),
        text: draft.new.chars.iter().collect(),
        exact: selectors.exact.iter().collect(),
        prefix: selectors.prefix.iter().collect(),
        suffix: selectors.suffix.iter().collect(),
        start: selectors.position.map(|(start, _)| start),
        end: selectors.position.map(|(_, end)| end),
        truth,
        truth_at,
    }
}

/// Two times in three the rest of the article is edited too.
fn often_stir(draft: &mut Draft, with: &Words, rng: &mut Rng) {
    if rng.chance(66) {
        edits::stir(&mut draft.new, with, rng);
    }
}

/// The draft turned round: what was edited is the old text, what stood there first is the new one.
fn turn_round(draft: &mut Draft) -> Option<()> {
    let edited = draft.new.passage()?;
    let original = std::mem::replace(&mut draft.old, draft.new.chars.clone());
    draft.new = Document::new(&original, std::mem::replace(&mut draft.marked, edited));
    Some(())
}

fn inserted_before(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    for _ in 0..rng.between(1, 4) {
        let text = if rng.chance(50) { with.block(rng) } else { with.sentence(rng) };
        edits::insert_before(&mut draft.new, &text, rng)?;
    }
    Some(())
}

fn others_deleted(draft: &mut Draft, _: &Words, rng: &mut Rng) -> Option<()> {
    let share = rng.between(30, 80);
    let others = edits::far_blocks(&draft.new, 1);
    for (_, block) in others.into_iter().rev() {
        if rng.chance(share) {
            edits::delete_block(&mut draft.new, &block);
        }
    }
    Some(())
}

fn paragraph_moved(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let block = block_of(&draft.new)?;
    edits::move_block(&mut draft.new, &block, rng);
    if rng.chance(33) {
        edits::stir(&mut draft.new, with, rng);
    }
    Some(())
}

/// The one block that holds the whole passage.
fn block_of(document: &Document) -> Option<Range<usize>> {
    let passage = document.passage()?;
    blocks(&document.chars).into_iter().find(|block| block.start <= passage.start && passage.end <= block.end)
}

fn typography(draft: &mut Draft, _: &Words, rng: &mut Rng) -> Option<()> {
    let within = |at: usize| {
        at > 0 && at < draft.old.len() && draft.old[at - 1].is_alphanumeric() && draft.old[at].is_alphanumeric()
    };
    if within(draft.marked.start) || within(draft.marked.end) {
        return None;
    }
    let reset = typography::reset(&draft.old, draft.article, rng);
    let place = reset.offsets[draft.marked.start]..reset.offsets[draft.marked.end];
    draft.new = Document::new(&reset.text, place);
    draft.reset = true;
    if rng.chance(40) {
        turn_round(draft)?;
    }
    Some(())
}

fn typo_fixed(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    let word = rng.pick(&inside).filter(|word| word.len() > 3)?.clone();
    let slip = edits::typo(&string(&draft.old, &word), rng)?;
    draft.new.replace(word, &slip);
    turn_round(draft)?;
    often_stir(draft, with, rng);
    Some(())
}

fn word_replaced(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng);
    often_stir(draft, with, rng);
    Some(())
}

fn third_rewritten(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::rewrite_third(&mut draft.new, with, rng)?;
    often_stir(draft, with, rng);
    Some(())
}

fn words_inserted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    if rng.chance(50) {
        edits::insert_inside(&mut draft.new, with, rng)?;
    } else {
        edits::cut_inside(&mut draft.new, rng)?;
        turn_round(draft)?;
    }
    often_stir(draft, with, rng);
    Some(())
}

fn cut_inside(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::cut_inside(&mut draft.new, rng)?;
    often_stir(draft, with, rng);
    Some(())
}

fn paragraph_split(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let passage = draft.new.passage()?;
    let parts = sentences(&draft.old, &passage);
    let at = if parts.len() > 1 { parts[rng.between(1, parts.len() - 1)].start } else {
        let inside = words(&draft.old, &passage);
        inside.get(rng.between(1, inside.len().checked_sub(1)?))?.start
    };
    if at == passage.start || draft.old[at - 1] != ' ' {
        return None;
    }
    edits::split_at(&mut draft.new, at);
    if parts.len() > 1 && rng.chance(25) {
        let heading = rng.pick(word_lists::of(draft.article).subheadings)?;
        draft.new.insert(at, &format!("{heading}\n"));
    }
    often_stir(draft, with, rng);
    Some(())
}

fn surroundings_rewritten(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::rewrite_surroundings(&mut draft.new, rng.between(40, 300), rng.between(50, 95), with, rng)?;
    often_stir(draft, with, rng);
    Some(())
}

/// No word of a passage of one to three words stays.
fn replace_wholly(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    let span = inside.first()?.start..inside.last()?.end;
    let old = string(&draft.old, &span).to_lowercase();
    let new = if rng.chance(75) {
        inside.iter().map(|word| with.instead_of(&string(&draft.old, word), rng)).collect::<Vec<_>>().join(" ")
    } else {
        with.fragment(rng.between(1, 5), rng)
    };
    let keeps = new.to_lowercase().split(' ').any(|word| old.split(' ').any(|other| other == word));
    if keeps || span != draft.marked {
        return None;
    }
    draft.new.replace(span, &new);
    Some(())
}

fn replaced(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    replace_wholly(draft, with, rng)?;
    if rng.chance(25) {
        edits::replace_neighbour(&mut draft.new, with, rng)?;
    }
    often_stir(draft, with, rng);
    Some(())
}

fn moved_and_edited(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let inside = words(&draft.old, &draft.marked);
    edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng);
    paragraph_moved(draft, with, rng)
}

/// Another CMS sets the text in its own way, and somebody edits it too.
fn typography_and_edited(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    typography(draft, with, rng)?;
    let passage = draft.new.passage()?;
    let inside = words(&draft.new.chars, &passage);
    edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng);
    often_stir(draft, with, rng);
    Some(())
}

/// The passage is edited; what it was is set in elsewhere: as a pull quote, a teaser, within another paragraph.
fn edited_with_copy(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let old = string(&draft.old, &draft.marked);
    match rng.below(3) {
        0 => word_replaced(draft, with, rng)?,
        1 => third_rewritten(draft, with, rng)?,
        _ => cut_inside(draft, with, rng)?,
    }
    let before = rng.chance(50);
    let lead = rng.pick(word_lists::of(draft.article).copies)?;
    let copy = if rng.chance(40) { format!("{lead} {old} {}", with.sentence(rng)) } else { format!("{lead} {old}") };
    edits::insert_elsewhere(&mut draft.new, copy.trim(), before, rng)
}

fn correction_note(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let old = string(&draft.old, &draft.marked);
    let inside = words(&draft.old, &draft.marked);
    match inside.len() {
        0..=3 => replace_wholly(draft, with, rng)?,
        _ if rng.chance(60) => edits::replace_word(&mut draft.new, rng.pick(&inside)?, with, rng),
        _ => edits::rewrite_third(&mut draft.new, with, rng)?,
    }
    let new = string(&draft.new.chars, &draft.new.passage()?);
    let note = rng.pick(word_lists::of(draft.article).notes)?.replace("{old}", &old).replace("{new}", &new);
    if rng.chance(75) {
        let end = draft.new.chars.len();
        draft.new.insert(end, &format!("\n{note}"));
    } else {
        edits::insert_elsewhere(&mut draft.new, &note, true, rng)?;
    }
    Some(())
}

fn passage_deleted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    often_stir(draft, with, rng);
    let passage = draft.new.passage()?;
    edits::delete_with_space(&mut draft.new, &passage);
    Some(())
}

fn block_deleted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
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

fn several(draft: &mut Draft, least: usize, most: usize, with: &Words, rng: &mut Rng) -> Option<()> {
    for _ in 0..rng.between(least, most) {
        edits::anywhere(&mut draft.new, with, rng);
    }
    Some(())
}

fn frequent_word(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let all = words(&draft.old, &(0..draft.old.len()));
    let marked = draft.old[draft.marked.clone()].to_vec();
    let same: Vec<_> = all.iter().filter(|word| draft.old[(*word).clone()] == marked[..]).cloned().collect();
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
            let beside = if rng.chance(50) { all.get(index + 1)? } else { all.get(index.checked_sub(1)?)? };
            edits::replace_word(&mut draft.new, beside, with, rng);
            often_stir(draft, with, rng);
        }
    }
    Some(())
}

fn over_border(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
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

/// The passage's sentence again, with a word or two changed, one of them in the passage.
fn near_copy(draft: &Draft, with: &Words, rng: &mut Rng) -> Option<String> {
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

fn place_copy(draft: &mut Draft, copy: &str, with: &Words, rng: &mut Rng) -> Option<()> {
    let copy = match rng.below(3) {
        0 => format!("{} {copy}", with.sentence(rng)),
        1 => format!("{copy} {}", with.sentence(rng)),
        _ => copy.to_owned(),
    };
    let before = rng.chance(60);
    edits::insert_elsewhere(&mut draft.new, &copy, before, rng)
}

fn decoy(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    match rng.below(3) {
        0 => typo_fixed(draft, with, rng)?,
        _ => often_stir(draft, with, rng),
    }
    let copy = near_copy(draft, with, rng)?;
    place_copy(draft, &copy, with, rng)
}

fn decoy_deleted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let copy = near_copy(draft, with, rng)?;
    place_copy(draft, &copy, with, rng)?;
    // Both stood in the old text; then the marked one goes.
    draft.old.clone_from(&draft.new.chars);
    draft.marked = draft.new.passage()?;
    passage_deleted(draft, with, rng)
}

fn edge_inserted(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
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

/// Another article stands under the address now.
fn other_article(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    let end = draft.new.chars.len();
    let text: Vec<String> = (0..rng.between(4, 10)).map(|_| with.block(rng)).collect();
    draft.new.insert(end, &format!("\n{}", text.join("\n")));
    draft.new.delete(0..end + 1);
    Some(())
}

/// The block stands twice now, between the same neighbours, and no position says which.
fn equal_places(draft: &mut Draft, with: &Words, rng: &mut Rng) -> Option<()> {
    edits::stir(&mut draft.new, with, rng);
    let passage = draft.new.passage()?;
    let all = blocks(&draft.new.chars);
    let index = all.iter().position(|block| block.start <= passage.start && passage.end <= block.end)?;
    let from = all.get(index.checked_sub(1)?)?.start;
    let to = all.get(index + 1)?.end;
    let copy = string(&draft.new.chars, &(from..to));
    let end = draft.new.chars.len();
    draft.new.insert(end, &format!("\n{}\n{copy}", with.block(rng)));
    draft.equal = true;
    Some(())
}
