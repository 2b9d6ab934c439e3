//! The tickets API as an editors' program uses it: the built server, real HTTP, both databases.

use fehlermelder::domain::editor::{Role, Scope};
use fehlermelder::services::{manage_sites, manage_tokens};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::database::{TestDatabase, both_databases};
use crate::support::{newsroom::TestNewsroom, server::TestServer};
use newsroom::{Newsroom, ORIGIN, etag, pointers, problem, references};

mod decisions;
mod merging;
mod newsroom;

both_databases! {
    async fn a_ticket_has_the_shape_that_was_promised(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let contact = json!({ "contact": { "email": "leserin@example.org", "consent": true }, "comment": "Steht da.", "source": "https://duden.example/" });
        let reference = newsroom.report("a", "Feler", contact).await;
        assert_eq!(newsroom.report("a", "Feler", json!({})).await, reference);

        let answer = newsroom.get(&format!("/api/v1/tickets/{reference}")).await;
        assert!(etag(&answer).starts_with('"'));
        let text = answer.text().await.unwrap();
        assert!(!text.contains("leserin"), "an address of a reader");
        let ticket: Value = serde_json::from_str(&text).unwrap();
        let list = newsroom.json("/api/v1/tickets").await;
        let listed = list["tickets"][0].as_object().unwrap();
        for (name, value) in listed {
            assert_eq!(&ticket[name], value, "{name} is the same in the list");
        }
        assert!(!listed.contains_key("reports"));
        let expected = json!({
            "reference": reference, "site": newsroom.site, "state": "new", "resolution": null, "passage_state": "unknown", "regressed": false, "kind": "spelling",
            "article": { "url": format!("{ORIGIN}/a"), "title": "Über a", "sections": ["Hardware"] },
            "passage": { "exact": "Feler", "prefix": "ein ", "suffix": " im Satz", "start": 4, "end": 9, "now": null },
            "part": null, "suggestions": [{ "text": "Fehler", "count": 2 }], "report_count": 2, "desk": null, "assignee": null,
            "reason": null, "duplicate_of": null, "accepted_suggestion": null, "public_note": null, "snoozed_until": null, "legal": false,
            "url": format!("{}/tickets/{reference}", newsroom.program.origin()),
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&listed[name], value, "{name}");
        }
        for moment in ["created_at", "updated_at"] {
            let text = listed[moment].as_str().unwrap();
            assert!(text.len() == 24 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(), "{text}");
        }
        let reports = ticket["reports"].as_array().unwrap();
        assert_eq!(reports.len(), 2);
        let contacts: Vec<&Value> = reports.iter().map(|r| &r["contact"]).collect();
        assert_eq!(contacts, [&Value::Null, &json!("pending")], "the newest first");
        assert_eq!((&reports[1]["comment"], &reports[1]["source"], &reports[1]["joined_by"]), (&json!("Steht da."), &json!("https://duden.example/"), &json!("opened")));
        assert_eq!((&ticket["events"][0]["kind"], &ticket["events"][0]["by"]), (&json!("reported"), &Value::Null));

        let elsewhere = newsroom.report("b", "x", json!({ "target": null, "part": "headline", "comment": "Falsch." })).await;
        let ticket = newsroom.json(&format!("/api/v1/tickets/{elsewhere}")).await;
        assert_eq!((&ticket["passage"], &ticket["part"]), (&Value::Null, &json!("headline")));
    }

    async fn a_list_is_narrowed_and_paged(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let mut all = Vec::new();
        for number in 0..5 {
            let kind = if number == 2 { "link" } else { "spelling" };
            let reference = newsroom.report(&format!("artikel-{number}"), &format!("Feler{number}"), json!({ "kind": kind })).await;
            all.insert(0, reference);
        }
        let other = newsroom.program.json(&["site", "add", "--name", "Anderes", "--origin", "https://anderes.example", "--json"], "");
        let other = other[0]["key"].as_str().unwrap();

        let mut seen = Vec::new();
        let mut path = "/api/v1/tickets?limit=2".to_owned();
        loop {
            let page = newsroom.json(&path).await;
            assert!(references(&page).len() <= 2);
            seen.extend(references(&page).into_iter().map(str::to_owned));
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/api/v1/tickets?limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, all, "newest first, each once");
        assert_eq!(newsroom.json("/api/v1/tickets?limit=5").await["next_cursor"], Value::Null);

        newsroom.patch(&all[4], json!({ "assignee": "leitung@magazin.example" })).await;
        newsroom.patch(&all[3], json!({ "state": "closed", "resolution": "obsolete" })).await;
        let check = async |query: &str, expected: &[&String]| {
            let list = newsroom.json(&format!("/api/v1/tickets?{query}")).await;
            assert_eq!(references(&list), expected.iter().map(|r| r.as_str()).collect::<Vec<_>>(), "{query}");
        };
        check("state=open,closed", &[&all[3], &all[4]]).await;
        check("state=new", &[&all[0], &all[1], &all[2]]).await;
        check("resolution=obsolete", &[&all[3]]).await;
        check("kind=link", &[&all[2]]).await;
        check("assignee=me", &[&all[4]]).await;
        check("assignee=leitung%40magazin.example", &[&all[4]]).await;
        check("assignee=nobody&state=closed", &[&all[3]]).await;
        // The index follows by a second.
        while references(&newsroom.json("/api/v1/tickets?q=feler3").await).is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        check("q=feler3", &[&all[1]]).await;
        check("q=%3F", &[]).await;
        check(&format!("site={other}"), &[]).await;
        check(&format!("site={}&state=closed&kind=", newsroom.site), &[&all[3]]).await;

        for (query, parameter) in [("state=done", "state"), ("resolution=x", "resolution"), ("kind=typo", "kind"), ("site=nosuch", "site"), ("desk=nosuch", "desk"),
            ("assignee=nosuch", "assignee"), ("limit=0", "limit"), ("limit=201", "limit"), ("cursor=FM-1", "cursor"), ("page=2", "page"), ("kind=%FF", "kind")] {
            let answer = newsroom.get(&format!("/api/v1/tickets?{query}")).await;
            let problem = problem(answer, 400, "invalid-parameter").await;
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{query}");
        }
    }

    async fn a_tag_changes_when_anything_does(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let reference = newsroom.report("a", "Feler", json!({})).await;
        let path = format!("/api/v1/tickets/{reference}");
        let first = etag(&newsroom.get(&path).await);
        let known = |tag: String| newsroom.request(Method::GET, &path).bearer_auth(&newsroom.token).header("If-None-Match", tag).send();
        let answer = known(first.clone()).await.unwrap();
        assert_eq!((answer.status(), etag(&answer)), (StatusCode::NOT_MODIFIED, first.clone()));
        assert!(answer.bytes().await.unwrap().is_empty());

        newsroom.report("a", "Feler", json!({})).await;
        let joined = etag(&newsroom.get(&path).await);
        assert_ne!(first, joined, "a report joined");
        assert_eq!(known(first.clone()).await.unwrap().status(), StatusCode::OK);

        let change = |tag: String| newsroom.request(Method::PATCH, &path).bearer_auth(&newsroom.token).header("If-Match", tag).json(&json!({ "note": "gesehen" })).send();
        problem(change(first.clone()).await.unwrap(), 412, "stale").await;
        problem(change(format!("W/{joined}")).await.unwrap(), 412, "stale").await;
        problem(change("\"x\"".into()).await.unwrap(), 412, "stale").await;
        let changed = change(format!("{first}, {joined}")).await.unwrap();
        assert_eq!(changed.status(), StatusCode::OK);
        let tag = etag(&changed);
        assert_eq!(tag, etag(&newsroom.get(&path).await), "an answer to a change is the ticket itself");
        problem(change(joined).await.unwrap(), 412, "stale").await;
        assert_eq!(change("*".into()).await.unwrap().status(), StatusCode::OK);
    }

    async fn a_ticket_is_changed_in_one_go(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let reference = newsroom.report("a", "Feler", json!({})).await;
        let other = newsroom.report("b", "Feler", json!({})).await;

        let ticket: Value = newsroom.patch(&reference, json!({ "assignee": "Leitung@magazin.example", "kind": "grammar", "note": "Sehe nach." })).await.json().await.unwrap();
        assert_eq!((&ticket["state"], &ticket["assignee"], &ticket["kind"]), (&json!("open"), &json!("leitung@magazin.example"), &json!("grammar")));
        let kinds: Vec<&str> = ticket["events"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["reported", "refined", "assigned", "noted"]);
        assert_eq!(ticket["events"][3]["note"], "Sehe nach.");

        let until = "2099-12-24T08:00:00+01:00";
        let ticket: Value = newsroom.patch(&reference, json!({ "state": "snoozed", "snoozed_until": until })).await.json().await.unwrap();
        assert_eq!((&ticket["state"], &ticket["snoozed_until"]), (&json!("snoozed"), &json!("2099-12-24T07:00:00.000Z")));
        let closed = json!({ "state": "closed", "resolution": "corrected", "public_note": "Der Name war falsch.", "accepted_suggestion": "Fehler", "assignee": null });
        let ticket: Value = newsroom.patch(&reference, closed).await.json().await.unwrap();
        for (name, value) in [("state", json!("closed")), ("resolution", json!("corrected")), ("public_note", json!("Der Name war falsch.")), ("accepted_suggestion", json!("Fehler")), ("assignee", Value::Null), ("snoozed_until", Value::Null)] {
            assert_eq!(ticket[name], value, "{name}");
        }

        // What the table forbids changes nothing, and the rest of the change neither.
        let forbidden = newsroom.patch(&reference, json!({ "state": "waiting", "note": "nie geschrieben" })).await;
        assert_eq!(problem(forbidden, 409, "forbidden-step").await["allowed"], json!(["open"]));
        let forbidden = newsroom.patch(&reference, json!({ "state": "snoozed" })).await;
        assert_eq!(problem(forbidden, 409, "forbidden-step").await["allowed"], json!(["open"]));
        let forbidden = newsroom.patch(&other, json!({ "state": "new", "note": "nie geschrieben" })).await;
        assert_eq!(problem(forbidden, 409, "forbidden-step").await["allowed"], json!(["open", "waiting", "snoozed", "closed"]));
        for reference in [&reference, &other] {
            let ticket = newsroom.json(&format!("/api/v1/tickets/{reference}")).await;
            assert!(!ticket.to_string().contains("nie geschrieben"));
        }
        let reopened: Value = newsroom.patch(&reference, json!({ "state": "open" })).await.json().await.unwrap();
        assert_eq!((&reopened["state"], &reopened["resolution"], &reopened["public_note"]), (&json!("open"), &Value::Null, &Value::Null));

        // A double leads on.
        let double: Value = newsroom.patch(&other, json!({ "state": "closed", "resolution": "duplicate", "duplicate_of": reference })).await.json().await.unwrap();
        assert_eq!(double["duplicate_of"], reference.as_str());
        assert_eq!(newsroom.json(&format!("/api/v1/tickets/{other}")).await["duplicate_of"], reference.as_str());
        let back = newsroom.patch(&reference, json!({ "state": "closed", "resolution": "duplicate", "duplicate_of": other })).await;
        assert_eq!(pointers(back).await, ["/duplicate_of"]);
        assert_eq!(newsroom.patch(&other.to_lowercase(), json!({})).await.status(), StatusCode::OK);
    }

    async fn a_change_that_cannot_be_is_refused_by_field(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let reference = newsroom.report("a", "Feler", json!({})).await;
        for (change, expected) in [
            (json!({ "state": "closed" }), "/resolution"),
            (json!({ "state": "closed", "resolution": "not_an_error" }), "/reason"),
            (json!({ "state": "closed", "resolution": "duplicate" }), "/duplicate_of"),
            (json!({ "state": "closed", "resolution": "duplicate", "duplicate_of": "FM-999999" }), "/duplicate_of"),
            (json!({ "state": "closed", "resolution": "duplicate", "duplicate_of": reference }), "/duplicate_of"),
            (json!({ "state": "closed", "resolution": "fixed" }), "/resolution"),
            (json!({ "resolution": "corrected" }), "/resolution"),
            (json!({ "state": "snoozed", "snoozed_until": "2001-01-01T00:00:00Z" }), "/snoozed_until"),
            (json!({ "state": "snoozed", "snoozed_until": "morgen" }), "/snoozed_until"),
            (json!({ "assignee": "nobody@magazin.example" }), "/assignee"),
            (json!({ "desk": "Nirgends" }), "/desk"),
            (json!({ "note": "x".repeat(10_001) }), "/note"),
            (json!({ "stat": "open" }), "/stat"),
            (json!(["state"]), ""),
        ] {
            let answer = newsroom.patch(&reference, change.clone()).await;
            assert_eq!(pointers(answer).await, [expected], "{}", change.to_string().chars().take(90).collect::<String>());
        }
        let raw = |body: Vec<u8>, kind: &'static str| newsroom.request(Method::PATCH, &format!("/api/v1/tickets/{reference}"))
            .bearer_auth(&newsroom.token).header("Content-Type", kind).body(body).send();
        problem(raw(b"{".to_vec(), "application/json").await.unwrap(), 400, "not-json").await;
        problem(raw(b"{\"note\":\"\xff\"}".to_vec(), "application/json").await.unwrap(), 400, "not-json").await;
        problem(raw(br#"{"note":"\ud800"}"#.to_vec(), "application/json").await.unwrap(), 400, "not-json").await;
        problem(raw(b"{}".to_vec(), "text/plain").await.unwrap(), 415, "unsupported-media-type").await;
        let huge = format!("{{\"note\":\"{}\"}}", " ".repeat(65 * 1024));
        problem(raw(huge.into_bytes(), "application/json").await.unwrap(), 413, "too-large").await;
        let merged = raw(br#"{"note":"x\u0000\u202ey"}"#.to_vec(), "application/merge-patch+json; charset=utf-8").await.unwrap();
        assert_eq!(merged.status(), StatusCode::OK);
        let ticket = newsroom.json(&format!("/api/v1/tickets/{reference}")).await;
        assert_eq!(ticket["state"], "open", "only the last of them did anything");
        assert_eq!(ticket["events"].as_array().unwrap().len(), 2);
    }

    async fn a_token_may_what_its_editor_and_its_scopes_may(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let reference = newsroom.report("a", "Feler", json!({})).await;
        let path = format!("/api/v1/tickets/{reference}");
        let note = || Some(json!({ "note": "x" }));
        let challenge = |answer: &Response| answer.headers()["www-authenticate"].to_str().unwrap().to_owned();

        for path in ["/api/v1/tickets", path.as_str()] {
            let bare = newsroom.request(Method::GET, path).send().await.unwrap();
            assert!(challenge(&bare).starts_with("Bearer"));
            problem(bare, 401, "unauthorized").await;
            for token in ["fm_wrong", "", &"x".repeat(3_000)] {
                let answer = newsroom.as_other(Method::GET, path, token, None).await;
                assert!(challenge(&answer).starts_with("Bearer"));
                problem(answer, 401, "unauthorized").await;
            }
        }
        problem(newsroom.request(Method::PATCH, &path).json(&json!({})).send().await.unwrap(), 401, "unauthorized").await;

        let reads = newsroom.token_for("leitung@magazin.example", "tickets:read");
        let answer = newsroom.as_other(Method::PATCH, &path, &reads, note()).await;
        assert!(challenge(&answer).contains("tickets:write"));
        problem(answer, 403, "insufficient-scope").await;
        let writes = newsroom.token_for("leitung@magazin.example", "tickets:write");
        problem(newsroom.as_other(Method::GET, "/api/v1/tickets", &writes, None).await, 403, "insufficient-scope").await;

        let viewer = newsroom.token_of("leser@magazin.example", "viewer", "tickets:read,tickets:write", None);
        assert_eq!(newsroom.as_other(Method::GET, &path, &viewer, None).await.status(), StatusCode::OK);
        for change in [json!({ "note": "x" }), json!({ "state": "new" }), json!({ "assignee": "x@y.example" }), json!({})] {
            problem(newsroom.as_other(Method::PATCH, &path, &viewer, Some(change)).await, 403, "read-only").await;
        }

        // Another site's people do not even learn that the ticket exists.
        let other = newsroom.program.json(&["site", "add", "--name", "Anderes", "--origin", "https://anderes.example", "--json"], "");
        let other = other[0]["key"].as_str().unwrap();
        let foreign = newsroom.token_of("fremd@anderes.example", "admin", "tickets:read,tickets:write", Some(other));
        let list: Value = newsroom.as_other(Method::GET, "/api/v1/tickets", &foreign, None).await.json().await.unwrap();
        assert_eq!(list, json!({ "tickets": [], "next_cursor": null, "previous_cursor": null }));
        problem(newsroom.as_other(Method::GET, &path, &foreign, None).await, 404, "unknown-ticket").await;
        problem(newsroom.as_other(Method::PATCH, &path, &foreign, note()).await, 404, "unknown-ticket").await;
        let site = newsroom.as_other(Method::GET, &format!("/api/v1/tickets?site={}", newsroom.site), &foreign, None).await;
        problem(site, 400, "invalid-parameter").await;
        let stranger = newsroom.patch(&reference, json!({ "assignee": "fremd@anderes.example" })).await;
        assert_eq!(pointers(stranger).await, ["/assignee"]);
        for unknown in ["FM-999999", "FM-", "x", "-1", "99999999999999999999"] {
            problem(newsroom.get(&format!("/api/v1/tickets/{unknown}")).await, 404, "unknown-ticket").await;
        }

        // A token that was revoked while the server runs.
        let listed = newsroom.program.json(&["token", "list", "--json"], "");
        let id = listed.iter().find(|t| t["editor"] == "leser@magazin.example").unwrap()["id"].as_str().unwrap();
        assert!(newsroom.program.run(&["token", "revoke", id], "").status.success());
        problem(newsroom.as_other(Method::GET, &path, &viewer, None).await, 401, "unauthorized").await;
    }

    async fn the_reports_of_a_popular_mistake_are_paged(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let mut reference = String::new();
        for _ in 0..503 {
            reference = newsroom.report("a", "Feler", json!({})).await;
        }
        let path = format!("/api/v1/tickets/{reference}");
        let first = newsroom.json(&path).await;
        assert_eq!((first["report_count"].as_u64(), first["reports"].as_array().unwrap().len()), (Some(503), 500));
        let cursor = first["next_reports_cursor"].as_str().unwrap();
        let second = newsroom.json(&format!("{path}?reports_cursor={cursor}")).await;
        assert_eq!((second["reports"].as_array().unwrap().len(), &second["next_reports_cursor"]), (3, &Value::Null));
        problem(newsroom.get(&format!("{path}?reports_cursor=x")).await, 400, "invalid-parameter").await;
    }

    // No command adds a desk yet, so this one is the server within the test.
    async fn a_desk_is_known_by_its_name(newsroom: TestNewsroom) {
        let site = newsroom.site.id;
        let desk = manage_sites::add_desk(&newsroom.services, site, "Politik & Ökonomie", vec!["Wirtschaft".into()]).await.unwrap();
        let ticket = newsroom.standart_is_reported().await;
        let editor = newsroom.add_editor("Ella", Role::Editor).await;
        let scopes = vec![Scope::TicketsRead, Scope::TicketsWrite];
        let (_, token) = manage_tokens::add(&newsroom.services, &editor.email, scopes).await.unwrap().unwrap();
        let server = TestServer::of(&newsroom).await;
        let bearer = format!("Bearer {token}");
        let get = async |query: &str| -> Value {
            let answer = server.get(&format!("/api/v1/tickets?{query}")).header("Authorization", &bearer).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{query}");
            answer.json().await.unwrap()
        };
        let route = async |desk: Value| {
            let change = json!({ "desk": desk }).to_string();
            let request = server.request("PATCH", &format!("/api/v1/tickets/{ticket}")).header("Authorization", &bearer);
            request.header("Content-Type", "application/json").body(change).send().await.unwrap()
        };
        let by_name = "desk=politik%20%26%20%C3%B6konomie";
        assert!(references(&get(by_name).await).is_empty());
        let routed: Value = route(json!("POLITIK & ÖKONOMIE")).await.json().await.unwrap();
        assert_eq!(routed["desk"], "Politik & Ökonomie");
        assert_eq!(references(&get(by_name).await), [ticket.to_string()]);
        assert_eq!(references(&get(&format!("desk={}", desk.id)).await), [ticket.to_string()]);
        let gone: Value = route(Value::Null).await.json().await.unwrap();
        assert_eq!(gone["desk"], Value::Null);
        assert_eq!(route(json!("Sport")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
