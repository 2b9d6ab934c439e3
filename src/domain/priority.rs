//! How pressing a ticket is, as a weight that time does not force anybody to rewrite.
//!
//! The weight is a moment in seconds: when the ticket came, plus what speaks for it, in seconds. A ticket with a weight of a day
//! more stands where one that came a day later would stand. Time goes by for all tickets alike, so the order of two of them
//! changes only when something happens to one. (The idea is that of the "hot" order of link aggregators.)
//!
//! What speaks for a ticket is added up, so that each part can be changed alone, and read from the sum again ([`Ticket::explain_weight`](super::ticket::Ticket::explain_weight)).

use super::{
    article::Article,
    clock::{DAY, UnixMillis},
    kind::Kind,
};

closed_set! {
    /// What an editor says of a ticket's priority, over what is computed.
    Priority {
        /// Dringender
        Higher = "higher",
        /// Weniger dringend
        Lower = "lower",
    }
}

closed_set! {
    /// How new the article was when its mistake was reported: most people read it then.
    Freshness {
        /// Came out, or was changed, within a day before.
        Day = "day",
        /// Within a week before.
        Week = "week",
        /// Nobody knows.
        Unknown = "unknown",
        /// Before that.
        Older = "older",
    }
}

const HOURS: i64 = 3_600;
/// What an editor's word counts: enough to stand above or below a fortnight of others.
const SAID: i64 = 14 * 24 * HOURS;
/// What a report that speaks of legal claims counts.
const LEGAL: i64 = 72 * HOURS;
/// What twice as many reporters count.
const DOUBLED: i64 = 12 * HOURS;

/// What a kind of mistake counts: how much harm it does while it stands there.
#[must_use]
pub const fn of_kind(kind: Kind) -> i64 {
    match kind {
        Kind::Fact => 36 * HOURS,
        Kind::Outdated | Kind::Image => 16 * HOURS,
        Kind::Other => 12 * HOURS,
        Kind::Link => 8 * HOURS,
        Kind::Display => 6 * HOURS,
        Kind::Grammar => 2 * HOURS,
        Kind::Spelling => 0,
    }
}

/// What so many reporters count. It grows with their logarithm, in steps (1, 2, 3, 4, 6, 8, 12 …), so that most reports that
/// join change nothing.
#[must_use]
pub const fn of_reports(count: i64) -> i64 {
    if count < 2 {
        return 0;
    }
    let doublings = count.ilog2() as i64;
    let half_way = 3 << (doublings - 1);
    doublings * DOUBLED + if count >= half_way { DOUBLED / 2 } else { 0 }
}

/// What legal claims count.
#[must_use]
pub const fn of_legal(legal: bool) -> i64 {
    if legal { LEGAL } else { 0 }
}

/// What a fresh article counts.
#[must_use]
pub const fn of_freshness(freshness: Freshness) -> i64 {
    match freshness {
        Freshness::Day => 24 * HOURS,
        Freshness::Week => 10 * HOURS,
        Freshness::Unknown => 4 * HOURS,
        Freshness::Older => 0,
    }
}

/// What an editor's word counts.
#[must_use]
pub const fn of_word(said: Option<Priority>) -> i64 {
    match said {
        Some(Priority::Higher) => SAID,
        Some(Priority::Lower) => -SAID,
        None => 0,
    }
}

/// How fresh an article was at a moment: by the date the page gave, else by when it was first heard of, which may be long after
/// it came out.
#[must_use]
pub fn freshness(article: &Article, at: UnixMillis) -> Freshness {
    let dated = article
        .facts
        .modified_at
        .as_deref()
        .and_then(|text| text.parse::<jiff::Timestamp>().ok())
        .map(jiff::Timestamp::as_millisecond);
    match dated.map_or(at - article.created_at, |dated| at - dated) {
        age if age > 7 * DAY => Freshness::Older,
        _ if dated.is_none() => Freshness::Unknown,
        age if age > DAY => Freshness::Week,
        _ => Freshness::Day,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        article::ArticleFacts,
        ids::{ArticleId, SiteId},
    };

    const NOW: UnixMillis = 1_795_425_900_000;

    #[test]
    fn an_article_is_as_fresh_as_what_we_know_of_it() {
        for (modified_at, first_seen, expected) in [
            (Some("2026-11-23T07:00:00+01:00"), 0, Freshness::Day),
            (Some("2026-11-30T07:00:00+01:00"), 0, Freshness::Day),
            (Some("2026-11-19T07:00:00Z"), 0, Freshness::Week),
            (Some("2026-11-01T07:00:00Z"), NOW, Freshness::Older),
            (Some("gestern"), NOW, Freshness::Unknown),
            (None, NOW - DAY, Freshness::Unknown),
            (None, NOW - 8 * DAY, Freshness::Older),
        ] {
            let article = Article {
                id: ArticleId(Uuid::nil()),
                site: SiteId(Uuid::nil()),
                url: "https://magazin.example/a".into(),
                facts: ArticleFacts {
                    modified_at: modified_at.map(str::to_owned),
                    ..ArticleFacts::default()
                },
                created_at: first_seen,
            };
            assert_eq!(freshness(&article, NOW), expected, "{modified_at:?}");
        }
    }

    #[test]
    fn most_reports_that_join_change_nothing() {
        let changes = (1..1_000).filter(|n| of_reports(*n) != of_reports(n + 1));
        assert_eq!(changes.count(), 18);
        assert_eq!(of_reports(12), 3 * DOUBLED + DOUBLED / 2);
    }

    proptest! {
        #[test]
        fn more_reporters_never_weigh_less(count in 0..100_000i64) {
            prop_assert!(of_reports(count + 1) >= of_reports(count));
        }
    }
}
