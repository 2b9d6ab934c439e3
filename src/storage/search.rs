//! The search index: the words of [`analyser`](crate::domain::analyser), in FTS5 or tsvector, and what is still to be indexed.
//!
//! Both databases are given finished words, so that both find the same. What `PostgreSQL` cannot do is to give the newest of many
//! matches first: each ticket's row therefore says in which block of numbers it is, as two more words, and the blocks are asked
//! one after the other.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::{
    erased_words,
    error::StorageError,
    rows::{RowStatement, Together},
    sql::Values,
};
use crate::domain::{
    analyser::{ANALYSER_VERSION, Indexed, STEM},
    ids::{ArticleId, TicketId},
    listing::Direction,
    search_question::{SearchTerms, Term},
};

pub use crate::domain::analyser::{words, words_to};

/// Numbers in a narrow block, and in a wide one.
const NARROW: i64 = 4_096;
const WIDE: i64 = 65_536;
/// With fewer matches in a block, the next one is wider.
const FEW: usize = 100;

/// Notes that tickets are to be indexed.
pub(super) static QUEUED: RowStatement = RowStatement::insert("search_queue", &["ticket_id"], "");

/// The row of a ticket to be indexed, for [`QUEUED`].
pub(super) fn queued_row(ticket: TicketId) -> [Value; 1] {
    [ticket.0.into()]
}

/// Notes that tickets are to be indexed, anew.
///
/// # Errors
/// [`StorageError`]
pub async fn queue(db: &impl ConnectionTrait, tickets: &[TicketId]) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&QUEUED]);
    let rows = tickets.iter().flat_map(|id| queued_row(*id)).collect();
    STATEMENT.execute(db, [rows]).await
}

/// Notes that all tickets of an article are to be indexed anew.
///
/// # Errors
/// [`StorageError`]
pub async fn queue_of_article(
    db: &impl ConnectionTrait,
    article: ArticleId,
) -> Result<(), StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let article = values.place(article.0);
    let text = format!(
        "INSERT INTO search_queue (ticket_id) SELECT id FROM tickets WHERE article_id = {article}"
    );
    db.execute_raw(values.statement(&text)).await?;
    Ok(())
}

/// The oldest entries of the queue: their keys and tickets.
///
/// # Errors
/// [`StorageError`]
pub async fn queued(
    db: &impl ConnectionTrait,
    most: u64,
) -> Result<Vec<(i64, TicketId)>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let most = values.place(i64::try_from(most).unwrap_or(i64::MAX));
    let text = format!("SELECT id, ticket_id FROM search_queue ORDER BY id LIMIT {most}");
    let rows = db.query_all_raw(values.statement(&text)).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("", "id")?,
                TicketId(row.try_get("", "ticket_id")?),
            ))
        })
        .collect()
}

/// Takes entries off the queue.
///
/// # Errors
/// [`StorageError`]
pub async fn settle(db: &impl ConnectionTrait, entries: &[i64]) -> Result<(), StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let is_one = is_one_of_numbers(&mut values, "id", entries);
    let text = format!("DELETE FROM search_queue WHERE {is_one}");
    db.execute_raw(values.statement(&text)).await?;
    Ok(())
}

/// How often the index was written to: what was read at one number may be put in while it is still that.
///
/// # Errors
/// [`StorageError`]
pub async fn generation(db: &impl ConnectionTrait) -> Result<i64, StorageError> {
    let text = "SELECT generation FROM search_state WHERE id = 1";
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), text))
        .await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("", "generation")?))
}

/// Begins to put in what was read at that number; false, when another has written since. Until the transaction ends nobody else writes.
///
/// # Errors
/// [`StorageError`]
pub async fn begin_generation(
    db: &impl ConnectionTrait,
    read_at: i64,
) -> Result<bool, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let read_at = values.place(read_at);
    let text = format!(
        "UPDATE search_state SET generation = generation + 1 WHERE id = 1 AND generation = {read_at}"
    );
    let done = db.execute_raw(values.statement(&text)).await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps out whoever has read before this transaction ends. For who erases words, which would else be put into the index afterwards.
/// To be called before anything is locked; and [`erased_words::wipe`] once it is done.
///
/// # Errors
/// [`StorageError`]
pub async fn begin_erasing(db: &impl ConnectionTrait) -> Result<(), StorageError> {
    db.execute_unprepared("UPDATE search_state SET generation = generation + 1 WHERE id = 1")
        .await?;
    erased_words::note(db).await
}

/// Below which number tickets are still to be indexed by the analyser of this version; nothing when all are.
///
/// # Errors
/// [`StorageError`]
pub async fn not_indexed_below(
    db: &impl ConnectionTrait,
) -> Result<Option<TicketId>, StorageError> {
    let backend = db.get_database_backend();
    let state = "SELECT analyser, below FROM search_state WHERE id = 1";
    let Some(row) = db
        .query_one_raw(Statement::from_string(backend, state))
        .await?
    else {
        return Ok(None);
    };
    let (analyser, mut below): (i32, i64) =
        (row.try_get("", "analyser")?, row.try_get("", "below")?);
    if analyser != ANALYSER_VERSION {
        let last = "SELECT max(id) AS last FROM tickets";
        let row = db
            .query_one_raw(Statement::from_string(backend, last))
            .await?;
        let last: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "last"))?;
        below = last.map_or(0, |last| last + 1);
    }
    Ok((below > 0).then_some(TicketId(below)))
}

/// Notes how far tickets are indexed by the analyser of this version.
///
/// # Errors
/// [`StorageError`]
pub async fn indexed_down_to(
    db: &impl ConnectionTrait,
    below: Option<TicketId>,
) -> Result<(), StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let (analyser, below) = (
        values.place(ANALYSER_VERSION),
        values.place(below.map_or(0, |id| id.0)),
    );
    let text =
        format!("UPDATE search_state SET analyser = {analyser}, below = {below} WHERE id = 1");
    db.execute_raw(values.statement(&text)).await?;
    Ok(())
}

/// Puts the words of tickets into the index, in place of what was there.
///
/// # Errors
/// [`StorageError`]
pub async fn put(
    db: &impl ConnectionTrait,
    list: &[(TicketId, Indexed)],
) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&WORDS]);
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let rows = list.iter().flat_map(|(ticket, indexed)| {
        let words = if postgres {
            tsvector(*ticket, indexed)
        } else {
            tokens(indexed)
        };
        [ticket.0.into(), words.into()]
    });
    STATEMENT.execute(db, [rows.collect()]).await
}

static WORDS: RowStatement = RowStatement::other(
    &["ticket_id", "words"],
    "INSERT OR REPLACE INTO ticket_search (rowid, words) SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL",
    "INSERT INTO ticket_search (ticket_id, words) SELECT ticket_id, words::tsvector \
     FROM json_to_recordset({rows}) AS new(ticket_id bigint, words text) \
     ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words",
);

fn tokens(indexed: &Indexed) -> String {
    let all = indexed.words.iter().chain(&indexed.stems);
    all.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Words with their places, stems and blocks without. Nothing in it but letters, digits and our own signs.
fn tsvector(ticket: TicketId, indexed: &Indexed) -> String {
    let mut out = String::new();
    for (at, word) in indexed.words.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(out, "'{word}':{} ", at + 1);
    }
    for stem in &indexed.stems {
        let _ = write!(out, "'{stem}' ");
    }
    let _ = write!(out, "'{}' '{}'", narrow(ticket.0), wide(ticket.0));
    out
}

fn narrow(ticket: i64) -> String {
    format!("#n{}", ticket.div_euclid(NARROW))
}

fn wide(ticket: i64) -> String {
    format!("#w{}", ticket.div_euclid(WIDE))
}

/// The condition that a column of numbers is one of these.
pub(super) fn is_one_of_numbers(values: &mut Values, column: &str, numbers: &[i64]) -> String {
    let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let list = list.join(",");
    if values.backend == DbBackend::Postgres {
        let list = values.place(format!("{{{list}}}"));
        format!("{column} = ANY ({list}::text::bigint[])")
    } else {
        let list = values.place(format!("[{list}]"));
        format!("{column} IN (SELECT value FROM json_each({list}))")
    }
}

/// Which tickets hold the words: so many of them in that direction, beginning beyond a number.
pub(super) struct Matches {
    fts: String,
    tsquery: String,
    /// How wide the next block is, in `PostgreSQL`; nothing: all that is left.
    width: Option<i64>,
}

impl Matches {
    pub(super) fn of(terms: &SearchTerms) -> Self {
        let fts = |term: &Term| match term {
            Term::Word(stems) => {
                let stems: Vec<String> = stems.iter().map(|s| format!("\"{s}\"")).collect();
                format!("({})", stems.join(" OR "))
            }
            Term::Phrase(words) => format!("\"{}\"", words.join(" ")),
            Term::Beginning(word) => format!("\"{word}\" *"),
        };
        let tsquery = |term: &Term| match term {
            Term::Word(stems) => {
                let stems: Vec<String> = stems.iter().map(|s| format!("'{s}'")).collect();
                format!("({})", stems.join(" | "))
            }
            Term::Phrase(words) => {
                let words: Vec<String> = words.iter().map(|w| format!("'{w}'")).collect();
                format!("({})", words.join(" <-> "))
            }
            Term::Beginning(word) => format!("'{word}':*"),
        };
        // Every ticket has this one; only what is left out is asked for then.
        let everything = Term::Phrase(vec![STEM.to_string()]);
        let all = if terms.all.is_empty() {
            std::slice::from_ref(&everything)
        } else {
            terms.all.as_slice()
        };
        let join = |list: &[Term], make: &dyn Fn(&Term) -> String, with: &str| {
            list.iter().map(make).collect::<Vec<_>>().join(with)
        };
        let mut match_text = join(all, &fts, " AND ");
        let mut tsquery_text = join(all, &tsquery, " & ");
        if !terms.none.is_empty() {
            let none = join(&terms.none, &fts, " OR ");
            match_text = format!("({match_text}) NOT ({none})");
            for term in &terms.none {
                let _ = write!(tsquery_text, " & !{}", tsquery(term));
            }
        }
        Self {
            fts: match_text,
            tsquery: tsquery_text,
            width: Some(NARROW),
        }
    }

    /// The next tickets, at most so many; fewer only when there are no more.
    pub(super) async fn next(
        &mut self,
        db: &impl ConnectionTrait,
        from: Option<i64>,
        direction: Direction,
        most: usize,
    ) -> Result<Vec<i64>, StorageError> {
        if db.get_database_backend() != DbBackend::Postgres {
            return self.of_sqlite(db, from, direction, most).await;
        }
        let mut at = match from {
            Some(from) => from,
            None => edge(db, direction).await?,
        };
        let mut found = Vec::new();
        loop {
            let left = most - found.len();
            let (block, beyond) = match (self.width, direction) {
                (None, _) => (String::new(), None),
                (Some(width), Direction::Down) => (
                    block_of(width, at - 1),
                    Some((at - 1).div_euclid(width) * width),
                ),
                (Some(width), Direction::Up) => (
                    block_of(width, at + 1),
                    Some(((at + 1).div_euclid(width) + 1) * width - 1),
                ),
            };
            let ids = self.of_postgres(db, &block, at, direction, left).await?;
            let (count, full) = (ids.len(), ids.len() >= left);
            found.extend(ids);
            let Some(beyond) = beyond else {
                return Ok(found);
            };
            if full {
                return Ok(found);
            }
            at = beyond;
            if direction == Direction::Down && at <= 0 {
                return Ok(found);
            }
            // Blocks of the next width are begun where one of them is in the middle: what was seen of it is beyond `at`.
            self.width = match self.width {
                Some(NARROW) if count < FEW => Some(WIDE),
                Some(WIDE) if count < FEW => None,
                width => width,
            };
        }
    }

    async fn of_sqlite(
        &self,
        db: &impl ConnectionTrait,
        from: Option<i64>,
        direction: Direction,
        most: usize,
    ) -> Result<Vec<i64>, StorageError> {
        let (sign, down) = sign(direction);
        let mut values = Values::new(DbBackend::Sqlite);
        let fts = values.place(self.fts.as_str());
        let beyond = from.map_or_else(String::new, |from| {
            format!("AND rowid {sign} {}", values.place(from))
        });
        let most = values.place(i64::try_from(most).unwrap_or(i64::MAX));
        let text = format!(
            "SELECT rowid AS id FROM ticket_search WHERE ticket_search MATCH {fts} {beyond} ORDER BY rowid {down} LIMIT {most}"
        );
        ids(db, values.statement(&text)).await
    }

    async fn of_postgres(
        &self,
        db: &impl ConnectionTrait,
        block: &str,
        from: i64,
        direction: Direction,
        most: usize,
    ) -> Result<Vec<i64>, StorageError> {
        let (sign, down) = sign(direction);
        let mut values = Values::new(DbBackend::Postgres);
        let query = values.place(format!("{}{block}", self.tsquery));
        let from = values.place(from);
        let most = values.place(i64::try_from(most).unwrap_or(i64::MAX));
        // Materialised, so that the words are looked up; the order would have every row read for a rare word.
        let text = format!(
            "WITH hit AS MATERIALIZED (SELECT ticket_id FROM ticket_search WHERE words @@ {query}::text::tsquery) \
             SELECT ticket_id AS id FROM hit WHERE ticket_id {sign} {from} ORDER BY ticket_id {down} LIMIT {most}"
        );
        ids(db, values.statement(&text)).await
    }
}

const fn sign(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Down => ("<", "DESC"),
        Direction::Up => (">", "ASC"),
    }
}

fn block_of(width: i64, ticket: i64) -> String {
    let block = if width == NARROW {
        narrow(ticket)
    } else {
        wide(ticket)
    };
    format!(" & '{block}'")
}

async fn ids(db: &impl ConnectionTrait, statement: Statement) -> Result<Vec<i64>, StorageError> {
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// One beyond the last ticket, or one before the first.
async fn edge(db: &impl ConnectionTrait, direction: Direction) -> Result<i64, StorageError> {
    if direction == Direction::Up {
        return Ok(0);
    }
    let sql = "SELECT max(ticket_id) AS last FROM ticket_search";
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let last: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "last"))?;
    Ok(last.map_or(0, |last| last + 1))
}
