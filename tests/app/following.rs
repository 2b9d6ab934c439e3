//! A reader follows the own report by its secret link, and takes back what was left with it.

use fehlermelder::domain::clock::{DAY, HOUR};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::site::SiteSettings;
use fehlermelder::domain::ticket::{Closure, Resolution, Step, TicketState};
use fehlermelder::services::confirm_address::{self, Confirmation};
use fehlermelder::services::{follow_report, keep_house, sign_in};

use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::{ORIGIN, TestNewsroom};
use crate::support::server::{TestServer, ask};

const ADDRESS: &str = "waltraud.unverwechselbar@post.example";

both_databases! {
    async fn the_link_opens_its_own_report_and_no_other(newsroom: TestNewsroom) {
        let first = newsroom.reader().marks("Standart").comments("Von mir.").sends().await;
        let second = newsroom.reader().marks("Standart").comments("Von jemand anderem.").sends().await;
        assert_ne!(first.status_token, second.status_token);
        let found = follow_report::find(&newsroom.services, &first.status_token).await.unwrap().unwrap();
        assert_eq!((found.report.id, found.report.comment.as_deref()), (first.id, Some("Von mir.")));
        assert_eq!(found.article.unwrap().facts.title.as_deref(), Some("Der neue Standard"));

        let mut forged = vec![String::new(), "x".repeat(64), first.status_token[..63].to_owned(), format!("{}A", first.status_token), format!("{} ", first.status_token), "\0".into(), "ü".repeat(32)];
        forged.push(format!("{}{}", &second.status_token[..22], &first.status_token[22..]));
        for position in [0, 25, 40, 63] {
            let mut token: Vec<char> = first.status_token.chars().collect();
            token[position] = if token[position] == 'A' { 'B' } else { 'A' };
            forged.push(token.into_iter().collect());
        }
        for token in &forged {
            assert!(follow_report::find(&newsroom.services, token).await.unwrap().is_none(), "{token}");
            assert!(!follow_report::withdraw(&newsroom.services, token).await.unwrap(), "{token}");
            assert!(!follow_report::delete_address(&newsroom.services, token).await.unwrap(), "{token}");
        }
        // A revoked link leads nowhere.
        newsroom.sql("UPDATE reports SET token_version = 2").await;
        assert!(follow_report::find(&newsroom.services, &first.status_token).await.unwrap().is_none());
    }

    async fn the_link_of_a_double_shows_what_became_of_the_original(newsroom: TestNewsroom) {
        let receipt = newsroom.reader().marks("Standart").sends().await;
        let middle = newsroom.reader().marks("künftig").sends().await.ticket;
        let original = newsroom.reader().marks("Hersteller").sends().await.ticket;
        for (double, of) in [(receipt.ticket, middle), (middle, original)] {
            newsroom.closes_as(double, Closure { duplicate_of: Some(of), ..Closure::of(Resolution::Duplicate) }).await;
        }
        let found = follow_report::find(&newsroom.services, &receipt.status_token).await.unwrap().unwrap();
        assert_eq!((found.ticket.id, found.ticket.state), (original, TicketState::New));
    }

    async fn who_withdraws_takes_the_own_words_and_address_along(newsroom: TestNewsroom) {
        let stays = newsroom.reader().marks("künftig").comments("Bleibt stehen.").leaves("bert@post.example").sends().await;
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").comments("Ich, Waltraud, weiß das.").proves_it_by("https://waltraud.example/beweis")
            .leaves(ADDRESS).sends().await;
        newsroom.clock.advance(HOUR);
        assert!(follow_report::withdraw(&newsroom.services, &receipt.status_token).await.unwrap());

        let found = follow_report::find(&newsroom.services, &receipt.status_token).await.unwrap().unwrap();
        assert_eq!((found.report.comment, found.report.source, found.contact), (None, None, None));
        assert_eq!(found.report.withdrawn_at, Some(newsroom.services.now()));
        assert_eq!(found.ticket.comment, None);
        assert_eq!(found.ticket.passage.unwrap().exact, "Standart", "the mistake stays for the newsroom");
        newsroom.delivers().await;
        newsroom.closes(receipt.ticket, Resolution::Corrected).await;
        newsroom.delivers().await;
        assert!(newsroom.letters().iter().all(|l| !l.to.contains("waltraud") && !l.text.contains("Waltraud")));

        // Doing it again changes nothing, and the neighbour's report stands.
        newsroom.clock.advance(HOUR);
        let withdrawn_at = found.report.withdrawn_at;
        assert!(follow_report::withdraw(&newsroom.services, &receipt.status_token).await.unwrap());
        assert_eq!(newsroom.reports(receipt.ticket).await[0].withdrawn_at, withdrawn_at);
        let other = follow_report::find(&newsroom.services, &stays.status_token).await.unwrap().unwrap();
        assert!(other.contact.is_some() && other.report.comment.is_some());
    }

    async fn who_deletes_the_address_keeps_the_report_and_hears_no_more(newsroom: TestNewsroom) {
        let receipt = newsroom.reader().marks("Standart").comments("Bitte prüfen.").leaves(ADDRESS).sends_and_confirms().await;
        newsroom.closes(receipt.ticket, Resolution::Corrected).await;
        assert!(follow_report::delete_address(&newsroom.services, &receipt.status_token).await.unwrap());
        assert!(newsroom.new_letters().await.is_empty());
        let found = follow_report::find(&newsroom.services, &receipt.status_token).await.unwrap().unwrap();
        assert_eq!((found.contact, found.report.comment.as_deref()), (None, Some("Bitte prüfen.")));
        assert_eq!(newsroom.count("notifications WHERE state = 'pending'").await, 0);
    }

    async fn an_address_is_confirmed_by_its_owner_within_two_days(newsroom: TestNewsroom) {
        newsroom.reader().marks("Standart").leaves(ADDRESS).sends().await;
        let also = newsroom.reader().marks("künftig").leaves(ADDRESS).sends().await;
        newsroom.reader().marks("Hersteller").leaves("bert@post.example").sends().await;
        let letters = newsroom.new_letters().await;
        let token = letters.iter().filter(|l| l.to == ADDRESS).find_map(|l| l.token_after("/bestaetigen/")).unwrap();
        let confirmed = "contacts WHERE confirmed_at IS NOT NULL";

        // Looking, as a mail scanner does, changes nothing.
        assert!(matches!(confirm_address::look(&newsroom.services, &token).await.unwrap(), Confirmation::Open(_)));
        assert!(matches!(confirm_address::confirm(&newsroom.services, &also.status_token).await.unwrap(), Confirmation::Expired));
        assert_eq!(newsroom.count(confirmed).await, 0);
        newsroom.clock.advance(48 * HOUR + 1);
        assert!(matches!(confirm_address::confirm(&newsroom.services, &token).await.unwrap(), Confirmation::Expired));
        assert_eq!(newsroom.count(confirmed).await, 0);
        newsroom.clock.advance(-1);
        assert!(matches!(confirm_address::confirm(&newsroom.services, &token).await.unwrap(), Confirmation::Done(_)));
        assert_eq!(newsroom.count(confirmed).await, 2, "both reports of this address, and nobody else's");
        newsroom.clock.advance(5 * DAY);
        assert!(matches!(confirm_address::look(&newsroom.services, &token).await.unwrap(), Confirmation::Done(_)));
    }

    async fn addresses_go_on_the_day_they_must(newsroom: TestNewsroom) {
        newsroom.reader().marks("Standart").leaves("nie@post.example").sends().await;
        let closed = newsroom.reader().marks("künftig").leaves("anna@post.example").sends_and_confirms().await;
        let open = newsroom.reader().marks("Hersteller").leaves("bert@post.example").sends_and_confirms().await;
        newsroom.steps(&newsroom.editor, open.ticket, vec![Step::Wait]).await.unwrap();

        newsroom.clock.advance(7 * DAY - 1);
        assert_eq!(keep_house::delete_expired(&newsroom.services).await.unwrap().contacts_deleted, 0);
        newsroom.clock.advance(1);
        assert_eq!(keep_house::delete_expired(&newsroom.services).await.unwrap().contacts_deleted, 1, "the one never confirmed, on the seventh day");
        newsroom.clock.advance(30 * DAY);
        newsroom.closes(closed.ticket, Resolution::Corrected).await;
        newsroom.clock.advance(90 * DAY - 1);
        assert_eq!(keep_house::delete_expired(&newsroom.services).await.unwrap().contacts_deleted, 0);
        newsroom.clock.advance(1);
        assert_eq!(keep_house::delete_expired(&newsroom.services).await.unwrap().contacts_deleted, 1, "ninety days after closing");
        // Bert still waits for an answer.
        let left = follow_report::find(&newsroom.services, &open.status_token).await.unwrap().unwrap();
        assert_eq!(left.contact.unwrap().email, "bert@post.example");
        assert!(follow_report::find(&newsroom.services, &closed.status_token).await.unwrap().unwrap().contact.is_none());
    }

    async fn an_address_waits_for_the_end_of_the_chain_that_its_ticket_leads_into(newsroom: TestNewsroom) {
        let last = newsroom.reader().marks("Standart").sends().await.ticket;
        let middle = newsroom.reader().marks("künftig").sends().await.ticket;
        let double = newsroom.reader().marks("Standort").leaves("anna@post.example").sends_and_confirms().await.ticket;
        newsroom.sql(&format!("UPDATE tickets SET state = 'closed', resolution = 'duplicate', closed_at = 1, duplicate_of = {} WHERE id = {}", middle.0, double.0)).await;
        newsroom.sql(&format!("UPDATE tickets SET state = 'closed', resolution = 'duplicate', closed_at = 1, duplicate_of = {} WHERE id = {}", last.0, middle.0)).await;
        newsroom.clock.advance(400 * DAY);
        keep_house::delete_expired(&newsroom.services).await.unwrap();
        assert_eq!(newsroom.count("contacts").await, 1, "the ticket that counts is open");
        newsroom.closes(last, fehlermelder::domain::ticket::Resolution::Corrected).await;
        newsroom.clock.advance(400 * DAY);
        keep_house::delete_expired(&newsroom.services).await.unwrap();
        assert_eq!(newsroom.count("contacts").await, 0);
    }

    async fn the_link_that_confirms_lives_from_the_sending_of_its_mail(newsroom: TestNewsroom) {
        newsroom.reader().marks("Standart").leaves(ADDRESS).sends().await;
        // The relay is away for three days; the reader cannot know.
        newsroom.clock.advance(3 * DAY);
        let letters = newsroom.new_letters().await;
        let token = letters.iter().find_map(|l| l.token_after("/bestaetigen/")).unwrap();
        newsroom.clock.advance(48 * HOUR);
        assert!(matches!(confirm_address::look(&newsroom.services, &token).await.unwrap(), Confirmation::Open(_)));
        newsroom.clock.advance(1);
        assert!(matches!(confirm_address::confirm(&newsroom.services, &token).await.unwrap(), Confirmation::Expired));
        newsroom.clock.advance(-1);
        assert!(matches!(confirm_address::confirm(&newsroom.services, &token).await.unwrap(), Confirmation::Done(_)));
    }

    async fn a_site_has_a_term_of_its_own_and_says_it_wherever_it_asks_for_an_address(database: TestDatabase) {
        let settings = SiteSettings { contact_days_after_closing: Some(14), ..SiteSettings::default() };
        let newsroom = TestNewsroom::with_settings(database, settings).await;
        let other = newsroom.add_site("Anderes", "https://anderes.example").await;
        let server = TestServer::of(&newsroom).await;
        let form = ask(server.get(&format!("/melden?site={}&url={ORIGIN}/a", newsroom.site.key))).await;
        let shown = "Magazin darf mir zu diesem Hinweis schreiben. Meine Adresse wird 14 Tage nach Abschluss gelöscht, auf Wunsch früher.";
        assert!(form.body.contains(shown), "{}", form.body);
        let facts = ask(server.get(&format!("/embed/site/{}.json", newsroom.site.key))).await;
        assert!(facts.body.contains(shown), "{}", facts.body);

        // What was shown is what is stored.
        let report = serde_json::json!({ "site": newsroom.site.key, "article": { "url": format!("{ORIGIN}/a") }, "kind": "spelling", "comment": "Da fehlt ein Komma.", "contact": { "email": "anna@post.example", "consent": true } });
        let answer = ask(server.post("/api/v1/reports").header("Accept-Language", "de").header("Content-Type", "application/json").body(report.to_string())).await;
        assert_eq!(answer.status.as_u16(), 201, "{answer:?}");
        assert!(newsroom.holds(shown).await);

        let here = newsroom.reader().marks("Standart").leaves("bert@post.example").sends_and_confirms().await;
        let there = newsroom.reader_of(&other).marks("Standart").leaves("carl@post.example").sends_and_confirms().await;
        let page = ask(server.get(&format!("/r/{}", here.status_token))).await;
        assert!(page.body.contains("14 Tage danach"), "{}", page.body);
        for ticket in [here.ticket, there.ticket] {
            newsroom.closes(ticket, Resolution::Corrected).await;
        }
        let letters = newsroom.new_letters().await;
        let says = |to: &str, days: &str| letters.iter().any(|l| l.to == to && l.text.contains(days) && l.html.contains(days));
        assert!(says("bert@post.example", "14 Tage nach Abschluss") && says("carl@post.example", "90 Tage nach Abschluss"));

        newsroom.sql("DELETE FROM contacts WHERE confirmed_at IS NULL").await;
        for (days, deleted) in [(14, 1), (75, 0), (1, 1)] {
            newsroom.clock.advance(days * DAY);
            assert_eq!(keep_house::delete_expired(&newsroom.services).await.unwrap().contacts_deleted, deleted, "after {days} more days");
        }
    }

    async fn nothing_that_was_erased_is_left_in_the_database_or_its_file(newsroom: TestNewsroom) {
        let words = "Geständnisvollzug";
        let mut receipts = Vec::new();
        for n in 0..30 {
            // Long enough to fill pages of their own, which are then free pages.
            let comment = format!("{words} {n} {}", "und so weiter ".repeat(200));
            receipts.push(newsroom.reader().marks(&format!("Feler {n:04}")).comments(&comment).proves_it_by(&format!("https://{words}.example/{n}")).leaves(ADDRESS).sends().await);
        }
        assert!(newsroom.holds(ADDRESS).await && newsroom.holds(words).await);
        newsroom.delivers().await;
        for (n, receipt) in receipts.iter().enumerate() {
            if n == 29 {
                // The last goes by itself, being never confirmed; it withdraws its words first.
                newsroom.sql("UPDATE reports SET comment = NULL, source = NULL").await;
                newsroom.sql("UPDATE tickets SET comment = NULL").await;
                newsroom.clock.advance(8 * DAY);
                assert_eq!(keep_house::delete_expired(&newsroom.services).await.unwrap().contacts_deleted, 1);
            } else {
                follow_report::withdraw(&newsroom.services, &receipt.status_token).await.unwrap();
            }
        }
        assert!(!newsroom.holds(ADDRESS).await, "the address is still there");
        assert!(!newsroom.holds("waltraud").await, "a part of the address is still there");
        assert!(!newsroom.holds(words).await, "the comment is still there");
        assert!(newsroom.holds("Feler 0007").await, "the scan sees nothing at all");
    }

    async fn where_a_sign_in_came_from_is_forgotten_within_a_day(newsroom: TestNewsroom) {
        let carla = newsroom.add_editor("Carla", Role::Admin).await;
        newsroom.reader().marks("Standart").leaves(ADDRESS).sends().await;
        for network in ["203.0.113.77", "2001:db8:77::1"] {
            let refused = sign_in::sign_in(&newsroom.services, &carla.email, "falsches Kennwort".into(), network.as_bytes(), String::new()).await;
            assert!(refused.is_err());
            assert!(!newsroom.holds(network).await, "{network}");
        }
        assert_eq!(newsroom.count("failed_sign_ins").await, 5, "one account, two networks, and the account from each");
        newsroom.clock.advance(DAY + 1);
        keep_house::delete_expired(&newsroom.services).await.unwrap();
        assert_eq!(newsroom.count("failed_sign_ins").await, 0);
    }
}
