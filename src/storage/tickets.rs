//! Tickets: lists, single tickets, changes, and the kept counters. What intake reads and writes stands in `filing`, what leads to
//! what in `doubles`.

mod doubles;
mod filing;

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

pub(super) use self::doubles::with_doubles;
pub use self::doubles::{doubles_in_article, doubles_of, original_of, originals_of};
pub(super) use self::filing::{COUNTERS, JOINED, TICKETS, counter_rows, joined_row, ticket_row};
pub use self::filing::{JoinedTicket, add_all, all_faster_than, allocate, count, joinable};

use super::{
    entities::{ticket_counters, tickets},
    error::{StorageError, json, to_json, word},
};
use crate::domain::{
    cause::Cause,
    clock::UnixMillis,
    ids::{ArticleId, DeskId, EditorId, SiteId, TicketId},
    kind::{Kind, Part},
    passage::{Passage, SELECTOR_VERSION},
    priority::Priority,
    search_question::SearchTerms,
    ticket::{PassageState, Reason, Resolution, Ticket, TicketState},
};

/// What a list is narrowed to; empty means all that the sites allow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TicketFilter {
    /// The sites the asker may read, or a narrower choice of them.
    pub sites: Vec<SiteId>,
    /// States.
    pub states: Vec<TicketState>,
    /// Resolution.
    pub resolution: Option<Resolution>,
    /// Kind.
    pub kind: Option<Kind>,
    /// Desks.
    pub desks: Vec<DeskId>,
    /// Who has it; `Some(None)` is nobody.
    pub assignee: Option<Option<EditorId>>,
    /// What the article says now.
    pub passage_state: Option<PassageState>,
    /// Whether a correction was undone in the article.
    pub regressed: Option<bool>,
    /// Tags, all of them.
    pub tags: Vec<String>,
    /// An article.
    pub article: Option<ArticleId>,
    /// Came at that moment or later.
    pub came_from: Option<UnixMillis>,
    /// Came before that moment.
    pub came_before: Option<UnixMillis>,
    /// Words that occur, and words that do not.
    pub words: Option<SearchTerms>,
}

/// One ticket.
///
/// # Errors
/// [`StorageError`]
pub async fn find(db: &impl ConnectionTrait, id: TicketId) -> Result<Option<Ticket>, StorageError> {
    tickets::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .map(read)
        .transpose()
}

/// Site and version of several tickets, in no order.
///
/// # Errors
/// [`StorageError`]
pub async fn versions(
    db: &impl ConnectionTrait,
    ids: &[TicketId],
) -> Result<Vec<(TicketId, SiteId, i64)>, StorageError> {
    use tickets::Column;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, Uuid, i64)> = tickets::Entity::find()
        .select_only()
        .columns([Column::Id, Column::SiteId, Column::Version])
        .filter(Column::Id.is_in(ids.iter().map(|i| i.0)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, site, version)| (TicketId(id), SiteId(site), version))
        .collect())
}

/// Several tickets, in no order.
///
/// # Errors
/// [`StorageError`]
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[TicketId],
) -> Result<Vec<Ticket>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tickets::Entity::find()
        .filter(tickets::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The numbers below one, highest first, at most so many.
///
/// # Errors
/// [`StorageError`]
pub async fn numbers_below(
    db: &impl ConnectionTrait,
    below: TicketId,
    most: u64,
) -> Result<Vec<TicketId>, StorageError> {
    let numbers: Vec<i64> = tickets::Entity::find()
        .select_only()
        .column(tickets::Column::Id)
        .filter(tickets::Column::Id.lt(below.0))
        .order_by_desc(tickets::Column::Id)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(numbers.into_iter().map(TicketId).collect())
}

/// One ticket, locked until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn lock(db: &impl ConnectionTrait, id: TicketId) -> Result<Option<Ticket>, StorageError> {
    let query = tickets::Entity::find_by_id(id.0);
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    query.one(db).await?.map(read).transpose()
}

/// Several tickets, lowest first, locked until the transaction ends.
///
/// # Errors
/// [`StorageError`]
pub async fn lock_all(
    db: &impl ConnectionTrait,
    ids: &[TicketId],
) -> Result<Vec<Ticket>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = tickets::Entity::find()
        .filter(tickets::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .order_by_asc(tickets::Column::Id);
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    query.all(db).await?.into_iter().map(read).collect()
}

/// Tickets of an article, newest first: those before `before`, at most so many.
///
/// # Errors
/// [`StorageError`]
pub async fn of_article(
    db: &impl ConnectionTrait,
    article: ArticleId,
    before: Option<TicketId>,
    limit: u64,
) -> Result<Vec<Ticket>, StorageError> {
    let mut query = tickets::Entity::find().filter(tickets::Column::ArticleId.eq(article.0));
    if let Some(before) = before {
        query = query.filter(tickets::Column::Id.lt(before.0));
    }
    let rows = query
        .order_by_desc(tickets::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The tickets of an article that were judged to be no error, newest first.
///
/// # Errors
/// [`StorageError`]
pub async fn not_errors(
    db: &impl ConnectionTrait,
    article: ArticleId,
    limit: u64,
) -> Result<Vec<Ticket>, StorageError> {
    let rows = tickets::Entity::find()
        .filter(tickets::Column::ArticleId.eq(article.0))
        .filter(tickets::Column::Resolution.eq(Resolution::NotAnError.as_str()))
        .order_by_desc(tickets::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The most tickets of one article that are looked up.
const MAX_LOOKED_UP: u64 = 2_000;

/// The tickets of an article that name a passage and are open, or were closed after a moment; newest first, locked until the
/// transaction ends where that is asked.
///
/// # Errors
/// [`StorageError`]
pub async fn with_passage(
    db: &impl ConnectionTrait,
    article: ArticleId,
    closed_after: i64,
    locked: bool,
) -> Result<Vec<Ticket>, StorageError> {
    use tickets::Column;
    let query = tickets::Entity::find()
        .filter(Column::ArticleId.eq(article.0))
        .filter(Column::Exact.is_not_null())
        .filter(
            Condition::any()
                .add(Column::State.ne(TicketState::Closed.as_str()))
                .add(Column::ClosedAt.gt(closed_after)),
        )
        .order_by_desc(Column::Id)
        .limit(MAX_LOOKED_UP);
    let query = if locked && db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    query.all(db).await?.into_iter().map(read).collect()
}

/// The highest number in use between two, both included.
///
/// # Errors
/// [`StorageError`]
pub async fn last_between(
    db: &impl ConnectionTrait,
    first: i64,
    last: i64,
) -> Result<Option<TicketId>, StorageError> {
    let found = tickets::Entity::find()
        .filter(tickets::Column::Id.gte(first))
        .filter(tickets::Column::Id.lte(last))
        .order_by_desc(tickets::Column::Id)
        .limit(1)
        .one(db)
        .await?;
    Ok(found.map(|row| TicketId(row.id)))
}

/// Stores a changed ticket; whoever calls holds it locked.
///
/// # Errors
/// [`StorageError`]
pub async fn save(db: &impl ConnectionTrait, ticket: &Ticket) -> Result<(), StorageError> {
    tickets::Entity::update(active(ticket)).exec(db).await?;
    Ok(())
}

/// How many tickets of those sites are in each state, from the kept counters.
///
/// # Errors
/// [`StorageError`]
pub async fn counts(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
) -> Result<BTreeMap<TicketState, i64>, StorageError> {
    if sites.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = ticket_counters::Entity::find()
        .filter(ticket_counters::Column::SiteId.is_in(sites.iter().map(|s| s.0)))
        .all(db)
        .await?;
    let mut out = BTreeMap::new();
    for row in rows {
        *out.entry(word(
            "ticket_counters",
            "state",
            &row.state,
            TicketState::parse,
        )?)
        .or_insert(0) += row.tickets;
    }
    Ok(out)
}

/// The newest ticket's number.
///
/// # Errors
/// [`StorageError`]
pub async fn newest(db: &impl ConnectionTrait) -> Result<Option<TicketId>, StorageError> {
    let row = tickets::Entity::find()
        .order_by_desc(tickets::Column::Id)
        .limit(1)
        .one(db)
        .await?;
    Ok(row.map(|row| TicketId(row.id)))
}

/// The tickets behind a number, oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn behind(
    db: &impl ConnectionTrait,
    after: TicketId,
    limit: u64,
) -> Result<Vec<Ticket>, StorageError> {
    let rows = tickets::Entity::find()
        .filter(tickets::Column::Id.gt(after.0))
        .order_by_asc(tickets::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// An editor's tickets that are not closed, behind a number.
///
/// # Errors
/// [`StorageError`]
pub async fn open_of_assignee(
    db: &impl ConnectionTrait,
    editor: EditorId,
    after: Option<TicketId>,
    limit: u64,
) -> Result<Vec<Ticket>, StorageError> {
    use tickets::Column;
    let rows = tickets::Entity::find()
        .filter(Column::AssigneeId.eq(editor.0))
        .filter(Column::State.ne(TicketState::Closed.as_str()))
        .filter(Column::Id.gt(after.map_or(0, |id| id.0)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Snoozed tickets whose moment has come.
///
/// # Errors
/// [`StorageError`]
pub async fn due_snoozed(
    db: &impl ConnectionTrait,
    now: i64,
    limit: u64,
) -> Result<Vec<TicketId>, StorageError> {
    let rows = tickets::Entity::find()
        .filter(tickets::Column::SnoozedUntil.lte(now))
        .order_by_asc(tickets::Column::SnoozedUntil)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|r| TicketId(r.id)).collect())
}

fn active(ticket: &Ticket) -> tickets::ActiveModel {
    let passage = ticket.passage.as_ref();
    tickets::ActiveModel {
        id: Set(ticket.id.0),
        site_id: Set(ticket.site.0),
        article_id: Set(ticket.article.0),
        state: Set(ticket.state.as_str().into()),
        resolution: Set(ticket.resolution.map(|r| r.as_str().into())),
        reason: Set(ticket.reason.map(|r| r.as_str().into())),
        passage_state: Set(ticket.passage_state.as_str().into()),
        regressed: Set(ticket.regressed),
        kind: Set(ticket.kind.as_str().into()),
        part: Set(ticket.part.map(|p| p.as_str().into())),
        exact: Set(passage.map(|p| p.exact.clone())),
        prefix: Set(passage.map(|p| p.prefix.clone())),
        suffix: Set(passage.map(|p| p.suffix.clone())),
        start_position: Set(passage.and_then(|p| p.start)),
        end_position: Set(passage.and_then(|p| p.end)),
        selector_version: Set(SELECTOR_VERSION),
        suggestions: Set(to_json(&ticket.suggestions)),
        accepted_suggestion: Set(ticket.accepted_suggestion.clone()),
        comment: Set(ticket.comment.clone()),
        report_count: Set(ticket.report_count),
        desk_id: Set(ticket.desk.map(|d| d.0)),
        assignee_id: Set(ticket.assignee.map(|e| e.0)),
        duplicate_of: Set(ticket.duplicate_of.map(|t| t.0)),
        legal: Set(ticket.legal),
        snoozed_until: Set(ticket.snoozed_until),
        public_note: Set(ticket.public_note.clone()),
        cause: Set(ticket.cause.map(|c| c.as_str().into())),
        weight: Set(ticket.weight),
        priority: Set(ticket.priority.map(|p| p.as_str().into())),
        tags: Set(to_json(&ticket.tags)),
        version: Set(ticket.version),
        created_at: Set(ticket.created_at),
        updated_at: Set(ticket.updated_at),
        closed_at: Set(ticket.closed_at),
    }
}

pub(super) fn read(row: tickets::Model) -> Result<Ticket, StorageError> {
    let maybe = |column, value: Option<String>| -> Result<Option<Resolution>, StorageError> {
        value
            .map(|v| word("tickets", column, &v, Resolution::parse))
            .transpose()
    };
    Ok(Ticket {
        id: TicketId(row.id),
        site: SiteId(row.site_id),
        article: ArticleId(row.article_id),
        state: word("tickets", "state", &row.state, TicketState::parse)?,
        resolution: maybe("resolution", row.resolution)?,
        reason: row
            .reason
            .map(|v| word("tickets", "reason", &v, Reason::parse))
            .transpose()?,
        passage_state: word(
            "tickets",
            "passage_state",
            &row.passage_state,
            PassageState::parse,
        )?,
        regressed: row.regressed,
        kind: word("tickets", "kind", &row.kind, Kind::parse)?,
        part: row
            .part
            .map(|v| word("tickets", "part", &v, Part::parse))
            .transpose()?,
        passage: row.exact.map(|exact| Passage {
            exact,
            prefix: row.prefix.unwrap_or_default(),
            suffix: row.suffix.unwrap_or_default(),
            start: row.start_position,
            end: row.end_position,
        }),
        suggestions: json("tickets", "suggestions", &row.suggestions)?,
        accepted_suggestion: row.accepted_suggestion,
        comment: row.comment,
        report_count: row.report_count,
        desk: row.desk_id.map(DeskId),
        assignee: row.assignee_id.map(EditorId),
        duplicate_of: row.duplicate_of.map(TicketId),
        legal: row.legal,
        snoozed_until: row.snoozed_until,
        public_note: row.public_note,
        cause: row
            .cause
            .map(|v| word("tickets", "cause", &v, Cause::parse))
            .transpose()?,
        weight: row.weight,
        priority: row
            .priority
            .map(|v| word("tickets", "priority", &v, Priority::parse))
            .transpose()?,
        tags: json("tickets", "tags", &row.tags)?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        closed_at: row.closed_at,
    })
}
