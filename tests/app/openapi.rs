//! The description of the API is true: of the routes, of real answers, and of every problem.

use std::collections::BTreeSet;

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use schema::differences;

use crate::support::database::TestDatabase;
use crate::support::http::http_client;
use crate::support::program::Program;

mod schema;

const ORIGIN: &str = "https://magazin.example";

struct Described {
    program: Program,
    client: Client,
    document: Value,
    token: String,
    problems_seen: BTreeSet<String>,
}

impl Described {
    /// Sends a request and checks that its answer is one that the document describes.
    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.program.origin());
        let mut request = self.client.request(method.clone(), url);
        if let Some(body) = &body {
            request = request.json(body);
        }
        // A header of the test's own goes before the usual one.
        if !headers.iter().any(|(name, _)| *name == "Authorization") {
            request = request.bearer_auth(&self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer: Response = request.send().await.unwrap();
        let status = answer.status();
        let case = format!("{method} {path} {status}");
        let pattern = pattern_of(path.split('?').next().unwrap());
        let operation = &self.document["paths"][pattern.as_str()][method.as_str().to_lowercase()];
        let described = &operation["responses"][status.as_str()];
        assert!(
            described.is_object(),
            "{case} is not described: {}",
            answer.text().await.unwrap()
        );
        for name in described["headers"]
            .as_object()
            .into_iter()
            .flat_map(|h| h.keys())
        {
            assert!(
                answer.headers().contains_key(name.to_lowercase()),
                "{case}: no {name}"
            );
        }
        let Some(content) = described["content"].as_object() else {
            return (status, Value::Null);
        };
        let kind = answer.headers()["content-type"].to_str().unwrap();
        let kind = kind.split(';').next().unwrap().to_owned();
        let schema = &content[&kind]["schema"];
        let answer: Value = answer.json().await.unwrap();
        let differences = differences(&self.document, schema, &answer, "");
        assert!(differences.is_empty(), "{case}: {differences:#?}");
        if let Some(name) = answer["type"].as_str() {
            let name = name.rsplit_once("problem-").unwrap().1;
            let names = described["x-problems"].as_array().unwrap();
            assert!(names.contains(&json!(name)), "{case}: {name}");
            self.problems_seen.insert(name.to_owned());
        }
        (status, answer)
    }
}

/// An address in the words of the document.
fn pattern_of(path: &str) -> String {
    let Some(rest) = path.strip_prefix("/api/v1/tickets/") else {
        return path.to_owned();
    };
    let parts: Vec<&str> = rest.split('/').collect();
    let rest = match parts[..] {
        [_, "merges", _] => "/merges/{double}",
        [_, "splits", _] => "/splits/{split}",
        [_, "merges"] => "/merges",
        [_, "splits"] => "/splits",
        _ => "",
    };
    format!("/api/v1/tickets/{{reference}}{rest}")
}

/// `/api/…` in the table of routes, in the words of the document.
fn routes() -> BTreeSet<String> {
    fehlermelder::web::routes::table()
        .iter()
        .map(|entry| entry.path)
        .filter(|path| path.starts_with("/api/"))
        .map(|path| {
            let parts = path.split('/').map(|part| match part.strip_prefix(':') {
                Some(name) => format!("{{{name}}}"),
                None => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join("/")
        })
        .collect()
}

/// A body and headers.
type Case<'a> = (Option<Value>, Vec<(&'a str, &'a str)>);

const REPORTS: &str = "/api/v1/reports";
const TICKETS: &str = "/api/v1/tickets";
const REFRESH: &str = "/api/v1/articles/refresh";

#[tokio::test]
async fn the_description_is_true() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    let site = program.add_site(ORIGIN);
    let token = program.add_token();
    let _server = program.serve().await;
    let client = http_client();
    let document = fetch(&client, program.origin()).await;
    let mut api = Described {
        program,
        client,
        document,
        token,
        problems_seen: BTreeSet::new(),
    };
    its_addresses_are_the_servers(&api).await;
    let mut report = example(&api.document, "NewReport");
    report["site"] = json!(site);
    report["contact"] = json!({ "email": "leserin@example.org", "consent": true });
    let ticket = what_works_is_described(&mut api, &report).await;
    bad_reports_are_described(&mut api, &report).await;
    bad_requests_with_a_token_are_described(&mut api, &ticket).await;
    merging_and_splitting_are_described(&mut api, &report).await;
    a_saved_article_is_described(&mut api).await;

    let types = &api.document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
    let named = types.as_array().unwrap().iter();
    let described: BTreeSet<String> = named
        .filter_map(|t| Some(t.as_str()?.rsplit_once("problem-")?.1.to_owned()))
        .collect();
    // What cannot be provoked from outside.
    let rest: BTreeSet<String> = ["rate-limited", "unavailable"].map(str::to_owned).into();
    assert_eq!(&described - &api.problems_seen, rest);
    the_page_shows_it(&api, &described).await;
}

async fn fetch(client: &Client, origin: &str) -> Value {
    let url = format!("{origin}/api/openapi.json");
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let again = client.get(&url).header("If-None-Match", tag).send();
    assert_eq!(again.await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let document: Value = answer.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], origin);
    document
}

/// They answer to the methods that the document names, and to no others.
async fn its_addresses_are_the_servers(api: &Described) {
    let paths = api.document["paths"].as_object().unwrap();
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), routes());
    for (path, item) in paths {
        let path = ["{reference}", "{double}", "{split}"]
            .iter()
            .fold(path.clone(), |path, name| path.replace(name, "FM-1"));
        let url = format!("{}{path}", api.program.origin());
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let asked = api.client.request(method.clone(), &url).send().await;
            let status = asked.unwrap().status();
            let answered = status != StatusCode::METHOD_NOT_ALLOWED;
            let described = item.get(method.as_str().to_lowercase()).is_some();
            assert_eq!(answered, described, "{method} {path}: {status}");
        }
    }
}

/// The document's example of that shape, which fits it.
fn example(document: &Value, name: &str) -> Value {
    let schema = &document["components"]["schemas"][name];
    let example = schema["examples"][0].clone();
    let differences = differences(document, schema, &example, name);
    assert!(differences.is_empty(), "{differences:?}");
    example
}

/// A ticket goes all ways that a ticket can go; its path.
async fn what_works_is_described(api: &mut Described, report: &Value) -> String {
    let key = [("Idempotency-Key", "k")];
    let (status, receipt) = api
        .ask(Method::POST, REPORTS, Some(report.clone()), &key)
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let mut other = report.clone();
    other["target"] = Value::Null;
    other["part"] = json!("image");
    other["comment"] = json!("x");
    api.ask(Method::POST, REPORTS, Some(other), &[]).await;
    let page = format!("{TICKETS}?limit=1");
    let (_, list) = api.ask(Method::GET, &page, None, &[]).await;
    assert!(list["next_cursor"].is_string());

    let ticket = format!("{TICKETS}/{}", receipt["ticket"].as_str().unwrap());
    let steps = [
        json!({ "assignee": "leitung@magazin.example", "note": "n", "kind": "grammar", "accepted_suggestion": "dass" }),
        json!({ "state": "snoozed", "snoozed_until": "2099-01-01T00:00:00Z" }),
        example(&api.document, "TicketChange"),
        json!({ "state": "open" }),
        json!({ "state": "closed", "resolution": "not_an_error", "reason": "house_style", "public_note": "p" }),
    ];
    for step in steps {
        let (status, _) = api
            .ask(Method::PATCH, &ticket, Some(step.clone()), &[])
            .await;
        assert_eq!(status, StatusCode::OK, "{step}");
    }
    let (_, shown) = api.ask(Method::GET, &ticket, None, &[]).await;
    assert_eq!(shown["events"].as_array().unwrap().len(), 10);
    ticket
}

async fn bad_reports_are_described(api: &mut Described, report: &Value) {
    let with = |name: &str, value: Value| {
        let mut report = report.clone();
        report[name] = value;
        Some(report)
    };
    let long_key = "k".repeat(256);
    let cases: [Case; 8] = [
        (with("site", json!("nosuch")), vec![]),
        (with("kind", json!("typo")), vec![]),
        (
            with("suggestion", json!("daß")),
            vec![("Idempotency-Key", "k")],
        ),
        (with("comment", json!("x".repeat(70_000))), vec![]),
        (
            Some(report.clone()),
            vec![("Origin", "https://evil.example")],
        ),
        (Some(report.clone()), vec![("Idempotency-Key", &long_key)]),
        (None, vec![("Content-Type", "application/json")]),
        (None, vec![]),
    ];
    for (body, headers) in cases {
        let (status, _) = api.ask(Method::POST, REPORTS, body, &headers).await;
        assert!(status.is_client_error(), "{status}");
    }
}

async fn bad_requests_with_a_token_are_described(api: &mut Described, ticket: &str) {
    let viewer = "leser@magazin.example";
    let add = [
        "editor", "add", "--email", viewer, "--name", "L", "--role", "viewer", "--json",
    ];
    api.program.json(&add, "");
    let bearer = |editor: &str, scope: &str| {
        let add = [
            "token", "add", "--editor", editor, "--scope", scope, "--json",
        ];
        let made = api.program.json(&add, "");
        format!("Bearer {}", made[0]["token"].as_str().unwrap())
    };
    let reads = bearer("leitung@magazin.example", "tickets:read");
    let viewer = bearer(viewer, "tickets:read,tickets:write");

    for (path, token) in [
        (format!("{TICKETS}?x=1"), None),
        (TICKETS.to_owned(), Some("Bearer fm_x")),
        (format!("{TICKETS}/FM-999999"), None),
        (format!("{ticket}?reports_cursor=x"), None),
    ] {
        let headers: Vec<_> = token.map(|t| ("Authorization", t)).into_iter().collect();
        let (status, _) = api.ask(Method::GET, &path, None, &headers).await;
        assert!(status.is_client_error(), "{status}");
    }
    let cases: [Case; 8] = [
        (Some(json!({})), vec![("Authorization", &reads)]),
        (Some(json!({})), vec![("Authorization", &viewer)]),
        (Some(json!({})), vec![("If-Match", "\"x\"")]),
        (Some(json!({ "state": "waiting" })), vec![]),
        (Some(json!({ "state": "done" })), vec![]),
        (Some(json!({ "note": "x".repeat(70_000) })), vec![]),
        (None, vec![("Content-Type", "application/json")]),
        (None, vec![]),
    ];
    for (body, headers) in cases {
        let (status, _) = api.ask(Method::PATCH, ticket, body, &headers).await;
        assert!(status.is_client_error(), "{status}");
    }
}

/// One ticket of two and two of one, and back.
async fn merging_and_splitting_are_described(api: &mut Described, report: &Value) {
    let mut tickets = Vec::new();
    for quote in ["Feler", "Feler", "Vehler"] {
        let mut report = report.clone();
        report["target"]["selector"][0]["exact"] = json!(quote);
        report["article"]["url"] = json!(format!("https://magazin.example/{quote}"));
        let (_, receipt) = api.ask(Method::POST, REPORTS, Some(report), &[]).await;
        tickets.push(receipt["ticket"].as_str().unwrap().to_owned());
    }
    let (first, other) = (format!("{TICKETS}/{}", tickets[0]), &tickets[2]);
    let mut names = example(&api.document, "TicketsToMerge");
    names["tickets"] = json!([other]);
    let to_merge = format!("{first}/merges");
    let double = format!("{to_merge}/{other}");
    let (_, shown) = api.ask(Method::GET, &first, None, &[]).await;
    let mut reports = example(&api.document, "ReportsToSplit");
    reports["reports"] = json!([shown["reports"][0]["id"]]);
    let splits = format!("{first}/splits");
    let stale = [("If-Match", "\"x\"")];
    for (path, body) in [(&to_merge, &names), (&splits, &reports)] {
        let (status, _) = api
            .ask(Method::POST, path, Some(body.clone()), &stale)
            .await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED);
        let (status, _) = api.ask(Method::POST, path, Some(json!({})), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, _) = api.ask(Method::POST, path, None, &[]).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let (status, merged) = api.ask(Method::POST, &to_merge, Some(names), &[]).await;
    assert_eq!(
        (status, merged["report_count"].as_u64()),
        (StatusCode::OK, Some(3))
    );
    let (status, _) = api.ask(Method::DELETE, &double, None, &[]).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = api.ask(Method::DELETE, &double, None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, new) = api.ask(Method::POST, &splits, Some(reports), &[]).await;
    assert_eq!(status, StatusCode::CREATED);
    let split = format!("{splits}/{}", new["reference"].as_str().unwrap());
    let (status, _) = api.ask(Method::DELETE, &split, None, &[]).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = api.ask(Method::DELETE, &split, None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

/// The content system sends a text, an address alone, and what cannot be.
async fn a_saved_article_is_described(api: &mut Described) {
    let mut saved = example(&api.document, "ArticleSaved");
    saved["text"] = json!("Der Hersteller verspricht, dass der Lüfter leise bleibt.");
    let (status, answer) = api
        .ask(Method::POST, REFRESH, Some(saved.clone()), &[])
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["known"], json!(true));
    assert_eq!(answer["looked_up"], json!(1));
    saved["url"] = json!("https://magazin.example/niemand");
    let (_, answer) = api
        .ask(Method::POST, REFRESH, Some(saved.clone()), &[])
        .await;
    assert_eq!(answer["known"], json!(false));
    let too_long = json!({ "url": saved["url"], "text": "x".repeat(5_000_000) });
    let cases: [Case; 8] = [
        (Some(json!({ "url": "https://fremd.example/" })), vec![]),
        (Some(json!({ "url": "/x" })), vec![]),
        (Some(json!({ "url": 1, "text": "", "x": 1 })), vec![]),
        (Some(json!([])), vec![]),
        (Some(too_long), vec![]),
        (Some(saved), vec![("Authorization", "Bearer fm_x")]),
        (None, vec![("Content-Type", "application/json")]),
        (None, vec![]),
    ];
    for (body, headers) in cases {
        let (status, _) = api.ask(Method::POST, REFRESH, body, &headers).await;
        assert!(status.is_client_error(), "{status}");
    }
}

/// `/api/docs` in both languages: every address, every shape, and a place for every problem.
async fn the_page_shows_it(api: &Described, problems: &BTreeSet<String>) {
    for (lang, heading) in [("de", "Schnittstelle"), ("en", "Problems")] {
        let url = format!("{}/api/docs", api.program.origin());
        let answer = api.client.get(url).header("Accept-Language", lang).send();
        let answer = answer.await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        let page = answer.text().await.unwrap();
        assert!(page.contains(heading) && page.contains(&format!("<html lang=\"{lang}\">")));
        for name in problems {
            assert!(page.contains(&format!("id=\"problem-{name}\"")), "{name}");
        }
        for path in api.document["paths"].as_object().unwrap().keys() {
            // As the templates write a slash.
            assert!(page.contains(&path.replace('/', "&#x2f;")), "{path}");
        }
        let schemas = api.document["components"]["schemas"].as_object().unwrap();
        for name in schemas.keys() {
            assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
        }
        assert!(
            !page.contains("<script>") && !page.contains("docs-"),
            "a sentence is missing"
        );
    }
}
