//! Whether two passages show the same place: the quotes are looked for in one another's surroundings.

use memchr::memmem;

use super::place::Place;

/// How much of the surroundings must agree, in bytes, for a short quote.
const EVIDENCE: usize = 24;
/// How far apart two places without surroundings may be said to stand, in code points.
const HINT_DISTANCE: i64 = 200;

/// By how many bytes the report's text must be moved to lie on the ticket's, if both show the same place.
pub(super) fn alignment(
    report: &Place,
    mine_finder: &memmem::Finder<'_>,
    ticket: &Place,
) -> Option<isize> {
    let mut best: Option<(usize, isize)> = None;
    let mut tie = false;
    let mut consider = |in_report: usize, in_ticket: usize, len: usize| {
        // What is a whole word here must be one there: "Fehler 1" does not stand in "Fehler 10".
        if cuts(&report.text, in_report, len) != cuts(&ticket.text, in_ticket, len) {
            return;
        }
        let left = common_suffix(
            &report.text.as_bytes()[..in_report],
            &ticket.text.as_bytes()[..in_ticket],
        );
        let right = common_prefix(
            &report.text.as_bytes()[in_report + len..],
            &ticket.text.as_bytes()[in_ticket + len..],
        );
        let available = in_report.min(in_ticket)
            + (report.text.len() - in_report - len).min(ticket.text.len() - in_ticket - len);
        let needed = EVIDENCE.saturating_sub(len / 2).min(available);
        if left + right < needed {
            return;
        }
        if available < needed.max(1)
            && let (Some(a), Some(b)) = (report.start, ticket.start)
            && (a - b).abs() > HINT_DISTANCE
        {
            return;
        }
        let shift = in_ticket.cast_signed() - in_report.cast_signed();
        let agreed = left + len + right;
        match best {
            Some((old, old_shift)) if old == agreed && old_shift != shift => tie = true,
            Some((old, _)) if old >= agreed => {}
            _ => (best, tie) = (Some((agreed, shift)), false),
        }
    };
    let mine = &report.text.as_bytes()[report.exact.clone()];
    let theirs = &ticket.text.as_bytes()[ticket.exact.clone()];
    // A repetitive text has many occurrences; the first hundred decide.
    for at in mine_finder.find_iter(ticket.text.as_bytes()).take(100) {
        consider(report.exact.start, at, mine.len());
    }
    if theirs != mine {
        for at in memmem::find_iter(report.text.as_bytes(), theirs).take(100) {
            consider(at, ticket.exact.start, theirs.len());
        }
    }
    let (_, shift) = best?;
    // Two places fit equally well: they are the same place only where the marked words coincide.
    (!tie || ticket.exact.start.cast_signed() - report.exact.start.cast_signed() == shift)
        .then_some(shift)
}

/// Whether a word is cut in two where `len` bytes from `start` on begin, and where they end.
fn cuts(text: &str, start: usize, len: usize) -> (bool, bool) {
    let cut = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
        before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
    };
    (cut(start), cut(start + len))
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    a.iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count()
}
