//! Editors take decisions back: by whom, until when, and what becomes of the mails that waited.

use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::ids::{ActId, TicketId};
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::ticket::{
    CannotUndo, Closure, Decided, EventKind, MAIL_WAITS, Reason, Resolution, Step, TicketState,
    UNDO_GRACE, UNDO_TIME,
};
use fehlermelder::services::triage_ticket::{self, Seen};
use fehlermelder::services::undo_act::{self, UndoError, Undone};
use futures_util::future::join;
use poem::http::StatusCode;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

/// Does something that can be taken back.
async fn acts(newsroom: &TestNewsroom, editor: &Editor, id: TicketId, steps: Vec<Step>) -> ActId {
    let act = ActId(newsroom.services.new_id());
    triage_ticket::act_on(&newsroom.services, editor, act, id, Seen::Anything, steps)
        .await
        .unwrap();
    act
}

async fn undoes(newsroom: &TestNewsroom, act: ActId) -> Result<Undone, UndoError> {
    undo_act::undo(&newsroom.services, &newsroom.editor, act).await
}

fn corrected() -> Vec<Step> {
    vec![Step::Close(Closure::of(Resolution::Corrected))]
}

async fn counters_are_right(newsroom: &TestNewsroom) {
    for &state in TicketState::ALL {
        let counted = newsroom
            .count(&format!("tickets WHERE state = '{state}'"))
            .await;
        let kept = newsroom.number(&format!("SELECT CAST(coalesce(sum(tickets), 0) AS bigint) AS number FROM ticket_counters WHERE state = '{state}'")).await;
        assert_eq!(kept, counted, "{state}");
    }
}

/// A ticket with a reader who confirmed an address; nothing is waiting in the outbox.
async fn ticket_of_anna(newsroom: &TestNewsroom) -> TicketId {
    let id = newsroom
        .reader()
        .marks("Standart")
        .suggests("Standard")
        .leaves("anna@post.example")
        .sends()
        .await
        .ticket;
    newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
    newsroom.sql("DELETE FROM notifications").await;
    id
}

both_databases! {
    async fn what_is_taken_back_is_as_it_was_and_the_mail_never_leaves(newsroom: TestNewsroom) {
        let id = ticket_of_anna(&newsroom).await;
        newsroom.steps(&newsroom.editor, id, vec![Step::Assign(Some(newsroom.editor.id))]).await.unwrap();
        let before = newsroom.ticket(id).await;
        let history = newsroom.history(id).await;
        let steps = vec![
            Step::Refine(Kind::Grammar), Step::Assign(None), Step::Note("Kein Fehler, siehe Duden.".into()),
            Step::Close(Closure { reason: Some(Reason::CorrectAsItIs), ..Closure::of(Resolution::NotAnError) }),
        ];
        let act = acts(&newsroom, &newsroom.editor, id, steps).await;
        // Another reader reports the same meanwhile, and stays counted.
        newsroom.clock.advance(UNDO_TIME - 1);
        newsroom.standart_is_reported().await;
        let reports = newsroom.ticket(id).await.report_count;
        assert_eq!(undoes(&newsroom, act).await.unwrap(), Undone { tickets: vec![id], refused: vec![] });
        let after = newsroom.ticket(id).await;
        assert_eq!(Decided::of(&after), Decided::of(&before));
        assert_eq!(after.report_count, reports);
        let now = newsroom.history(id).await;
        assert_eq!(now[..history.len()], history, "nothing was rewritten");
        let last = now.last().unwrap();
        assert_eq!((last.event.kind, last.event.details.undone, last.event.to), (EventKind::Undone, Some(act), Some(TicketState::Open)));
        newsroom.clock.advance(MAIL_WAITS);
        assert!(newsroom.new_letters().await.iter().all(|l| !l.to.contains("anna@")), "nobody is told");
        counters_are_right(&newsroom).await;
    }

    async fn it_is_taken_back_once_in_time_by_whoever_did_it_and_only_as_the_last_word(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let id = ticket_of_anna(&newsroom).await;
        let act = acts(&newsroom, &newsroom.editor, id, corrected()).await;
        let closed = newsroom.ticket(id).await;
        let not_his = undo_act::undo(&newsroom.services, &paul, act).await;
        assert!(matches!(not_his, Err(UndoError::Refused(CannotUndo::NotYours))), "{not_his:?}");
        newsroom.clock.advance(UNDO_TIME + UNDO_GRACE + 1);
        let late = undoes(&newsroom, act).await;
        assert!(matches!(late, Err(UndoError::Refused(CannotUndo::TooLate))), "{late:?}");
        assert_eq!(newsroom.ticket(id).await, closed);

        let reopened = acts(&newsroom, &newsroom.editor, id, vec![Step::Open]).await;
        newsroom.steps(&paul, id, vec![Step::Note("Ich sehe nach.".into())]).await.unwrap();
        let changed = undoes(&newsroom, reopened).await;
        assert!(matches!(changed, Err(UndoError::Refused(CannotUndo::ChangedSince))), "{changed:?}");

        let act = acts(&newsroom, &newsroom.editor, id, corrected()).await;
        undoes(&newsroom, act).await.unwrap();
        let again = undoes(&newsroom, act).await;
        assert!(matches!(again, Err(UndoError::Refused(CannotUndo::ChangedSince))), "{again:?}");
        let unknown = undoes(&newsroom, ActId(newsroom.services.new_id())).await;
        assert!(matches!(unknown, Err(UndoError::UnknownAct)), "{unknown:?}");
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let stranger = newsroom.add_editor_of("Stefan", Role::Admin, &[&elsewhere]).await;
        let foreign = undo_act::undo(&newsroom.services, &stranger, act).await;
        assert!(matches!(foreign, Err(UndoError::UnknownAct)), "{foreign:?}");
    }

    async fn one_act_on_many_tickets_is_taken_back_as_one_but_for_those_that_somebody_touched(newsroom: TestNewsroom) {
        let mut ids = Vec::new();
        for n in 0..4 {
            ids.push(newsroom.reader().marks(&format!("Feler {n:04}")).leaves(&format!("{n}@post.example")).sends().await.ticket);
        }
        let act = ActId(newsroom.services.new_id());
        let transaction = newsroom.services.store.begin().await.unwrap();
        for id in &ids {
            triage_ticket::act_on_in(&newsroom.services, &transaction, (&newsroom.editor, act), *id, Seen::Anything, corrected()).await.unwrap();
        }
        transaction.commit().await.unwrap();
        let offer = undo_act::offer(&newsroom.services, &newsroom.editor, act).await.unwrap().unwrap();
        assert_eq!((offer.tickets.len(), offer.event.details.resolution), (4, Some(Resolution::Corrected)));
        newsroom.steps(&newsroom.editor, ids[2], vec![Step::Note("Halt!".into())]).await.unwrap();
        let undone = undoes(&newsroom, act).await.unwrap();
        assert_eq!(undone.tickets, [ids[0], ids[1], ids[3]]);
        assert_eq!(undone.refused, [(ids[2], CannotUndo::ChangedSince)]);
        let owed = newsroom.count("notifications WHERE occasion = 'ticket_closed' AND state = 'pending'").await;
        assert_eq!(owed, 1, "the reader of the one that stays closed is told");
        counters_are_right(&newsroom).await;
        assert_eq!(undo_act::offer(&newsroom.services, &newsroom.editor, act).await.unwrap(), None);
    }

    async fn the_mail_waits_as_long_as_the_decision_can_be_taken_back_and_then_leaves_once(newsroom: TestNewsroom) {
        let id = ticket_of_anna(&newsroom).await;
        let act = acts(&newsroom, &newsroom.editor, id, corrected()).await;
        newsroom.clock.advance(UNDO_TIME + UNDO_GRACE);
        assert_eq!(newsroom.delivery().round().await.unwrap().claimed, 0);
        // A reader who confirms an address just now does not hasten it either.
        let contacts = fehlermelder::storage::contacts::of_ticket_and_doubles(newsroom.services.store.reader(), id).await.unwrap();
        let contacts: Vec<_> = contacts.iter().map(|c| c.id).collect();
        fehlermelder::storage::notifications::hasten_of_address(newsroom.services.store.reader(), &contacts, newsroom.services.now()).await.unwrap();
        assert_eq!(newsroom.delivery().round().await.unwrap().claimed, 0);
        newsroom.clock.advance(MAIL_WAITS - UNDO_TIME - UNDO_GRACE);
        assert_eq!(newsroom.delivery().round().await.unwrap().tried, 1);
        assert_eq!(newsroom.letters().len(), 1);
        assert!(undoes(&newsroom, act).await.is_err());
        assert_eq!(newsroom.delivery().round().await.unwrap().claimed, 0);
    }

    async fn of_undo_and_the_mail_worker_at_the_same_moment_one_wins(newsroom: TestNewsroom) {
        let (other_instance, _) = newsroom.second_instance().await;
        let (mut sent, mut undone) = (0, 0);
        for round in 0..12 {
            let id = newsroom.reader().marks(&format!("Feler {round:04}")).leaves(&format!("{round}@post.example")).sends().await.ticket;
            newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
            newsroom.sql("DELETE FROM notifications").await;
            let act = acts(&newsroom, &newsroom.editor, id, corrected()).await;
            // As if the clocks of two instances differed: the mail is due while the decision can still be taken back.
            newsroom.sql("UPDATE notifications SET due_at = 1").await;
            let known = newsroom.letters().len();
            let delivery = newsroom.delivery();
            let (delivered, taken_back) = Box::pin(join(delivery.round(), undo_act::undo(&other_instance, &newsroom.editor, act))).await;
            delivered.unwrap();
            newsroom.delivers().await;
            let letters = newsroom.letters().len() - known;
            let state = newsroom.ticket(id).await.state;
            match taken_back {
                Ok(_) => { undone += 1; assert_eq!((letters, state), (0, TicketState::New), "round {round}"); }
                Err(UndoError::Refused(CannotUndo::TooLate)) => { sent += 1; assert_eq!((letters, state), (1, TicketState::Closed), "round {round}"); }
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(sent + undone, 12);
    }

    async fn an_alert_waits_while_the_closing_can_be_taken_back_and_a_reader_while_the_reopening_can(newsroom: TestNewsroom) {
        let id = newsroom.reader().marks("Standart").leaves("anna@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications WHERE occasion = 'address_confirmation'").await;
        let closed = acts(&newsroom, &newsroom.editor, id, corrected()).await;
        newsroom.delivery().round().await.unwrap();
        assert_eq!(newsroom.letters().len(), 0);
        undoes(&newsroom, closed).await.unwrap();
        newsroom.clock.advance(MAIL_WAITS);
        newsroom.delivery().round().await.unwrap();
        assert_eq!(newsroom.letters().len(), 1, "the alert comes after all");

        acts(&newsroom, &newsroom.editor, id, corrected()).await;
        newsroom.clock.advance(UNDO_TIME);
        let reopened = acts(&newsroom, &newsroom.editor, id, vec![Step::Open]).await;
        newsroom.clock.advance(UNDO_GRACE + 2_000);
        newsroom.delivery().round().await.unwrap();
        undoes(&newsroom, reopened).await.unwrap();
        newsroom.clock.advance(MAIL_WAITS);
        newsroom.delivery().round().await.unwrap();
        let letters = newsroom.letters();
        assert_eq!(letters.iter().filter(|l| l.to.contains("anna@")).count(), 1, "the closing stands again, and is told once: {letters:#?}");
    }

    async fn the_page_after_a_decision_offers_to_take_it_back_without_script(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let server = TestServer::of(&newsroom).await;
        let id = ticket_of_anna(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let closed = ask(server.post_form(&format!("/tickets/{id}/closure"), &[("csrf", &csrf), ("version", "1"), ("resolution", "corrected")]).header("Cookie", &cookie)).await;
        let offered = closed.header("Location").unwrap().to_owned();
        let act = offered.strip_prefix(&format!("/tickets/{id}?act=")).unwrap().to_owned();
        let page = ask(server.get(&offered).header("Cookie", &cookie)).await;
        assert!(page.body.contains(&format!("action=\"/acts/{act}/undoing\"")) && page.body.contains("data-action=\"undo\""), "{}", page.body);
        assert!(page.body.contains("data-undo=\"10\""));
        let (pauls_cookie, pauls_csrf) = signed_in(&newsroom, &paul).await;
        let pauls = ask(server.get(&offered).header("Cookie", &pauls_cookie)).await;
        assert!(!pauls.body.contains("/undoing"), "it is no business of Paul's");
        let undo = |csrf: &str, cookie: &str| ask(server.post_form(&format!("/acts/{act}/undoing"), &[("csrf", csrf), ("back", &offered)]).header("Cookie", cookie));
        assert_eq!(undo("x", &cookie).await.status, StatusCode::FORBIDDEN);
        assert_eq!(undo(&pauls_csrf, &pauls_cookie).await.header("Location"), Some(&*format!("/tickets/{id}?undone=not-yours")));
        let undone = undo(&csrf, &cookie).await;
        assert_eq!((undone.status, undone.header("Location")), (StatusCode::SEE_OTHER, Some(&*format!("/tickets/{id}?undone=yes"))));
        assert_eq!(newsroom.ticket(id).await.state, TicketState::New);
        let page = ask(server.get(&format!("/tickets/{id}?undone=yes")).header("Cookie", &cookie)).await;
        assert!(page.body.contains("Alles ist wie vorher"), "{}", page.body);
        let page = ask(server.get(&offered).header("Cookie", &cookie)).await;
        assert!(!page.body.contains("/undoing"), "it was taken back already");
        assert_eq!(undo(&csrf, &cookie).await.header("Location"), Some(&*format!("/tickets/{id}?undone=changed")));
    }

    async fn who_decides_anew_and_takes_that_back_leaves_the_reader_the_word_before(newsroom: TestNewsroom) {
        let id = ticket_of_anna(&newsroom).await;
        acts(&newsroom, &newsroom.editor, id, corrected()).await;
        newsroom.clock.advance(1_000);
        let closure = Closure { reason: Some(Reason::CorrectAsItIs), ..Closure::of(Resolution::NotAnError) };
        let anew = acts(&newsroom, &newsroom.editor, id, vec![Step::Open, Step::Close(closure)]).await;
        newsroom.clock.advance(1_000);
        undoes(&newsroom, anew).await.unwrap();
        assert_eq!(newsroom.ticket(id).await.resolution, Some(Resolution::Corrected));
        newsroom.clock.advance(2 * MAIL_WAITS);
        let mut letters = newsroom.new_letters().await;
        letters.retain(|l| l.to.contains("anna@"));
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].subject.contains("Korrigiert"), "{}", letters[0].subject);
    }
}
