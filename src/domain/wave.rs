//! A flood of reports from one network, told from a busy newsroom's day: how many in which time. Kept in memory only; all that leaves
//! it is a random mark that the reports of one wave have in common.

use std::{collections::HashMap, hash::Hash};

use uuid::Uuid;

use super::{
    clock::{DAY, MINUTE, UnixMillis},
    ids::ReportId,
};

/// So many reports of one network make a wave.
const RECOGNISED_AT: usize = 6;
/// A pause of this length ends it.
const PAUSE: i64 = 10 * MINUTE;
/// After this time the mark is another, and the old one is forgotten.
pub const KEPT: i64 = DAY;
/// Networks that are remembered, before those that are quiet are dropped.
const MOST: usize = 10_000;

/// What is remembered of one network.
struct Wave {
    mark: Uuid,
    began_at: UnixMillis,
    last_at: UnixMillis,
    /// The first reports, until it is known whether they are part of a wave.
    waiting: Vec<ReportId>,
    recognised: bool,
}

/// Tells waves from what comes one by one.
pub struct Waves<N> {
    of: HashMap<N, Wave>,
}

impl<N> Default for Waves<N> {
    fn default() -> Self {
        Self { of: HashMap::new() }
    }
}

impl<N: Eq + Hash> Waves<N> {
    /// Takes note of a report. Where it makes a wave or is part of one: the wave's mark, and the reports to be marked now. `mark` is
    /// random and used where this report is the first of its network.
    pub fn take(
        &mut self,
        network: N,
        report: ReportId,
        at: UnixMillis,
        mark: Uuid,
    ) -> Option<(Uuid, Vec<ReportId>)> {
        if self.of.len() >= MOST {
            self.of.retain(|_, wave| at - wave.last_at < PAUSE);
            if self.of.len() >= MOST {
                self.of.clear();
            }
        }
        let new = || Wave {
            mark,
            began_at: at,
            last_at: at,
            waiting: Vec::new(),
            recognised: false,
        };
        let wave = self.of.entry(network).or_insert_with(new);
        if at - wave.last_at >= PAUSE || at - wave.began_at >= KEPT {
            *wave = new();
        }
        wave.last_at = at;
        if wave.waiting.contains(&report) {
            // A repeat that got the first answer again.
            return None;
        }
        if wave.recognised {
            return Some((wave.mark, vec![report]));
        }
        wave.waiting.push(report);
        if wave.waiting.len() < RECOGNISED_AT {
            return None;
        }
        wave.recognised = true;
        Some((wave.mark, std::mem::take(&mut wave.waiting)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(number: u128) -> ReportId {
        ReportId(Uuid::from_u128(number))
    }

    #[test]
    fn a_wave_has_one_mark_from_its_first_report_on() {
        let mut waves = Waves::default();
        let mut marked = Vec::new();
        for n in 0..20_u128 {
            let at = i64::try_from(n).unwrap() * 1_000;
            if let Some((mark, reports)) =
                waves.take("troll", report(n), at, Uuid::from_u128(900 + n))
            {
                assert_eq!(mark, Uuid::from_u128(900));
                marked.extend(reports);
            }
            // Somebody else, meanwhile, is none.
            let other = waves.take("reader", report(100 + n), at * 700, Uuid::nil());
            assert_eq!(other, None);
        }
        assert_eq!(marked, (0..20).map(report).collect::<Vec<_>>());
    }

    #[test]
    fn a_pause_or_a_day_ends_it() {
        let mut waves = Waves::default();
        for n in 0..5 {
            assert_eq!(waves.take(1, report(n), 0, Uuid::nil()), None);
        }
        assert_eq!(
            waves.take(1, report(5), PAUSE, Uuid::nil()),
            None,
            "after a pause it begins anew"
        );
        let mut marks = std::collections::HashSet::new();
        for n in 0..600 {
            if let Some((mark, _)) = waves.take(
                2,
                report(n),
                i64::try_from(n).unwrap() * 5 * MINUTE,
                Uuid::from_u128(n),
            ) {
                marks.insert(mark);
            }
        }
        assert_eq!(marks.len(), 3, "another mark each day");
    }
}
