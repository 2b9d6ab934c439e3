//! A ticket that is set aside until another report: the report brings it back, whichever way it comes.

use fehlermelder::domain::clock::{DAY, HOUR};
use fehlermelder::domain::ids::ActId;
use fehlermelder::domain::ticket::{Closure, EventKind, Resolution, Step, TicketState};
use fehlermelder::services::triage_ticket::{self, Seen};
use fehlermelder::services::undo_act;
use poem::http::StatusCode;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

async fn counters_are_right(newsroom: &TestNewsroom) {
    for &state in TicketState::ALL {
        let counted = newsroom
            .count(&format!("tickets WHERE state = '{state}'"))
            .await;
        let kept = newsroom.number(&format!("SELECT CAST(coalesce(sum(tickets), 0) AS bigint) AS number FROM ticket_counters WHERE state = '{state}'")).await;
        assert_eq!(kept, counted, "{state}");
    }
}

both_databases! {
    async fn another_report_brings_it_back_and_whoever_set_it_aside_is_told(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let id = newsroom.standart_is_reported().await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let fields = [("csrf", csrf.as_str()), ("version", "1"), ("until", "report")];
        let sent = ask(server.post_form(&format!("/tickets/{id}/snooze"), &fields).header("Cookie", &cookie)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let page = ask(server.get(&format!("/tickets/{id}")).header("Cookie", &cookie)).await;
        assert!(page.body.contains("sobald ein weiterer Hinweis kommt"), "{}", page.body);
        newsroom.delivers().await;

        // Time alone does not.
        newsroom.clock.advance(400 * DAY);
        assert_eq!(triage_ticket::wake_snoozed(&newsroom.services).await.unwrap(), 0);
        assert_eq!(newsroom.ticket(id).await.state, TicketState::Snoozed);

        let version = newsroom.ticket(id).await.version;
        assert_eq!(newsroom.standart_is_reported().await, id);
        let ticket = newsroom.ticket(id).await;
        assert_eq!((ticket.state, ticket.report_count, ticket.version), (TicketState::Open, 2, version + 1));
        let last = newsroom.history(id).await.pop().unwrap();
        assert_eq!((last.event.kind, last.event.from, last.event.to, last.editor), (EventKind::Woken, Some(TicketState::Snoozed), Some(TicketState::Open), None));
        counters_are_right(&newsroom).await;
        newsroom.clock.advance(HOUR);
        let letters = newsroom.new_letters().await;
        assert!(letters.iter().any(|l| l.to.contains("maria@") && l.text.contains("Ein weiterer Hinweis ist da")), "{letters:#?}");

        // The next one is only counted, and intake's memory of the article is right.
        let history = newsroom.history(id).await.len();
        assert_eq!(newsroom.standart_is_reported().await, id);
        assert_eq!((newsroom.ticket(id).await.report_count, newsroom.history(id).await.len()), (3, history));
        // What is set aside until a day stays aside.
        let until = newsroom.services.now() + DAY;
        newsroom.steps(&newsroom.editor, id, vec![Step::Snooze { until }]).await.unwrap();
        newsroom.standart_is_reported().await;
        assert_eq!(newsroom.ticket(id).await.state, TicketState::Snoozed);
        counters_are_right(&newsroom).await;
    }

    async fn many_reports_at_once_bring_it_back_once(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        newsroom.steps(&newsroom.editor, id, vec![Step::SnoozeUntilReport]).await.unwrap();
        let many = (0..20).map(|_| newsroom.standart_is_reported());
        for joined in futures_util::future::join_all(many).await {
            assert_eq!(joined, id);
        }
        let woken = newsroom.history(id).await.iter().filter(|e| e.event.kind == EventKind::Woken).count();
        assert_eq!((woken, newsroom.ticket(id).await.report_count), (1, 21));
        counters_are_right(&newsroom).await;
    }

    async fn a_double_brings_its_original_back_and_the_undo_sets_it_aside_again(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        newsroom.steps(&newsroom.editor, id, vec![Step::SnoozeUntilReport]).await.unwrap();
        let double = newsroom.reader().marks("künftig").sends().await.ticket;
        let act = ActId(newsroom.services.new_id());
        let merge = vec![Step::Close(Closure { duplicate_of: Some(id), ..Closure::of(Resolution::Duplicate) })];
        triage_ticket::act_on(&newsroom.services, &newsroom.editor, act, double, Seen::Anything, merge).await.unwrap();
        assert_eq!((newsroom.ticket(id).await.state, newsroom.ticket(id).await.report_count), (TicketState::Open, 2));
        counters_are_right(&newsroom).await;
        undo_act::undo(&newsroom.services, &newsroom.editor, act).await.unwrap();
        let ticket = newsroom.ticket(id).await;
        assert_eq!((ticket.state, ticket.snoozed_until, ticket.report_count), (TicketState::Snoozed, None, 1));
        assert_eq!(newsroom.ticket(double).await.state, TicketState::New);
        counters_are_right(&newsroom).await;
    }
}
