//! Internal notes: whom they reach, who follows what, and what leaves by mail of it.

use fehlermelder::domain::clock::{HOUR, MINUTE};
use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::ids::{ActId, TicketId};
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{Closure, Resolution, Step};
use fehlermelder::services::{follow_ticket, merge_tickets};
use fehlermelder::storage::editors;
use reqwest::StatusCode;

use crate::pages::{is_page, words};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

async fn notes(newsroom: &TestNewsroom, editor: &Editor, ticket: TicketId, note: &str) {
    let steps = vec![Step::Note(note.into())];
    newsroom.steps(editor, ticket, steps).await.unwrap();
}

/// A ticket nobody is owed anything about any more.
async fn quiet_ticket(newsroom: &TestNewsroom) -> TicketId {
    let ticket = newsroom
        .reader()
        .marks("Standart")
        .suggests("Standard")
        .comments("Ich heiße Geheimrat.")
        .sends()
        .await
        .ticket;
    newsroom.sql("DELETE FROM notifications").await;
    ticket
}

both_databases! {
    async fn whoever_is_mentioned_gets_a_mail_at_once_and_follows(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Viewer).await;
        let ticket = quiet_ticket(&newsroom).await;
        for lang in [Lang::De, Lang::En] {
            let transaction = newsroom.services.store.begin().await.unwrap();
            editors::set_lang(&transaction, paul.id, lang).await.unwrap();
            transaction.commit().await.unwrap();
            notes(&newsroom, &newsroom.editor, ticket, "@Paul, **bitte** ansehen:\n\n- den Namen\n- https://normen.example/7").await;
            let letters = newsroom.new_letters().await;
            assert_eq!(letters.len(), 1, "{letters:#?}");
            assert!(letters[0].to.contains("paul@") && !letters[0].html.contains("Geheimrat") && !letters[0].text.contains("Geheimrat"));
            insta::assert_snapshot!(format!("mentioned_{lang}"), letters[0].to_be_seen());
            newsroom.clock.advance(HOUR);
            assert!(newsroom.new_letters().await.is_empty(), "the one who wrote it is told nothing, and the mentioned one only once");
        }
        assert_eq!(follow_ticket::followers(&newsroom.services, ticket).await.unwrap(), [newsroom.editor.id, paul.id]);
    }

    async fn followers_read_in_one_mail_what_others_did_in_two_minutes(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let ticket = quiet_ticket(&newsroom).await;
        assert!(follow_ticket::set_following(&newsroom.services, &newsroom.editor, ticket, true).await.unwrap());
        newsroom.steps(&paul, ticket, vec![Step::Assign(Some(paul.id)), Step::Note("Ich _frage_ nach.".into())]).await.unwrap();
        newsroom.clock.advance(MINUTE);
        newsroom.steps(&paul, ticket, vec![Step::Close(Closure { public_note: Some("Berichtigt.".into()), ..Closure::of(Resolution::Corrected) })]).await.unwrap();
        assert!(newsroom.new_letters().await.is_empty());
        newsroom.clock.advance(MINUTE);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].to.contains("maria@"));
        assert!(!String::from_utf8_lossy(&letters[0].raw).contains("Geheimrat"), "a reader's words stay on the desk");
        insta::assert_snapshot!("activity_de", letters[0].to_be_seen());
        // What Maria does herself she knows; Paul, who acted, follows.
        newsroom.reopens(ticket).await;
        newsroom.clock.advance(5 * MINUTE);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].to.contains("paul@"), "{letters:#?}");
    }

    async fn who_stopped_following_hears_no_more_whatever_they_do_there(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let ticket = quiet_ticket(&newsroom).await;
        notes(&newsroom, &paul, ticket, "Ich sehe nach.").await;
        newsroom.closes(ticket, Resolution::Corrected).await;
        assert!(follow_ticket::set_following(&newsroom.services, &paul, ticket, false).await.unwrap());
        newsroom.clock.advance(HOUR);
        assert!(newsroom.new_letters().await.is_empty(), "what had not left is dropped");
        newsroom.steps(&paul, ticket, vec![Step::Open]).await.unwrap();
        newsroom.clock.advance(HOUR);
        assert!(newsroom.new_letters().await.iter().all(|l| !l.to.contains("paul@")));
        newsroom.closes(ticket, Resolution::Corrected).await;
        newsroom.clock.advance(HOUR);
        assert!(newsroom.new_letters().await.is_empty());
        // Somebody who calls them by name still reaches them, and only with that.
        notes(&newsroom, &newsroom.editor, ticket, "@paul Noch eine Frage.").await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1);
        assert!(!letters[0].text.contains("Nicht mehr folgen"), "{}", letters[0].text);
    }

    async fn who_follows_a_double_hears_what_becomes_of_its_original(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let original = quiet_ticket(&newsroom).await;
        let double = newsroom.reader().opens("anderswo", "Anderswo").marks("Feler").sends().await.ticket;
        assert!(follow_ticket::set_following(&newsroom.services, &paul, double, true).await.unwrap());
        let act = ActId(newsroom.services.new_id());
        merge_tickets::merge(&newsroom.services, &newsroom.editor, act, original, &[double]).await.unwrap();
        newsroom.clock.advance(HOUR);
        newsroom.new_letters().await;

        newsroom.closes(original, Resolution::Corrected).await;
        newsroom.clock.advance(HOUR);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].to.contains("paul@") && letters[0].text.contains(&original.to_string()), "{}", letters[0].text);
        assert!(follow_ticket::followers(&newsroom.services, original).await.unwrap().contains(&paul.id), "the page says so, and can stop it");

        assert!(follow_ticket::set_following(&newsroom.services, &paul, original, false).await.unwrap());
        newsroom.reopens(original).await;
        newsroom.clock.advance(HOUR);
        assert!(newsroom.new_letters().await.iter().all(|l| !l.to.contains("paul@")));
        assert!(follow_ticket::followers(&newsroom.services, double).await.unwrap().contains(&paul.id));
    }

    async fn nobody_is_reached_who_may_not_read_the_site(newsroom: TestNewsroom) {
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let stefan = newsroom.add_editor_of("Stefan", Role::Admin, &[&elsewhere]).await;
        let ticket = quiet_ticket(&newsroom).await;
        notes(&newsroom, &newsroom.editor, ticket, "@Stefan schau mal").await;
        assert!(newsroom.new_letters().await.is_empty());
        assert!(!follow_ticket::set_following(&newsroom.services, &stefan, ticket, true).await.unwrap());
        assert!(!follow_ticket::set_following(&newsroom.services, &stefan, TicketId(9_999), true).await.unwrap());
        assert_eq!(follow_ticket::followers(&newsroom.services, ticket).await.unwrap(), [newsroom.editor.id]);
    }

    async fn what_is_thrown_away_is_not_followed(newsroom: TestNewsroom) {
        let ticket = quiet_ticket(&newsroom).await;
        newsroom.closes(ticket, Resolution::Spam).await;
        assert!(follow_ticket::followers(&newsroom.services, ticket).await.unwrap().is_empty());
    }

    async fn after_ten_mails_an_hour_the_news_come_in_one(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let mut tickets = Vec::new();
        for n in 0..13 {
            let ticket = newsroom.reader().opens(&format!("artikel-{n}"), &format!("Artikel {n}")).marks(&format!("Feler {n:04}")).sends().await.ticket;
            follow_ticket::set_following(&newsroom.services, &paul, ticket, true).await.unwrap();
            tickets.push(ticket);
        }
        newsroom.sql("DELETE FROM notifications").await;
        for ticket in &tickets {
            newsroom.closes(*ticket, Resolution::Corrected).await;
            newsroom.clock.advance(2 * MINUTE);
            newsroom.delivers().await;
        }
        let single = newsroom.letters();
        assert_eq!(single.len(), 10);
        newsroom.clock.advance(HOUR);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1);
        insta::assert_snapshot!("activity_bundled_de", letters[0].to_be_seen());
    }

    async fn a_note_is_previewed_without_script_and_nothing_is_saved_by_it(newsroom: TestNewsroom) {
        let vera = newsroom.add_editor("Vera", Role::Viewer).await;
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let ticket = quiet_ticket(&newsroom).await;
        let sends = |path: &str, note: &str| ask(server.post_form(path, &[("csrf", &csrf), ("version", "1"), ("note", note)]).header("Cookie", &cookie));
        let path = format!("/tickets/{ticket}/notes/preview");
        let page = sends(&path, "**Fett** an @Vera <script>alert(1)</script>").await;
        assert_eq!(page.status, StatusCode::OK);
        is_page(&page, Lang::De);
        assert!(page.body.contains("<strong>Fett</strong>") && page.body.contains("&lt;script&gt;") && !page.body.contains("<script>alert"), "{}", page.body);
        assert!(page.body.contains(">**Fett** an @Vera &lt;script&gt;alert(1)&lt;&#x2f;script&gt;</textarea>"), "{}", page.body);
        assert!(words(&page).contains("Benachrichtigt wird: Vera"), "{}", words(&page));
        let part = sends(&format!("{path}?fragment"), "*schräg*").await;
        assert!(part.body.contains("<em>schräg</em>") && !part.body.contains("<html"), "{}", part.body);
        assert_eq!((newsroom.ticket(ticket).await.version, newsroom.history(ticket).await.len()), (1, 1));
        // Saved, it stands in the history the same way.
        assert_eq!(sends(&format!("/tickets/{ticket}/notes"), "**Fett** an @Vera").await.status, StatusCode::SEE_OTHER);
        let page = ask(server.get(&format!("/tickets/{ticket}")).header("Cookie", &cookie)).await;
        assert!(page.body.contains("<strong>Fett</strong> an <strong class=\"mention\">@Vera</strong>"), "{}", page.body);
        assert!(words(&page).contains("Es folgen: Maria, Vera"), "{}", words(&page));
        // A viewer follows and unfollows, from the address in the mail too.
        let (cookie, csrf) = signed_in(&newsroom, &vera).await;
        let ask_first = ask(server.get(&format!("/tickets/{ticket}/following")).header("Cookie", &cookie)).await;
        is_page(&ask_first, Lang::De);
        insta::assert_snapshot!("stop_following_de", words(&ask_first));
        let following = |value: &'static str| ask(server.post_form(&format!("/tickets/{ticket}/following"), &[("csrf", &csrf), ("following", value)]).header("Cookie", &cookie));
        assert_eq!(following("no").await.status, StatusCode::SEE_OTHER);
        assert_eq!(follow_ticket::followers(&newsroom.services, ticket).await.unwrap(), [newsroom.editor.id]);
        assert_eq!(following("yes").await.status, StatusCode::SEE_OTHER);
        assert_eq!(following("unsinn").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(ask(server.get("/tickets/FM-9999/following").header("Cookie", &cookie)).await.status, StatusCode::NOT_FOUND);
    }
}
