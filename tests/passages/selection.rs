//! What readers mark, and the selectors that a page makes of it.

use std::ops::Range;

use super::rng::Rng;
use super::units::{blocks, is_gap, occurrences, sentences, words};

/// How much a reader marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    Word,
    FewWords,
    Phrase,
    Sentence,
    TwoSentences,
    /// Several sentences, over block borders too, up to 2,000 characters.
    Long,
    /// From the middle of one block into the next.
    OverBorder,
}

const LONGEST: usize = 2_000;

/// A passage of the length somewhere in the text.
pub fn choose(text: &[char], length: Length, rng: &mut Rng) -> Option<Range<usize>> {
    let blocks = blocks(text);
    let index = rng.below(blocks.len());
    let block = blocks.get(index)?.clone();
    match length {
        Length::Word => within_sentence(text, &block, 1, 1, rng),
        Length::FewWords => within_sentence(text, &block, 2, 3, rng),
        Length::Phrase => within_sentence(text, &block, 4, 10, rng),
        Length::Sentence => rng
            .pick(&sentences(text, &block))
            .filter(|sentence| sentence.len() >= 12)
            .cloned(),
        Length::TwoSentences => {
            let sentences = sentences(text, &block);
            let first = rng.below(sentences.len().saturating_sub(1));
            Some(sentences.get(first)?.start..sentences.get(first + 1)?.end)
        }
        Length::Long => {
            let all: Vec<_> = blocks
                .iter()
                .flat_map(|block| sentences(text, block))
                .collect();
            let first = rng.below(all.len());
            let last = (first + rng.between(2, 14)).min(all.len() - 1);
            let range = all[first].start..all[last].end;
            (range.len() <= LONGEST && range.len() > 200).then_some(range)
        }
        Length::OverBorder => {
            let next = blocks.get(index + 1)?;
            let tail = words(text, &block);
            let head = words(text, next);
            let from = tail.get(tail.len().checked_sub(rng.between(1, 12))?)?;
            let to = head.get(rng.between(0, 11))?;
            Some(from.start..to.end)
        }
    }
}

fn within_sentence(
    text: &[char],
    block: &Range<usize>,
    least: usize,
    most: usize,
    rng: &mut Rng,
) -> Option<Range<usize>> {
    let sentences = sentences(text, block);
    let sentence = rng.pick(&sentences)?;
    let words = words(text, sentence);
    let count = rng.between(least, most);
    let first = rng.below(words.len().checked_sub(count)? + 1);
    let mut range = words.get(first)?.start..words.get(first + count - 1)?.end;
    // Fingers are not exact: the full stop comes along, or the first letters are left behind.
    if rng.chance(6) && range.end < sentence.end && !text[range.end].is_whitespace() {
        range.end += 1;
    } else if least > 1 && rng.chance(4) && words[first].len() > 5 {
        range.start += 2;
    }
    Some(range)
}

/// How the page that made the selectors does it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Our control: up to the sentence's ends and at least 32 characters, more until it is unique.
    Control,
    /// The bare W3C form: 32 characters, cut wherever that falls.
    Bare,
}

#[derive(Clone, Debug)]
pub struct Selectors {
    pub exact: Vec<char>,
    pub prefix: Vec<char>,
    pub suffix: Vec<char>,
    pub position: Option<(usize, usize)>,
}

/// The selectors of `range`; one in six without a position.
pub fn selectors(text: &[char], range: &Range<usize>, rng: &mut Rng) -> Selectors {
    let style = if rng.chance(60) {
        Style::Control
    } else {
        Style::Bare
    };
    with_style(text, range, style, !rng.chance(16))
}

pub fn with_style(text: &[char], range: &Range<usize>, style: Style, position: bool) -> Selectors {
    let (from, to) = match style {
        Style::Bare => (
            range.start.saturating_sub(32),
            (range.end + 32).min(text.len()),
        ),
        Style::Control => reach(text, range),
    };
    Selectors {
        exact: text[range.clone()].to_vec(),
        prefix: text[from..range.start].to_vec(),
        suffix: text[range.end..to].to_vec(),
        position: position.then_some((range.start, range.end)),
    }
}

fn reach(text: &[char], range: &Range<usize>) -> (usize, usize) {
    let left = (0..range.start)
        .rev()
        .find(|at| is_gap(text, *at))
        .map_or(0, |at| at + 1);
    let right = (range.end..text.len())
        .find(|at| is_gap(text, *at))
        .unwrap_or(text.len());
    let left = left.max(range.start.saturating_sub(500));
    let right = right.min(range.end + 500);
    let mut reach = if range.len() < 12 { 64 } else { 32 };
    loop {
        let from = left
            .min(range.start.saturating_sub(reach))
            .max(range.start.saturating_sub(500));
        let to = right
            .max(range.end + reach)
            .min(range.end + 500)
            .min(text.len());
        reach *= 2;
        if reach >= 600 || occurrences(text, &text[from..to]).len() == 1 {
            return (from, to);
        }
    }
}
