//! What stands in a database, for what no use case shows.

use fehlermelder::storage::{Connection as _, Store};
use sea_orm::Statement;

/// The first row's column `number`.
pub async fn number(store: &Store, sql: &str) -> i64 {
    let statement = Statement::from_string(store.backend(), sql.to_owned());
    let row = store.reader().query_one_raw(statement).await;
    let row = row
        .unwrap_or_else(|error| panic!("{error}: {sql}"))
        .expect("a row");
    row.try_get("", "number").expect("a column called number")
}

/// Each notification's occasion, state and number of tries, in the order in which they were owed.
pub async fn outbox(store: &Store) -> Vec<(String, String, i64)> {
    // Without the rows for the whole newsroom that single mails were made of.
    let sql = "SELECT occasion, state, attempts FROM notifications \
               WHERE NOT (occasion = 'ticket_opened' AND editor_id IS NULL AND state = 'sent') ORDER BY created_at, id";
    let statement = Statement::from_string(store.backend(), sql);
    let rows = store
        .reader()
        .query_all_raw(statement)
        .await
        .expect("the outbox");
    rows.iter()
        .map(|row| {
            let attempts: i32 = row.try_get("", "attempts").expect("attempts");
            (
                row.try_get("", "occasion").expect("occasion"),
                row.try_get("", "state").expect("state"),
                attempts.into(),
            )
        })
        .collect()
}

/// Every row of every table as text, as `pg_dump` would write it.
pub async fn rows_hold(store: &Store, bytes: &[u8]) -> bool {
    let hex = data_encoding::HEXLOWER.encode(bytes);
    // Bytes that are no words are only found as PostgreSQL writes them, in hexadecimal.
    let words =
        std::str::from_utf8(bytes).map_or_else(|_| hex.clone(), |words| words.replace('\'', "''"));
    let tables =
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'";
    let tables = Statement::from_string(store.backend(), tables);
    for table in store
        .reader()
        .query_all_raw(tables)
        .await
        .expect("the tables")
    {
        let name: String = table.try_get("", "name").expect("a name");
        let sql = format!(
            r#"SELECT count(*) AS number FROM "{name}" AS r WHERE position('{words}' IN r::text) > 0 OR position('{hex}' IN r::text) > 0"#
        );
        if number(store, &sql).await > 0 {
            return true;
        }
    }
    false
}

pub fn has(content: &[u8], bytes: &[u8]) -> bool {
    content.windows(bytes.len()).any(|window| window == bytes)
}
