//! Edits to a document, each as an editor makes it.

use std::ops::Range;

use super::document::Document;
use super::rng::Rng;
use super::units::{blocks, sentences, string, words};
use super::vocabulary::Words;
use super::word_lists;

/// The word at `word` gives way to another.
pub fn replace_word(document: &mut Document, word: &Range<usize>, with: &Words, rng: &mut Rng) {
    let new = with.instead_of(&string(&document.chars, word), rng);
    document.replace(word.clone(), &new);
}

/// About a third of the passage becomes other words: in one stretch, or here and there.
pub fn rewrite_third(document: &mut Document, with: &Words, rng: &mut Rng) -> Option<()> {
    let passage = document.passage()?;
    let inside = words(&document.chars, &passage);
    let count = (inside.len() / 3).max(1);
    if inside.len() < 6 {
        return None;
    }
    if rng.chance(50) {
        let first = rng.below(inside.len() - count + 1);
        let stretch = inside[first].start..inside[first + count - 1].end;
        let new = with.fragment(rng.between(count.saturating_sub(1).max(1), count + 1), rng);
        document.replace(stretch, &new);
    } else {
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < count {
            let word = rng.below(inside.len());
            if !chosen.contains(&word) {
                chosen.push(word);
            }
        }
        chosen.sort_unstable();
        for word in chosen.into_iter().rev() {
            replace_word(document, &inside[word], with, rng);
        }
    }
    Some(())
}

/// Slips words in between two words of the passage; never much more than the passage itself.
pub fn insert_inside(document: &mut Document, with: &Words, rng: &mut Rng) -> Option<()> {
    let passage = document.passage()?;
    let inside = words(&document.chars, &passage);
    let gap = inside
        .get(1 + rng.below(inside.len().checked_sub(1)?))?
        .start;
    let new = match rng.below(4) {
        0 => with.insertion(rng),
        1 => with.fragment(rng.between(1, inside.len().min(20)), rng),
        2 => with.sentence(rng),
        _ => (0..rng.between(1, 3))
            .map(|_| with.insertion(rng))
            .collect::<Vec<_>>()
            .join(" "),
    };
    if new.chars().count() > passage.len() * 3 / 2 {
        return None;
    }
    document.insert(gap, &format!("{new} "));
    Some(())
}

/// Cuts a stretch of words out of the passage's inside: at least its first and last word stay.
pub fn cut_inside(document: &mut Document, rng: &mut Rng) -> Option<()> {
    let passage = document.passage()?;
    let inside = words(&document.chars, &passage);
    if inside.len() < 3 {
        return None;
    }
    let count = rng.between(1, (inside.len() / 2).min(inside.len() - 2));
    let first = rng.between(1, inside.len() - 1 - count);
    document.delete(inside[first].start..inside[first + count].start);
    Some(())
}

/// The blocks (by index) at least `distance` blocks away from the passage.
pub fn far_blocks(document: &Document, distance: usize) -> Vec<(usize, Range<usize>)> {
    let all = blocks(&document.chars);
    let Some(passage) = document.passage() else {
        return Vec::new();
    };
    let touches = |block: &Range<usize>| block.start <= passage.end && passage.start <= block.end;
    let first = all.iter().position(touches).unwrap_or(0);
    let last = all.iter().rposition(touches).unwrap_or(0);
    all.into_iter()
        .enumerate()
        .filter(|(index, _)| index + distance <= first || *index >= last + distance)
        .collect()
}

/// Takes a whole block out, with its line break.
pub fn delete_block(document: &mut Document, block: &Range<usize>) {
    if block.end < document.chars.len() {
        document.delete(block.start..block.end + 1);
    } else {
        document.delete(block.start.saturating_sub(1)..block.end);
    }
}

/// A new paragraph away from the passage; before it with `before`. Never next to the passage's own block, where it
/// could be taken for what came in its place.
pub fn insert_elsewhere(
    document: &mut Document,
    text: &str,
    before: bool,
    rng: &mut Rng,
) -> Option<()> {
    let passage = document.passage()?;
    let starts: Vec<usize> = blocks(&document.chars)
        .iter()
        .map(|block| block.start)
        .collect();
    let own = starts
        .iter()
        .rposition(|start| *start <= passage.start)
        .unwrap_or(0);
    let next = starts
        .iter()
        .position(|start| *start >= passage.end)
        .unwrap_or(starts.len());
    let places = if before {
        &starts[..own]
    } else {
        starts.get(next + 1..).unwrap_or_default()
    };
    match rng.pick(places) {
        Some(at) => document.insert(*at, &format!("{text}\n")),
        None if before && own > 0 => document.insert(0, &format!("{text}\n")),
        None if next < starts.len() => document.insert(document.chars.len(), &format!("\n{text}")),
        None => return None,
    }
    Some(())
}

/// A new paragraph anywhere before the passage's block, right before it too.
pub fn insert_before(document: &mut Document, text: &str, rng: &mut Rng) -> Option<()> {
    let passage = document.passage()?;
    let starts = blocks(&document.chars).into_iter().map(|block| block.start);
    let places: Vec<usize> = starts.filter(|start| *start <= passage.start).collect();
    document.insert(*rng.pick(&places)?, &format!("{text}\n"));
    Some(())
}

/// Edits well away from the passage, so that its old position says little.
pub fn stir(document: &mut Document, with: &Words, rng: &mut Rng) {
    for _ in 0..rng.between(1, 3) {
        if rng.chance(60) {
            let new = if rng.chance(50) {
                with.block(rng)
            } else {
                with.sentence(rng)
            };
            let before = rng.chance(75);
            insert_elsewhere(document, &new, before, rng);
        } else if let Some((_, block)) = rng.pick(&far_blocks(document, 2)) {
            delete_block(document, block);
        }
    }
}

/// Most words within `reach` characters of the passage become others; the passage stays.
pub fn rewrite_surroundings(
    document: &mut Document,
    reach: usize,
    percent: usize,
    with: &Words,
    rng: &mut Rng,
) -> Option<()> {
    let passage = document.passage()?;
    let around =
        passage.start.saturating_sub(reach)..(passage.end + reach).min(document.chars.len());
    for word in words(&document.chars, &around).into_iter().rev() {
        let outside = word.end <= passage.start || word.start >= passage.end;
        if outside && rng.chance(percent) {
            replace_word(document, &word, with, rng);
        }
    }
    Some(())
}

/// One edit anywhere in the article.
pub fn anywhere(document: &mut Document, with: &Words, rng: &mut Rng) {
    let all = blocks(&document.chars);
    let Some(block) = rng.pick(&all).cloned() else {
        return;
    };
    // Long blocks are edited more often than short ones.
    let at = rng.below(document.chars.len());
    let long = all
        .iter()
        .find(|block| block.contains(&at))
        .cloned()
        .unwrap_or_else(|| block.clone());
    let words = words(&document.chars, &long);
    let sentences = sentences(&document.chars, &long);
    let (Some(word), Some(sentence)) = (rng.pick(&words).cloned(), rng.pick(&sentences).cloned())
    else {
        return;
    };
    match rng.below(20) {
        0..=5 => replace_word(document, &word, with, rng),
        6..=8 => document.insert(word.start, &format!("{} ", with.insertion(rng))),
        9..=10 => delete_with_space(document, &word),
        11..=12 => document.insert(sentence.start, &format!("{} ", with.sentence(rng))),
        13..=14 => delete_with_space(document, &sentence),
        15 => document.insert(block.start, &format!("{}\n", with.block(rng))),
        16 if all.len() > 5 => delete_block(document, &block),
        17 if all.len() > 3 => move_block(document, &block, rng),
        18 => document.insert(
            block.start,
            &format!(
                "{}\n",
                rng.pick(word_lists::of(with.language).subheadings)
                    .unwrap_or(&"")
            ),
        ),
        _ => split_at(document, sentence.start),
    }
}

/// Takes `range` out with one of the spaces beside it, or with a line break where it is a whole block: no text has empty ones.
pub fn delete_with_space(document: &mut Document, range: &Range<usize>) {
    let space = |at: usize| document.chars.get(at) == Some(&' ');
    let mut range = range.clone();
    let opens = range.start == 0 || document.chars[range.start - 1] == '\n';
    let closes = document
        .chars
        .get(range.end)
        .is_none_or(|next| *next == '\n');
    if opens && closes {
        delete_block(document, &range);
        return;
    }
    if range.start > 0 && space(range.start - 1) {
        range.start -= 1;
    } else if space(range.end) {
        range.end += 1;
    }
    document.delete(range);
}

/// Moves a block to another place.
pub fn move_block(document: &mut Document, block: &Range<usize>, rng: &mut Rng) {
    let all = blocks(&document.chars);
    if block.end == document.chars.len() {
        // The last one leaves its line break where it was.
        let Some(target) = rng.pick(&all[..all.len() - 1]) else {
            return;
        };
        document.insert(document.chars.len(), "\n");
        document.shift(&(block.start..block.end + 1), target.start);
        let end = document.chars.len();
        document.delete(end - 1..end);
    } else {
        let targets: Vec<usize> = all
            .iter()
            .map(|other| other.start)
            .filter(|at| *at < block.start || *at > block.end + 1)
            .collect();
        let Some(target) = rng.pick(&targets) else {
            return;
        };
        document.shift(&(block.start..block.end + 1), *target);
    }
}

/// One of the words close by the passage, not always the next one, gives way to another.
pub fn replace_neighbour(document: &mut Document, with: &Words, rng: &mut Rng) -> Option<()> {
    let passage = document.passage()?;
    let all = words(&document.chars, &(0..document.chars.len()));
    let distance = rng.between(1, 4);
    let word = if rng.chance(50) {
        let before = all
            .iter()
            .take_while(|word| word.end <= passage.start)
            .count();
        all.get(before.checked_sub(distance)?)?
    } else {
        let after = all.iter().position(|word| word.start >= passage.end)?;
        all.get(after + distance - 1)?
    };
    replace_word(document, word, with, rng);
    Some(())
}

/// Breaks the block before `at`, in the place of the space there.
pub fn split_at(document: &mut Document, at: usize) {
    if at > 0 && document.chars.get(at - 1) == Some(&' ') {
        document.replace(at - 1..at, "\n");
    }
}

/// A slip of the finger (or of spelling) in the word; none where the word offers no good one.
pub fn typo(word: &str, rng: &mut Rng) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut new = letters.clone();
    let at = rng.between(1, letters.len().saturating_sub(2).max(1));
    match rng.below(8) {
        0 if letters.len() > 3 => new.swap(at, at + 1),
        1 if letters.len() > 3 => drop(new.remove(at)),
        2 => new.insert(at.min(letters.len()), letters[at.min(letters.len() - 1)]),
        3 => *new.get_mut(at)? = neighbour(letters[at])?,
        4 => {
            return replaced(
                word,
                &[
                    ("ß", "ss"),
                    ("ss", "ß"),
                    ("ä", "ae"),
                    ("ü", "u"),
                    ("ö", "oe"),
                    ("tz", "z"),
                    ("ck", "k"),
                ],
                rng,
            );
        }
        5 => {
            return replaced(
                word,
                &[
                    ("ie", "ei"),
                    ("ei", "ie"),
                    ("das", "dass"),
                    ("dass", "das"),
                    ("seit", "seid"),
                    ("ent", "end"),
                    ("their", "there"),
                    ("its", "it's"),
                ],
                rng,
            );
        }
        6 if letters.len() > 4 => drop(new.pop()),
        _ => {
            let first = letters[0];
            new[0] = if first.is_uppercase() {
                first.to_lowercase().next()?
            } else {
                first.to_uppercase().next()?
            };
        }
    }
    (new != letters).then(|| new.into_iter().collect())
}

fn replaced(word: &str, pairs: &[(&str, &str)], rng: &mut Rng) -> Option<String> {
    let fitting: Vec<_> = pairs
        .iter()
        .filter(|(from, _)| word.contains(from))
        .collect();
    rng.pick(&fitting)
        .map(|(from, to)| word.replacen(from, to, 1))
}

fn neighbour(letter: char) -> Option<char> {
    const ROWS: &str = "qwertzuiopü asdfghjklöä yxcvbnm 1234567890";
    let row: Vec<char> = ROWS.chars().collect();
    let at = row.iter().position(|other| *other == letter)?;
    row.get(at + 1)
        .filter(|other| other.is_alphanumeric())
        .copied()
}
