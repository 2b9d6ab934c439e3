//! From candidates to an answer.

use std::ops::Range;

use super::{
    Located, Outcome, PreparedText,
    candidates::{Candidate, Kind, candidates},
    occurrences::{complete, occurrences},
    pattern::Pattern,
    score::{evidence, measures},
    weights::MEASURES,
    words::Words,
};
use crate::domain::passage::Passage;

/// The certainty below which a place is not named.
const ENOUGH: f32 = 0.5;
/// Two places whose evidence differs by less fit equally well.
const CLEARLY: f32 = 0.2;

/// A place that was considered.
#[derive(Debug)]
pub(crate) struct Considered {
    pub(crate) candidate: Candidate,
    pub(crate) measures: [f32; MEASURES],
    evidence: f32,
    /// Whether the quote's border splits a character.
    split: bool,
}

impl Considered {
    pub(crate) const fn evidence(&self) -> f32 {
        self.evidence
    }
}

/// What a look-up came to.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The words with all of their surroundings stand at these places, and how far each is from the expected one.
    Complete(Vec<(Range<usize>, Option<usize>)>),
    /// The places that were considered, the likeliest first.
    Ranked(Vec<Considered>),
}

pub(super) fn locate(text: &PreparedText, passage: &Passage) -> Located {
    match consider(text, passage) {
        Verdict::Complete(places) => nearest(text, places),
        Verdict::Ranked(ranked) => choose(text, &ranked),
    }
}

/// Of places that are equal in all but their position the nearest, if it is clearly nearer than the others.
fn nearest(text: &PreparedText, mut places: Vec<(Range<usize>, Option<usize>)>) -> Located {
    places.sort_by_key(|place| place.1);
    let (first, away) = &places[0];
    let range = text.original(first);
    let Some((_, next)) = places.get(1) else {
        return Located {
            outcome: Outcome::Found(range),
            score: 1.0,
            margin: 1.0,
        };
    };
    let (near, far) = (away.unwrap_or(0), next.unwrap_or(0));
    let score = (far as f32 + 1.0) / (near as f32 + far as f32 + 2.0);
    Located {
        outcome: if far > near.saturating_mul(3).saturating_add(8) {
            Outcome::Found(range)
        } else {
            Outcome::Ambiguous(range)
        },
        score,
        margin: 2.0 * score - 1.0,
    }
}

/// Gathers the places that may be the passage's, and weighs them.
pub(crate) fn consider(text: &PreparedText, passage: &Passage) -> Verdict {
    let folded = text.folded();
    let index = text.index();
    let words = Words {
        text: &folded.text,
        index,
    };
    let Some(pattern) = Pattern::new(passage, index, &folded.text) else {
        return Verdict::Ranked(Vec::new());
    };
    let hint = passage.start.and_then(|start| usize::try_from(start).ok());
    let expected = hint.map(|hint| folded.byte_at(hint).min(folded.text.len()));
    let mut stands = occurrences(&pattern, words, expected);
    stands.retain(|at| text.is_visible(at));
    let away = |bytes: &Range<usize>| {
        let place = text.original(bytes).start;
        hint.map(|hint| place.abs_diff(hint))
    };
    if pattern.split {
        stands.clear();
    }
    let sure: Vec<(Range<usize>, Option<usize>)> =
        complete(&pattern, &folded.text, &stands, expected)
            .into_iter()
            .map(|at| (at.clone(), away(&at)))
            .collect();
    if !sure.is_empty() {
        return Verdict::Complete(sure);
    }
    let found = candidates(&pattern, words, &stands, expected);
    let copy = found
        .iter()
        .filter(|c| c.agreed > 3.0 * c.missed)
        .map(|c| (c.agreed, c.agreed / (c.agreed + c.missed)))
        .fold(
            (0.0, 0.0),
            |best: (f32, f32), c| if c.0 > best.0 { c } else { best },
        );
    // Its block stands somewhere, not only its words.
    let elsewhere = found
        .iter()
        .any(|c| c.kind != Kind::Meeting && c.in_block() && c.agreed > c.missed);
    // What of the quote stands right beside a place.
    let beside = |at: &Candidate| {
        found
            .iter()
            .filter(|c| c.kind != Kind::Meeting)
            .filter(|c| c.bytes.start <= at.bytes.start + 2 && at.bytes.start <= c.bytes.end + 2)
            .map(|c| (c.agreed / (c.agreed + c.missed).max(1.0)).max(0.0))
            .fold(0.0, f32::max)
    };
    let besides: Vec<f32> = found
        .iter()
        .map(|c| {
            if c.kind == Kind::Meeting {
                beside(c)
            } else {
                0.0
            }
        })
        .collect();
    let mut ranked: Vec<Considered> = found
        .into_iter()
        .zip(besides)
        .map(|(candidate, beside)| {
            let away = away(&candidate.bytes);
            let measures = measures(
                &candidate,
                away,
                pattern.quote.len(),
                copy,
                pattern.borders,
                elsewhere,
                beside,
            );
            let mut place = Considered {
                candidate,
                measures,
                evidence: 0.0,
                split: pattern.split,
            };
            place.evidence = evidence(&place.measures);
            place
        })
        .collect();
    ranked.sort_by(|a, b| b.evidence().total_cmp(&a.evidence()));
    Verdict::Ranked(ranked)
}

fn choose(text: &PreparedText, ranked: &[Considered]) -> Located {
    let Some(first) = ranked.first() else {
        return Located {
            outcome: Outcome::Gone { at: None },
            score: 0.0,
            margin: 0.0,
        };
    };
    let bytes = &first.candidate.bytes;
    let rivals = || {
        ranked[1..].iter().filter(|c| {
            c.candidate.bytes.end <= bytes.start || bytes.end <= c.candidate.bytes.start
        })
    };
    // The odds of each place against all others and against there being none.
    let odds = |c: &Considered| c.evidence().clamp(-30.0, 30.0).exp();
    let all = 1.0 + odds(first) + rivals().map(odds).sum::<f32>();
    let score = odds(first) / all;
    let second = rivals().next();
    let second_score = second.map_or(0.0, |c| odds(c) / all);
    let range = text.original(bytes);
    let tie = second
        .filter(|c| c.candidate.kind != Kind::Meeting && first.evidence() - c.evidence() < CLEARLY);
    let enough = if tie.is_some() {
        score + second_score
    } else {
        score
    } >= ENOUGH;
    let outcome = match first.candidate.kind {
        _ if !enough => Outcome::Gone { at: None },
        Kind::Meeting => Outcome::Gone {
            at: Some(range.start),
        },
        _ if tie.is_some() => Outcome::Ambiguous(range),
        Kind::Same if !first.split && text.is_visible(bytes) => Outcome::Found(range),
        Kind::Same | Kind::Changed => Outcome::Changed(range),
    };
    Located {
        outcome,
        score,
        margin: score - second_score,
    }
}
