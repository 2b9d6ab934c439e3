//! How the watch asks other people's servers: politely, and never where it should not, whatever they answer.

use std::io::Write as _;

use fehlermelder::domain::article_watch::FetchError;
use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::ticket::PassageState;

use crate::support::article_host::{ArticleHost, Behaviour, page};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::watching::{PATH, Watching};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn body(kind: &'static str, encoding: Option<&'static str>, bytes: &[u8]) -> Behaviour {
    Behaviour::Body {
        kind,
        encoding,
        bytes: bytes.to_vec(),
    }
}

both_databases! {
    async fn a_page_that_cannot_be_read_is_a_word_at_the_article_and_nothing_else(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        let elsewhere = ArticleHost::start().await;
        elsewhere.shows("/", &["Geheim"]);
        let location = |to: String| Behaviour::Status(302, vec![("Location", to)]);
        let cases = [
            (FetchError::NotFound, Behaviour::Status(404, vec![])),
            (FetchError::Removed, Behaviour::Status(410, vec![])),
            (FetchError::Refused, Behaviour::Status(403, vec![])),
            (FetchError::Overloaded, Behaviour::Status(503, vec![])),
            (FetchError::ServerError, Behaviour::Status(500, vec![])),
            (FetchError::TimedOut, Behaviour::Silent),
            (FetchError::TimedOut, Behaviour::Stalled),
            (FetchError::TooLarge, Behaviour::Endless),
            (FetchError::TooLarge, body("text/html", Some("gzip"), &packed(&vec![b' '; 4_000_000]))),
            (FetchError::ServerError, body("text/html", Some("gzip"), b"no gzip")),
            (FetchError::NotHtml, body("text/html", Some("br"), b"x")),
            (FetchError::NotHtml, body("application/pdf", None, b"%PDF")),
            (FetchError::NotHtml, body("", None, b"x")),
            (FetchError::NoText, body("text/html", None, b"<article></article>")),
            (FetchError::RedirectedAway, location(format!("http://127.0.0.1:{}/", elsewhere.port()))),
            (FetchError::RedirectedAway, location(format!("http://magazin.test:{}/", elsewhere.port()))),
            (FetchError::RedirectedAway, location("https://fremd.example/".into())),
            (FetchError::RedirectedAway, location("file:///etc/passwd".into())),
            (FetchError::TooManyRedirects, location(PATH.into())),
            (FetchError::ServerError, Behaviour::Status(302, vec![])),
        ];
        for (n, (expected, behaviour)) in cases.into_iter().enumerate() {
            watching.host.serves(PATH, behaviour);
            let looked = watching.looks_again().await;
            assert_eq!(looked.len(), 1, "{expected}");
            assert_eq!(looked[0].error, Some(expected), "case {n}");
            let state = watching.watched().await.state;
            assert_eq!((state.last_error, state.failures), (Some(expected), i32::try_from(n + 1).unwrap()));
            assert!(looked[0].next_look_at.is_some_and(|at| at > watching.newsroom.services.now()));
            assert_eq!(watching.passage_state(ticket).await, PassageState::Found, "{expected}");
        }
        assert!(elsewhere.requests().is_empty(), "nobody else was asked");
        assert_eq!(watching.newsroom.count("article_versions").await, 1);
        watching.says("Standard");
        watching.looks_again().await;
        let state = watching.watched().await.state;
        assert_eq!((state.last_error, state.failures), (None, 0));
    }

    async fn a_redirect_within_the_site_is_followed(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").sends().await.ticket;
        watching.host.serves("/neu", Behaviour::Page { html: page(&["Auf der Messe in Hannover wurde gestern beschlossen, dass der neue Standart künftig für alle Geräte gilt."]), etag: None });
        watching.host.serves(PATH, Behaviour::Status(301, vec![("Location", "/neu".into())]));
        watching.looks().await;
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
    }

    async fn no_name_leads_into_the_own_network(newsroom: TestNewsroom) {
        let mut watching = Watching::new(newsroom).await;
        watching.fetches_with(&[]);
        watching.says("Standart");
        watching.marks("Standart").sends().await;
        let mut first = true;
        for answers in [
            // Straight, beside a public one, and only at the second question.
            vec![vec!["127.0.0.1"]],
            vec![vec!["93.184.216.34", "10.0.0.1"]],
            vec![vec!["::ffff:127.0.0.1"]],
            vec![vec!["64:ff9b::7f00:1"]],
        ] {
            let answers: Vec<&[&str]> = answers.iter().map(Vec::as_slice).collect();
            watching.names.lead("magazin.test", &answers);
            let looked = if first { watching.looks().await } else { watching.looks_again().await };
            first = false;
            assert_eq!(looked[0].error, Some(FetchError::NotPublic), "{answers:?}");
        }
        assert!(watching.host.requests().is_empty());
    }

    async fn a_name_that_turns_to_loopback_at_the_second_question_is_refused_then(newsroom: TestNewsroom) {
        let mut watching = Watching::new(newsroom).await;
        watching.fetches_with(&[]);
        watching.says("Standart");
        watching.marks("Standart").sends().await;
        // A public address that nobody has, then our own.
        watching.names.lead("magazin.test", &[&["3ffe::1"], &["127.0.0.1"]]);
        let looked = watching.looks().await;
        assert!(matches!(looked[0].error, Some(FetchError::TimedOut | FetchError::Unreachable)), "{:?}", looked[0].error);
        let looked = watching.looks_again().await;
        assert_eq!(looked[0].error, Some(FetchError::NotPublic));
        assert!(watching.host.requests().is_empty());
    }

    async fn an_unchanged_page_is_asked_for_by_its_tag(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let html = page(&["Auf der Messe in Hannover wurde gestern beschlossen, dass der neue Standart künftig für alle Geräte gilt."]);
        watching.host.serves(PATH, Behaviour::Page { html, etag: Some("\"v1\"".into()) });
        let ticket = watching.marks("Standart").sends().await.ticket;
        watching.looks().await;
        let looked = watching.looks_again().await;
        assert_eq!((looked[0].error, looked[0].changed), (None, false));
        let requests = watching.host.requests();
        assert!(!requests[0].to_lowercase().contains("if-none-match"));
        assert!(requests[1].contains("\"v1\""), "{}", requests[1]);
        for request in &requests {
            assert!(request.contains("Fehlermelder/") && request.contains("(+https://melder.example)"), "{request}");
        }
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
        assert_eq!(watching.newsroom.number("SELECT count(*) AS number FROM article_versions WHERE last_seen_at > first_seen_at").await, 1);
    }

    async fn a_server_that_asks_for_time_gets_it_whoever_reports(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.host.serves(PATH, Behaviour::Status(429, vec![("Retry-After", "7200".into())]));
        watching.marks("Standart").suggests("Standard").sends().await;
        let looked = watching.looks().await;
        let now = watching.newsroom.services.now();
        assert_eq!(looked[0].error, Some(FetchError::Overloaded));
        assert!(looked[0].next_look_at.is_some_and(|at| at >= now + 2 * HOUR));
        watching.newsroom.clock.advance(HOUR);
        watching.marks("Standart").of_kind("fact").suggests("Entwurf").sends().await;
        assert!(watching.looks().await.iter().all(|l| l.put_off));
        assert_eq!(watching.host.requests().len(), 1);
        // And a little more, so that not all of a host are asked for at once.
        watching.newsroom.clock.advance(HOUR + 30 * MINUTE);
        watching.says("Standart");
        watching.looks().await;
        assert_eq!(watching.host.requests().len(), 2);
    }

    async fn what_is_gone_for_good_is_seldom_asked_for(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.host.serves(PATH, Behaviour::Status(410, vec![]));
        watching.marks("Standart").sends().await;
        let looked = watching.looks().await;
        let now = watching.newsroom.services.now();
        assert!(looked[0].next_look_at.is_some_and(|at| at > now + 5 * DAY));
    }
}
