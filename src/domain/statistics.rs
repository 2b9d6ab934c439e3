//! Figures of a period: what a ticket counts for, on which day, and how many cells make a median. Of tickets, never of persons.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{
    clock::{DAY, MINUTE, UnixMillis},
    ids::{DeskId, SiteId},
    ticket::{Resolution, Ticket, TicketState},
};

closed_set! {
    /// What is counted.
    Measure {
        /// Tickets that came in, on the day they came.
        Opened = "opened",
        /// Tickets that are not closed, on the day they came.
        Pending = "pending",
        /// Tickets that were closed and still are, on the day of the closing; the bucket is the resolution.
        Closed = "closed",
        /// Tickets that somebody looked after for the first time, on that day; the bucket says after how long.
        FirstLook = "first_look",
        /// Tickets closed as corrected, on that day; the bucket says after how long.
        Correction = "correction",
        /// Facts that were corrected and whose cause was named, on the day of the closing; the bucket is the cause.
        Cause = "cause",
    }
}

/// A day as days since 1970-01-01, where the site is.
pub type Day = i32;

/// One of the boxes in which tickets are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Of which site.
    pub site: SiteId,
    /// What is counted, as its word.
    pub measure: String,
    /// On which day.
    pub day: Day,
    /// The ticket's kind, as its word.
    pub kind: String,
    /// The ticket's desk.
    pub desk: Option<DeskId>,
    /// What the measure tells apart.
    pub bucket: i32,
}

/// The boxes in which a ticket stands now. First look: when somebody of the newsroom first did something with it.
#[must_use]
pub fn cells(ticket: &Ticket, first_look: Option<UnixMillis>, zone: &TimeZone) -> Vec<Cell> {
    let cell = |measure: Measure, at: UnixMillis, bucket: i32| Cell {
        site: ticket.site,
        measure: measure.as_str().to_owned(),
        day: day_of(at, zone),
        kind: ticket.kind.as_str().to_owned(),
        desk: ticket.desk,
        bucket,
    };
    let since = |at: UnixMillis| bucket_of(at - ticket.created_at);
    let mut cells = vec![cell(Measure::Opened, ticket.created_at, 0)];
    if ticket.state != TicketState::Closed {
        cells.push(cell(Measure::Pending, ticket.created_at, 0));
    }
    if let Some(at) = first_look {
        cells.push(cell(Measure::FirstLook, at, since(at)));
    }
    if let (Some(at), Some(resolution)) = (ticket.closed_at, ticket.resolution) {
        cells.push(cell(Measure::Closed, at, place(resolution)));
        if resolution == Resolution::Corrected {
            cells.push(cell(Measure::Correction, at, since(at)));
        }
    }
    cells
}

/// The number that stands for a resolution in a bucket; never to be changed.
#[must_use]
pub const fn place(resolution: Resolution) -> i32 {
    match resolution {
        Resolution::Corrected => 0,
        Resolution::AlreadyCorrected => 1,
        Resolution::NotAnError => 2,
        Resolution::NotReproducible => 3,
        Resolution::Duplicate => 4,
        Resolution::Forwarded => 5,
        Resolution::Obsolete => 6,
        Resolution::Spam => 7,
    }
}

/// The resolution of a bucket.
#[must_use]
pub fn resolution_at(bucket: i32) -> Option<Resolution> {
    Resolution::ALL
        .iter()
        .copied()
        .find(|r| place(*r) == bucket)
}

/// The day of a moment in a time zone.
#[must_use]
pub fn day_of(at: UnixMillis, zone: &TimeZone) -> Day {
    let moment = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    number_of(moment.to_zoned(zone.clone()).date())
}

/// A date as the number of its day.
#[must_use]
pub fn number_of(date: Date) -> Day {
    let moment = date
        .to_zoned(TimeZone::UTC)
        .map_or(0, |z| z.timestamp().as_millisecond());
    i32::try_from(moment.div_euclid(DAY)).unwrap_or(0)
}

/// The date of a day's number.
#[must_use]
pub fn date_of(day: Day) -> Date {
    Timestamp::from_millisecond(i64::from(day) * DAY)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(TimeZone::UTC)
        .date()
}

/// How many buckets double the time: each is 9 % above or below its middle.
const STEPS: f64 = 4.0;

/// The bucket of a span of time: they grow with it, so that minutes and months are told with the same precision.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a logarithm of minutes is a small number"
)]
pub fn bucket_of(span: i64) -> i32 {
    let minutes = span.max(0) as f64 / MINUTE as f64;
    ((minutes + 1.0).log2() * STEPS).floor() as i32
}

/// The middle of a bucket, in milliseconds.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "milliseconds of a few years"
)]
pub fn span_of(bucket: i32) -> i64 {
    let minutes = ((f64::from(bucket.clamp(0, 120)) + 0.5) / STEPS).exp2() - 1.0;
    (minutes * MINUTE as f64).round() as i64
}

/// The span below which that share of the counted stay (0.5 is the median), if any are counted.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    reason = "numbers of tickets are far below what a float tells apart"
)]
pub fn quantile(buckets: &BTreeMap<i32, i64>, share: f64) -> Option<i64> {
    let all: i64 = buckets.values().sum();
    if all <= 0 {
        return None;
    }
    let wanted = all as f64 * share;
    let mut below = 0;
    for (bucket, count) in buckets {
        below += count;
        if below as f64 >= wanted {
            return Some(span_of(*bucket));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::clock::HOUR;

    #[test]
    fn days_are_those_of_the_site() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        // 2026-11-23T23:30Z is half past midnight in Berlin.
        let at = 1_795_476_600_000;
        assert_eq!(
            date_of(day_of(at, &TimeZone::UTC)).to_string(),
            "2026-11-23"
        );
        assert_eq!(date_of(day_of(at, &berlin)).to_string(), "2026-11-24");
        assert_eq!(number_of(date_of(20_000)), 20_000);
    }

    #[test]
    fn a_median_is_near_what_was_counted() {
        let mut buckets = BTreeMap::new();
        for span in [5 * MINUTE, HOUR, HOUR, 2 * HOUR, 3 * DAY] {
            *buckets.entry(bucket_of(span)).or_insert(0) += 1;
        }
        let near = |found: Option<i64>, wanted: i64| {
            let found = found.unwrap();
            (found - wanted).abs() * 10 <= wanted
        };
        assert!(near(quantile(&buckets, 0.5), HOUR));
        assert!(near(quantile(&buckets, 0.9), 3 * DAY));
        assert_eq!(quantile(&BTreeMap::new(), 0.5), None);
    }

    proptest! {
        #[test]
        fn a_bucket_is_near_the_span_it_stands_for(minutes in 10_i64..5_000_000) {
            let span = minutes * MINUTE;
            let shown = span_of(bucket_of(span));
            prop_assert!((shown - span).abs() * 9 <= span, "{span} {shown}");
        }
    }
}
