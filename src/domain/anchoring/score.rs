//! How likely it is that a place is the passage's.

use super::candidates::{Candidate, Kind};

/// How many measures a place has.
pub(crate) const MEASURES: usize = 12;

/// What is measured at a place; see `docs/passages.md`.
pub(super) fn measures(candidate: &Candidate, away: Option<usize>) -> [f32; MEASURES] {
    let (b, a) = (candidate.before, candidate.after);
    let cap = |bits: f32, most: f32| bits.clamp(0.0, most) / most;
    let quote = candidate.agreed + candidate.missed;
    [
        cap(b.agreed + a.agreed, 60.0),
        cap(b.agreed.min(a.agreed), 20.0),
        b.agreed.max(0.0) / (b.agreed + b.missed).max(4.0)
            + a.agreed.max(0.0) / (a.agreed + a.missed).max(4.0),
        f32::from(u8::from(b.run > 0)) + f32::from(u8::from(a.run > 0)),
        f32::from(u8::from(candidate.kind == Kind::Same)),
        f32::from(u8::from(candidate.kind == Kind::Meeting)),
        if candidate.kind == Kind::Same {
            cap(candidate.agreed, 50.0)
        } else {
            0.0
        },
        candidate.agreed / quote.max(1.0),
        if candidate.kind == Kind::Changed {
            cap(candidate.agreed, 80.0)
        } else {
            0.0
        },
        if candidate.kind == Kind::Meeting {
            cap(candidate.missed, 50.0)
        } else {
            0.0
        },
        cap(candidate.extra as f32, 40.0),
        away.map_or(0.5, |away| (1.0 + away as f32 / 30.0).ln().min(5.0) / 5.0),
    ]
}

/// What each measure weighs, learned (`docs/passages.md`).
const WEIGHTS: [f32; MEASURES] = [4.0, 2.0, 2.0, 1.0, 2.0, 0.0, 4.0, 1.0, 3.0, 0.0, -1.0, -1.0];
const BIAS: f32 = -4.0;

/// The likelihood, 0 to 1.
pub(super) fn score(measures: &[f32; MEASURES]) -> f32 {
    let sum: f32 = measures
        .iter()
        .zip(WEIGHTS)
        .map(|(measure, weight)| measure * weight)
        .sum();
    1.0 / (1.0 + (-(sum + BIAS)).exp())
}
