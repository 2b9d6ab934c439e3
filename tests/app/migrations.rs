//! The schema: from nothing and from each step of its history, twice, by two at once, and by an older program.

use fehlermelder::storage::{Connection as _, StorageError, Store, StoreOptions};
use fehlermelder_migrations::{Migrator, MigratorTrait as _};
use futures_util::future::join_all;
use sea_orm::{Database, DbBackend, Statement};

use crate::support::database::{TestDatabase, both_databases};
use crate::support::inspection::number;

async fn store(database: &TestDatabase) -> Store {
    let options = StoreOptions {
        url: database.url().to_owned(),
        max_connections: 3,
    };
    Store::connect(&options).await.unwrap()
}

fn steps() -> u32 {
    u32::try_from(Migrator::migrations().len()).unwrap()
}

/// Every table, column and index, by name: what a migration leaves behind.
async fn shape(store: &Store) -> Vec<String> {
    let sql = match store.backend() {
        DbBackend::Postgres => {
            "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line FROM information_schema.columns \
             WHERE table_schema = 'public' UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        }
        _ => "SELECT coalesce(sql, name) AS line FROM sqlite_master ORDER BY 1",
    };
    let statement = Statement::from_string(store.backend(), sql);
    let rows = store.reader().query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", "line").unwrap())
        .collect()
}

both_databases! {
    async fn the_schema_comes_from_nothing_and_a_second_time_is_harmless(database: TestDatabase) {
        let store = store(&database).await;
        assert!(matches!(store.check_schema().await, Err(StorageError::SchemaOutdated(n)) if n == steps() as usize));
        store.migrate().await.unwrap();
        store.check_schema().await.unwrap();
        let first = shape(&store).await;
        assert!(first.len() > 40, "{first:#?}");
        store.migrate().await.unwrap();
        assert_eq!(shape(&store).await, first);
        assert_eq!(number(&store, "SELECT next AS number FROM ticket_numbers").await, 1_001);
    }

    async fn it_comes_to_the_same_from_each_step_of_its_history(database: TestDatabase) {
        let newest = {
            let store = store(&database).await;
            store.migrate().await.unwrap();
            let shape = shape(&store).await;
            store.close().await;
            shape
        };
        for begun in 0..steps() {
            let old = match database.file() {
                Some(_) => TestDatabase::sqlite(),
                None => TestDatabase::postgres().await,
            };
            let url = match old.file() {
                Some(_) => format!("{}?mode=rwc", old.url()),
                None => old.url().to_owned(),
            };
            let connection = Database::connect(url).await.unwrap();
            Migrator::up(&connection, Some(begun)).await.unwrap();
            connection.close().await.unwrap();
            let store = store(&old).await;
            assert!(matches!(store.check_schema().await, Err(StorageError::SchemaOutdated(n)) if n == (steps() - begun) as usize));
            store.migrate().await.unwrap();
            assert_eq!(shape(&store).await, newest, "from step {begun}");
            store.close().await;
        }
    }

    async fn instances_that_start_together_migrate_one_after_the_other(database: TestDatabase) {
        let stores = join_all((0..4).map(|_| store(&database))).await;
        for migrated in join_all(stores.iter().map(Store::migrate)).await {
            migrated.unwrap();
        }
        assert_eq!(number(&stores[0], "SELECT count(*) AS number FROM seaql_migrations").await, i64::from(steps()));
        assert_eq!(number(&stores[0], "SELECT count(*) AS number FROM ticket_numbers").await, 1);
    }

    async fn a_migration_that_breaks_off_leaves_nothing_half_done(database: TestDatabase) {
        let store = store(&database).await;
        // In the way of a table that is made late.
        store.reader().execute_unprepared("CREATE TABLE notifications (id INTEGER)").await.unwrap();
        let error = store.migrate().await.unwrap_err();
        assert!(matches!(error, StorageError::Database(_)), "{error}");
        store.reader().execute_unprepared("DROP TABLE notifications").await.unwrap();
        store.migrate().await.unwrap();
        store.check_schema().await.unwrap();
    }

    async fn a_schema_of_a_newer_version_is_refused_in_words(database: TestDatabase) {
        let store = store(&database).await;
        store.migrate().await.unwrap();
        store.reader().execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_from_the_future', 0)").await.unwrap();
        for refused in [store.migrate().await, store.check_schema().await] {
            let message = refused.unwrap_err().to_string();
            assert!(message.contains("newer version") && message.contains("m20991231_000001_from_the_future"), "{message}");
        }
    }
}
