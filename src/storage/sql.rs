//! A statement put together piece by piece, with its values where they stand.

use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

/// The values of a statement in the making; its text is the caller's.
#[derive(Clone)]
pub(super) struct Values {
    pub(super) backend: DbBackend,
    values: Vec<Value>,
}

impl Values {
    pub(super) const fn new(backend: DbBackend) -> Self {
        Self {
            backend,
            values: Vec::new(),
        }
    }

    /// Takes a value; its place in the text.
    pub(super) fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        let number = self.values.len();
        match self.backend {
            DbBackend::Postgres => format!("${number}"),
            _ => format!("?{number}"),
        }
    }

    /// The condition that a column of UUIDs is one of these; there is at least one.
    pub(super) fn is_one_of(&mut self, column: &str, ids: impl Iterator<Item = Uuid>) -> String {
        let places: Vec<String> = ids.map(|id| self.place(id)).collect();
        match places.as_slice() {
            [one] => format!("{column} = {one}"),
            many => format!("{column} IN ({})", many.join(", ")),
        }
    }

    pub(super) fn statement(self, text: &str) -> Statement {
        Statement::from_sql_and_values(self.backend, text, self.values)
    }
}

/// The condition that a column is one of a closed set's words.
pub(super) fn is_word(column: &str, words: &[&'static str]) -> String {
    match words {
        [one] => format!("{column} = '{one}'"),
        many => {
            let many: Vec<String> = many.iter().map(|word| format!("'{word}'")).collect();
            format!("{column} IN ({})", many.join(", "))
        }
    }
}
