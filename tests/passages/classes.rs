//! The classes of edits made by rule.

mod copies;
mod deleted;
mod elsewhere;
mod within;

use super::articles::Article;
use super::case::{Case, Nowhere, Truth};
use super::decidable::decidable;
use super::document::{Document, Place};
use super::draft::Draft;
use super::rng::Rng;
use super::selection::{self, Length, Selectors};
use super::units::occurrences;
use super::vocabulary::{Vocabulary, Words};

use copies::{correction_note, decoy, decoy_deleted, edited_with_copy, equal_places};
use deleted::{block_deleted, other_article, passage_deleted};
use elsewhere::{
    edge_inserted, frequent_word, inserted_before, others_deleted, paragraph_moved, several,
    surroundings_rewritten, typography,
};
use within::{
    cut_inside, moved_and_edited, over_border, paragraph_split, replaced, third_rewritten,
    typo_fixed, typography_and_edited, word_replaced, words_inserted,
};

/// A kind of edit, and what readers had marked before it.
pub struct Class {
    pub name: &'static str,
    lengths: &'static [Length],
    edit: fn(&mut Draft, &Words, &mut Rng) -> Option<()>,
}

use Length::{FewWords, Long, OverBorder, Phrase, Sentence, TwoSentences, Word};

const ANY: &[Length] = &[Word, FewWords, Phrase, Sentence, TwoSentences, Long];
const SOME: &[Length] = &[
    FewWords,
    Phrase,
    Phrase,
    Sentence,
    Sentence,
    TwoSentences,
    Long,
];
const LONGER: &[Length] = &[Phrase, Phrase, Sentence, Sentence, TwoSentences, Long];
const SHORT: &[Length] = &[Word, Word, FewWords];

const fn class(
    name: &'static str,
    lengths: &'static [Length],
    edit: fn(&mut Draft, &Words, &mut Rng) -> Option<()>,
) -> Class {
    Class {
        name,
        lengths,
        edit,
    }
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
    class(
        "paragraph-split",
        &[Phrase, Sentence, TwoSentences, TwoSentences, Long],
        paragraph_split,
    ),
    class("surroundings-rewritten", SOME, surroundings_rewritten),
    class("replaced", SHORT, replaced),
    class("moved-and-edited", LONGER, moved_and_edited),
    class("typography-and-edited", LONGER, typography_and_edited),
    class("edited-with-copy", LONGER, edited_with_copy),
    class(
        "correction-note",
        &[Word, FewWords, Phrase, Sentence],
        correction_note,
    ),
    class("passage-deleted", ANY, passage_deleted),
    class("block-deleted", ANY, block_deleted),
    class("edits-1-5", ANY, |draft, with, rng| {
        several(draft, 1, 5, with, rng);
        Some(())
    }),
    class("edits-6-20", ANY, |draft, with, rng| {
        several(draft, 6, 20, with, rng);
        Some(())
    }),
    class("frequent-word", &[Word], frequent_word),
    class("over-border", &[OverBorder], over_border),
    class(
        "decoy",
        &[FewWords, Phrase, Sentence, Sentence, TwoSentences],
        decoy,
    ),
    class(
        "decoy-deleted",
        &[Sentence, Sentence, TwoSentences],
        decoy_deleted,
    ),
    class("edge-inserted", SOME, edge_inserted),
    class("other-article", ANY, |draft, with, rng| {
        other_article(draft, with, rng);
        Some(())
    }),
    class(
        "equal-places",
        &[Word, FewWords, Phrase, Sentence],
        equal_places,
    ),
];

/// One case of the class, or none where this draw offers no clear one.
pub fn make(
    class: &Class,
    article: &Article,
    vocabulary: &Vocabulary,
    rng: &mut Rng,
) -> Option<Case> {
    let length = *rng.pick(class.lengths)?;
    let marked = selection::choose(&article.text, length, rng)?;
    let mut draft = Draft {
        language: article.language,
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
        let whole: Vec<char> =
            [&selectors.prefix[..], &selectors.exact, &selectors.suffix].concat();
        let equal = occurrences(&draft.new.chars, &whole).len() == 2
            && occurrences(&draft.old, &whole).len() == 1;
        return equal.then(|| {
            case(
                class.name,
                &draft,
                &selectors,
                Truth::Nowhere(Nowhere::Ambiguous),
            )
        });
    }
    let truth = match &draft.new.place {
        Place::At(range) => Truth::At {
            start: range.start,
            end: range.end,
        },
        Place::Gone(_) => Truth::Nowhere(Nowhere::Gone),
        Place::Lost => return None,
    };
    let clear = if draft.reset {
        occurrences(
            &draft.old,
            &[&selectors.prefix[..], &selectors.exact, &selectors.suffix].concat(),
        )
        .len()
            == 1
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
