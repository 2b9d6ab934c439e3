//! From candidates to an answer.

use std::ops::Range;

use super::{
    Located, Outcome, PreparedText,
    align::Words,
    candidates::{Candidate, Kind, candidates, complete, occurrences},
    pattern::Pattern,
    score::{MEASURES, measures, score},
};
use crate::domain::passage::Passage;

/// The certainty below which a place is not named.
const ENOUGH: f32 = 0.5;

/// A place that was considered.
#[derive(Debug)]
pub(crate) struct Considered {
    pub(crate) candidate: Candidate,
    pub(crate) measures: [f32; MEASURES],
    pub(crate) score: f32,
}

/// What a look-up came to.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// One place has the words and all of the surroundings.
    Complete(Range<usize>),
    /// The places that were considered, the likeliest first.
    Ranked(Vec<Considered>),
}

pub(super) fn locate(text: &PreparedText, passage: &Passage) -> Located {
    match consider(text, passage) {
        Verdict::Complete(at) => Located {
            outcome: Outcome::Found(text.original(&at)),
            score: 1.0,
            margin: 1.0,
        },
        Verdict::Ranked(ranked) => choose(text, &ranked),
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
    let stands = occurrences(&pattern, words, expected);
    let mut sure = stands
        .iter()
        .filter(|at| complete(&pattern, &folded.text, at));
    if let (Some(at), None) = (sure.next(), sure.next()) {
        return Verdict::Complete(at.clone());
    }
    let away = |bytes: &Range<usize>| {
        let place = text.original(bytes).start;
        hint.map(|hint| place.abs_diff(hint))
    };
    let mut ranked: Vec<Considered> = candidates(&pattern, words, &stands, expected)
        .into_iter()
        .map(|candidate| {
            let measures = measures(&candidate, away(&candidate.bytes));
            Considered {
                score: score(&measures),
                measures,
                candidate,
            }
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
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
    let second = ranked
        .iter()
        .skip(1)
        .find(|c| c.candidate.bytes.end <= bytes.start || bytes.end <= c.candidate.bytes.start)
        .map_or(0.0, |c| c.score);
    let range = text.original(bytes);
    let outcome = if first.score < ENOUGH {
        Outcome::Gone { at: None }
    } else {
        match first.candidate.kind {
            Kind::Same => Outcome::Found(range),
            Kind::Changed => Outcome::Changed(range),
            Kind::Meeting => Outcome::Gone {
                at: Some(range.start),
            },
        }
    };
    Located {
        outcome,
        score: first.score,
        margin: first.score - second,
    }
}
