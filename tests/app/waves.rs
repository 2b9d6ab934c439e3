//! A flood from one network is one thing: marked without saying where it came from, closed in one act, and taken back in one.

use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::{Resolution, TicketState};
use fehlermelder::services::{browse_tickets, keep_house, waves};
use fehlermelder::storage;
use reqwest::StatusCode;
use serde_json::json;

use crate::pages::{is_page, words};
use crate::support::database::both_databases;
use crate::support::newsroom::{ORIGIN, TestNewsroom};
use crate::support::server::{TestServer, ask, signed_in};

async fn floods(newsroom: &TestNewsroom, server: &TestServer, count: usize) {
    for n in 0..count {
        let body = json!({ "site": newsroom.site.key, "article": { "url": format!("{ORIGIN}/troll-{n}") }, "kind": "other", "comment": format!("Alles falsch, Nummer {n}!") });
        let answer = ask(server
            .post("/api/v1/reports")
            .header("Origin", ORIGIN)
            .header("Content-Type", "application/json")
            .body(body.to_string()))
        .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    }
    server.marks_waves().await;
}

both_databases! {
    async fn a_flood_is_one_row_and_one_act_with_undo(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let honest = newsroom.reader().marks("Standart").sends().await.ticket;
        floods(&newsroom, &server, 5).await;
        assert_eq!(newsroom.count("wave_reports").await, 0, "five are no wave");
        floods(&newsroom, &server, 12).await;
        assert_eq!(newsroom.count("wave_reports").await, 17, "its first reports are part of it");
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let inbox = ask(server.get("/?state=new").header("Cookie", &cookie)).await;
        assert!(words(&inbox).contains("17 Meldungen einer Welle"), "{}", words(&inbox));
        assert!(inbox.body.contains("<li class=\"wave\">"), "{}", inbox.body);
        let path = inbox.body.replace("&#x2f;", "/");
        let path = path.split_once("href=\"/waves/").unwrap().1.split_once('"').unwrap().0;
        let path = format!("/waves/{path}");
        let page = ask(server.get(&path).header("Cookie", &cookie)).await;
        is_page(&page, Lang::De);
        let fresh = newsroom.number("SELECT count(DISTINCT ticket_id) AS number FROM wave_reports").await;
        assert!(words(&page).contains(&format!("Alle {fresh} als Spam schließen")), "{}", words(&page));
        let acts = |act: &'static str| ask(server.post_form(&path, &[("csrf", &csrf), ("act", act)]).header("Cookie", &cookie));
        let closed = acts("close").await;
        assert_eq!(closed.header("Location"), Some(format!("{path}?closed={fresh}").as_str()));
        assert_eq!(newsroom.ticket(honest).await.state, TicketState::New);
        assert_eq!(newsroom.number("SELECT count(*) AS number FROM tickets WHERE resolution = 'spam'").await, fresh);
        let undone = acts("reopen").await;
        assert_eq!(undone.header("Location"), Some(format!("{path}?reopened={fresh}").as_str()));
        assert_eq!(newsroom.number("SELECT count(*) AS number FROM tickets WHERE resolution = 'spam'").await, 0);
        assert_eq!(acts("unsinn").await.status, StatusCode::BAD_REQUEST);
    }

    async fn taken_back_is_what_was_closed_with_it_to_what_it_was_and_nothing_else(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        floods(&newsroom, &server, 8).await;
        let (services, editor) = (&newsroom.services, &newsroom.editor);
        let room = browse_tickets::newsroom(services, editor).await.unwrap();
        let wave = waves::all(services, &room).await.unwrap()[0].wave;
        let new = waves::new_tickets(services, editor, &room, wave).await.unwrap();
        let ids: Vec<TicketId> = new.iter().map(|t| t.id).collect();
        assert_eq!(ids.len(), 8);
        newsroom.closes(ids[0], Resolution::Spam).await;
        assert_eq!(waves::close(services, editor, &room, wave).await.unwrap(), 7);
        newsroom.reopens(ids[1]).await;
        newsroom.clock.advance(HOUR);
        assert_eq!(waves::count_closed(services, editor, wave).await.unwrap(), 6);
        assert_eq!(waves::reopen(services, editor, &room, wave).await.unwrap(), 6);
        assert_eq!(newsroom.ticket(ids[0]).await.resolution, Some(Resolution::Spam), "closed singly");
        assert_eq!(newsroom.ticket(ids[1]).await.state, TicketState::Open, "changed since");
        for id in &ids[2..] {
            assert_eq!(newsroom.ticket(*id).await.state, TicketState::New, "{id}");
        }
        let kept = "SELECT tickets AS number FROM ticket_counters WHERE state = 'new'";
        assert_eq!(newsroom.number(kept).await, 6);

        assert_eq!(waves::close(services, editor, &room, wave).await.unwrap(), 6, "and pressed again");
        assert_eq!(waves::reopen(services, editor, &room, wave).await.unwrap(), 6);
        assert_eq!(waves::close(services, editor, &room, wave).await.unwrap(), 6);
        newsroom.clock.advance(DAY);
        keep_house::delete_expired(services).await.unwrap();
        assert_eq!(waves::reopen(services, editor, &room, wave).await.unwrap(), 0, "only as long as the wave is known");
        assert_eq!(newsroom.ticket(ids[2]).await.state, TicketState::Closed);
    }

    async fn what_is_closed_makes_room_for_what_is_left_of_a_large_wave(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        floods(&newsroom, &server, 8).await;
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        let wave = waves::all(&newsroom.services, &room).await.unwrap()[0].wave;
        let three = || storage::waves::new_tickets(newsroom.services.store.reader(), wave, newsroom.site.id, 3);
        let first = three().await.unwrap();
        for id in &first {
            newsroom.closes(*id, Resolution::Spam).await;
        }
        let next = three().await.unwrap();
        assert!(next.len() == 3 && next.iter().all(|id| !first.contains(id)), "{first:?} {next:?}");
    }

    async fn after_a_day_nothing_tells_that_they_belonged_together(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        floods(&newsroom, &server, 8).await;
        newsroom.clock.advance(DAY - MINUTE);
        keep_house::delete_expired(&newsroom.services).await.unwrap();
        assert_eq!(newsroom.count("wave_reports").await, 8);
        newsroom.clock.advance(2 * MINUTE);
        keep_house::delete_expired(&newsroom.services).await.unwrap();
        assert_eq!((newsroom.count("wave_reports").await, newsroom.count("waves").await), (0, 0));
    }
}
