//! What an operator sets of sites, desks and editors, and that a running server and its pages know of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADD_EDITOR, ADD_SITE, PASSWORD, failed, out, refused, with};
use crate::support::database::{TestDatabase, both_databases};
use crate::support::http::http_client;
use crate::support::program::Program;

fn only(mut lines: Vec<Value>) -> Value {
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

both_databases! {
    async fn everything_of_a_site_can_be_set_shown_and_taken_back(database: TestDatabase) {
        let program = Program::on(&database);
        let added = only(program.json(&with(&ADD_SITE, &["--timezone", "europe/vienna", "--contact-days", "30"]), ""));
        assert_eq!((&added["time_zone"], &added["settings"]["contact_days_after_closing"]), (&json!("Europe/Vienna"), &json!(30)));
        let key = added["key"].as_str().unwrap();

        let set = ["site", "set", key, "--json"];
        let settings = [
            "--name", "Neues Magazin", "--lang", "en", "--time-zone", "America/New_York", "--add-origin", "https://neu.example", "--remove-origin", "https://magazin.example",
            "--privacy-url", "https://neu.example/privacy", "--comments-url", "https://neu.example/comments", "--legal-url", "https://neu.example/legal",
            "--subscription-url", "https://neu.example/abo", "--legal-contact", "recht@neu.example", "--cms-url", "https://cms.neu.example/{id}", "--article-selector", ".text", "--contact-days", "14", "--report-text-days", "365", "--confirm-corrections", "--article-version-days", "30",
        ];
        let changed = only(program.json(&with(&set, &settings), ""));
        let since = changed["settings"]["selector_since"].clone();
        assert!(since.is_i64(), "{changed}");
        let expected = json!({
            "key": key, "name": "Neues Magazin", "lang": "en", "time_zone": "America/New_York", "origins": ["https://neu.example"],
            "settings": {
                "article_selector": ".text", "selector_since": since, "privacy_url": "https://neu.example/privacy", "comments_url": "https://neu.example/comments", "legal_url": "https://neu.example/legal",
                "subscription_url": "https://neu.example/abo", "legal_contact": "recht@neu.example", "cms_url": "https://cms.neu.example/{id}", "contact_days_after_closing": 14, "report_text_days": 365,
                "confirm_corrections": true, "article_version_days": 30, "escalate_after_minutes": null, "service_hours": null, "house_rules": [],
            },
        });
        assert_eq!(changed, expected);
        assert_eq!(only(program.json(&["site", "show", key, "--json"], "")), expected);
        let table = out(&program.run(&["site", "show", key], ""));
        for words in ["timezone", "America/New_York", "legal-contact", "recht@neu.example", "contact-days"] {
            assert!(table.contains(words), "{words}: {table}");
        }

        // One thing changes, all others stay; what is taken back is as if never set.
        let one = only(program.json(&with(&set, &["--unset", "legal-contact", "--unset", "contact-days", "--unset", "report-text-days", "--unset", "confirm-corrections", "--unset", "article-version-days"]), ""));
        let mut without = expected.clone();
        without["settings"]["legal_contact"] = Value::Null;
        without["settings"]["contact_days_after_closing"] = Value::Null;
        without["settings"]["report_text_days"] = Value::Null;
        without["settings"]["confirm_corrections"] = json!(false);
        without["settings"]["article_version_days"] = Value::Null;
        assert_eq!(one, without);

        let nobody = failed(&program, &["site", "set", "nosuchsite", "--name", "X"], "");
        assert!(nobody.contains("nosuchsite") && nobody.contains("site list"), "{nobody}");
        failed(&program, &["site", "show", "nosuchsite"], "");
        let last = failed(&program, &with(&set, &["--remove-origin", "https://neu.example"]), "");
        assert!(last.contains("at least one origin"), "{last}");
        let stranger = failed(&program, &with(&set, &["--remove-origin", "https://fremd.example"]), "");
        assert!(stranger.contains("https://fremd.example"), "{stranger}");
        for wrong in [&[][..], &["--timezone", "Europe/Atlantis"], &["--timezone", ""], &["--contact-days", "-1"], &["--contact-days", "9999"], &["--report-text-days", "29"], &["--unset", "name"], &["--legal-url", "javascript:1"], &["--add-origin", "https://a.example/b"]] {
            refused(&program, &with(&set, wrong), "", 2);
        }
        assert_eq!(only(program.json(&["site", "show", key, "--json"], "")), without, "what failed changed nothing");
    }

    async fn a_running_server_hears_of_a_new_setting(database: TestDatabase) {
        let program = Program::on(&database);
        let key = program.add_site("https://magazin.example");
        let server = program.serve().await;
        let facts = format!("{}/embed/site/{key}.json", program.origin());
        let consent = || async {
            let facts: Value = http_client().get(&facts).send().await.unwrap().json().await.unwrap();
            facts["consent"]["de"].as_str().unwrap().to_owned()
        };
        assert_eq!(consent().await, "Magazin darf mir zu diesem Hinweis schreiben. Meine Adresse wird 90 Tage nach Abschluss gelöscht, auf Wunsch früher.");
        program.json(&["site", "set", &key, "--name", "Blatt", "--contact-days", "1", "--json"], "");
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        while consent().await != "Blatt darf mir zu diesem Hinweis schreiben. Meine Adresse wird einen Tag nach Abschluss gelöscht, auf Wunsch früher." {
            assert!(tokio::time::Instant::now() < deadline, "still {}", consent().await);
            tokio::task::yield_now().await;
        }
        assert!(server.stop().success());
    }

    async fn desks_are_added_changed_listed_and_removed(database: TestDatabase) {
        let program = Program::on(&database);
        let key = program.add_site("https://magazin.example");
        let other = program.add_site("https://anderes.example");
        let add = ["desk", "add", "--site", &key, "--name", "Hardware", "--json"];
        let hardware = only(program.json(&with(&add, &["--section", "Hardware", "--section", "Marktgeschehen"]), ""));
        assert_eq!((&hardware["site"], &hardware["sections"]), (&json!(key), &json!(["Hardware", "Marktgeschehen"])));
        let id = hardware["id"].as_str().unwrap();
        let taken = failed(&program, &["desk", "add", "--site", &key, "--name", "hardware"], "");
        assert!(taken.contains("already"), "{taken}");
        program.json(&["desk", "add", "--site", &other, "--name", "Hardware", "--json"], "");
        let second = only(program.json(&["desk", "add", "--site", &key, "--name", "Kultur", "--json"], ""));

        let names = |arguments: &[&str]| -> Vec<String> {
            program.json(&with(&["desk", "list", "--json"], arguments), "").iter().map(|desk| desk["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&["--site", &key]), ["Hardware", "Kultur"]);
        assert_eq!(names(&[]).len(), 3);
        let table = out(&program.run(&["desk", "list"], ""));
        assert!(table.starts_with("ID") && table.contains("Hardware, Marktgeschehen"), "{table}");

        let renamed = only(program.json(&["desk", "set", id, "--name", "Technik", "--section", "Hardware", "--json"], ""));
        assert_eq!((&renamed["name"], &renamed["sections"]), (&json!("Technik"), &json!(["Hardware"])));
        assert_eq!(only(program.json(&["desk", "set", id, "--no-sections", "--json"], ""))["sections"], json!([]));
        failed(&program, &["desk", "set", second["id"].as_str().unwrap(), "--name", "TECHNIK"], "");

        assert!(program.run(&["desk", "remove", id], "").status.success());
        assert_eq!(names(&["--site", &key]), ["Kultur"]);
        failed(&program, &["desk", "remove", id], "");
        // Its name is free again.
        program.json(&["desk", "add", "--site", &key, "--name", "Technik", "--json"], "");
        failed(&program, &["desk", "add", "--site", "nosuchsite", "--name", "X"], "");
        failed(&program, &["desk", "list", "--site", "nosuchsite"], "");
        for wrong in [&["desk", "add", "--name", "X"][..], &["desk", "add", "--site", &key, "--name", " "], &["desk", "remove", "7"], &["desk", "set", id], &["desk", "set", id, "--no-sections", "--section", "A"]] {
            refused(&program, wrong, "", 2);
        }
    }

    async fn an_editor_is_switched_off_and_on_and_so_are_the_alerts(database: TestDatabase) {
        let program = Program::on(&database);
        let site = program.add_site("https://magazin.example");
        program.json(&with(&ADD_EDITOR, &["--password-stdin", "--json"]), PASSWORD);
        let token = only(program.json(&["token", "add", "--editor", "maria@magazin.example", "--scope", "tickets:read", "--json"], ""))["token"].as_str().unwrap().to_owned();
        let server = program.serve().await;
        let client = http_client();
        let signs_in = || async {
            let form: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("email", "maria@magazin.example").append_pair("password", PASSWORD.trim()).finish();
            let answer = client.post(format!("{}/sign-in", program.origin())).header("Content-Type", "application/x-www-form-urlencoded").body(form).send().await.unwrap();
            (answer.status().as_u16(), answer.headers().get("Set-Cookie").map(|c| c.to_str().unwrap().split(';').next().unwrap().to_owned()))
        };
        let desk = |cookie: String| client.get(format!("{}/", program.origin())).header("Cookie", cookie).send();
        let lists = || client.get(format!("{}/api/v1/tickets", program.origin())).bearer_auth(&token).send();
        let (status, cookie) = signs_in().await;
        let cookie = cookie.expect("a session");
        assert_eq!((status, desk(cookie.clone()).await.unwrap().status().as_u16(), lists().await.unwrap().status().as_u16()), (303, 200, 200));

        let set = ["editor", "set", "--email", "Maria@Magazin.example", "--json"];
        let off = only(program.json(&with(&set, &["--active", "off"]), ""));
        assert_eq!((&off["active"], &off["alerted"]), (&json!(false), &json!(true)));
        assert_eq!((desk(cookie.clone()).await.unwrap().status().as_u16(), lists().await.unwrap().status().as_u16()), (303, 401));
        assert_ne!(signs_in().await.0, 303, "nobody comes in with a switched-off account");
        program.json(&with(&set, &["--active", "on", "--name", "Maria M.", "--role", "viewer", "--lang", "en"]), "");
        assert_eq!((signs_in().await.0, desk(cookie).await.unwrap().status().as_u16()), (303, 303), "the old session stays ended");

        // Who is a viewer, or wants none, gets no alerts.
        let alerts = async || {
            loop {
                let owed: Vec<Value> = program.export().into_iter().filter(|row| row["table"] == "notifications" && row["occasion"] == "ticket_opened").collect();
                let (newsroom, single): (Vec<_>, Vec<_>) = owed.into_iter().partition(|row| row["editor_id"].is_null());
                if newsroom.iter().all(|row| row["state"] == "sent") {
                    return single.len();
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let reports = |n: u32| {
            let report = json!({ "site": site, "article": { "url": format!("https://magazin.example/{n}") }, "kind": "spelling", "comment": "Hinweis" });
            client.post(format!("{}/api/v1/reports", program.origin())).json(&report).send()
        };
        program.json(&with(&set, &["--role", "editor", "--alerts", "off"]), "");
        assert_eq!((reports(1).await.unwrap().status().as_u16(), alerts().await), (201, 0));
        let listed = only(program.json(&["editor", "list", "--json"], ""));
        assert_eq!((&listed["name"], &listed["role"], &listed["lang"], &listed["active"], &listed["alerted"]), (&json!("Maria M."), &json!("editor"), &json!("en"), &json!(true), &json!(false)));
        assert!(server.stop().success());
        program.json(&with(&set, &["--alerts", "on"]), "");
        let server = program.serve().await;
        assert_eq!((reports(2).await.unwrap().status().as_u16(), alerts().await), (201, 1));
        assert!(server.stop().success());

        failed(&program, &["editor", "set", "--email", "nobody@magazin.example", "--active", "off"], "");
        for wrong in [&set[..4], &["editor", "set", "--active", "off"], &with(&set, &["--active", "maybe"]), &with(&set, &["--role", "boss"])] {
            refused(&program, wrong, "", 2);
        }
    }
}
