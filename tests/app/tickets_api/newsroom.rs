//! The built server with a site, and a program's view of it.

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::database::TestDatabase;
use crate::support::{
    http::http_client,
    program::{Program, Running},
};

pub const ORIGIN: &str = "https://magazin.example";

/// A server with a site, somebody who leads it, and a token in their name.
pub struct Newsroom {
    pub program: Program,
    _server: Running,
    pub client: Client,
    pub site: String,
    pub token: String,
}

impl Newsroom {
    pub async fn open(database: &TestDatabase) -> Self {
        let program = Program::on(database);
        let site = program.add_site(ORIGIN);
        let token = program.add_token();
        let server = program.serve().await;
        Self {
            client: http_client(),
            program,
            _server: server,
            site,
            token,
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.program.origin());
        self.client
            .request(method, url)
            .header("Accept-Language", "en")
    }

    pub async fn get(&self, path: &str) -> Response {
        let request = self.request(Method::GET, path).bearer_auth(&self.token);
        request.send().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    pub async fn patch(&self, reference: &str, change: Value) -> Response {
        let request = self
            .request(Method::PATCH, &format!("/api/v1/tickets/{reference}"))
            .bearer_auth(&self.token);
        request.json(&change).send().await.unwrap()
    }

    /// A report about an article; its ticket.
    pub async fn report(&self, article: &str, exact: &str, more: Value) -> String {
        let mut report = json!({
            "site": self.site,
            "article": { "url": format!("{ORIGIN}/{article}"), "title": format!("Über {article}"), "sections": ["Hardware"] },
            "target": { "selector": [
                { "type": "TextQuoteSelector", "exact": exact, "prefix": "ein ", "suffix": " im Satz" },
                { "type": "TextPositionSelector", "start": 4, "end": 9 } ] },
            "kind": "spelling",
            "suggestion": "Fehler",
        });
        for (name, value) in more.as_object().unwrap() {
            report[name] = value.clone();
        }
        let answer = self
            .request(Method::POST, "/api/v1/reports")
            .json(&report)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let answer: Value = answer.json().await.unwrap();
        answer["ticket"].as_str().unwrap().to_owned()
    }

    pub fn token_of(&self, email: &str, role: &str, scopes: &str, site: Option<&str>) -> String {
        let mut editor = vec![
            "editor", "add", "--email", email, "--name", "N", "--role", role, "--json",
        ];
        if let Some(site) = site {
            editor.extend(["--site", site]);
        }
        self.program.json(&editor, "");
        self.token_for(email, scopes)
    }

    pub fn token_for(&self, email: &str, scopes: &str) -> String {
        let token = [
            "token", "add", "--editor", email, "--scope", scopes, "--json",
        ];
        let made = self.program.json(&token, "");
        made[0]["token"].as_str().unwrap().to_owned()
    }

    /// Asks with another token.
    pub async fn as_other(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Response {
        let mut request = self.request(method, path).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }
}

pub fn etag(answer: &Response) -> String {
    answer.headers()["etag"].to_str().unwrap().to_owned()
}

/// The problem that an answer tells of; checked for its form.
pub async fn problem(answer: Response, status: u16, name: &str) -> Value {
    assert_eq!(answer.status().as_u16(), status);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(
        problem["type"],
        format!("/api/docs#problem-{name}"),
        "{problem}"
    );
    assert_eq!(problem["status"], status);
    assert!(
        problem["title"].is_string() && problem["detail"].as_str().unwrap().ends_with(['.', '…']),
        "{problem}"
    );
    problem
}

pub async fn pointers(answer: Response) -> Vec<String> {
    let problem = problem(answer, 422, "invalid-change").await;
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|e| e["pointer"].as_str().unwrap().to_owned())
        .collect()
}

pub fn references(list: &Value) -> Vec<&str> {
    let tickets = list["tickets"].as_array().unwrap();
    tickets
        .iter()
        .map(|t| t["reference"].as_str().unwrap())
        .collect()
}
