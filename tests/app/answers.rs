//! Ready answers: a site's own words to its readers, their places, and a letter for one decision alone.

use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::ready_answer::{AnswerTo, BadAnswer};
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{Closure, Reason, Resolution, TicketState};
use fehlermelder::services::ready_answers::{self, AnswerError};
use poem::http::StatusCode;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

/// A ticket with two readers who confirmed their addresses, one of each language.
async fn ticket(newsroom: &TestNewsroom) -> TicketId {
    let id = newsroom
        .reader()
        .marks("Standart")
        .suggests("Standard")
        .leaves("anna@post.example")
        .sends()
        .await
        .ticket;
    newsroom
        .reader()
        .marks("Standart")
        .speaks(Lang::En)
        .leaves("bert@post.example")
        .sends()
        .await;
    newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
    newsroom.sql("DELETE FROM notifications").await;
    id
}

both_databases! {
    async fn a_site_writes_to_its_readers_in_its_own_words(newsroom: TestNewsroom) {
        let (services, site) = (&newsroom.services, newsroom.site.id);
        let text = "Liebe Leserin, lieber Leser,\n\nin „{title}“ haben Sie „{quote}“ markiert.\n{reason}\nIhr Vorschlag war: {suggestion}\nHinweis: {public_note}\n\n{newsroom}, {reference}";
        ready_answers::save(services, site, Lang::De, AnswerTo::NotAnError, text).await.unwrap();
        let unknown = ready_answers::save(services, site, Lang::De, AnswerTo::Corrected, "Zu {titel}").await;
        assert!(matches!(unknown, Err(AnswerError::Bad(BadAnswer::UnknownPlace(ref place))) if place == "{titel}"), "{unknown:?}");
        let id = ticket(&newsroom).await;
        newsroom.closes_as(id, Closure { reason: Some(Reason::HouseStyle), ..Closure::of(Resolution::NotAnError) }).await;
        let letters = newsroom.new_letters().await;
        let anna = letters.iter().find(|l| l.to.contains("anna@")).unwrap();
        insta::assert_snapshot!("own_answer_de", anna.to_be_seen());
        let bert = letters.iter().find(|l| l.to.contains("bert@")).unwrap();
        assert!(bert.text.contains("The newsroom") || bert.text.contains("checked"), "in English the usual words: {}", bert.text);
        ready_answers::save(services, site, Lang::De, AnswerTo::NotAnError, "").await.unwrap();
        assert_eq!(ready_answers::of_site(services, site).await.unwrap(), []);
    }

    async fn the_letter_is_shown_before_it_goes_and_changed_for_this_once(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let id = ticket(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let path = format!("/tickets/{id}");
        let page = ask(server.get(&path).header("Cookie", &cookie)).await;
        assert!(page.body.contains("Mail an 2 Personen ansehen"), "{}", page.body);
        assert!(page.body.contains("name=\"letter_de\"") && page.body.contains("name=\"letter_en\"") && page.body.contains("{title}"));
        let close = |letter: &'static str| {
            let fields = [("csrf", csrf.as_str()), ("version", "1"), ("resolution", "corrected"), ("letter_de", letter), ("letter_en", "")];
            ask(server.post_form(&format!("{path}/closure"), &fields).header("Cookie", &cookie))
        };
        let refused = close("Danke, {name}!").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Danke, {name}!") && refused.body.contains("{name} ist kein Platz"), "{}", refused.body);
        assert_eq!(newsroom.ticket(id).await.state, TicketState::New);
        assert_eq!(close("Danke für „{suggestion}“, und schöne Grüße!").await.status, StatusCode::SEE_OTHER);
        let letters = newsroom.new_letters().await;
        let anna = letters.iter().find(|l| l.to.contains("anna@")).unwrap();
        assert!(anna.text.contains("Danke für „Standard“, und schöne Grüße!") && !anna.text.contains("Die Stelle ist korrigiert"), "{}", anna.text);
        let bert = letters.iter().find(|l| l.to.contains("bert@")).unwrap();
        assert!(!bert.text.contains("Grüße"), "{}", bert.text);
        assert_eq!(newsroom.count("ready_answers").await, 0, "for this once only");
    }

    async fn an_admin_of_the_site_edits_its_answers(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let admin = newsroom.add_editor("Ada", Role::Admin).await;
        let (cookie, csrf) = signed_in(&newsroom, &admin).await;
        let path = format!("/sites/{}/answers", newsroom.site.key);
        let page = ask(server.get(&path).header("Cookie", &cookie)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Sie haben uns auf eine Stelle in „{title}“ hingewiesen."), "{}", page.body);
        let save = |body: &'static str, usual: &'static str| {
            let fields = [("csrf", csrf.as_str()), ("lang", "de"), ("answer_to", "corrected"), ("body", body), ("usual", usual)];
            ask(server.post_form(&path, &fields).header("Cookie", &cookie))
        };
        let refused = save("Zu {titel}", "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("{titel} ist kein Platz") && refused.body.contains("Zu {titel}"));
        let saved = save("Danke für „{quote}“!", "").await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        let page = ask(server.get(saved.header("Location").unwrap().split('#').next().unwrap()).header("Cookie", &cookie)).await;
        assert!(page.body.contains("Danke für „{quote}“!") && page.body.contains("Gespeichert."), "{}", page.body);
        assert_eq!(newsroom.count("ready_answers").await, 1);
        save("Danke für „{quote}“!", "yes").await;
        assert_eq!(newsroom.count("ready_answers").await, 0);
    }
}
