//! SQLite's log: copied into the file beside the writers, and begun anew.

use fehlermelder::storage::checkpoints::Checkpoints;
use fehlermelder::storage::{Store, StoreOptions};

use crate::support::database::{OnDatabase as _, TestDatabase};
use crate::support::newsroom::TestNewsroom;

/// Some four thousand pages.
const MUCH: &str = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3800) \
    INSERT INTO filler (words) SELECT hex(randomblob(1900)) FROM n";

#[tokio::test]
async fn what_is_in_the_log_gets_into_the_file_once() {
    let database = TestDatabase::sqlite();
    let (url, file) = (database.url().to_owned(), database.file().expect("a file"));
    let newsroom = TestNewsroom::on(database).await;
    let mut checkpoints =
        Checkpoints::of(&newsroom.services.store, &url).expect("SQLite in a file");
    newsroom.standart_is_reported().await;
    assert!(checkpoints.copy().await.unwrap());
    assert!(!checkpoints.copy().await.unwrap(), "nothing came in since");

    let without_log = tempfile::tempdir().unwrap();
    let copy = without_log.path().join("copy.sqlite");
    std::fs::copy(&file, &copy).unwrap();
    let store = Store::connect(&StoreOptions {
        url: format!("sqlite://{}", copy.display()),
        max_connections: 1,
    })
    .await
    .unwrap();
    store.check_schema().await.unwrap();
    let tickets = fehlermelder::storage::tickets::numbers_below(
        store.reader(),
        fehlermelder::domain::ids::TicketId(i64::MAX),
        10,
    );
    assert_eq!(tickets.await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_log_does_not_grow_beyond_what_one_round_writes() {
    let database = TestDatabase::sqlite();
    let (url, file) = (database.url().to_owned(), database.file().expect("a file"));
    let newsroom = TestNewsroom::on(database).await;
    let mut checkpoints =
        Checkpoints::of(&newsroom.services.store, &url).expect("SQLite in a file");
    newsroom
        .sql("CREATE TABLE filler (id integer PRIMARY KEY, words text)")
        .await;
    let mut sizes = Vec::new();
    for _ in 0..5 {
        newsroom.sql(MUCH).await;
        checkpoints.copy().await.unwrap();
        let log = file.with_extension("sqlite-wal");
        sizes.push(std::fs::metadata(log).unwrap().len());
    }
    assert!(sizes[4] < sizes[0] + sizes[0] / 10, "{sizes:?}");
}

#[tokio::test]
async fn what_is_deleted_leaves_the_log_also_while_it_is_being_copied() {
    let database = TestDatabase::sqlite();
    let (url, file) = (database.url().to_owned(), database.file().expect("a file"));
    let newsroom = TestNewsroom::on(database).await;
    let store = &newsroom.services.store;
    let mut checkpoints = Checkpoints::of(store, &url).expect("SQLite in a file");
    newsroom
        .sql("CREATE TABLE filler (id integer PRIMARY KEY, words text)")
        .await;
    for _ in 0..3 {
        newsroom.sql(MUCH).await;
        let (copied, wiped) = tokio::join!(checkpoints.copy(), store.wipe_deleted());
        copied.unwrap();
        wiped.unwrap();
        let log = file.with_extension("sqlite-wal");
        assert_eq!(std::fs::metadata(log).unwrap().len(), 0);
    }
}

#[tokio::test]
async fn other_databases_need_none() {
    let newsroom = TestNewsroom::on(TestDatabase::sqlite()).await;
    for url in ["postgres://localhost/news", "sqlite::memory:"] {
        assert!(
            Checkpoints::of(&newsroom.services.store, url).is_none(),
            "{url}"
        );
    }
}
