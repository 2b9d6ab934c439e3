//! What the watch must not believe, and must not keep: walls that stay, links that lead elsewhere, words of versions that are gone.

use fehlermelder::domain::article::ArticleUrl;
use fehlermelder::domain::clock::DAY;
use fehlermelder::domain::ticket::{PassageState, Resolution, TicketState};
use fehlermelder::services::manage_sites::{self, SiteChange};
use fehlermelder::services::watch_articles;
use fehlermelder::storage::{article_versions, articles};
use futures_util::future::join;
use sea_orm::DbBackend;

use crate::also_in::somebody_waits;
use crate::support::article_host::{Behaviour, page};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};
use crate::watching::{AFTER, BEFORE, PATH, SECOND, Watching};

both_databases! {
    async fn a_wall_that_stays_is_no_correction_and_its_fall_no_return(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let long = SECOND.repeat(8);
        let first = format!("{BEFORE}Standart{AFTER}");
        let whole = || watching.host.shows(PATH, &["Ein Vorspann.", &long, &first]);
        let wall = |words: &str, tag: &str| {
            let html = page(&["Ein Vorspann.", words]);
            watching.host.serves(PATH, Behaviour::Page { html, etag: Some(tag.to_owned()) });
        };
        whole();
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.newsroom.closes(ticket, Resolution::Corrected).await;
        // The same wall again, also as "not modified", and another one.
        for (words, tag) in [("Weiterlesen mit Abo.", "\"1\""), ("Weiterlesen mit Abo.", "\"1\""), ("Weiterlesen mit Abo.", "\"1\""), ("Jetzt Abo für einen Euro testen.", "\"2\""), ("Jetzt Abo für einen Euro testen.", "\"3\"")] {
            wall(words, tag);
            watching.looks_again().await;
            let sighting = watching.sighting(ticket).await;
            assert_eq!(sighting.correction_seen_at, None, "{words}");
            assert_eq!(watching.passage_state(ticket).await, PassageState::Found, "{words}");
        }
        whole();
        for _ in 0..3 {
            watching.looks_again().await;
        }
        let shown = watching.newsroom.ticket(ticket).await;
        assert_eq!((shown.state, shown.regressed), (TicketState::Closed, false));
        // Behind no wall the correction is seen all the same.
        let corrected = format!("{BEFORE}Standard{AFTER}");
        watching.host.shows(PATH, &["Ein Vorspann.", &long, &corrected]);
        watching.looks_again().await;
        assert!(watching.sighting(ticket).await.correction_seen_at.is_some());
    }

    async fn where_no_link_leads_there_none_is_guessed(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        let server = TestServer::of(&watching.newsroom).await;
        let (cookie, _) = signed_in(&watching.newsroom, &watching.newsroom.editor).await;
        let is_linked = async || {
            let page = ask(server.get(&format!("/tickets/{ticket}")).header("Cookie", &cookie)).await;
            page.body.contains(":~:text")
        };
        assert!(is_linked().await, "before the first look its surroundings will most likely do");
        watching.looks().await;
        assert!(is_linked().await);
        // The page is at hand, and the words are not in it.
        watching.host.shows(PATH, &["Ein anderer Absatz über ganz andere Dinge, nämlich das Wetter an der Küste und die Fähren nach Norden.", SECOND]);
        watching.looks_again().await;
        assert_eq!(watching.sighting(ticket).await.look.directive.as_deref(), Some(""));
        assert!(!is_linked().await, "our own page of the passage instead");
    }

    async fn what_tickets_show_of_a_version_goes_with_it(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.newsroom.sql(r#"UPDATE sites SET settings = '{"article_version_days":30}'"#).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Norm").sends().await.ticket;
        watching.looks().await;
        watching.says("Geheimrat");
        watching.looks_again().await;
        assert_eq!(watching.sighting(ticket).await.look.words.as_deref(), Some("Geheimrat"));
        assert!(watching.newsroom.holds("Geheimrat").await);
        watching.newsroom.clock.advance(31 * DAY);
        let services = &watching.newsroom.services;
        assert_eq!(watch_articles::delete_expired_versions(services).await.unwrap(), 2);
        let sighting = watching.sighting(ticket).await;
        assert_eq!((sighting.look.words, sighting.look.directive), (None, None));
        assert_eq!((sighting.version, sighting.first_version), (None, None));
        assert!(!watching.newsroom.holds("Geheimrat").await);
    }

    async fn a_notice_that_stays_for_two_weeks_is_what_became_of_the_article(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let long = SECOND.repeat(8);
        watching.host.shows(PATH, &[&long, &format!("{BEFORE}Standart{AFTER}")]);
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.host.shows(PATH, &["Dieser Artikel ist nicht mehr da."]);
        watching.looks_again().await;
        for (days, state) in [(0, PassageState::Found), (13, PassageState::Found), (2, PassageState::Gone)] {
            watching.newsroom.clock.advance(days * DAY);
            watching.looks().await;
            assert_eq!(watching.passage_state(ticket).await, state, "{days} days later");
        }
    }

    async fn what_the_content_system_sends_is_all_of_it(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let long = SECOND.repeat(8);
        watching.host.shows(PATH, &[&long, &format!("{BEFORE}Standart{AFTER}")]);
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        let services = &watching.newsroom.services;
        let url = ArticleUrl::parse(&watching.url()).unwrap();
        let text = "Diese Meldung haben wir zurückgezogen.";
        watch_articles::refresh(services, &watching.newsroom.editor, &url, Some(text)).await.unwrap();
        assert_eq!(watching.passage_state(ticket).await, PassageState::Gone);
    }

    async fn a_selector_that_takes_less_is_no_wall(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let (long, words) = (SECOND.repeat(8), format!("{BEFORE}Standart{AFTER}"));
        let html = format!("<!doctype html><html lang=de><meta charset=utf-8><title>Artikel</title><article><p>{long}</p><div class=kern><p>{words}</p></div></article></html>");
        watching.host.serves(PATH, Behaviour::Page { html, etag: None });
        watching.marks("Standart").suggests("Standard").sends().await;
        watching.looks().await;
        let services = &watching.newsroom.services;
        manage_sites::change(services, &watching.site.key, SiteChange::default(), |s| s.article_selector = Some(".kern".into())).await.unwrap();
        watching.looks_again().await;
        let db = services.store.reader();
        let versions = article_versions::of_article(db, watching.article().await).await.unwrap();
        assert_eq!(versions.len(), 2);
        assert!(!versions[0].partial, "{versions:?}");
    }

    async fn a_version_seen_again_while_its_term_ends_stays(newsroom: TestNewsroom) {
        if newsroom.services.store.backend() != DbBackend::Postgres {
            return;
        }
        let watching = Watching::new(newsroom).await;
        let services = &watching.newsroom.services;
        watching.says("Standart");
        watching.marks("Standart").suggests("Norm").sends().await;
        watching.looks().await;
        watching.newsroom.clock.advance(400 * DAY);
        let article = watching.article().await;
        let mut seen = article_versions::of_article(services.store.reader(), article).await.unwrap().remove(0);
        seen.last_seen_at = services.now();
        let look = services.store.begin().await.unwrap();
        articles::lock(&look, article).await.unwrap();
        let looking = async {
            somebody_waits(&watching.newsroom).await;
            article_versions::see_again(&look, &seen).await.unwrap();
            look.commit().await.unwrap();
        };
        let (deleted, ()) = join(watch_articles::delete_expired_versions(services), looking).await;
        assert_eq!(deleted.unwrap(), 0);
        assert_eq!(watching.newsroom.count("article_versions").await, 1);
    }
}
