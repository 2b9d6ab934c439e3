//! A newsroom to play in: a site, an editor on call, readers who mark mistakes, and the mails that come of it.
//!
//! It stands on the same parts as the real server, but for the clock, which only moves when a test moves it, and
//! chance, which is the same in every run.

use std::sync::Arc;
use std::time::Duration;

use fehlermelder::domain::clock::{FixedClock, SeededEntropy};
use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::ids::{EditorId, TicketId};
use fehlermelder::domain::secret::ServerKey;
use fehlermelder::domain::site::{Lang, Origin, Site, SiteSettings};
use fehlermelder::domain::ticket::{Closure, MAIL_WAITS, Resolution, Step, Ticket};
use fehlermelder::links::Links;
use fehlermelder::mail::delivery::Delivery;
use fehlermelder::mail::envelope::Sender;
use fehlermelder::mail::transport::Transport;
use fehlermelder::rendering::Renderer;
use fehlermelder::services::file_report::{FileReportError, Intake, Receipt, Submission};
use fehlermelder::services::live::Live;
use fehlermelder::services::triage_ticket::{self, Seen, TriageError};
use fehlermelder::services::watch_articles::WatchMeans;
use fehlermelder::services::{Rules, Services, manage_sites};
use fehlermelder::storage::events::TicketEvent;
use fehlermelder::storage::reports::Report;
use fehlermelder::storage::{self, Connection as _, Store, StoreOptions};
use sea_orm::Statement;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::database::{OnDatabase, TestDatabase};
use super::inspection::{has, number, outbox, rows_hold};
use super::letter::Letter;
use super::reader::Reader;

/// Monday, 23 November 2026, 10:25 in Berlin: when every test begins.
pub const MONDAY_MORNING: i64 = 1_795_425_900_000;
/// Where the site's pages come from.
pub const ORIGIN: &str = "https://magazin.example";
/// Our own address.
pub const PUBLIC_URL: &str = "https://melder.example";
/// How long one mail may take.
const SEND_LIMIT: Duration = Duration::from_secs(2);

/// The newsroom. With one site and one editor, who writes and reads German.
pub struct TestNewsroom {
    pub services: Services,
    pub clock: Arc<FixedClock>,
    pub site: Arc<Site>,
    /// Maria, who is told of new tickets.
    pub editor: Editor,
    intake: Intake,
    committing: JoinHandle<()>,
    mails: TempDir,
    database: TestDatabase,
}

impl OnDatabase for TestNewsroom {
    const MIGRATED: bool = true;

    async fn on(database: TestDatabase) -> Self {
        Self::with_settings(database, SiteSettings::default()).await
    }
}

impl TestNewsroom {
    /// With settings of the site's own.
    pub async fn with_settings(database: TestDatabase, settings: SiteSettings) -> Self {
        let clock = Arc::new(FixedClock::at(MONDAY_MORNING));
        let services = services(&database, Arc::clone(&clock), 1).await;
        services.store.migrate().await.expect("the schema");
        let site = manage_sites::add(
            &services,
            "Magazin",
            vec![origin(ORIGIN)],
            Lang::De,
            manage_sites::TIME_ZONE,
            settings,
        )
        .await
        .expect("a site");
        let editor = add_editor(&services, "Maria", Some(Role::Editor), Vec::new()).await;
        let (intake, committing) = Intake::start(services.clone());
        Self {
            services,
            clock,
            site: Arc::new(site),
            editor,
            intake,
            committing,
            mails: tempfile::tempdir().expect("a folder for mails"),
            database,
        }
    }

    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// The same database, seen from another process: own connections, own randomness, own way in. One clock for both.
    pub async fn second_instance(&self) -> (Services, Intake) {
        let services = services(&self.database, Arc::clone(&self.clock), 2).await;
        let (intake, _) = Intake::start(services.clone());
        (services, intake)
    }

    /// Someone with a role on every site.
    pub async fn add_editor(&self, name: &str, role: Role) -> Editor {
        add_editor(&self.services, name, Some(role), Vec::new()).await
    }

    /// Someone with a role on some sites only.
    pub async fn add_editor_of(&self, name: &str, role: Role, sites: &[&Site]) -> Editor {
        let roles = sites.iter().map(|site| (site.id, role)).collect();
        add_editor(&self.services, name, None, roles).await
    }

    pub async fn add_site(&self, name: &str, address: &str) -> Site {
        let settings = SiteSettings::default();
        manage_sites::add(
            &self.services,
            name,
            vec![origin(address)],
            Lang::De,
            manage_sites::TIME_ZONE,
            settings,
        )
        .await
        .expect("a site")
    }

    /// A reader of the site, with nothing marked yet.
    pub fn reader(&self) -> Reader<'_> {
        Reader::of(self, Arc::clone(&self.site))
    }

    /// A reader of another site.
    pub fn reader_of(&self, site: &Site) -> Reader<'_> {
        Reader::of(self, Arc::new(site.clone()))
    }

    /// Twelve readers report what the whole of these tests is about; the ticket.
    pub async fn standart_is_reported(&self) -> TicketId {
        self.reader()
            .marks("Standart")
            .suggests("Standard")
            .sends()
            .await
            .ticket
    }

    /// A way in, for the web.
    pub fn intake(&self) -> Intake {
        self.intake.clone()
    }

    pub async fn files(&self, submission: Submission) -> Result<Receipt, FileReportError> {
        self.intake.file(submission).await
    }

    /// Takes the last way in away and waits for what was accepted.
    pub async fn stops_taking_reports(self) -> (Services, TestDatabase) {
        drop(self.intake);
        self.committing.await.expect("the intake ends");
        (self.services, self.database)
    }

    pub async fn steps(
        &self,
        editor: &Editor,
        ticket: TicketId,
        steps: Vec<Step>,
    ) -> Result<Ticket, TriageError> {
        triage_ticket::take_steps(&self.services, editor, ticket, Seen::Anything, steps).await
    }

    /// Maria closes a ticket with what needs no further words.
    pub async fn closes(&self, ticket: TicketId, resolution: Resolution) -> Ticket {
        self.closes_as(ticket, Closure::of(resolution)).await
    }

    pub async fn closes_as(&self, ticket: TicketId, closure: Closure) -> Ticket {
        let steps = vec![Step::Close(closure)];
        self.steps(&self.editor, ticket, steps)
            .await
            .expect("a legal step")
    }

    pub async fn reopens(&self, ticket: TicketId) -> Ticket {
        let steps = vec![Step::Open];
        self.steps(&self.editor, ticket, steps)
            .await
            .expect("a legal step")
    }

    pub async fn ticket(&self, id: TicketId) -> Ticket {
        storage::tickets::find(self.services.store.reader(), id)
            .await
            .expect("the database")
            .expect("the ticket")
    }

    /// Its reports, oldest first.
    pub async fn reports(&self, id: TicketId) -> Vec<Report> {
        let newest_first =
            storage::reports::of_ticket(self.services.store.reader(), id, None, 10_000);
        let mut reports = newest_first.await.expect("the database");
        reports.reverse();
        reports
    }

    /// Its history, oldest first.
    pub async fn history(&self, id: TicketId) -> Vec<TicketEvent> {
        storage::events::of_ticket(self.services.store.reader(), id)
            .await
            .expect("the database")
    }

    /// The first column of the first row, a number. For what no use case shows.
    pub async fn number(&self, sql: &str) -> i64 {
        number(&self.services.store, sql).await
    }

    pub async fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS number FROM {table}"))
            .await
    }

    pub async fn sql(&self, sql: &str) {
        let reader = self.services.store.reader();
        reader
            .execute_unprepared(sql)
            .await
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// Whether those words stand anywhere in the database.
    pub async fn holds(&self, words: &str) -> bool {
        self.holds_bytes(words.as_bytes()).await
    }

    /// Whether those bytes stand anywhere: in SQLite in the file and its log, also where rows were deleted; in
    /// PostgreSQL, whose files hold deleted rows until they are vacuumed, in any row of any table.
    pub async fn holds_bytes(&self, bytes: &[u8]) -> bool {
        let Some(file) = self.database.file() else {
            return rows_hold(&self.services.store, bytes).await;
        };
        let log = file.with_extension("sqlite-wal");
        let found = |file| std::fs::read(file).is_ok_and(|content| has(&content, bytes));
        found(file) || found(log)
    }

    /// What was written is indexed for the search.
    pub async fn indexes(&self) {
        while fehlermelder::services::index_tickets::index_pending(&self.services)
            .await
            .expect("the index")
            > 0
        {}
    }

    // ---- Mail

    /// A worker that writes files.
    pub fn delivery(&self) -> Delivery {
        let folder = Transport::folder(self.mails.path().to_owned()).expect("the folder");
        self.delivery_through(folder)
    }

    /// A worker that speaks to that relay.
    pub fn delivery_by_smtp(&self, url: &str) -> Delivery {
        let relay =
            Transport::smtp(&SecretString::from(url), SEND_LIMIT).expect("a relay's address");
        self.delivery_through(relay)
    }

    pub fn delivery_through(&self, transport: Transport) -> Delivery {
        delivery(self.services.clone(), transport)
    }

    /// Delivers all that is due once nothing can be taken back any more, into files, where nothing can fail; how many
    /// notifications were looked at.
    pub async fn delivers(&self) -> usize {
        let waits = "SELECT count(*) AS number FROM notifications WHERE state = 'pending' AND act_id IS NOT NULL";
        if self.number(waits).await > 0 {
            self.clock.advance(MAIL_WAITS);
        }
        let looked_at = delivers(&self.delivery()).await;
        let failed = "SELECT occasion || ': ' || last_error AS line FROM notifications WHERE state <> 'dropped' AND last_error IS NOT NULL";
        let failed = Statement::from_string(self.services.store.backend(), failed);
        let failed = self
            .services
            .store
            .reader()
            .query_all_raw(failed)
            .await
            .expect("the outbox");
        let failed: Vec<String> = failed
            .iter()
            .map(|row| row.try_get("", "line").expect("a line"))
            .collect();
        assert!(failed.is_empty(), "{failed:#?}");
        looked_at
    }

    /// The mails written so far, in the order in which they were owed.
    pub fn letters(&self) -> Vec<Letter> {
        Letter::all_in(self.mails.path())
    }

    /// Delivers, and what was written by it.
    pub async fn new_letters(&self) -> Vec<Letter> {
        let known = self.letters();
        self.delivers().await;
        let mut all = self.letters();
        all.retain(|letter| known.iter().all(|old| old.raw != letter.raw));
        all
    }

    /// Each notification's occasion, state and number of tries, in the order in which they were owed.
    pub async fn outbox(&self) -> Vec<(String, String, i64)> {
        outbox(&self.services.store).await
    }
}

/// The means of the use cases, on that database.
pub async fn services(database: &TestDatabase, clock: Arc<FixedClock>, seed: u64) -> Services {
    let options = StoreOptions {
        url: database.url().to_owned(),
        max_connections: 5,
    };
    Services {
        store: Store::connect(&options).await.expect("a connection"),
        clock,
        entropy: Arc::new(SeededEntropy::new(seed)),
        key: ServerKey::new(b"the key of the tests"),
        links: Links::new(PUBLIC_URL),
        outbox_bell: Arc::new(Notify::new()),
        rules: Rules::default(),
        watch: WatchMeans::default(),
        live: Live::new(uuid::Uuid::from_u128(seed.into())),
    }
}

pub fn delivery(services: Services, transport: Transport) -> Delivery {
    Delivery {
        renderer: Renderer::new(Arc::clone(&services.clock), None, |_| None),
        sender: Sender {
            from: "Fehlermelder <melder@magazin.example>"
                .parse()
                .expect("an address"),
            reply_to: None,
            envelope_from: None,
            host: services.links.host(),
        },
        services,
        transport,
        alerts_per_hour: 10,
        send_limit: SEND_LIMIT,
        pause: Duration::ZERO,
    }
}

/// Rounds until nothing is due.
pub async fn delivers(delivery: &Delivery) -> usize {
    let mut sum = 0;
    loop {
        match delivery.round().await.expect("the outbox").claimed {
            0 => return sum,
            looked_at => sum += looked_at,
        }
        assert!(
            sum < 10_000,
            "the worker takes the same mails again and again"
        );
    }
}

async fn add_editor(
    services: &Services,
    name: &str,
    role: Option<Role>,
    site_roles: Vec<(fehlermelder::domain::ids::SiteId, Role)>,
) -> Editor {
    let editor = Editor {
        id: EditorId(services.entropy.uuid(services.clock.now())),
        email: format!("{}@magazin.example", name.to_lowercase()),
        name: name.to_owned(),
        role,
        site_roles,
        lang: Lang::De,
        active: true,
        alerted: true,
        keys: true,
        created_at: services.clock.now(),
    };
    let transaction = services.store.begin().await.expect("a transaction");
    // Without a password: hashing one takes longer than most of these tests.
    storage::editors::add(&transaction, &editor, None)
        .await
        .expect("an editor");
    transaction.commit().await.expect("an editor");
    editor
}

fn origin(address: &str) -> Origin {
    Origin::parse(address).expect("an origin")
}
