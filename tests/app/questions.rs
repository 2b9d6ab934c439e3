//! An editor asks the readers; one of them answers on the own page, without script, and the ticket comes back.

use fehlermelder::domain::ids::{ActId, TicketId};
use fehlermelder::domain::question::{MAX_READER_ANSWER, MAX_READER_ANSWERS, Question};
use fehlermelder::domain::ready_answer::AnswerTo;
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{EventKind, Resolution, Step, TicketState};
use fehlermelder::services::answer_question::{self, AnswerError};
use fehlermelder::services::file_report::Receipt;
use fehlermelder::services::triage_ticket::{self, Seen};
use fehlermelder::services::{
    follow_report, merge_tickets, personal_data, ready_answers, split_ticket, undo_act,
};
use poem::http::StatusCode;

use crate::browsing::searched;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

/// Two readers who confirmed their addresses, one of each language; nothing waits in the outbox.
async fn anna_and_bert(newsroom: &TestNewsroom) -> (Receipt, Receipt) {
    let anna = newsroom
        .reader()
        .marks("Standart")
        .suggests("Standard")
        .leaves("anna@post.example")
        .sends()
        .await;
    let bert = newsroom
        .reader()
        .marks("Standart")
        .speaks(Lang::En)
        .leaves("bert@post.example")
        .sends()
        .await;
    newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
    newsroom.sql("DELETE FROM notifications").await;
    (anna, bert)
}

async fn asks(newsroom: &TestNewsroom, id: TicketId, text: &str) -> ActId {
    let act = ActId(newsroom.services.new_id());
    let question = Question {
        lang: Lang::De,
        text: text.to_owned(),
    };
    let steps = vec![Step::Ask(vec![question])];
    let services = &newsroom.services;
    triage_ticket::act_on(services, &newsroom.editor, act, id, Seen::Anything, steps)
        .await
        .unwrap();
    act
}

both_databases! {
    async fn a_question_goes_to_the_readers_and_the_answer_brings_the_ticket_back(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (anna, _) = anna_and_bert(&newsroom).await;
        let id = anna.ticket;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let page = ask(server.get(&format!("/tickets/{id}")).header("Cookie", &cookie)).await;
        assert!(page.body.contains("2 Personen mit bestätigter Adresse bekommen die Frage") && page.body.contains("name=\"question_en\""), "{}", page.body);
        assert!(page.body.contains("Dazu haben wir eine Frage:\n\n{question}"), "the mail is shown before it goes: {}", page.body);
        let submit = |question: &str| {
            let fields = [("csrf", csrf.as_str()), ("version", "1"), ("question_de", question), ("question_en", "")];
            ask(server.post_form(&format!("/tickets/{id}/question"), &fields).header("Cookie", &cookie))
        };
        let empty = submit(" ").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.body.contains("Bitte ausfüllen"), "{}", empty.body);
        let long = submit(&"x".repeat(2_001)).await;
        assert!(long.status == StatusCode::UNPROCESSABLE_ENTITY && long.body.contains("Höchstens 2000 Zeichen"), "{}", long.status);
        let sent = submit("Auf welcher Seite\nder Studie steht das?").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let offered = ask(server.get(sent.header("Location").unwrap()).header("Cookie", &cookie)).await;
        assert!(offered.body.contains("Rückfrage gestellt") && offered.body.contains("/undoing"), "{}", offered.body);
        let ticket = newsroom.ticket(id).await;
        assert_eq!((ticket.state, ticket.snoozed_until.is_some()), (TicketState::Waiting, true));

        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "who was not asked in the own language is not asked");
        insta::assert_snapshot!("question_de", letters[0].to_be_seen());

        let mine = format!("/r/{}", anna.status_token);
        let page = ask(server.get(&mine)).await;
        assert!(page.body.contains("Die Redaktion hat eine Frage") && page.body.contains("der Studie steht das?"), "{}", page.body);
        let answer = |text: &str| ask(server.post_form(&mine, &[("action", "answer"), ("answer", text)]));
        let nothing = answer("  ").await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let long = answer(&"ä".repeat(MAX_READER_ANSWER + 1)).await;
        assert!(long.status == StatusCode::UNPROCESSABLE_ENTITY && long.body.contains("äää"), "what was typed is not lost");
        let done = answer("Auf Seite 12.\n<b>Wirklich</b>.").await;
        assert_eq!((done.status, done.header("Location")), (StatusCode::SEE_OTHER, Some(format!("{mine}?done=answer#question").as_str())));
        let page = ask(server.get(&format!("{mine}?done=answer"))).await;
        assert!(page.body.contains("Danke, Ihre Antwort liegt der Redaktion vor.") && page.body.contains("&lt;b&gt;Wirklich"), "{}", page.body);

        let ticket = newsroom.ticket(id).await;
        assert_eq!((ticket.state, ticket.snoozed_until), (TicketState::Open, None));
        let last = newsroom.history(id).await.pop().unwrap();
        assert_eq!((last.event.kind, last.editor, last.event.details.report), (EventKind::Answered, None, Some(anna.id)));
        let page = ask(server.get(&format!("/tickets/{id}")).header("Cookie", &cookie)).await;
        assert!(page.body.contains("Rückfrage beantwortet") && page.body.contains("Auf Seite 12."), "{}", page.body);
        assert_eq!(searched(&newsroom, "wirklich").await, [id]);
        // Maria asked, and so follows: she is told, without the reader's words.
        newsroom.clock.advance(fehlermelder::domain::clock::HOUR);
        let letters = newsroom.new_letters().await;
        let told = letters.iter().find(|l| l.to.contains("maria@")).unwrap();
        assert!(told.text.contains("Rückfrage beantwortet") && !told.text.contains("Seite 12"), "{}", told.text);
    }

    async fn a_question_is_taken_back_with_its_mail(newsroom: TestNewsroom) {
        let (anna, _) = anna_and_bert(&newsroom).await;
        let act = asks(&newsroom, anna.ticket, "Welche Seite?").await;
        let services = &newsroom.services;
        assert_eq!(follow_report::find(services, &anna.status_token).await.unwrap().unwrap().questions.len(), 1);
        undo_act::undo(services, &newsroom.editor, act).await.unwrap();
        assert_eq!(newsroom.ticket(anna.ticket).await.state, TicketState::New);
        assert!(newsroom.new_letters().await.is_empty());
        assert_eq!(follow_report::find(services, &anna.status_token).await.unwrap().unwrap().questions, []);
        let late = answer_question::answer(services, &anna.status_token, "Seite 12.").await;
        assert!(matches!(late, Err(AnswerError::NotAsked)), "{late:?}");
    }

    async fn what_is_closed_or_withdrawn_takes_no_answer_and_no_mail_asks_for_it(newsroom: TestNewsroom) {
        let services = &newsroom.services;
        let (anna, bert) = anna_and_bert(&newsroom).await;
        asks(&newsroom, anna.ticket, "Welche Seite?").await;
        newsroom.closes(anna.ticket, Resolution::Corrected).await;
        let letters = newsroom.new_letters().await;
        assert!(letters.iter().all(|l| !l.text.contains("Welche Seite?")), "only the closing is told");
        let late = answer_question::answer(services, &anna.status_token, "Seite 12.").await;
        assert!(matches!(late, Err(AnswerError::NotAsked)), "{late:?}");
        newsroom.reopens(anna.ticket).await;
        follow_report::withdraw(services, &bert.status_token).await.unwrap();
        let gone = answer_question::answer(services, &bert.status_token, "Seite 12.").await;
        assert!(matches!(gone, Err(AnswerError::NotAsked)), "{gone:?}");
        let nobody = answer_question::answer(services, "x", "Seite 12.").await;
        assert!(matches!(nobody, Err(AnswerError::UnknownReport)), "{nobody:?}");
    }

    async fn the_readers_words_are_few_and_go_where_they_are_to_go(newsroom: TestNewsroom) {
        let services = &newsroom.services;
        let (anna, bert) = anna_and_bert(&newsroom).await;
        let id = anna.ticket;
        asks(&newsroom, id, "Welche Seite?").await;
        for n in 0..MAX_READER_ANSWERS {
            let words = format!("Anna Geheimrat, Seite {n}");
            answer_question::answer(services, &anna.status_token, &words).await.unwrap();
            answer_question::answer(services, &anna.status_token, &words).await.unwrap();
        }
        let more = answer_question::answer(services, &anna.status_token, "Noch etwas.").await;
        assert!(matches!(more, Err(AnswerError::TooMany)), "{more:?}");
        answer_question::answer(services, &bert.status_token, "Bert Berlinger").await.unwrap();
        personal_data::black_out_words(services, &newsroom.editor, id, "Berlinger").await.unwrap();
        assert!(!newsroom.holds("Berlinger").await);
        follow_report::withdraw(services, &anna.status_token).await.unwrap();
        assert!(!newsroom.holds("Geheimrat").await);
        assert_eq!(newsroom.count("report_answers").await, 1);
    }

    async fn whoever_was_asked_sees_the_question_and_answers_wherever_the_report_went_since(newsroom: TestNewsroom) {
        let services = &newsroom.services;
        let (anna, bert) = anna_and_bert(&newsroom).await;
        newsroom.clock.advance(1);
        let late = newsroom.reader().marks("Standart").leaves("carla@post.example").sends().await;
        let other = newsroom.reader().marks("Die Antwort").leaves("dora@post.example").sends().await;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        assert!(late.ticket == anna.ticket && other.ticket != anna.ticket);
        let question = async |token: &str| {
            let found = follow_report::find(services, token).await.unwrap().unwrap();
            found.questions.first().map(|q| q.text.clone())
        };
        let act = || ActId(services.new_id());
        let (first, second) = (anna.ticket, other.ticket);

        // Dora was asked about the ticket that is merged then.
        asks(&newsroom, second, "Welche Antwort?").await;
        assert_eq!(newsroom.new_letters().await.len(), 1);
        merge_tickets::merge(services, &newsroom.editor, act(), first, &[second]).await.unwrap();
        assert_eq!(question(&other.status_token).await.as_deref(), Some("Welche Antwort?"));
        assert_eq!(question(&anna.status_token).await, None, "nobody asked Anna");
        answer_question::answer(services, &other.status_token, "Die auf Seite 3.").await.unwrap();
        let last = newsroom.history(first).await.pop().unwrap();
        assert_eq!((last.event.kind, last.event.details.report), (EventKind::Answered, Some(other.id)), "it comes to where the work goes on");

        // Then all readers of the merged are asked: the later ones and those of the double too.
        newsroom.clock.advance(1_000);
        asks(&newsroom, first, "Welche Seite?").await;
        assert_eq!(newsroom.new_letters().await.iter().filter(|l| l.text.contains("Welche Seite?")).count(), 3);
        for reader in [&anna, &bert, &late, &other] {
            assert_eq!(question(&reader.status_token).await.as_deref(), Some("Welche Seite?"));
        }

        // Parted and split off they are asked still.
        newsroom.clock.advance(1_000);
        merge_tickets::part(services, &newsroom.editor, act(), second).await.unwrap();
        let new = split_ticket::split(services, &newsroom.editor, act(), first, Seen::Anything, &[late.id]).await.unwrap();
        for (reader, ticket) in [(&other, second), (&late, new.id), (&anna, first)] {
            assert_eq!(question(&reader.status_token).await.as_deref(), Some("Welche Seite?"), "{ticket}");
            let words = format!("Auf der Seite von {ticket}.");
            answer_question::answer(services, &reader.status_token, &words).await.unwrap();
            let last = newsroom.history(ticket).await.pop().unwrap();
            assert_eq!((last.event.kind, last.event.details.report), (EventKind::Answered, Some(reader.id)));
        }
        let server = TestServer::of(&newsroom).await;
        for (reader, own) in [(&other, second), (&late, new.id), (&anna, first)] {
            let page = ask(server.get(&format!("/r/{}", reader.status_token))).await;
            for ticket in [first, second, new.id] {
                let shown = page.body.contains(&format!("Auf der Seite von {ticket}."));
                assert_eq!(shown, ticket == own, "{own} sees no other reader's answer");
            }
        }

        // What is decided is asked no more.
        newsroom.clock.advance(1_000);
        newsroom.closes(new.id, Resolution::Corrected).await;
        assert_eq!(question(&late.status_token).await, None);
        newsroom.reopens(new.id).await;
        assert_eq!(question(&late.status_token).await, None, "nor when it is looked at again");
    }

    async fn a_site_asks_in_its_own_words(newsroom: TestNewsroom) {
        let (anna, _) = anna_and_bert(&newsroom).await;
        let own = "Liebe Leserin, lieber Leser,\n\n{question}\n\nEs geht um „{quote}“ in „{title}“.\n{reason}";
        ready_answers::save(&newsroom.services, newsroom.site.id, Lang::De, AnswerTo::Question, own).await.unwrap();
        asks(&newsroom, anna.ticket, "Welche {title}?").await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains("Welche {title}?\n\nEs geht um „Standart“ in „Der neue Standard“."), "{}", letters[0].text);
    }
}
