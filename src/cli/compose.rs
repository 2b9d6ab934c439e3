//! Puts the parts together from the configuration.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;

use super::arguments::Configured;
use crate::{
    config::{Config, Log, MailTransport},
    domain::{
        article_watch::Intervals,
        clock::{Clock, Entropy as _, HOUR, MINUTE, SystemClock, SystemEntropy},
        secret::ServerKey,
    },
    links::Links,
    mail::{delivery::Delivery, envelope::Sender, transport::Transport},
    rendering::Renderer,
    services::{
        Rules, Services,
        file_report::{Intake, SiteCache},
        live::Live,
        watch_articles::{ArticleSource, FreeSpace, WatchMeans},
    },
    storage::{Store, StoreOptions, sqlite_file},
    telemetry,
    watch::{
        disk::DiskOf,
        fetch::{FetchSettings, HttpSource},
    },
    web::{
        AppState, DemoPanel, WebSettings, assets::asset_url, client_network::ClientNetworks,
        confirmation_limit::ConfirmationLimit, rate_limit::RateLimit,
        request_limits::RequestLimits,
    },
};

/// What the commands that manage things work with.
pub(super) struct Tools {
    /// The use cases' means, on a database of this program's schema.
    pub(super) services: Services,
}

impl Tools {
    /// Reads the configuration, opens the database and brings it up to date, if that is not left to `migrate`.
    pub(super) async fn open(configured: &Configured) -> anyhow::Result<Self> {
        let config = quiet_config(configured)?;
        let services = services(&config).await?;
        prepare_schema(&config, &services.store).await?;
        Ok(Self { services })
    }
}

/// The configuration of a command that is no server: it logs warnings only.
pub(super) fn quiet_config(configured: &Configured) -> anyhow::Result<Config> {
    let config = Config::load(configured.config.as_deref())?;
    telemetry::init(&Log {
        level: "warn".into(),
        ..config.log.clone()
    })?;
    Ok(config)
}

/// Connects the database.
pub(super) async fn store(config: &Config) -> anyhow::Result<Store> {
    Store::connect(&StoreOptions {
        url: config.database_url.expose_secret().to_owned(),
        max_connections: config.database.max_connections,
    })
    .await
    .context("the database cannot be opened (database_url)")
}

/// Brings the schema up to date, or looks whether it is.
pub(super) async fn prepare_schema(config: &Config, store: &Store) -> anyhow::Result<()> {
    if config.migrate_on_start {
        store
            .migrate()
            .await
            .context("the database cannot be brought up to date")
    } else {
        Ok(store.check_schema().await?)
    }
}

/// Connects the database and makes the services' means.
pub(super) async fn services(config: &Config) -> anyhow::Result<Services> {
    let store = store(config).await?;
    let key = config.load_or_create_secret_key()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy = Arc::new(SystemEntropy);
    Ok(Services {
        store,
        live: Live::new(entropy.uuid(clock.now())),
        watch: watch_means(config, &clock),
        clock,
        entropy,
        key: ServerKey::new(key.expose()),
        links: Links::new(config.public_url.as_str()),
        outbox_bell: Arc::new(Notify::new()),
        rules: Rules {
            contact_days_after_closing: config.privacy.contact_days_after_closing.into(),
            unconfirmed_contact_days: config.privacy.unconfirmed_contact_days.into(),
            sent_mail_days: config.privacy.sent_mail_days.into(),
            session_idle_hours: config.sessions.idle_hours.into(),
            session_days: config.sessions.absolute_days.into(),
            second_factor: config.sessions.second_factor,
            min_fill_ms: i64::try_from(config.intake.min_fill_ms).unwrap_or(i64::MAX),
        },
    })
}

/// What the article watch works with. Nothing is connected, and no client made, before a page is read.
fn watch_means(config: &Config, clock: &Arc<dyn Clock>) -> WatchMeans {
    let settings = &config.watch;
    let source: Option<Arc<dyn ArticleSource>> = settings.enabled.then(|| {
        let fetch = FetchSettings {
            inner_hosts: settings.inner_hosts.clone(),
            public_url: config.public_url.to_string(),
            pause: Duration::from_millis(settings.pause_ms),
            ..FetchSettings::default()
        };
        Arc::new(HttpSource::new(fetch, Arc::clone(clock))) as Arc<dyn ArticleSource>
    });
    let file = sqlite_file(config.database_url.expose_secret());
    WatchMeans {
        source,
        free_space: file.map(|file| Arc::new(DiskOf::new(&file)) as Arc<dyn FreeSpace>),
        min_free_bytes: settings.min_free_mib.saturating_mul(1024 * 1024),
        intervals: Intervals {
            shortest: i64::from(settings.shortest_minutes) * MINUTE,
            longest: i64::from(settings.longest_hours) * HOUR,
        },
        version_days: settings.version_days.into(),
        bell: Arc::new(Notify::new()),
    }
}

/// The template engine.
pub(super) fn renderer(config: &Config, services: &Services) -> Renderer {
    Renderer::new(
        Arc::clone(&services.clock),
        config.templates_dir.clone(),
        asset_url,
    )
}

/// What the handlers work with.
pub(super) fn app_state(
    config: &Config,
    services: &Services,
    intake: Intake,
    renderer: Renderer,
    demo: Option<Arc<dyn DemoPanel>>,
) -> anyhow::Result<AppState> {
    let (a_minute, burst) = (
        config.intake.rate_limit,
        config.intake.burst.unwrap_or(config.intake.rate_limit),
    );
    Ok(AppState {
        networks: Arc::new(ClientNetworks::new(config.trusted_proxies.clone())?),
        waves: Arc::default(),
        rate_limit: Arc::new(RateLimit::new(a_minute, burst)),
        repeat_limit: Arc::new(RateLimit::new(a_minute, burst)),
        // Who tells no networks apart for reports does not for mails.
        confirmations: Arc::new(ConfirmationLimit::new(config.intake.rate_limit > 0)),
        services: services.clone(),
        intake,
        sites: SiteCache::default(),
        renderer,
        settings: Arc::new(WebSettings {
            https: config.public_url.is_https(),
            max_body_bytes: config.intake.max_body_bytes,
            demo,
        }),
    })
}

/// The mail worker.
pub(super) fn delivery(
    config: &Config,
    services: &Services,
    renderer: Renderer,
) -> anyhow::Result<Delivery> {
    let limit = Duration::from_secs(config.mail.send_timeout_seconds);
    let pause = match (config.mail.transport, config.mail.rate_per_minute) {
        (MailTransport::File, _) | (_, 0) => Duration::ZERO,
        (_, rate) => Duration::from_mins(1) / rate,
    };
    Ok(Delivery {
        services: services.clone(),
        renderer,
        sender: Sender {
            from: config.mail.from.clone(),
            reply_to: config.mail.reply_to.clone(),
            envelope_from: config.mail.envelope_from.clone(),
            host: services.links.host(),
        },
        transport: transport(config)?,
        alerts_per_hour: config.mail.alerts_per_hour.into(),
        send_limit: limit,
        pause,
    })
}

/// How mail leaves.
pub(super) fn transport(config: &Config) -> anyhow::Result<Transport> {
    match config.mail.transport {
        MailTransport::File => Ok(Transport::folder(config.mail.dir.clone())?),
        MailTransport::Smtp => {
            let url = config
                .mail
                .url
                .as_ref()
                .context("mail.url is missing: where is the relay?")?;
            Ok(Transport::smtp(
                url,
                Duration::from_secs(config.mail.send_timeout_seconds),
            )?)
        }
    }
}

/// The web's limits.
pub(super) fn request_limits(config: &Config) -> RequestLimits {
    RequestLimits::from(&config.server)
}
