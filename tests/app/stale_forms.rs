//! A form that was open while somebody else decided: told what happened, nothing typed is lost, and one button applies it all the same.

use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::ticket::{Closure, EventKind, Reason, Resolution, Step, TicketState};
use poem::http::StatusCode;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{Answer, TestServer, ask, signed_in};

/// Sends a decision with those fields.
async fn decide(
    server: &TestServer,
    (cookie, csrf): (&str, &str),
    (id, action): (TicketId, &str),
    version: i64,
    more: &[(&str, &str)],
) -> Answer {
    let version = version.to_string();
    let mut fields = vec![("csrf", csrf), ("version", version.as_str())];
    fields.extend_from_slice(more);
    let path = format!("/tickets/{id}/{action}");
    ask(server.post_form(&path, &fields).header("Cookie", cookie)).await
}

both_databases! {
    async fn what_changed_meanwhile_is_told_and_the_decision_can_be_applied_anyway(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let who = (cookie.as_str(), csrf.as_str());
        let paul = newsroom.add_editor("Paul", fehlermelder::domain::editor::Role::Editor).await;
        let id = newsroom.standart_is_reported().await;
        newsroom.steps(&newsroom.editor, id, vec![Step::Note("Vorher.".into())]).await.unwrap();
        let seen = newsroom.ticket(id).await.version;
        let opinion = Closure { reason: Some(Reason::MatterOfOpinion), ..Closure::of(Resolution::NotAnError) };
        newsroom.steps(&paul, id, vec![Step::Refine(fehlermelder::domain::kind::Kind::Fact), Step::Close(opinion)]).await.unwrap();

        let typed = [("resolution", "corrected"), ("public_note", "In einer früheren Fassung stand „Standart“.")];
        let told = decide(&server, who, (id, "closure"), seen, &typed).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        let alert = told.body.split("role=\"alert\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(alert.contains("Paul") && alert.contains("Ansichtssache") && alert.contains("Sachfehler"), "{alert}");
        assert!(!alert.contains("Vorher."), "what was seen is not told again: {alert}");
        assert!(alert.contains("Trotzdem anwenden") && alert.contains("wieder geöffnet"), "{alert}");
        assert!(alert.contains("name=\"public_note\" value=\"In einer früheren Fassung stand „Standart“.\""), "{alert}");
        assert_eq!(newsroom.ticket(id).await.resolution, Some(Resolution::NotAnError), "nothing was overwritten");

        let now = newsroom.ticket(id).await.version;
        let anyway = [typed[0], typed[1], ("anyway", "yes")];
        let done = decide(&server, who, (id, "closure"), now, &anyway).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let ticket = newsroom.ticket(id).await;
        assert_eq!((ticket.state, ticket.resolution), (TicketState::Closed, Some(Resolution::Corrected)));
        assert_eq!(ticket.public_note.as_deref(), Some("In einer früheren Fassung stand „Standart“."));
        let kinds: Vec<EventKind> = newsroom.history(id).await.iter().map(|e| e.event.kind).collect();
        assert!(kinds.ends_with(&[EventKind::Closed, EventKind::Reopened, EventKind::Closed]), "{kinds:?}");

        // Whoever presses it on a page that is old again is told again.
        let again = decide(&server, who, (id, "closure"), now, &anyway).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
    }

    async fn what_was_done_by_somebody_else_already_is_not_offered_again(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let who = (cookie.as_str(), csrf.as_str());
        let id = newsroom.standart_is_reported().await;
        newsroom.closes(id, Resolution::Corrected).await;
        let told = decide(&server, who, (id, "closure"), 1, &[("resolution", "corrected")]).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        assert!(!told.body.contains("name=\"anyway\""), "{}", told.body);
        let note = decide(&server, who, (id, "notes"), 1, &[("note", "Ich rufe an.")]).await;
        assert_eq!(note.status, StatusCode::CONFLICT);
        assert!(note.body.contains("name=\"anyway\"") && note.body.contains("name=\"note\" value=\"Ich rufe an.\""), "{}", note.body);
    }
}
