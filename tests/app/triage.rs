//! Editors decide: each step, who may take it, what it leaves behind and whom it is told to.

use fehlermelder::domain::clock::{DAY, Entropy as _, HOUR, SeededEntropy};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::{ActId, EditorId, TicketId};
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{
    Closure, EventKind, InvalidStep, Reason, Resolution, Step, TicketState,
};
use fehlermelder::services::ready_answers;
use fehlermelder::services::triage_ticket::{self, Seen, TriageError};
use fehlermelder::storage::tickets;
use futures_util::future::join;
use uuid::Uuid;

use crate::support::database::both_databases;
use crate::support::newsroom::{MONDAY_MORNING, TestNewsroom};

/// The step that leads to a state.
fn to(state: TicketState) -> Step {
    match state {
        TicketState::New | TicketState::Open => Step::Open,
        TicketState::Waiting => Step::Wait,
        TicketState::Snoozed => Step::Snooze {
            until: MONDAY_MORNING + 10 * DAY,
        },
        TicketState::Closed => Step::Close(Closure::of(Resolution::Corrected)),
    }
}

fn double_of(original: TicketId) -> Vec<Step> {
    vec![Step::Close(Closure {
        duplicate_of: Some(original),
        ..Closure::of(Resolution::Duplicate)
    })]
}

both_databases! {
    async fn what_is_decided_anew_on_a_closed_ticket_is_told_anew_and_in_place_of_what_waits(newsroom: TestNewsroom) {
        let id = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        let anew = |closure: Closure| newsroom.steps(&newsroom.editor, id, vec![Step::Open, Step::Close(closure)]);
        newsroom.closes(id, Resolution::Corrected).await;
        assert!(newsroom.new_letters().await[0].subject.contains("Korrigiert"));

        anew(Closure::of(Resolution::Obsolete)).await.unwrap();
        let letters = newsroom.new_letters().await;
        assert!(letters.len() == 1 && !letters[0].subject.contains("Korrigiert"), "{letters:#?}");

        newsroom.reopens(id).await;
        let act = ActId(newsroom.services.new_id());
        let words = [(Lang::De, "Das haben wir berichtigt, danke!".to_owned())];
        let closes = vec![Step::Close(Closure::of(Resolution::Corrected))];
        ready_answers::decide_with_letters(&newsroom.services, (&newsroom.editor, act), id, Seen::Anything, closes, &words).await.unwrap();
        anew(Closure::of(Resolution::Obsolete)).await.unwrap();
        let letters = newsroom.new_letters().await;
        assert!(letters.len() == 1 && !letters[0].text.contains("Das haben wir berichtigt"), "one letter, and not that of the first decision: {letters:#?}");
    }

    async fn each_step_of_the_table_is_taken_and_every_other_refused_without_a_trace(newsroom: TestNewsroom) {
        for &from in TicketState::ALL {
            for &wanted in TicketState::ALL.iter().filter(|s| **s != TicketState::New) {
                let ticket = newsroom.reader().marks(&format!("Feler {from} {wanted}")).sends().await.ticket;
                if from != TicketState::New {
                    newsroom.steps(&newsroom.editor, ticket, vec![to(from)]).await.unwrap();
                }
                let (before, history) = (newsroom.ticket(ticket).await, newsroom.history(ticket).await);
                let taken = newsroom.steps(&newsroom.editor, ticket, vec![to(wanted)]).await;
                let after = newsroom.ticket(ticket).await;
                if from.may_become().contains(&wanted) {
                    assert_eq!(taken.unwrap(), after);
                    assert_eq!((after.state, after.version), (wanted, before.version + 1));
                    assert_eq!(after.resolution.is_some(), wanted == TicketState::Closed);
                    assert_eq!(after.snoozed_until.is_some(), matches!(wanted, TicketState::Snoozed | TicketState::Waiting));
                    let new = &newsroom.history(ticket).await[history.len()..];
                    assert_eq!(new.len(), 1, "{from} → {wanted}");
                    assert_eq!((new[0].event.from, new[0].event.to, new[0].editor), (Some(from), Some(wanted), Some(newsroom.editor.id)));
                } else {
                    let forbidden = InvalidStep::Forbidden { from, to: wanted };
                    assert!(matches!(taken, Err(TriageError::Invalid(ref e)) if *e == forbidden), "{from} → {wanted}: {taken:?}");
                    assert_eq!((after, newsroom.history(ticket).await), (before, history));
                }
            }
        }
    }

    async fn the_second_of_two_editors_is_told_and_nothing_is_overwritten(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let id = newsroom.standart_is_reported().await;
        let seen = Seen::Version(newsroom.ticket(id).await.version);
        let first = triage_ticket::take_steps(&newsroom.services, &newsroom.editor, id, seen, vec![Step::Close(Closure::of(Resolution::Corrected))]).await.unwrap();
        let second = triage_ticket::take_steps(&newsroom.services, &paul, id, seen, vec![Step::Note("Ich sehe nach.".into()), Step::Wait]).await;
        let Err(TriageError::Stale(now)) = second else { panic!("{second:?}") };
        assert_eq!(*now, first, "Paul is shown what Maria did");
        assert_eq!(newsroom.ticket(id).await, first);
        assert!(newsroom.history(id).await.iter().all(|e| e.editor != Some(paul.id)));
    }

    async fn of_two_editors_at_the_same_moment_one_wins(newsroom: TestNewsroom) {
        let (other_instance, _) = newsroom.second_instance().await;
        for round in 0..10 {
            let id = newsroom.reader().marks(&format!("Feler {round:04}")).sends().await.ticket;
            let seen = Seen::Version(1);
            let close = |resolution| vec![Step::Close(Closure::of(resolution))];
            let (a, b) = Box::pin(join(
                triage_ticket::take_steps(&newsroom.services, &newsroom.editor, id, seen, close(Resolution::Corrected)),
                triage_ticket::take_steps(&other_instance, &newsroom.editor, id, seen, close(Resolution::Forwarded)),
            )).await;
            assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
            let won = a.or(b).unwrap();
            assert_eq!(newsroom.ticket(id).await, won);
            assert_eq!(newsroom.history(id).await.len(), 2);
        }
    }

    async fn a_report_that_joined_meanwhile_does_not_stop_a_form_but_stops_if_match(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        newsroom.standart_is_reported().await;
        let exactly = Seen::Exactly { version: 1, reports: 1 };
        let stale = triage_ticket::take_steps(&newsroom.services, &newsroom.editor, id, exactly, vec![Step::Wait]).await;
        assert!(matches!(stale, Err(TriageError::Stale(_))), "{stale:?}");
        let taken = triage_ticket::take_steps(&newsroom.services, &newsroom.editor, id, Seen::Version(1), vec![Step::Wait]).await.unwrap();
        assert_eq!((taken.version, taken.report_count), (2, 2));
    }

    async fn who_may_read_only_changes_nothing_and_foreign_tickets_are_unknown(newsroom: TestNewsroom) {
        let viewer = newsroom.add_editor("Vera", Role::Viewer).await;
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let stranger = newsroom.add_editor_of("Stefan", Role::Admin, &[&elsewhere]).await;
        let id = newsroom.standart_is_reported().await;
        let before = newsroom.ticket(id).await;
        for step in [Step::Open, Step::Note("so".into()), Step::Assign(None), Step::Close(Closure::of(Resolution::Spam))] {
            let refused = newsroom.steps(&viewer, id, vec![step.clone()]).await;
            assert!(matches!(refused, Err(TriageError::ReadOnly)), "{refused:?}");
            let unknown = newsroom.steps(&stranger, id, vec![step]).await;
            assert!(matches!(unknown, Err(TriageError::UnknownTicket)), "{unknown:?}");
        }
        let nobody = fehlermelder::domain::editor::Editor { active: false, ..newsroom.editor.clone() };
        assert!(matches!(newsroom.steps(&nobody, id, vec![Step::Open]).await, Err(TriageError::UnknownTicket)));
        let missing = newsroom.steps(&newsroom.editor, TicketId(9_999), vec![Step::Open]).await;
        assert!(matches!(missing, Err(TriageError::UnknownTicket)));
        assert_eq!(newsroom.ticket(id).await, before);
    }

    async fn doubles_point_to_an_original_and_never_in_a_circle(newsroom: TestNewsroom) {
        let mut tickets = Vec::new();
        for n in 0..4 {
            tickets.push(newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket);
        }
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let foreign = newsroom.reader_of(&elsewhere).marks("Standart").sends().await.ticket;
        let editor = &newsroom.editor;
        for (double, original) in [(0, 1), (1, 2), (2, 3)] {
            newsroom.steps(editor, tickets[double], double_of(tickets[original])).await.unwrap();
        }
        for original in 0..4 {
            let refused = newsroom.steps(editor, tickets[3], double_of(tickets[original])).await;
            assert!(matches!(refused, Err(TriageError::Invalid(InvalidStep::DuplicateOfItself))), "{original}: {refused:?}");
        }
        for unknown in [foreign, TicketId(9_999)] {
            let refused = newsroom.steps(editor, tickets[3], double_of(unknown)).await;
            assert!(matches!(refused, Err(TriageError::UnknownOriginal)), "{refused:?}");
        }
        // Reopened, it is no double any more, and the way is free.
        newsroom.reopens(tickets[2]).await;
        newsroom.steps(editor, tickets[3], double_of(tickets[2])).await.unwrap();
    }

    async fn a_ticket_goes_to_people_and_desks_that_are_there(newsroom: TestNewsroom) {
        let viewer = newsroom.add_editor("Vera", Role::Viewer).await;
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let desk = fehlermelder::services::manage_sites::add_desk(&newsroom.services, elsewhere.id, "Hardware", vec![]).await.unwrap();
        let id = newsroom.standart_is_reported().await;
        for step in [Step::Assign(Some(viewer.id)), Step::Assign(Some(EditorId(Uuid::from_u128(9))))] {
            let refused = newsroom.steps(&newsroom.editor, id, vec![step]).await;
            assert!(matches!(refused, Err(TriageError::UnknownAssignee)), "{refused:?}");
        }
        let refused = newsroom.steps(&newsroom.editor, id, vec![Step::Route(Some(desk.id))]).await;
        assert!(matches!(refused, Err(TriageError::UnknownDesk)), "{refused:?}");
        let taken = newsroom.steps(&newsroom.editor, id, vec![Step::Assign(Some(newsroom.editor.id))]).await.unwrap();
        assert_eq!((taken.state, taken.assignee), (TicketState::Open, Some(newsroom.editor.id)), "assigning takes it into work");
    }

    async fn steps_are_taken_all_or_none_and_stand_in_the_history_in_their_order(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        let before = (newsroom.ticket(id).await, newsroom.history(id).await);
        let half = vec![Step::Note("Schon erledigt.".into()), Step::Close(Closure::of(Resolution::NotAnError))];
        let refused = newsroom.steps(&newsroom.editor, id, half).await;
        assert!(matches!(refused, Err(TriageError::Invalid(InvalidStep::ReasonMissing))));
        assert_eq!((newsroom.ticket(id).await, newsroom.history(id).await), before);

        for round in 0..10 {
            newsroom.clock.advance(1);
            let words = vec![Step::Note(format!("eins {round}")), Step::Note("zwei".into()), Step::Wait, Step::Note("drei".into()), Step::Open];
            newsroom.steps(&newsroom.editor, id, words).await.unwrap();
            let history = newsroom.history(id).await;
            let last: Vec<_> = history[history.len() - 5..].iter().map(|e| e.event.details.note.clone().unwrap_or_else(|| e.event.kind.to_string())).collect();
            assert_eq!(last, [&format!("eins {round}"), "zwei", "moved", "drei", "moved"]);
        }
    }

    async fn closing_owes_a_mail_to_whoever_asked_for_an_answer_but_nobody_hears_of_spam(newsroom: TestNewsroom) {
        for (resolution, owed) in [(Resolution::Corrected, 2), (Resolution::Forwarded, 2), (Resolution::Spam, 0)] {
            let mistake = format!("Feler {resolution}");
            let id = newsroom.reader().marks(&mistake).leaves("anna@post.example").sends().await.ticket;
            newsroom.reader().marks(&mistake).leaves("bert@post.example").sends().await;
            newsroom.reader().marks(&mistake).sends().await;
            newsroom.closes(id, resolution).await;
            let mails = format!("notifications WHERE occasion = 'ticket_closed' AND ticket_id = {}", id.0);
            assert_eq!(newsroom.count(&mails).await, owed, "{resolution}");
        }
    }

    async fn what_is_set_aside_comes_back_at_its_moment(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        let until = MONDAY_MORNING + DAY;
        newsroom.steps(&newsroom.editor, id, vec![Step::Snooze { until }]).await.unwrap();
        let past = newsroom.steps(&newsroom.editor, id, vec![Step::Open, Step::Snooze { until: MONDAY_MORNING }]).await;
        assert!(matches!(past, Err(TriageError::Invalid(InvalidStep::NotInFuture))));

        newsroom.clock.advance(DAY - 1);
        assert_eq!(triage_ticket::wake_snoozed(&newsroom.services).await.unwrap(), 0);
        newsroom.clock.advance(1);
        assert_eq!(triage_ticket::wake_snoozed(&newsroom.services).await.unwrap(), 1);
        assert_eq!(triage_ticket::wake_snoozed(&newsroom.services).await.unwrap(), 0);
        let ticket = newsroom.ticket(id).await;
        assert_eq!((ticket.state, ticket.snoozed_until, ticket.updated_at), (TicketState::Open, None, until));
        let history = newsroom.history(id).await;
        let last = history.last().unwrap();
        assert_eq!((last.event.kind, last.event.from, last.editor), (EventKind::Moved, Some(TicketState::Snoozed), None));
        the_counters_are_right(&newsroom).await;
    }

    async fn what_waits_for_an_answer_comes_back_after_a_fortnight(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        newsroom.steps(&newsroom.editor, id, vec![Step::Wait]).await.unwrap();
        newsroom.clock.advance(14 * DAY - 1);
        assert_eq!(triage_ticket::wake_snoozed(&newsroom.services).await.unwrap(), 0);
        newsroom.clock.advance(1);
        assert_eq!(triage_ticket::wake_snoozed(&newsroom.services).await.unwrap(), 1);
        assert_eq!(newsroom.ticket(id).await.state, TicketState::Open);
        let history = newsroom.history(id).await;
        let last = history.last().unwrap();
        assert_eq!((last.event.from, last.event.to, last.editor), (Some(TicketState::Waiting), Some(TicketState::Open), None));
        the_counters_are_right(&newsroom).await;
    }

    async fn after_any_steps_the_counters_are_right_and_no_history_was_rewritten(newsroom: TestNewsroom) {
        let chance = SeededEntropy::new(20_261_123);
        let roll = |sides: u64| u64::from_le_bytes(chance.bytes::<8>()) % sides;
        let mut ids = Vec::new();
        let mut taken = 0;
        for turn in 0_u64..250 {
            newsroom.clock.advance(HOUR);
            if ids.is_empty() || roll(12) == 0 {
                ids.push(newsroom.reader().marks(&format!("Feler {turn:04}")).leaves("anna@post.example").sends().await.ticket);
            } else if roll(3) == 0 {
                // Somebody reports what was reported before; it may join, be counted, or open a ticket.
                let ticket = newsroom.reader().marks(&format!("Feler {:04}", roll(turn))).sends().await.ticket;
                if !ids.contains(&ticket) {
                    ids.push(ticket);
                }
            }
            let pick = |n: u64| ids[usize::try_from(n).unwrap() % ids.len()];
            let id = pick(roll(1_000));
            let before = newsroom.history(id).await;
            let known = newsroom.ticket(id).await;
            let steps = (0..=roll(3)).map(|_| match roll(11) {
                0 => Step::Open,
                1 => Step::Wait,
                2 => Step::Snooze { until: MONDAY_MORNING + i64::try_from(turn).unwrap() * HOUR + 5 * HOUR },
                3 => Step::Close(Closure::of(Resolution::Corrected)),
                4 => Step::Close(Closure { reason: Some(Reason::HouseStyle), ..Closure::of(Resolution::NotAnError) }),
                5 => double_of(pick(roll(1_000))).remove(0),
                6 => Step::Assign(Some(newsroom.editor.id).filter(|_| roll(2) == 0)),
                7 => Step::Note("Gesehen.".into()),
                8 => Step::Accept("Fehler".into()),
                9 => Step::Refine(if roll(2) == 0 { Kind::Grammar } else { Kind::Fact }),
                _ => Step::Close(Closure::of(Resolution::Spam)),
            }).collect();
            let result = newsroom.steps(&newsroom.editor, id, steps).await;
            let after = newsroom.history(id).await;
            assert_eq!(after[..before.len()], before, "the past of {id} was rewritten in turn {turn}");
            match result {
                Ok(ticket) => {
                    taken += 1;
                    assert_eq!(ticket, newsroom.ticket(id).await);
                    assert_eq!(ticket.resolution.is_some(), ticket.state == TicketState::Closed);
                    assert_eq!(ticket.duplicate_of.is_some(), ticket.resolution == Some(Resolution::Duplicate));
                }
                Err(TriageError::Invalid(_)) => {
                    assert_eq!((newsroom.ticket(id).await, after), (known, before));
                }
                Err(other) => panic!("{other} in turn {turn}"),
            }
            if roll(6) == 0 {
                triage_ticket::wake_snoozed(&newsroom.services).await.unwrap();
            }
            the_counters_are_right(&newsroom).await;
        }
        assert!(taken > 60, "only {taken} of 250 steps were legal");
    }
}

/// What is kept equals what is counted.
async fn the_counters_are_right(newsroom: &TestNewsroom) {
    let kept = tickets::counts(newsroom.services.store.reader(), &[newsroom.site.id])
        .await
        .unwrap();
    for state in TicketState::ALL {
        let counted = newsroom
            .count(&format!("tickets WHERE state = '{state}'"))
            .await;
        assert_eq!(kept.get(state).copied().unwrap_or(0), counted, "{state}");
    }
    // A ticket's reports are its own and those of what was merged into it.
    let miscounted = "tickets t WHERE report_count <> (WITH RECURSIVE same(id) AS (SELECT t.id UNION SELECT d.id FROM tickets d \
         JOIN same ON d.duplicate_of = same.id) SELECT count(*) FROM reports r JOIN same ON r.ticket_id = same.id)";
    assert_eq!(newsroom.count(miscounted).await, 0);
}
