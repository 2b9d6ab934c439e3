//! A reader files a report: what becomes of it, and whom it reaches.

use fehlermelder::domain::clock::HOUR;
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::grouping::Rule;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::listing::ListOrder;
use fehlermelder::domain::site::SiteSettings;
use fehlermelder::domain::ticket::{Closure, EventKind, Reason, Resolution, TicketState};
use fehlermelder::services::manage_sites;
use fehlermelder::storage::ticket_list::{self, Direction, Stretch};
use fehlermelder::storage::tickets::TicketFilter;
use fehlermelder::storage::{articles, contacts};
use futures_util::future::join_all;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::TestNewsroom;
use crate::support::reader::Reader;

/// The newest ten.
fn first_page() -> Stretch {
    Stretch {
        order: ListOrder::Newest,
        from: None,
        direction: Direction::Down,
        limit: 10,
    }
}

both_databases! {
    async fn one_report_opens_a_ticket_with_its_history_and_the_mails_it_owes(newsroom: TestNewsroom) {
        newsroom.add_editor("Vera", Role::Viewer).await;
        newsroom.add_editor("Carla", Role::Admin).await;
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").comments("Nur ein Tippfehler.").sends().await;

        assert_eq!(receipt.ticket, TicketId(TicketId::FIRST));
        let ticket = newsroom.ticket(receipt.ticket).await;
        assert_eq!((ticket.state, ticket.kind, ticket.report_count, ticket.version), (TicketState::New, Kind::Spelling, 1, 1));
        assert_eq!(ticket.passage.as_ref().map(|p| p.exact.as_str()), Some("Standart"));
        assert_eq!(ticket.leading_suggestion(), Some("Standard"));
        assert_eq!(ticket.comment.as_deref(), Some("Nur ein Tippfehler."));
        let reports = newsroom.reports(ticket.id).await;
        assert_eq!(reports.len(), 1);
        assert_eq!((reports[0].id, reports[0].joined_by, reports[0].counted_on_closed), (receipt.id, Rule::Opened, false));
        let history: Vec<_> = newsroom.history(ticket.id).await.into_iter().map(|e| (e.event.kind, e.event.to, e.editor)).collect();
        assert_eq!(history, [(EventKind::Reported, Some(TicketState::New), None)]);
        // One row, however many editors: who they are is decided when the mails leave. Maria and Carla may change tickets; Vera only reads.
        assert_eq!(newsroom.outbox().await, [("ticket_opened".to_owned(), "pending".to_owned(), 0)]);
        let letters = newsroom.new_letters().await;
        let mut to: Vec<_> = letters.iter().map(|l| l.to.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["Carla <carla@magazin.example>", "Maria <maria@magazin.example>"]);
    }

    async fn the_same_mistake_by_twelve_readers_is_one_ticket_that_counts_twelve(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        for _ in 0..9 {
            assert_eq!(newsroom.standart_is_reported().await, ticket);
        }
        let silent = newsroom.reader().marks("Standart").sends().await;
        let wider = newsroom.reader().marks_between("Auf der Messe in Hannover wurde gestern beschlossen, dass ", "der Standart", " künftig für alle Geräte gilt.")
            .suggests("der Standard").sends().await;
        assert_eq!((silent.ticket, wider.ticket), (ticket, ticket));

        let stored = newsroom.ticket(ticket).await;
        assert_eq!(stored.report_count, 12);
        assert_eq!(stored.suggestions.len(), 1, "{:?}", stored.suggestions);
        assert_eq!((stored.suggestions[0].text.as_str(), stored.suggestions[0].count), ("Standard", 11));
        let rules: Vec<_> = newsroom.reports(ticket).await.iter().map(|r| r.joined_by).collect();
        let count = |rule| rules.iter().filter(|r| **r == rule).count();
        assert_eq!((count(Rule::Opened), count(Rule::SameCorrection), count(Rule::Overlap)), (1, 10, 1), "{rules:?}");
        assert_eq!(newsroom.count("reports WHERE grouping_version = 1").await, 12);
        assert_eq!(newsroom.outbox().await.len(), 1, "one mail for all twelve");
        assert_eq!(newsroom.count("articles").await, 1);
    }

    async fn reports_about_language_and_about_facts_stay_apart(newsroom: TestNewsroom) {
        let language = newsroom.standart_is_reported().await;
        let fact = newsroom.reader().of_kind("fact").marks("Standart").suggests("Standard").sends().await.ticket;
        let display = newsroom.reader().of_kind("display").marks("Standart").suggests("Standard").sends().await.ticket;
        let grammar = newsroom.reader().of_kind("grammar").marks("Standart").suggests("Standard").sends().await.ticket;
        assert!(language != fact && fact != display && language != display);
        assert_eq!(grammar, language, "spelling and grammar are one door");
    }

    async fn different_mistakes_in_one_sentence_stay_apart(newsroom: TestNewsroom) {
        let sentence = "dass der Standart künftig für alle Gerähte gilt";
        let first = newsroom.reader().marks_between("Es wurde beschlossen, ", sentence, ". Die Hersteller haben Zeit.")
            .suggests("dass der Standard künftig für alle Gerähte gilt").sends().await.ticket;
        let second = newsroom.reader().marks_between("Es wurde beschlossen, ", sentence, ". Die Hersteller haben Zeit.")
            .suggests("dass der Standart künftig für alle Geräte gilt").sends().await.ticket;
        assert_ne!(first, second);
    }

    async fn what_is_said_of_the_whole_article_never_joins_by_itself(newsroom: TestNewsroom) {
        let first = newsroom.reader().of_kind("fact").comments("Das stimmt alles nicht.").sends().await.ticket;
        let second = newsroom.reader().of_kind("fact").comments("Das stimmt alles nicht.").sends().await.ticket;
        assert_ne!(first, second);
        let headline = newsroom.reader().about("headline").suggests("Der neue Standard gilt").sends().await.ticket;
        let again = newsroom.reader().about("headline").suggests("Der neue Standard gilt").sends().await.ticket;
        assert_eq!(headline, again, "the same wording for the same headline is the same mistake");
    }

    async fn the_pages_of_one_piece_are_one_article_and_sites_do_not_share_it(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        for path in ["hardware/der-neue-standard/?utm_source=brief&fbclid=7", "hardware/der-neue-standard/seite-2", "hardware/der-neue-standard#kommentare"] {
            let receipt = newsroom.reader().opens(path, "Der neue Standard").marks("Standart").suggests("Standard").sends().await;
            assert_eq!(receipt.ticket, ticket, "{path}");
        }
        let other = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let receipt = newsroom.reader_of(&other).marks("Standart").suggests("Standard").sends().await;
        assert_ne!(receipt.ticket, ticket);
        assert_eq!(newsroom.count("articles").await, 2);
    }

    async fn a_corrected_ticket_counts_later_reports_in_silence(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        newsroom.delivers().await;
        newsroom.closes(ticket, Resolution::Corrected).await;
        newsroom.clock.advance(HOUR);

        assert_eq!(newsroom.standart_is_reported().await, ticket);
        let stored = newsroom.ticket(ticket).await;
        assert_eq!((stored.state, stored.report_count), (TicketState::Closed, 2));
        assert!(newsroom.reports(ticket).await[1].counted_on_closed);
        assert_eq!(newsroom.delivers().await, 0, "nobody is alerted");
        // Another mistake in the same place is news.
        assert_ne!(newsroom.reader().marks("künftig").suggests("fortan").sends().await.ticket, ticket);
    }

    async fn what_is_no_error_of_language_is_remembered_but_facts_alert_again(newsroom: TestNewsroom) {
        let language = newsroom.reader().marks("Standart").suggests("Standard").sends().await.ticket;
        let fact = newsroom.reader().of_kind("fact").marks("zwei Jahre").suggests("drei Jahre").sends().await.ticket;
        newsroom.delivers().await;
        for ticket in [language, fact] {
            newsroom.closes_as(ticket, Closure { reason: Some(Reason::CorrectAsItIs), ..Closure::of(Resolution::NotAnError) }).await;
        }
        let same = newsroom.reader().marks("Standart").suggests("Standard").sends().await.ticket;
        let fact_again = newsroom.reader().of_kind("fact").marks("zwei Jahre").suggests("drei Jahre").sends().await.ticket;
        let other_wording = newsroom.reader().marks("Standart").suggests("Stand der Technik").sends().await.ticket;

        assert_eq!(same, language);
        assert_ne!(fact_again, fact);
        assert_ne!(other_wording, language);
        assert_eq!(newsroom.delivers().await, 2, "for the fact and for the other wording");
    }

    async fn a_hundred_readers_of_one_article_at_once_are_kept_in_order(newsroom: TestNewsroom) {
        let reports = (0..100).map(|n| match n % 4 {
            0 => newsroom.reader().marks("Standart").suggests("Standard"),
            1 => newsroom.reader().marks("Standart").suggests("Standard").leaves(&format!("leser{n}@post.example")),
            2 => newsroom.reader().of_kind("fact").marks("Standart").comments("Das ist keiner."),
            _ => newsroom.reader().marks_between("Kapitel ", &format!("Numer {n:04}"), " folgt.").suggests(&format!("Nummer {n:04}")),
        });
        let receipts = join_all(reports.map(Reader::sends)).await;
        let standart = receipts[0].ticket;
        assert!((0..100).all(|n| (n % 4 < 2) == (receipts[n].ticket == standart)));
        assert_eq!(newsroom.ticket(standart).await.report_count, 50);
        assert_eq!(newsroom.count("tickets").await, 27);
        assert_eq!(newsroom.number("SELECT max(id) AS number FROM tickets").await, TicketId::FIRST + 26);
        assert_eq!(newsroom.number("SELECT CAST(sum(report_count) AS bigint) AS number FROM tickets").await, 100);
        assert_eq!(newsroom.number("SELECT CAST(sum(tickets) AS bigint) AS number FROM ticket_counters").await, 27);
        assert_eq!((newsroom.count("articles").await, newsroom.count("contacts").await), (1, 25));
    }

    async fn a_hundred_and_fifty_mistakes_found_at_once_are_each_a_ticket_with_all_that_belongs_to_it(newsroom: TestNewsroom) {
        // More than one statement of SQLite takes, and no power of two.
        let readers = (0..150).map(|n| {
            newsroom.reader().opens(&format!("artikel-{}", n % 7), "Artikel").marks(&format!("Feler{n:03}")).leaves(&format!("leser{n}@post.example")).sends()
        });
        let receipts = join_all(readers).await;

        let mut numbers: Vec<i64> = receipts.iter().map(|r| r.ticket.0).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (TicketId::FIRST..TicketId::FIRST + 150).collect::<Vec<_>>());
        for (what, count) in [("tickets WHERE report_count = 1", 150), ("reports", 150), ("ticket_events", 150), ("contacts", 150), ("articles", 7)] {
            assert_eq!(newsroom.count(what).await, count, "{what}");
        }
        assert_eq!(newsroom.count("notifications WHERE occasion = 'ticket_opened'").await, 150);
        assert_eq!(newsroom.number("SELECT tickets AS number FROM ticket_counters WHERE state = 'new'").await, 150);
        for n in [0, 63, 64, 149] {
            let sites = vec![newsroom.site.id];
            newsroom.indexes().await;
            let filter = TicketFilter { sites, words: Some(format!("Feler{n:03}").as_str().into()), ..TicketFilter::default() };
            let found = ticket_list::list(newsroom.services.store.reader(), &filter, first_page()).await.unwrap().tickets;
            assert_eq!(found.iter().map(|t| t.ticket.id).collect::<Vec<_>>(), [receipts[n].ticket]);
            assert_eq!(found[0].ticket.passage.as_ref().map(|p| p.exact.clone()), Some(format!("Feler{n:03}")));
        }
    }

    async fn an_address_stands_apart_from_the_report_with_what_its_owner_agreed_to(newsroom: TestNewsroom) {
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").leaves("Leser@Post.example").sends().await;
        let contact = contacts::of_reports(newsroom.services.store.reader(), &[receipt.id]).await.unwrap().pop().unwrap();
        assert_eq!(contact.email, "Leser@Post.example");
        assert_eq!(contact.consent_text, fehlermelder::web::consent::consent_text(&newsroom.services, &newsroom.site, contact.lang));
        assert!(contact.consent_text.len() > 20 && contact.confirmed_at.is_none());
        assert_eq!(newsroom.count("reports WHERE CAST(comment AS text) LIKE '%ost.example%'").await, 0);
        assert_eq!(newsroom.count("notifications WHERE contact_id IS NOT NULL AND occasion = 'address_confirmation'").await, 1);
    }

    async fn a_thousand_reports_with_a_strangers_address_write_to_them_once(newsroom: TestNewsroom) {
        let report = |n: usize| newsroom.reader().opens(&format!("artikel-{}", n % 50), "Ein Artikel").marks(&format!("Feler {n:04}"))
            .suggests(&format!("Fehler {n:04}")).leaves(if n.is_multiple_of(2) { "opfer@post.example" } else { "Opfer@POST.example" });
        join_all((0..900).map(|n| report(n).sends())).await;
        let mut last = Vec::new();
        for n in 900..1_000 {
            last.push(report(n).sends().await);
        }
        newsroom.delivers().await;
        let to_them = |letters: &[crate::support::letter::Letter]| letters.iter().filter(|l| l.to.to_lowercase().contains("opfer@")).count();
        assert_eq!(to_them(&newsroom.letters()), 1);

        // Not even by deleting the address from each report before sending the next.
        for n in 1_000..1_010 {
            for receipt in &last {
                fehlermelder::services::follow_report::delete_address(&newsroom.services, &receipt.status_token).await.unwrap();
            }
            newsroom.sql("DELETE FROM contacts").await;
            last = vec![report(n).sends().await];
            newsroom.delivers().await;
        }
        assert_eq!(to_them(&newsroom.letters()), 1);
        newsroom.clock.advance(25 * HOUR);
        report(2_000).sends().await;
        newsroom.delivers().await;
        assert_eq!(to_them(&newsroom.letters()), 2, "the next day it may be them");
    }

    async fn whose_question_is_void_is_asked_the_next_day(newsroom: TestNewsroom) {
        let asked = |letters: &[crate::support::letter::Letter]| letters.iter().filter(|l| l.to.contains("anna@")).count();
        let first = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends().await;
        newsroom.reader().marks("künftig").suggests("ab sofort").leaves("anna@post.example").sends().await;
        assert_eq!(asked(&newsroom.new_letters().await), 1);
        fehlermelder::services::follow_report::withdraw(&newsroom.services, &first.status_token).await.unwrap();
        newsroom.clock.advance(24 * HOUR);
        let letters = newsroom.new_letters().await;
        assert_eq!(asked(&letters), 1, "the link of the first mail leads nowhere any more");
        newsroom.clock.advance(48 * HOUR);
        assert_eq!(asked(&newsroom.new_letters().await), 0);
    }

    async fn whose_question_still_stands_is_not_asked_again(newsroom: TestNewsroom) {
        for words in ["Standart", "künftig"] {
            newsroom.reader().marks(words).suggests("anders").leaves("anna@post.example").sends().await;
        }
        newsroom.clock.advance(25 * HOUR);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.iter().filter(|l| l.to.contains("anna@")).count(), 1, "{letters:#?}");
    }

    async fn who_knows_less_of_an_article_takes_nothing_from_it(newsroom: TestNewsroom) {
        let known = newsroom.reader().opens("a", "Ein Artikel").of_sections(&["Wissen"]).by(&["Anna Beispiel"]).marks("Standart").sends().await;
        newsroom.reader().opens("a", "Ein neuer Titel").of_sections(&[]).by(&[]).marks("künftig").sends().await;
        let article = newsroom.ticket(known.ticket).await.article;
        let article = articles::by_ids(newsroom.services.store.reader(), &[article]).await.unwrap().pop().unwrap();
        assert_eq!(article.facts.title.as_deref(), Some("Ein neuer Titel"));
        assert_eq!((article.facts.sections, article.facts.authors), (vec!["Wissen".to_owned()], vec!["Anna Beispiel".to_owned()]));
    }

    async fn with_the_address_goes_the_hash_that_it_is_a_part_of(newsroom: TestNewsroom) {
        let hashes = || newsroom.count("reports WHERE body_hash IS NOT NULL");
        let mut receipts = Vec::new();
        for (n, words) in ["Standart", "künftig", "Standort"].into_iter().enumerate() {
            receipts.push(newsroom.reader().marks(words).suggests("anders").leaves(&format!("{n}@post.example")).under_key(words).sends().await);
        }
        assert_eq!(hashes().await, 3);
        fehlermelder::services::follow_report::withdraw(&newsroom.services, &receipts[0].status_token).await.unwrap();
        assert_eq!(hashes().await, 2);
        fehlermelder::services::follow_report::delete_address(&newsroom.services, &receipts[1].status_token).await.unwrap();
        assert_eq!(hashes().await, 1);
        newsroom.clock.advance(400 * 24 * HOUR);
        fehlermelder::services::keep_house::delete_expired(&newsroom.services).await.unwrap();
        assert_eq!(hashes().await, 0, "nobody confirmed it");
    }

    async fn an_address_confirmed_today_is_not_asked_again(newsroom: TestNewsroom) {
        newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends_and_confirms().await;
        let second = newsroom.reader().marks("künftig").suggests("ab sofort").leaves("anna@post.example").sends().await;
        assert!(newsroom.new_letters().await.iter().all(|l| !l.to.contains("anna@")));
        newsroom.closes(second.ticket, Resolution::Corrected).await;
        assert_eq!(newsroom.new_letters().await.iter().filter(|l| l.to.contains("anna@")).count(), 1);
    }

    async fn words_of_the_law_mark_the_ticket_and_reach_the_sites_legal_contact(database: TestDatabase) {
        let settings = SiteSettings { legal_contact: Some("recht@magazin.example".into()), ..SiteSettings::default() };
        let newsroom = TestNewsroom::with_settings(database, settings).await;
        let plain = newsroom.standart_is_reported().await;
        assert!(newsroom.new_letters().await.iter().all(|l| !l.to.contains("recht@")));
        assert!(!newsroom.ticket(plain).await.legal);

        let claim = newsroom.reader().of_kind("fact").marks("Standart").comments("Wir verlangen eine Gegendarstellung.").sends().await.ticket;
        assert!(newsroom.ticket(claim).await.legal);
        let to_legal: Vec<_> = newsroom.new_letters().await.into_iter().filter(|l| l.to.contains("recht@")).collect();
        assert_eq!(to_legal.len(), 1);
        assert!(to_legal[0].text.contains("rechtlichen Ansprüchen") && to_legal[0].text.contains(&claim.to_string()));

        // A claim about what others have reported before is no less one; saying it twice is.
        for _ in 0..2 {
            let joined = newsroom.reader().marks("Standart").suggests("Standard").comments("Mein Anwalt wird sich melden.").sends().await.ticket;
            assert_eq!(joined, plain);
        }
        assert!(newsroom.ticket(plain).await.legal);
        assert_eq!(newsroom.new_letters().await.iter().filter(|l| l.to.contains("recht@")).count(), 1);
    }

    async fn a_report_goes_to_the_desk_that_answers_for_its_section(newsroom: TestNewsroom) {
        let desk = manage_sites::add_desk(&newsroom.services, newsroom.site.id, "Hardware", vec!["hardware".into()]).await.unwrap();
        let inner = manage_sites::add_desk(&newsroom.services, newsroom.site.id, "Markt", vec!["Marktgeschehen".into()]).await.unwrap();
        let innermost = newsroom.standart_is_reported().await;
        let outer = newsroom.reader().opens("anderer", "Anderer").of_sections(&["HARDWARE"]).marks("Standart").sends().await.ticket;
        let nobody = newsroom.reader().opens("dritter", "Dritter").of_sections(&["Sport"]).marks("Standart").sends().await.ticket;
        assert_eq!(newsroom.ticket(innermost).await.desk, Some(inner.id));
        assert_eq!(newsroom.ticket(outer).await.desk, Some(desk.id));
        assert_eq!(newsroom.ticket(nobody).await.desk, None);
    }
}
