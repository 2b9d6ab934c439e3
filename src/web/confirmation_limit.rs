//! How many mails that ask to confirm an address a network may cause in an hour, and all networks together.
//!
//! A report is taken whatever address comes with it, also a stranger's. So that nobody's mailbox is flooded by way of ours, what
//! is too much for an hour waits for a later one. In memory and for this instance alone, as [`rate_limit`](super::rate_limit): of
//! networks there are only keys, of addresses only keyed hashes. That one address is asked once a day is counted in the database.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use super::client_network::NetworkKey;
use crate::{
    domain::{
        clock::{HOUR, UnixMillis},
        report::NewReport,
    },
    services::Services,
};

/// The most mails that reports from one network cause in an hour.
pub const MOST_OF_A_NETWORK: usize = 3;
/// The most mails that all reports together cause in an hour.
pub const MOST_OF_ALL: u32 = 200;

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
    /// The last of each network, oldest first.
    networks: HashMap<NetworkKey, VecDeque<Place>>,
    /// How many in each hour.
    hours: BTreeMap<i64, u32>,
    /// In which hour what is over was forgotten.
    cleaned_in: i64,
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

    /// Not before when the reader who left an address with a report is asked whether it is right; nothing where none was left.
    #[must_use]
    pub fn of_report(
        &self,
        services: &Services,
        network: NetworkKey,
        report: &NewReport,
    ) -> Option<UnixMillis> {
        let contact = report.contact.as_ref()?;
        let address = services.key.address_hash(&contact.email);
        Some(self.not_before(network, address, services.now()))
    }

    /// Not before when the mail to an address may leave: now, or in a later hour. The same address is given its time again, so
    /// that a report sent twice counts once.
    #[must_use]
    pub fn not_before(
        &self,
        network: NetworkKey,
        address: [u8; 32],
        now: UnixMillis,
    ) -> UnixMillis {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.forget_what_is_over(now);
        if !self.by_network {
            return given.place(now);
        }
        let own = given.networks.get(&network);
        let known = own.and_then(|own| own.iter().find(|place| place.address == address));
        if let Some(known) = known {
            return known.at.max(now);
        }
        // An hour after the last but two, and not before the last: so no hour, wherever it begins, holds more.
        let free = own.map_or(now, |own| {
            let last = own.back().map_or(now, |place| place.at);
            let full = own.len() >= MOST_OF_A_NETWORK;
            let over = own.front().filter(|_| full).map(|place| place.at + HOUR);
            last.max(over.unwrap_or(now))
        });
        let at = given.place(free.max(now));
        let own = given.networks.entry(network).or_default();
        own.push_back(Place { at, address });
        if own.len() > MOST_OF_A_NETWORK {
            own.pop_front();
        }
        at
    }
}

impl Given {
    /// A place in the first hour from then on that has one.
    fn place(&mut self, from: UnixMillis) -> UnixMillis {
        let mut hour = from.div_euclid(HOUR);
        while self.hours.get(&hour).is_some_and(|n| *n >= MOST_OF_ALL) {
            hour += 1;
        }
        *self.hours.entry(hour).or_default() += 1;
        from.max(hour * HOUR)
    }

    /// Once an hour: networks that are like new, and hours gone by.
    fn forget_what_is_over(&mut self, now: UnixMillis) {
        let hour = now.div_euclid(HOUR);
        if hour == self.cleaned_in {
            return;
        }
        self.cleaned_in = hour;
        self.hours = self.hours.split_off(&hour);
        self.networks
            .retain(|_, own| own.back().is_some_and(|place| place.at + HOUR > now));
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

    #[test]
    fn a_network_has_three_an_hour_and_the_rest_waits_its_turn() {
        let limit = ConfirmationLimit::new(true);
        let at = |n| limit.not_before(network(1), address(n), NOW);
        let times: Vec<i64> = (0..8).map(|n| (at(n) - NOW) / HOUR).collect();
        assert_eq!(times, [0, 0, 0, 1, 1, 1, 2, 2]);
        assert_eq!(
            limit.not_before(network(2), address(99), NOW),
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
                limit.not_before(network(1), address(n), now)
            })
            .collect();
        assert!(times.is_sorted());
        assert!(times.windows(4).all(|four| four[3] - four[0] >= HOUR));
    }

    #[test]
    fn the_same_address_is_given_the_same_time() {
        let limit = ConfirmationLimit::new(true);
        for _ in 0..10 {
            assert_eq!(limit.not_before(network(1), address(1), NOW), NOW);
        }
        assert_eq!(limit.not_before(network(1), address(2), NOW), NOW);
        assert_eq!(
            limit.not_before(network(1), address(1), NOW + MINUTE),
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
                assert_eq!(limit.not_before(network(n), address(n), now), now);
            }
            let late = limit.not_before(network(9_000), address(9_000), now);
            assert_eq!(late, NOW + HOUR, "as the next hour begins");
            assert_eq!(
                limit.not_before(network(9_001), address(9_001), NOW + 2 * HOUR),
                NOW + 2 * HOUR
            );
        }
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let limit = ConfirmationLimit::new(true);
        for n in 0..100 {
            let _ = limit.not_before(network(n), address(n), NOW);
        }
        let _ = limit.not_before(network(1_000), address(1), NOW + 2 * HOUR);
        let given = limit.given.lock().unwrap();
        assert_eq!((given.networks.len(), given.hours.len()), (1, 1));
    }
}
