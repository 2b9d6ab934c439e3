//! How often one network may do something: so many at once, then so many a minute.
//!
//! In memory and for this instance alone; a first line, not an account of anything. What must hold across instances
//! (failed sign-ins, mails to one address) is counted in the database.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::client_network::NetworkKey;

/// How many checks pass, at least, between two cleanings.
const CLEAN_EVERY: usize = 1024;

/// How many seconds to wait, for `Retry-After`. At least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often; again in {0} seconds")]
pub struct RetryAfterSeconds(pub u64);

type Limiter<C> = RateLimiter<
    NetworkKey,
    DefaultKeyedStateStore<NetworkKey>,
    C,
    NoOpMiddleware<<C as Clock>::Instant>,
>;

/// A limit for each network.
pub struct RateLimit<C: Clock = DefaultClock> {
    limiter: Option<Limiter<C>>,
    clock: C,
    checks: AtomicUsize,
}

impl RateLimit {
    /// `burst` at once, then `per_minute`. With 0 a minute there is no limit; a burst of 0 counts as 1.
    #[must_use]
    pub fn new(per_minute: u32, burst: u32) -> Self {
        Self::with_clock(per_minute, burst, DefaultClock::default())
    }
}

impl<C: Clock + Clone> RateLimit<C> {
    /// Like [`RateLimit::new`], with time from `clock`.
    #[must_use]
    pub fn with_clock(per_minute: u32, burst: u32, clock: C) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let limiter = NonZeroU32::new(per_minute).map(|per_minute| {
            let quota = Quota::per_minute(per_minute).allow_burst(burst);
            RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone())
        });
        Self {
            limiter,
            clock,
            checks: AtomicUsize::new(0),
        }
    }

    /// Counts one act of this network.
    ///
    /// # Errors
    ///
    /// [`RetryAfterSeconds`] when it was one too many. It was not counted then: trying again does not prolong the wait.
    pub fn check(&self, key: NetworkKey) -> Result<(), RetryAfterSeconds> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        self.clean_sometimes(limiter);
        limiter.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            RetryAfterSeconds((wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1))
        })
    }

    /// Forgets networks that have been quiet long enough to be like new. Each cleaning looks at all of them, so the
    /// more there are, the rarer it is.
    fn clean_sometimes(&self, limiter: &Limiter<C>) {
        let checks = self.checks.fetch_add(1, Ordering::Relaxed) + 1;
        if checks >= CLEAN_EVERY && checks >= limiter.len() {
            self.checks.store(0, Ordering::Relaxed);
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn key(number: u16) -> NetworkKey {
        NetworkKey::for_test(number)
    }

    #[test]
    fn a_burst_then_the_rate() {
        let clock = FakeRelativeClock::default();
        let limit = RateLimit::with_clock(6, 3, clock.clone());
        let key = key(1);
        for _ in 0..3 {
            assert_eq!(limit.check(key), Ok(()));
        }
        assert_eq!(limit.check(key), Err(RetryAfterSeconds(10)));
        clock.advance(Duration::from_secs(4));
        assert_eq!(limit.check(key), Err(RetryAfterSeconds(6)));
        clock.advance(Duration::from_secs(6));
        assert_eq!(limit.check(key), Ok(()));
        assert!(limit.check(key).is_err());
    }
    #[test]
    fn networks_do_not_count_for_one_another() {
        let limit = RateLimit::with_clock(1, 1, FakeRelativeClock::default());
        assert_eq!(limit.check(key(1)), Ok(()));
        assert_eq!(limit.check(key(1)), Err(RetryAfterSeconds(60)));
        assert_eq!(limit.check(key(2)), Ok(()));
    }

    #[test]
    fn zero_a_minute_is_no_limit() {
        let limit = RateLimit::new(0, 0);
        assert!((0..1000).all(|_| limit.check(key(1)).is_ok()));
    }

    #[test]
    fn quiet_networks_are_forgotten_and_busy_ones_are_not() {
        let clock = FakeRelativeClock::default();
        let limit = RateLimit::with_clock(1, 1, clock.clone());
        let limiter = limit.limiter.as_ref().unwrap();
        for number in 0..1000 {
            limit.check(key(number)).unwrap();
        }
        assert_eq!(limiter.len(), 1000);
        clock.advance(Duration::from_mins(3));
        limit.check(key(5000)).unwrap();
        for _ in 0..CLEAN_EVERY {
            assert!(limit.check(key(5000)).is_err());
        }
        assert_eq!(limiter.len(), 1);
    }
}
