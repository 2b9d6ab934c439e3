//! Terms: what readers wrote goes when it must, and what the correction needs stays.

use fehlermelder::domain::admin_event::{AdminAction, AdminEvent};
use fehlermelder::domain::clock::DAY;
use fehlermelder::domain::site::{REPORT_TEXT_DAYS, SiteSettings};
use fehlermelder::domain::ticket::{Closure, Resolution};
use fehlermelder::services::keep_house;
use fehlermelder::storage::admin_events;
use fehlermelder::storage::report_answers::{self, ReportAnswer};

use crate::browsing::searched;
use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::TestNewsroom;

/// A round of the house; on how many tickets readers' words went.
async fn keeps_house(newsroom: &TestNewsroom) -> usize {
    let round = keep_house::delete_expired(&newsroom.services).await;
    round.unwrap().texts_deleted
}

async fn with_term(database: TestDatabase, days: u32) -> TestNewsroom {
    let settings = SiteSettings {
        report_text_days: Some(days),
        ..SiteSettings::default()
    };
    TestNewsroom::with_settings(database, settings).await
}

both_databases! {
    async fn what_readers_wrote_goes_two_years_after_closing_and_the_correction_stays(newsroom: TestNewsroom) {
        let mistake = || newsroom.reader().marks("Standart").suggests("Standard");
        let first = mistake().comments("Ich, Waltraud, weiß das.").proves_it_by("https://waltraud.example/beweis").sends().await;
        assert_eq!(mistake().comments("Krawuttke sagt es auch.").sends().await.ticket, first.ticket);
        let open = newsroom.reader().marks("künftig").comments("Das hier ist noch offen.").sends().await;
        let transaction = newsroom.services.store.begin().await.unwrap();
        let answer = ReportAnswer { id: newsroom.services.new_id(), report: first.id, at: newsroom.services.now(), body: "Pomuchelskopp hat es gesagt.".into() };
        report_answers::add(&transaction, &answer).await.unwrap();
        transaction.commit().await.unwrap();
        newsroom.closes(first.ticket, Resolution::Corrected).await;
        for words in ["krawuttke", "waltraud", "pomuchelskopp", "standart"] {
            assert_eq!(searched(&newsroom, words).await, [first.ticket], "{words}");
        }
        assert!(newsroom.holds("muchelskopp").await, "in the index too, but for what words begin with alike");
        let version = async || newsroom.number("SELECT max(tickets_version) AS number FROM articles").await;

        newsroom.clock.advance(REPORT_TEXT_DAYS * DAY - 1);
        assert_eq!(keeps_house(&newsroom).await, 0);
        assert_eq!(newsroom.count("reports WHERE comment IS NOT NULL").await, 3);
        let before = version().await;
        newsroom.clock.advance(1);
        assert_eq!(keeps_house(&newsroom).await, 1);
        assert!(version().await > before, "what intake keeps in memory is read anew");
        assert_eq!(keeps_house(&newsroom).await, 0, "what is done is not found again");

        for words in ["muchelskopp", "rawuttke", "altraud"] {
            assert!(!newsroom.holds(words).await, "in SQLite in no byte, nor in the index before anybody searches: {words}");
        }
        let reports = newsroom.reports(first.ticket).await;
        assert_eq!(reports.len(), 2);
        for report in reports {
            assert_eq!((report.comment, report.source, report.body_hash), (None, None, None));
            assert_eq!((report.suggestion.as_deref(), report.passage.unwrap().exact.as_str()), (Some("Standard"), "Standart"));
        }
        let ticket = newsroom.ticket(first.ticket).await;
        assert_eq!((ticket.comment.as_deref(), ticket.suggestions[0].text.as_str(), ticket.report_count), (None, "Standard", 2));
        assert_eq!(newsroom.count("report_answers").await, 0);
        for words in ["krawuttke", "waltraud", "pomuchelskopp"] {
            assert!(searched(&newsroom, words).await.is_empty(), "{words}");
        }
        assert_eq!(searched(&newsroom, "standart").await, [first.ticket]);
        assert!(newsroom.reports(open.ticket).await[0].comment.is_some(), "nobody has dealt with it yet");
    }

    async fn what_is_written_on_a_closed_ticket_has_a_term_of_its_own(newsroom: TestNewsroom) {
        let mistake = || newsroom.reader().marks("Standart").suggests("Standard");
        let id = mistake().comments("Zum ersten Mal.").sends().await.ticket;
        newsroom.closes(id, Resolution::Corrected).await;
        newsroom.clock.advance(700 * DAY);
        assert_eq!(mistake().comments("Steht immer noch da.").sends().await.ticket, id);
        newsroom.clock.advance(30 * DAY);
        assert_eq!(keeps_house(&newsroom).await, 1);
        let comments = async || -> Vec<Option<String>> { newsroom.reports(id).await.into_iter().map(|r| r.comment).collect() };
        assert_eq!(comments().await, [None, Some("Steht immer noch da.".to_owned())]);
        assert_eq!(keeps_house(&newsroom).await, 0);
        newsroom.clock.advance(700 * DAY);
        assert_eq!(keeps_house(&newsroom).await, 1);
        assert_eq!(comments().await, [None, None]);
    }

    async fn a_ticket_that_was_reopened_keeps_what_readers_wrote(newsroom: TestNewsroom) {
        let id = newsroom.reader().marks("Standart").comments("Noch wichtig.").sends().await.ticket;
        newsroom.closes(id, Resolution::Corrected).await;
        newsroom.clock.advance(700 * DAY);
        newsroom.reopens(id).await;
        newsroom.clock.advance(100 * DAY);
        assert_eq!(keeps_house(&newsroom).await, 0);
        newsroom.closes(id, Resolution::Corrected).await;
        newsroom.clock.advance((REPORT_TEXT_DAYS - 1) * DAY);
        assert_eq!(keeps_house(&newsroom).await, 0, "counted from the last closing");
        newsroom.clock.advance(DAY);
        assert_eq!(keeps_house(&newsroom).await, 1);
    }

    async fn each_site_has_its_own_term(database: TestDatabase) {
        let newsroom = with_term(database, 30).await;
        let other = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let here = newsroom.reader().marks("Standart").comments("Hier.").sends().await.ticket;
        let there = newsroom.reader_of(&other).marks("Standart").comments("Dort.").sends().await.ticket;
        for id in [here, there] {
            newsroom.closes(id, Resolution::Corrected).await;
        }
        newsroom.clock.advance(30 * DAY);
        assert_eq!(keeps_house(&newsroom).await, 1);
        assert!(newsroom.reports(here).await[0].comment.is_none() && newsroom.reports(there).await[0].comment.is_some());
        newsroom.clock.advance(700 * DAY);
        assert_eq!(keeps_house(&newsroom).await, 1);
        assert!(newsroom.reports(there).await[0].comment.is_none());
    }

    async fn a_double_waits_for_the_ticket_that_it_leads_to(database: TestDatabase) {
        let newsroom = with_term(database, 30).await;
        let original = newsroom.reader().marks("Standart").sends().await.ticket;
        let double = newsroom.reader().marks("künftig").comments("Dasselbe.").sends().await.ticket;
        newsroom.closes_as(double, Closure { duplicate_of: Some(original), ..Closure::of(Resolution::Duplicate) }).await;
        newsroom.clock.advance(60 * DAY);
        assert_eq!(keeps_house(&newsroom).await, 0, "the ticket that counts is open");
        newsroom.closes(original, Resolution::Corrected).await;
        newsroom.clock.advance(30 * DAY);
        assert_eq!(keeps_house(&newsroom).await, 1);
        assert_eq!(newsroom.count("reports WHERE comment IS NOT NULL").await, 0);
    }

    async fn the_history_of_the_settings_is_kept_for_a_year(newsroom: TestNewsroom) {
        newsroom.sql("DELETE FROM admin_events").await;
        let transaction = newsroom.services.store.begin().await.unwrap();
        let event = AdminEvent {
            id: newsroom.services.new_id(), at: newsroom.services.now(), editor: Some(newsroom.editor.id), site: Some(newsroom.site.id),
            action: AdminAction::SiteChanged, subject: "Magazin".into(), changes: Vec::new(),
        };
        admin_events::add(&transaction, &event).await.unwrap();
        transaction.commit().await.unwrap();
        newsroom.clock.advance(365 * DAY);
        keeps_house(&newsroom).await;
        assert_eq!(newsroom.count("admin_events").await, 1);
        newsroom.clock.advance(1);
        keeps_house(&newsroom).await;
        assert_eq!(newsroom.count("admin_events").await, 0);
    }
}
