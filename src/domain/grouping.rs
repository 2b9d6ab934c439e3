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

use super::{
    ids::TicketId,
    kind::{KindClass, Part},
    normalise::normalise,
    passage::Passage,
    ticket::{Resolution, TicketState},
};

pub use super::rule::Rule;

use alignment::alignment;
use place::{Place, edits};

mod alignment;
mod place;

/// The version of the rule set, stored with every report.
pub const GROUPING_VERSION: i32 = 1;

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

/// Whether two tickets of one article are perhaps about the same, whatever their kinds, and what speaks for it: the rules by which a report
/// joins, and marks that overlap although both suggest something else.
#[must_use]
pub fn alike(one: &Candidate, other: &Candidate) -> Option<Rule> {
    let quote = one.place.as_ref().map_or("", |p| &p.text[p.exact.clone()]);
    let finder = memmem::Finder::new(quote);
    if let Some(strength) = likeness(one, &finder, other) {
        return Some(strength.rule());
    }
    let (a, b) = one.place.as_ref().zip(other.place.as_ref())?;
    let shift = alignment(a, &finder, b)?;
    let mine = a.exact.start.cast_signed() + shift..a.exact.end.cast_signed() + shift;
    let theirs = b.exact.start.cast_signed()..b.exact.end.cast_signed();
    (intersection(&mine, &theirs) > 0).then_some(Rule::Overlap)
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

#[cfg(test)]
mod tests;
