//! A database for one test, empty and its own, gone when the test is over.

use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use tempfile::TempDir;

use super::postgres;

/// An empty database that nobody else sees.
pub struct TestDatabase {
    url: String,
    keep: Keep,
}

/// What must outlive the test, and be cleared away after it.
enum Keep {
    Sqlite { _folder: TempDir },
    Postgres { name: String },
}

impl TestDatabase {
    /// A file in a folder of its own. `sqlite::memory:` would lock in other ways than what people run.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("fehlermelder.sqlite");
        Self {
            url: format!("sqlite://{}", file.display()),
            keep: Keep::Sqlite { _folder: folder },
        }
    }

    /// A database in the PostgreSQL of the tests. Panics where there is none: a test that is skipped proves nothing.
    pub async fn postgres() -> Self {
        let name = new_name();
        let url = postgres::create_database(&name).await;
        Self {
            url: url.into(),
            keep: Keep::Postgres { name },
        }
    }

    /// As [`Self::postgres`], but with the schema of the newest version: a copy, which is quicker than migrating.
    pub async fn migrated_postgres() -> Self {
        let name = new_name();
        let url = postgres::copy_migrated_database(&name).await;
        Self {
            url: url.into(),
            keep: Keep::Postgres { name },
        }
    }

    /// As the configuration key `database_url` takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes every later connection to a PostgreSQL database begin with that.
    pub async fn on_every_connection(&self, set: &str) {
        if let Keep::Postgres { name } = &self.keep {
            postgres::on_every_connection(name, set).await;
        }
    }

    /// Ends all connections to a PostgreSQL database and lets nobody in.
    pub async fn close_to_all(&self) {
        if let Keep::Postgres { name } = &self.keep {
            postgres::close_database(name).await;
        }
    }

    /// Lets everybody in again.
    pub async fn open_to_all(&self) {
        if let Keep::Postgres { name } = &self.keep {
            postgres::open_database(name).await;
        }
    }

    /// The file, where it is one.
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite://").map(PathBuf::from)
    }
}

fn new_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{number}", process::id())
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Keep::Postgres { name } = &self.keep else {
            return;
        };
        let name = name.clone();
        // The test's own runtime may be gone, or be the one that runs this very line.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(postgres::drop_database(&name));
        });
        let dropped = dropping.join().is_ok();
        // A second panic on top of the test's own would hide it.
        assert!(
            dropped || thread::panicking(),
            "the test's database could not be dropped"
        );
    }
}

/// What a test of [`both_databases!`] may ask for: made from an empty database, and keeps it.
pub trait OnDatabase: Sized {
    /// Whether it migrates the database first, so that it may as well be given a copy of a migrated one.
    const MIGRATED: bool = false;

    async fn on(database: TestDatabase) -> Self;
}

impl OnDatabase for TestDatabase {
    async fn on(database: TestDatabase) -> Self {
        database
    }
}

/// Turns each function into two tests, `<name>::on_sqlite` and `<name>::on_postgres`.
///
/// ```ignore
/// both_databases! {
///     async fn a_second_report_joins_the_open_ticket(store: TestStore) { … }
/// }
/// ```
///
/// The argument's type implements [`OnDatabase`].
macro_rules! both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($given:ident: $type:ty) $body:block)+) => {$(
        $(#[$attribute])*
        async fn $name($given: $type) $body

        mod $name {
            use super::*;
            use $crate::support::database::{OnDatabase as _, TestDatabase as Fresh};

            #[tokio::test]
            async fn on_sqlite() {
                super::$name(<$type>::on(Fresh::sqlite()).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                let fresh = if <$type>::MIGRATED { Fresh::migrated_postgres().await } else { Fresh::postgres().await };
                super::$name(<$type>::on(fresh).await).await;
            }
        }
    )+};
}

pub(crate) use both_databases;

mod tests {
    use sea_orm::{ConnectionTrait, Database};

    use super::TestDatabase;

    /// Two tests at once must not meet in one database, and dropping must work with a connection still open.
    async fn is_empty_and_writable(database: &TestDatabase) {
        let url = match database.url() {
            sqlite if sqlite.starts_with("sqlite:") => format!("{sqlite}?mode=rwc"),
            postgres => postgres.to_owned(),
        };
        let connection = Database::connect(url).await.expect("a connection");
        connection
            .execute_unprepared("CREATE TABLE probe (id INTEGER PRIMARY KEY)")
            .await
            .expect("a new table");
        connection
            .execute_unprepared("INSERT INTO probe VALUES (1)")
            .await
            .expect("a new row");
    }

    super::both_databases! {
        async fn each_test_has_a_database_of_its_own(first: TestDatabase) {
            is_empty_and_writable(&first).await;
            let second = match first.url() {
                sqlite if sqlite.starts_with("sqlite:") => TestDatabase::sqlite(),
                _ => TestDatabase::postgres().await,
            };
            is_empty_and_writable(&second).await;
        }
    }
}
