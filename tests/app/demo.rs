//! `demo` as a newcomer starts it: the built program, a free port, an empty folder.

mod running;

use std::process::Command;
use std::time::Duration;

use reqwest::{StatusCode, header};

use crate::support::database::{TestDatabase, both_databases};
use running::{Demo, between, folder};

const ARTICLE: &str = "/artikel/mini-pc-aus-flensburg";

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
    // How fast is measured elsewhere (BENCHMARKS.md); here only that it need not set up anything again.
    assert!(
        demo.first_answer < Duration::from_secs(10),
        "{:?}",
        demo.first_answer
    );
    assert_eq!(demo.counts().await, counts);
    // The port is another one, and the articles stand where the magazine is now.
    let ticket = demo.get("/tickets/FM-1020").await.replace("&#x2f;", "/");
    assert!(
        ticket.contains(&format!("{}/artikel/", demo.magazine)),
        "{ticket}"
    );
    // So do the site's own links.
    let page = demo.page_of_magazine("/kontakt").await;
    let article = demo.page_of_magazine(ARTICLE).await;
    let key = between(&article, "site=\"", "\"").expect("the control");
    let facts = demo.get(&format!("/embed/site/{key}.json")).await;
    for section in ["meinung", "recht", "abo", "datenschutz"] {
        assert!(page.contains(&format!("id=\"{section}\"")), "{page}");
        let link = format!("{}/kontakt#{section}", demo.magazine);
        assert!(facts.contains(&link), "{link}: {facts}");
    }
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
    let inbox = demo.get("/?state=new").await;
    assert!(inbox.contains("300 Meldungen einer Welle"), "{inbox}");
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

#[tokio::test]
async fn an_article_is_edited_by_hand_and_the_agency_brings_its_old_text_back() {
    let data = folder();
    let demo = Demo::start(data.path(), &[]).await;
    let path = "/demo/articles/mini-pc-aus-flensburg";
    let page = demo.page_of_magazine(ARTICLE).await;
    let link = format!("{}{path}", demo.melder);
    assert!(page.replace("&#x2f;", "/").contains(&link), "{page}");
    let csrf = demo.csrf().await;
    let form = |title: &str, text: &str| {
        [
            ("csrf", csrf.clone()),
            ("act", "save".into()),
            ("headline", title.to_owned()),
            ("teaser", String::new()),
            ("tag", "p".into()),
            ("text", text.to_owned()),
        ]
    };
    let refused = demo.post(path, &form("", "Was getippt wurde.")).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .await
            .expect("a page")
            .contains("Was getippt wurde.")
    );
    let refused = demo.post(path, &form("Titel", " <script>x</script>")).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(demo.page_of_magazine(ARTICLE).await, page);
    let text = "Verkauft wird <em onclick='x()'>ausschließlich</em> im Netz.<script>alert(1)</script>\r\n\r\nEnde.";
    let saved = demo.post(path, &form("Von Hand", text)).await;
    assert_eq!(saved.headers()[header::LOCATION], path);
    assert!(demo.get(path).await.contains("„Von Hand“ ist gespeichert"));
    let (_, said) = demo.press("edit").await;
    assert!(!said.contains("Von Hand"), "{said}");
    demo.stop();

    let demo = Demo::start(data.path(), &[]).await;
    let edited = demo.page_of_magazine(ARTICLE).await;
    assert!(
        edited.contains("<p>Verkauft wird <em>ausschließlich</em> im Netz.</p>\n<p>Ende.</p>"),
        "{edited}"
    );
    assert!(!edited.contains("alert") && !edited.contains("onclick"));
    // The other article that the panel edited, then this one.
    demo.press("restore").await;
    let (_, said) = demo.press("restore").await;
    assert!(said.starts_with("ok") && said.contains("Mini-PC"), "{said}");
    let restored = demo.page_of_magazine(ARTICLE).await;
    assert!(restored.contains("ausschliesslich") && !restored.contains("Von Hand"));
    assert_eq!(
        demo.status_of("/demo/articles/none").await,
        StatusCode::NOT_FOUND
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
