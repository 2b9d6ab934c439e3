//! The PostgreSQL the tests share.
//!
//! `tests/run` starts one and names it in `FEHLERMELDER_TEST_POSTGRES_URL`, because nextest gives every test a process of
//! its own. Without that (plain `cargo test`), the first test that needs one starts it here, by the same script; it ends
//! with this process, however that ends, because the script watches the pipe that we hold.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use fehlermelder::storage::{Store, StoreOptions};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use tokio::sync::OnceCell;
use url::Url;

const URL_VARIABLE: &str = "FEHLERMELDER_TEST_POSTGRES_URL";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/postgres.sh");

struct Cluster {
    url: Url,
    /// Holds the pipe open.
    _script: Option<Child>,
}

/// Creates an empty database and returns its URL.
pub async fn create_database(name: &str) -> Url {
    let cluster = cluster();
    connect(&cluster.url)
        .await
        .execute_unprepared(&format!(r#"CREATE DATABASE "{name}""#))
        .await
        .expect("a new database");
    let mut url = cluster.url.clone();
    url.set_path(name);
    url
}

/// Creates a database with the newest schema and returns its URL.
///
/// The schema is made once, in a template that is named after the migrations' text: all processes of a run share it.
pub async fn copy_migrated_database(name: &str) -> Url {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(make_template).await;
    let cluster = cluster();
    connect(&cluster.url)
        .await
        .execute_unprepared(&format!(
            r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#
        ))
        .await
        .expect("a copy of the template");
    let mut url = cluster.url.clone();
    url.set_path(name);
    url
}

async fn make_template() -> String {
    let name = format!("template_{}", fingerprint());
    let database = connect(&cluster().url).await;
    // Another process may be at it.
    let wait = "SELECT pg_advisory_lock(202611)";
    database.execute_unprepared(wait).await.expect("a lock");
    let known = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let known = Statement::from_string(database.get_database_backend(), known);
    if database
        .query_one_raw(known)
        .await
        .expect("an answer")
        .is_none()
    {
        let unfinished = format!("{name}_unfinished");
        drop_database(&unfinished).await;
        let url = create_database(&unfinished).await.into();
        let store = Store::connect(&StoreOptions {
            url,
            max_connections: 2,
        })
        .await;
        let store = store.expect("a connection");
        store.migrate().await.expect("the schema");
        store.close().await;
        let rename = format!(r#"ALTER DATABASE "{unfinished}" RENAME TO "{name}""#);
        database
            .execute_unprepared(&rename)
            .await
            .expect("a template");
    }
    database.close().await.expect("the lock given back");
    name
}

/// Of the migrations' text, so that a changed one is not met by an old template.
fn fingerprint() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/src");
    let entries = std::fs::read_dir(folder).expect("the migrations");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let text: Vec<u8> = files
        .iter()
        .flat_map(|file| std::fs::read(file).expect("a migration"))
        .collect();
    let hash = fehlermelder::domain::secret::sha256(&text);
    data_encoding::HEXLOWER.encode(&hash[..8])
}

/// Drops a database, whoever is still connected to it.
pub async fn drop_database(name: &str) {
    let statement = format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#);
    connect(&cluster().url)
        .await
        .execute_unprepared(&statement)
        .await
        .expect("the database dropped");
}

/// Ends all connections to a database and lets nobody in.
pub async fn close_database(name: &str) {
    let maintenance = connect(&cluster().url).await;
    let close = format!(r#"ALTER DATABASE "{name}" ALLOW_CONNECTIONS false"#);
    maintenance
        .execute_unprepared(&close)
        .await
        .expect("closed");
    let end =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    maintenance.execute_unprepared(&end).await.expect("ended");
}

/// Makes every later connection to a database begin with that.
pub async fn on_every_connection(name: &str, set: &str) {
    let always = format!(r#"ALTER DATABASE "{name}" {set}"#);
    let maintenance = connect(&cluster().url).await;
    maintenance
        .execute_unprepared(&always)
        .await
        .expect("a setting");
}

/// Lets everybody in again.
pub async fn open_database(name: &str) {
    let open = format!(r#"ALTER DATABASE "{name}" ALLOW_CONNECTIONS true"#);
    let maintenance = connect(&cluster().url).await;
    maintenance.execute_unprepared(&open).await.expect("opened");
}

async fn connect(url: &Url) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.as_str());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .expect("a connection to the PostgreSQL of the tests")
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| match std::env::var(URL_VARIABLE) {
        Ok(url) => Cluster {
            url: url.parse().expect(URL_VARIABLE),
            _script: None,
        },
        Err(_) => start(),
    })
}

fn start() -> Cluster {
    let mut script = Command::new("bash")
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash, to start PostgreSQL for the tests");
    let mut line = String::new();
    BufReader::new(script.stdout.take().expect("piped"))
        .read_line(&mut line)
        .expect("text");
    let Ok(url) = line.trim_end().parse() else {
        let mut reason = String::new();
        script
            .stderr
            .take()
            .expect("piped")
            .read_to_string(&mut reason)
            .expect("text");
        panic!("{}", reason.trim_end());
    };
    Cluster {
        url,
        _script: Some(script),
    }
}
