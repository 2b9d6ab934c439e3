//! A demo that runs, as its visitors see it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Response, StatusCode, header, redirect};
use tempfile::TempDir;
use tokio::time::{self, Instant};

const START_LIMIT: Duration = Duration::from_secs(30);
const MAIL_LIMIT: Duration = Duration::from_secs(15);

/// A demo that runs; stopped when dropped.
pub struct Demo {
    child: Child,
    pub client: Client,
    pub melder: String,
    pub magazine: String,
    email: String,
    password: String,
    pub session: String,
    /// From the start of the program to its first answer.
    pub first_answer: Duration,
}

impl Demo {
    pub async fn start(data: &Path, arguments: &[&str]) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client");
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_fehlermelder"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut said = |word: &str| {
            let mut lines = lines.by_ref().map_while(Result::ok);
            let line = lines.find(|line| line.trim_start().starts_with(word));
            let line = line.unwrap_or_else(|| panic!("the demo does not say its {word}"));
            line.trim_start()[word.len()..]
                .trim()
                .trim_end_matches('/')
                .to_owned()
        };
        let (magazine, melder) = (said("Magazin"), said("Redaktion"));
        let (email, password) = (said("Anmelden"), said("Passwort"));
        // Whoever prints goes on printing: nobody must wait for us.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        while client.get(format!("{melder}/readyz")).send().await.is_err() {
            assert!(
                begun.elapsed() < START_LIMIT,
                "not ready within {START_LIMIT:?}"
            );
            time::sleep(Duration::from_millis(5)).await;
        }
        let first_answer = begun.elapsed();
        let mut demo = Self {
            child,
            client,
            melder,
            magazine,
            email,
            password,
            session: String::new(),
            first_answer,
        };
        let form = [
            ("email", demo.email.clone()),
            ("password", demo.password.clone()),
        ];
        let answer = demo.post("/sign-in", &form).await;
        let cookie = answer.headers()[header::SET_COOKIE]
            .to_str()
            .expect("a cookie");
        demo.session = String::from(cookie.split(';').next().expect("a cookie"));
        demo
    }

    pub async fn get(&self, path: &str) -> String {
        let answer = self
            .request(self.client.get(format!("{}{path}", self.melder)))
            .await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    pub async fn status_of(&self, path: &str) -> StatusCode {
        let answer = self.request(self.client.get(format!("{}{path}", self.melder)));
        answer.await.status()
    }

    pub async fn page_of_magazine(&self, path: &str) -> String {
        let answer = self
            .client
            .get(format!("{}{path}", self.magazine))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    pub async fn post(&self, path: &str, fields: &[(&str, String)]) -> Response {
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .client
            .post(format!("{}{path}", self.melder))
            .body(body);
        self.request(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
            .await
    }

    async fn request(&self, request: reqwest::RequestBuilder) -> Response {
        request
            .header(header::COOKIE, &self.session)
            .send()
            .await
            .expect("an answer")
    }

    pub async fn csrf(&self) -> String {
        let page = self.get("/").await;
        between(&page, "name=\"csrf\" value=\"", "\"")
            .expect("a form")
            .to_owned()
    }

    /// Presses a button of the panel: where it leads, and what is said there.
    pub async fn press(&self, button: &str) -> (String, String) {
        let form = [("csrf", self.csrf().await)];
        let answer = self.post(&format!("/demo/{button}"), &form).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{button}");
        let path = answer.headers()[header::LOCATION]
            .to_str()
            .expect("a path")
            .to_owned();
        let page = self.get(&path).await;
        let said = between(&page, "<p class=\"message ", "</p>")
            .expect("a message")
            .to_owned();
        (path, said)
    }

    /// How many tickets are in each state, as the desk counts them.
    pub async fn counts(&self) -> BTreeMap<String, String> {
        let page = self.get("/").await;
        ["new", "open", "waiting", "snoozed", "closed"]
            .into_iter()
            .map(|state| {
                let link = between(&page, &format!("<a href=\"/?state={state}\""), "</a>")
                    .expect("a state");
                let count = between(link, "<span class=\"figure\">", "</span>").expect("a figure");
                (state.to_owned(), count.to_owned())
            })
            .collect()
    }

    /// Subjects in the mailbox that name the ticket, once there is one.
    pub async fn mails_about(&self, reference: &str) -> Vec<String> {
        let deadline = Instant::now() + MAIL_LIMIT;
        loop {
            let page = self.get("/demo/mailbox").await;
            let subjects = page
                .split("<a href=\"/demo/mailbox/")
                .skip(1)
                .filter_map(|rest| between(rest, "\">", "</a>"));
            let found: Vec<String> = subjects
                .filter(|s| s.contains(reference))
                .map(str::to_owned)
                .collect();
            if !found.is_empty() {
                return found;
            }
            assert!(Instant::now() < deadline, "no mail about {reference}");
            time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// As by the system's own stop.
    pub fn stop(mut self) {
        let sent = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        assert!(sent.expect("kill").success());
        let status = self.child.wait().expect("a child of ours");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    text[start..]
        .find(after)
        .map(|end| &text[start..start + end])
}

pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
