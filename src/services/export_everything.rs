//! An operator takes everything out: as it was at one moment, in pages, without secrets.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    domain::clock::Clock,
    storage::{
        StorageError, Store, Transaction,
        export::{self, After, Table},
    },
};

/// The version of the form. A reader refuses one that it does not know.
pub const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Clone, Serialize)]
pub struct Header {
    /// Says what this is.
    pub format: &'static str,
    /// [`VERSION`]
    pub version: u32,
    /// The newest migration: what the columns mean.
    pub schema: String,
    /// Which program wrote it.
    pub program: &'static str,
    /// When.
    pub exported_at: String,
    /// Rows of each table.
    pub tables: Map<String, Value>,
}

/// An export on its way.
pub struct Export {
    snapshot: Transaction,
    /// What is still to come, the next table first.
    tables: &'static [Table],
    after: Option<After>,
    /// All rows.
    pub rows: u64,
}

/// Begins an export. Nothing that is written from now on is in it.
///
/// # Errors
/// [`StorageError`]
pub async fn begin(store: &Store, clock: &dyn Clock) -> Result<(Header, Export), StorageError> {
    let snapshot = store.snapshot().await?;
    let mut tables = Map::new();
    let mut rows = 0;
    for table in Table::ALL {
        let count = export::count(&snapshot, *table).await?;
        rows += count;
        tables.insert(table.as_str().to_owned(), count.into());
    }
    let now = Timestamp::from_millisecond(clock.now()).unwrap_or(Timestamp::UNIX_EPOCH);
    let header = Header {
        format: "fehlermelder-export",
        version: VERSION,
        schema: export::schema(),
        program: env!("CARGO_PKG_VERSION"),
        exported_at: format!("{now:.3}"),
        tables,
    };
    let export = Export {
        snapshot,
        tables: Table::ALL,
        after: None,
        rows,
    };
    Ok((header, export))
}

/// A row of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The table's name.
    pub table: &'static str,
    /// The columns.
    #[serde(flatten)]
    pub columns: Map<String, Value>,
}

impl Export {
    /// The next rows; nothing when all are out.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn next_rows(&mut self) -> Result<Option<Vec<Row>>, StorageError> {
        let Some((table, rest)) = self.tables.split_first() else {
            return Ok(None);
        };
        let page = export::page(&self.snapshot, *table, self.after).await?;
        self.after = page.next;
        if self.after.is_none() {
            self.tables = rest;
        }
        let table = table.as_str();
        let rows = page.rows.into_iter();
        Ok(Some(rows.map(|columns| Row { table, columns }).collect()))
    }
}
