//! Which index a list is read along, and what of the filter that index answers.

use sea_orm::DbBackend;
use uuid::Uuid;

use super::{Direction, Stretch, number, order_by};
use crate::{
    domain::{
        kind::Kind,
        listing::ListOrder,
        ticket::{PassageState, TicketState},
    },
    storage::{
        sql::{Values, is_word},
        tickets::TicketFilter,
    },
};

/// Passage states that few tickets have.
const RARE: [PassageState; 3] = [
    PassageState::Changed,
    PassageState::Gone,
    PassageState::Ambiguous,
];
/// How the index of these is described; said in the same words, so that the planner knows it.
const IS_RARE: &str = "passage_state IN ('changed', 'gone', 'ambiguous')";
/// As [`IS_RARE`], of kinds.
const IS_NOT_COMMON: &str = "kind <> 'spelling'";

/// What is looked at of a row, beside its place.
const LOOKED_AT: &str = ", site_id, state, resolution, kind, desk_id, assignee_id, passage_state, regressed, created_at";
/// What of that the long indexes hold.
const IN_INDEX: &str = ", kind, desk_id, assignee_id, passage_state, regressed";

/// The index that a list is read along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Along {
    /// Site, state, when it came.
    Newest,
    /// Site, state other than closed, weight.
    Pressing,
    /// An article's tickets, few enough to be sorted.
    Article(Uuid),
    /// Desk, state.
    Desk,
    /// Who has it, state.
    Assignee(Uuid),
    /// Site, resolution.
    Resolution,
    /// Site, passage state, state.
    Moved,
    /// Site, state; regressed ones only.
    Regressed,
    /// Site, kind, state; those other than spelling.
    Kind,
    /// Site, tag.
    Tag,
    /// None of these: what the search index gave.
    Words,
}

/// The parts of a list that each stand in order.
pub(super) struct Arms<'a> {
    filter: &'a TicketFilter,
    order: ListOrder,
    along: Along,
    states: Vec<TicketState>,
}

/// One of them: what its index is asked for by.
pub(super) struct Arm<'a, 'b> {
    arms: &'b Arms<'a>,
    first: Option<Uuid>,
    state: Option<TicketState>,
}

impl<'a> Arms<'a> {
    /// Nothing where nothing can be found.
    pub(super) fn of(filter: &'a TicketFilter, order: ListOrder) -> Option<Self> {
        if filter.sites.is_empty() {
            return None;
        }
        let mut states: Vec<TicketState> = if filter.states.is_empty() {
            TicketState::ALL.to_vec()
        } else {
            filter.states.clone()
        };
        if order == ListOrder::Pressing {
            states.retain(|s| *s != TicketState::Closed);
        }
        if filter.resolution.is_some() {
            states.retain(|s| *s == TicketState::Closed);
        }
        if states.is_empty() {
            return None;
        }
        let rare = filter.passage_state.is_some_and(|s| RARE.contains(&s));
        let along = if let Some(article) = filter.article {
            Along::Article(article.0)
        } else if order == ListOrder::Pressing {
            Along::Pressing
        } else if !filter.tags.is_empty() {
            Along::Tag
        } else if let Some(Some(editor)) = filter.assignee {
            Along::Assignee(editor.0)
        } else if filter.regressed == Some(true) {
            Along::Regressed
        } else if rare {
            Along::Moved
        } else if filter.kind.is_some_and(|kind| kind != Kind::Spelling) {
            Along::Kind
        } else if filter.resolution.is_some() {
            Along::Resolution
        } else if filter.kind.is_none() && !filter.desks.is_empty() {
            Along::Desk
        } else {
            Along::Newest
        };
        Some(Self {
            filter,
            order,
            along,
            states,
        })
    }

    /// Makes something of each.
    pub(super) fn each(
        &self,
        values: &mut Values,
        make: impl Fn(Arm<'_, '_>, &mut Values) -> String,
    ) -> Vec<String> {
        let firsts: Vec<Option<Uuid>> = match self.along {
            Along::Article(id) | Along::Assignee(id) => vec![Some(id)],
            Along::Desk => self.filter.desks.iter().map(|d| Some(d.0)).collect(),
            _ => self.filter.sites.iter().map(|s| Some(s.0)).collect(),
        };
        // These are not apart by state.
        let states: Vec<Option<TicketState>> = match self.along {
            Along::Article(_) | Along::Tag | Along::Resolution => vec![None],
            _ => self.states.iter().copied().map(Some).collect(),
        };
        let mut texts = Vec::with_capacity(firsts.len() * states.len());
        for first in firsts {
            for state in &states {
                let arm = Arm {
                    arms: self,
                    first,
                    state: *state,
                };
                texts.push(make(arm, values));
            }
        }
        texts
    }

    /// Whether the index knows all that the list is narrowed by.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self.along, Along::Words | Along::Article(_))
            || self.rest(&mut Values::new(DbBackend::Sqlite)).is_empty()
    }

    /// What is left to be looked at of each row.
    fn rest(&self, values: &mut Values) -> Vec<String> {
        let filter = self.filter;
        let mut rest = Vec::new();
        let along = self.along;
        let by_site = matches!(
            along,
            Along::Newest
                | Along::Pressing
                | Along::Resolution
                | Along::Moved
                | Along::Regressed
                | Along::Kind
                | Along::Tag
        );
        // A desk is of one site; those of others were never asked for.
        if !by_site && along != Along::Desk {
            rest.push(values.is_one_of("site_id", filter.sites.iter().map(|s| s.0)));
        }
        if matches!(along, Along::Article(_) | Along::Tag | Along::Words)
            && self.states.len() < TicketState::ALL.len()
        {
            let states: Vec<_> = self.states.iter().map(|s| s.as_str()).collect();
            rest.push(is_word("state", &states));
        }
        if let Some(resolution) = filter.resolution
            && along != Along::Resolution
        {
            rest.push(is_word("resolution", &[resolution.as_str()]));
        }
        if let Some(kind) = filter.kind
            && along != Along::Kind
        {
            rest.push(is_word("kind", &[kind.as_str()]));
        }
        if !filter.desks.is_empty() && along != Along::Desk {
            rest.push(values.is_one_of("desk_id", filter.desks.iter().map(|d| d.0)));
        }
        match filter.assignee {
            Some(Some(editor)) if !matches!(along, Along::Assignee(_)) => {
                rest.push(values.is_one_of("assignee_id", std::iter::once(editor.0)));
            }
            Some(None) => rest.push("assignee_id IS NULL".to_owned()),
            _ => {}
        }
        if let Some(state) = filter.passage_state
            && along != Along::Moved
        {
            rest.push(is_word("passage_state", &[state.as_str()]));
        }
        match filter.regressed {
            Some(true) if along != Along::Regressed => rest.push("regressed".to_owned()),
            Some(false) => rest.push("NOT regressed".to_owned()),
            _ => {}
        }
        // Along a tag's own index its tickets' rows are still to be read.
        for tag in filter.tags.iter().skip(usize::from(along == Along::Tag)) {
            let tag = values.place(tag.as_str());
            rest.push(format!(
                "EXISTS (SELECT 1 FROM ticket_tags AS other WHERE other.ticket_id = id AND other.tag = {tag})"
            ));
        }
        let period = [(">=", filter.came_from), ("<", filter.came_before)];
        if self.order == ListOrder::Pressing || matches!(along, Along::Article(_) | Along::Words) {
            for (sign, moment) in period {
                if let Some(moment) = moment {
                    let moment = values.place(moment);
                    rest.push(format!("created_at {sign} {moment}"));
                }
            }
        }
        rest
    }
}

/// What tickets are narrowed by, wherever they come from.
pub(super) fn conditions(filter: &TicketFilter, values: &mut Values) -> String {
    let states = if filter.states.is_empty() {
        TicketState::ALL.to_vec()
    } else {
        filter.states.clone()
    };
    let all = Arms {
        filter,
        order: ListOrder::Newest,
        along: Along::Words,
        states,
    };
    all.rest(values).join(" AND ")
}

impl Arm<'_, '_> {
    /// The condition by which the index is asked.
    fn asked(&self, values: &mut Values, stretch: Stretch) -> String {
        let filter = self.arms.filter;
        let mut all = Vec::new();
        let mut is = |column: &str, values: &mut Values| {
            if let Some(id) = self.first {
                all.push(values.is_one_of(column, std::iter::once(id)));
            }
        };
        match self.arms.along {
            Along::Article(_) => is("article_id", values),
            Along::Desk => is("desk_id", values),
            Along::Assignee(_) => is("assignee_id", values),
            _ => is("site_id", values),
        }
        if let Some(state) = self.state {
            all.push(is_word("state", &[state.as_str()]));
        }
        match self.arms.along {
            Along::Pressing => all.push("state <> 'closed'".to_owned()),
            Along::Regressed => all.push("regressed".to_owned()),
            Along::Kind => {
                let kind = filter.kind.map_or("", Kind::as_str);
                all.push(is_word("kind", &[kind]));
                all.push(IS_NOT_COMMON.to_owned());
            }
            Along::Moved => {
                let state = filter.passage_state.map_or("", PassageState::as_str);
                all.push(is_word("passage_state", &[state]));
                all.push(IS_RARE.to_owned());
            }
            Along::Resolution => {
                let resolution = filter.resolution.map_or("", |r| r.as_str());
                all.push(is_word("resolution", &[resolution]));
            }
            Along::Tag => {
                let tag = values.place(filter.tags.first().map_or("", String::as_str));
                all.push(format!("tag = {tag}"));
            }
            _ => {}
        }
        let key = self.key();
        if key == "created_at" && !matches!(self.arms.along, Along::Article(_) | Along::Words) {
            for (sign, moment) in [(">=", filter.came_from), ("<", filter.came_before)] {
                if let Some(moment) = moment {
                    let moment = values.place(moment);
                    all.push(format!("{key} {sign} {moment}"));
                }
            }
        }
        if let Some(from) = stretch.from {
            let sign = match stretch.direction {
                Direction::Down => "<",
                Direction::Up => ">",
            };
            let (at, id) = (values.place(from.key), values.place(from.ticket.0));
            all.push(format!("({key}, {}) {sign} ({at}, {id})", self.id()));
        }
        all.join(" AND ")
    }

    const fn key(&self) -> &'static str {
        match self.arms.order {
            ListOrder::Newest => "created_at",
            ListOrder::Pressing => "weight",
        }
    }

    const fn id(&self) -> &'static str {
        match self.arms.along {
            Along::Tag => "ticket_id",
            _ => "id",
        }
    }

    const fn table(&self, backend: DbBackend) -> &'static str {
        match (self.arms.along, backend) {
            (Along::Tag, _) => "ticket_tags",
            // SQLite would go through all of the state: that index has the columns too.
            (Along::Regressed, DbBackend::Sqlite) => "tickets INDEXED BY tickets_regressed",
            _ => "tickets",
        }
    }

    /// Place and number of its first rows.
    pub(super) fn rows(&self, values: &mut Values, stretch: Stretch, window: u64) -> String {
        let (key, down) = (self.key(), order_by(stretch.direction));
        let rest = self.arms.rest(values);
        if rest.is_empty() || matches!(self.arms.along, Along::Article(_) | Along::Words) {
            let mut all = vec![self.asked(values, stretch)];
            all.extend(rest);
            let limit = values.place(number(stretch.limit));
            let (table, id) = (self.table(values.backend), self.id());
            return format!(
                "SELECT {key} AS place, {id} AS id FROM {table} WHERE {} ORDER BY {key} {down}, {id} {down} LIMIT {limit}",
                all.join(" AND ")
            );
        }
        let window = self.window(values, stretch, window);
        let limit = values.place(number(stretch.limit));
        let rest = rest.join(" AND ");
        // The rows come out of the window as they stand in it; PostgreSQL is told all the same, as it may go about it in other ways.
        let order = match values.backend {
            DbBackend::Postgres => format!("ORDER BY place {down}, id {down} "),
            _ => String::new(),
        };
        if self.arms.along == Along::Tag {
            format!(
                "SELECT place, id FROM (SELECT looked_through.place, tickets.* FROM ({window}) AS looked_through \
                 CROSS JOIN tickets WHERE tickets.id = looked_through.id) AS tagged WHERE {rest} {order}LIMIT {limit}"
            )
        } else {
            format!(
                "SELECT place, id FROM ({window}) AS looked_through WHERE {rest} {order}LIMIT {limit}"
            )
        }
    }

    /// The rows that are looked through.
    pub(super) fn window(&self, values: &mut Values, stretch: Stretch, window: u64) -> String {
        let (key, down, id) = (self.key(), order_by(stretch.direction), self.id());
        let asked = self.asked(values, stretch);
        let window = values.place(number(window));
        let table = self.table(values.backend);
        let columns = match self.arms.along {
            Along::Tag => "",
            // Only what stands in the index, where that is enough.
            Along::Newest | Along::Pressing if self.is_covered() => IN_INDEX,
            _ => LOOKED_AT,
        };
        format!(
            "SELECT {key} AS place, {id} AS id{columns} FROM {table} WHERE {asked} ORDER BY {key} {down}, {id} {down} LIMIT {window}"
        )
    }

    /// Whether the index holds all that is still to be looked at.
    fn is_covered(&self) -> bool {
        let filter = self.arms.filter;
        let by_moment = filter.came_from.is_some() || filter.came_before.is_some();
        !(self.arms.order == ListOrder::Pressing && by_moment)
    }
}
