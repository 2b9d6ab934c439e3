//! What readers leave of themselves: shown to those who need it, and gone from everywhere when it is to go.

use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::{ActId, TicketId};
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{Closure, EventKind, Resolution, Step};
use fehlermelder::services::personal_data::{self, Field, PersonalDataError};
use fehlermelder::services::triage_ticket::Seen;
use fehlermelder::services::{merge_tickets, ready_answers};
use reqwest::StatusCode;

use crate::browsing::searched;
use crate::pages::{is_page, words};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

fn act(newsroom: &TestNewsroom) -> ActId {
    ActId(newsroom.services.new_id())
}

async fn merges(newsroom: &TestNewsroom, into: TicketId, doubles: &[TicketId]) {
    let act = act(newsroom);
    merge_tickets::merge(&newsroom.services, &newsroom.editor, act, into, doubles)
        .await
        .unwrap();
}

both_databases! {
    async fn an_editor_sees_the_address_on_demand_a_viewer_never(newsroom: TestNewsroom) {
        let vera = newsroom.add_editor("Vera", Role::Viewer).await;
        let server = TestServer::of(&newsroom).await;
        let receipt = newsroom.reader().marks("Standart").leaves("anna@post.example").sends_and_confirms().await;
        let (ticket, report) = (receipt.ticket, receipt.id);
        let path = format!("/tickets/{ticket}/address?report={report}");
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let see = |path: &str, cookie: &str| ask(server.get(path).header("Cookie", cookie.to_owned()));
        assert!(!see(&format!("/tickets/{ticket}"), &cookie).await.body.contains("anna@post"), "the ticket does not show it by itself");
        let page = see(&path, &cookie).await;
        is_page(&page, Lang::De);
        assert!(page.body.contains("anna@post.example"), "{}", page.body);
        let (viewers, viewers_csrf) = signed_in(&newsroom, &vera).await;
        let refused = see(&path, &viewers).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(!see(&format!("/tickets/{ticket}"), &viewers).await.body.contains("/address?report"));
        let deletes = |csrf: &str, cookie: &str| ask(server.post_form(&format!("/tickets/{ticket}/address"), &[("csrf", csrf), ("report", &report.to_string())]).header("Cookie", cookie.to_owned()));
        assert_eq!(deletes(&viewers_csrf, &viewers).await.status, StatusCode::FORBIDDEN);
        assert_eq!(newsroom.count("contacts").await, 1);

        newsroom.closes(ticket, Resolution::Corrected).await;
        let done = deletes(&csrf, &cookie).await;
        assert_eq!((done.status, done.header("Location")), (StatusCode::SEE_OTHER, Some(format!("/tickets/{ticket}?looked=address-deleted").as_str())));
        assert_eq!(newsroom.count("contacts").await, 0);
        assert!(!newsroom.holds("anna@post.example").await, "also where it was deleted from");
        assert!(newsroom.new_letters().await.iter().all(|l| !l.to.contains("anna@")), "what was owed is dropped");
        let last = newsroom.history(ticket).await.pop().unwrap();
        assert_eq!((last.event.kind, last.editor), (EventKind::AddressDeleted, Some(newsroom.editor.id)));
        assert!(words(&see(&path, &cookie).await).contains("keine Adresse gespeichert"));
        assert_eq!(see(&format!("/tickets/{ticket}/address?report=unsinn"), &cookie).await.status, StatusCode::BAD_REQUEST);
    }

    async fn private_words_go_from_everywhere_they_are_stored(newsroom: TestNewsroom) {
        let secret = "Anna Geheimrat";
        let first = newsroom.reader().marks("Standart").suggests("Standard, sagt Anna Geheimrat").comments("Ich bin ANNA  GEHEIMRAT, 0171 555.").under_key("a").sends().await;
        newsroom.reader().marks("Standart").suggests("Standard").comments("Meine Nachbarin Anna Geheimrat sagt es auch.").proves_it_by("https://x.example/anna%20geheimrat").sends().await;
        let other = newsroom.reader().opens("b", "B").marks("Feler").comments("Anna Geheimrat hier.").sends().await;
        let ticket = first.ticket;
        newsroom.steps(&newsroom.editor, ticket, vec![Step::Note(format!("{secret} angerufen")), Step::Accept(format!("Standard, sagt {secret}"))]).await.unwrap();
        assert_eq!(searched(&newsroom, "geheimrat").await.len(), 2);
        let places = personal_data::find_words(&newsroom.services, &newsroom.editor, ticket, secret).await.unwrap();
        assert_eq!(places.iter().filter(|p| p.report.is_some()).count(), 3, "{places:#?}");
        let changed = personal_data::black_out_words(&newsroom.services, &newsroom.editor, ticket, "anna geheimrat").await.unwrap();
        assert!(changed > 5, "{changed}");

        let now = newsroom.ticket(ticket).await;
        assert_eq!(now.comment.as_deref(), Some("Ich bin █████, 0171 555."));
        assert_eq!(now.accepted_suggestion.as_deref(), Some("Standard, sagt █████"));
        assert!(now.suggestions.iter().any(|s| s.text == "Standard, sagt █████"), "{now:?}");
        let history = newsroom.history(ticket).await;
        assert!(history.iter().any(|e| e.event.details.note.as_deref() == Some("█████ angerufen")));
        let last = history.last().unwrap();
        assert_eq!((last.event.kind, last.event.details.note.clone()), (EventKind::BlackedOut, None), "who, not what");
        assert_eq!(searched(&newsroom, "geheimrat").await, [other.ticket], "the other article's ticket");
        assert!(newsroom.reports(ticket).await.iter().all(|r| !r.comment.as_deref().unwrap_or_default().to_lowercase().contains("geheimrat")));
        assert!(newsroom.reports(ticket).await[0].body_hash.is_none(), "its hash would tell whoever guesses");
        personal_data::black_out_words(&newsroom.services, &newsroom.editor, other.ticket, secret).await.unwrap();
        newsroom.services.store.wipe_deleted().await.unwrap();
        assert!(!newsroom.holds(secret).await && !newsroom.holds("ANNA  GEHEIMRAT").await, "in no row, and in SQLite in no byte");
        // A retry of the reader's is still the same report.
        let again = newsroom.reader().marks("Standart").suggests("Standard, sagt Anna Geheimrat").comments("Ich bin ANNA  GEHEIMRAT, 0171 555.").under_key("a").sends().await;
        assert_eq!(again.id, first.id);
    }

    async fn what_is_one_is_blacked_out_as_one_whichever_of_it_is_asked(newsroom: TestNewsroom) {
        let (services, editor, secret) = (&newsroom.services, &newsroom.editor, "Gerda Geheim");
        let first = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends().await.ticket;
        let second = newsroom.reader().of_kind("fact").marks("Standart").suggests("Standard, sagt Gerda Geheim").comments("Ich bin Gerda Geheim.").sends().await.ticket;
        let third = newsroom.reader().opens("b", "B").marks("Standart").suggests("Standard, sagt Gerda Geheim").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        merges(&newsroom, first, &[second, third]).await;
        assert!(newsroom.ticket(first).await.suggestions.iter().any(|s| s.text.contains(secret)), "the original shows what its doubles say");
        let letter = [(Lang::De, "Vielen Dank auch an Gerda Geheim!".to_owned())];
        let closes = vec![Step::Close(Closure::of(Resolution::Corrected))];
        ready_answers::decide_with_letters(services, (editor, act(&newsroom)), first, Seen::Anything, closes, &letter).await.unwrap();
        assert_eq!(searched(&newsroom, "gerda").await.len(), 3);

        let places = personal_data::find_words(services, editor, first, secret).await.unwrap();
        assert_eq!(places.iter().filter(|p| p.report.is_some()).count(), 3, "{places:#?}");
        assert!(places.iter().any(|p| p.field == Field::Letter), "{places:#?}");
        newsroom.clock.advance(1);
        personal_data::black_out_words(services, editor, second, secret).await.unwrap();
        assert!(!newsroom.holds(secret).await);
        assert!(searched(&newsroom, "gerda").await.is_empty());
        for id in [first, second, third] {
            let last = newsroom.history(id).await.pop().unwrap();
            assert_eq!((last.event.kind, last.editor), (EventKind::BlackedOut, Some(editor.id)), "{id}");
        }
        let letters = newsroom.new_letters().await;
        let anna = letters.iter().find(|l| l.to.contains("anna@")).unwrap();
        assert!(anna.text.contains("Vielen Dank auch an █████!"), "what has not left leaves without: {}", anna.text);
        // Counted anew, it does not come back.
        merge_tickets::part(services, editor, act(&newsroom), third).await.unwrap();
        assert!(newsroom.ticket(first).await.suggestions.iter().all(|s| !s.text.contains("Gerda")));
        assert!(!newsroom.holds(secret).await);
    }

    async fn readers_of_a_double_are_looked_after_on_the_page_of_its_original(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let first = newsroom.standart_is_reported().await;
        let receipt = newsroom.reader().marks("Die Antwort").leaves("bert@post.example").sends().await;
        merges(&newsroom, first, &[receipt.ticket]).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let page = ask(server.get(&format!("/tickets/{first}")).header("Cookie", &cookie)).await;
        let path = format!("/tickets/{first}/address?report={}", receipt.id);
        assert!(page.body.replace("&#x2f;", "/").contains(&path), "{}", page.body);
        let address = ask(server.get(&path).header("Cookie", &cookie)).await;
        assert_eq!(address.status, StatusCode::OK);
        assert!(address.body.contains("bert@post.example"), "{}", address.body);
        newsroom.clock.advance(1);
        let done = ask(server.post_form(&format!("/tickets/{first}/address"), &[("csrf", &csrf), ("report", &receipt.id.to_string())]).header("Cookie", &cookie)).await;
        assert_eq!(done.header("Location"), Some(format!("/tickets/{first}?looked=address-deleted").as_str()));
        assert_eq!(newsroom.count("contacts").await, 0);
        for id in [first, receipt.ticket] {
            assert_eq!(newsroom.history(id).await.pop().unwrap().event.kind, EventKind::AddressDeleted, "{id}");
        }
        // Another ticket's page shows it not.
        let other = newsroom.reader().marks("Hersteller").sends().await.ticket;
        let none = personal_data::contact(&newsroom.services, &newsroom.editor, other, receipt.id).await;
        assert!(matches!(none, Err(PersonalDataError::Unknown)));
    }

    async fn of_another_sites_double_nothing_is_read_or_changed(newsroom: TestNewsroom) {
        let services = &newsroom.services;
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let jonas = newsroom.add_editor_of("Jonas", Role::Editor, &[&newsroom.site]).await;
        let berta = newsroom.add_editor_of("Berta", Role::Editor, &[&elsewhere]).await;
        let first = newsroom.reader().marks("Standart").comments("Ich bin Gerda Geheim.").sends().await.ticket;
        let foreign = newsroom.reader_of(&elsewhere).marks("Feler").comments("Gerda Geheim hier.").leaves("bert@post.example").sends().await;
        newsroom.sql(&format!("UPDATE tickets SET duplicate_of = {} WHERE id = {}", first.0, foreign.ticket.0)).await;
        let places = personal_data::find_words(services, &jonas, first, "Gerda Geheim").await.unwrap();
        assert_eq!(places.len(), 1, "{places:#?}");
        personal_data::black_out_words(services, &jonas, first, "Gerda Geheim").await.unwrap();
        assert_eq!(newsroom.ticket(first).await.comment.as_deref(), Some("Ich bin █████."));
        assert_eq!(newsroom.ticket(foreign.ticket).await.comment.as_deref(), Some("Gerda Geheim hier."));
        assert_eq!(newsroom.history(foreign.ticket).await.len(), 1);
        for who in [&jonas, &berta] {
            let none = personal_data::contact(services, who, first, foreign.id).await;
            assert!(matches!(none, Err(PersonalDataError::Unknown)), "{}", who.name);
        }
        assert!(personal_data::contact(services, &berta, foreign.ticket, foreign.id).await.unwrap().is_some());
    }

    async fn what_cannot_be_blacked_out_is_said_and_nothing_is_changed(newsroom: TestNewsroom) {
        let vera = newsroom.add_editor("Vera", Role::Viewer).await;
        let ticket = newsroom.reader().marks("Standart").comments("Ich bin Anna.").sends().await.ticket;
        let tries = |words: &'static str| personal_data::black_out_words(&newsroom.services, &newsroom.editor, ticket, words);
        assert!(matches!(tries("Berta").await, Err(PersonalDataError::NotThere)));
        assert!(matches!(tries(" a ").await, Err(PersonalDataError::Length)));
        assert!(matches!(personal_data::black_out_words(&newsroom.services, &vera, ticket, "Anna").await, Err(PersonalDataError::ReadOnly)));
        assert_eq!(newsroom.history(ticket).await.len(), 1);

        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let sends = |words: &'static str, confirmed: &'static str| ask(server.post_form(&format!("/tickets/{ticket}/blackout"), &[("csrf", &csrf), ("words", words), ("confirmed", confirmed)]).header("Cookie", &cookie));
        for wrong in ["Berta", "", "x"] {
            let page = sends(wrong, "").await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            is_page(&page, Lang::De);
        }
        let preview = sends("anna", "").await;
        assert_eq!(preview.status, StatusCode::OK);
        insta::assert_snapshot!("blackout_preview_de", words(&preview));
        assert!(newsroom.ticket(ticket).await.comment.unwrap().contains("Anna"), "a preview changes nothing");
        assert_eq!(sends("anna", "yes").await.status, StatusCode::SEE_OTHER);
        assert_eq!(newsroom.ticket(ticket).await.comment.as_deref(), Some("Ich bin █████."));
    }
}
