//! An article's text with passages marked in it, as pieces that do not overlap: each piece leads to one passage, and every passage
//! that has a place is led to from somewhere.

use std::{collections::BTreeSet, ops::Range};

/// A place in the text and what is marked there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<K> {
    /// What is marked, unique among the marks.
    pub key: K,
    /// First code point and one past the last; an empty place is a point between two.
    pub place: Range<usize>,
}

/// A block of the text: a paragraph, a heading, a list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedBlock<K> {
    /// Which of the text's blocks, from 0.
    pub index: usize,
    /// What it is made of.
    pub pieces: Vec<MarkedPiece<K>>,
}

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedPiece<K> {
    /// The words; empty only where marks stand between two words.
    pub text: String,
    /// What it belongs to: of several, the one with the shortest place.
    pub of: Option<K>,
    /// The marks whose place ends here. Marks that no piece belongs to are among them.
    pub ends: Vec<K>,
}

impl<K> MarkedBlock<K> {
    /// Whether anything is marked in it.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        self.pieces
            .iter()
            .any(|p| p.of.is_some() || !p.ends.is_empty())
    }
}

/// Marks places in a text whose blocks are its lines. Places beyond the text's end are left out.
#[must_use]
pub fn marked_text<K: Copy + Ord>(text: &str, marks: &[Mark<K>]) -> Vec<MarkedBlock<K>> {
    let length = text.chars().count();
    let marks: Vec<&Mark<K>> = marks
        .iter()
        .filter(|m| m.place.start <= m.place.end && m.place.end <= length)
        .collect();
    let cuts: BTreeSet<usize> = marks
        .iter()
        .flat_map(|m| [m.place.start, m.place.end])
        .collect();
    let mut cuts = cuts.into_iter().peekable();
    let mut blocks = Vec::new();
    let mut at = 0;
    for (index, line) in text.split('\n').enumerate() {
        let end = at + line.chars().count();
        let mut rest = line;
        let mut pieces = Vec::new();
        // What ends with the line break before, and points at the very beginning.
        let ends = keys(&marks, |m| m.place.end == at);
        if !ends.is_empty() {
            pieces.push(MarkedPiece {
                text: String::new(),
                of: None,
                ends,
            });
        }
        let mut from = at;
        loop {
            while cuts.peek().is_some_and(|cut| *cut <= from) {
                cuts.next();
            }
            let to = cuts.peek().copied().unwrap_or(end).min(end);
            let bytes = rest
                .char_indices()
                .nth(to - from)
                .map_or(rest.len(), |(i, _)| i);
            let (words, tail) = rest.split_at(bytes);
            rest = tail;
            if let Some(piece) = piece(words, from..to, &marks) {
                pieces.push(piece);
            }
            from = to;
            if from >= end {
                break;
            }
        }
        blocks.push(MarkedBlock { index, pieces });
        at = end + 1;
    }
    blocks
}

fn piece<K: Copy + Ord>(
    words: &str,
    place: Range<usize>,
    marks: &[&Mark<K>],
) -> Option<MarkedPiece<K>> {
    if words.is_empty() {
        return None;
    }
    let of = marks
        .iter()
        .filter(|m| m.place.start < place.end && m.place.end > place.start)
        .min_by_key(|m| (m.place.len(), m.key))
        .map(|m| m.key);
    Some(MarkedPiece {
        text: words.to_owned(),
        of,
        ends: keys(marks, |m| {
            m.place.end > place.start && m.place.end <= place.end
        }),
    })
}

fn keys<K: Copy>(marks: &[&Mark<K>], which: impl Fn(&Mark<K>) -> bool) -> Vec<K> {
    marks.iter().filter(|m| which(m)).map(|m| m.key).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mark(key: u8, place: Range<usize>) -> Mark<u8> {
        Mark { key, place }
    }

    fn said(text: &str, marks: &[Mark<u8>]) -> String {
        let block = |b: &MarkedBlock<u8>| {
            b.pieces
                .iter()
                .map(|p| {
                    let of = p.of.map_or(p.text.clone(), |k| format!("[{k}:{}]", p.text));
                    p.ends
                        .iter()
                        .fold(of, |said, k| said + "<" + &k.to_string())
                })
                .collect::<String>()
        };
        let blocks: Vec<String> = marked_text(text, marks).iter().map(block).collect();
        blocks.join("/")
    }

    #[test]
    fn passages_are_marked_where_they_stand() {
        let text = "Zwei Wörter\nhier";
        assert_eq!(said(text, &[]), "Zwei Wörter/hier");
        assert_eq!(said(text, &[mark(1, 5..11)]), "Zwei [1:Wörter]<1/hier");
        assert_eq!(
            said(text, &[mark(1, 5..16)]),
            "Zwei [1:Wörter]/[1:hier]<1",
            "over a block's border"
        );
        assert_eq!(said(text, &[mark(1, 0..99)]), "Zwei Wörter/hier");
    }

    #[test]
    fn overlapping_passages_are_all_led_to() {
        let text = "eins zwei drei";
        assert_eq!(
            said(text, &[mark(1, 0..9), mark(2, 5..14)]),
            "[1:eins ][1:zwei]<1[2: drei]<2"
        );
        assert_eq!(
            said(text, &[mark(1, 0..14), mark(2, 5..9)]),
            "[1:eins ][2:zwei]<2[1: drei]<1"
        );
        assert_eq!(
            said(text, &[mark(2, 5..9), mark(1, 5..9)]),
            "eins [1:zwei]<2<1 drei"
        );
        assert_eq!(said(text, &[mark(1, 5..5)]), "eins <1zwei drei");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_passage_ends_once(
            text in "[aä😀\n ]{0,40}",
            places in prop::collection::vec((0..45usize, 0..12usize), 0..8),
        ) {
            let marks: Vec<Mark<usize>> = places
                .iter()
                .enumerate()
                .map(|(key, (start, length))| Mark { key, place: *start..start + length })
                .collect();
            let blocks = marked_text(&text, &marks);
            let lines: Vec<String> = blocks
                .iter()
                .map(|b| b.pieces.iter().map(|p| p.text.as_str()).collect())
                .collect();
            prop_assert_eq!(lines.join("\n"), text.clone());
            let ends: Vec<usize> = blocks.iter().flat_map(|b| &b.pieces).flat_map(|p| p.ends.clone()).collect();
            for mark in marks.iter().filter(|m| m.place.end <= text.chars().count()) {
                prop_assert_eq!(ends.iter().filter(|k| **k == mark.key).count(), 1, "{:?} in {:?}", mark, text);
            }
        }
    }
}
