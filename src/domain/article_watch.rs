//! When an article is looked at again: soon while its tickets are young, seldom later, never once nothing is left to see.

use url::Url;

use super::{
    clock::{DAY, HOUR, MINUTE, SECOND, UnixMillis},
    notification::jittered,
    ticket::{Resolution, Ticket, TicketState},
};

closed_set! {
    /// Where a version of an article's text came from.
    VersionSource {
        /// We fetched the page.
        Fetched = "fetched",
        /// The content system sent the text.
        Sent = "sent",
    }
}

closed_set! {
    /// Why a page could not be read.
    FetchError {
        /// The address is not one of the site's own origins.
        ForeignHost = "foreign_host",
        /// The name leads to an address that is not public.
        NotPublic = "not_public",
        /// No connection: the name is unknown, or nobody answers there.
        Unreachable = "unreachable",
        /// Not all of it came in time.
        TimedOut = "timed_out",
        /// It leads to another host.
        RedirectedAway = "redirected_away",
        /// It leads on and on.
        TooManyRedirects = "too_many_redirects",
        /// 404
        NotFound = "not_found",
        /// 410
        Removed = "removed",
        /// 401, 403 and the other refusals.
        Refused = "refused",
        /// 429 or 503
        Overloaded = "overloaded",
        /// Another 5xx, or an answer that is none.
        ServerError = "server_error",
        /// Not an HTML page, or in an encoding that we did not ask for.
        NotHtml = "not_html",
        /// More than we take.
        TooLarge = "too_large",
        /// There is no text where the article should be.
        NoText = "no_text",
        /// The disk is nearly full: reports go first.
        DiskFull = "disk_full",
    }
}

/// For how long a closed ticket is watched.
pub const WATCHED_AFTER_CLOSING: i64 = 90 * DAY;
/// No article is fetched twice within this, however many report. Who asks for the page itself does not wait for it.
pub const SHORTEST_PAUSE: i64 = 20 * SECOND;
/// No server puts us off for longer.
pub const LONGEST_RETRY_AFTER: i64 = 7 * DAY;

/// How long an article waits whose look broke off on our side, so many times in a row.
#[must_use]
pub fn pause_after_break_off(failures: i32) -> i64 {
    ((15 * MINUTE) << (failures - 1).clamp(0, 12)).min(DAY)
}

/// The bounds that an operator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    /// Milliseconds between two looks at an article whose ticket is minutes old.
    pub shortest: i64,
    /// Milliseconds between two looks at any article that is watched.
    pub longest: i64,
}

impl Default for Intervals {
    fn default() -> Self {
        Self {
            shortest: 5 * MINUTE,
            longest: DAY,
        }
    }
}

/// What there is to see in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Somebody works on a ticket; the newest thing happened then.
    Open(UnixMillis),
    /// All is closed, and watched for the mistake to come back.
    Closed(UnixMillis),
    /// Nothing.
    Nothing,
}

impl Interest {
    /// What the tickets of an article make of it.
    #[must_use]
    pub fn of<'a>(tickets: impl IntoIterator<Item = &'a Ticket>, now: UnixMillis) -> Self {
        let mut open = false;
        let mut newest = None;
        for ticket in tickets.into_iter().filter(|t| is_watched(t, now)) {
            open |= ticket.state != TicketState::Closed;
            newest = newest.max(Some(ticket.closed_at.unwrap_or(ticket.created_at)));
        }
        match newest {
            Some(at) if open => Self::Open(at),
            Some(at) => Self::Closed(at),
            None => Self::Nothing,
        }
    }

    /// How long after a look the next one comes, before jitter; `None` for never.
    #[must_use]
    pub fn interval(self, now: UnixMillis, bounds: Intervals) -> Option<i64> {
        const OPEN: [(i64, i64); 4] = [
            (HOUR, 5 * MINUTE),
            (DAY, 15 * MINUTE),
            (7 * DAY, HOUR),
            (30 * DAY, 6 * HOUR),
        ];
        const CLOSED: [(i64, i64); 2] = [(DAY, 15 * MINUTE), (7 * DAY, 3 * HOUR)];
        let (table, since): (&[_], _) = match self {
            Self::Open(since) => (&OPEN, since),
            Self::Closed(since) => (&CLOSED, since),
            Self::Nothing => return None,
        };
        let age = now - since;
        let usual = table
            .iter()
            .find(|(below, _)| age < *below)
            .map_or(DAY, |(_, interval)| *interval);
        Some(usual.clamp(bounds.shortest, bounds.longest.max(bounds.shortest)))
    }
}

/// Whether a ticket's passage is looked up: it names one, and it is open or was closed not long ago with more than "never mind".
#[must_use]
pub fn is_watched(ticket: &Ticket, now: UnixMillis) -> bool {
    if ticket.passage.is_none() {
        return false;
    }
    match (ticket.resolution, ticket.closed_at) {
        (Some(Resolution::Spam | Resolution::Duplicate), _) => false,
        (_, Some(at)) => now - at < WATCHED_AFTER_CLOSING,
        (_, None) => true,
    }
}

/// The host of an address; its articles take turns.
#[must_use]
pub fn host_of(url: &str) -> String {
    Url::parse(url)
        .ok()
        .and_then(|u| u.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// How an article's page was last read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchState {
    /// What its server gave us to ask with whether it has changed.
    pub etag: Option<String>,
    /// The same, as a date.
    pub last_modified: Option<String>,
    /// Failures in a row.
    pub failures: i32,
    /// Why the last try failed, if it did.
    pub last_error: Option<FetchError>,
    /// When it was last tried.
    pub last_try_at: Option<UnixMillis>,
    /// When it was last read.
    pub last_success_at: Option<UnixMillis>,
    /// `Retry-After`: not before, whoever asks.
    pub not_before: Option<UnixMillis>,
}

impl WatchState {
    /// The earliest moment of the next try. Who `asked` for the page itself waits for its server alone: something has changed, or
    /// somebody stands there.
    #[must_use]
    pub fn earliest(&self, asked: bool) -> UnixMillis {
        let last = self.last_try_at.filter(|_| !asked);
        let pause = last.map_or(0, |at| at + SHORTEST_PAUSE);
        pause.max(self.not_before.unwrap_or(0))
    }

    /// Notes that the page was read (or was still the same); when it is looked at again.
    pub fn succeed(
        &mut self,
        interest: Interest,
        bounds: Intervals,
        now: UnixMillis,
        random: u8,
    ) -> Option<UnixMillis> {
        self.failures = 0;
        self.last_error = None;
        self.not_before = None;
        self.last_try_at = Some(now);
        self.last_success_at = Some(now);
        interest
            .interval(now, bounds)
            .map(|interval| now + jittered(interval, random))
    }

    /// Notes that the page could not be read; when it is tried again. `retry_after` in milliseconds.
    ///
    /// A page that is gone for good is asked for once a week, in case it was not; one that is not there, once a day after
    /// three tries. Everything else backs off from five minutes to the longest interval.
    pub fn fail(
        &mut self,
        error: FetchError,
        retry_after: Option<i64>,
        interest: Interest,
        bounds: Intervals,
        now: UnixMillis,
        random: u8,
    ) -> Option<UnixMillis> {
        self.failures = self.failures.saturating_add(1);
        self.last_error = Some(error);
        self.last_try_at = Some(now);
        self.not_before = retry_after.map(|wait| now + wait.clamp(0, LONGEST_RETRY_AFTER));
        let usual = interest.interval(now, bounds)?;
        let doubled = (5 * MINUTE) << (self.failures - 1).clamp(0, 12);
        let wait = match error {
            FetchError::Removed => 7 * DAY,
            FetchError::NotFound if self.failures > 3 => DAY.max(usual),
            // Nothing that time mends: the operator or the site's owner has to act.
            FetchError::ForeignHost | FetchError::NotPublic => DAY,
            FetchError::DiskFull => 15 * MINUTE,
            _ => doubled.clamp(bounds.shortest.min(usual), bounds.longest.max(usual)),
        };
        Some((now + jittered(wait, random)).max(self.not_before.unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests;
