//! How likely it is that a place is the passage's.

use super::{
    candidates::{Candidate, Kind},
    weights::{BIASES, MEASURES, UNIT_WEIGHTS, WEIGHTS},
};

/// What is measured at a place; see `docs/passages.md`. `away` is how far from the expected place it is, `length` the
/// quote's number of tokens, `copy` what stands of the quote where
/// most of it stands, in bits and as a part.
pub(super) fn measures(
    candidate: &Candidate,
    away: Option<usize>,
    length: usize,
    copy: (f32, f32),
    borders: [bool; 2],
    elsewhere: bool,
    beside: f32,
) -> [f32; MEASURES] {
    let (mut b, mut a) = (candidate.before, candidate.after);
    // A side that the passage does not know is taken to be half as good as the other.
    for (side, other) in [(&mut b, candidate.after), (&mut a, candidate.before)] {
        if !side.known {
            *side = other;
            side.run = 0;
            side.agreed *= 0.5;
            side.missed += side.agreed;
        }
    }
    let cap = |bits: f32, most: f32| bits.clamp(0.0, most) / most;
    let yes = |value: bool| f32::from(u8::from(value));
    let part = |side: super::context::Agreement| {
        side.agreed.max(0.0) / (side.agreed + side.missed).max(4.0)
    };
    let (same, changed, meeting) = (
        yes(candidate.kind == Kind::Same),
        yes(candidate.kind == Kind::Changed),
        yes(candidate.kind == Kind::Meeting),
    );
    let apart = cap(b.apart, 40.0) + cap(a.apart, 40.0);
    let least = part(b).min(part(a));
    let likeness = candidate.agreed / (candidate.agreed + candidate.missed).max(1.0);
    [
        cap(b.agreed + a.agreed, 80.0),
        cap(b.agreed.min(a.agreed), 30.0),
        part(b) + part(a),
        least,
        yes(b.run > 0 && a.run > 0),
        same,
        meeting,
        same * cap(candidate.agreed, 60.0),
        changed * likeness,
        changed * cap(candidate.agreed, 80.0),
        meeting * cap(candidate.missed, 50.0),
        cap(candidate.extra as f32, 40.0),
        candidate.extra as f32 / (candidate.extra + length) as f32,
        away.map_or(0.5, |away| (1.0 + away as f32 / 30.0).ln().min(5.0) / 5.0),
        yes(away.is_some_and(|away| away < 2)),
        changed * yes(b.run > 0 && a.run > 0),
        same * yes(b.run == 0 && a.run == 0),
        (changed + meeting) * least,
        meeting * cap(copy.0, 60.0),
        same * apart,
        changed * apart,
        meeting * cap(copy.0, 60.0) * yes(borders[0] && borders[1]),
        meeting * cap(copy.0, 60.0) * yes(borders[0] && borders[1] && copy.1 > 0.89),
        changed * yes(likeness > 0.89) * cap(candidate.agreed, 60.0),
        changed * yes(b.run == 0 && a.run == 0),
        changed * yes(likeness > 0.75) * cap(candidate.agreed, 60.0),
        same * yes(candidate.in_block()),
        same * (yes(borders[0] && b.run == 0) + yes(borders[1] && a.run == 0)),
        changed * (1.0 - likeness) * candidate.extra as f32 / (candidate.extra + length) as f32,
        changed * yes(candidate.in_block()),
        meeting * yes(elsewhere),
        changed * (1.0 - likeness) * (1.0 - least),
        cap(b.adjacent.min(a.adjacent), 12.0),
        changed * (1.0 - likeness) * (1.0 - least) * cap(length as f32, 20.0),
        meeting * yes(elsewhere && candidate.lost),
        meeting * yes(elsewhere) * cap(copy.0, 60.0),
        changed * candidate.shape,
        meeting * beside,
    ]
}

/// The evidence for a place as natural logarithm of its odds against there being none.
pub(super) fn evidence(measures: &[f32; MEASURES]) -> f32 {
    let mut sums = BIASES;
    for (measure, weights) in measures.iter().zip(&WEIGHTS) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += measure * weight;
        }
    }
    let [alone, units @ ..] = sums;
    let together = units.iter().zip(UNIT_WEIGHTS);
    alone
        + together
            .map(|(unit, weight)| unit.tanh() * weight)
            .sum::<f32>()
}
