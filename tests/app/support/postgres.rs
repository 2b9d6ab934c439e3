//! The PostgreSQL the tests share.
//!
//! `tests/run` starts one and names it in `FEHLERMELDER_TEST_POSTGRES_URL`, because nextest gives every test a process of
//! its own. Without that (plain `cargo test`), the first test that needs one starts it here, by the same script; it ends
//! with this process, however that ends, because the script watches the pipe that we hold.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
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

/// Drops a database, whoever is still connected to it.
pub async fn drop_database(name: &str) {
    let statement = format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#);
    connect(&cluster().url)
        .await
        .execute_unprepared(&statement)
        .await
        .expect("the database dropped");
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
