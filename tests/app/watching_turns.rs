//! Whose turn it is: who asks for an article is answered at once and whatever happens to them, hosts take turns, and no wish to look
//! is lost.

use std::sync::Arc;
use std::time::Duration;

use fehlermelder::domain::article::ArticleUrl;
use fehlermelder::domain::article_watch::{FetchError, SHORTEST_PAUSE};
use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::ids::{ActId, ArticleId};
use fehlermelder::domain::ticket::{Closure, PassageState, Resolution, TicketState};
use fehlermelder::services::merge_tickets;
use fehlermelder::services::watch_articles::{self, FreeSpace};
use fehlermelder::storage::{article_watch, articles};
use uuid::Uuid;

use crate::support::article_host::Behaviour;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::watching::{AFTER, BEFORE, PATH, Watching};

/// A disk that is full.
struct Full;

impl FreeSpace for Full {
    fn free_bytes(&self) -> Option<u64> {
        Some(0)
    }
}

/// A disk that cannot even be asked.
struct Broken;

impl FreeSpace for Broken {
    fn free_bytes(&self) -> Option<u64> {
        panic!("the disk does not answer")
    }
}

impl Watching {
    /// A reader marks the words in another article of the site.
    async fn is_marked_at(&self, path: &str) {
        let url = format!("{}{path}", self.origin);
        let reader = self.newsroom.reader_of(&self.site).reads(&url);
        reader
            .marks_between(BEFORE, "Standart", AFTER)
            .sends()
            .await;
    }

    fn asked(&self) -> usize {
        self.host.requests().len()
    }

    async fn of_path(&self, path: &str) -> ArticleId {
        let key = ArticleUrl::parse(&format!("{}{path}", self.origin)).unwrap();
        let db = self.newsroom.services.store.reader();
        let found = articles::at_address(db, self.site.id, key.key()).await;
        found.unwrap().expect("the article").id
    }
}

both_databases! {
    async fn who_asks_for_the_page_does_not_wait_for_the_pause_and_who_reports_does(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let services = &watching.newsroom.services;
        let editor = &watching.newsroom.editor;
        watching.says("Standart");
        watching.marks("Standart").suggests("Norm").sends().await;
        watching.looks().await;
        watching.says("Standard");
        let article = watching.article().await;
        let looked = watch_articles::look_now(services, editor, article).await.unwrap();
        assert!(looked.changed && !looked.put_off, "an editor: {looked:?}");
        watching.says("Entwurf");
        let url = ArticleUrl::parse(&watching.url()).unwrap();
        let (_, looked) = watch_articles::refresh(services, editor, &url, None).await.unwrap().unwrap();
        assert!(looked.changed && !looked.put_off, "the content system: {looked:?}");

        let asked = watching.asked();
        watching.marks("Entwurf").of_kind("fact").suggests("Plan").sends().await;
        watching.looks().await;
        assert_eq!(watching.asked(), asked);
        let due = watching.watched().await.look_at;
        assert_eq!(due, Some(services.now() + SHORTEST_PAUSE), "at the end of the pause");
    }

    async fn a_wish_that_comes_during_a_look_is_kept(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let services = &watching.newsroom.services;
        watching.host.serves(PATH, Behaviour::Silent);
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        let (lease, mine) = watch_articles::claim_due(services, 4).await.unwrap();
        let during = async {
            while watching.asked() == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            watching.says("Standart");
            watch_articles::look_now(services, &watching.newsroom.editor, mine[0]).await.unwrap()
        };
        let (first, wish) = tokio::join!(watch_articles::look(services, mine[0], lease), during);
        assert!(wish.put_off);
        assert_eq!(first.unwrap().error, Some(FetchError::TimedOut));
        // The clock stands: it is due now, not when a failed look is due again.
        assert_eq!(watching.looks().await.len(), 1);
        assert_eq!(watching.asked(), 2);
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
    }

    async fn a_look_goes_on_when_whoever_asked_goes_away(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let services = &watching.newsroom.services;
        watching.says("Standart");
        watching.marks("Standart").sends().await;
        watching.looks().await;
        watching.host.serves(PATH, Behaviour::Silent);
        let article = watching.article().await;
        let look = watch_articles::look_now(services, &watching.newsroom.editor, article);
        assert!(tokio::time::timeout(Duration::from_millis(300), look).await.is_err());
        for _ in 0..1_000 {
            if watching.watched().await.state.failures > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let watched = watching.watched().await;
        assert_eq!((watched.state.last_error, watched.leased_until), (Some(FetchError::TimedOut), None));
    }

    async fn a_look_that_was_killed_is_done_by_the_worker(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let services = &watching.newsroom.services;
        watching.says("Standart");
        watching.marks("Standart").sends().await;
        watching.looks().await;
        let now = services.now();
        let transaction = services.store.begin().await.unwrap();
        let lease = Uuid::from_u128(9);
        assert!(article_watch::claim_one(&transaction, watching.article().await, lease, now, now + MINUTE).await.unwrap());
        transaction.commit().await.unwrap();
        // Its next look was minutes away; its killer left nothing but the lease.
        watching.newsroom.clock.advance(MINUTE + 1);
        assert_eq!(watching.looks().await.len(), 1);
        assert_eq!(watching.asked(), 2);
    }

    async fn of_each_host_one_article_is_looked_at_and_the_others_wait_for_nobody(newsroom: TestNewsroom) {
        let mut watching = Watching::new(newsroom).await;
        watching.names.lead("zeitung.test", &[&["127.0.0.1"]]);
        watching.fetches_with(&["magazin.test", "zeitung.test"]);
        let elsewhere = format!("http://zeitung.test:{}", watching.host.port());
        let other = watching.newsroom.add_site("Zeitung", &elsewhere).await;
        // Much of one host is due before anything of the other.
        for n in 0..6 {
            watching.is_marked_at(&format!("/still/{n}")).await;
        }
        watching.newsroom.clock.advance(1);
        watching.newsroom.reader_of(&other).reads(&format!("{elsewhere}/laut")).marks_between(BEFORE, "Standart", AFTER).sends().await;
        let services = &watching.newsroom.services;
        let (_, claimed) = watch_articles::claim_due(services, 4).await.unwrap();
        assert_eq!(claimed.len(), 2, "one of each");
        let (second, _) = watching.newsroom.second_instance().await;
        let (_, more) = watch_articles::claim_due(&second, 4).await.unwrap();
        assert!(more.is_empty(), "both hosts have somebody at them, wherever");
        watching.newsroom.clock.advance(2 * MINUTE);
        assert_eq!(watching.looks().await.len(), 7, "everybody's turn comes");
    }

    async fn a_host_that_asks_for_time_is_left_alone_with_all_its_articles(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.host.serves("/a", Behaviour::Status(429, vec![("Retry-After", "7200".into())]));
        watching.host.shows("/b", &["Ein Artikel."]);
        watching.is_marked_at("/a").await;
        watching.looks().await;
        assert_eq!(watching.asked(), 1);
        watching.is_marked_at("/b").await;
        assert!(watching.looks().await.iter().all(|looked| looked.put_off));
        let services = &watching.newsroom.services;
        let article = watching.of_path("/b").await;
        let looked = watch_articles::look_now(services, &watching.newsroom.editor, article).await.unwrap();
        assert!(looked.put_off && looked.next_look_at.is_some_and(|at| at >= services.now() + 2 * HOUR), "{looked:?}");
        assert_eq!(watching.asked(), 1, "one article's server is the other's");
        watching.host.shows("/a", &["Ein Artikel."]);
        watching.newsroom.clock.advance(2 * HOUR + HOUR);
        watching.looks().await;
        assert_eq!(watching.asked(), 3);
    }

    async fn a_ticket_that_is_opened_again_is_watched_again(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.newsroom.closes(ticket, Resolution::Corrected).await;
        watching.newsroom.clock.advance(91 * DAY);
        watching.looks().await;
        assert_eq!(watching.watched().await.look_at, None, "nothing is left to see");
        watching.newsroom.reopens(ticket).await;
        watching.says("Standard");
        assert_eq!(watching.looks().await.len(), 1);
        assert_eq!(watching.newsroom.ticket(ticket).await.state, TicketState::Closed);
    }

    async fn a_double_that_is_parted_is_watched_again(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let original = watching.newsroom.reader_of(&watching.site).reads(&format!("{}/anderswo", watching.origin));
        let original = original.marks_between(BEFORE, "Standart", AFTER).sends().await.ticket;
        let double = watching.marks("Standart").suggests("Norm").sends().await.ticket;
        watching.looks().await;
        let closure = Closure { duplicate_of: Some(original), ..Closure::of(Resolution::Duplicate) };
        watching.newsroom.closes_as(double, closure).await;
        watching.newsroom.clock.advance(DAY);
        watching.looks().await;
        assert_eq!(watching.watched().await.look_at, None, "its passage is the other's");
        let services = &watching.newsroom.services;
        let act = ActId(services.new_id());
        merge_tickets::part(services, &watching.newsroom.editor, act, double).await.unwrap();
        assert_eq!(watching.watched().await.look_at, Some(services.now()));
    }

    async fn an_editor_is_shown_the_page_also_where_nothing_is_watched(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.newsroom.closes(ticket, Resolution::Corrected).await;
        watching.newsroom.clock.advance(91 * DAY);
        watching.looks().await;
        let asked = watching.asked();
        watching.says("Standard");
        let services = &watching.newsroom.services;
        let article = watching.article().await;
        let looked = watch_articles::look_now(services, &watching.newsroom.editor, article).await.unwrap();
        assert!(looked.changed && !looked.put_off && looked.error.is_none(), "{looked:?}");
        assert_eq!(watching.asked(), asked + 1);
        assert_eq!(watching.watched().await.look_at, None, "once, and not from now on");
    }

    async fn a_text_that_finds_no_room_is_not_answered_as_taken(newsroom: TestNewsroom) {
        let mut watching = Watching::new(newsroom).await;
        watching.says("Standart");
        watching.marks("Standart").suggests("Norm").sends().await;
        watching.looks().await;
        watching.newsroom.services.watch.free_space = Some(Arc::new(Full));
        watching.newsroom.services.watch.min_free_bytes = 1;
        let services = &watching.newsroom.services;
        let url = ArticleUrl::parse(&watching.url()).unwrap();
        let text = format!("{BEFORE}Standard{AFTER}");
        let (_, looked) = watch_articles::refresh(services, &watching.newsroom.editor, &url, Some(&text)).await.unwrap().unwrap();
        assert_eq!((looked.error, looked.changed), (Some(FetchError::DiskFull), false));
        assert_eq!(watching.newsroom.count("article_versions").await, 1);
    }

    async fn an_article_whose_look_breaks_off_lets_its_hosts_others_have_their_turn(newsroom: TestNewsroom) {
        let mut watching = Watching::new(newsroom).await;
        for path in ["/a", "/b"] {
            watching.host.shows(path, &["Ein Artikel."]);
            watching.is_marked_at(path).await;
        }
        watching.looks().await;
        // What is stored of the first cannot be read, and it is the longest due.
        watching.newsroom.sql("UPDATE article_watch SET last_error = 'unsinn' WHERE article_id = (SELECT id FROM articles WHERE url LIKE '%/a')").await;
        watching.newsroom.sql("UPDATE articles SET look_at = CASE WHEN url LIKE '%/a' THEN 1 ELSE 2 END").await;
        let asked = watching.asked();
        let next = "SELECT look_at AS number FROM articles WHERE url LIKE '%/a'";
        for (wait, asked_then) in [(HOUR, asked + 1), (15 * MINUTE, asked + 2)] {
            watching.newsroom.clock.advance(wait);
            watching.newsroom.sql("UPDATE articles SET look_at = 2 WHERE url LIKE '%/b'").await;
            watching.looks().await;
            assert_eq!(watching.asked(), asked_then, "the other is looked at");
            let pause = if wait == HOUR { 15 * MINUTE } else { 30 * MINUTE };
            assert_eq!(watching.newsroom.number(next).await, watching.newsroom.services.now() + pause, "longer each time");
        }
        watching.newsroom.sql("UPDATE article_watch SET last_error = NULL").await;
        watching.newsroom.services.watch.free_space = Some(Arc::new(Broken));
        watching.newsroom.sql("UPDATE articles SET look_at = NULL WHERE url LIKE '%/b'").await;
        watching.newsroom.clock.advance(HOUR);
        let looked = watching.looks().await;
        assert!(looked.len() == 1 && looked[0].put_off, "a panic too: {looked:?}");
        let article = watching.of_path("/a").await;
        let watched = article_watch::find(watching.newsroom.services.store.reader(), article).await.unwrap();
        assert_eq!((watched.leased_until, watched.look_at), (None, Some(watching.newsroom.services.now() + HOUR)));
        watching.newsroom.services.watch.free_space = None;
        watching.newsroom.clock.advance(HOUR);
        watching.looks().await;
        assert_eq!(watching.asked(), asked + 3, "and once it can be read again, it is");
    }

    async fn a_wish_for_later_outlives_the_look_of_now(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let services = &watching.newsroom.services;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.newsroom.clock.advance(MINUTE);
        watching.newsroom.closes(ticket, Resolution::Corrected).await;
        let soon = services.now() + 5 * MINUTE;
        watching.newsroom.sql("UPDATE articles SET look_at = 1").await;
        assert_eq!(watching.looks().await.len(), 1);
        assert_eq!(watching.watched().await.look_at, Some(soon), "the worker's");
        watching.newsroom.reopens(ticket).await;
        watching.looks().await;
        watching.newsroom.clock.advance(MINUTE);
        watching.looks().await;
        watching.newsroom.closes(ticket, Resolution::Corrected).await;
        let soon = services.now() + 5 * MINUTE;
        let article = watching.article().await;
        watch_articles::look_now(services, &watching.newsroom.editor, article).await.unwrap();
        assert_eq!(watching.watched().await.look_at, Some(soon), "an editor's");
    }

    async fn where_all_that_is_due_is_of_a_busy_host_nothing_is_written_and_others_come_at_once(newsroom: TestNewsroom) {
        let mut watching = Watching::new(newsroom).await;
        watching.names.lead("zeitung.test", &[&["127.0.0.1"]]);
        watching.fetches_with(&["magazin.test", "zeitung.test"]);
        for n in 0..6 {
            watching.is_marked_at(&format!("/viel/{n}")).await;
        }
        let services = &watching.newsroom.services;
        let (_, claimed) = watch_articles::claim_due(services, 4).await.unwrap();
        assert_eq!(claimed.len(), 1);
        assert_eq!(watching.newsroom.count("articles WHERE host = 'magazin.test'").await, 6, "all that were seen");
        let choice = article_watch::choose(services.store.reader(), services.now(), 4).await.unwrap();
        assert!(choice.is_empty(), "{choice:?}");
        watching.newsroom.clock.advance(1);
        let elsewhere = format!("http://zeitung.test:{}", watching.host.port());
        let other = watching.newsroom.add_site("Zeitung", &elsewhere).await;
        let reader = watching.newsroom.reader_of(&other).reads(&format!("{elsewhere}/eins"));
        reader.marks_between(BEFORE, "Standart", AFTER).sends().await;
        let services = &watching.newsroom.services;
        let (_, claimed) = watch_articles::claim_due(services, 4).await.unwrap();
        assert_eq!(claimed.len(), 1, "the other's");
        let (_, none) = watch_articles::claim_due(services, 4).await.unwrap();
        assert!(none.is_empty());
    }
}
