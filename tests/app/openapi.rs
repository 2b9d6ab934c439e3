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
        pattern: &str,
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
        let operation = &self.document["paths"][pattern][method.as_str().to_lowercase()];
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

/// `/api/…` in `src/web/routes.rs`, in the words of the document.
fn routes() -> BTreeSet<String> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/routes.rs");
    let source = std::fs::read_to_string(source).unwrap();
    source
        .split('"')
        .filter(|text| text.starts_with("/api/"))
        .map(|path| {
            let parts = path.split('/').map(|part| match part.strip_prefix(':') {
                Some(name) => format!("{{{name}}}"),
                None => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join("/")
        })
        .collect()
}

#[tokio::test]
async fn the_description_is_true() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    let site = program.add_site(ORIGIN);
    let token = program.add_token();
    program.json(
        &[
            "editor",
            "add",
            "--email",
            "leser@m.example",
            "--name",
            "L",
            "--role",
            "viewer",
            "--json",
        ],
        "",
    );
    let add = |editor: &str, scope: &str| {
        let made = program.json(
            &[
                "token", "add", "--editor", editor, "--scope", scope, "--json",
            ],
            "",
        );
        format!("Bearer {}", made[0]["token"].as_str().unwrap())
    };
    let reads = add("leitung@magazin.example", "tickets:read");
    let viewer = add("leser@m.example", "tickets:read,tickets:write");
    let _server = program.serve().await;
    let client = http_client();
    let document: Value = {
        let url = format!("{}/api/openapi.json", program.origin());
        let answer = client.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/json");
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let again = client.get(&url).header("If-None-Match", tag).send();
        assert_eq!(again.await.unwrap().status(), StatusCode::NOT_MODIFIED);
        answer.json().await.unwrap()
    };
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], program.origin());

    // Its addresses are those of the server, and answer to the methods that it names and to no others.
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), routes());
    for (path, item) in paths {
        let url = format!(
            "{}{}",
            program.origin(),
            path.replace("{reference}", "FM-1")
        );
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let status = client
                .request(method.clone(), &url)
                .send()
                .await
                .unwrap()
                .status();
            let described = item.get(method.as_str().to_lowercase()).is_some();
            assert_eq!(
                status != StatusCode::METHOD_NOT_ALLOWED,
                described,
                "{method} {path}: {status}"
            );
        }
    }

    // Its examples are valid, for it and for the server.
    let example = |name: &str| {
        let schema = &document["components"]["schemas"][name];
        let example = schema["examples"][0].clone();
        assert_eq!(
            differences(&document, schema, &example, name),
            Vec::<String>::new()
        );
        example
    };
    let (mut report, change) = (example("NewReport"), example("TicketChange"));
    report["site"] = json!(site);
    report["contact"] = json!({ "email": "leserin@example.org", "consent": true });

    let reports = "/api/v1/reports";
    let tickets = "/api/v1/tickets";
    let one = "/api/v1/tickets/{reference}";
    let mut api = Described {
        program,
        client,
        document,
        token,
        problems_seen: BTreeSet::new(),
    };
    let (status, receipt) = api
        .ask(
            Method::POST,
            reports,
            reports,
            Some(report.clone()),
            &[("Idempotency-Key", "k")],
        )
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!("{tickets}/{}", receipt["ticket"].as_str().unwrap());
    let other = {
        let mut r = report.clone();
        r["target"] = Value::Null;
        r["part"] = json!("image");
        r["comment"] = json!("x");
        r
    };
    api.ask(Method::POST, reports, reports, Some(other.clone()), &[])
        .await;

    let (_, list) = api
        .ask(
            Method::GET,
            &format!("{tickets}?limit=1"),
            tickets,
            None,
            &[],
        )
        .await;
    assert!(list["next_cursor"].is_string());
    let steps = [
        json!({ "assignee": "leitung@magazin.example", "note": "n", "kind": "grammar", "accepted_suggestion": "dass" }),
        json!({ "state": "snoozed", "snoozed_until": "2099-01-01T00:00:00Z" }),
        change,
        json!({ "state": "open" }),
        json!({ "state": "closed", "resolution": "not_an_error", "reason": "house_style", "public_note": "p" }),
    ];
    for step in steps {
        let (status, _) = api
            .ask(Method::PATCH, &path, one, Some(step.clone()), &[])
            .await;
        assert_eq!(status, StatusCode::OK, "{step}");
    }
    let (_, ticket) = api.ask(Method::GET, &path, one, None, &[]).await;
    assert_eq!(ticket["events"].as_array().unwrap().len(), 10);

    // Every problem that can be provoked from outside.
    let bad = |change: fn(&mut Value)| {
        let mut r = report.clone();
        change(&mut r);
        Some(r)
    };
    let unknown_site = bad(|r| r["site"] = json!("nosuch"));
    let invalid = bad(|r| r["kind"] = json!("typo"));
    let another = bad(|r| r["suggestion"] = json!("daß"));
    let huge = bad(|r| r["comment"] = json!("x".repeat(70_000)));
    let long_key = "k".repeat(256);
    for (body, headers) in [
        (unknown_site, vec![]),
        (invalid, vec![]),
        (another, vec![("Idempotency-Key", "k")]),
        (huge, vec![]),
        (Some(other), vec![("Origin", "https://evil.example")]),
        (
            Some(report.clone()),
            vec![("Idempotency-Key", long_key.as_str())],
        ),
        (None, vec![("Content-Type", "application/json")]),
        (None, vec![]),
    ] {
        let (status, _) = api
            .ask(Method::POST, reports, reports, body, &headers)
            .await;
        assert!(status.is_client_error());
    }
    for (method, path, pattern, body, headers) in [
        (Method::GET, format!("{tickets}?x=1"), tickets, None, vec![]),
        (
            Method::GET,
            tickets.to_owned(),
            tickets,
            None,
            vec![("Authorization", "Bearer fm_x")],
        ),
        (
            Method::GET,
            format!("{tickets}/FM-999999"),
            one,
            None,
            vec![],
        ),
        (
            Method::GET,
            format!("{path}?reports_cursor=x"),
            one,
            None,
            vec![],
        ),
        (
            Method::PATCH,
            path.clone(),
            one,
            Some(json!({})),
            vec![("Authorization", reads.as_str())],
        ),
        (
            Method::PATCH,
            path.clone(),
            one,
            Some(json!({})),
            vec![("Authorization", viewer.as_str())],
        ),
        (
            Method::PATCH,
            path.clone(),
            one,
            Some(json!({})),
            vec![("If-Match", "\"x\"")],
        ),
        (
            Method::PATCH,
            path.clone(),
            one,
            Some(json!({ "state": "waiting" })),
            vec![],
        ),
        (
            Method::PATCH,
            path.clone(),
            one,
            Some(json!({ "state": "done" })),
            vec![],
        ),
        (
            Method::PATCH,
            path.clone(),
            one,
            Some(json!({ "note": "x".repeat(70_000) })),
            vec![],
        ),
        (
            Method::PATCH,
            path.clone(),
            one,
            None,
            vec![("Content-Type", "application/json")],
        ),
        (Method::PATCH, path.clone(), one, None, vec![]),
    ] {
        let (status, _) = api.ask(method, &path, pattern, body, &headers).await;
        assert!(status.is_client_error());
    }
    let unprovoked: BTreeSet<String> = ["rate-limited", "unavailable"].map(str::to_owned).into();
    let types = api.document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
        .as_array()
        .unwrap();
    let described: BTreeSet<String> = types
        .iter()
        .filter_map(|t| Some(t.as_str()?.rsplit_once("problem-")?.1.to_owned()))
        .collect();
    assert_eq!(&described - &api.problems_seen, unprovoked);

    the_page_shows_it(&api, &described).await;
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
