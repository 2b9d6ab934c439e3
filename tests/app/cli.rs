//! The command line as an operator uses it: the built program, its output, its exit status.

use std::process::Output;

use fehlermelder::domain::bulk::BulkAct;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::ticket::Step;
use fehlermelder::services::{bulk_act, export_everything};
use fehlermelder::storage::Connection as _;
use fehlermelder::storage::export::{LEFT_OUT, Table};
use sea_orm::{DbBackend, Statement};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::TestNewsroom;
use crate::support::program::Program;

mod settings;

const PASSWORD: &str = "drei kleine Elche\n";
const ADD_SITE: [&str; 7] = [
    "site",
    "add",
    "--name",
    "Magazin",
    "--origin",
    "https://magazin.example",
    "--json",
];
const ADD_EDITOR: [&str; 8] = [
    "editor",
    "add",
    "--email",
    "Maria@magazin.example",
    "--name",
    "Maria",
    "--role",
    "editor",
];

/// Runs a command that must fail with that status; what it says on standard error.
fn refused(program: &Program, arguments: &[&str], input: &str, status: i32) -> String {
    let output = program.run(arguments, input);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?}: {complaint}"
    );
    assert_eq!(out(&output), "", "{arguments:?}");
    complaint
}

/// As [`refused`] with status 1: one line, from us.
fn failed(program: &Program, arguments: &[&str], input: &str) -> String {
    let complaint = refused(program, arguments, input, 1);
    assert!(complaint.starts_with("fehlermelder: "), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    complaint
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

both_databases! {
    async fn a_site_is_added_and_listed(database: TestDatabase) {
        let program = Program::on(&database);
        let options = ["--lang", "en", "--origin", "https://www.magazin.example/", "--privacy-url", "https://magazin.example/datenschutz", "--article-selector", ".entry"];
        let added = program.json(&with(&ADD_SITE, &options), "");
        let key = added[0]["key"].as_str().unwrap();
        assert!(key.len() >= 16 && key.chars().all(|c| c.is_ascii_alphanumeric()), "{key}");
        assert_eq!(added[0]["origins"], serde_json::json!(["https://magazin.example", "https://www.magazin.example"]));
        assert_eq!(added[0]["settings"]["article_selector"], ".entry");

        // Without --json it is the key alone, for a shell variable.
        let plain = program.run(&ADD_SITE[..6], "");
        assert!(plain.status.success());
        let second = out(&plain).trim_end().to_owned();
        let listed = program.json(&["site", "list", "--json"], "");
        let keys: Vec<_> = listed.iter().map(|site| site["key"].as_str().unwrap()).collect();
        assert!(keys.contains(&key) && keys.contains(&second.as_str()) && keys.len() == 2, "{keys:?}");
        let table = out(&program.run(&["site", "list"], ""));
        assert!(table.starts_with("KEY") && table.contains(key), "{table}");
    }

    async fn an_editor_is_added_once_and_with_a_good_password(database: TestDatabase) {
        let program = Program::on(&database);
        let weak = failed(&program, &with(&ADD_EDITOR, &["--password-stdin"]), "passwort12345\n");
        assert!(weak.contains("guessed"), "{weak}");
        let added = program.json(&with(&ADD_EDITOR, &["--password-stdin", "--json"]), PASSWORD);
        assert_eq!(added[0]["email"], "maria@magazin.example");
        assert!(added[0]["id"].is_string() && added[0].get("password").is_none(), "{added:?}");
        let twice = failed(&program, &with(&ADD_EDITOR, &["--password-stdin"]), PASSWORD);
        assert!(twice.contains("already"), "{twice}");

        // Nobody says a password: one is made.
        let email = ["editor", "add", "--email", "t@magazin.example", "--name", "T", "--role", "viewer", "--json"];
        let unknown = failed(&program, &with(&email, &["--site", "nosuchsite"]), "");
        assert!(unknown.contains("nosuchsite"), "{unknown}");
        let key = program.json(&ADD_SITE, "")[0]["key"].as_str().unwrap().to_owned();
        let made = program.json(&with(&email, &["--site", &key]), "");
        assert!(made[0]["password"].as_str().unwrap().len() >= 20, "{made:?}");
        assert_eq!(made[0]["sites"][0]["key"], key.as_str());
        let reset = program.json(&["editor", "reset-password", "--email", "T@magazin.example", "--json"], "");
        assert_ne!(reset[0]["password"], made[0]["password"]);
        failed(&program, &["editor", "reset-password", "--email", "nobody@magazin.example"], "");

        let listed = program.json(&["editor", "list", "--json"], "");
        let emails: Vec<_> = listed.iter().map(|e| e["email"].as_str().unwrap()).collect();
        assert_eq!(emails, ["maria@magazin.example", "t@magazin.example"]);
        assert!(!format!("{listed:?}").contains("argon2"));
    }

    async fn a_token_is_shown_once_and_revoked(database: TestDatabase) {
        let program = Program::on(&database);
        let add = ["token", "add", "--editor", "maria@magazin.example", "--scope", "tickets:read,tickets:write", "--json"];
        let nobody = failed(&program, &add, "");
        assert!(nobody.contains("maria@magazin.example"), "{nobody}");
        program.run(&ADD_EDITOR, "");
        let token = &program.json(&add, "")[0];
        let (secret, id) = (token["token"].as_str().unwrap(), token["id"].as_str().unwrap());
        assert!(secret.starts_with("fm_") && secret.len() > 40, "{secret}");
        let listed = program.json(&["token", "list", "--json"], "");
        assert_eq!((&listed[0]["id"], &listed[0]["revoked_at"]), (&token["id"], &Value::Null));
        assert!(!format!("{listed:?}").contains(secret));
        assert!(program.run(&["token", "revoke", id], "").status.success());
        assert!(program.json(&["token", "list", "--json"], "")[0]["revoked_at"].is_string());
        failed(&program, &["token", "revoke", id], "");
    }

    async fn everything_comes_out_but_no_secrets(database: TestDatabase) {
        let program = Program::on(&database);
        let site = program.add_site("https://magazin.example");
        let token = program.add_token();
        let server = program.serve().await;
        let report = serde_json::json!({
            "site": site, "article": { "url": "https://magazin.example/a", "title": "Ä" }, "kind": "spelling", "comment": "Hinweis eins",
            "contact": { "email": "leserin@example.org", "consent": true },
        });
        let answer = crate::support::http::http_client().post(format!("{}/api/v1/reports", program.origin()))
            .header("Idempotency-Key", "a key of mine").json(&report).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 201);
        // The server runs meanwhile.
        let export = program.export();
        let header = &export[0];
        assert_eq!((header["format"].as_str(), header["version"].as_u64()), (Some("fehlermelder-export"), Some(1)));
        for (table, count) in header["tables"].as_object().unwrap() {
            let rows = export.iter().filter(|row| row["table"] == table.as_str()).count() as u64;
            assert_eq!(Some(rows), count.as_u64(), "{table}");
        }
        let row = |table: &str| export.iter().find(|row| row["table"] == table).unwrap();
        assert_eq!(row("reports")["comment"], "Hinweis eins");
        assert_eq!(row("contacts")["email"], "leserin@example.org");
        assert_eq!(row("articles")["title"], "Ä");
        assert_eq!(row("sites")["site_key"], site.as_str());
        assert!(row("sites")["settings"].is_object());
        let text = serde_json::to_string(&export).unwrap();
        for secret in ["argon2", "hash", "idempotency_key", "\"sessions\"", &token] {
            assert!(!text.contains(secret), "{secret}");
        }
        assert!(server.stop().success());
    }

    async fn every_table_is_in_the_export_or_left_out_for_a_reason(newsroom: TestNewsroom) {
        let store = &newsroom.services.store;
        let sql = match store.backend() {
            DbBackend::Postgres => "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
            // Without the tables that a search index is made of.
            _ => "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite%'",
        };
        let rows = store.reader().query_all_raw(Statement::from_string(store.backend(), sql)).await.unwrap();
        let mut there: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
        let mut known: Vec<&str> = Table::ALL.iter().map(|table| table.as_str()).chain(LEFT_OUT.iter().map(|(name, _)| *name)).collect();
        there.sort();
        known.sort_unstable();
        assert_eq!(there, known, "a new table is exported, or export.rs says why not");
    }

    async fn acts_on_many_tickets_are_in_the_export_with_each_of_them(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        newsroom.steps(&newsroom.editor, ticket, vec![Step::Tag("sport".into())]).await.unwrap();
        for act in 0..3_i64 {
            // More than a page of them.
            let chosen: Vec<_> = (0..400).map(|n| (TicketId(5_000 + 400 * act + n), 1)).collect();
            bulk_act::begin(&newsroom.services, &newsroom.editor, BulkAct::Tag { tag: "sport".into() }, &chosen).await.unwrap();
        }
        let (_, mut export) = export_everything::begin(&newsroom.services.store, &*newsroom.clock).await.unwrap();
        let mut rows = Vec::new();
        while let Some(more) = export.next_rows().await.unwrap() {
            rows.extend(more);
        }
        let of = |table: &str| rows.iter().filter(|row| row.table == table).map(|row| &row.columns).collect::<Vec<_>>();
        assert_eq!(of("tickets")[0]["tags"], serde_json::json!(["sport"]));
        assert_eq!(of("bulk_acts")[0]["act"], serde_json::json!({ "act": "tag", "tag": "sport" }));
        let mut items: Vec<_> = of("bulk_items").iter().map(|row| row["ticket_id"].as_i64().unwrap()).collect();
        items.sort_unstable();
        assert_eq!(items, (5_000..6_200).collect::<Vec<_>>());
    }

    async fn a_schema_that_is_not_ours_to_change_is_left(database: TestDatabase) {
        let program = Program::on(&database);
        let (_folder, config) = config("migrate_on_start = false");
        let complaint = failed(&program, &["site", "list", "--config", &config], "");
        assert!(complaint.contains("fehlermelder migrate"), "{complaint}");
        assert!(program.run(&["migrate", "--config", &config], "").status.success());
        assert!(program.run(&["site", "list", "--config", &config], "").status.success());
    }
}

fn config(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fehlermelder.toml");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn wrong_usage_is_two_and_changes_nothing() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    for arguments in [
        &["site", "add", "--name", "M"][..],
        &["site", "add", "--name", "M", "--origin", "magazin.example"],
        &[
            "site",
            "add",
            "--name",
            "M",
            "--origin",
            "https://m.example/x",
        ],
        &[
            "site",
            "add",
            "--name",
            " ",
            "--origin",
            "https://m.example",
        ],
        &with(&ADD_SITE, &["--lang", "fr"]),
        &with(&ADD_SITE, &["--privacy-url", "javascript:1"]),
        &with(&ADD_SITE, &["--article-selector", "[["]),
        &[
            "editor", "add", "--email", "maria", "--name", "M", "--role", "editor",
        ],
        &[
            "editor",
            "add",
            "--email",
            "m@m.example",
            "--name",
            "M",
            "--role",
            "boss",
        ],
        &[
            "token",
            "add",
            "--editor",
            "m@m.example",
            "--scope",
            "everything",
        ],
        &["token", "revoke", "7"],
        &["backup"],
        &["no-such-command"],
        &[],
    ] {
        let complaint = refused(&program, arguments, "", 2);
        assert!(!complaint.is_empty(), "{arguments:?}");
    }
    assert!(!std::path::Path::new(database.url().trim_start_matches("sqlite://")).exists());
}

#[test]
fn a_configuration_that_cannot_be_is_named() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    let (_folder, path) = config("[mail]\ntrasport = \"smtp\"");
    for command in [
        &["site", "list"][..],
        &["doctor"],
        &["export"],
        &["migrate"],
        &["serve"],
    ] {
        let complaint = failed(&program, &with(command, &["--config", &path]), "");
        assert!(
            complaint.contains("mail.trasport") && complaint.contains("mail.transport"),
            "{complaint}"
        );
    }
    let missing = failed(
        &program,
        &["site", "list", "--config", "/nonexistent/x.toml"],
        "",
    );
    assert!(missing.contains("/nonexistent/x.toml"), "{missing}");
}

#[test]
fn a_backup_is_a_database_and_overwrites_nothing() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let copy = copy.to_str().unwrap();
    let none = failed(&program, &["backup", copy], "");
    assert!(none.contains("no database"), "{none}");
    let key = program.add_site("https://magazin.example");
    let copied = program.run(&["backup", copy], "");
    assert!(copied.status.success());
    let there = failed(&program, &["backup", copy], "");
    assert!(there.contains("already"), "{there}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no draft is left"
    );
    let (_folder, path) = config("");
    let restored = Program::on_url(&format!("sqlite://{copy}"));
    let listed = restored.json(&["site", "list", "--json", "--config", &path], "");
    assert_eq!(listed[0]["key"], key.as_str());
}

#[tokio::test]
async fn a_backup_of_postgres_is_not_ours_to_make() {
    let database = TestDatabase::postgres().await;
    let program = Program::on(&database);
    let complaint = failed(&program, &["backup", "copy"], "");
    assert!(complaint.contains("pg_dump"), "{complaint}");
}

#[test]
fn an_export_into_a_file_is_whole_and_private() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    program.add_site("https://magazin.example");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.jsonl");
    let path = path.to_str().unwrap();
    let output = program.run(&["export", "--output", path], "");
    assert!(output.status.success() && output.stdout.is_empty());
    let text = std::fs::read_to_string(path).unwrap();
    assert!(
        text.lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    failed(&program, &["export", "--output", path], "");
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    let findings = |arguments: &[&str], status: i32| -> Vec<Value> {
        let output = program.run(&with(&["doctor", "--json"], arguments), "");
        assert_eq!(output.status.code(), Some(status), "{}", out(&output));
        out(&output)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let status = |findings: &[Value], check: &str| -> Vec<String> {
        let of = findings.iter().filter(|f| f["check"] == check);
        of.map(|f| f["status"].as_str().unwrap().to_owned())
            .collect()
    };
    // A fresh machine is no fault.
    let fresh = findings(&[], 0);
    assert_eq!(status(&fresh, "public address"), ["warn"]);
    assert!(status(&fresh, "database").contains(&"warn".to_owned()));
    assert!(
        !std::path::Path::new(database.url().trim_start_matches("sqlite://")).exists(),
        "it makes nothing"
    );

    let server = program.serve().await;
    let running = findings(&[], 0);
    assert_eq!(status(&running, "public address"), ["ok"]);
    assert!(status(&running, "database").iter().all(|s| s == "ok"));
    assert_eq!(status(&running, "secret key"), ["ok"]);
    assert!(server.stop().success());

    // Nobody listens on port 1, and localhost is nobody's sender.
    let sick = Program::on(&database)
        .set("FEHLERMELDER_MAIL__TRANSPORT", "smtp")
        .set("FEHLERMELDER_MAIL__URL", "smtp://127.0.0.1:1")
        .set("FEHLERMELDER_MAIL__FROM", "melder@localhost");
    let output = sick.run(&["doctor"], "");
    assert_eq!(output.status.code(), Some(1));
    let words = out(&output);
    assert!(
        words.contains("FAIL  mail ") && words.contains("FAIL  mail sender"),
        "{words}"
    );
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("2 checks failed"),
        "{words}"
    );
}
