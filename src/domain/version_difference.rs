//! What changed in an article from one version to the next: only the blocks that are others, word by word, each with what stands
//! around it.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::difference::{Piece, difference};

/// Beyond this many blocks on both sides together only what stands between the first and the last change
/// is compared, as one; keeps the cost bounded.
const MOST_BLOCKS: usize = 3_000;
/// The most changes that are shown.
const MOST_CHANGES: usize = 40;
/// The most characters of one change that are shown.
const MOST_CHARS: usize = 4_000;

/// What changed, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionDifference {
    /// The changes shown.
    pub changes: Vec<BlockChange>,
    /// How many more there are.
    pub more: usize,
}

/// Blocks that are others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockChange {
    /// The unchanged block before it.
    pub before: Option<String>,
    /// The words that went and came; block borders are line breaks.
    pub pieces: Vec<Piece>,
    /// The unchanged block after it.
    pub after: Option<String>,
    /// Whether more was changed here than is shown.
    pub cut: bool,
}

/// The changes that lead from `old` to `new`, whose blocks are their lines.
#[must_use]
pub fn version_difference(old: &str, new: &str) -> VersionDifference {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    // Most of an article stays: that needs no comparing.
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old_middle, new_middle) = (
        &old_rest[..old_rest.len() - tail],
        &new_rest[..new_rest.len() - tail],
    );
    let mut spans: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> = Vec::new();
    if old_middle.len() + new_middle.len() > MOST_BLOCKS {
        spans.push((head..head + old_middle.len(), head..head + new_middle.len()));
    } else {
        for op in capture_diff_slices(Algorithm::Myers, old_middle, new_middle) {
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            let shift = |r: std::ops::Range<usize>| r.start + head..r.end + head;
            let (o, n) = (shift(op.old_range()), shift(op.new_range()));
            match spans.last_mut() {
                Some(last) if last.0.end == o.start && last.1.end == n.start => {
                    last.0.end = o.end;
                    last.1.end = n.end;
                }
                _ => spans.push((o, n)),
            }
        }
    }
    let more = spans.len().saturating_sub(MOST_CHANGES);
    let changes = spans
        .into_iter()
        .take(MOST_CHANGES)
        .map(|(o, n)| {
            let (gone, came) = (shown(&old[o]), shown(&new[n.clone()]));
            BlockChange {
                before: n.start.checked_sub(1).map(|i| new[i].to_owned()),
                pieces: difference(&gone.0, &came.0),
                after: new.get(n.end).map(|line| (*line).to_owned()),
                cut: gone.1 || came.1,
            }
        })
        .collect();
    VersionDifference { changes, more }
}

/// Blocks as one text, and whether it was cut.
fn shown(blocks: &[&str]) -> (String, bool) {
    let joined = blocks.join("\n");
    match joined.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => (joined[..end].to_owned(), true),
        None => (joined, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::difference::PieceKind;

    #[test]
    fn only_the_blocks_that_are_others_are_shown_with_their_neighbours() {
        let old = "Titel\nEins zwei drei.\nBleibt.\nWeg damit.\nEnde.";
        let new = "Titel\nEins vier drei.\nBleibt.\nEnde.\nNeu.";
        let found = version_difference(old, new);
        assert_eq!(found.changes.len(), 3);
        let first = &found.changes[0];
        assert_eq!(
            (first.before.as_deref(), first.after.as_deref()),
            (Some("Titel"), Some("Bleibt."))
        );
        let words: Vec<&str> = first.pieces.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(words, ["Eins ", "zwei", "vier", " drei."]);
        assert_eq!(found.changes[1].pieces[0].kind, PieceKind::Removed);
        assert_eq!(found.changes[1].pieces[0].text, "Weg damit.");
        assert_eq!(found.changes[2].before.as_deref(), Some("Ende."));
        assert_eq!(found.changes[2].after, None);
        assert!(version_difference(old, old).changes.is_empty());
    }

    #[test]
    fn a_text_that_is_wholly_another_stays_bounded() {
        let old = (0..30_000).map(|n| format!("a{n}")).collect::<Vec<_>>();
        let new = (0..30_000).map(|n| format!("b{n}")).collect::<Vec<_>>();
        let found = version_difference(&old.join("\n"), &new.join("\n"));
        assert_eq!(found.changes.len(), 1);
        assert!(found.changes[0].cut);
        let some = (0..300)
            .map(|n| {
                if n % 3 == 0 {
                    format!("c{n}")
                } else {
                    format!("a{n}")
                }
            })
            .collect::<Vec<_>>();
        let found = version_difference(&old[..300].join("\n"), &some.join("\n"));
        assert_eq!(found.changes.len() + found.more, 100);
        assert_eq!(found.changes.len(), MOST_CHANGES);
    }
}
