//! Decides which ticket a report joins: a pure decision over the tickets of the same article.
//!
//! Passages are compared by their words and what stands around them; positions are only hints, because readers have different
//! versions of the page open. Rule set 1, in this order:
//!
//! 1. `same_correction`: the same words in the same place are to become the same others;
//! 2. `same_words`: the words to be changed intersect;
//! 3. `overlap`: where one side suggests nothing, the largest overlap of the marked words;
//! 4. `same_part`: headline or teaser without a passage, with the same suggestion;
//! 5. else the report opens a ticket.
//!
//! Reports of different classes (language, content, technical) never join, nor do reports on the whole article.

use std::ops::Range;

use memchr::memmem;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{
    ids::TicketId,
    kind::{KindClass, Part},
    normalise::normalise,
    passage::Passage,
    ticket::{Resolution, TicketState},
};

/// The version of the rule set, stored with every report.
pub const GROUPING_VERSION: i32 = 1;

closed_set! {
    /// Which rule joined a report to its ticket.
    Rule {
        /// The report opened the ticket.
        Opened = "opened",
        /// The same words are to become the same others.
        SameCorrection = "same_correction",
        /// The words to be changed intersect.
        SameWords = "same_words",
        /// The marked words overlap.
        Overlap = "overlap",
        /// The same part with the same suggestion.
        SamePart = "same_part",
        /// An editor put it there.
        Editor = "editor",
    }
}

/// Words to be changed and what they are to become, in bytes of [`Place::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    range: Range<usize>,
    becomes: String,
}

/// A passage made ready for comparison.
#[derive(Debug, Clone)]
struct Place {
    /// Prefix, quote and suffix, normalised.
    text: String,
    /// The quote in it.
    exact: Range<usize>,
    /// What each suggestion would change.
    edits: Vec<Vec<Edit>>,
    start: Option<i64>,
}

impl Place {
    fn new<'a>(passage: &Passage, suggestions: impl Iterator<Item = &'a str>) -> Option<Self> {
        let prefix = normalise(&passage.prefix);
        let exact = normalise(&passage.exact);
        let suffix = normalise(&passage.suffix);
        if exact.is_empty() {
            return None;
        }
        let mut text = String::with_capacity(prefix.len() + exact.len() + suffix.len() + 2);
        text.push_str(&prefix);
        // Whether a space stood at the seam must survive, else `an` + `fangen` would equal `anfangen`.
        if !prefix.is_empty()
            && (passage.prefix.ends_with(char::is_whitespace)
                || passage.exact.starts_with(char::is_whitespace))
        {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(&exact);
        let end = text.len();
        if !suffix.is_empty()
            && (passage.suffix.starts_with(char::is_whitespace)
                || passage.exact.ends_with(char::is_whitespace))
        {
            text.push(' ');
        }
        text.push_str(&suffix);
        let edits = suggestions
            .map(|s| edits(&exact, &normalise(s), start))
            .filter(|e| !e.is_empty())
            .collect();
        Some(Self {
            text,
            exact: start..end,
            edits,
            start: passage.start,
        })
    }
}

/// The changed words between a quote and a suggestion, word by word.
fn edits(exact: &str, suggestion: &str, offset: usize) -> Vec<Edit> {
    let old: Vec<&str> = exact.split(' ').collect();
    let new: Vec<&str> = suggestion.split(' ').collect();
    let mut starts = Vec::with_capacity(old.len() + 1);
    let mut at = 0;
    for word in &old {
        starts.push(at);
        at += word.len() + 1;
    }
    starts.push(at);
    capture_diff_slices(Algorithm::Myers, &old, &new)
        .into_iter()
        .filter_map(|op| match op {
            DiffOp::Equal { .. } => None,
            DiffOp::Delete {
                old_index, old_len, ..
            } => Some((old_index, old_len, String::new())),
            DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            } => Some((old_index, 0, new[new_index..new_index + new_len].join(" "))),
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => Some((
                old_index,
                old_len,
                new[new_index..new_index + new_len].join(" "),
            )),
        })
        .map(|(index, len, becomes)| {
            let start = starts[index].min(exact.len());
            // The space after the last word does not belong to it.
            let end = if len == 0 {
                start
            } else {
                (starts[index + len] - 1).max(start)
            };
            Edit {
                range: offset + start..offset + end,
                becomes,
            }
        })
        .collect()
}

/// A ticket that a report may join.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which one.
    pub ticket: TicketId,
    /// Where it stands.
    pub state: TicketState,
    resolution: Option<Resolution>,
    class: KindClass,
    part: Option<Part>,
    suggestions: Vec<String>,
    exact: String,
    place: Option<Place>,
}

impl Candidate {
    /// Makes a ticket (or a report about to be stored) ready for comparison.
    #[must_use]
    pub fn new(
        ticket: TicketId,
        (state, resolution): (TicketState, Option<Resolution>),
        class: KindClass,
        part: Option<Part>,
        passage: Option<&Passage>,
        suggestions: &[impl AsRef<str>],
    ) -> Self {
        let place = passage.and_then(|p| Place::new(p, suggestions.iter().map(AsRef::as_ref)));
        Self {
            ticket,
            state,
            resolution,
            class,
            part,
            suggestions: suggestions.iter().map(|s| normalise(s.as_ref())).collect(),
            exact: passage.map(|p| p.exact.clone()).unwrap_or_default(),
            place,
        }
    }

    /// Learns a suggestion of a report that joined, so that the next one of the same batch meets it.
    pub fn learn(&mut self, suggestion: &str) {
        let plain = normalise(suggestion);
        if self.suggestions.contains(&plain) {
            return;
        }
        if let Some(place) = &mut self.place {
            let exact = place.text[place.exact.clone()].to_owned();
            let edits = edits(&exact, &plain, place.exact.start);
            if !edits.is_empty() {
                place.edits.push(edits);
            }
        }
        self.suggestions.push(plain);
    }

    /// Says the report's suggestion in terms of this ticket's passage, so that `Standart → Standard` and
    /// `der Standart → der Standard` count as one.
    #[must_use]
    pub fn in_own_terms(&self, exact: &str, suggestion: &str) -> String {
        if self.exact == exact || self.exact.is_empty() {
            return suggestion.to_owned();
        }
        if let Some((before, after)) = exact.split_once(self.exact.as_str())
            && let Some(middle) = suggestion
                .strip_prefix(before)
                .and_then(|s| s.strip_suffix(after))
            && !middle.is_empty()
        {
            return middle.to_owned();
        }
        if self.exact.matches(exact).count() == 1 && !exact.is_empty() {
            return self.exact.replacen(exact, suggestion, 1);
        }
        suggestion.to_owned()
    }
}

/// What the decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A new ticket.
    Open,
    /// Joins this one.
    Join {
        /// Index into the candidates.
        index: usize,
        /// By which rule.
        rule: Rule,
    },
}

/// Decides for one report. `report` is made with [`Candidate::new`] like the others (its ticket and state do not matter); the
/// candidates are the tickets of the same article, oldest first.
#[must_use]
pub fn decide(report: &Candidate, candidates: &[Candidate]) -> Decision {
    // Made once: the quote is looked for in every ticket of the article.
    let quote = report
        .place
        .as_ref()
        .map_or("", |p| &p.text[p.exact.clone()]);
    let finder = memmem::Finder::new(quote);
    let mut best: Option<(Strength, usize)> = None;
    for (index, candidate) in candidates.iter().enumerate() {
        if candidate.class != report.class {
            continue;
        }
        let Some(strength) = likeness(report, &finder, candidate) else {
            continue;
        };
        if !may_take(candidate, report, &strength) {
            continue;
        }
        let unclosed = candidate.state != TicketState::Closed;
        let better = best.is_none_or(|(old, old_index)| {
            let old_unclosed = candidates[old_index].state != TicketState::Closed;
            (unclosed, strength) > (old_unclosed, old)
        });
        if better {
            best = Some((strength, index));
        }
    }
    best.map_or(Decision::Open, |(strength, index)| Decision::Join {
        index,
        rule: strength.rule(),
    })
}

/// How well a report fits a ticket; the greater the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    SamePart,
    Overlap { whole: bool, bytes: usize },
    SameWords(usize),
    SameCorrection,
}

impl Strength {
    const fn rule(self) -> Rule {
        match self {
            Self::SamePart => Rule::SamePart,
            Self::Overlap { .. } => Rule::Overlap,
            Self::SameWords(_) => Rule::SameWords,
            Self::SameCorrection => Rule::SameCorrection,
        }
    }
}

/// Whether a ticket that fits takes the report (`product.md`: closed tickets).
fn may_take(candidate: &Candidate, report: &Candidate, strength: &Strength) -> bool {
    if candidate.state != TicketState::Closed {
        return true;
    }
    // Marked alike and nothing suggested is the same words again.
    let same_words = match strength {
        Strength::SameCorrection | Strength::SameWords(_) => true,
        Strength::Overlap { whole, .. } => *whole,
        Strength::SamePart => false,
    };
    match candidate.resolution {
        // Counted: an old tab or a cache still shows the mistake.
        Some(Resolution::Corrected | Resolution::AlreadyCorrected) => same_words,
        // Remembered on language; a report about facts always alerts.
        Some(Resolution::NotAnError) => {
            let same_suggestion = match strength {
                Strength::SameCorrection => true,
                Strength::Overlap { whole, .. } => {
                    *whole && report.suggestions.is_empty() && candidate.suggestions.is_empty()
                }
                _ => false,
            };
            candidate.class == KindClass::Language && same_suggestion
        }
        _ => false,
    }
}

fn likeness(
    report: &Candidate,
    finder: &memmem::Finder<'_>,
    ticket: &Candidate,
) -> Option<Strength> {
    match (&report.place, &ticket.place) {
        (Some(a), Some(b)) => passages_alike(
            a,
            finder,
            b,
            report.suggestions.is_empty(),
            ticket.suggestions.is_empty(),
        ),
        (None, None) => {
            let same_part = matches!(report.part, Some(Part::Headline | Part::Teaser))
                && report.part == ticket.part;
            let same_suggestion = report
                .suggestions
                .iter()
                .any(|s| ticket.suggestions.contains(s));
            (same_part && same_suggestion).then_some(Strength::SamePart)
        }
        _ => None,
    }
}

fn passages_alike(
    report: &Place,
    finder: &memmem::Finder<'_>,
    ticket: &Place,
    report_silent: bool,
    ticket_silent: bool,
) -> Option<Strength> {
    let shift = alignment(report, finder, ticket)?;
    let moved = |r: &Range<usize>| -> Range<isize> {
        r.start.cast_signed() + shift..r.end.cast_signed() + shift
    };
    let signed = |r: &Range<usize>| -> Range<isize> { r.start.cast_signed()..r.end.cast_signed() };
    let report_edits = report.edits.first();
    if let Some(mine) = report_edits {
        for theirs in &ticket.edits {
            let equal = mine.len() == theirs.len()
                && mine
                    .iter()
                    .zip(theirs)
                    .all(|(a, b)| moved(&a.range) == signed(&b.range) && a.becomes == b.becomes);
            if equal {
                return Some(Strength::SameCorrection);
            }
        }
        let common = ticket
            .edits
            .iter()
            .map(|theirs| {
                mine.iter()
                    .flat_map(|a| {
                        theirs
                            .iter()
                            .map(|b| intersection(&moved(&a.range), &signed(&b.range)))
                    })
                    .max()
                    .unwrap_or(0)
            })
            .max()
            .unwrap_or(0);
        if common > 0 {
            return Some(Strength::SameWords(common));
        }
    }
    if !report_silent && !ticket_silent {
        return None;
    }
    // One side suggests nothing: what the other would change, else what is marked, must meet the marked words.
    let exact = moved(&report.exact);
    let theirs = signed(&ticket.exact);
    let bytes = match (report_edits, ticket_silent) {
        (Some(mine), true) => mine
            .iter()
            .map(|e| intersection(&moved(&e.range), &theirs))
            .max()
            .unwrap_or(0),
        _ if ticket.edits.is_empty() => intersection(&exact, &theirs),
        _ => ticket
            .edits
            .iter()
            .flatten()
            .map(|e| intersection(&exact, &signed(&e.range)))
            .max()
            .unwrap_or(0),
    };
    (bytes > 0).then_some(Strength::Overlap {
        whole: exact == theirs,
        bytes,
    })
}

/// Bytes two ranges share; an empty one (a word to be inserted) counts one when it lies within the other or in the same place.
fn intersection(a: &Range<isize>, b: &Range<isize>) -> usize {
    if a.is_empty() || b.is_empty() {
        let inside = if a.is_empty() {
            (b.start..=b.end).contains(&a.start)
        } else {
            (a.start..=a.end).contains(&b.start)
        };
        return usize::from(inside && (a == b || a.start.max(b.start) < a.end.max(b.end)));
    }
    usize::try_from(a.end.min(b.end) - a.start.max(b.start)).unwrap_or(0)
}

/// How much of the surroundings must agree, in bytes, for a short quote.
const EVIDENCE: usize = 24;
/// How far apart two places without surroundings may be said to stand, in code points.
const HINT_DISTANCE: i64 = 200;

/// By how many bytes the report's text must be moved to lie on the ticket's, if both show the same place.
fn alignment(report: &Place, mine_finder: &memmem::Finder<'_>, ticket: &Place) -> Option<isize> {
    let mut best: Option<(usize, isize)> = None;
    let mut tie = false;
    let mut consider = |in_report: usize, in_ticket: usize, len: usize| {
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

#[cfg(test)]
mod tests;
