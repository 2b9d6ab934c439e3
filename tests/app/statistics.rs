//! Figures of a period: counted from what happened, in whatever order it happened, and shown to nobody of another site.

use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::statistics::day_of;
use fehlermelder::domain::ticket::{Closure, Reason, Resolution, Step};
use fehlermelder::services::browse_tickets;
use fehlermelder::services::statistics::{self, Question, Statistics};
use jiff::tz::TimeZone;
use reqwest::StatusCode;

use crate::pages::{is_page, speaks, words};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

/// What the figures of the last thirty days say, after all is counted.
async fn figures(newsroom: &TestNewsroom, narrow: impl Fn(&mut Question)) -> Statistics {
    newsroom.clock.advance(2 * MINUTE);
    assert!(!statistics::count_news(&newsroom.services).await.unwrap());
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let today = day_of(newsroom.services.now(), &berlin);
    let mut question = Question {
        site: None,
        desk: None,
        kind: None,
        from: today - 29,
        to: today,
    };
    narrow(&mut question);
    let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor)
        .await
        .unwrap();
    statistics::look(&newsroom.services, &room, &question, today)
        .await
        .unwrap()
}

fn near(found: Option<i64>, wanted: i64) -> bool {
    found.is_some_and(|found| (found - wanted).abs() * 8 <= wanted)
}

both_databases! {
    async fn what_came_and_what_was_closed_is_counted_by_day(newsroom: TestNewsroom) {
        let mut tickets = Vec::new();
        for n in 0..4 {
            let report = newsroom.reader().opens(&format!("artikel-{n}"), &format!("Artikel {n}")).marks(&format!("Feler {n:04}")).suggests("Fehler").sends().await;
            tickets.push(report.ticket);
        }
        newsroom.reader().opens("artikel-0", "Artikel 0").marks("Feler 0000").suggests("Fehler").sends().await;
        newsroom.clock.advance(HOUR);
        newsroom.steps(&newsroom.editor, tickets[0], vec![Step::Refine(Kind::Fact)]).await.unwrap();
        newsroom.clock.advance(DAY - HOUR);
        newsroom.closes(tickets[0], Resolution::Corrected).await;
        newsroom.closes_as(tickets[1], Closure { reason: Some(Reason::HouseStyle), ..Closure::of(Resolution::NotAnError) }).await;
        newsroom.closes(tickets[2], Resolution::Spam).await;
        let found = figures(&newsroom, |_| ()).await;
        assert_eq!((found.all.opened, found.all.all_closed(), found.pending), (4, 3, [0, 1, 0, 0, 0]));
        assert_eq!(found.all.accepted(), Some(50), "spam is judged by nobody");
        assert_eq!(found.days.iter().filter(|d| d.1 + d.2 > 0).map(|d| (d.1, d.2)).collect::<Vec<_>>(), [(4, 0), (0, 3)]);
        assert_eq!(found.days.len(), 30);
        assert!(near(found.all.correction(0.5), DAY) && near(found.all.first_look(0.1), HOUR) && near(found.all.first_look(0.9), DAY), "{found:?}");
        let kinds: Vec<(Kind, i64)> = found.kinds.iter().map(|(kind, sum)| (*kind, sum.opened)).collect();
        assert_eq!(kinds, [(Kind::Spelling, 3), (Kind::Fact, 1)], "what was refined counts for what it is");
        let articles: Vec<(Option<&str>, i64)> = found.articles.iter().map(|(a, n)| (a.facts.title.as_deref(), *n)).collect();
        assert_eq!(articles[0], (Some("Artikel 0"), 2));
        assert_eq!(articles.len(), 4);
        let facts = figures(&newsroom, |q| q.kind = Some(Kind::Fact)).await;
        assert_eq!((facts.all.opened, facts.all.all_closed()), (1, 1));
        let earlier = figures(&newsroom, |q| { q.from -= 30; q.to -= 30; }).await;
        assert_eq!((earlier.all.opened, earlier.all.all_closed()), (0, 0));
    }

    async fn a_ticket_that_is_reopened_is_open_and_no_more_closed(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        newsroom.closes(ticket, Resolution::Corrected).await;
        assert_eq!(figures(&newsroom, |_| ()).await.all.all_closed(), 1);
        newsroom.reopens(ticket).await;
        let found = figures(&newsroom, |_| ()).await;
        assert_eq!((found.all.opened, found.all.all_closed(), found.pending, found.all.correction(0.5)), (1, 0, [1, 0, 0, 0, 0], None));
        newsroom.closes(ticket, Resolution::Forwarded).await;
        let found = figures(&newsroom, |_| ()).await;
        assert_eq!((found.all.closed.get("forwarded"), found.all.closed.get("corrected").copied().unwrap_or(0), found.pending), (Some(&1), 0, [0; 5]));
    }

    async fn counting_anew_comes_to_the_same_and_two_instances_count_once(newsroom: TestNewsroom) {
        let (other, _) = newsroom.second_instance().await;
        for n in 0..5 {
            let ticket = newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket;
            newsroom.closes(ticket, Resolution::Corrected).await;
            newsroom.clock.advance(2 * MINUTE);
            let (a, b) = Box::pin(futures_util::future::join(statistics::count_news(&newsroom.services), statistics::count_news(&other))).await;
            assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        }
        let before = figures(&newsroom, |_| ()).await;
        assert_eq!((before.all.opened, before.all.all_closed(), before.articles[0].1), (5, 5, 5));
        statistics::forget(&newsroom.services).await.unwrap();
        let again = figures(&newsroom, |_| ()).await;
        assert_eq!(again, before);
    }

    async fn the_page_shows_numbers_plots_and_tables_and_gives_them_as_files(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let elsewhere = newsroom.add_site("=Anderes Blatt", "https://anderes.example").await;
        let stranger = newsroom.add_editor_of("Stefan", Role::Viewer, &[&elsewhere]).await;
        for n in 0..3 {
            let ticket = newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket;
            newsroom.clock.advance(HOUR);
            if n > 0 { newsroom.closes(ticket, Resolution::Corrected).await; }
        }
        figures(&newsroom, |_| ()).await;
        for lang in [Lang::De, Lang::En] {
            speaks(&newsroom, lang).await;
            let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
            let page = ask(server.get("/statistics").header("Cookie", &cookie)).await;
            assert_eq!(page.status, StatusCode::OK, "{page:?}");
            is_page(&page, lang);
            assert!(page.body.contains("role=\"img\"") && page.body.contains("<desc id=\"flow-description\">"), "{}", page.body);
            insta::assert_snapshot!(format!("statistics_{lang}"), words(&page));
        }
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let csv = ask(server.get("/statistics.csv?from=2026-10-01").header("Cookie", &cookie)).await;
        assert_eq!(csv.header("Content-Type"), Some("text/csv; charset=utf-8"));
        assert_eq!(csv.header("Content-Disposition"), Some("attachment; filename=\"fehlermelder-2026-10-01-2026-11-23.csv\""));
        insta::assert_snapshot!("statistics_csv", csv.body.trim_start_matches('\u{FEFF}').replace('\r', ""));
        let json = ask(server.get("/statistics.json").header("Cookie", &cookie)).await.json();
        assert_eq!(json["statistics"].as_array().unwrap().len(), 1);
        assert_eq!((json["statistics"][0]["opened"].as_i64(), json["statistics"][0]["resolutions"]["corrected"].as_i64()), (Some(3), Some(2)));
        // Somebody of another site sees none of it, whatever they ask for.
        let (cookie, _) = signed_in(&newsroom, &stranger).await;
        for path in ["/statistics.json".to_owned(), format!("/statistics.json?site={}", newsroom.site.key), "/statistics.json?from=unsinn&to=9999-99-99&desk=x&kind=y".into()] {
            let json = ask(server.get(&path).header("Cookie", &cookie)).await.json();
            assert_eq!(json["statistics"].as_array().unwrap().len(), 0, "{path}");
        }
        let page = ask(server.get("/statistics").header("Cookie", &cookie)).await;
        assert!(words(&page).contains("Noch keine Zahlen"), "{}", words(&page));
    }
}
