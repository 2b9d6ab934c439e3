//! What follows for a ticket from a look at its article: what is said of the passage, whether the ticket closes by itself,
//! whether the mistake is back.
//!
//! Two rules stand above the rest. `changed` and `gone` are said only of a passage that a version of ours held: where we never
//! saw it, a wall or another edition is likelier than a correction. And facts are never decided by the watch.

use super::{
    article_watch::VersionSource,
    clock::{DAY, MINUTE, UnixMillis},
    ids::{TicketId, VersionId},
    kind::KindClass,
    normalise::normalise,
    ticket::{Closure, PassageState, Resolution, Step, Ticket, TicketState},
};

/// In how many fetches after the correction the old words must stand again before the mistake is said to be back.
pub const FETCHES_UNTIL_REGRESSED: i32 = 2;
/// How long after closing a correction may take to show.
pub const CORRECTION_SHOWS_WITHIN: i64 = DAY;
/// A ticket whose first look, so soon after the report, shows the correction was corrected before.
const ALREADY_CORRECTED_WITHIN: i64 = 10 * MINUTE;

/// What the look-up said of one passage.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// `found`, `changed`, `ambiguous` or `gone`.
    pub outcome: PassageState,
    /// First code point and one past the last, where there is a place.
    pub place: Option<(i64, i64)>,
    /// What stands there.
    pub words: Option<String>,
    /// How sure, from 0 to 1.
    pub score: f64,
    /// How far the second-best place is behind, from 0 to 1.
    pub margin: f64,
    /// The text directive that leads a browser there: `None` where the whole page was not at hand, empty where it was and none does.
    pub directive: Option<String>,
}

impl Look {
    /// Whether a directive leads there. Where none does, another page around the same text may allow one.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.directive.as_deref().is_some_and(|d| !d.is_empty())
    }
}

/// What is remembered of a ticket's passage from one look to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// Of which ticket.
    pub ticket: TicketId,
    /// When it was last looked up.
    pub looked_at: UnixMillis,
    /// In which version; `None` when it was forgotten.
    pub version: Option<VersionId>,
    /// The newest version when it was first looked up: what the article said when the report came.
    pub first_version: Option<VersionId>,
    /// What was seen.
    pub look: Look,
    /// When a version of ours last held the passage.
    pub held_at: Option<UnixMillis>,
    /// When the words were first seen changed or gone, and have not been back since.
    pub correction_seen_at: Option<UnixMillis>,
    /// Where that was seen. A page that the content system sent may not be published yet.
    pub correction_source: Option<VersionSource>,
    /// In how many fetches after that the old words stood again.
    pub old_words_seen: i32,
    /// When it was noticed that a ticket closed as corrected still shows the old words a day later.
    pub correction_missing_at: Option<UnixMillis>,
    /// Whether the words now are those that were suggested.
    pub fits_suggestion: bool,
}

/// The version that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewed {
    /// Which one.
    pub version: VersionId,
    /// When it was first seen.
    pub first_seen_at: UnixMillis,
    /// How it reached us this time.
    pub source: VersionSource,
    /// Whether it reached us just now, rather than being looked at again.
    pub afresh: bool,
    /// Whether it is so much shorter than what was known before that a wall may have cut it off, however often it was seen within two weeks.
    pub partial: bool,
}

/// What follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What is said of the passage.
    pub passage_state: PassageState,
    /// What is to be remembered.
    pub sighting: Sighting,
    /// The steps that the watch takes by itself.
    pub steps: Vec<Step>,
    /// Whether it was noticed just now that a correction does not show.
    pub correction_missing: bool,
}

/// Judges one ticket. `held_before` is when an earlier version than the one viewed held the passage, if the caller knows;
/// `confirm` says that the site wants every correction confirmed.
#[must_use]
pub fn judge(
    ticket: &Ticket,
    before: Option<&Sighting>,
    look: Look,
    viewed: Viewed,
    held_before: Option<UnixMillis>,
    confirm: bool,
    now: UnixMillis,
) -> Judgement {
    let outcome = outcome(ticket, &look);
    let held_at = if outcome == PassageState::Found {
        Some(now)
    } else {
        before.and_then(|s| s.held_at).max(held_before)
    };
    let state = passage_state(ticket, outcome, held_at.is_some(), viewed.partial);
    let fits = state == PassageState::Changed
        && look
            .words
            .as_deref()
            .is_some_and(|w| fits_suggestion(ticket, w));
    let mut sighting = Sighting {
        ticket: ticket.id,
        looked_at: now,
        version: Some(viewed.version),
        first_version: before.map_or(Some(viewed.version), |s| s.first_version),
        look,
        held_at,
        correction_seen_at: before.and_then(|s| s.correction_seen_at),
        correction_source: before.and_then(|s| s.correction_source),
        old_words_seen: before.map_or(0, |s| s.old_words_seen),
        correction_missing_at: before.and_then(|s| s.correction_missing_at),
        fits_suggestion: fits,
    };
    let missing_before = sighting.correction_missing_at.is_some();
    // What a wall may have cut off shows neither a correction nor a mistake.
    let back = !viewed.partial && follow_correction(ticket, state, viewed, &mut sighting, now);
    let mut steps = Vec::new();
    if back {
        steps.push(Step::Regress);
        sighting.correction_seen_at = None;
        sighting.correction_source = None;
        sighting.old_words_seen = 0;
    } else if fits && closes_by_itself(ticket, confirm) {
        let first_look = before.is_none_or(|s| s.held_at.is_none());
        let soon = now - ticket.created_at < ALREADY_CORRECTED_WITHIN
            || viewed.first_seen_at <= ticket.created_at;
        let already = ticket.state == TicketState::New && first_look && soon;
        steps.push(Step::Close(Closure::of(if already {
            Resolution::AlreadyCorrected
        } else {
            Resolution::Corrected
        })));
    }
    Judgement {
        passage_state: state,
        correction_missing: !missing_before && sighting.correction_missing_at.is_some(),
        sighting,
        steps,
    }
}

/// What the look-up said, but that a correction of typography alone is one: the look-up reads over it.
fn outcome(ticket: &Ticket, look: &Look) -> PassageState {
    let typographic = look.outcome == PassageState::Found
        && ticket
            .passage
            .as_ref()
            .zip(ticket.leading_suggestion())
            .zip(look.words.as_deref())
            .is_some_and(|((passage, suggestion), words)| {
                words == suggestion
                    && words != passage.exact
                    && normalise(suggestion) == normalise(&passage.exact)
            });
    if typographic {
        PassageState::Changed
    } else {
        look.outcome
    }
}

/// What is said of a passage.
fn passage_state(
    ticket: &Ticket,
    outcome: PassageState,
    held: bool,
    partial: bool,
) -> PassageState {
    match outcome {
        PassageState::Found | PassageState::Ambiguous => outcome,
        PassageState::Gone if held && partial => ticket.passage_state,
        PassageState::Changed | PassageState::Gone if held => outcome,
        _ => PassageState::Unknown,
    }
}

/// Keeps count of a correction and the return of the old words; whether the mistake is back.
fn follow_correction(
    ticket: &Ticket,
    state: PassageState,
    viewed: Viewed,
    sighting: &mut Sighting,
    now: UnixMillis,
) -> bool {
    let corrected = matches!(
        ticket.resolution,
        Some(Resolution::Corrected | Resolution::AlreadyCorrected)
    );
    match state {
        PassageState::Changed | PassageState::Gone => {
            sighting.correction_seen_at.get_or_insert(now);
            // Looking again at a text that was sent is no fetch.
            if viewed.afresh && sighting.correction_source != Some(VersionSource::Fetched) {
                sighting.correction_source = Some(viewed.source);
            }
            sighting.old_words_seen = 0;
            sighting.correction_missing_at = None;
            false
        }
        PassageState::Found if corrected => {
            // Fetched old words say nothing while only the content system showed the correction: it is not published, or a cache holds the page.
            let seen_there = sighting.correction_seen_at.is_some()
                && (viewed.source == VersionSource::Sent
                    || sighting.correction_source == Some(VersionSource::Fetched));
            if seen_there && viewed.afresh {
                sighting.old_words_seen += 1;
            }
            let closed = ticket.closed_at.unwrap_or(now);
            // What we read before says nothing of the article a day later.
            if viewed.afresh && !seen_there && now - closed >= CORRECTION_SHOWS_WITHIN {
                sighting.correction_missing_at.get_or_insert(now);
            }
            sighting.old_words_seen >= FETCHES_UNTIL_REGRESSED
        }
        PassageState::Found if ticket.state != TicketState::Closed => {
            sighting.correction_seen_at = None;
            sighting.correction_source = None;
            sighting.old_words_seen = 0;
            sighting.correction_missing_at = None;
            false
        }
        _ => false,
    }
}

/// Whether the words in the article are those that an editor accepted, or else any that readers suggest.
#[must_use]
pub fn fits_suggestion(ticket: &Ticket, words: &str) -> bool {
    let words = normalise(words);
    let fits = |suggestion: &str| normalise(suggestion) == words;
    match &ticket.accepted_suggestion {
        Some(accepted) => fits(accepted),
        None => ticket.suggestions.iter().any(|s| fits(&s.text)),
    }
}

/// Whether the watch may close it once the words fit: language only, unless the site wants to confirm, and nothing that speaks of
/// the law.
#[must_use]
pub fn closes_by_itself(ticket: &Ticket, confirm: bool) -> bool {
    ticket.state != TicketState::Closed
        && ticket.kind.class() == KindClass::Language
        && !ticket.legal
        && !confirm
}

#[cfg(test)]
mod tests;
