//! The floor: a page of fifty rows of a bare table, by its key, through the same accept loop, layers, database library and
//! template engine; no sign-in, no filters, no counters.

use std::sync::Arc;

use fehlermelder::web::{
    hardening::{Hardening, SecurityHeaders},
    request_limits::RequestLimits,
    server::{self, ServerLimits},
};
use minijinja::{Environment, context};
use poem::{EndpointExt as _, Response, Route, get, handler, web::Data};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement};

const PAGE: &str = "<!doctype html><html lang=\"de\"><title>Liste</title><table>\
    {% for row in rows %}<tr><td>{{ row.id }}<td>{{ row.at }}<td>{{ row.words }}</tr>{% endfor %}</table>";
/// As long as the words of a ticket in a list.
const WORDS: &str =
    "Der Herstller hat am Montag neue Zahlen vorgelegt, die über denen des Vorjahres liegen.";

#[derive(Clone)]
struct Floor {
    db: DatabaseConnection,
    pages: Arc<Environment<'static>>,
}

/// Fills the table, says the port on stdout, and answers until killed.
pub fn serve(url: &str, rows: u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let url = match url.strip_prefix("sqlite://") {
            Some(path) => format!("sqlite://{path}?mode=rwc"),
            None => url.to_owned(),
        };
        let db = Database::connect(
            sea_orm::ConnectOptions::new(url)
                .test_before_acquire(false)
                .sqlx_logging(false)
                .to_owned(),
        )
        .await
        .unwrap();
        fill(&db, rows).await;
        let mut pages = Environment::new();
        pages.add_template("list", PAGE).unwrap();
        let pages = Arc::new(pages);
        let route = Route::new().at("/", get(list)).data(Floor { db, pages });
        let app =
            Hardening::new(SecurityHeaders::new(false), RequestLimits::default()).around(route);
        let listener = server::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let limits = ServerLimits::default();
        server::serve(vec![listener], app, limits, std::future::pending())
            .await
            .unwrap();
    });
}

async fn fill(db: &DatabaseConnection, rows: u64) {
    db.execute_unprepared(
        "CREATE TABLE bare (id bigint PRIMARY KEY, at bigint NOT NULL, words text NOT NULL)",
    )
    .await
    .unwrap();
    let sql = format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) \
         INSERT INTO bare SELECT n, 1795425900000 + n, '{WORDS}' FROM numbers"
    );
    db.execute_unprepared(&sql).await.unwrap();
}

#[handler]
async fn list(Data(floor): Data<&Floor>) -> Response {
    let statement = Statement::from_string(
        floor.db.get_database_backend(),
        "SELECT id, at, words FROM bare ORDER BY id DESC LIMIT 51",
    );
    let rows: Vec<_> = floor
        .db
        .query_all_raw(statement)
        .await
        .unwrap()
        .iter()
        .map(|row| {
            let id: i64 = row.try_get("", "id").unwrap();
            let at: i64 = row.try_get("", "at").unwrap();
            let words: String = row.try_get("", "words").unwrap();
            context! { id => id, at => at, words => words }
        })
        .collect();
    let page = floor.pages.get_template("list").unwrap();
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .body(page.render(context! { rows => rows }).unwrap())
}
