//! An article changes, and what that means for its tickets: from the report to the thanks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fehlermelder::domain::article::ArticleUrl;
use fehlermelder::domain::article_watch::{FetchError, VersionSource};
use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::{ArticleId, TicketId};
use fehlermelder::domain::sighting::Sighting;
use fehlermelder::domain::site::{Site, SiteSettings};
use fehlermelder::domain::ticket::{Actor, EventKind, PassageState, Resolution, Step, TicketState};
use fehlermelder::services::watch_articles::{self, FreeSpace, Looked, WatchError};
use fehlermelder::services::{also_in, keep_house};
use fehlermelder::storage::article_watch::Watched;
use fehlermelder::storage::{article_versions, article_watch, articles, ticket_sightings};
use fehlermelder::watch::fetch::{FetchSettings, HttpSource};
use fehlermelder::watch::worker::Watch;
use serde_json::json;

use crate::support::article_host::{ArticleHost, Behaviour, Names, page};
use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::TestNewsroom;
use crate::support::reader::Reader;
use crate::support::server::{TestServer, ask};

pub const PATH: &str = "/hardware/standard";
/// How the article reads, but for the words in question.
pub const BEFORE: &str = "Auf der Messe in Hannover wurde gestern beschlossen, dass der neue ";
pub const AFTER: &str = " künftig für alle Geräte gilt. Die Hersteller haben zwei Jahre Zeit.";
pub const SECOND: &str = "Ob die Frist reicht, bezweifeln viele. In Brüssel wird weiter verhandelt, auch über Ausnahmen für kleine Betriebe.";

/// A newsroom whose articles stand on a server that the test rules.
pub struct Watching {
    pub newsroom: TestNewsroom,
    pub host: ArticleHost,
    pub names: Arc<Names>,
    pub site: Site,
    pub origin: String,
}

impl Watching {
    pub async fn new(newsroom: TestNewsroom) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let host = ArticleHost::start().await;
        let names = Arc::<Names>::default();
        names.lead("magazin.test", &[&["127.0.0.1"]]);
        let origin = format!("http://magazin.test:{}", host.port());
        let site = newsroom.add_site("Magazin am Server", &origin).await;
        let mut watching = Self {
            newsroom,
            host,
            names,
            site,
            origin,
        };
        watching.fetches_with(&["magazin.test"]);
        watching
    }

    /// Fetches from now on with these hosts allowed to be inner ones.
    pub fn fetches_with(&mut self, inner_hosts: &[&str]) {
        let settings = FetchSettings {
            inner_hosts: inner_hosts.iter().map(|h| (*h).to_owned()).collect(),
            public_url: "https://melder.example".into(),
            pause: Duration::ZERO,
            limit: Duration::from_secs(2),
        };
        let clock = Arc::clone(&self.newsroom.clock);
        let names = Arc::clone(&self.names);
        let source = HttpSource::with_names(settings, clock, names);
        self.newsroom.services.watch.source = Some(Arc::new(source));
    }

    pub fn url(&self) -> String {
        format!("{}{PATH}", self.origin)
    }

    pub fn reader(&self) -> Reader<'_> {
        self.newsroom.reader_of(&self.site).reads(&self.url())
    }

    /// A reader marks the words in question.
    pub fn marks(&self, words: &str) -> Reader<'_> {
        self.reader().marks_between(BEFORE, words, AFTER)
    }

    pub fn says(&self, words: &str) {
        let first = format!("{BEFORE}{words}{AFTER}");
        self.host.shows(PATH, &[&first, SECOND]);
    }

    /// Looks at what is due now, until nothing is.
    pub async fn looks(&self) -> Vec<Looked> {
        let watch = Watch {
            services: self.newsroom.services.clone(),
        };
        let mut all = Vec::new();
        loop {
            let round = watch.round().await.expect("the database");
            if round.is_empty() {
                return all;
            }
            all.extend(round);
            assert!(all.len() < 100, "the same articles again and again");
        }
    }

    /// Time passes until the article is due again, and it is looked at.
    pub async fn looks_again(&self) -> Vec<Looked> {
        let due = self.watched().await.look_at.expect("it is watched");
        let now = self.newsroom.services.now();
        self.newsroom.clock.advance((due - now).max(0) + 1);
        self.looks().await
    }

    pub async fn article(&self) -> ArticleId {
        let key = ArticleUrl::parse(&self.url()).unwrap();
        let db = self.newsroom.services.store.reader();
        let found = articles::at_address(db, self.site.id, key.key()).await;
        found.unwrap().expect("the article").id
    }

    pub async fn watched(&self) -> Watched {
        let db = self.newsroom.services.store.reader();
        article_watch::find(db, self.article().await).await.unwrap()
    }

    pub async fn sighting(&self, ticket: TicketId) -> Sighting {
        let db = self.newsroom.services.store.reader();
        let mut found = ticket_sightings::of_tickets(db, &[ticket]).await.unwrap();
        found.pop().expect("a sighting")
    }

    pub async fn passage_state(&self, ticket: TicketId) -> PassageState {
        self.newsroom.ticket(ticket).await.passage_state
    }
}

both_databases! {
    async fn a_corrected_word_closes_its_ticket_and_thanks_the_reader(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let receipt = watching.marks("Standart").suggests("Standard").leaves("anna@post.example").sends_and_confirms().await;
        watching.newsroom.new_letters().await;
        watching.looks().await;
        assert_eq!(watching.passage_state(receipt.ticket).await, PassageState::Found);
        let sighting = watching.sighting(receipt.ticket).await;
        assert_eq!(sighting.look.words.as_deref(), Some("Standart"));

        watching.says("Standard");
        assert!(watching.looks().await.is_empty(), "not due yet");
        watching.looks_again().await;
        let ticket = watching.newsroom.ticket(receipt.ticket).await;
        assert_eq!((ticket.state, ticket.resolution, ticket.passage_state), (TicketState::Closed, Some(Resolution::Corrected), PassageState::Changed));
        let sighting = watching.sighting(receipt.ticket).await;
        assert!(sighting.fits_suggestion && sighting.first_version != sighting.version);
        assert_eq!(sighting.look.words.as_deref(), Some("Standard"));
        let letters = watching.newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert_eq!(letters[0].to, "anna@post.example");
        assert!(letters[0].subject.contains("Korrigiert"), "{}", letters[0].subject);
        let history = watching.newsroom.history(receipt.ticket).await;
        let by_watch: Vec<EventKind> = history.iter().filter(|e| e.event.details.by == Some(Actor::Watch)).map(|e| e.event.kind).collect();
        assert_eq!(by_watch, [EventKind::Sighted, EventKind::Closed]);
        assert_eq!(watching.newsroom.count("article_versions").await, 2);
    }

    async fn what_is_changed_otherwise_waits_for_one_key(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.says("Entwurf");
        watching.looks_again().await;
        let shown = watching.newsroom.ticket(ticket).await;
        assert_eq!((shown.state, shown.passage_state), (TicketState::New, PassageState::Changed));
        let sighting = watching.sighting(ticket).await;
        assert_eq!(sighting.look.words.as_deref(), Some("Entwurf"));
        assert!(!sighting.fits_suggestion);
        // The author takes it back: what was probably corrected was not.
        watching.says("Standart");
        watching.looks_again().await;
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
    }

    async fn a_fact_is_never_decided_by_the_watch(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Grenzwert von 300 Watt");
        let ticket = watching.marks("Grenzwert von 300 Watt").suggests("Grenzwert von 400 Watt").of_kind("fact").sends().await.ticket;
        watching.looks().await;
        watching.says("Grenzwert von 400 Watt");
        watching.looks_again().await;
        let shown = watching.newsroom.ticket(ticket).await;
        assert_eq!((shown.state, shown.passage_state), (TicketState::New, PassageState::Changed));
        assert!(watching.sighting(ticket).await.fits_suggestion, "one key is offered");
    }

    async fn a_site_may_want_to_confirm_everything(database: TestDatabase) {
        let newsroom = TestNewsroom::with_settings(database, SiteSettings::default()).await;
        let watching = Watching::new(newsroom).await;
        watching.newsroom.sql(r#"UPDATE sites SET settings = '{"confirm_corrections":true}'"#).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.says("Standard");
        watching.looks_again().await;
        assert_eq!(watching.newsroom.ticket(ticket).await.state, TicketState::New);
        assert_eq!(watching.passage_state(ticket).await, PassageState::Changed);
    }

    async fn nothing_is_said_of_words_that_we_never_saw(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.host.shows(PATH, &["Bitte stimmen Sie der Verarbeitung Ihrer Daten zu, um weiterzulesen.", "Oder schließen Sie ein Abonnement ab."]);
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        assert_eq!(watching.passage_state(ticket).await, PassageState::Unknown);
        watching.says("Standard");
        watching.looks_again().await;
        let shown = watching.newsroom.ticket(ticket).await;
        assert_eq!((shown.state, shown.passage_state), (TicketState::New, PassageState::Unknown));
    }

    async fn a_wall_that_cuts_the_article_off_deletes_nothing(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let long = SECOND.repeat(8);
        let first = format!("{BEFORE}Standart{AFTER}");
        watching.host.shows(PATH, &["Ein Vorspann.", &long, &first]);
        let ticket = watching.marks("Standart").sends().await.ticket;
        watching.looks().await;
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
        watching.host.shows(PATH, &["Ein Vorspann.", "Weiterlesen mit Abo."]);
        watching.looks_again().await;
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
    }

    async fn words_that_were_cut_are_gone(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").sends().await.ticket;
        watching.looks().await;
        watching.host.shows(PATH, &["Ein anderer Absatz über ganz andere Dinge, nämlich das Wetter an der Küste und die Fähren nach Norden.", SECOND]);
        watching.looks_again().await;
        let shown = watching.newsroom.ticket(ticket).await;
        assert_eq!((shown.state, shown.passage_state), (TicketState::New, PassageState::Gone));
    }

    async fn a_mistake_that_comes_back_twice_reopens_its_ticket(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.newsroom.new_letters().await;
        watching.looks().await;
        watching.newsroom.closes(ticket, Resolution::Corrected).await;
        // A page that still shows it is a cache, until we have seen the correction.
        for _ in 0..3 {
            watching.looks_again().await;
            assert_eq!(watching.newsroom.ticket(ticket).await.state, TicketState::Closed);
        }
        watching.says("Standard");
        watching.looks_again().await;
        assert!(watching.sighting(ticket).await.correction_seen_at.is_some());
        watching.says("Standart");
        watching.looks_again().await;
        assert_eq!(watching.newsroom.ticket(ticket).await.state, TicketState::Closed, "once may be a cache");
        watching.newsroom.new_letters().await;
        watching.looks_again().await;
        let shown = watching.newsroom.ticket(ticket).await;
        assert_eq!((shown.state, shown.regressed, shown.resolution), (TicketState::Open, true, None));
        let letters = watching.newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].to.contains("maria@"));
        assert!(letters[0].subject.ends_with("Fehler ist zurück") && letters[0].text.contains("alten Wörter wieder"), "{}", letters[0].text);
        // And when it is corrected again, that is seen again.
        watching.says("Standard");
        watching.looks_again().await;
        let shown = watching.newsroom.ticket(ticket).await;
        assert_eq!((shown.state, shown.regressed), (TicketState::Closed, false));
    }

    async fn a_correction_that_does_not_show_after_a_day_is_said_once(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.newsroom.closes(ticket, Resolution::Corrected).await;
        watching.newsroom.clock.advance(23 * HOUR);
        watching.looks().await;
        assert_eq!(watching.sighting(ticket).await.correction_missing_at, None);
        for _ in 0..2 {
            watching.newsroom.clock.advance(2 * HOUR);
            watching.looks().await;
            watching.looks_again().await;
        }
        assert!(watching.sighting(ticket).await.correction_missing_at.is_some());
        let history = watching.newsroom.history(ticket).await;
        assert_eq!(history.iter().filter(|e| e.event.details.correction_missing).count(), 1);
        assert_eq!(watching.newsroom.ticket(ticket).await.state, TicketState::Closed);
    }

    async fn a_report_on_words_corrected_before_closes_at_once_and_alerts_nobody(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let says = |first: &str, second: &str| {
            let text = format!("{BEFORE}{first}{AFTER} Der {second} der Firma schweigt dazu.");
            watching.host.shows(PATH, &[&text, SECOND]);
        };
        says("Standart", "Sprehcer");
        watching.marks("Standart").suggests("Standard").sends().await;
        watching.looks().await;
        says("Standart", "Sprecher");
        watching.looks_again().await;
        watching.newsroom.new_letters().await;
        // An old tab still shows what nobody had reported.
        let late = watching.reader().marks_between("Die Hersteller haben zwei Jahre Zeit. Der ", "Sprehcer", " der Firma schweigt dazu.").suggests("Sprecher").leaves("bert@post.example").sends().await;
        watching.newsroom.clock.advance(MINUTE);
        watching.looks().await;
        let ticket = watching.newsroom.ticket(late.ticket).await;
        assert_eq!((ticket.state, ticket.resolution), (TicketState::Closed, Some(Resolution::AlreadyCorrected)));
        let letters = watching.newsroom.new_letters().await;
        assert!(letters.iter().all(|l| l.to == "bert@post.example"), "{letters:#?}");
    }

    async fn a_ticket_that_came_during_a_look_is_looked_up_too(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        watching.marks("Standart").suggests("Standard").sends().await;
        watching.looks().await;
        let fetched = watching.host.requests().len();
        // Seconds later: what we have is new enough, and nobody is asked again.
        let second = watching.marks("Standart").of_kind("fact").suggests("Entwurf").sends().await.ticket;
        watching.looks().await;
        assert_eq!(watching.passage_state(second).await, PassageState::Found);
        assert_eq!(watching.host.requests().len(), fetched);
        watching.newsroom.clock.advance(MINUTE);
        watching.looks().await;
        assert_eq!(watching.host.requests().len(), fetched + 1, "the page is asked after the pause");
    }

    async fn closed_tickets_are_watched_for_ninety_days(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        watching.says("Standard");
        watching.looks_again().await;
        assert_eq!(watching.newsroom.ticket(ticket).await.state, TicketState::Closed);
        watching.newsroom.clock.advance(89 * DAY);
        assert_eq!(watching.looks().await.len(), 1);
        assert!(watching.watched().await.look_at.is_some());
        watching.newsroom.clock.advance(2 * DAY);
        watching.looks().await;
        assert_eq!(watching.watched().await.look_at, None, "nothing is left to see");
    }

    async fn two_workers_never_look_at_one_article_at_once(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        watching.marks("Standart").sends().await;
        let services = &watching.newsroom.services;
        let (lease, mine) = watch_articles::claim_due(services, 10).await.unwrap();
        assert_eq!(mine.len(), 1);
        let (_, theirs) = watch_articles::claim_due(services, 10).await.unwrap();
        assert!(theirs.is_empty());
        let now = watch_articles::look_now(services, &watching.newsroom.editor, mine[0]).await.unwrap();
        assert!(now.put_off);
        // The first was killed; a minute later somebody else takes over, and the first comes too late.
        watching.newsroom.clock.advance(2 * MINUTE);
        assert_eq!(watching.looks().await.len(), 1);
        let late = watch_articles::look(services, mine[0], lease).await.unwrap();
        assert!(late.put_off);
        assert_eq!(watching.newsroom.count("article_versions").await, 1);
    }

    async fn an_editor_looks_now_and_a_viewer_does_not(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Entwurf").sends().await.ticket;
        watching.looks().await;
        watching.says("Standard");
        watching.newsroom.clock.advance(MINUTE);
        let services = &watching.newsroom.services;
        let article = watching.article().await;
        let viewer = watching.newsroom.add_editor("Vera", Role::Viewer).await;
        assert!(matches!(watch_articles::look_now(services, &viewer, article).await, Err(WatchError::ReadOnly)));
        let looked = watch_articles::look_now(services, &watching.newsroom.editor, article).await.unwrap();
        assert!(looked.changed && looked.error.is_none());
        assert_eq!(looked.tickets.len(), 1);
        assert_eq!((looked.tickets[0].ticket, looked.tickets[0].passage_state, looked.tickets[0].now.as_deref()), (ticket, PassageState::Changed, Some("Standard")));
    }

    async fn what_the_content_system_sends_counts_at_once(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let html = page(&[&format!("{BEFORE}Standart{AFTER}"), SECOND]);
        watching.host.serves(PATH, Behaviour::Page { html, etag: Some("\"v1\"".into()) });
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        let server = TestServer::of(&watching.newsroom).await;
        let token = fehlermelder::services::manage_tokens::add(&watching.newsroom.services, &watching.newsroom.editor.email, vec![fehlermelder::domain::editor::Scope::TicketsWrite]).await.unwrap().unwrap().1;
        let text = format!("Der neue Standard\n{BEFORE}Standard{AFTER}\n{SECOND}");
        let send = |body: serde_json::Value| server.post("/api/v1/articles/refresh").bearer_auth(&token).json(&body);
        let answer = ask(send(json!({ "url": format!("{}?utm_source=cms", watching.url()), "text": text }))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer = answer.json();
        assert_eq!((answer["known"].as_bool(), answer["changed"].as_bool()), (Some(true), Some(true)));
        assert_eq!(answer["tickets"][0]["reference"], json!(ticket.to_string()));
        assert_eq!(answer["tickets"][0]["resolution"], json!("corrected"));
        assert_eq!(watching.newsroom.ticket(ticket).await.resolution, Some(Resolution::Corrected));
        assert_eq!(watching.sighting(ticket).await.correction_source, Some(VersionSource::Sent));
        // The page is not published yet: that is no regression, however often it is seen, and whatever its server says of it.
        for round in 0..6 {
            if round == 3 {
                let html = page(&[&format!("{BEFORE}Standart{AFTER}"), SECOND, "Eine Anzeige."]);
                watching.host.serves(PATH, Behaviour::Page { html, etag: Some("\"v2\"".into()) });
            }
            watching.looks_again().await;
        }
        assert_eq!(watching.newsroom.ticket(ticket).await.state, TicketState::Closed);
        assert_eq!(watching.sighting(ticket).await.correction_source, Some(VersionSource::Sent), "no page showed it yet");
        // Without a text the page is read.
        watching.says("Standard");
        watching.newsroom.clock.advance(MINUTE);
        let answer = ask(send(json!({ "url": watching.url() }))).await.json();
        assert_eq!((answer["changed"].as_bool(), &answer["error"], &answer["put_off"]), (Some(true), &json!(null), &json!(false)));
        assert_eq!(watching.sighting(ticket).await.correction_source, Some(VersionSource::Fetched));
        // An address of nobody's site.
        let answer = ask(send(json!({ "url": "https://fremd.example/" }))).await;
        assert_eq!(answer.status, 422);
    }

    async fn with_little_disk_left_nothing_is_fetched_and_reports_still_come(newsroom: TestNewsroom) {
        struct Disk(AtomicU64);
        impl FreeSpace for Disk {
            fn free_bytes(&self) -> Option<u64> {
                Some(self.0.load(Ordering::Relaxed))
            }
        }
        let mut watching = Watching::new(newsroom).await;
        let disk = Arc::new(Disk(AtomicU64::new(99)));
        watching.newsroom.services.watch.free_space = Some(disk.clone());
        watching.newsroom.services.watch.min_free_bytes = 100;
        watching.says("Standart");
        let ticket = watching.marks("Standart").sends().await.ticket;
        let looked = watching.looks().await;
        assert_eq!(looked[0].error, Some(FetchError::DiskFull));
        assert!(watching.host.requests().is_empty());
        assert_eq!(watching.newsroom.count("article_versions").await, 0);
        disk.0.store(100, Ordering::Relaxed);
        watching.looks_again().await;
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
    }

    async fn one_action_forgets_what_an_article_said(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let names = |name: &str| watching.host.shows(PATH, &[&format!("{BEFORE}Standart{AFTER}"), &format!("Angeklagt ist {name}, der dazu schweigt.")]);
        names("Ottokar Geheimrat");
        let ticket = watching.marks("Standart").suggests("Standard").sends().await.ticket;
        watching.looks().await;
        assert!(watching.newsroom.holds("Ottokar Geheimrat").await);
        let article = watching.article().await;
        let services = &watching.newsroom.services;
        let deleted = watch_articles::forget_versions_as(services, &watching.newsroom.editor, article).await.unwrap();
        assert_eq!(deleted, 1);
        for word in ["Ottokar Geheimrat", "geheimrat"] {
            assert!(!watching.newsroom.holds(word).await, "{word}");
        }
        // It goes on with what the page says now.
        names("O. G.");
        watching.looks_again().await;
        assert_eq!(watching.passage_state(ticket).await, PassageState::Found);
        assert_eq!(watching.newsroom.count("article_versions").await, 1);
    }

    async fn versions_expire_with_their_site(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.newsroom.sql(r#"UPDATE sites SET settings = '{"article_version_days":30}'"#).await;
        watching.says("Standart");
        let ticket = watching.marks("Standart").suggests("Entwurf").sends().await.ticket;
        watching.looks().await;
        watching.says("Standard");
        watching.looks_again().await;
        watching.newsroom.clock.advance(29 * DAY);
        watching.looks().await;
        let services = &watching.newsroom.services;
        assert_eq!(watch_articles::delete_expired_versions(services).await.unwrap(), 0);
        watching.newsroom.clock.advance(2 * DAY);
        assert_eq!(watch_articles::delete_expired_versions(services).await.unwrap(), 1);
        let left = article_versions::of_article(services.store.reader(), watching.article().await).await.unwrap();
        assert_eq!(left.len(), 1, "what it says now stays while it is looked at");
        assert_eq!(watching.passage_state(ticket).await, PassageState::Changed);
        // Nobody looks any more: that goes as well, with its words in the index.
        watching.newsroom.clock.advance(40 * DAY);
        assert_eq!(watch_articles::delete_expired_versions(services).await.unwrap(), 1);
        assert_eq!(watching.watched().await.current_version, None);
        keep_house::delete_expired(services).await.unwrap();
    }

    async fn the_same_wrong_words_elsewhere_are_found_and_opened(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        watching.says("Ladestandart");
        let ticket = watching.marks("Ladestandart").suggests("Ladestandard").sends().await.ticket;
        let other = |n: i32| format!("{}/andere/{n}", watching.origin);
        for n in 0..3 {
            let words = if n == 2 { "Ladestandarte" } else { "Ladestandart" };
            watching.host.serves(&format!("/andere/{n}"), Behaviour::Page { html: page(&["Etwas anderes steht hier.", &format!("Auch hier ist der {words}, wie er sein soll.")]), etag: None });
            watching.newsroom.reader_of(&watching.site).reads(&other(n)).marks_between("", "Etwas", " anderes steht hier.").suggests(&format!("Was {n}")).sends().await;
        }
        watching.looks().await;
        watching.newsroom.new_letters().await;
        let services = &watching.newsroom.services;
        let found = also_in::find(services, &watching.newsroom.ticket(ticket).await).await.unwrap().unwrap();
        assert_eq!((found.words.old.as_str(), found.words.new.as_deref()), ("Ladestandart", Some("Ladestandard")));
        let mut urls: Vec<&str> = found.articles.iter().map(|a| a.article.url.as_str()).collect();
        urls.sort_unstable();
        assert_eq!(urls, [other(0), other(1)]);
        assert!(found.articles.iter().all(|a| a.places == 1 && a.ticket.is_none() && a.passage.exact == "Ladestandart"));

        let chosen: Vec<ArticleId> = found.articles.iter().map(|a| a.article.id).collect();
        let opened = also_in::open_there(services, &watching.newsroom.editor, ticket, &chosen).await.unwrap();
        assert_eq!(opened.len(), 2);
        let again = also_in::open_there(services, &watching.newsroom.editor, ticket, &chosen).await.unwrap();
        assert_eq!(again, opened, "nothing is opened twice");
        let there = watching.newsroom.ticket(opened[0]).await;
        assert_eq!((there.state, there.suggestions[0].text.as_str()), (TicketState::Open, "Ladestandard"));
        let history = watching.newsroom.history(opened[0]).await;
        assert!(history.iter().any(|e| e.event.kind == EventKind::AlsoFound && e.event.details.also_in == Some(ticket)));
        assert!(watching.newsroom.new_letters().await.is_empty(), "nobody is alerted of what somebody opened");
        watching.newsroom.clock.advance(MINUTE);
        watching.looks().await;
        assert_eq!(watching.passage_state(opened[0]).await, PassageState::Found);
        watching.newsroom.steps(&watching.newsroom.editor, ticket, vec![Step::Accept("Ladestandard".into())]).await.unwrap();
        let found = also_in::find(services, &watching.newsroom.ticket(ticket).await).await.unwrap().unwrap();
        assert!(found.articles.iter().all(|a| a.ticket.is_some()));
    }
}
