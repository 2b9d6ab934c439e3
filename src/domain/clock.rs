//! Time and chance as parameters: every service is handed a [`Clock`] and an [`Entropy`], tests hand in fixed ones.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use uuid::{Builder, Uuid};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMillis = i64;

/// One second in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds (24 hours, whatever the calendar says).
pub const DAY: i64 = 24 * HOUR;

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> UnixMillis;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn now(&self) -> UnixMillis {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands where it is put.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that says `now`.
    #[must_use]
    pub const fn at(now: UnixMillis) -> Self {
        Self(AtomicI64::new(now))
    }

    /// Moves the clock by so many milliseconds (backwards when negative).
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> UnixMillis {
        self.0.load(Ordering::SeqCst)
    }
}

/// Where randomness comes from.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with bytes nobody can foretell.
    fn fill(&self, buffer: &mut [u8]);

    /// The ids this source has handed out.
    fn sequence(&self) -> &IdSequence;

    /// A version 7 UUID (RFC 9562) for that moment; of two of the same millisecond the later is the greater, so that what is
    /// sorted by id stands in the order in which it happened.
    fn uuid(&self, now: UnixMillis) -> Uuid {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        let count = self.sequence().next(now, &bytes);
        // Twelve bits beside the version, fourteen beside the variant.
        let [high, low] = [count >> 14 & 0xFFF, count & 0x3FFF].map(u32::to_be_bytes);
        bytes[..2].copy_from_slice(&high[2..]);
        bytes[2..4].copy_from_slice(&low[2..]);
        Builder::from_unix_timestamp_millis(now.max(0).unsigned_abs(), &bytes).into_uuid()
    }

    /// A random token of `N` bytes.
    fn bytes<const N: usize>(&self) -> [u8; N]
    where
        Self: Sized,
    {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

/// Counts ids within a millisecond (RFC 9562 §6.2, method 1), from a random start.
#[derive(Debug)]
pub struct IdSequence(Mutex<(UnixMillis, u32)>);

impl IdSequence {
    /// A sequence that has handed out nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new((UnixMillis::MIN, 0)))
    }

    fn next(&self, now: UnixMillis, random: &[u8; 10]) -> u32 {
        let mut last = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = if last.0 == now {
            last.1.wrapping_add(1)
        } else {
            // Two of 26 bits are left free, so that fifty million fit into a millisecond.
            u32::from_be_bytes([0, random[0], random[1], random[2]])
        };
        *last = (now, count);
        count
    }
}

impl Default for IdSequence {
    fn default() -> Self {
        Self::new()
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // A machine without a source of randomness must not hand out guessable links: stopping is the only safe answer.
        #[allow(clippy::expect_used, reason = "no safe way on without randomness")]
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }

    fn sequence(&self) -> &IdSequence {
        static SEQUENCE: IdSequence = IdSequence::new();
        &SEQUENCE
    }
}

/// A repeatable sequence for tests (`SplitMix64`).
#[derive(Debug)]
pub struct SeededEntropy {
    state: Mutex<u64>,
    sequence: IdSequence,
}

impl SeededEntropy {
    /// The sequence that belongs to the seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            state: Mutex::new(seed),
            sequence: IdSequence::new(),
        }
    }
}

impl Entropy for SeededEntropy {
    fn sequence(&self) -> &IdSequence {
        &self.sequence
    }

    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entropy, SeededEntropy, SystemEntropy};

    #[test]
    fn ids_of_one_millisecond_stand_in_their_order() {
        let seeded = SeededEntropy::new(1);
        for now in [5, 5, 6, 1_795_425_900_000] {
            let ids: Vec<_> = (0..10_000).map(|_| seeded.uuid(now)).collect();
            assert!(ids.is_sorted_by(|a, b| a < b));
            assert!(ids.iter().all(|id| id.get_version_num() == 7));
        }
        assert!(SystemEntropy.uuid(7) != SystemEntropy.uuid(7));
    }
}
