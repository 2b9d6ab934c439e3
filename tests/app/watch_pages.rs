//! What editors and readers see and press of the article watch: the ticket says what the article says now, the article's page shows
//! its text with the passages in it and its versions.

use fehlermelder::domain::clock::{DAY, HOUR};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{Resolution, TicketState};
use reqwest::StatusCode;

use crate::pages::{is_page, speaks, words};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{Answer, TestServer, ask, signed_in};
use crate::watching::{AFTER, BEFORE, Watching};

/// A desk that watches, with somebody at it.
struct Desk {
    watching: Watching,
    server: TestServer,
    cookie: String,
    csrf: String,
}

impl Desk {
    async fn new(newsroom: TestNewsroom) -> Self {
        let watching = Watching::new(newsroom).await;
        let server = TestServer::of(&watching.newsroom).await;
        let (cookie, csrf) = signed_in(&watching.newsroom, &watching.newsroom.editor).await;
        Self {
            watching,
            server,
            cookie,
            csrf,
        }
    }

    async fn see(&self, path: &str) -> Answer {
        let page = ask(self.server.get(path).header("Cookie", &self.cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {page:?}");
        page
    }

    async fn ticket(&self, id: TicketId) -> String {
        self.said(&self.see(&format!("/tickets/{id}")).await)
    }

    fn said(&self, page: &Answer) -> String {
        words(page).replace(&self.watching.origin, "http://magazin.test")
    }

    async fn press(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend(fields);
        ask(self
            .server
            .post_form(path, &all)
            .header("Cookie", &self.cookie))
        .await
    }

    async fn article_path(&self) -> String {
        format!("/articles/{}", self.watching.article().await)
    }

    /// A report on a fact that the article then holds.
    async fn fact_is_reported(&self) -> TicketId {
        self.watching.says("Standart");
        let report = self.watching.marks("Standart").of_kind("fact");
        let ticket = report.suggests("Standard").sends().await.ticket;
        self.watching.looks().await;
        ticket
    }
}

both_databases! {
    async fn a_probably_corrected_ticket_shows_before_and_after_and_is_closed_by_one_press(newsroom: TestNewsroom) {
        let desk = Desk::new(newsroom).await;
        desk.watching.says("Standart");
        let ticket = desk.watching.marks("Standart").of_kind("fact").suggests("Standard").sends().await.ticket;
        assert!(desk.ticket(ticket).await.contains("Der Artikel ist noch nicht gelesen worden."));
        desk.watching.looks().await;
        assert!(desk.ticket(ticket).await.contains("Steht noch so da"));
        desk.watching.says("Standard");
        desk.watching.looks_again().await;
        for lang in [Lang::De, Lang::En] {
            speaks(&desk.watching.newsroom, lang).await;
            let page = desk.see(&format!("/tickets/{ticket}")).await;
            is_page(&page, lang);
            insta::assert_snapshot!(format!("watch_ticket_changed_{lang}"), desk.said(&page));
        }
        speaks(&desk.watching.newsroom, Lang::De).await;
        assert!(desk.said(&desk.see("/").await).contains("Wahrscheinlich korrigiert"), "in the list too");
        let version = desk.watching.newsroom.ticket(ticket).await.version.to_string();
        let pressed = desk.press(&format!("/tickets/{ticket}/closure"), &[("version", &version), ("resolution", "corrected")]).await;
        assert_eq!(pressed.status, StatusCode::SEE_OTHER);
        let closed = desk.watching.newsroom.ticket(ticket).await;
        assert_eq!(closed.resolution, Some(Resolution::Corrected));
        assert!(desk.ticket(ticket).await.contains("Die Korrektur ist im Artikel zu sehen."));
    }

    async fn a_ticket_says_what_else_may_have_become_of_its_words(newsroom: TestNewsroom) {
        let desk = Desk::new(newsroom).await;
        let ticket = desk.fact_is_reported().await;
        let paragraphs = |texts: &[&str]| desk.watching.host.shows(crate::watching::PATH, texts);
        // Other words than those suggested.
        desk.watching.says("Entwurf");
        desk.watching.looks_again().await;
        let said = desk.ticket(ticket).await;
        assert!(said.contains("Wahrscheinlich korrigiert") && said.contains("Bis zum Vorschlag"), "{said}");
        assert!(said.contains("Entwurf"), "{said}");
        // Struck.
        paragraphs(&[&format!("{}{}", BEFORE, AFTER.trim_start()), crate::watching::SECOND]);
        desk.watching.looks_again().await;
        let said = desk.ticket(ticket).await;
        assert!(said.contains("Gestrichen") && said.contains("Als entfallen schließen"), "{said}");
        // Nothing of it is left.
        let other = "Hier steht inzwischen ein ganz anderer Bericht über Möwen, Wellen und den Hafen von Kappeln an der Schlei, lang genug.";
        paragraphs(&[other, other, other, other]);
        desk.watching.looks_again().await;
        let said = desk.ticket(ticket).await;
        assert!(said.contains("Nicht mehr im Text"), "{said}");
        // It cannot be read.
        desk.watching.host.serves(crate::watching::PATH, crate::support::article_host::Behaviour::Status(404, Vec::new()));
        desk.watching.looks_again().await;
        let said = desk.ticket(ticket).await;
        assert!(said.contains("Unter der Adresse steht nichts (404).") && said.contains("Nächster Versuch"), "{said}");
    }

    async fn a_ticket_closed_by_the_watch_says_so_to_editors_and_readers_and_so_does_one_that_is_back(newsroom: TestNewsroom) {
        let desk = Desk::new(newsroom).await;
        desk.watching.says("Standart");
        let receipt = desk.watching.marks("Standart").suggests("Standard").sends().await;
        let ticket = receipt.ticket;
        desk.watching.looks().await;
        desk.watching.says("Standard");
        desk.watching.looks_again().await;
        assert_eq!(desk.watching.newsroom.ticket(ticket).await.state, TicketState::Closed);
        let said = desk.ticket(ticket).await;
        assert!(said.contains("Vom System geschlossen, weil die neuen Wörter dem Vorschlag gleichen."), "{said}");
        assert!(said.contains("Vom System erledigt, die neuen Wörter gleichen dem Vorschlag"), "in the history: {said}");
        let status = words(&ask(desk.server.get(&format!("/r/{}", receipt.status_token))).await);
        assert!(status.contains("Die Wörter im Artikel sind geändert.") && status.contains("Jetzt im Artikel"), "{status}");
        desk.watching.says("Standart");
        desk.watching.looks_again().await;
        desk.watching.looks_again().await;
        assert!(desk.watching.newsroom.ticket(ticket).await.regressed);
        let said = desk.ticket(ticket).await;
        assert!(said.contains("Fehler ist zurück") && said.contains("Wieder geöffnet, der Fehler ist zurück"), "{said}");
        let status = words(&ask(desk.server.get(&format!("/r/{}", receipt.status_token))).await);
        assert!(status.contains("jetzt stehen die alten Wörter wieder da"), "{status}");
        assert!(desk.said(&desk.see("/").await).contains("Fehler ist zurück"));
    }

    async fn a_correction_that_is_not_to_be_seen_after_a_day_is_said(newsroom: TestNewsroom) {
        let mut desk = Desk::new(newsroom).await;
        let ticket = desk.fact_is_reported().await;
        desk.watching.newsroom.closes(ticket, Resolution::Corrected).await;
        desk.watching.newsroom.clock.advance(DAY + HOUR);
        desk.watching.looks().await;
        (desk.cookie, desk.csrf) = signed_in(&desk.watching.newsroom, &desk.watching.newsroom.editor).await;
        let said = desk.ticket(ticket).await;
        assert!(said.contains("Korrektur nicht zu sehen") && said.contains("Die Korrektur ist nach einem Tag nicht zu sehen"), "{said}");
    }

    async fn an_articles_page_shows_its_text_with_passages_its_versions_and_its_tickets(newsroom: TestNewsroom) {
        let desk = Desk::new(newsroom).await;
        let ticket = desk.fact_is_reported().await;
        let wider = desk.watching.reader().marks_between(BEFORE.strip_suffix("neue ").unwrap(), "neue Standart künftig", &AFTER[" künftig".len()..]);
        let wider = wider.of_kind("grammar").comments("Der ganze Satz stimmt nicht.").sends().await.ticket;
        desk.watching.looks().await;
        desk.watching.says("Entwurf");
        desk.watching.looks_again().await;
        assert_ne!(ticket, wider);
        let path = desk.article_path().await;
        let page = desk.see(&path).await;
        for id in [ticket, wider] {
            assert!(page.body.contains(&format!("href=\"/tickets/{id}\"")) || page.body.contains(&format!("href=\"&#x2f;tickets&#x2f;{id}\"")), "{}", page.body);
        }
        for lang in [Lang::De, Lang::En] {
            speaks(&desk.watching.newsroom, lang).await;
            let page = desk.see(&path).await;
            is_page(&page, lang);
            insta::assert_snapshot!(format!("watch_article_{lang}"), desk.said(&page));
        }
        speaks(&desk.watching.newsroom, Lang::De).await;
        let ticket_page = desk.see(&format!("/tickets/{ticket}")).await.body.replace("&#x2f;", "/");
        assert!(ticket_page.contains(&format!("href=\"{path}\"")), "the ticket leads there");
        assert_eq!(ask(desk.server.get("/articles/unsinn").header("Cookie", &desk.cookie)).await.status, StatusCode::NOT_FOUND);
    }

    async fn versions_are_paged_by_key(newsroom: TestNewsroom) {
        let desk = Desk::new(newsroom).await;
        desk.fact_is_reported().await;
        for number in 0..12 {
            desk.watching.says(&format!("Entwurf {number}"));
            desk.watching.looks_again().await;
        }
        let path = desk.article_path().await;
        let mut seen = Vec::new();
        let mut next = Some(path);
        while let Some(path) = next {
            let body = desk.see(&path).await.body.replace("&#x2f;", "/").replace("&#x3d;", "=");
            seen.extend(body.match_indices("id=\"version-").map(|(at, _)| body[at..].split('"').nth(1).unwrap().to_owned()));
            next = body.split_once("rel=\"next\" href=\"").map(|(_, rest)| rest.split(['"', '#']).next().unwrap().to_owned());
        }
        assert_eq!(seen.len(), 13, "{seen:?}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 13, "none twice");
    }

    async fn an_editor_has_an_article_looked_at_and_its_versions_forgotten_and_a_viewer_has_not(newsroom: TestNewsroom) {
        let mut desk = Desk::new(newsroom).await;
        let ticket = desk.fact_is_reported().await;
        let path = desk.article_path().await;
        desk.watching.newsroom.clock.advance(HOUR);
        desk.watching.says("Standard");
        let looked = desk.press(&format!("{path}/looks"), &[("next", &format!("/tickets/{ticket}?x=1"))]).await;
        assert_eq!(looked.header("Location"), Some(format!("/tickets/{ticket}?looked=new").as_str()));
        assert!(desk.said(&desk.see(&format!("/tickets/{ticket}?looked=new")).await).contains("Der Artikel hat eine neue Fassung."));
        let again = desk.press(&format!("{path}/looks"), &[("next", "https://evil.example/")]).await;
        assert_eq!(again.header("Location"), Some("/?looked=same"), "who asks does not wait, and hears what was found");

        let asked = desk.said(&desk.see(&format!("{path}/forgetting")).await);
        assert!(asked.contains("Alle 2 gespeicherten Fassungen") && asked.contains("nicht rückgängig"), "{asked}");
        desk.press(&format!("{path}/forgetting"), &[]).await;
        assert_eq!(desk.watching.newsroom.count("article_versions").await, 2, "asks first");
        let csrf = std::mem::replace(&mut desk.csrf, "x".into());
        assert_eq!(desk.press(&format!("{path}/forgetting"), &[("confirmed", "yes")]).await.status, StatusCode::FORBIDDEN);
        let editors = std::mem::take(&mut desk.cookie);
        let viewer = desk.watching.newsroom.add_editor("Vera", Role::Viewer).await;
        (desk.cookie, desk.csrf) = signed_in(&desk.watching.newsroom, &viewer).await;
        let page = desk.said(&desk.see(&path).await);
        assert!(!page.contains("Fassungen vergessen") && !page.contains("Jetzt nachsehen"), "{page}");
        for act in ["looks", "forgetting"] {
            assert_eq!(desk.press(&format!("{path}/{act}"), &[("confirmed", "yes")]).await.status, StatusCode::FORBIDDEN, "{act}");
        }
        (desk.cookie, desk.csrf) = (editors, csrf);
        let done = desk.press(&format!("{path}/forgetting"), &[("confirmed", "yes")]).await;
        assert_eq!(done.header("Location"), Some(format!("{path}?looked=forgotten").as_str()));
        assert_eq!(desk.watching.newsroom.count("article_versions").await, 0);
        assert!(desk.said(&desk.see(&path).await).contains("Noch ist keine Fassung gespeichert."));
        assert!(desk.ticket(ticket).await.contains("mit den Fassungen des Artikels vergessen"));
    }
}
