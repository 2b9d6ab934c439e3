//! Editors merge tickets and split them: what is counted where, who is told, where references lead, and that all of it can be undone.

use std::collections::BTreeMap;

use fehlermelder::domain::clock::{Entropy as _, MINUTE, SeededEntropy};
use fehlermelder::domain::ids::{ActId, TicketId};
use fehlermelder::domain::priority::Priority;
use fehlermelder::domain::ticket::{Closure, EventKind, MAIL_WAITS, Resolution, Step, TicketState};
use fehlermelder::services::merge_tickets::MergeError;
use fehlermelder::services::triage_ticket::{Seen, TriageError};
use fehlermelder::services::{follow_report, merge_tickets, personal_data, split_ticket, undo_act};
use fehlermelder::storage::contacts;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

fn act(newsroom: &TestNewsroom) -> ActId {
    ActId(newsroom.services.new_id())
}

async fn merges(newsroom: &TestNewsroom, into: TicketId, doubles: &[TicketId]) -> ActId {
    let act = act(newsroom);
    merge_tickets::merge(&newsroom.services, &newsroom.editor, act, into, doubles)
        .await
        .unwrap();
    act
}

async fn parts(newsroom: &TestNewsroom, id: TicketId) {
    merge_tickets::part(&newsroom.services, &newsroom.editor, act(newsroom), id)
        .await
        .unwrap();
}

/// What is to be as it was: what each ticket shows, what is counted, and who hears of it.
async fn picture(newsroom: &TestNewsroom, ids: &[TicketId]) -> BTreeMap<TicketId, String> {
    let mut all = BTreeMap::new();
    for id in ids {
        let t = newsroom.ticket(*id).await;
        let mut suggestions: Vec<(i64, String)> = t
            .suggestions
            .iter()
            .map(|s| (s.count, s.text.clone()))
            .collect();
        suggestions.sort();
        let mut told: Vec<String> =
            contacts::of_ticket_and_doubles(newsroom.services.store.reader(), *id)
                .await
                .unwrap()
                .into_iter()
                .map(|c| c.email)
                .collect();
        told.sort();
        let reports: Vec<String> = newsroom
            .reports(*id)
            .await
            .iter()
            .map(|r| format!("{}:{}", r.id, r.joined_by))
            .collect();
        all.insert(
            *id,
            format!(
                "{} {:?} {:?} {} {suggestions:?} legal {} {told:?} {reports:?}",
                t.state, t.resolution, t.duplicate_of, t.report_count, t.legal
            ),
        );
    }
    all
}

async fn counters_are_right(newsroom: &TestNewsroom) {
    for &state in TicketState::ALL {
        let counted = newsroom
            .count(&format!("tickets WHERE state = '{state}'"))
            .await;
        let kept = newsroom.number(&format!("SELECT CAST(coalesce(sum(tickets), 0) AS bigint) AS number FROM ticket_counters WHERE state = '{state}'")).await;
        assert_eq!(kept, counted, "{state}");
    }
    let numbers = newsroom
        .number("SELECT next AS number FROM ticket_numbers")
        .await;
    assert_eq!(
        numbers,
        1_001 + newsroom.count("tickets").await,
        "no number is left out"
    );
}

both_databases! {
    async fn what_is_merged_counts_as_one_and_its_readers_hear_of_the_one(newsroom: TestNewsroom) {
        let first = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends().await.ticket;
        newsroom.reader().marks("Standart").suggests("Standard").sends().await;
        let second = newsroom.reader().marks("Die Antwort").suggests("Eine Antwort").leaves("bert@post.example").comments("Mein Anwalt meldet sich.").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        assert_ne!(first, second);
        let before = picture(&newsroom, &[first, second]).await;
        let merged = merges(&newsroom, first, &[second]).await;
        let (original, double) = (newsroom.ticket(first).await, newsroom.ticket(second).await);
        assert_eq!((original.report_count, original.state, original.legal), (3, TicketState::New, true));
        assert_eq!(original.suggestions.len(), 1, "about other words a suggestion says nothing: {:?}", original.suggestions);
        assert_eq!((double.state, double.resolution, double.duplicate_of), (TicketState::Closed, Some(Resolution::Duplicate), Some(first)));
        let said = newsroom.history(first).await.iter().any(|e| e.event.kind == EventKind::Merged && e.event.details.other == Some(second));
        assert!(said, "its history says so");
        newsroom.clock.advance(MAIL_WAITS);
        assert!(newsroom.new_letters().await.is_empty(), "nobody is told before it is decided");
        newsroom.closes(first, Resolution::Corrected).await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 2, "{letters:#?}");
        for reader in ["anna@post.example", "bert@post.example"] {
            assert!(letters.iter().any(|l| l.to.contains(reader) && l.subject.contains(&first.to_string())), "{reader}: {letters:#?}");
        }
        assert!(undo_act::undo(&newsroom.services, &newsroom.editor, merged).await.is_err(), "the seconds are over");
        parts(&newsroom, second).await;
        newsroom.reopens(first).await;
        newsroom.sql("UPDATE tickets SET state = 'new' WHERE id = 1001").await;
        assert_eq!(picture(&newsroom, &[first, second]).await, before);
    }

    async fn who_is_merged_and_closed_at_once_hears_of_it_once(newsroom: TestNewsroom) {
        let first = newsroom.standart_is_reported().await;
        let second = newsroom.reader().marks("Die Antwort").leaves("bert@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        merges(&newsroom, first, &[second]).await;
        newsroom.clock.advance(1_000);
        newsroom.closes(first, Resolution::Corrected).await;
        newsroom.clock.advance(2 * MAIL_WAITS);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.iter().filter(|l| l.to.contains("bert@")).count(), 1, "{letters:#?}");
        assert!(letters[0].subject.contains(&first.to_string()), "{}", letters[0].subject);
    }

    async fn what_is_taken_back_is_gone_from_what_was_split_off_and_joined_again(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        let mut said = Vec::new();
        for comment in ["Gerda Geheim hat das geschrieben.", "Frieda Verborgen war es."] {
            said.push(newsroom.reader().marks("Standart").suggests("Standard").comments(comment).sends().await);
        }
        for report in &said {
            let new = split_ticket::split(&newsroom.services, &newsroom.editor, act(&newsroom), id, Seen::Anything, &[report.id]).await.unwrap();
            assert!(newsroom.ticket(new.id).await.comment.is_some());
            split_ticket::join_again(&newsroom.services, &newsroom.editor, act(&newsroom), new.id).await.unwrap();
        }
        newsroom.indexes().await;
        assert!(newsroom.holds("Gerda Geheim").await && newsroom.holds("Frieda Verborgen").await);
        assert!(follow_report::withdraw(&newsroom.services, &said[0].status_token).await.unwrap());
        personal_data::black_out_words(&newsroom.services, &newsroom.editor, id, "Frieda Verborgen").await.unwrap();
        assert!(!newsroom.holds("Geheim").await && !newsroom.holds("Verborgen").await);
    }

    async fn merging_into_what_is_closed_tells_the_readers_at_once_what_became_of_it(newsroom: TestNewsroom) {
        let first = newsroom.standart_is_reported().await;
        newsroom.closes(first, Resolution::Corrected).await;
        let second = newsroom.reader().marks("Die Antwort").leaves("bert@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        merges(&newsroom, first, &[second]).await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].subject.contains("Korrigiert"), "{}", letters[0].subject);
    }

    async fn a_merge_is_undone_within_seconds_and_parted_at_any_time_and_never_goes_in_a_circle(newsroom: TestNewsroom) {
        let mut ids = Vec::new();
        for n in 0..4 {
            ids.push(newsroom.reader().marks(&format!("Feler {n:04}")).suggests(&format!("Fehler {n:04}")).leaves(&format!("{n}@post.example")).sends().await.ticket);
        }
        newsroom.closes(ids[3], Resolution::AlreadyCorrected).await;
        newsroom.clock.advance(MINUTE);
        let before = picture(&newsroom, &ids).await;
        let merged = merges(&newsroom, ids[0], &ids[1..]).await;
        assert_eq!(newsroom.ticket(ids[0]).await.report_count, 4);
        let undone = undo_act::undo(&newsroom.services, &newsroom.editor, merged).await.unwrap();
        assert_eq!(undone.tickets, ids[1..]);
        assert_eq!(picture(&newsroom, &ids).await, before);

        merges(&newsroom, ids[1], &[ids[2]]).await;
        merges(&newsroom, ids[0], &[ids[1]]).await;
        assert_eq!(newsroom.ticket(ids[0]).await.report_count, 3, "doubles of doubles count");
        // Into a double means into what it leads to.
        merges(&newsroom, ids[2], &[ids[3]]).await;
        assert_eq!((newsroom.ticket(ids[3]).await.duplicate_of, newsroom.ticket(ids[0]).await.report_count), (Some(ids[0]), 4));
        let circle = merge_tickets::merge(&newsroom.services, &newsroom.editor, act(&newsroom), ids[2], &[ids[0]]).await.unwrap();
        assert_eq!(circle.id, ids[0], "it leads there already");
        newsroom.clock.advance(MINUTE * 60 * 24 * 40);
        for id in [ids[3], ids[1], ids[2]] {
            parts(&newsroom, id).await;
        }
        assert_eq!(picture(&newsroom, &ids).await, before);
        let none = merge_tickets::part(&newsroom.services, &newsroom.editor, act(&newsroom), ids[2]).await;
        assert!(matches!(none, Err(MergeError::NotMerged)), "{none:?}");
        counters_are_right(&newsroom).await;
    }

    async fn whichever_is_asked_the_one_that_came_first_stays_and_a_double_stands_for_its_original(newsroom: TestNewsroom) {
        let mut ids = Vec::new();
        for n in 0..4 {
            ids.push(newsroom.reader().marks(&format!("Feler {n:04}")).suggests(&format!("Fehler {n:04}")).sends().await.ticket);
        }
        let with = |id: TicketId, others: Vec<TicketId>| {
            let who = (&newsroom.editor, act(&newsroom));
            let services = newsroom.services.clone();
            async move { merge_tickets::merge_with(&services, who, id, Seen::Anything, &others).await.map(|t| t.id) }
        };
        assert_eq!(with(ids[3], vec![ids[2]]).await.unwrap(), ids[2]);
        // That one is a double already: both that it stands for and the others go into the oldest.
        assert_eq!(with(ids[3], vec![ids[1], ids[2]]).await.unwrap(), ids[1]);
        assert_eq!(newsroom.ticket(ids[1]).await.report_count, 3);
        assert_eq!(newsroom.ticket(ids[3]).await.duplicate_of, Some(ids[2]), "what led to it still does");
        let before = picture(&newsroom, &ids).await;
        assert_eq!(with(ids[1], vec![ids[3]]).await.unwrap(), ids[1], "they are one already");
        assert!(matches!(with(ids[0], vec![ids[0]]).await, Err(MergeError::Itself(_))));
        assert!(matches!(with(ids[0], vec![]).await, Err(MergeError::NoOther)));
        assert!(matches!(with(ids[0], vec![ids[1], TicketId(99_999)]).await, Err(MergeError::UnknownOther(TicketId(99_999)))));
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let foreign = newsroom.reader_of(&elsewhere).marks("Feler").sends().await.ticket;
        assert!(matches!(with(ids[0], vec![foreign]).await, Err(MergeError::UnknownOther(_))), "another site's");
        let who = (&newsroom.editor, act(&newsroom));
        let stale = merge_tickets::merge_with(&newsroom.services, who, ids[0], Seen::Version(7), &[ids[1]]).await;
        assert!(matches!(stale, Err(MergeError::Triage(TriageError::Stale(_)))), "{stale:?}");
        assert_eq!(picture(&newsroom, &ids).await, before, "a refusal leaves no trace");
    }

    async fn the_page_says_why_nothing_was_merged_or_split(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let id = newsroom.standart_is_reported().await;
        newsroom.clock.advance(1);
        newsroom.standart_is_reported().await;
        let reports = newsroom.reports(id).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let own = id.to_string();
        let (opener, gone) = (reports[0].id.to_string(), act(&newsroom).to_string());
        for (form, field, value, says) in [
            ("merging", "with", own.as_str(), "Das ist die Nummer dieses Falls."),
            ("merging", "with", "FM-99999", "Diese Nummer gibt es auf der Website nicht."),
            ("merging", "with", "x", "Diese Nummer gibt es auf der Website nicht."),
            ("parting", "join", "", "Der Fall steht schon für sich."),
            ("parting", "join", "yes", "Der Fall ist schon wieder angeschlossen."),
            ("splitting", "none", "", "Zum Abtrennen mindestens einen Hinweis auswählen."),
            ("splitting", "report", opener.as_str(), "Der erste Hinweis bleibt"),
            ("splitting", "report", gone.as_str(), "Inzwischen hat sich etwas geändert."),
        ] {
            let fields = [("csrf", csrf.as_str()), (field, value)];
            let sent = ask(server.post_form(&format!("/tickets/{id}/{form}"), &fields).header("Cookie", &cookie)).await;
            let there = sent.header("Location").unwrap_or_else(|| panic!("{form} {value}: {}", sent.status));
            let page = ask(server.get(there).header("Cookie", &cookie)).await;
            assert!(page.body.contains(says), "{form} {value}: {there}");
            assert!(!page.body.contains("/undoing"), "nothing was done: {there}");
        }
        assert_eq!(newsroom.ticket(id).await.version, 1);
    }

    async fn who_parts_within_the_seconds_keeps_the_mail_of_the_merge_back(newsroom: TestNewsroom) {
        let first = newsroom.standart_is_reported().await;
        newsroom.closes(first, Resolution::Corrected).await;
        let second = newsroom.reader().marks("Die Antwort").leaves("bert@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        merges(&newsroom, first, &[second]).await;
        parts(&newsroom, second).await;
        newsroom.clock.advance(MAIL_WAITS);
        assert!(newsroom.new_letters().await.is_empty(), "nobody is told what is not true any more");
    }

    async fn reports_are_split_off_and_joined_again_with_the_rule_that_brought_them(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        for _ in 0..3 {
            newsroom.clock.advance(1);
            newsroom.standart_is_reported().await;
        }
        let reports = newsroom.reports(id).await;
        let before = picture(&newsroom, &[id]).await;
        let opener = split_ticket::split(&newsroom.services, &newsroom.editor, act(&newsroom), id, Seen::Anything, &[reports[0].id, reports[1].id]).await;
        assert!(matches!(opener, Err(MergeError::OpenerStays(_))), "{opener:?}");
        let none = split_ticket::split(&newsroom.services, &newsroom.editor, act(&newsroom), id, Seen::Anything, &[]).await;
        assert!(matches!(none, Err(MergeError::NoReport)), "{none:?}");
        let by = act(&newsroom);
        let new = split_ticket::split(&newsroom.services, &newsroom.editor, by, id, Seen::Anything, &[reports[1].id, reports[3].id]).await.unwrap();
        assert_eq!((new.report_count, new.state, new.suggestions[0].count), (2, TicketState::Open, 2));
        assert_eq!(newsroom.ticket(id).await.report_count, 2);
        counters_are_right(&newsroom).await;
        let undone = undo_act::undo(&newsroom.services, &newsroom.editor, by).await.unwrap();
        assert_eq!(undone.tickets, [id, new.id]);
        assert_eq!(picture(&newsroom, &[id]).await, before);
        assert_eq!(newsroom.ticket(new.id).await.duplicate_of, Some(id), "its reference leads back");

        let new = split_ticket::split(&newsroom.services, &newsroom.editor, act(&newsroom), id, Seen::Anything, &[reports[2].id]).await.unwrap();
        newsroom.clock.advance(MINUTE * 60 * 24 * 40);
        newsroom.closes(new.id, Resolution::Spam).await;
        assert_eq!(split_ticket::join_again(&newsroom.services, &newsroom.editor, act(&newsroom), new.id).await.unwrap(), id);
        newsroom.sql(&format!("UPDATE tickets SET state = 'new' WHERE id = {}", id.0)).await;
        assert_eq!(picture(&newsroom, &[id]).await, before);
    }

    async fn what_is_split_off_keeps_its_priority_and_its_tags(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        newsroom.clock.advance(1);
        newsroom.standart_is_reported().await;
        let steps = vec![Step::Prioritise(Some(Priority::Higher)), Step::Tag("wahl".into())];
        newsroom.steps(&newsroom.editor, id, steps).await.unwrap();
        let reports = newsroom.reports(id).await;
        let new = split_ticket::split(&newsroom.services, &newsroom.editor, act(&newsroom), id, Seen::Anything, &[reports[1].id]).await.unwrap();
        assert_eq!((new.priority, new.tags), (Some(Priority::Higher), vec!["wahl".to_owned()]));
        assert_eq!(newsroom.count(&format!("ticket_tags WHERE ticket_id = {} AND tag = 'wahl'", new.id.0)).await, 1, "it is found by them");
        // Set back, it weighs what it would have.
        let before = newsroom.ticket(new.id).await.weight;
        let after = newsroom.steps(&newsroom.editor, new.id, vec![Step::Prioritise(None)]).await.unwrap();
        assert!(after.weight < before, "{before} {}", after.weight);
    }

    async fn who_was_told_of_a_closing_is_told_what_became_of_what_it_was_merged_into(newsroom: TestNewsroom) {
        let first = newsroom.standart_is_reported().await;
        newsroom.closes(first, Resolution::Corrected).await;
        let second = newsroom.reader().marks("Die Antwort").leaves("bert@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        newsroom.closes(second, Resolution::Obsolete).await;
        assert_eq!(newsroom.new_letters().await.len(), 1);
        merges(&newsroom, first, &[second]).await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].subject.contains("Korrigiert"), "{}", letters[0].subject);
    }

    async fn merge_part_split_join_and_undo_in_any_order_restore_what_was(newsroom: TestNewsroom) {
        let chance = SeededEntropy::new(20_261_127);
        let roll = |sides: usize| usize::try_from(u64::from_le_bytes(chance.bytes::<8>()) % u64::try_from(sides).unwrap()).unwrap();
        let mut ids = Vec::new();
        for n in 0..5 {
            for who in 0..3 {
                newsroom.clock.advance(1);
                ids.push(newsroom.reader().marks(&format!("Feler {n:04}")).suggests(&format!("Fehler {n:04}")).leaves(&format!("{n}-{who}@post.example")).sends().await.ticket);
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let mut done: Vec<(&str, TicketId, BTreeMap<TicketId, String>)> = Vec::new();
        let (mut taken, mut refused) = (0, 0);
        for _ in 0..40 {
            newsroom.clock.advance(MINUTE);
            let before = picture(&newsroom, &ids).await;
            let id = ids[roll(ids.len())];
            let key = act(&newsroom);
            let services = &newsroom.services;
            let (kind, result) = match roll(3) {
                0 => ("merge", merge_tickets::merge(services, &newsroom.editor, key, ids[roll(ids.len())], &[id]).await.map(|_| id)),
                1 => {
                    let reports = newsroom.reports(id).await;
                    let chosen: Vec<_> = reports.iter().skip(1).map(|r| r.id).take(1 + roll(2)).collect();
                    ("split", split_ticket::split(services, &newsroom.editor, key, id, Seen::Anything, &chosen).await.map(|t| t.id))
                }
                _ => ("close", newsroom.steps(&newsroom.editor, id, vec![Step::Close(Closure::of(Resolution::Corrected))]).await.map(|_| id).map_err(MergeError::from)),
            };
            let Ok(about) = result else {
                refused += 1;
                assert_eq!(picture(&newsroom, &ids).await, before, "a refusal leaves no trace");
                continue;
            };
            taken += 1;
            if kind != "close" && roll(2) == 0 {
                // In the first seconds.
                match undo_act::undo(services, &newsroom.editor, key).await {
                    Ok(_) => assert_eq!(picture(&newsroom, &ids).await, before, "{kind} of {id}"),
                    Err(error) => assert_eq!(picture(&newsroom, &ids).await, before, "nothing was merged that was not: {error}"),
                }
                continue;
            }
            if kind == "merge" && before == picture(&newsroom, &ids).await {
                continue;
            }
            if kind == "close" {
                // What was decided since is not taken back by parting.
                done.clear();
            } else {
                done.push((kind, about, before));
            }
            counters_are_right(&newsroom).await;
        }
        assert!(taken > 10 && refused > 0, "{taken} {refused}");
        // At any later time, in the order in which it was done.
        newsroom.clock.advance(MINUTE * 60 * 24);
        while let Some((kind, id, before)) = done.pop() {
            match kind {
                "merge" => parts(&newsroom, id).await,
                _ => { split_ticket::join_again(&newsroom.services, &newsroom.editor, act(&newsroom), id).await.unwrap(); }
            }
            let now = picture(&newsroom, &ids).await;
            for (ticket, was) in &before {
                // Splitting took it into work, which stays so.
                let (was, is) = (was.split_once(' ').unwrap().1, now[ticket].split_once(' ').unwrap().1);
                assert_eq!(is, was, "{kind} of {id} on {ticket}");
            }
        }
        counters_are_right(&newsroom).await;
    }

    async fn who_was_not_told_yet_is_told_when_the_merge_is_parted(newsroom: TestNewsroom) {
        let first = newsroom.standart_is_reported().await;
        let second = newsroom.reader().marks("Die Antwort").leaves("bert@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        newsroom.closes(second, Resolution::Corrected).await;
        merges(&newsroom, first, &[second]).await;
        parts(&newsroom, second).await;
        assert_eq!(newsroom.ticket(second).await.resolution, Some(Resolution::Corrected));
        newsroom.clock.advance(2 * MAIL_WAITS);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].to.contains("bert@") && letters[0].subject.contains(&second.to_string()), "{}", letters[0].subject);
    }

    async fn who_knows_what_became_of_it_is_not_told_the_same_of_the_original(newsroom: TestNewsroom) {
        let first = newsroom.standart_is_reported().await;
        let second = newsroom.reader().marks("Die Antwort").leaves("bert@post.example").sends().await.ticket;
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        newsroom.sql("DELETE FROM notifications").await;
        newsroom.closes(first, Resolution::Corrected).await;
        newsroom.closes(second, Resolution::Corrected).await;
        newsroom.clock.advance(2 * MAIL_WAITS);
        let told = newsroom.new_letters().await.iter().filter(|l| l.to.contains("bert@")).count();
        assert_eq!(told, 1);
        merges(&newsroom, first, &[second]).await;
        newsroom.clock.advance(2 * MAIL_WAITS);
        let letters = newsroom.new_letters().await;
        assert!(letters.is_empty(), "{letters:#?}");
    }
}
