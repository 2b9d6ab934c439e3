//! "Not an error" is remembered: house words and judged passages, told before a report is sent; and whoever insists is heard.

use fehlermelder::domain::clock::SECOND;
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::legal;
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{Closure, Reason, Resolution};
use fehlermelder::services::{house_rules, manage_sites};
use reqwest::StatusCode;
use serde_json::json;

use crate::pages::{is_page, words};
use crate::support::database::both_databases;
use crate::support::newsroom::{ORIGIN, TestNewsroom};
use crate::support::server::{TestServer, ask, signed_in};

both_databases! {
    async fn the_page_manages_house_words_and_only_editors_change_them(newsroom: TestNewsroom) {
        let vera = newsroom.add_editor("Vera", Role::Viewer).await;
        let server = TestServer::of(&newsroom).await;
        let path = format!("/sites/{}/house-rules", newsroom.site.key);
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let sends = |fields: &[(&str, &str)], csrf: &str, cookie: &str| {
            let mut form = vec![("csrf", csrf)];
            form.extend_from_slice(fields);
            ask(server.post_form(&path, &form).header("Cookie", cookie.to_owned()))
        };
        assert_eq!(sends(&[("words", "Majonäse"), ("reason", "So schreiben wir es.")], &csrf, &cookie).await.status, StatusCode::SEE_OTHER);
        for (wrong, field) in [([("words", " "), ("reason", "x")], "words"), ([("words", "Foto"), ("reason", "")], "reason")] {
            let refused = sends(&wrong, &csrf, &cookie).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            is_page(&refused, Lang::De);
            assert!(refused.body.contains(&format!("id=\"{field}-error\"")), "{}", words(&refused));
        }
        let page = ask(server.get(&path).header("Cookie", &cookie)).await;
        is_page(&page, Lang::De);
        insta::assert_snapshot!("house_words_de", words(&page));
        let (viewers, viewers_csrf) = signed_in(&newsroom, &vera).await;
        assert_eq!(sends(&[("remove", "Majonäse")], &viewers_csrf, &viewers).await.status, StatusCode::FORBIDDEN);
        assert_eq!(sends(&[("remove", "majonäse")], &csrf, &cookie).await.status, StatusCode::SEE_OTHER);
        assert!(manage_sites::find(&newsroom.services, &newsroom.site.key).await.unwrap().settings.house_rules.is_empty());
    }

    async fn what_was_closed_as_house_style_becomes_a_house_word_in_one_click(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let ticket = newsroom.reader().marks("Majonäse").suggests("Mayonnaise").sends().await.ticket;
        let see = || ask(server.get(&format!("/tickets/{ticket}")).header("Cookie", &cookie));
        assert!(!words(&see().await).contains("Als Hauswort merken"));
        newsroom.closes_as(ticket, Closure { reason: Some(Reason::HouseStyle), ..Closure::of(Resolution::NotAnError) }).await;
        assert!(words(&see().await).contains("Als Hauswort merken"));
        let form = [("csrf", csrf.as_str()), ("words", "Majonäse"), ("reason", "So schreibt es die Redaktion."), ("next", "/tickets/FM-1001")];
        let done = ask(server.post_form(&format!("/sites/{}/house-rules", newsroom.site.key), &form).header("Cookie", &cookie)).await;
        assert_eq!((done.status, done.header("Location")), (StatusCode::SEE_OTHER, Some("/tickets/FM-1001")));
        assert!(words(&see().await).contains("ist ein Hauswort"), "{}", words(&see().await));
    }

    async fn the_dialog_learns_what_is_no_error_without_saying_what_was_marked(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let site = manage_sites::find(&newsroom.services, &newsroom.site.key).await.unwrap();
        house_rules::add(&newsroom.services, &newsroom.editor, &site, "E-Mail", "Mit Bindestrich.").await.unwrap();
        let ticket = newsroom.reader().opens("a", "Ein Artikel").marks("Er  sagte").sends().await.ticket;
        newsroom.closes_as(ticket, Closure { reason: Some(Reason::VerbatimQuotation), ..Closure::of(Resolution::NotAnError) }).await;
        let asks = |query: &str| ask(server.get(&format!("/embed/site/{}.json{query}", newsroom.site.key)));
        let article = newsroom.services.store.clone();
        let url = fehlermelder::storage::articles::by_ids(article.reader(), &[newsroom.ticket(ticket).await.article]).await.unwrap().remove(0).url;
        let query: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
        let answer = asks(&format!("?url={query}")).await;
        assert_eq!((answer.header("Access-Control-Allow-Origin"), answer.header("Cache-Control")), (Some("*"), Some("public, no-cache")));
        assert_eq!(answer.json()["known"], json!({ "e-mail": "Mit Bindestrich.", "er sagte": "Diese Stelle wurde schon gemeldet: Es ist ein wörtliches Zitat." }));
        assert_eq!(asks("").await.json()["known"], json!({ "e-mail": "Mit Bindestrich." }));
        assert_eq!(asks("?url=unsinn").await.json()["known"], json!({ "e-mail": "Mit Bindestrich." }));
        // The newsroom's own words stay as they are; ours are in the language of the dialog.
        let english = asks(&format!("?lang=en&url={query}")).await;
        assert_eq!(english.json()["known"], json!({ "e-mail": "Mit Bindestrich.", "er sagte": "This passage was reported before: it is a verbatim quotation." }));
    }

    async fn the_dialog_learns_at_once_what_an_editor_decided(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let path = format!("/embed/site/{}.json", newsroom.site.key);
        let first = ask(server.get(&path)).await;
        let tag = first.header("ETag").unwrap().to_owned();
        let again = || ask(server.get(&path).header("If-None-Match", &tag));
        let unchanged = again().await;
        assert_eq!((unchanged.status, unchanged.header("ETag"), unchanged.header("Access-Control-Allow-Origin")), (StatusCode::NOT_MODIFIED, Some(tag.as_str()), Some("*")));
        assert!(unchanged.body.is_empty());
        let site = manage_sites::find(&newsroom.services, &newsroom.site.key).await.unwrap();
        house_rules::add(&newsroom.services, &newsroom.editor, &site, "E-Mail", "Mit Bindestrich.").await.unwrap();
        // What is known of the sites is a moment old at most.
        newsroom.clock.advance(3 * SECOND);
        let changed = again().await;
        assert_eq!((changed.status, &changed.json()["known"]), (StatusCode::OK, &json!({ "e-mail": "Mit Bindestrich." })));
    }

    async fn the_dialog_and_the_ticket_go_by_the_same_words_of_the_law(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let facts = ask(server.get(&format!("/embed/site/{}.json", newsroom.site.key))).await;
        assert_eq!(facts.json()["claims"], json!(legal::pattern()));
        // And no list of its own.
        for file in ["dialog.js", "de.js", "en.js"] {
            let source = std::fs::read_to_string(format!("{}/src/web/assets/embed/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            assert_eq!(source.contains("told.claims"), file == "dialog.js", "{file}");
            assert!(!source.contains("words.claims") && !legal::speaks_of_legal_claims(&source.replace("Gegendarstellung und Recht", "")), "{file}");
        }
    }

    async fn without_script_the_reason_comes_before_the_report_and_the_reader_may_insist(newsroom: TestNewsroom) {
        let site = manage_sites::find(&newsroom.services, &newsroom.site.key).await.unwrap();
        house_rules::add(&newsroom.services, &newsroom.editor, &site, "Majonäse", "So schreibt es die Redaktion.").await.unwrap();
        let server = TestServer::of(&newsroom).await;
        let page = ask(server.get(&format!("/melden?site={}&url={ORIGIN}/a&quote=Majon%C3%A4se", newsroom.site.key))).await;
        is_page(&page, Lang::De);
        assert!(words(&page).contains("So schreibt es die Redaktion.") && page.body.contains("name=\"insisted\""), "{}", words(&page));
        let address = format!("{ORIGIN}/a");
        let sends = |insisted: &'static str| ask(server.post_form("/melden", &[("site", newsroom.site.key.as_str()), ("key", "k"), ("url", &address), ("quote", "majonäse"), ("kind", "spelling"), ("comment", "Nicht verlieren!"), ("insisted", insisted)]));
        let told = sends("").await;
        is_page(&told, Lang::De);
        assert!(words(&told).contains("So schreibt es die Redaktion.") && told.body.contains("Nicht verlieren!"), "{}", words(&told));
        insta::assert_snapshot!("reader_told_de", words(&told));
        assert_eq!(newsroom.count("reports").await, 0, "told, not filed");
        let sent = sends("yes").await;
        assert!(sent.body.contains("FM-1001"), "{}", words(&sent));
        assert_eq!((newsroom.count("reports").await, newsroom.count("report_marks").await), (1, 1));
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let ticket = ask(server.get("/tickets/FM-1001").header("Cookie", &cookie)).await;
        assert!(words(&ticket).contains("trotz Hinweis auf die Hausregel gesendet"), "{}", words(&ticket));
    }
}
