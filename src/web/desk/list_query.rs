//! What a list of the desk is narrowed to, as its address says it. Every view is an address. Empty values count as none,
//! unknown ones too: an address that a colleague sent years ago still shows a list.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        clock::UnixMillis,
        ids::{ArticleId, DeskId, EditorId},
        kind::Kind,
        listing::{ListOrder, ListShape},
        tag::read_tag,
        ticket::{PassageState, Resolution, TicketState},
    },
    services::{browse_tickets::Newsroom, list_tickets::Cursor},
    storage::tickets::TicketFilter,
};

/// The address of a list, parameter by parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub(super) state: Option<String>,
    pub(super) resolution: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) site: Option<String>,
    pub(super) desk: Option<String>,
    pub(super) assignee: Option<String>,
    pub(super) passage: Option<String>,
    pub(super) regressed: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) article: Option<String>,
    /// `today`, `week`, `month`; or `from` and `until`, days that are both included.
    pub(super) period: Option<String>,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
    pub(super) q: Option<String>,
    pub(super) order: Option<String>,
    pub(super) shape: Option<String>,
    pub(super) cursor: Option<String>,
}

/// Periods that move with the day: name, and how many days back they begin.
pub(super) const PERIODS: [(&str, i64); 3] = [("today", 0), ("week", 6), ("month", 29)];

impl ListQuery {
    /// Reads the part of an address behind the question mark.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        serde_urlencoded::from_str::<Self>(query)
            .unwrap_or_default()
            .without_blanks()
    }

    /// Without what says nothing.
    #[must_use]
    pub fn without_blanks(mut self) -> Self {
        for (_, field) in self.fields_mut() {
            if field.as_deref().is_some_and(|v| v.trim().is_empty()) {
                *field = None;
            }
        }
        self
    }

    fn fields_mut(&mut self) -> [(&'static str, &mut Option<String>); 17] {
        [
            ("state", &mut self.state),
            ("resolution", &mut self.resolution),
            ("kind", &mut self.kind),
            ("site", &mut self.site),
            ("desk", &mut self.desk),
            ("assignee", &mut self.assignee),
            ("passage", &mut self.passage),
            ("regressed", &mut self.regressed),
            ("tag", &mut self.tag),
            ("article", &mut self.article),
            ("period", &mut self.period),
            ("from", &mut self.from),
            ("until", &mut self.until),
            ("q", &mut self.q),
            ("order", &mut self.order),
            ("shape", &mut self.shape),
            ("cursor", &mut self.cursor),
        ]
    }

    /// All its parameters.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, Option<String>)> {
        let mut copy = self.clone();
        let fields = copy.fields_mut();
        fields
            .into_iter()
            .map(|(name, value)| (name, value.take()))
            .collect()
    }

    /// Its parameters that say something, in a fixed order.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        self.named()
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// The address of this list, from another place on.
    #[must_use]
    pub fn address(&self, cursor: Option<Cursor>) -> String {
        let at = Self {
            cursor: cursor.map(|c| c.to_string()),
            ..self.clone()
        };
        format!("/?{}", at.query())
    }

    /// The part of the address behind the question mark.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs() {
            query.append_pair(name, &value);
        }
        query.finish()
    }

    /// The shape of the list.
    #[must_use]
    pub fn shape(&self) -> ListShape {
        let asked = self.shape.as_deref().and_then(ListShape::parse);
        // What was searched for comes as it is found.
        asked
            .filter(|_| self.q.is_none())
            .unwrap_or(ListShape::Rows)
    }

    /// What comes first: of new tickets the most pressing, of others the newest, unless the address says it.
    #[must_use]
    pub fn order(&self) -> ListOrder {
        let usual = match self.state.as_deref() {
            Some("new") if self.q.is_none() => ListOrder::Pressing,
            _ => ListOrder::Newest,
        };
        let asked = self.order.as_deref().and_then(ListOrder::parse);
        asked.unwrap_or(usual)
    }

    /// How many filters are set, beside state and words.
    #[must_use]
    pub fn narrowed_by(&self) -> usize {
        let mut others = self.clone();
        others.state = None;
        others.q = None;
        others.order = None;
        others.shape = None;
        others.cursor = None;
        others.pairs().len()
    }

    /// Where the page begins.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.cursor.as_deref().and_then(Cursor::parse)
    }

    /// What the list is narrowed to, for an editor, at a moment, in a time zone.
    #[must_use]
    pub fn filter(
        &self,
        newsroom: &Newsroom,
        me: EditorId,
        now: UnixMillis,
        zone: &TimeZone,
    ) -> TicketFilter {
        let (came_from, came_before) = self.period(now, zone);
        TicketFilter {
            sites: newsroom
                .sites
                .iter()
                .filter(|s| self.site.as_deref() == Some(&s.key))
                .map(|s| s.id)
                .collect(),
            states: self
                .state
                .iter()
                .flat_map(|states| states.split(','))
                .filter_map(TicketState::parse)
                .collect(),
            resolution: self.resolution.as_deref().and_then(Resolution::parse),
            kind: self.kind.as_deref().and_then(Kind::parse),
            desks: self
                .desk
                .as_deref()
                .and_then(|d| Uuid::parse_str(d).ok())
                .map(DeskId)
                .into_iter()
                .filter(|id| newsroom.desks.iter().any(|d| d.id == *id))
                .collect(),
            assignee: match self.assignee.as_deref() {
                Some("me") => Some(Some(me)),
                Some("nobody") => Some(None),
                Some(id) => Uuid::parse_str(id).ok().map(|id| Some(EditorId(id))),
                None => None,
            },
            passage_state: self.passage.as_deref().and_then(PassageState::parse),
            regressed: self.regressed.as_deref().and_then(|t| t.parse().ok()),
            tags: self
                .tag
                .iter()
                .flat_map(|tags| tags.split(','))
                .filter_map(|tag| read_tag(tag).ok())
                .collect(),
            article: self
                .article
                .as_deref()
                .and_then(|id| Uuid::parse_str(id).ok())
                .map(ArticleId),
            came_from,
            came_before,
            words: None,
        }
    }

    /// From when, and until before when, the tickets came.
    fn period(&self, now: UnixMillis, zone: &TimeZone) -> (Option<UnixMillis>, Option<UnixMillis>) {
        let begin = |day: Date| {
            let begin = day.to_zoned(zone.clone()).ok()?;
            Some(begin.timestamp().as_millisecond())
        };
        let named = self.period.as_deref();
        if let Some((_, days)) = PERIODS.iter().find(|(name, _)| named == Some(name)) {
            let today = Timestamp::from_millisecond(now)
                .ok()
                .map(|now| now.to_zoned(zone.clone()).date());
            let first = today.and_then(|day| day.checked_sub(days.days()).ok());
            return (first.and_then(begin), None);
        }
        let day = |text: &Option<String>| text.as_deref()?.trim().parse::<Date>().ok();
        let after = day(&self.until).and_then(|day| day.tomorrow().ok());
        (day(&self.from).and_then(begin), after.and_then(begin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONDAY: UnixMillis = 1_795_425_900_000;

    fn newsroom() -> Newsroom {
        Newsroom {
            sites: vec![],
            desks: vec![],
            editors: vec![],
        }
    }

    fn filter(query: &str) -> TicketFilter {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        ListQuery::parse(query).filter(&newsroom(), EditorId(Uuid::nil()), MONDAY, &zone)
    }

    #[test]
    fn an_address_says_what_it_was_read_from() {
        let query = "state=new%2Copen&kind=fact&tag=titel&q=%C3%84rger&order=newest&shape=articles";
        assert_eq!(ListQuery::parse(query).query(), query);
        assert_eq!(
            ListQuery::parse("state=&q=+&kind=fact").query(),
            "kind=fact"
        );
        assert_eq!(ListQuery::parse("page=2&%FF").query(), "");
    }

    #[test]
    fn new_tickets_are_shown_by_priority_and_others_by_age() {
        for (query, order) in [
            ("state=new", ListOrder::Pressing),
            ("state=new&order=newest", ListOrder::Newest),
            ("state=new&q=x", ListOrder::Newest),
            ("state=open", ListOrder::Newest),
            ("order=pressing", ListOrder::Pressing),
            ("order=best", ListOrder::Newest),
        ] {
            assert_eq!(ListQuery::parse(query).order(), order, "{query}");
        }
    }

    #[test]
    fn periods_are_days_where_the_newsroom_is() {
        let hours = |text: &str| Some(text.parse::<Timestamp>().unwrap().as_millisecond());
        for (query, from, before) in [
            ("period=today", hours("2026-11-23T00:00:00+01:00"), None),
            ("period=week", hours("2026-11-17T00:00:00+01:00"), None),
            ("period=month", hours("2026-10-25T00:00:00+02:00"), None),
            (
                "from=2026-11-01&until=2026-11-02",
                hours("2026-11-01T00:00:00+01:00"),
                hours("2026-11-03T00:00:00+01:00"),
            ),
            ("from=gestern&until=", None, None),
        ] {
            let filter = filter(query);
            assert_eq!(
                (filter.came_from, filter.came_before),
                (from, before),
                "{query}"
            );
        }
    }

    #[test]
    fn what_is_not_known_narrows_nothing() {
        assert_eq!(
            filter("state=done&kind=x&desk=7&assignee=x&regressed=yes&tag=%20&article=1&passage=x"),
            TicketFilter::default()
        );
        assert_eq!(
            filter("assignee=me&tag=%23Titel,eilig").tags,
            ["titel", "eilig"]
        );
    }
}
