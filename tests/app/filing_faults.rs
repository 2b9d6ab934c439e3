//! Repeats, crowds, poison and outages: a report is stored once or not at all, and its reader knows which.

use std::collections::BTreeSet;
use std::future::{Future as _, poll_fn};
use std::task::Poll;

use fehlermelder::domain::ids::{SiteId, TicketId};
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::ticket::{Closure, Resolution, Step};
use fehlermelder::services::file_report::FileReportError;
use fehlermelder::services::triage_ticket::{self, Seen};
use futures_util::future::join_all;
use reqwest::StatusCode;
use sea_orm::DbBackend;
use serde_json::json;
use uuid::Uuid;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::{ORIGIN, TestNewsroom};
use crate::support::reader::Reader;
use crate::support::server::{TestServer, ask};

both_databases! {
    async fn a_repeat_gets_the_first_answer(newsroom: TestNewsroom) {
        let report = newsroom.reader().marks("Standart").suggests("Standard").under_key("abc");
        let first = report.clone().sends().await;
        assert_eq!(report.clone().sends().await, first);
        newsroom.clock.advance(86_400_000);
        assert_eq!(report.sends().await, first, "also the next day");
        assert_eq!((newsroom.count("reports").await, newsroom.ticket(first.ticket).await.report_count), (1, 1));
    }

    async fn a_key_stands_for_one_report_only(newsroom: TestNewsroom) {
        newsroom.reader().marks("Standart").suggests("Standard").under_key("abc").sends().await;
        let other = newsroom.reader().marks("Standart").suggests("Standarte").under_key("abc").tries_to_send().await;
        assert!(matches!(other, Err(FileReportError::KeyReused)), "{other:?}");

        // Also when both are in one transaction.
        let second = newsroom.reader().marks("künftig").under_key("def");
        let third = newsroom.reader().marks("künftig").comments("anders").under_key("def");
        let answers = join_all([second.clone(), third, second].map(Reader::tries_to_send)).await;
        assert!(matches!(answers[1], Err(FileReportError::KeyReused)), "{:?}", answers[1]);
        assert_eq!(answers[0].as_ref().unwrap(), answers[2].as_ref().unwrap());
        assert_eq!(newsroom.count("reports").await, 2);

        // Each site has its own readers and their keys.
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        newsroom.reader_of(&elsewhere).marks("Standart").under_key("abc").sends().await;
    }

    async fn requests_sent_one_to_five_times_at_once_are_stored_once(newsroom: TestNewsroom) {
        let (_, second_intake) = newsroom.second_instance().await;
        let mut sending = Vec::new();
        for n in 0..60 {
            let report = newsroom.reader().opens(&format!("artikel-{}", n % 7), "Ein Artikel").marks(&format!("Wort {:04}", n % 11)).under_key(&format!("key {n}"));
            for copy in 0..=(n % 5) {
                let submission = report.submission();
                let (newsroom, second_intake) = (&newsroom, &second_intake);
                sending.push(async move {
                    let receipt = if copy % 2 == 0 { newsroom.files(submission).await } else { second_intake.file(submission).await };
                    (n, receipt.unwrap())
                });
            }
        }
        let receipts = join_all(sending).await;
        assert_eq!(receipts.len(), 180);
        for (n, receipt) in &receipts {
            assert!(receipts.iter().all(|(m, other)| (m == n) == (other.id == receipt.id)), "{n}");
        }
        assert_eq!(newsroom.count("reports").await, 60);
        assert_eq!(newsroom.number("SELECT CAST(sum(report_count) AS bigint) AS number FROM tickets").await, 60);
    }

    async fn a_poisoned_report_harms_no_other(newsroom: TestNewsroom) {
        let mut poisoned = newsroom.reader().marks("Standart").submission();
        let mut nowhere = (*newsroom.site).clone();
        nowhere.id = SiteId(Uuid::from_u128(7));
        poisoned.site = std::sync::Arc::new(nowhere);
        let mut sending: Vec<_> = (0..10).map(|n| newsroom.files(newsroom.reader().marks(&format!("Feler {n:04}")).submission())).collect();
        sending.insert(5, newsroom.files(poisoned));
        let mut answers = join_all(sending).await;
        let refused = answers.remove(5);
        assert!(matches!(refused, Err(FileReportError::Storage(_))), "{refused:?}");
        let tickets: BTreeSet<_> = answers.into_iter().map(|a| a.unwrap().ticket.0).collect();
        // What the poisoned transaction had taken was given back: no number is missing.
        assert_eq!(tickets, (TicketId::FIRST..TicketId::FIRST + 10).collect());
        assert_eq!((newsroom.count("reports").await, newsroom.count("articles").await), (10, 1));
    }

    async fn where_one_row_cannot_be_written_nothing_is(newsroom: TestNewsroom) {
        // The outbox is written last but for the counters: all else is in the transaction by then.
        for table in ["notifications", "ticket_counters", "contacts", "ticket_events"] {
            break_inserts_into(&newsroom, table).await;
            let refused = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").tries_to_send().await;
            assert!(matches!(refused, Err(FileReportError::Storage(_))), "{table}: {refused:?}");
            for other in ["reports", "tickets", "articles", "contacts", "ticket_events", "notifications", "ticket_search", "ticket_counters"] {
                assert_eq!(newsroom.count(other).await, 0, "{other} after {table} failed");
            }
            mend_inserts_into(&newsroom, table).await;
        }
        let receipt = newsroom.reader().marks("Standart").leaves("anna@post.example").sends().await;
        assert_eq!(receipt.ticket, TicketId(TicketId::FIRST));
        assert_eq!(newsroom.count("notifications").await, 2);
    }

    async fn a_database_that_is_gone_is_said_so_and_takes_reports_when_it_is_back(newsroom: TestNewsroom) {
        newsroom.sql("ALTER TABLE reports RENAME TO elsewhere").await;
        let sending = (0..30).map(|n| newsroom.reader().marks(&format!("Feler {n:04}")).under_key(&format!("{n}")).tries_to_send());
        for answer in join_all(sending).await {
            assert!(matches!(answer, Err(FileReportError::Storage(_))), "{answer:?}");
        }
        newsroom.sql("ALTER TABLE elsewhere RENAME TO reports").await;
        join_all((0..30).map(|n| newsroom.reader().marks(&format!("Feler {n:04}")).under_key(&format!("{n}")).sends())).await;
        assert_eq!((newsroom.count("reports").await, newsroom.count("tickets").await), (30, 30));
    }

    async fn more_readers_than_may_wait_are_told_to_come_back(newsroom: TestNewsroom) {
        let sending = (0..3_000).map(|n| newsroom.files(newsroom.reader().marks(&format!("Feler {:04}", n % 10)).submission()));
        let answers = join_all(sending).await;
        let taken = answers.iter().filter(|a| a.is_ok()).count();
        assert!(answers.iter().all(|a| matches!(a, Ok(_) | Err(FileReportError::Busy))));
        assert!((1..3_000).contains(&taken), "{taken}");
        assert_eq!(newsroom.count("reports").await, i64::try_from(taken).unwrap());
    }

    async fn what_was_accepted_is_stored_before_the_intake_ends(newsroom: TestNewsroom) {
        let submissions: Vec<_> = (0..50).map(|n| newsroom.reader().marks(&format!("Feler {n:04}")).submission()).collect();
        {
            // Their readers are gone before the answer: polled once, then dropped.
            let mut sending: Vec<_> = submissions.into_iter().map(|s| Box::pin(newsroom.files(s))).collect();
            for one in &mut sending {
                let answered = poll_fn(|context| Poll::Ready(one.as_mut().poll(context).is_ready())).await;
                assert!(!answered);
            }
        }
        let (services, _database) = newsroom.stops_taking_reports().await;
        assert_eq!(crate::support::inspection::number(&services.store, "SELECT count(*) AS number FROM reports").await, 50);
    }

    async fn instances_that_keep_what_they_read_see_what_the_other_and_the_desk_did(newsroom: TestNewsroom) {
        let (other, second_intake) = newsroom.second_instance().await;
        let standart = || newsroom.reader().marks("Standart").suggests("Standard").submission();
        let first = newsroom.files(standart()).await.unwrap().ticket;
        for count in 2..8 {
            let receipt = if count % 2 == 0 { second_intake.file(standart()).await } else { newsroom.files(standart()).await };
            assert_eq!(receipt.unwrap().ticket, first);
            assert_eq!(newsroom.ticket(first).await.report_count, count);
        }
        // Closed by an editor on the other instance: both count in silence; reopened as another kind: both open a new one.
        let closed = vec![Step::Close(Closure::of(Resolution::Spam))];
        triage_ticket::take_steps(&other, &newsroom.editor, first, Seen::Anything, closed).await.unwrap();
        let second = newsroom.files(standart()).await.unwrap().ticket;
        assert_ne!(second, first, "spam takes no more reports");
        assert_eq!(second_intake.file(standart()).await.unwrap().ticket, second);
        let refined = vec![Step::Refine(Kind::Fact)];
        triage_ticket::take_steps(&newsroom.services, &newsroom.editor, second, Seen::Anything, refined).await.unwrap();
        let third = second_intake.file(standart()).await.unwrap().ticket;
        assert!(third != second && third != first, "a report on language does not join what is now a fact");
        assert_eq!(newsroom.files(standart()).await.unwrap().ticket, third);
        assert_eq!([first, second, third].map(|t| t.0), [1001, 1002, 1003]);
        for (ticket, count) in [(first, 7), (second, 2), (third, 2)] {
            assert_eq!(newsroom.ticket(ticket).await.report_count, count, "{ticket}");
        }
    }

    async fn two_instances_hand_out_each_number_once_and_leave_none_out(newsroom: TestNewsroom) {
        let (_, second_intake) = newsroom.second_instance().await;
        let submissions: Vec<_> = (0..120).map(|n| {
            let report = newsroom.reader().opens(&format!("artikel-{}", n % 3), "Ein Artikel");
            // Half of them are the same few mistakes, so that both instances join and open at once.
            if n % 2 == 0 { report.marks(&format!("Feler {n:04}")) } else { report.marks("Standart").suggests("Standard") }.submission()
        }).collect();
        let sending = submissions.into_iter().enumerate().map(|(n, submission)| {
            let (newsroom, second_intake) = (&newsroom, &second_intake);
            async move { if n % 4 < 2 { newsroom.files(submission).await } else { second_intake.file(submission).await } }
        });
        let receipts: Vec<_> = join_all(sending).await.into_iter().map(Result::unwrap).collect();
        let tickets: BTreeSet<_> = receipts.iter().map(|r| r.ticket.0).collect();
        assert_eq!(tickets, (TicketId::FIRST..TicketId::FIRST + 63).collect());
        assert_eq!((newsroom.count("articles").await, newsroom.count("tickets").await, newsroom.count("reports").await), (3, 63, 120));
        assert_eq!(newsroom.number("SELECT CAST(sum(report_count) AS bigint) AS number FROM tickets").await, 120);
        assert_eq!(newsroom.number("SELECT CAST(sum(tickets) AS bigint) AS number FROM ticket_counters").await, 63);
        assert_eq!(newsroom.count("notifications").await, 63, "one alert a ticket");
    }
}

async fn break_inserts_into(newsroom: &TestNewsroom, table: &str) {
    let on = if newsroom.services.store.backend() == DbBackend::Postgres {
        let refuse = "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE 'broken'; END $$ LANGUAGE plpgsql";
        newsroom.sql(refuse).await;
        format!("CREATE TRIGGER broken BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()")
    } else {
        format!(
            "CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    };
    newsroom.sql(&on).await;
}

async fn mend_inserts_into(newsroom: &TestNewsroom, table: &str) {
    let off = if newsroom.services.store.backend() == DbBackend::Postgres {
        format!("DROP TRIGGER broken ON {table}")
    } else {
        format!("DROP TRIGGER broken_{table}")
    };
    newsroom.sql(&off).await;
}

#[tokio::test]
async fn a_postgres_that_went_away_does_not_keep_readers_waiting() {
    use crate::support::database::OnDatabase as _;

    let newsroom = TestNewsroom::on(TestDatabase::migrated_postgres().await).await;
    newsroom.standart_is_reported().await;
    newsroom.database().close_to_all().await;
    let began = std::time::Instant::now();
    let sending = (0..20).map(|n| {
        newsroom
            .reader()
            .marks(&format!("Feler {n:04}"))
            .tries_to_send()
    });
    for answer in join_all(sending).await {
        assert!(
            matches!(answer, Err(FileReportError::Storage(_))),
            "{answer:?}"
        );
    }
    assert!(began.elapsed().as_secs() < 15, "{:?}", began.elapsed());
    newsroom.database().open_to_all().await;
    newsroom
        .reader()
        .marks("Standart")
        .suggests("Standard")
        .sends()
        .await;
    assert_eq!(newsroom.count("reports").await, 2);
}

#[tokio::test]
async fn during_an_outage_the_page_may_read_when_to_come_back() {
    use crate::support::database::OnDatabase as _;

    let newsroom = TestNewsroom::on(TestDatabase::migrated_postgres().await).await;
    let server = TestServer::of(&newsroom).await;
    let body = json!({
        "site": newsroom.site.key, "article": { "url": format!("{ORIGIN}/a/") }, "kind": "spelling", "comment": "Ein Tippfehler."
    });
    let send = || {
        let post = server
            .post("/api/v1/reports")
            .header("Content-Type", "application/json");
        ask(post.header("Origin", ORIGIN).body(body.to_string()))
    };
    assert_eq!(send().await.status, StatusCode::CREATED);
    // What is known of the sites is too old to be used without asking.
    newsroom.clock.advance(3_000);
    newsroom.database().close_to_all().await;
    let refused = send().await;
    assert_eq!(
        refused.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{refused:?}"
    );
    assert_eq!(refused.header("Access-Control-Allow-Origin"), Some(ORIGIN));
    assert!(refused.header("Retry-After").is_some());
    let preflight = ask(server
        .request("OPTIONS", "/api/v1/reports")
        .header("Origin", ORIGIN)
        .header("Access-Control-Request-Method", "POST"))
    .await;
    assert_eq!(
        preflight.header("Access-Control-Allow-Origin"),
        Some(ORIGIN)
    );
    newsroom.database().open_to_all().await;
    // A connection that was cut is noticed by whoever uses it first; the page tries again by itself.
    let mut tries = 0;
    while send().await.status != StatusCode::CREATED {
        tries += 1;
        assert!(tries < 5, "the database is back");
    }
}
