//! How many mails that ask to confirm an address a network may cause in an hour, and all networks together.
//!
//! A report is taken whatever address comes with it, also a stranger's. So that nobody's mailbox is flooded by way of ours, what
//! is too much for an hour waits for a later one, but not beyond a day: such an address is not kept, as nobody can be asked whether it is right. In memory and for this
//! instance alone, as [`rate_limit`](super::rate_limit): of networks there are only keys, of addresses only keyed hashes. That one
//! address is asked once a day is counted in the database.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use tracing::warn;

use super::client_network::NetworkKey;
use crate::{
    domain::{
        clock::{DAY, HOUR, MINUTE, UnixMillis},
        report::NewReport,
    },
    services::{Services, file_report::is_held_back},
};

/// The most mails that reports from one network cause in an hour.
pub const MOST_OF_A_NETWORK: usize = 3;
/// The most mails that all reports together cause in an hour.
pub const MOST_OF_ALL: u32 = 200;
/// How far ahead a mail may be put.
pub const FARTHEST: i64 = DAY;
/// A clock that is set back by less is one that is kept right, or another thread's that looked before.
const SET_BACK: i64 = MINUTE;

/// Gives every mail its time.
#[derive(Default)]
pub struct ConfirmationLimit {
    /// Whether networks are told apart; where they are not, all readers seem to come from one.
    by_network: bool,
    given: Mutex<Given>,
}

/// The times that were given.
#[derive(Default)]
struct Given {
    /// Those of each network that are not over, oldest first; where networks are not told apart, those of all.
    networks: HashMap<Option<NetworkKey>, VecDeque<Place>>,
    /// How many in each hour.
    hours: BTreeMap<i64, u32>,
    /// In which hour what is over was forgotten.
    cleaned_in: i64,
    /// The latest that the clock was seen to say.
    seen: UnixMillis,
    /// In which hour it was last said that there is no place left.
    warned_in: Option<i64>,
}

/// A time, and the keyed hash of the address that it was given to.
struct Place {
    at: UnixMillis,
    address: [u8; 32],
}

impl ConfirmationLimit {
    /// With `by_network`, each network has its own limit within that of all.
    #[must_use]
    pub fn new(by_network: bool) -> Self {
        Self {
            by_network,
            given: Mutex::default(),
        }
    }

    /// Not before when the reader who left an address with a report is asked whether it is right; nothing where none was left. It
    /// is taken off where nobody will be asked: there is no place for it, or the report seems to be a program's.
    #[must_use]
    pub fn of_report(
        &self,
        services: &Services,
        network: NetworkKey,
        report: &mut NewReport,
    ) -> Option<UnixMillis> {
        let contact = report.contact.as_ref()?;
        if is_held_back(services, report) {
            report.contact = None;
            return None;
        }
        let address = services.key.address_hash(&contact.email);
        let at = self.not_before(network, address, services.now());
        if at.is_none() {
            report.contact = None;
        }
        at
    }

    /// Not before when the mail to an address may leave: now, in a later hour, or, where none within a day has a place, never. The same
    /// address is given its time again, so that a report sent twice counts once.
    #[must_use]
    pub fn not_before(
        &self,
        network: NetworkKey,
        address: [u8; 32],
        now: UnixMillis,
    ) -> Option<UnixMillis> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.forget_what_is_over(now);
        let network = self.by_network.then_some(network);
        let own = given.networks.get(&network);
        let known = own.and_then(|own| own.iter().find(|place| place.address == address));
        if let Some(known) = known {
            return Some(known.at.max(now));
        }
        let free = own
            .filter(|_| self.by_network)
            .map_or(now, |own| free_of_a_network(own, now));
        let latest = now + FARTHEST;
        let Some(at) = given.place(free, latest) else {
            given.warn_once_an_hour(now, free > latest);
            return None;
        };
        let own = given.networks.entry(network).or_default();
        own.push_back(Place { at, address });
        Some(at)
    }
}

/// An hour after the last but two, and not before the last: so no hour, wherever it begins, holds more.
fn free_of_a_network(own: &VecDeque<Place>, now: UnixMillis) -> UnixMillis {
    let last = own.back().map_or(now, |place| place.at);
    let over = own
        .iter()
        .rev()
        .nth(MOST_OF_A_NETWORK - 1)
        .map_or(now, |place| place.at + HOUR);
    last.max(over).max(now)
}

impl Given {
    /// A place in the first hour from then on that has one; none where that is too late.
    fn place(&mut self, from: UnixMillis, latest: UnixMillis) -> Option<UnixMillis> {
        let mut hour = from.div_euclid(HOUR);
        while self.hours.get(&hour).is_some_and(|n| *n >= MOST_OF_ALL) {
            hour += 1;
        }
        let at = from.max(hour * HOUR);
        if at > latest {
            return None;
        }
        *self.hours.entry(hour).or_default() += 1;
        Some(at)
    }

    /// Once an hour: networks that are like new, and hours gone by. Where the clock was set back, everything: what was given by the
    /// wrong time would keep readers waiting.
    fn forget_what_is_over(&mut self, now: UnixMillis) {
        if now + SET_BACK < self.seen {
            *self = Self::default();
        }
        self.seen = self.seen.max(now);
        let hour = now.div_euclid(HOUR);
        if hour <= self.cleaned_in {
            return;
        }
        self.cleaned_in = hour;
        self.hours = self.hours.split_off(&hour);
        self.networks.retain(|_, own| {
            own.retain(|place| place.at + HOUR > now);
            !own.is_empty()
        });
    }

    fn warn_once_an_hour(&mut self, now: UnixMillis, of_a_network: bool) {
        let hour = now.div_euclid(HOUR);
        if self.warned_in == Some(hour) {
            return;
        }
        self.warned_in = Some(hour);
        if of_a_network {
            warn!(
                "one network leaves more addresses than are asked in a day, which are not kept; if it is that of a reverse proxy, name it in `trusted_proxies`"
            );
        } else {
            warn!("more addresses are left than are asked in a day; further ones are not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::MINUTE;

    const NOW: UnixMillis = 495_000 * HOUR;

    fn network(number: u16) -> NetworkKey {
        NetworkKey::for_test(number)
    }

    fn address(number: u16) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        bytes
    }

    /// The end of time for never.
    fn when(
        limit: &ConfirmationLimit,
        network: NetworkKey,
        address: [u8; 32],
        now: UnixMillis,
    ) -> UnixMillis {
        limit.not_before(network, address, now).unwrap_or(NEVER)
    }

    const NEVER: UnixMillis = i64::MAX;

    #[test]
    fn a_network_has_three_an_hour_and_the_rest_waits_its_turn() {
        let limit = ConfirmationLimit::new(true);
        let at = |n| when(&limit, network(1), address(n), NOW);
        let times: Vec<i64> = (0..8).map(|n| (at(n) - NOW) / HOUR).collect();
        assert_eq!(times, [0, 0, 0, 1, 1, 1, 2, 2]);
        assert_eq!(
            when(&limit, network(2), address(99), NOW),
            NOW,
            "another network's"
        );
    }

    #[test]
    fn no_hour_holds_more_wherever_it_begins() {
        let limit = ConfirmationLimit::new(true);
        let times: Vec<i64> = (0..40)
            .map(|n: u16| {
                let now = NOW + i64::from(n) * 7 * MINUTE;
                when(&limit, network(1), address(n), now)
            })
            .collect();
        assert!(times.is_sorted());
        assert!(times.windows(4).all(|four| four[3] - four[0] >= HOUR));
    }

    #[test]
    fn the_same_address_is_given_the_same_time() {
        let limit = ConfirmationLimit::new(true);
        for _ in 0..10 {
            assert_eq!(when(&limit, network(1), address(1), NOW), NOW);
        }
        assert_eq!(when(&limit, network(1), address(2), NOW), NOW);
        assert_eq!(
            when(&limit, network(1), address(1), NOW + MINUTE),
            NOW + MINUTE,
            "never in the past"
        );
    }

    #[test]
    fn all_networks_together_have_a_limit() {
        for by_network in [true, false] {
            let limit = ConfirmationLimit::new(by_network);
            let now = NOW + 20 * MINUTE;
            for n in 0..u16::try_from(MOST_OF_ALL).unwrap() {
                assert_eq!(when(&limit, network(n), address(n), now), now);
            }
            let late = when(&limit, network(9_000), address(9_000), now);
            assert_eq!(late, NOW + HOUR, "as the next hour begins");
            assert_eq!(
                when(&limit, network(9_001), address(9_001), NOW + 2 * HOUR),
                NOW + 2 * HOUR
            );
        }
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let limit = ConfirmationLimit::new(true);
        for n in 0..100 {
            let _ = when(&limit, network(n), address(n), NOW);
        }
        let _ = when(&limit, network(1_000), address(1), NOW + 2 * HOUR);
        let given = limit.given.lock().unwrap();
        assert_eq!((given.networks.len(), given.hours.len()), (1, 1));
    }

    #[test]
    fn nobody_waits_longer_than_a_day_and_who_would_is_not_asked() {
        let limit = ConfirmationLimit::new(true);
        let times: Vec<i64> = (0..1_000)
            .map(|n| when(&limit, network(1), address(n), NOW))
            .collect();
        let (asked, never) = times.split_at(75);
        assert!(asked.iter().all(|at| *at <= NOW + FARTHEST));
        assert!(never.iter().all(|at| *at == NEVER));
        assert_eq!(
            limit.given.lock().unwrap().networks[&Some(network(1))].len(),
            75,
            "who gets no place takes none"
        );
        assert_eq!(
            when(&limit, network(2), address(1), NOW),
            NOW,
            "another network's readers do not wait for it"
        );
        let later = NOW + 26 * HOUR;
        assert_eq!(when(&limit, network(1), address(9_999), later), later);
    }

    #[test]
    fn a_flood_from_everywhere_is_over_after_a_day() {
        for by_network in [true, false] {
            let limit = ConfirmationLimit::new(by_network);
            for n in 0..6_000 {
                let at = when(&limit, network(n), address(n), NOW);
                assert!(at <= NOW + FARTHEST || at == NEVER);
            }
            let later = NOW + 25 * HOUR;
            assert_eq!(when(&limit, network(10_001), address(10_001), later), later);
        }
    }

    #[test]
    fn a_clock_that_was_ahead_keeps_nobody_waiting() {
        let limit = ConfirmationLimit::new(true);
        for n in 0..50 {
            let _ = when(&limit, network(1), address(n), NOW + 30 * DAY);
        }
        assert_eq!(when(&limit, network(1), address(99), NOW), NOW);
    }

    #[test]
    fn the_same_address_counts_once_where_networks_are_not_told_apart() {
        let limit = ConfirmationLimit::new(false);
        for _ in 0..2 * MOST_OF_ALL {
            assert_eq!(when(&limit, network(1), address(1), NOW), NOW);
        }
        assert_eq!(when(&limit, network(1), address(2), NOW), NOW);
    }
}
