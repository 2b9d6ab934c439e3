//! What a list of tickets is narrowed to, read strictly: a filter that is silently dropped would show too much.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use url::form_urlencoded;
use uuid::Uuid;

use crate::{
    domain::{
        clock::UnixMillis,
        editor::Editor,
        ids::{EditorId, ReportId},
        kind::Kind,
        listing::ListOrder,
        site::Lang,
        tag::{MAX_TAGS, read_tag},
        ticket::{PassageState, Resolution, TicketState},
    },
    rendering::translate,
    services::{
        browse_tickets::Newsroom,
        list_tickets::{self, Cursor, ListRequest},
    },
    storage::tickets::TicketFilter,
};

/// Tickets a page when nothing is said.
pub const DEFAULT_LIMIT: u64 = 50;
/// The most tickets a page.
pub const MAX_LIMIT: u64 = 200;
/// The longest question, in characters.
pub const MAX_WORDS: usize = 500;

/// The parameters of a list.
pub const LIST: &[&str] = &[
    "state",
    "resolution",
    "kind",
    "site",
    "desk",
    "assignee",
    "passage_state",
    "regressed",
    "tag",
    "created_from",
    "created_before",
    "q",
    "order",
    "limit",
    "cursor",
];
/// The parameters of a single ticket.
pub const SINGLE: &[&str] = &["reports_cursor"];

/// A list that was asked for.
#[derive(Debug)]
pub struct ListQuery {
    /// Which part of which list.
    pub request: ListRequest,
}

/// The parameters at fault, with what is wrong.
pub type Faults = Vec<(String, String)>;

/// Reads the parameters of a list. Empty values count as none.
///
/// # Errors
/// All parameters at fault.
pub fn read_list(
    query: &str,
    newsroom: &Newsroom,
    editor: &Editor,
    lang: Lang,
) -> Result<ListQuery, Faults> {
    let mut reader = Reader::new(query, LIST, lang);
    let states = reader.states();
    let resolution = reader.word("resolution", Resolution::parse);
    let kind = reader.word("kind", Kind::parse);
    let sites = reader.word("site", |key| {
        newsroom.sites.iter().find(|s| s.key == key).map(|s| s.id)
    });
    let desks = reader.word("desk", |text| {
        let ids: Vec<_> = newsroom.find_desks(text).map(|d| d.id).collect();
        (!ids.is_empty()).then_some(ids)
    });
    let assignee = reader.word("assignee", |text| assignee(text, newsroom, editor));
    let passage_state = reader.word("passage_state", PassageState::parse);
    let regressed = reader.word("regressed", |text| text.parse().ok());
    let tags = reader.tags();
    let came_from = reader.moment("created_from");
    let came_before = reader.moment("created_before");
    let order = reader.word("order", ListOrder::parse);
    let words = reader.one("q");
    if words
        .as_ref()
        .is_some_and(|q| q.chars().count() > MAX_WORDS)
    {
        reader.fail("q", "parameter-too-long", MAX_WORDS);
    }
    let limit = reader.limit();
    let cursor = reader.one("cursor").and_then(|text| {
        let cursor = Cursor::parse(&text);
        if cursor.is_none() {
            reader.fail("cursor", "parameter-cursor", 0);
        }
        cursor
    });
    let mut filter = TicketFilter {
        sites: sites.into_iter().collect(),
        states,
        resolution,
        kind,
        desks: desks.unwrap_or_default(),
        assignee,
        passage_state,
        regressed,
        tags,
        article: None,
        came_from,
        came_before,
        words: None,
    };
    if let Some(text) = words {
        // What is no operator is words.
        list_tickets::narrow(&mut filter, &text, newsroom, editor.id);
    }
    reader.end(ListQuery {
        request: ListRequest {
            filter,
            order: order.unwrap_or(ListOrder::Newest),
            cursor,
            limit,
        },
    })
}

/// Reads the parameters of a single ticket: where the page of its reports begins.
///
/// # Errors
/// All parameters at fault.
pub fn read_single(query: &str, lang: Lang) -> Result<Option<ReportId>, Faults> {
    let mut reader = Reader::new(query, SINGLE, lang);
    let before = reader.one("reports_cursor").and_then(|text| {
        let id = Uuid::parse_str(&text).ok();
        if id.is_none() {
            reader.fail("reports_cursor", "parameter-cursor", 0);
        }
        id.map(ReportId)
    });
    reader.end(before)
}

#[allow(
    clippy::option_option,
    reason = "unknown, nobody and somebody are three things"
)]
fn assignee(text: &str, newsroom: &Newsroom, editor: &Editor) -> Option<Option<EditorId>> {
    match text {
        "me" => Some(Some(editor.id)),
        "nobody" => Some(None),
        text => newsroom.find_editor(text).map(|e| Some(e.id)),
    }
}

struct Reader {
    given: BTreeMap<String, Vec<String>>,
    faults: Faults,
    lang: Lang,
}

impl Reader {
    fn new(query: &str, known: &[&str], lang: Lang) -> Self {
        let mut reader = Self {
            given: BTreeMap::new(),
            faults: Vec::new(),
            lang,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let name: String = name.chars().take(40).collect();
                reader.fail(&name, "parameter-unknown", 0);
            } else if !value.is_empty() {
                reader
                    .given
                    .entry(name.into_owned())
                    .or_default()
                    .push(value.into_owned());
            }
        }
        reader
    }

    fn fail(&mut self, name: &str, message: &str, limit: usize) {
        let arguments = [("limit", limit.to_string().into())];
        let detail = translate(self.lang, message, &arguments);
        self.faults.push((name.to_owned(), detail));
    }

    fn one(&mut self, name: &str) -> Option<String> {
        let mut values = self.given.remove(name)?;
        if values.len() > 1 {
            self.fail(name, "parameter-repeated", 0);
        }
        values.pop()
    }

    fn word<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.one(name)?;
        let word = parse(&text);
        if word.is_none() {
            self.fail(name, "parameter-not-in-set", 0);
        }
        word
    }

    /// Several with commas, or the parameter several times.
    fn states(&mut self) -> Vec<TicketState> {
        let given = self.given.remove("state").unwrap_or_default();
        let mut states = Vec::new();
        for word in given.iter().flat_map(|value| value.split(',')) {
            let Some(state) = TicketState::parse(word.trim()) else {
                self.fail("state", "parameter-not-in-set", 0);
                break;
            };
            states.push(state);
        }
        states.sort_unstable();
        states.dedup();
        states
    }

    /// Several with commas, or the parameter several times.
    fn tags(&mut self) -> Vec<String> {
        let given = self.given.remove("tag").unwrap_or_default();
        let mut tags = Vec::new();
        for text in given.iter().flat_map(|value| value.split(',')) {
            match read_tag(text) {
                Ok(tag) if tags.len() < MAX_TAGS => tags.push(tag),
                _ => {
                    self.fail("tag", "parameter-not-in-set", 0);
                    break;
                }
            }
        }
        tags
    }

    /// A moment, or the begin of a day in UTC.
    fn moment(&mut self, name: &str) -> Option<UnixMillis> {
        let text = self.one(name)?;
        let day = || {
            Some(
                text.parse::<Date>()
                    .ok()?
                    .to_zoned(TimeZone::UTC)
                    .ok()?
                    .timestamp(),
            )
        };
        let moment = text.parse::<Timestamp>().ok().or_else(day);
        if moment.is_none() {
            self.fail(name, "parameter-moment", 0);
        }
        moment.map(Timestamp::as_millisecond)
    }

    fn limit(&mut self) -> u64 {
        let Some(text) = self.one("limit") else {
            return DEFAULT_LIMIT;
        };
        let limit = text.parse().ok().filter(|n| (1..=MAX_LIMIT).contains(n));
        if limit.is_none() {
            self.fail(
                "limit",
                "parameter-limit",
                usize::try_from(MAX_LIMIT).unwrap_or(usize::MAX),
            );
        }
        limit.unwrap_or(DEFAULT_LIMIT)
    }

    fn end<T>(self, value: T) -> Result<T, Faults> {
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self.faults)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::editor::Role;

    fn editor() -> Editor {
        Editor {
            id: EditorId(Uuid::from_u128(7)),
            email: "maria@example.org".into(),
            name: "Maria".into(),
            role: Some(Role::Editor),
            site_roles: vec![],
            lang: Lang::De,
            active: true,
            alerted: true,
            keys: true,
            created_at: 0,
        }
    }

    fn read(query: &str) -> Result<ListQuery, Vec<String>> {
        let newsroom = Newsroom {
            sites: vec![],
            desks: vec![],
            editors: vec![editor()],
        };
        read_list(query, &newsroom, &editor(), Lang::En)
            .map_err(|faults| faults.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn a_list_is_read() {
        let list = read("state=new,open&state=waiting&limit=200&q=%C3%84rger&assignee=Maria@example.org&kind=&cursor=").unwrap();
        let list = list.request;
        assert_eq!(
            list.filter.states,
            [TicketState::New, TicketState::Open, TicketState::Waiting]
        );
        assert_eq!((list.limit, list.cursor), (200, None));
        assert_eq!(list.filter.words, Some("Ärger".into()));
        assert_eq!(list.filter.assignee, Some(Some(editor().id)));
        assert_eq!(
            read("assignee=nobody").unwrap().request.filter.assignee,
            Some(None)
        );
        assert_eq!(read("").unwrap().request.limit, DEFAULT_LIMIT);
    }

    #[test]
    fn parameters_at_fault_are_named() {
        for (query, name) in [
            ("state=done", "state"),
            ("state=new,", "state"),
            ("resolution=fixed", "resolution"),
            ("kind=typo", "kind"),
            ("site=x", "site"),
            ("desk=x", "desk"),
            ("assignee=x", "assignee"),
            ("passage_state=lost", "passage_state"),
            ("regressed=yes", "regressed"),
            ("tag=%20", "tag"),
            ("created_from=gestern", "created_from"),
            ("created_before=2026-13-01", "created_before"),
            ("order=best", "order"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=x", "limit"),
            ("limit=1&limit=2", "limit"),
            ("cursor=FM-3", "cursor"),
            ("page=2", "page"),
        ] {
            assert_eq!(read(query).unwrap_err(), [name], "{query}");
        }
        assert_eq!(read("kind=typo&page=2").unwrap_err(), ["page", "kind"]);
    }

    #[test]
    fn a_list_is_narrowed_and_ordered() {
        let list = read("passage_state=changed&regressed=true&tag=Titel,%23Recht&tag=eilig&created_from=2026-11-23&created_before=2026-11-24T00:00:00%2B01:00&order=pressing").unwrap();
        let ListRequest { filter, order, .. } = list.request;
        assert_eq!(filter.passage_state, Some(PassageState::Changed));
        assert_eq!(filter.regressed, Some(true));
        assert_eq!(filter.tags, ["titel", "recht", "eilig"]);
        let period = (filter.came_from, filter.came_before);
        assert_eq!(period, (Some(1_795_392_000_000), Some(1_795_474_800_000)));
        assert_eq!(order, ListOrder::Pressing);
    }
}
