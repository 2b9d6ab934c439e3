//! `demo` as a newcomer starts it: the built program, a free port, an empty folder.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Response, StatusCode, header, redirect};
use tempfile::TempDir;
use tokio::time::{self, Instant};

use crate::support::database::{TestDatabase, both_databases};

const START_LIMIT: Duration = Duration::from_secs(30);
const MAIL_LIMIT: Duration = Duration::from_secs(15);
const ARTICLE: &str = "/artikel/mini-pc-aus-flensburg";

/// A demo that runs; stopped when dropped.
struct Demo {
    child: Child,
    client: Client,
    melder: String,
    magazine: String,
    email: String,
    password: String,
    session: String,
    /// From the start of the program to its first answer.
    first_answer: Duration,
}

impl Demo {
    async fn start(data: &Path, arguments: &[&str]) -> Self {
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

    async fn get(&self, path: &str) -> String {
        let answer = self
            .request(self.client.get(format!("{}{path}", self.melder)))
            .await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    async fn status_of(&self, path: &str) -> StatusCode {
        let answer = self.request(self.client.get(format!("{}{path}", self.melder)));
        answer.await.status()
    }

    async fn page_of_magazine(&self, path: &str) -> String {
        let answer = self
            .client
            .get(format!("{}{path}", self.magazine))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    async fn post(&self, path: &str, fields: &[(&str, String)]) -> Response {
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

    async fn csrf(&self) -> String {
        let page = self.get("/").await;
        between(&page, "name=\"csrf\" value=\"", "\"")
            .expect("a form")
            .to_owned()
    }

    /// Presses a button of the panel: where it leads, and what is said there.
    async fn press(&self, button: &str) -> (String, String) {
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
    async fn counts(&self) -> BTreeMap<String, String> {
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
    async fn mails_about(&self, reference: &str) -> Vec<String> {
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
    fn stop(mut self) {
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

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    text[start..]
        .find(after)
        .map(|end| &text[start..start + end])
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[tokio::test]
async fn a_newsroom_that_is_lived_in_stands_ready_and_is_still_there_after_a_new_start() {
    let data = folder();
    let demo = Demo::start(data.path(), &[]).await;
    let counts = demo.counts().await;
    assert!(counts.values().all(|count| count != "0"), "{counts:?}");
    let closed = demo.get("/?state=closed").await;
    for resolution in [
        "Korrigiert",
        "War schon korrigiert",
        "Kein Fehler",
        "Nicht nachvollziehbar",
        "Doppelt",
        "Weitergeleitet",
        "Text entfallen",
        "Spam",
    ] {
        assert!(closed.contains(resolution), "{resolution}");
    }
    let mailbox = demo.get("/demo/mailbox").await;
    assert!(
        mailbox.contains("Neuer Fall")
            && mailbox.contains("Bescheid")
            && mailbox.contains("Adressbestätigung")
    );
    let mails = mailbox.matches("<a href=\"/demo/mailbox/").count();
    demo.stop();

    let demo = Demo::start(data.path(), &[]).await;
    assert!(
        demo.first_answer < Duration::from_secs(1),
        "{:?}",
        demo.first_answer
    );
    assert_eq!(demo.counts().await, counts);
    let mailbox = demo.get("/demo/mailbox").await;
    assert_eq!(
        mailbox.matches("<a href=\"/demo/mailbox/").count(),
        mails,
        "nothing is seeded twice"
    );
}

#[tokio::test]
async fn fourteen_readers_make_one_ticket_and_one_mail() {
    let data = folder();
    let demo = Demo::start(data.path(), &[]).await;
    let before: u32 = demo.counts().await["new"].parse().expect("a number");
    let (path, said) = demo.press("flood").await;
    let reference = path.rsplit('/').next().expect("a reference");
    assert!(said.contains(reference) && said.contains("14"), "{said}");
    let page = demo.get(&path).await;
    assert!(page.contains("14 Leserhinweise"), "{path}");
    assert_eq!(demo.counts().await["new"], (before + 1).to_string());
    assert_eq!(demo.mails_about(reference).await.len(), 1);

    let (_, said) = demo.press("troll").await;
    assert!(said.contains("300") && said.contains("5 Fälle"), "{said}");
    assert_eq!(demo.counts().await["new"], (before + 6).to_string());
    // A button without its form does nothing.
    let forged = demo.post("/demo/troll", &[("csrf", "x".into())]).await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_edited_article_stays_edited_until_the_agency_brings_the_old_text_back() {
    let data = folder();
    let demo = Demo::start(data.path(), &[]).await;
    let before = demo.page_of_magazine(ARTICLE).await;
    // Until it is this one's turn.
    for _ in 0..4 {
        demo.press("edit").await;
    }
    let edited = demo.page_of_magazine(ARTICLE).await;
    assert!(before.contains("ausschliesslich") && !edited.contains("ausschliesslich"));
    let modified =
        |page: &str| between(page, "article:modified_time\" content=\"", "\"").map(str::to_owned);
    assert_ne!(modified(&before), modified(&edited));
    demo.stop();

    let demo = Demo::start(data.path(), &[]).await;
    assert!(
        !demo
            .page_of_magazine(ARTICLE)
            .await
            .contains("ausschliesslich")
    );
    let (_, said) = demo.press("edit").await;
    assert!(said.starts_with("error"), "{said}");
    for _ in 0..4 {
        demo.press("restore").await;
    }
    let restored = demo.page_of_magazine(ARTICLE).await;
    assert!(restored.contains("ausschliesslich"));
    assert_ne!(modified(&before), modified(&restored));
}

#[tokio::test]
async fn the_mailbox_is_open_to_the_magazines_readers_and_shows_every_form_of_a_mail() {
    let data = folder();
    let mut demo = Demo::start(data.path(), &[]).await;
    demo.session = "nobody=1".into();
    let mailbox = demo.get("/demo/mailbox").await;
    let id = between(&mailbox, "<a href=\"/demo/mailbox/", "\"")
        .expect("a mail")
        .to_owned();
    let mail = demo.get(&format!("/demo/mailbox/{id}")).await;
    assert!(
        mail.contains("<a href=\"http://127.0.0.1:")
            || mail.contains("<a href=\"http:&#x2f;&#x2f;127.0.0.1:"),
        "{mail}"
    );
    let html = demo
        .client
        .get(format!("{}/demo/mailbox/{id}/html", demo.melder))
        .send()
        .await
        .expect("an answer");
    let policy = html.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .expect("a policy")
        .to_owned();
    assert!(
        policy.contains("sandbox")
            && policy.contains("default-src 'none'")
            && !policy.contains("script-src")
    );
    assert!(html.text().await.expect("a page").contains("<html"));
    let source = demo.get(&format!("/demo/mailbox/{id}/source")).await;
    assert!(source.contains("Message-ID:"), "{source}");
    // Whatever lies there beside.
    std::fs::write(data.path().join("mails/broken.eml"), b"\xFF\x00\x01").expect("a file");
    assert!(demo.get("/demo/mailbox").await.contains("broken"));
    demo.get("/demo/mailbox/broken").await;
    let nothing = demo
        .client
        .get(format!("{}/demo/mailbox/..%2ffehlermelder", demo.melder))
        .send()
        .await;
    assert_eq!(nothing.expect("an answer").status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_article_of_ones_own_is_cleaned_and_kept() {
    let data = folder();
    let demo = Demo::start(data.path(), &[]).await;
    let text = "<h1>Über Möwen</h1><p onclick='x()'>Die Möwe<script>alert(1)</script> fliegt.</p><img src=x onerror=alert(2)>";
    let csrf = demo.csrf().await;
    let form = |text: &str| {
        [
            ("csrf", csrf.clone()),
            ("headline", String::new()),
            ("text", text.to_owned()),
        ]
    };
    let answer = demo.post("/demo/article", &form(text)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let url = answer.headers()[header::LOCATION]
        .to_str()
        .expect("an address")
        .to_owned();
    assert_eq!(url, format!("{}/artikel/ueber-moewen", demo.magazine));
    let too_long = demo
        .post("/demo/article", &form(&"ä".repeat(200_001)))
        .await;
    assert_eq!(too_long.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        demo.post("/demo/article", &form("  ")).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    demo.stop();

    let demo = Demo::start(data.path(), &[]).await;
    let page = demo.page_of_magazine("/artikel/ueber-moewen").await;
    assert!(
        page.contains("Die Möwe fliegt.") && page.contains("<fehler-melden"),
        "{page}"
    );
    assert!(
        !page.contains("alert") && !page.contains("onclick"),
        "{page}"
    );
}

both_databases! {
    async fn as_many_tickets_as_asked_for_are_generated_once(database: TestDatabase) {
        let data = folder();
        let arguments = ["--tickets", "2000", "--database", database.url()];
        let demo = Demo::start(data.path(), &arguments).await;
        let counts = demo.counts().await;
        assert_eq!(counts["closed"], "500+");
        // 20 of the story, numbered after the 2,000.
        demo.get("/tickets/FM-3020").await;
        demo.get("/tickets/FM-1001").await;
        assert_eq!(demo.status_of("/tickets/FM-3021").await, StatusCode::NOT_FOUND);
        demo.page_of_magazine("/archiv/100").await;
        assert!(demo.get("/?q=Quartalszahlen").await.contains("<ol class=\"rows\""));
        demo.stop();

        let demo = Demo::start(data.path(), &arguments).await;
        assert_eq!(demo.counts().await, counts, "they were generated again");
        assert_eq!(demo.status_of("/tickets/FM-3021").await, StatusCode::NOT_FOUND);
        demo.stop();

        let more = ["--tickets", "2100", "--database", database.url()];
        let demo = Demo::start(data.path(), &more).await;
        demo.get("/tickets/FM-3120").await;
        assert_eq!(demo.status_of("/tickets/FM-3121").await, StatusCode::NOT_FOUND);
        demo.stop();
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let data = folder();
    let output = Command::new(env!("CARGO_BIN_EXE_fehlermelder"))
        .args(["demo", "--listen", &address, "--data"])
        .arg(data.path().join("none"))
        .output()
        .expect("the program");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.lines().count() == 1 && said.contains(&address),
        "{said}"
    );
    assert!(!data.path().join("none").exists(), "nothing is left behind");
}
