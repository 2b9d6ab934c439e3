//! How an error of fact came about: asked once it was corrected, kept with the ticket, told by the statistics.

use fehlermelder::domain::cause::Cause;
use fehlermelder::domain::clock::MINUTE;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::ticket::{EventKind, InvalidStep, Resolution, Step};
use fehlermelder::services::triage_ticket::TriageError;
use fehlermelder::services::{statistics, undo_act};
use poem::http::StatusCode;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

/// A fact that was corrected.
async fn corrected_fact(newsroom: &TestNewsroom) -> TicketId {
    let id = newsroom
        .reader()
        .marks("Hannover")
        .suggests("Hamburg")
        .of_kind("fact")
        .sends()
        .await
        .ticket;
    newsroom.closes(id, Resolution::Corrected).await;
    id
}

both_databases! {
    async fn it_is_asked_of_corrected_facts_and_of_nothing_else(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let id = corrected_fact(&newsroom).await;
        let see = |id: TicketId| ask(server.get(&format!("/tickets/{id}")).header("Cookie", &cookie));
        assert!(see(id).await.body.contains("Wie kam es zu dem Fehler?"));
        let spelling = newsroom.standart_is_reported().await;
        newsroom.closes(spelling, Resolution::Corrected).await;
        assert!(!see(spelling).await.body.contains("Wie kam es zu dem Fehler?"));
        let refused = newsroom.steps(&newsroom.editor, spelling, vec![Step::NameCause(Some(Cause::Source))]).await;
        assert!(matches!(refused, Err(TriageError::Invalid(InvalidStep::CauseOutOfPlace))), "{refused:?}");

        let name = |version: i64, cause: &'static str| {
            let version = version.to_string();
            let fields = [("csrf", csrf.as_str()), ("version", version.as_str()), ("cause", cause)];
            ask(server.post_form(&format!("/tickets/{id}/cause"), &fields).header("Cookie", &cookie))
        };
        assert_eq!(name(2, "laziness").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let named = name(2, "transcription").await;
        assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.body);
        assert_eq!(newsroom.ticket(id).await.cause, Some(Cause::Transcription));
        let page = see(id).await;
        assert!(page.body.contains("Ursache: Zahl, Name oder Datum falsch abgeschrieben") && page.body.contains("Ursache ändern"), "{}", page.body);
        let last = newsroom.history(id).await.pop().unwrap();
        assert_eq!((last.event.kind, last.event.details.cause), (EventKind::CauseNamed, Some(Cause::Transcription)));
        undo_act::undo(&newsroom.services, &newsroom.editor, last.act.unwrap()).await.unwrap();
        assert_eq!(newsroom.ticket(id).await.cause, None);

        name(4, "editing").await;
        newsroom.reopens(id).await;
        assert_eq!(newsroom.ticket(id).await.cause, None, "what is open again has none");
    }

    async fn the_statistics_tell_it_by_cause(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let id = corrected_fact(&newsroom).await;
        newsroom.steps(&newsroom.editor, id, vec![Step::NameCause(Some(Cause::Agency))]).await.unwrap();
        let count = async || {
            newsroom.clock.advance(2 * MINUTE);
            statistics::count_news(&newsroom.services).await.unwrap();
            let json = ask(server.get("/statistics.json").header("Cookie", &cookie)).await.json();
            json["statistics"].as_array().unwrap().iter().map(|line| line["causes"]["agency"].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!(count().await, 1);
        let page = ask(server.get("/statistics").header("Cookie", &cookie)).await;
        assert!(page.body.contains("Wie Sachfehler entstanden") && page.body.contains("Aus einer Agentur- oder Pressemeldung"), "{}", page.body);
        let csv = ask(server.get("/statistics.csv").header("Cookie", &cookie)).await;
        assert!(csv.body.contains("cause_agency"), "{}", csv.body);
        // A mistake of spelling after all: it counts for nothing.
        newsroom.steps(&newsroom.editor, id, vec![Step::Refine(Kind::Spelling)]).await.unwrap();
        assert_eq!(count().await, 0);
        newsroom.steps(&newsroom.editor, id, vec![Step::Refine(Kind::Fact)]).await.unwrap();
        assert_eq!(count().await, 1);
        newsroom.steps(&newsroom.editor, id, vec![Step::Open]).await.unwrap();
        assert_eq!(count().await, 0);
    }
}
