//! Everything that is stored, row by row, for `export`: all but secrets and what can be computed again.
//!
//! Left out are password hashes, the hashes of tokens, idempotency keys, bodies and addresses, and the tables of [`LEFT_OUT`].
//! What is kept as JSON text comes out as JSON.

use fehlermelder_migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    entities,
    error::{StorageError, json},
};

/// Rows of one page.
const PAGE: u64 = 500;

/// Columns that say nothing to anybody but this installation, or must not leave it.
const HIDDEN: &[&str] = &[
    "password_hash",
    "factor_nonce",
    "factor_last_step",
    "token_hash",
    "url_key",
    "email_hash",
    "idempotency_key",
    "body_hash",
    "hash",
    "search_row",
];
/// Columns that hold JSON as text.
const JSON: &[&str] = &[
    "settings",
    "sections",
    "authors",
    "suggestions",
    "tags",
    "details",
    "act",
];
/// Tables that are not exported, and why. A table is here or in [`Table`].
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("sessions", "secret: who is signed in"),
    ("recovery_codes", "secret: hashes of codes"),
    ("account_links", "secret: links for passwords, good once"),
    ("failed_sign_ins", "hashes of networks, for a day"),
    // A wave's marks are to be gone after a day; an export would keep them.
    ("waves", "bursts of reports, for a day"),
    ("wave_reports", "reports of one burst, for a day"),
    (
        "ticket_tags",
        "the tickets' tags once more, to look them up",
    ),
    ("ticket_search", "made from the tickets"),
    ("search_queue", "what is still to be indexed"),
    ("search_state", "how far the index has come"),
    ("article_search", "made from the versions"),
    ("statistics", "counted from histories and reports"),
    ("ticket_statistics", "counted from the histories"),
    ("article_statistics", "counted from the reports"),
    ("statistics_progress", "how far the counting has come"),
    (
        "newsroom_version",
        "a number that changes, for what is kept in memory",
    ),
    ("seaql_migrations", "the first line says the newest"),
];

/// Where the next page of a table begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Behind that number.
    Number(i64),
    /// Behind that key.
    Key(Uuid),
    /// Behind that part of what has that key.
    Item(Uuid, i64),
}

/// A page of a table.
#[derive(Debug, Clone)]
pub struct Page {
    /// One object a row.
    pub rows: Vec<Map<String, Value>>,
    /// Where the next one begins, if there may be one.
    pub next: Option<After>,
}

/// Names the tables, and how each is read: by a key in pages, or as a whole where it is small.
macro_rules! tables {
    ($($(#[$meta:meta])* $variant:ident = $module:ident, $how:tt),+ $(,)?) => {
        /// What is exported, in an order in which nothing points to what comes later.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Table { $($(#[$meta])* $variant),+ }

        impl Table {
            /// All tables.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($module)),+ }
            }
        }

        /// How many rows a table has.
        ///
        /// # Errors
        /// [`StorageError`]
        pub async fn count(db: &impl ConnectionTrait, table: Table) -> Result<u64, StorageError> {
            Ok(match table {
                $(Table::$variant => entities::$module::Entity::find().count(db).await?),+
            })
        }

        async fn read(db: &impl ConnectionTrait, table: Table, after: Option<After>) -> Result<Page, StorageError> {
            match table { $(Table::$variant => tables!(@read db, after, $module, $how)),+ }
        }
    };
    (@read $db:ident, $after:ident, $module:ident, whole) => {
        whole::<entities::$module::Entity>($db).await
    };
    (@read $db:ident, $after:ident, $module:ident, Article) => {{
        use entities::$module::{Column, Entity, Model};
        keyed::<Entity>($db, Column::ArticleId, |row: &Model| After::Key(row.article_id), $after).await
    }};
    (@read $db:ident, $after:ident, $module:ident, Ticket) => {{
        use entities::$module::{Column, Entity, Model};
        keyed::<Entity>($db, Column::TicketId, |row: &Model| After::Number(row.ticket_id), $after).await
    }};
    (@read $db:ident, $after:ident, $module:ident, Item) => {{
        use entities::$module::{Column, Entity, Model};
        let columns = (Column::BulkId, Column::Position);
        items::<Entity>($db, columns, |row: &Model| After::Item(row.bulk_id, row.position), $after).await
    }};
    (@read $db:ident, $after:ident, $module:ident, $kind:ident) => {{
        use entities::$module::{Column, Entity, Model};
        keyed::<Entity>($db, Column::Id, |row: &Model| After::$kind(row.id), $after).await
    }};
}

tables! {
    /// Publications.
    Sites = sites, Key,
    /// Where their pages may come from.
    SiteOrigins = site_origins, whole,
    /// Their desks.
    Desks = desks, Key,
    /// People, without passwords.
    Editors = editors, Key,
    /// Rights on single sites.
    EditorSites = editor_sites, whole,
    /// API tokens, without their secrets.
    ApiTokens = api_tokens, Key,
    /// What people set for themselves, without their second factors.
    EditorAccounts = editor_accounts, whole,
    /// Who stands in for a desk.
    DeskPeople = desk_people, whole,
    /// Whose byline a name is.
    Bylines = bylines, Key,
    /// Whom their tickets are passed on to.
    SiteAddresses = site_addresses, Key,
    /// What they answer readers with.
    ReadyAnswers = ready_answers, whole,
    /// Searches that people keep.
    SavedViews = saved_views, Key,
    /// The history of the settings.
    AdminEvents = admin_events, Key,
    /// Articles.
    Articles = articles, Key,
    /// The number that the next ticket gets.
    TicketNumbers = ticket_numbers, whole,
    /// What articles said.
    ArticleVersions = article_versions, Key,
    /// How articles were last read.
    ArticleWatch = article_watch, Article,
    /// Tickets.
    Tickets = tickets, Number,
    /// What the watch saw of their passages.
    TicketSightings = ticket_sightings, Ticket,
    /// Their history.
    TicketEvents = ticket_events, Key,
    /// What was written to readers for one act alone.
    ActLetters = act_letters, whole,
    /// Facts that wait for somebody.
    Escalations = escalations, Ticket,
    /// How far the rounds over them have come.
    RoundMarks = round_marks, whole,
    /// What was done to many of them at once.
    BulkActs = bulk_acts, Key,
    /// To which, and what became of each.
    BulkItems = bulk_items, Item,
    /// Who follows them.
    TicketFollowers = ticket_followers, Key,
    /// The kept counters.
    TicketCounters = ticket_counters, whole,
    /// Reports.
    Reports = reports, Key,
    /// Readers who insisted.
    ReportMarks = report_marks, whole,
    /// What readers answered when they were asked.
    ReportAnswers = report_answers, Key,
    /// What readers left to be reached by.
    Contacts = contacts, Key,
    /// The outbox.
    Notifications = notifications, Key,
}

/// The newest migration that this program knows: what the rows' columns mean.
#[must_use]
pub fn schema() -> String {
    let migrations = Migrator::migrations();
    migrations
        .last()
        .map_or_else(String::new, |m| m.name().to_owned())
}

/// A page of a table, in the order of its keys.
///
/// # Errors
/// [`StorageError`]
pub async fn page(
    db: &impl ConnectionTrait,
    table: Table,
    after: Option<After>,
) -> Result<Page, StorageError> {
    let mut page = read(db, table, after).await?;
    for row in &mut page.rows {
        row.retain(|column, _| !HIDDEN.contains(&column.as_str()));
        for column in JSON {
            if let Some(Value::String(text)) = row.get(*column) {
                let value = json(table.as_str(), column, text)?;
                row.insert((*column).to_owned(), value);
            }
        }
    }
    Ok(page)
}

async fn keyed<E: EntityTrait>(
    db: &impl ConnectionTrait,
    column: E::Column,
    key: fn(&E::Model) -> After,
    after: Option<After>,
) -> Result<Page, StorageError>
where
    E::Model: Serialize + Sync,
{
    let query = E::find().order_by_asc(column).limit(PAGE);
    let query = match after {
        Some(After::Number(number)) => query.filter(column.gt(number)),
        Some(After::Key(key)) => query.filter(column.gt(key)),
        Some(After::Item(..)) | None => query,
    };
    Ok(full_or_last(query.all(db).await?, key))
}

/// As [`keyed`], of a table whose rows are parts of something: by its key and their places in it.
async fn items<E: EntityTrait>(
    db: &impl ConnectionTrait,
    (of, place): (E::Column, E::Column),
    key: fn(&E::Model) -> After,
    after: Option<After>,
) -> Result<Page, StorageError>
where
    E::Model: Serialize + Sync,
{
    let query = E::find().order_by_asc(of).order_by_asc(place).limit(PAGE);
    let query = if let Some(After::Item(id, position)) = after {
        let same = Condition::all().add(of.eq(id)).add(place.gt(position));
        query.filter(Condition::any().add(of.gt(id)).add(same))
    } else {
        query
    };
    Ok(full_or_last(query.all(db).await?, key))
}

/// A page; where it is full, another may follow.
fn full_or_last<M: Serialize>(rows: Vec<M>, key: fn(&M) -> After) -> Page {
    let full = rows.len() as u64 == PAGE;
    Page {
        next: rows.last().filter(|_| full).map(key),
        rows: objects(rows),
    }
}

async fn whole<E: EntityTrait>(db: &impl ConnectionTrait) -> Result<Page, StorageError>
where
    E::Model: Serialize + Sync,
{
    Ok(Page {
        rows: objects(E::find().all(db).await?),
        next: None,
    })
}

fn objects(rows: Vec<impl Serialize>) -> Vec<Map<String, Value>> {
    rows.into_iter()
        .filter_map(|row| match serde_json::to_value(row) {
            Ok(Value::Object(object)) => Some(object),
            // A row is a struct of plain values: it always is an object.
            _ => None,
        })
        .collect()
}
