//! The same done to many tickets: what is shown before is what happens, each ticket by its own rules, and nothing is lost.

use fehlermelder::domain::bulk::{BulkAct, MAX_TICKETS, Outcome};
use fehlermelder::domain::clock::{MINUTE, SECOND};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::{ActId, BulkId, TicketId};
use fehlermelder::domain::ticket::{Closure, MAIL_WAITS, Reason, Resolution, Step, TicketState};
use fehlermelder::services::bulk_act::{self, BulkError};
use fehlermelder::services::{merge_tickets, undo_act};
use fehlermelder::storage::{Connection as _, articles};
use futures_util::future::join;
use reqwest::StatusCode;
use sea_orm::DbBackend;

use crate::also_in::{COUNTERS, somebody_waits};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

const CORRECTED: BulkAct = BulkAct::Close {
    resolution: Resolution::Corrected,
    reason: None,
};

/// Tickets of different passages.
async fn tickets(newsroom: &TestNewsroom, count: usize) -> Vec<TicketId> {
    let mut ids = Vec::new();
    for n in 0..count {
        let word = format!("Feler{n}");
        let receipt = newsroom
            .reader()
            .opens(&format!("artikel-{}", n % 7), "Ein Artikel")
            .marks(&word)
            .suggests("Fehler")
            .sends()
            .await;
        ids.push(receipt.ticket);
    }
    ids
}

async fn seen(newsroom: &TestNewsroom, ids: &[TicketId]) -> Vec<(TicketId, i64)> {
    let mut seen = Vec::new();
    for id in ids {
        seen.push((*id, newsroom.ticket(*id).await.version));
    }
    seen
}

async fn outcomes(newsroom: &TestNewsroom, id: BulkId) -> Vec<(TicketId, Option<Outcome>)> {
    let found = bulk_act::find(&newsroom.services, &newsroom.editor, id).await;
    let (_, items) = found.unwrap().unwrap();
    items
        .iter()
        .map(|item| (item.ticket, item.outcome))
        .collect()
}

both_databases! {
    async fn many_are_closed_and_what_cannot_be_is_told(newsroom: TestNewsroom) {
        let ids = tickets(&newsroom, 45).await;
        newsroom.closes(ids[3], Resolution::Spam).await;
        let seen = seen(&newsroom, &ids).await;
        let plan = bulk_act::plan(&newsroom.services, &newsroom.editor, &CORRECTED, &ids).await.unwrap();
        assert_eq!((plan.able.len(), plan.unable), (44, vec![(ids[3], Outcome::Forbidden)]));
        assert_eq!(newsroom.ticket(ids[0]).await.state, TicketState::New, "looking does nothing");
        let id = bulk_act::begin(&newsroom.services, &newsroom.editor, CORRECTED, &seen).await.unwrap();
        // Somebody is faster with one of them.
        newsroom.steps(&newsroom.editor, ids[7], vec![Step::Wait]).await.unwrap();
        bulk_act::go_on(&newsroom.services, id).await.unwrap();
        for (ticket, outcome) in outcomes(&newsroom, id).await {
            let expected = if ticket == ids[3] { Outcome::Forbidden } else if ticket == ids[7] { Outcome::Stale } else { Outcome::Done };
            assert_eq!(outcome, Some(expected), "{ticket}");
        }
        assert_eq!(newsroom.ticket(ids[7]).await.state, TicketState::Waiting, "nothing is overwritten");
        assert_eq!(newsroom.ticket(ids[44]).await.resolution, Some(Resolution::Corrected));
        // A second time nothing is done again.
        let versions = seen.len();
        bulk_act::go_on(&newsroom.services, id).await.unwrap();
        assert_eq!(outcomes(&newsroom, id).await.len(), versions);
        assert_eq!(newsroom.ticket(ids[0]).await.version, 2);
    }

    async fn each_ticket_is_changed_by_the_rights_it_asks_for(newsroom: TestNewsroom) {
        let other = newsroom.add_site("Anderes", "https://anderes.example").await;
        let own = newsroom.standart_is_reported().await;
        let foreign = newsroom.reader_of(&other).marks("Feler").suggests("Fehler").sends().await.ticket;
        let jonas = newsroom.add_editor_of("Jonas", Role::Editor, &[&newsroom.site]).await;
        let vera = newsroom.add_editor_of("Vera", Role::Viewer, &[&newsroom.site]).await;
        let chosen = [(own, 1), (foreign, 1), (TicketId(9_999), 1)];
        let plan = bulk_act::plan(&newsroom.services, &jonas, &CORRECTED, &[own, foreign, TicketId(9_999)]).await.unwrap();
        assert_eq!(plan.able.iter().map(|t| t.id).collect::<Vec<_>>(), [own]);
        assert_eq!(plan.unable, [(foreign, Outcome::Unknown), (TicketId(9_999), Outcome::Unknown)], "what is not theirs does not exist");
        let read_only = bulk_act::plan(&newsroom.services, &vera, &CORRECTED, &[own]).await.unwrap();
        assert_eq!(read_only.unable, [(own, Outcome::ReadOnly)]);
        let id = bulk_act::begin(&newsroom.services, &jonas, BulkAct::Assign { assignee: Some(vera.id) }, &chosen).await.unwrap();
        bulk_act::go_on(&newsroom.services, id).await.unwrap();
        let (_, items) = bulk_act::find(&newsroom.services, &jonas, id).await.unwrap().unwrap();
        assert_eq!(items.iter().map(|i| i.outcome.unwrap()).collect::<Vec<_>>(), [Outcome::WrongAssignee, Outcome::Unknown, Outcome::Unknown]);
        assert!(bulk_act::find(&newsroom.services, &newsroom.editor, id).await.unwrap().is_none(), "an act is its editor's own");
    }

    async fn many_become_doubles_of_one_and_their_readers_are_counted(newsroom: TestNewsroom) {
        let ids = tickets(&newsroom, 4).await;
        let joined = newsroom.reader().opens("artikel-1", "Ein Artikel").marks("Feler1").suggests("Fehler").leaves("ada@post.example").sends_and_confirms().await;
        assert_eq!(joined.ticket, ids[1]);

        let merge = BulkAct::Merge { into: ids[0] };
        let plan = bulk_act::plan(&newsroom.services, &newsroom.editor, &merge, &ids).await.unwrap();
        assert_eq!((plan.able.len(), plan.unable, plan.readers), (3, vec![(ids[0], Outcome::Unchanged)], 1));
        let seen = seen(&newsroom, &ids).await;
        let id = bulk_act::begin(&newsroom.services, &newsroom.editor, merge, &seen).await.unwrap();
        bulk_act::go_on(&newsroom.services, id).await.unwrap();
        assert_eq!(newsroom.ticket(ids[3]).await.duplicate_of, Some(ids[0]));
        assert_eq!(newsroom.ticket(ids[0]).await.state, TicketState::New);
        // A circle is refused, ticket by ticket.
        let back = BulkAct::Merge { into: ids[3] };
        let id = bulk_act::begin(&newsroom.services, &newsroom.editor, back, &[(ids[0], newsroom.ticket(ids[0]).await.version)]).await.unwrap();
        bulk_act::go_on(&newsroom.services, id).await.unwrap();
        assert_eq!(outcomes(&newsroom, id).await, [(ids[0], Some(Outcome::WrongOriginal))]);
    }

    async fn whoever_gets_a_mail_is_counted_once_also_on_a_double(newsroom: TestNewsroom) {
        let ids = tickets(&newsroom, 3).await;
        for (path, words) in [("artikel-1", "Feler1"), ("artikel-2", "Feler2")] {
            newsroom.reader().opens(path, "Ein Artikel").marks(words).suggests("Fehler").leaves("ada@post.example").sends().await;
        }
        newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
        let readers = async |chosen: &[TicketId]| bulk_act::plan(&newsroom.services, &newsroom.editor, &CORRECTED, chosen).await.unwrap().readers;
        assert_eq!(readers(&ids[..1]).await, 0);
        let act = ActId(newsroom.services.new_id());
        merge_tickets::merge(&newsroom.services, &newsroom.editor, act, ids[0], &[ids[1]]).await.unwrap();
        assert_eq!(readers(&ids[..1]).await, 1, "closing the original tells them");
        assert_eq!(readers(&ids).await, 1, "it is the same reader");
    }

    async fn a_portion_waits_for_its_articles_before_it_holds_what_readers_need(newsroom: TestNewsroom) {
        if newsroom.services.store.backend() != DbBackend::Postgres {
            return;
        }
        let ids = tickets(&newsroom, 2).await;
        let seen = seen(&newsroom, &ids).await;
        let id = bulk_act::begin(&newsroom.services, &newsroom.editor, CORRECTED, &seen).await.unwrap();
        let last = newsroom.ticket(ids[0]).await.article.max(newsroom.ticket(ids[1]).await.article);
        let reader = newsroom.services.store.begin().await.unwrap();
        articles::lock(&reader, last).await.unwrap();
        let reports = async {
            somebody_waits(&newsroom).await;
            let free = reader.execute_unprepared(COUNTERS).await;
            reader.rollback().await.unwrap();
            free
        };
        let (done, free) = join(bulk_act::go_on(&newsroom.services, id), reports).await;
        free.unwrap();
        done.unwrap();
        assert!(outcomes(&newsroom, id).await.iter().all(|(_, outcome)| *outcome == Some(Outcome::Done)));
    }

    async fn all_of_it_is_taken_back_in_one_and_no_mail_leaves_before(newsroom: TestNewsroom) {
        let mut ids = tickets(&newsroom, 25).await;
        let reader = newsroom.reader().opens("artikel-0", "Ein Artikel").marks("Nuhr").suggests("Nur").leaves("ada@post.example");
        ids.push(reader.sends_and_confirms().await.ticket);
        let seen = seen(&newsroom, &ids).await;
        let id = bulk_act::begin(&newsroom.services, &newsroom.editor, CORRECTED, &seen).await.unwrap();
        bulk_act::go_on(&newsroom.services, id).await.unwrap();
        let waiting = "SELECT count(*) AS number FROM notifications WHERE act_id IS NOT NULL AND state = 'pending'";
        let due = format!("{waiting} AND due_at >= {}", newsroom.services.now() + MAIL_WAITS);
        assert_eq!(newsroom.number(&due).await, 1, "the reader's mail waits as long as it can be taken back");
        newsroom.clock.advance(9 * SECOND);
        let undone = undo_act::undo(&newsroom.services, &newsroom.editor, bulk_act::act_of(id)).await.unwrap();
        assert_eq!((undone.tickets.len(), undone.refused.len()), (26, 0));
        for id in &ids {
            let ticket = newsroom.ticket(*id).await;
            assert_eq!((ticket.state, ticket.resolution), (TicketState::New, None), "{id}");
        }
        assert_eq!(newsroom.number(waiting).await, 0, "nobody hears of what did not happen");
    }

    async fn many_are_tagged_at_once_and_full_ones_are_told(newsroom: TestNewsroom) {
        let ids = tickets(&newsroom, 3).await;
        let full: Vec<Step> = (0..fehlermelder::domain::tag::MAX_TAGS).map(|n| Step::Tag(format!("t{n}"))).collect();
        newsroom.steps(&newsroom.editor, ids[2], full).await.unwrap();
        newsroom.steps(&newsroom.editor, ids[1], vec![Step::Tag("wahl".into())]).await.unwrap();
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let page = ask(server.get(&format!("/bulk?act=tag&ticket={}&ticket={}", ids[0].0, ids[1].0)).header("Cookie", &cookie)).await;
        assert!(page.status == StatusCode::OK && page.body.contains("2 Fällen einen Tag geben") && page.body.contains("<option value=\"wahl\">"), "{}", page.body);
        let tickets: Vec<String> = seen(&newsroom, &ids).await.iter().map(|(id, version)| format!("{}.{version}", id.0)).collect();
        let post = |tag: &'static str| {
            let mut form = vec![("csrf", csrf.as_str()), ("act", "tag"), ("tag", tag)];
            form.extend(tickets.iter().map(|t| ("ticket", t.as_str())));
            ask(server.post_form("/bulk", &form).header("Cookie", &cookie))
        };
        let empty = post(" # ").await;
        assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.body.contains("id=\"tag-error\""), "{}", empty.body);
        let done = post("#Wahl").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let result = ask(server.get(done.header("Location").unwrap()).header("Cookie", &cookie)).await;
        let result = ask(server.get(result.header("Location").unwrap()).header("Cookie", &cookie)).await;
        assert!(result.body.contains("Ein Fall wurde geändert.") && result.body.contains("hat schon so viele Tags") && result.body.contains("/undoing\""), "{}", result.body);
        assert_eq!(newsroom.ticket(ids[0]).await.tags, ["wahl"]);
    }

    async fn a_tag_is_taken_off_many_and_put_back(newsroom: TestNewsroom) {
        let ids = tickets(&newsroom, 3).await;
        for id in &ids[..2] {
            newsroom.steps(&newsroom.editor, *id, vec![Step::Tag("wahl".into()), Step::Tag("eilig".into())]).await.unwrap();
        }
        newsroom.steps(&newsroom.editor, ids[1], vec![Step::Untag("wahl".into())]).await.unwrap();
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let chosen: Vec<String> = ids.iter().map(|id| format!("ticket={}", id.0)).collect();
        let page = ask(server.get(&format!("/bulk?act=untag&{}", chosen.join("&"))).header("Cookie", &cookie)).await;
        for says in ["2 Fällen einen Tag nehmen", "value=\"wahl\"", "value=\"eilig\"", "hat keinen solchen Tag", "Niemand bekommt deswegen eine Mail."] {
            assert!(page.status == StatusCode::OK && page.body.contains(says), "{says}: {}", page.body);
        }
        let tickets: Vec<String> = seen(&newsroom, &ids).await.iter().map(|(id, version)| format!("{}.{version}", id.0)).collect();
        let post = |tag: &'static str| {
            let mut form = vec![("csrf", csrf.as_str()), ("act", "untag"), ("tag", tag)];
            form.extend(tickets.iter().map(|t| ("ticket", t.as_str())));
            ask(server.post_form("/bulk", &form).header("Cookie", &cookie))
        };
        let none = post("").await;
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.body.contains("Bitte ausfüllen"), "{}", none.body);
        let done = post("eilig").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let result = ask(server.get(done.header("Location").unwrap()).header("Cookie", &cookie)).await;
        let there = result.header("Location").unwrap().to_owned();
        let result = ask(server.get(&there).header("Cookie", &cookie)).await;
        assert!(result.body.contains("2 Fälle wurden geändert.") && result.body.contains("hat keinen solchen Tag"), "{}", result.body);
        assert_eq!((newsroom.ticket(ids[0]).await.tags, newsroom.ticket(ids[1]).await.tags.len()), (vec!["wahl".to_owned()], 0));
        let act = there.split("act=").nth(1).unwrap().split('&').next().unwrap();
        let act = fehlermelder::domain::ids::ActId(act.parse().unwrap());
        undo_act::undo(&newsroom.services, &newsroom.editor, act).await.unwrap();
        assert_eq!((newsroom.ticket(ids[0]).await.tags, newsroom.ticket(ids[1]).await.tags), (vec!["eilig".to_owned(), "wahl".to_owned()], vec!["eilig".to_owned()]));
    }

    async fn an_act_that_was_left_off_is_taken_up_again(newsroom: TestNewsroom) {
        let ids = tickets(&newsroom, 3).await;
        let seen = seen(&newsroom, &ids).await;
        let id = bulk_act::begin(&newsroom.services, &newsroom.editor, CORRECTED, &seen).await.unwrap();
        bulk_act::keep_house(&newsroom.services).await.unwrap();
        assert_eq!(newsroom.ticket(ids[0]).await.state, TicketState::New, "somebody may still be at it");
        newsroom.clock.advance(2 * MINUTE);
        bulk_act::keep_house(&newsroom.services).await.unwrap();
        assert!(outcomes(&newsroom, id).await.iter().all(|(_, outcome)| *outcome == Some(Outcome::Done)));
        newsroom.clock.advance(31 * 24 * 60 * MINUTE);
        bulk_act::keep_house(&newsroom.services).await.unwrap();
        assert_eq!(newsroom.count("bulk_items").await, 0, "what happened stands in the histories");
    }

    async fn too_many_and_none_are_refused_in_words(newsroom: TestNewsroom) {
        let none = bulk_act::begin(&newsroom.services, &newsroom.editor, CORRECTED, &[]).await;
        assert!(matches!(none, Err(BulkError::Nothing)));
        let many: Vec<_> = (0..=MAX_TICKETS).map(|n| (TicketId(1_001 + i64::try_from(n).unwrap()), 1)).collect();
        let many = bulk_act::begin(&newsroom.services, &newsroom.editor, CORRECTED, &many).await;
        assert!(matches!(many, Err(BulkError::TooMany)));
    }

    async fn the_pages_show_before_and_after(newsroom: TestNewsroom) {
        let ids = tickets(&newsroom, 3).await;
        newsroom.closes_as(ids[2], Closure { reason: Some(Reason::HouseStyle), ..Closure::of(Resolution::NotAnError) }).await;
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let page = ask(server.get(&format!("/bulk?act=close&back=%2F%3Fstate%3Dnew&ticket={}&ticket={}&ticket={}", ids[0].0, ids[1].0, ids[2].0)).header("Cookie", &cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("2 Fälle erledigen") && page.body.contains("Bei einem Fall geht es nicht"), "{}", page.body);
        assert!(page.body.contains(&format!("value=\"{}.1\"", ids[0].0)), "the form says what was seen");
        let post = |fields: Vec<(&'static str, String)>| {
            let mut form = vec![("csrf", csrf.clone()), ("act", "close".into()), ("back", "/?state=new".into())];
            form.extend(fields);
            let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
            ask(server.post_form("/bulk", &form).header("Cookie", &cookie))
        };
        let both = || vec![("ticket", format!("{}.1", ids[0].0)), ("ticket", format!("{}.1", ids[1].0))];
        let refused = post([both(), vec![("resolution", "not_an_error".into())]].concat()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("id=\"reason-error\"") && refused.body.contains("value=\"not_an_error\" required checked"), "{}", refused.body);
        let done = post([both(), vec![("resolution", "not_an_error".into()), ("reason", "house_style".into())]].concat()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let result = ask(server.get(done.header("Location").unwrap()).header("Cookie", &cookie)).await;
        assert_eq!(result.status, StatusCode::SEE_OTHER, "it can be taken back");
        let result = ask(server.get(result.header("Location").unwrap()).header("Cookie", &cookie)).await;
        assert!(result.body.contains("/undoing\""), "{}", result.body);
        assert!(result.body.contains("2 Fälle wurden geändert.") && result.body.contains("href=\"/?state=new\""), "{}", result.body);
        assert_eq!(newsroom.ticket(ids[1]).await.reason, Some(Reason::HouseStyle));
        // No way out of the house by the link back.
        let page = ask(server.get("/bulk?act=spam&back=//evil.example&ticket=1001").header("Cookie", &cookie)).await;
        assert!(!page.body.contains("\"//evil.example") && page.body.contains("href=\"/\""), "{}", page.body);
    }
}
