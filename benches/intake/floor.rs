//! The floors beside which ours is measured.

use fehlermelder::{
    domain::{
        clock::{Clock as _, Entropy as _, SystemClock, SystemEntropy},
        secret::sha256,
    },
    storage::{Store, StoreOptions},
    web::{
        hardening::{Hardening, SecurityHeaders},
        request_limits::RequestLimits,
        server::{self, ServerLimits},
    },
};
use poem::{
    Endpoint, EndpointExt as _, Response, Route, handler, http::StatusCode, post, web::Data,
};
use sea_orm::{
    ConnectionTrait as _, Database, DatabaseConnection, Statement, TransactionTrait as _, Value,
};
use tokio::sync::{mpsc, oneshot};

use crate::mix::ARTICLES;

/// Runs one floor until killed; says port and site key on stdout.
pub fn serve(server: &str, database: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = server::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = floor(database, server == "rows").await;
        println!("{port} {server}");
        run(listener, app).await;
    });
}

async fn run(listener: tokio::net::TcpListener, app: impl Endpoint + 'static) {
    server::serve(
        vec![listener],
        app,
        ServerLimits::default(),
        std::future::pending(),
    )
    .await
    .unwrap();
}

/// What a request of the floor waits for.
struct Waiting {
    body: serde_json::Value,
    stored: oneshot::Sender<uuid::Uuid>,
}

#[handler]
async fn insert_one(body: poem::Body, Data(queue): Data<&mpsc::Sender<Waiting>>) -> Response {
    let bytes = body.into_bytes_limit(64 * 1024).await.unwrap();
    let Ok(body) = serde_json::from_slice(&bytes) else {
        return Response::builder().status(StatusCode::BAD_REQUEST).finish();
    };
    let (stored, answer) = oneshot::channel();
    queue.send(Waiting { body, stored }).await.unwrap();
    let id = answer.await.unwrap();
    Response::builder()
        .status(StatusCode::CREATED)
        .content_type("application/json")
        .body(serde_json::json!({ "id": id, "ticket": "FM-1001", "status_url": "http://localhost/r/AaIHuJGlddqIafJyJcgKCzF4dGVzdHRlc3R0ZXN0dGVzdHRlc3Q" }).to_string())
}

async fn floor(database: &str, rows: bool) -> impl Endpoint<Output = Response> + 'static {
    let store_of = Store::connect(&StoreOptions {
        url: database.to_owned(),
        max_connections: 2,
    })
    .await
    .unwrap();
    if rows {
        store_of.migrate().await.unwrap();
    }
    let mut options = sea_orm::ConnectOptions::new(database.to_owned());
    options
        .max_connections(1)
        .sqlx_logging(false)
        // As ours has it on SQLite: a file does not hang up.
        .test_before_acquire(!database.starts_with("sqlite:"));
    options.map_sqlx_sqlite_opts(|o| {
        o.pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("wal_autocheckpoint", "4000")
    });
    let connection = Database::connect(options).await.unwrap();
    if rows {
        prepare_rows(&connection).await;
    } else {
        connection
            .execute_unprepared(
                "CREATE TABLE floor (id uuid PRIMARY KEY, at bigint NOT NULL, body text NOT NULL)",
            )
            .await
            .unwrap();
    }
    let (queue, waiting) = mpsc::channel(4096);
    tokio::spawn(commit(connection, waiting, rows));
    let route = Route::new()
        .at("/api/v1/reports", post(insert_one))
        .data(queue);
    Hardening::new(SecurityHeaders::new(false), RequestLimits::default()).around(route)
}

async fn commit(connection: DatabaseConnection, mut waiting: mpsc::Receiver<Waiting>, rows: bool) {
    let mut batch = Vec::new();
    let mut opened = 0;
    while waiting.recv_many(&mut batch, 256).await > 0 {
        let now = SystemClock.now();
        let ids: Vec<uuid::Uuid> = batch.iter().map(|_| SystemEntropy.uuid(now)).collect();
        let transaction = connection.begin().await.unwrap();
        if rows {
            write_rows(&transaction, &batch, &ids, now, &mut opened).await;
        } else {
            let values: Vec<Value> = batch
                .iter()
                .zip(&ids)
                .flat_map(|(w, id)| [Value::from(*id), now.into(), w.body.to_string().into()])
                .collect();
            insert(
                &transaction,
                "INSERT INTO floor (id, at, body) VALUES ",
                3,
                values,
                "",
            )
            .await;
        }
        transaction.commit().await.unwrap();
        for (waiting, id) in batch.drain(..).zip(ids) {
            let _ = waiting.stored.send(id);
        }
    }
}

async fn insert(
    db: &impl sea_orm::ConnectionTrait,
    head: &str,
    columns: usize,
    values: Vec<Value>,
    tail: &str,
) {
    use std::fmt::Write as _;
    if values.is_empty() {
        return;
    }
    let postgres = db.get_database_backend() == sea_orm::DbBackend::Postgres;
    let mut sql = head.to_owned();
    for row in 0..values.len() / columns {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                sql.push(',');
            }
            if postgres {
                let _ = write!(sql, "${}", row * columns + column + 1);
            } else {
                sql.push('?');
            }
        }
        sql.push(')');
    }
    sql.push_str(tail);
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        sql,
        values,
    ))
    .await
    .unwrap();
}

/// Changes the rows of those keys.
async fn update(db: &impl sea_orm::ConnectionTrait, head: &str, keys: Vec<Value>) {
    let backend = db.get_database_backend();
    let mark = |n: usize| match backend {
        sea_orm::DbBackend::Postgres => format!("${n}"),
        _ => "?".into(),
    };
    let marks: Vec<String> = (1..=keys.len()).map(mark).collect();
    let sql = format!("{head} WHERE id IN ({})", marks.join(","));
    db.execute_raw(Statement::from_sql_and_values(backend, sql, keys))
        .await
        .unwrap();
}

const SITE: uuid::Uuid = uuid::Uuid::from_u128(1);

/// The article of the load that a report is about.
fn article_of(body: &serde_json::Value) -> uuid::Uuid {
    let url = body.pointer("/article/url").and_then(|v| v.as_str());
    let number = url.and_then(|u| u.rsplit('/').next()?.parse().ok());
    article(number.expect("the load's articles are numbered"))
}

const fn article(number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(1000 + number as u128)
}

async fn prepare_rows(db: &DatabaseConnection) {
    insert(
        db,
        "INSERT INTO sites (id, site_key, name, lang, time_zone, settings, created_at) VALUES ",
        7,
        vec![
            SITE.into(),
            "rows".into(),
            "Magazin".into(),
            "de".into(),
            "Europe/Berlin".into(),
            "{}".into(),
            0i64.into(),
        ],
        "",
    )
    .await;
    let articles = (0..ARTICLES).flat_map(|number| {
        let url = format!("https://magazin.example/artikel/{number}");
        [
            Value::from(article(number)),
            SITE.into(),
            url.clone().into(),
            Value::from(sha256(url.as_bytes()).to_vec()),
            "Artikel".into(),
            "[]".into(),
            "[]".into(),
            0i64.into(),
        ]
    });
    insert(db, "INSERT INTO articles (id, site_id, url, url_key, title, sections, authors, created_at) VALUES ", 8, articles.collect(), "").await;
}

/// The rows ours writes for the mix: a report each; for one in five a ticket, its words, its event and the alert; for the others
/// their ticket's count; the articles' versions, and the counter.
async fn write_rows(
    db: &impl sea_orm::ConnectionTrait,
    batch: &[Waiting],
    ids: &[uuid::Uuid],
    now: i64,
    opened: &mut i64,
) {
    let text = |body: &serde_json::Value, pointer: &str| -> Value {
        body.pointer(pointer)
            .and_then(|v| v.as_str())
            .map(str::to_owned)
            .into()
    };
    let fresh = batch.len() / 5 + usize::from(*opened == 0);
    let first = 1001 + *opened;
    *opened += fresh as i64;
    let (mut tickets, mut events, mut owed, mut words) = (vec![], vec![], vec![], vec![]);
    let postgres = db.get_database_backend() == sea_orm::DbBackend::Postgres;
    for (n, waiting) in batch.iter().take(fresh).enumerate() {
        let number = first + n as i64;
        tickets.extend([
            number.into(),
            SITE.into(),
            article_of(&waiting.body).into(),
            "new".into(),
            "unknown".into(),
            false.into(),
            "spelling".into(),
            text(&waiting.body, "/target/selector/0/exact"),
            text(&waiting.body, "/target/selector/0/prefix"),
            text(&waiting.body, "/target/selector/0/suffix"),
            412i64.into(),
            430i64.into(),
            "[]".into(),
            text(&waiting.body, "/comment"),
            1i64.into(),
            false.into(),
            1i64.into(),
            now.into(),
            now.into(),
        ]);
        events.extend([
            Value::from(SystemEntropy.uuid(now)),
            number.into(),
            now.into(),
            "reported".into(),
            "new".into(),
            "{}".into(),
        ]);
        words.extend([
            number.into(),
            Value::from(format!(
                "{number} feler {number} fehler {number} leser hat das bemerkt artikel haendler melden lieferung"
            )),
        ]);
        owed.extend([
            Value::from(SystemEntropy.uuid(now)),
            SITE.into(),
            "ticket_opened".into(),
            number.into(),
            "pending".into(),
            now.into(),
            now.into(),
            format!("ticket_opened:{number}:newsroom").into(),
        ]);
    }
    insert(db, "INSERT INTO tickets (id, site_id, article_id, state, passage_state, regressed, kind, exact, prefix, suffix, start_position, end_position, suggestions, comment, report_count, legal, version, created_at, updated_at) VALUES ", 19, tickets, "").await;
    let last = 1000 + *opened;
    let joined: Vec<Value> = (0..batch.len() - fresh)
        .map(|n| Value::from((last - n as i64).max(1001)))
        .collect();
    if !joined.is_empty() {
        update(
            db,
            &format!("UPDATE tickets SET report_count = report_count + 1, updated_at = {now}"),
            joined,
        )
        .await;
    }
    let mut touched: Vec<uuid::Uuid> = batch.iter().map(|w| article_of(&w.body)).collect();
    touched.sort_unstable();
    touched.dedup();
    let touched = touched.into_iter().map(Value::from).collect();
    update(
        db,
        "UPDATE articles SET tickets_version = tickets_version + 1",
        touched,
    )
    .await;
    if fresh > 0 {
        let counted = vec![SITE.into(), "new".into(), (fresh as i64).into()];
        insert(db, "INSERT INTO ticket_counters (site_id, state, tickets) VALUES ", 3, counted, " ON CONFLICT (site_id, state) DO UPDATE SET tickets = ticket_counters.tickets + excluded.tickets").await;
        let head = if postgres {
            "INSERT INTO ticket_search (ticket_id, words) SELECT column1, to_tsvector('simple', column2) FROM (VALUES "
        } else {
            "INSERT INTO ticket_search (rowid, words) SELECT column1, column2 FROM (VALUES "
        };
        insert(db, head, 2, words, if postgres { ") AS new" } else { ")" }).await;
    }
    let reports: Vec<Value> = batch
        .iter()
        .zip(ids)
        .flat_map(|(waiting, id)| {
            [
                Value::from(*id),
                SITE.into(),
                article_of(&waiting.body).into(),
                first.max(1001).min(last).into(),
                now.into(),
                "spelling".into(),
                text(&waiting.body, "/target/selector/0/exact"),
                text(&waiting.body, "/target/selector/0/prefix"),
                text(&waiting.body, "/target/selector/0/suffix"),
                412i64.into(),
                430i64.into(),
                text(&waiting.body, "/suggestion"),
                text(&waiting.body, "/comment"),
                text(&waiting.body, "/target/source"),
                9000i64.into(),
                "opened".into(),
                Value::from(sha256(id.as_bytes()).to_vec()),
                Value::from(vec![7u8; 32]),
            ]
        })
        .collect();
    insert(db, "INSERT INTO reports (id, site_id, article_id, ticket_id, created_at, kind, exact, prefix, suffix, start_position, end_position, suggestion, comment, page_url, elapsed_ms, joined_by, idempotency_key, body_hash) VALUES ", 18, reports, "").await;
    insert(
        db,
        "INSERT INTO ticket_events (id, ticket_id, at, kind, to_state, details) VALUES ",
        6,
        events,
        "",
    )
    .await;
    insert(db, "INSERT INTO notifications (id, site_id, occasion, ticket_id, state, due_at, created_at, dedupe_key) VALUES ", 8, owed, "").await;
}
