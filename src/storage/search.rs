//! The search index: one analyser in Rust folds words alike for FTS5 and tsvector, so that both find the same.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    error::StorageError,
    rows::{RowStatement, Together},
    sql::Values,
};
use crate::domain::{article::Article, ids::TicketId, ticket::Ticket};

/// The longest word that is told from others, in characters.
const MAX_WORD: usize = 60;
/// The most words taken from one ticket.
const MAX_WORDS: usize = 2_000;

/// Folds a text into words: lower case, `ä`→`ae`, `ß`→`ss`, other accents dropped; letters and digits only.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    words_to(text, MAX_WORDS)
}

/// As [`words`], at most so many.
#[must_use]
pub fn words_to(text: &str, most: usize) -> Vec<String> {
    // Composed first: a combining mark would part the word it stands in.
    let text: String = text.nfc().collect();
    text.unicode_words()
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric() && c != '\u{AD}'))
        .filter(|w| !w.is_empty())
        .map(fold)
        .filter(|w| !w.is_empty())
        .take(most)
        .collect()
}

fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            c => out.extend(c.nfd().filter(|c| c.is_alphanumeric())),
        }
    }
    out.chars().take(MAX_WORD).collect()
}

/// What a ticket is found by.
#[must_use]
pub fn text_of(ticket: &Ticket, article: Option<&Article>) -> String {
    let mut text = ticket.id.to_string();
    let mut add = |part: &str| {
        text.push('\n');
        text.push_str(part);
    };
    if let Some(passage) = &ticket.passage {
        add(&passage.exact);
    }
    ticket.suggestions.iter().for_each(|s| add(&s.text));
    ticket.comment.as_deref().into_iter().for_each(&mut add);
    article
        .and_then(|a| a.facts.title.as_deref())
        .into_iter()
        .for_each(&mut add);
    text
}

/// Puts a ticket's words into the index, in place of what was there.
///
/// # Errors
/// [`StorageError`]
pub async fn index(
    db: &impl ConnectionTrait,
    ticket: TicketId,
    text: &str,
) -> Result<(), StorageError> {
    let folded = words(text).join(" ");
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "INSERT INTO ticket_search (ticket_id, words) VALUES ($1, to_tsvector('simple', $2)) \
             ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words"
        }
        _ => "INSERT OR REPLACE INTO ticket_search (rowid, words) VALUES (?, ?)",
    };
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        sql,
        [ticket.0.into(), folded.into()],
    ))
    .await?;
    Ok(())
}

/// Puts the words of new tickets into the index.
pub(super) static WORDS: RowStatement = RowStatement::other(
    &["ticket_id", "words"],
    "INSERT INTO ticket_search (rowid, words) SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL",
    "INSERT INTO ticket_search (ticket_id, words) SELECT ticket_id, to_tsvector('simple', words) \
     FROM json_to_recordset({rows}) AS new(ticket_id bigint, words text)",
);

/// The row of a ticket's text, for [`WORDS`].
pub(super) fn word_row((ticket, text): &(TicketId, String)) -> [Value; 2] {
    [ticket.0.into(), words(text).join(" ").into()]
}

/// Puts the words of many new tickets into the index.
///
/// # Errors
/// [`StorageError`]
pub async fn index_all(
    db: &impl ConnectionTrait,
    list: &[(TicketId, String)],
) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&WORDS]);
    STATEMENT
        .execute(db, [list.iter().flat_map(word_row).collect()])
        .await
}

/// The condition that a ticket holds all the words, the last one as a beginning.
pub(super) fn matching(values: &mut Values, question: &str) -> String {
    let words = words(question);
    if words.is_empty() {
        return "0 = 1".to_owned();
    }
    // Folded words are letters and digits only, so that nothing of either query language can be in them.
    if values.backend == DbBackend::Postgres {
        let query: Vec<String> = words.iter().map(|w| format!("{w}:*")).collect();
        let query = values.place(query.join(" & "));
        format!(
            "id IN (SELECT ticket_id FROM ticket_search WHERE words @@ to_tsquery('simple', {query}))"
        )
    } else {
        let query: Vec<String> = words.iter().map(|w| format!("\"{w}\"*")).collect();
        let query = values.place(query.join(" "));
        format!("id IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH {query})")
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_folded_alike() {
        assert_eq!(
            words("Händler, Straße – „Naïve“ Cafés 5G"),
            ["haendler", "strasse", "naive", "cafes", "5g"]
        );
        assert_eq!(words("Ver\u{AD}fügbarkeit"), ["verfuegbarkeit"]);
        assert_eq!(words("Ha\u{308}ndler Cafe\u{301}"), ["haendler", "cafe"]);
        assert_eq!(
            words("E-Mail-Adresse don't"),
            ["e", "mail", "adresse", "don", "t"]
        );
        assert_eq!(words("\"OR\" * ) (':&"), ["or"]);
    }
}
