//! The difference between the quoted words and the suggestion, word by word, as a reader of proofs wants it:
//! the whole wrong word struck, the whole right one beside it.
//!
//! A word is what stands between white space, without the punctuation at its ends. Neighbouring changed words
//! become one change, so that „alte Wörter“ → „neue Worte“ is one phrase struck and one put in.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// Beyond this many words and marks on both sides together the whole is shown as replaced; keeps the cost bounded.
const MOST_TOKENS: usize = 4_096;

/// A word longer than this (a URL, a script without spaces) is compared in its parts.
const LONG_WORD: usize = 48;

/// What became of a stretch of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// In both.
    Same,
    /// Only in the old words: struck.
    Removed,
    /// Only in the new words: put in.
    Added,
}

/// A stretch of words and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub kind: PieceKind,
    /// The words, white space included; never empty.
    pub text: String,
}

/// The pieces that lead from `old` to `new`, in reading order; a removed piece stands before the added one that
/// replaces it. `Same` and `Removed` joined are `old`, `Same` and `Added` joined are `new`, to the letter.
#[must_use]
pub fn difference(old: &str, new: &str) -> Vec<Piece> {
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let segments = if old_tokens.len() + new_tokens.len() > MOST_TOKENS && old != new {
        vec![Segment::changed(old, new)]
    } else {
        let mut segments = compare(&old_tokens, &new_tokens);
        segments = join_across_gaps(segments);
        move_space_behind(&mut segments);
        segments
    };
    pieces(segments)
}

/// Either the same on both sides (`same` holds the text), or a change from `removed` to `added`.
#[derive(Default)]
struct Segment {
    same: String,
    removed: String,
    added: String,
}

impl Segment {
    fn same(text: &str) -> Self {
        Self {
            same: text.to_owned(),
            ..Self::default()
        }
    }

    fn changed(removed: &str, added: &str) -> Self {
        Self {
            removed: removed.to_owned(),
            added: added.to_owned(),
            ..Self::default()
        }
    }

    fn is_change(&self) -> bool {
        self.same.is_empty()
    }

    fn is_two_sided(&self) -> bool {
        !self.removed.trim().is_empty() && !self.added.trim().is_empty()
    }

    /// White space or a mark or two, too little to stand alone between two changes.
    fn is_gap(&self) -> bool {
        self.same.chars().count() <= 3 && !self.same.contains(char::is_alphanumeric)
    }
}

fn compare(old: &[&str], new: &[&str]) -> Vec<Segment> {
    capture_diff_slices(Algorithm::Myers, old, new)
        .into_iter()
        .map(|op| match op {
            DiffOp::Equal { .. } => Segment::same(&old[op.old_range()].concat()),
            _ => Segment::changed(&old[op.old_range()].concat(), &new[op.new_range()].concat()),
        })
        .fold(Vec::new(), |mut segments: Vec<Segment>, next| {
            match segments.last_mut() {
                Some(last) if last.is_change() && next.is_change() => {
                    last.removed.push_str(&next.removed);
                    last.added.push_str(&next.added);
                }
                _ => segments.push(next),
            }
            segments
        })
}

/// Makes one change of two changes that only white space or a mark parts.
fn join_across_gaps(segments: Vec<Segment>) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::with_capacity(segments.len());
    for next in segments {
        let length = joined.len();
        if length >= 2 && next.is_change() && joined[length - 1].is_gap() {
            let whole = {
                let (first, gap) = (&joined[length - 2], &joined[length - 1].same);
                Segment {
                    removed: [&first.removed, gap, &next.removed]
                        .into_iter()
                        .map(String::as_str)
                        .collect(),
                    added: [&first.added, gap, &next.added]
                        .into_iter()
                        .map(String::as_str)
                        .collect(),
                    ..Segment::default()
                }
            };
            if next.is_two_sided() && joined[length - 2].is_two_sided() {
                joined.truncate(length - 2);
                joined.push(whole);
                continue;
            }
        }
        joined.push(next);
    }
    joined
}

/// A word put in or taken out brings its space behind it („neues ␣“), not before it, where both read the same.
fn move_space_behind(segments: &mut [Segment]) {
    for at in 1..segments.len().saturating_sub(1) {
        let (head, tail) = segments.split_at_mut(at);
        let ([.., before], [change, after, ..]) = (head, tail) else {
            continue;
        };
        if before.is_change() || !change.is_change() {
            continue;
        }
        let side = match (change.removed.is_empty(), change.added.is_empty()) {
            (true, false) => &mut change.added,
            (false, true) => &mut change.removed,
            _ => continue,
        };
        let space: String = side.chars().take_while(|c| c.is_whitespace()).collect();
        let is_only_space = space.len() == side.len();
        let would_empty = after.same.len() == space.len();
        if space.is_empty() || is_only_space || would_empty || !after.same.starts_with(&space) {
            continue;
        }
        before.same.push_str(&space);
        side.drain(..space.len());
        side.push_str(&space);
        after.same.drain(..space.len());
    }
}

fn pieces(segments: Vec<Segment>) -> Vec<Piece> {
    segments
        .into_iter()
        .flat_map(|segment| {
            [
                Piece {
                    kind: PieceKind::Same,
                    text: segment.same,
                },
                Piece {
                    kind: PieceKind::Removed,
                    text: segment.removed,
                },
                Piece {
                    kind: PieceKind::Added,
                    text: segment.added,
                },
            ]
        })
        .filter(|piece| !piece.text.is_empty())
        .collect()
}

/// Words whole, runs of white space whole, every other mark by itself.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_space = first.is_whitespace();
        let end = rest
            .find(|c: char| c.is_whitespace() != is_space)
            .unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        if is_space {
            tokens.push(run);
        } else {
            push_word(&mut tokens, run);
        }
        rest = behind;
    }
    tokens
}

fn push_word<'a>(tokens: &mut Vec<&'a str>, run: &'a str) {
    let is_letter = |(_, grapheme): &(usize, &str)| grapheme.contains(char::is_alphanumeric);
    let first = run.grapheme_indices(true).find(is_letter);
    let last = run.grapheme_indices(true).rfind(is_letter);
    let (Some((start, _)), Some((last, grapheme))) = (first, last) else {
        tokens.extend(run.graphemes(true));
        return;
    };
    let end = last + grapheme.len();
    tokens.extend(run[..start].graphemes(true));
    if end - start > LONG_WORD {
        tokens.extend(run[start..end].split_word_bounds());
    } else {
        tokens.push(&run[start..end]);
    }
    tokens.extend(run[end..].graphemes(true));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `same [-removed-] {+added+}`.
    fn show(old: &str, new: &str) -> String {
        difference(old, new)
            .into_iter()
            .map(|piece| match piece.kind {
                PieceKind::Same => piece.text,
                PieceKind::Removed => format!("[-{}-]", piece.text),
                PieceKind::Added => format!("{{+{}+}}", piece.text),
            })
            .collect()
    }

    #[test]
    fn one_letter_strikes_the_whole_word() {
        assert_eq!(
            show("die neue Grafikkart von", "die neue Grafikkarte von"),
            "die neue [-Grafikkart-]{+Grafikkarte+} von"
        );
        assert_eq!(
            show("Prozesor-Kerne.", "Prozessor-Kerne."),
            "[-Prozesor-Kerne-]{+Prozessor-Kerne+}."
        );
        assert_eq!(show("„Strasse“", "„Straße“"), "„[-Strasse-]{+Straße+}“");
        assert_eq!(show("3,5 GHz", "3,6 GHz"), "[-3,5-]{+3,6+} GHz");
    }

    #[test]
    fn neighbouring_changes_are_one() {
        assert_eq!(
            show("zwei alte Wörter hier", "zwei neue Worte hier"),
            "zwei [-alte Wörter-]{+neue Worte+} hier"
        );
        assert_eq!(show("das, dass", "dass, das"), "[-das, dass-]{+dass, das+}");
    }

    #[test]
    fn words_put_in_and_taken_out_bring_their_space() {
        assert_eq!(show("ein Wort", "ein neues Wort"), "ein {+neues +}Wort");
        assert_eq!(
            show("ein ganz neues Wort", "ein neues Wort"),
            "ein [-ganz -]neues Wort"
        );
        assert_eq!(
            show("der der Rechner", "der Rechner"),
            "der [-der -]Rechner"
        );
        assert_eq!(
            show("Satz ohne Punkt", "Satz ohne Punkt."),
            "Satz ohne Punkt{+.+}"
        );
        assert_eq!(show("er sagte das", "er sagte, das"), "er sagte{+,+} das");
    }

    #[test]
    fn ends_and_nothing() {
        assert_eq!(show("", ""), "");
        assert_eq!(show("", "neu"), "{+neu+}");
        assert_eq!(show("alt", ""), "[-alt-]");
        assert_eq!(show("gleich", "gleich"), "gleich");
        assert_eq!(
            show("völlig anders", "ganz neu"),
            "[-völlig anders-]{+ganz neu+}"
        );
        assert_eq!(show("Herr Maier", "Herr Meyer"), "Herr [-Maier-]{+Meyer+}");
    }

    #[test]
    fn combining_marks_and_emoji_stay_whole() {
        assert_eq!(show("scho\u{308}n", "schön"), "[-scho\u{308}n-]{+schön+}");
        assert_eq!(show("gut 👍🏽", "gut 👍"), "gut [-👍🏽-]{+👍+}");
        assert_eq!(
            show("auf zu bauen", "aufzubauen"),
            "[-auf zu bauen-]{+aufzubauen+}"
        );
    }

    #[test]
    fn a_flood_of_words_is_replaced_as_a_whole() {
        let old = "a ".repeat(MOST_TOKENS);
        let new = "b ".repeat(MOST_TOKENS);
        assert_eq!(difference(&old, &new).len(), 2);
    }

    fn words() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "der", "die", "das", "dass", "Haus", "Häuser", "ein", " ", "  ", "\n", "\u{A0}", ",",
            ".", "„", "“", "-", "o\u{308}", "👍🏽", "\u{301}", "\u{AD}",
        ]);
        prop::collection::vec((word, prop::sample::select(vec![" ", "", " "])), 0..24).prop_map(
            |words| {
                words
                    .into_iter()
                    .flat_map(|(word, space)| [word, space])
                    .collect()
            },
        )
    }

    fn joined(pieces: &[Piece], without: PieceKind) -> String {
        pieces
            .iter()
            .filter(|piece| piece.kind != without)
            .map(|piece| piece.text.as_str())
            .collect()
    }

    proptest! {
        #[test]
        fn both_sides_come_back(old in words(), new in words()) {
            let pieces = difference(&old, &new);
            prop_assert_eq!(joined(&pieces, PieceKind::Added), old);
            prop_assert_eq!(joined(&pieces, PieceKind::Removed), new);
        }

        #[test]
        fn both_sides_come_back_from_anything(old in any::<String>(), new in any::<String>()) {
            let pieces = difference(&old, &new);
            prop_assert_eq!(joined(&pieces, PieceKind::Added), old);
            prop_assert_eq!(joined(&pieces, PieceKind::Removed), new);
        }

        #[test]
        fn pieces_alternate_and_are_not_empty(old in words(), new in words()) {
            let pieces = difference(&old, &new);
            prop_assert!(pieces.iter().all(|piece| !piece.text.is_empty()));
            for pair in pieces.windows(2) {
                prop_assert_ne!(pair[0].kind, pair[1].kind);
                prop_assert!(!(pair[0].kind == PieceKind::Added && pair[1].kind == PieceKind::Removed));
            }
        }

        #[test]
        fn the_same_has_one_piece(text in words()) {
            let pieces = difference(&text, &text);
            prop_assert!(pieces.len() <= 1 && pieces.iter().all(|piece| piece.kind == PieceKind::Same));
        }
    }
}
