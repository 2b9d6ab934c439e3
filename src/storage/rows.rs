//! Many rows in few statements, whose text never depends on how many.
//!
//! A database prepares a statement once for each text, and each statement is a way there and back. What is written for every
//! batch of reports is therefore always said in the same words, several tables in one breath:
//!
//! - in SQLite as places for a power of two of rows. Those left over stay empty and are skipped; the statements stand one
//!   after the other in one text.
//! - in `PostgreSQL` as one JSON document a table, which the database takes apart by the types of the columns; the statements
//!   are the parts of one `WITH`.

use std::{fmt::Write as _, sync::OnceLock};

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::error::StorageError;

/// The most rows of one statement of SQLite is two to the power of this.
const MAX_POWER: usize = 6;

/// A statement over rows.
pub(super) struct RowStatement {
    /// The values of a row, by name.
    pub(super) columns: &'static [&'static str],
    shape: Shape,
}

enum Shape {
    /// Adds the rows to a table; the tail says what is done about those that are there already.
    Insert {
        table: &'static str,
        tail: &'static str,
    },
    /// Anything else: the rows stand in place of `{rows}`.
    Other {
        sqlite: &'static str,
        postgres: &'static str,
    },
}

impl RowStatement {
    /// Adds rows to a table.
    pub(super) const fn insert(
        table: &'static str,
        columns: &'static [&'static str],
        tail: &'static str,
    ) -> Self {
        let shape = Shape::Insert { table, tail };
        Self { columns, shape }
    }

    /// Does something with rows. SQLite's are to be compared with something that is never null, as an empty one is all null;
    /// the first column of a row is never null. `PostgreSQL`'s are a JSON array of objects.
    pub(super) const fn other(
        columns: &'static [&'static str],
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Self {
        let shape = Shape::Other { sqlite, postgres };
        Self { columns, shape }
    }

    fn sqlite(&self, power: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns.len()].join(","));
        let rows = vec![row; 1 << power].join(",");
        match self.shape {
            Shape::Insert { table, tail } => format!(
                "INSERT INTO {table} ({}) SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL {tail}",
                self.columns.join(", ")
            ),
            Shape::Other { sqlite, .. } => sqlite.replace("{rows}", &rows),
        }
    }

    fn postgres(&self, parameter: usize) -> String {
        let columns = self.columns.join(", ");
        match self.shape {
            Shape::Insert { table, tail } => format!(
                "INSERT INTO {table} ({columns}) SELECT {columns} \
                 FROM json_populate_recordset(NULL::{table}, ${parameter}::json) {tail}"
            ),
            Shape::Other { postgres, .. } => {
                postgres.replace("{rows}", &format!("${parameter}::json"))
            }
        }
    }
}

/// Statements that are executed together.
pub(super) struct Together<const N: usize> {
    parts: [&'static RowStatement; N],
    sqlite: [OnceLock<String>; MAX_POWER + 1],
    postgres: OnceLock<String>,
}

impl<const N: usize> Together<N> {
    /// Those statements, in this order.
    pub(super) const fn new(parts: [&'static RowStatement; N]) -> Self {
        Self {
            parts,
            sqlite: [const { OnceLock::new() }; MAX_POWER + 1],
            postgres: OnceLock::new(),
        }
    }

    /// Executes them over the rows of each: their values one after the other. In SQLite the first are executed for up to 64
    /// rows of each, then again for the next; nothing may therefore rely on what a part does to a later row of another.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn execute(
        &self,
        db: &impl ConnectionTrait,
        rows: [Vec<Value>; N],
    ) -> Result<(), StorageError> {
        if rows.iter().all(Vec::is_empty) {
            return Ok(());
        }
        if db.get_database_backend() == DbBackend::Postgres {
            let documents = self.parts.iter().zip(&rows);
            let documents = documents.map(|(part, rows)| json_of_rows(part.columns, rows).into());
            execute(db, self.postgres_text(), documents.collect()).await
        } else {
            self.in_pieces(db, rows).await
        }
    }

    async fn in_pieces(
        &self,
        db: &impl ConnectionTrait,
        rows: [Vec<Value>; N],
    ) -> Result<(), StorageError> {
        let count = |(part, rows): (&&RowStatement, &Vec<Value>)| rows.len() / part.columns.len();
        let mut left = self.parts.iter().zip(&rows).map(count).max().unwrap_or(0);
        let mut rows = rows.map(Vec::into_iter);
        while left > 0 {
            let power = MAX_POWER.min(left.next_power_of_two().ilog2() as usize);
            let mut values = Vec::new();
            for (part, rows) in self.parts.iter().zip(&mut rows) {
                let places = part.columns.len() << power;
                let filled = values.len() + places;
                values.extend(rows.by_ref().take(places));
                values.resize(filled, Value::BigInt(None));
            }
            let text = self.sqlite[power].get_or_init(|| {
                let parts = self.parts.iter().map(|part| part.sqlite(power));
                parts.collect::<Vec<_>>().join(";")
            });
            execute(db, text, values).await?;
            left = left.saturating_sub(1 << power);
        }
        Ok(())
    }

    fn postgres_text(&self) -> &str {
        self.postgres.get_or_init(|| {
            let parts = self.parts.iter().enumerate();
            let parts: Vec<String> = parts.map(|(n, part)| part.postgres(n + 1)).collect();
            match parts.as_slice() {
                [one] => one.clone(),
                many => {
                    let many = many.iter().enumerate();
                    let many: Vec<String> =
                        many.map(|(n, p)| format!("part{n} AS ({p})")).collect();
                    format!("WITH {} SELECT 1", many.join(", "))
                }
            }
        })
    }
}

/// Executes a statement.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn execute(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<(), StorageError> {
    let backend = db.get_database_backend();
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(())
}

/// The rows as a JSON array of objects, as `json_populate_recordset` takes them: UUIDs and binaries as text, and what is null
/// left out.
fn json_of_rows(columns: &[&str], values: &[Value]) -> String {
    let mut out = String::with_capacity(values.len() * 40 + 2);
    out.push('[');
    for (row, values) in values.chunks(columns.len()).enumerate() {
        out.push_str(if row == 0 { "{" } else { ",{" });
        let mut first = true;
        for (column, value) in columns.iter().zip(values) {
            let before = out.len();
            let _ = write!(out, "{}\"{column}\":", if first { "" } else { "," });
            if push_json(&mut out, value) {
                first = false;
            } else {
                out.truncate(before);
            }
        }
        out.push('}');
    }
    out.push(']');
    out
}

/// Writes a value, if it is there.
fn push_json(out: &mut String, value: &Value) -> bool {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Bool(Some(yes)) => write!(out, "{yes}"),
        Value::Int(Some(number)) => write!(out, "{number}"),
        Value::BigInt(Some(number)) => write!(out, "{number}"),
        Value::Uuid(Some(id)) => write!(out, "\"{id}\""),
        Value::Bytes(Some(bytes)) => {
            out.push_str("\"\\\\x");
            data_encoding::HEXLOWER.encode_append(bytes, out);
            write!(out, "\"")
        }
        Value::String(Some(text)) => write!(out, "{}", serde_json::Value::from(text.as_str())),
        _ => return false,
    };
    true
}

/// Binary keys as one value, for [`is_one_of`].
pub(super) fn list_of<T: AsRef<[u8]>>(keys: impl Iterator<Item = T>) -> Value {
    let mut out = String::from("[");
    for key in keys {
        out.push_str(if out.len() == 1 { "\"" } else { ",\"" });
        data_encoding::HEXLOWER.encode_append(key.as_ref(), &mut out);
        out.push('"');
    }
    out.push(']');
    out.into()
}

/// The condition that a column of binaries, or of UUIDs, is in the list that is that value of the statement.
pub(super) fn is_one_of(backend: DbBackend, column: &str, parameter: usize) -> String {
    match backend {
        // An array is made first and looked up by the index; a subquery may be taken for a join with the whole table.
        DbBackend::Postgres => {
            let key = if column == "id" {
                "key::uuid"
            } else {
                "decode(key, 'hex')"
            };
            format!(
                "{column} = ANY (ARRAY(SELECT {key} FROM json_array_elements_text(${parameter}::json) AS key))"
            )
        }
        _ => format!("{column} IN (SELECT unhex(value) FROM json_each(?{parameter}))"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_a_document_without_what_is_not_there() {
        let values = [
            Value::from(7i64),
            Value::from("„so“\n"),
            Value::from(None::<String>),
            Value::from(8i64),
            Value::from(None::<String>),
            Value::from(vec![0u8, 255]),
        ];
        assert_eq!(
            json_of_rows(&["id", "words", "hash"], &values),
            r#"[{"id":7,"words":"„so“\n"},{"id":8,"hash":"\\x00ff"}]"#
        );
    }

    #[test]
    fn statements_have_places_for_a_power_of_two() {
        let insert = RowStatement::insert("words", &["id", "word"], "ON CONFLICT DO NOTHING");
        assert_eq!(
            insert.sqlite(1),
            "INSERT INTO words (id, word) SELECT * FROM (VALUES (?,?),(?,?)) WHERE column1 IS NOT NULL ON CONFLICT DO NOTHING"
        );
        let other =
            RowStatement::other(&["id"], "WITH gone(id) AS (VALUES {rows}) …", "… {rows} …");
        assert_eq!(other.sqlite(0), "WITH gone(id) AS (VALUES (?)) …");
        assert_eq!(other.postgres(2), "… $2::json …");
    }

    #[test]
    fn keys_are_one_value() {
        assert_eq!(list_of([[1u8, 171]].iter()), Value::from("[\"01ab\"]"));
        assert_eq!(list_of(std::iter::empty::<[u8; 1]>()), Value::from("[]"));
    }
}
