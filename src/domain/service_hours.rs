//! When a newsroom is at work: so much time "of service" between two moments, and the moment when so much of it has passed. Days are those of the
//! site's time zone, also those of 23 and 25 hours.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use super::clock::{MINUTE, UnixMillis};

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;
/// Nobody waits longer than this many days for an hour of service.
const HORIZON_DAYS: i64 = 400;

/// From when until when somebody is there, in minutes after midnight by the clock on the wall; `until` is after `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// First minute.
    pub from: u16,
    /// The minute after the last.
    pub until: u16,
}

impl Shift {
    /// Reads `9-18`, `09:00–17:30` or `0-24`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once(['-', '–'])?;
        let minute = |text: &str| {
            let (hours, minutes) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours <= 24 && minutes < 60).then(|| hours * 60 + minutes)
        };
        let shift = Self {
            from: minute(from)?,
            until: minute(until)?,
        };
        (shift.from < shift.until && shift.until <= DAY_MINUTES).then_some(shift)
    }
}

impl std::fmt::Display for Shift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, until) = (self.from, self.until);
        write!(
            f,
            "{:02}:{:02}–{:02}:{:02}",
            from / 60,
            from % 60,
            until / 60,
            until % 60
        )
    }
}

/// The shift of each day of the week, Monday first; nobody is there on a day without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceHours(pub [Option<Shift>; 7]);

impl Default for ServiceHours {
    /// Monday to Friday, nine to six.
    fn default() -> Self {
        let day = Some(Shift {
            from: 9 * 60,
            until: 18 * 60,
        });
        Self([day, day, day, day, day, None, None])
    }
}

impl std::fmt::Display for ServiceHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, shift) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            match shift {
                Some(shift) => write!(f, "{comma}{shift}")?,
                None => write!(f, "{comma}–")?,
            }
        }
        Ok(())
    }
}

impl ServiceHours {
    fn shift_of(&self, day: Date) -> Option<Shift> {
        let index = match day.weekday() {
            Weekday::Monday => 0,
            Weekday::Tuesday => 1,
            Weekday::Wednesday => 2,
            Weekday::Thursday => 3,
            Weekday::Friday => 4,
            Weekday::Saturday => 5,
            Weekday::Sunday => 6,
        };
        self.0[index]
    }

    /// The shift of a day as two moments.
    fn span_of(&self, day: Date, zone: &TimeZone) -> Option<(UnixMillis, UnixMillis)> {
        let shift = self.shift_of(day)?;
        let at = |minute: u16| {
            let (day, minute) = if minute == DAY_MINUTES {
                (day.tomorrow().ok()?, 0)
            } else {
                (day, minute)
            };
            let hour = i8::try_from(minute / 60).ok()?;
            let minute = i8::try_from(minute % 60).ok()?;
            let moment = day.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?;
            Some(moment.timestamp().as_millisecond())
        };
        // A shift that lies in the hour that is left out in spring has no length.
        let (from, until) = (at(shift.from)?, at(shift.until)?);
        (from < until).then_some((from, until))
    }

    /// The shifts from the day of a moment on.
    fn spans<'a>(
        &'a self,
        from: UnixMillis,
        zone: &'a TimeZone,
    ) -> impl Iterator<Item = (UnixMillis, UnixMillis)> + 'a {
        let first = Timestamp::from_millisecond(from)
            .map(|at| at.to_zoned(zone.clone()).date())
            .ok();
        (0..HORIZON_DAYS)
            .filter_map(move |later| first?.checked_add(later.days()).ok())
            .filter_map(move |day| self.span_of(day, zone))
    }

    /// How much service time lies between two moments, in milliseconds; none where `to` is not later. Sees 400 days far.
    #[must_use]
    pub fn between(&self, from: UnixMillis, to: UnixMillis, zone: &TimeZone) -> i64 {
        self.spans(from, zone)
            .take_while(|(begin, _)| *begin < to)
            .map(|(begin, end)| (end.min(to) - begin.max(from)).max(0))
            .sum()
    }

    /// The moment when so much service time has passed since another; none where nobody is ever there.
    #[must_use]
    pub fn after(&self, from: UnixMillis, service: i64, zone: &TimeZone) -> Option<UnixMillis> {
        let mut left = service.max(0);
        for (begin, end) in self.spans(from, zone) {
            let begin = begin.max(from);
            let length = (end - begin).max(0);
            if length >= left && length > 0 {
                return Some(begin + left);
            }
            left -= length;
        }
        None
    }

    /// Hours a week, in minutes of the clock on the wall.
    #[must_use]
    pub fn minutes_a_week(&self) -> i64 {
        self.0
            .iter()
            .flatten()
            .map(|shift| i64::from(shift.until - shift.from))
            .sum()
    }
}

/// Minutes as a span of time.
#[must_use]
pub const fn minutes(minutes: u32) -> i64 {
    minutes as i64 * MINUTE
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::clock::{DAY, HOUR};

    /// Monday, 23 November 2026, 10:25 in Berlin.
    const MONDAY: i64 = 1_795_425_900_000;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    #[test]
    fn service_time_passes_while_somebody_is_there() {
        let hours = ServiceHours::default();
        let zone = berlin();
        // Until six o'clock: 7 h 35 min.
        assert_eq!(
            hours.between(MONDAY, MONDAY + DAY, &zone),
            7 * HOUR + 35 * MINUTE + HOUR + 25 * MINUTE
        );
        assert_eq!(
            hours.after(MONDAY, 4 * HOUR, &zone),
            Some(MONDAY + 4 * HOUR)
        );
        // Eight hours: 25 minutes into Tuesday.
        assert_eq!(
            hours.after(MONDAY, 8 * HOUR, &zone),
            Some(MONDAY + 22 * HOUR + 35 * MINUTE + 25 * MINUTE)
        );
        // Friday evening is Monday morning.
        let friday_evening = MONDAY + 4 * DAY + 9 * HOUR;
        assert_eq!(
            hours.after(friday_evening, HOUR, &zone),
            Some(MONDAY + 7 * DAY - 25 * MINUTE)
        );
        assert_eq!(hours.between(MONDAY, MONDAY - HOUR, &zone), 0);
    }

    #[test]
    fn nobody_ever_there_means_never() {
        let hours = ServiceHours([None; 7]);
        assert_eq!(hours.after(MONDAY, HOUR, &berlin()), None);
        assert_eq!(hours.between(MONDAY, MONDAY + 100 * DAY, &berlin()), 0);
    }

    #[test]
    fn a_shift_is_read_as_people_write_it() {
        for (text, expected) in [
            ("9-18", Some("09:00–18:00")),
            (" 09:30 – 17:45", Some("09:30–17:45")),
            ("0-24", Some("00:00–24:00")),
            ("18-9", None),
            ("9", None),
            ("9-25", None),
            ("9:60-10", None),
            ("", None),
        ] {
            assert_eq!(
                Shift::parse(text).map(|s| s.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    fn shift() -> impl Strategy<Value = Option<Shift>> {
        prop_oneof![
            1 => Just(None),
            3 => (0_u16..1_439, 1_u16..1_440).prop_filter_map("no length", |(from, until)| {
                (from < until).then_some(Some(Shift { from, until }))
            }),
        ]
    }

    fn hours() -> impl Strategy<Value = ServiceHours> {
        proptest::array::uniform7(shift()).prop_map(ServiceHours)
    }

    proptest! {
        #[test]
        fn the_moment_found_is_the_first_at_which_so_much_has_passed(
            hours in hours(),
            from in 1_700_000_000_000_i64..1_900_000_000_000,
            service in 1_i64..40 * HOUR,
            zone in prop_oneof![Just("Europe/Berlin"), Just("America/Sao_Paulo"), Just("Asia/Kolkata"), Just("UTC")],
        ) {
            let zone = TimeZone::get(zone).unwrap();
            if let Some(at) = hours.after(from, service, &zone) {
                prop_assert!(at > from);
                prop_assert_eq!(hours.between(from, at, &zone), service);
                prop_assert_eq!(hours.between(from, at - 1, &zone), service - 1);
            } else {
                prop_assert!(hours.minutes_a_week() < 60);
            }
        }

        #[test]
        fn service_time_adds_up_and_is_never_longer_than_time(
            hours in hours(),
            from in 1_700_000_000_000_i64..1_900_000_000_000,
            first in 0_i64..40 * DAY,
            second in 0_i64..40 * DAY,
        ) {
            let zone = berlin();
            let (middle, to) = (from + first, from + first + second);
            let whole = hours.between(from, to, &zone);
            prop_assert_eq!(whole, hours.between(from, middle, &zone) + hours.between(middle, to, &zone));
            prop_assert!((0..=first + second).contains(&whole));
        }
    }
}
