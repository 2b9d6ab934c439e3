//! The search: one table of questions, asked of both databases.

use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::listing::ListOrder;
use fehlermelder::domain::ticket::{Resolution, Step};
use fehlermelder::services::list_tickets::{self, ListRequest};
use fehlermelder::services::{browse_tickets, follow_report, index_tickets};
use fehlermelder::storage::tickets::{self, TicketFilter};

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;

/// What is found for what was typed, and what of that was not understood.
async fn asked(newsroom: &TestNewsroom, text: &str) -> (Vec<TicketId>, Vec<String>) {
    let (editor, services) = (&newsroom.editor, &newsroom.services);
    let room = browse_tickets::newsroom(services, editor).await.unwrap();
    let mut filter = TicketFilter::default();
    let unknown = list_tickets::narrow(&mut filter, text, &room, editor.id);
    let mut found = Vec::new();
    let mut request = ListRequest {
        filter,
        order: ListOrder::Newest,
        cursor: None,
        limit: 50,
    };
    loop {
        let page = list_tickets::list(services, &room, request.clone())
            .await
            .unwrap();
        found.extend(page.tickets.iter().map(|t| t.ticket.id));
        request.cursor = page.next;
        if request.cursor.is_none() {
            return (found, unknown);
        }
    }
}

both_databases! {
    async fn the_same_questions_have_the_same_answers_everywhere(newsroom: TestNewsroom) {
        let dealer = newsroom.reader().opens("a", "Was die Händler verschweigen").marks("Straßenpreise").suggests("Straßenpreis").comments("Das Haus schreibt es anders.").sends().await.ticket;
        newsroom.reader().opens("a", "Was die Händler verschweigen").marks("Straßenpreise").suggests("Straßenpreis").comments("Auch Frau Krawuttke sieht das so.").sends().await;
        let number = newsroom.reader().opens("b", "The new standard").of_kind("fact").marks("3 Millionen Käufer").comments("Es sind vier Millionen.").sends().await.ticket;
        let reports = newsroom.reader().opens("c", "Reports from the Märkte").marks("reporting").suggests("reported").sends().await.ticket;
        newsroom.steps(&newsroom.editor, number, vec![Step::Note("Quelle: das Wörterbuch".into()), Step::Tag("titelgeschichte".into())]).await.unwrap();
        newsroom.closes(reports, Resolution::Corrected).await;
        newsroom.indexes().await;

        let none = vec![];
        for (text, expected) in [
            // Forms of a word, however it is written.
            ("Haendler", vec![dealer]), ("Händlern", vec![dealer]), ("HÄNDLERS", vec![dealer]), ("Strassenpreisen", vec![dealer]), ("Häuser", vec![dealer]),
            ("Markt", vec![reports]), ("report", vec![reports]), ("standards", vec![number]), ("million", vec![number]), ("Wörterbücher", vec![number]), ("Wörterbuches", vec![number]),
            // All words, in any order; what later reports, notes and tags say.
            ("preis händler", none.clone()), ("verschweige Händler", vec![dealer]), ("krawuttke", vec![dealer]), ("quelle vier", vec![number]), ("titelgeschichte", vec![number]),
            // Phrases are the very words, within one text.
            ("\"die Händler\"", vec![dealer]), ("„die haendler“", vec![dealer]), ("\"die Händlern\"", none.clone()), ("\"Händler die\"", none.clone()), ("\"verschweigen Straßenpreise\"", none.clone()),
            ("\"Straßenpreis Straßenpreise\"", none.clone()),
            // Beginnings, and what is left out.
            ("Straß*", vec![dealer]), ("rep*", vec![reports]), ("re*", none.clone()), ("-händler", vec![reports, number]), ("the -standard", vec![reports]), ("-\"the new\" -händler", vec![reports]),
            // Operators.
            ("kind:fact", vec![number]), ("is:closed", vec![reports]), ("state:open", vec![number]), ("resolution:corrected", vec![reports]), ("tag:Titelgeschichte", vec![number]), ("is:new händler", vec![dealer]),
            ("is:unassigned", vec![reports, number, dealer]), ("is:mine", none.clone()), ("is:regressed", none.clone()), ("-is:regressed the", vec![reports, number]), ("site:magazin kind:fact", vec![number]),
            // References.
            ("FM-1002", vec![number]), ("1001", vec![dealer]), ("?", none.clone()), ("fehlt", none.clone()),
        ] {
            assert_eq!(asked(&newsroom, text).await, (expected, vec![]), "{text}");
        }
        assert_eq!(asked(&newsroom, "kind:zahl millionen").await, (none, vec!["kind:zahl".to_owned()]), "told, and looked for as words");
    }

    async fn the_index_follows_what_is_written(newsroom: TestNewsroom) {
        let id = newsroom.reader().opens("a", "Alte Schlagzeile").marks("Standart").sends().await.ticket;
        assert!(asked(&newsroom, "standart").await.0.is_empty(), "a second later");
        newsroom.indexes().await;
        assert_eq!(asked(&newsroom, "standart schlagzeile").await.0, [id]);
        newsroom.reader().opens("a", "Neue Überschrift").marks("Standart").comments("Ein Nachtrag.").sends().await;
        newsroom.indexes().await;
        assert_eq!(asked(&newsroom, "nachtrag überschriften").await.0, [id]);
        assert!(asked(&newsroom, "schlagzeile").await.0.is_empty());
        newsroom.steps(&newsroom.editor, id, vec![Step::Tag("eilig".into())]).await.unwrap();
        newsroom.indexes().await;
        assert_eq!(asked(&newsroom, "eilig").await.0, [id]);
        newsroom.steps(&newsroom.editor, id, vec![Step::Untag("eilig".into())]).await.unwrap();
        newsroom.indexes().await;
        assert!(asked(&newsroom, "eilig").await.0.is_empty());
        assert_eq!(newsroom.count("search_queue").await, 0);
    }

    async fn what_is_erased_while_it_is_read_does_not_come_back(newsroom: TestNewsroom) {
        let receipt = newsroom.reader().marks("Standart").comments("Ich heiße Krawuttke.").sends().await;
        let pending = index_tickets::read_pending(&newsroom.services).await.unwrap().expect("a ticket waits");
        assert!(follow_report::withdraw(&newsroom.services, &receipt.status_token).await.unwrap());
        assert_eq!(index_tickets::put(&newsroom.services, pending).await.unwrap(), 0, "read too early");
        assert!(asked(&newsroom, "krawuttke").await.0.is_empty());
        newsroom.indexes().await;
        assert!(asked(&newsroom, "krawuttke").await.0.is_empty());
        assert_eq!(asked(&newsroom, "standart").await.0, [receipt.ticket], "what was read in vain still waited");
    }

    async fn of_two_that_index_at_once_one_begins_anew(newsroom: TestNewsroom) {
        let id = newsroom.reader().marks("Standart").sends().await.ticket;
        let early = index_tickets::read_pending(&newsroom.services).await.unwrap().expect("a ticket waits");
        newsroom.reader().marks("Standart").comments("Ein Nachtrag.").sends().await;
        newsroom.indexes().await;
        assert_eq!(index_tickets::put(&newsroom.services, early).await.unwrap(), 0);
        assert_eq!(asked(&newsroom, "nachtrag").await.0, [id], "the older words are not put over the newer ones");
    }

    async fn what_an_older_analyser_indexed_is_indexed_again(newsroom: TestNewsroom) {
        for n in 0..450 {
            newsroom.reader().opens(&format!("artikel-{}", n % 9), "Artikel").marks(&format!("Feler{n:04}")).sends().await;
        }
        newsroom.sql("DELETE FROM search_queue").await;
        newsroom.sql("UPDATE search_state SET analyser = 0, below = 0").await;
        let indexed = index_tickets::index_pending(&newsroom.services).await.unwrap();
        assert_eq!(indexed, 200);
        assert_eq!(asked(&newsroom, "feler0449").await.0.len(), 1, "the newest first");
        assert!(asked(&newsroom, "feler0001").await.0.is_empty());
        newsroom.indexes().await;
        assert_eq!(asked(&newsroom, "feler0001").await.0.len(), 1);
        assert_eq!(index_tickets::index_pending(&newsroom.services).await.unwrap(), 0);
    }

    async fn common_and_rare_words_are_found_newest_first_at_any_depth(newsroom: TestNewsroom) {
        let common = newsroom.reader().marks("Feler").suggests("Fehler").sends().await.ticket;
        newsroom.closes(common, Resolution::Corrected).await;
        let rare = newsroom.reader().marks("Selten").sends().await.ticket;
        // Numbers far apart, as in a database of years: the search goes through it in blocks.
        let count = 300;
        newsroom
            .sql(&format!(
                "WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {count}) \
                 INSERT INTO tickets (id, site_id, article_id, state, resolution, passage_state, kind, exact, suggestions, report_count, weight, version, created_at, updated_at) \
                 SELECT id + 700 * n, site_id, article_id, state, resolution, passage_state, kind, exact, suggestions, report_count, weight, 1, created_at + n, updated_at \
                 FROM tickets, copy WHERE id = {}",
                common.0
            ))
            .await;
        let all: Vec<TicketId> = (0..=count).rev().map(|n| TicketId(common.0 + 700 * n)).collect();
        fehlermelder::storage::search::queue(newsroom.services.store.reader(), &all).await.unwrap();
        newsroom.indexes().await;
        assert_eq!(asked(&newsroom, "fehlern").await.0, all);
        assert_eq!(asked(&newsroom, "selten").await.0, [rare]);
        assert!(asked(&newsroom, "feler is:new").await.0.is_empty());

        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        let request = |cursor| ListRequest { filter: TicketFilter { words: Some("feler".into()), ..TicketFilter::default() }, order: ListOrder::Newest, cursor, limit: 40 };
        let mut pages = Vec::new();
        let mut cursor = None;
        let mut back = None;
        loop {
            let page = list_tickets::list(&newsroom.services, &room, request(cursor)).await.unwrap();
            pages.push(page.tickets.iter().map(|t| t.ticket.id).collect::<Vec<_>>());
            cursor = page.next;
            if cursor.is_none() { break; }
            back = Some(page);
        }
        assert_eq!(pages.concat(), all);
        let last = list_tickets::list(&newsroom.services, &room, request(back.unwrap().next)).await.unwrap();
        let before = list_tickets::list(&newsroom.services, &room, request(last.previous)).await.unwrap();
        assert_eq!(before.tickets.iter().map(|t| t.ticket.id).collect::<Vec<_>>(), pages[pages.len() - 2], "and back");
        let count = list_tickets::count_up_to(&newsroom.services, &room, vec![request(None).filter], 501).await.unwrap()[0];
        assert_eq!(count, 301);
    }

    async fn nobody_searches_other_sites(newsroom: TestNewsroom) {
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let stranger = newsroom.add_editor_of("Stefan", Role::Editor, &[&elsewhere]).await;
        newsroom.standart_is_reported().await;
        newsroom.indexes().await;
        let room = browse_tickets::newsroom(&newsroom.services, &stranger).await.unwrap();
        for text in ["standart", "site:Magazin standart", "site:Magazin", "-gibtsnicht"] {
            let mut filter = TicketFilter::default();
            list_tickets::narrow(&mut filter, text, &room, stranger.id);
            let request = ListRequest { filter, order: ListOrder::Newest, cursor: None, limit: 10 };
            let page = list_tickets::list(&newsroom.services, &room, request).await.unwrap();
            assert!(page.tickets.is_empty(), "{text}");
        }
        assert!(tickets::find(newsroom.services.store.reader(), TicketId(TicketId::FIRST)).await.unwrap().is_some());
    }
}
