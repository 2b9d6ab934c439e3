//! `demo`: a ready newsroom on embedded SQLite.

use std::{io::IsTerminal as _, net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use clap::Args;

use super::{compose, serve};
use crate::{
    config::{Config, MailTransport},
    demo::{
        addresses::{self, Addresses},
        articles, generate,
        magazine::{Houses, Magazine},
        newsroom, past_mail, past_versions, relocation, routes,
        scenery::{MAILBOX, Scenery},
        shelf::Shelf,
    },
    domain::site::Origin,
    services::statistics,
    telemetry,
    web::{DemoPanel, server::ServerError},
};

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Where to listen; beyond this machine the magazine takes the next port too.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where everything is kept.
    #[arg(long, default_value = "demo-data")]
    data: PathBuf,
    /// Another database than the SQLite file in the data folder.
    #[arg(long)]
    database: Option<String>,
    /// Fills it with so many generated tickets.
    #[arg(long)]
    tickets: Option<u64>,
}

pub(super) async fn run(arguments: DemoArguments) -> anyhow::Result<()> {
    // Before anything is made: a port that is taken leaves nothing behind.
    let addresses = addresses::open(arguments.listen).await.map_err(taken)?;
    std::fs::create_dir_all(&arguments.data)
        .with_context(|| format!("the folder {} cannot be made", arguments.data.display()))?;
    let data = std::path::absolute(&arguments.data)?;
    let config = configuration(&arguments, &data, &addresses)?;
    telemetry::init(&config.log)?;
    let services = compose::services(&config).await?;
    services.store.migrate().await?;
    let origin = addresses.magazine[0].clone();
    let origins = addresses
        .magazine
        .iter()
        .map(|o| Origin::parse(o))
        .collect::<Result<Vec<_>, _>>()?;
    let shelf = Arc::new(Shelf::open(articles::all()?, data.join("magazine.json"))?);
    let wanted = arguments.tickets.unwrap_or(0);
    let (site, left_free) = newsroom::set_up(&services, &origin, &origins, wanted).await?;
    relocation::follow(&services, &site, &shelf, &origin).await?;
    let renderer = compose::renderer(&config, &services);
    let magazine = Magazine::new(
        Arc::clone(&shelf),
        renderer.clone(),
        site.key.clone(),
        addresses.melder.clone(),
        origin.clone(),
    );
    if left_free.is_some() {
        past_versions::store(&services, &site, &magazine).await?;
        let delivery = compose::delivery(&config, &services, renderer)?;
        past_mail::deliver(&delivery, &config.mail.dir).await?;
    }
    if wanted > 0 {
        generate::fill(&services, &site, &shelf, &origin, wanted, left_free).await?;
        // They lie in the past, behind what was counted.
        statistics::forget(&services).await?;
    }
    let mails = config.mail.dir.clone();
    let scenery = Arc::new(Scenery::new(shelf, site, origin, magazine.clone(), mails));
    say(&addresses, &data);
    let panel: Arc<dyn DemoPanel> = Arc::<Scenery>::clone(&scenery);
    let limits = compose::request_limits(&config);
    let Addresses {
        listeners,
        magazine_is,
        ..
    } = addresses;
    serve::serve(
        &config,
        services,
        listeners,
        Some(panel),
        move |app, state| Houses {
            magazine_is,
            magazine: magazine.routes(),
            demo: routes::routes(state.clone(), scenery, limits),
            melder: app,
        },
    )
    .await
}

/// One line that names the address and the way out.
fn taken(error: ServerError) -> anyhow::Error {
    match error {
        ServerError::Bind { address, source } if source.kind() == std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!(
                "{address} is in use by another program; --listen {}:0 takes a free port",
                host(address)
            )
        }
        error => error.into(),
    }
}

fn host(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}

fn configuration(
    arguments: &DemoArguments,
    data: &std::path::Path,
    addresses: &Addresses,
) -> anyhow::Result<Config> {
    let mut config = Config {
        listen: arguments.listen,
        ..Config::default()
    };
    config.public_url = addresses.melder.parse().map_err(anyhow::Error::msg)?;
    config.database_url = arguments
        .database
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", data.join("fehlermelder.db").display()))
        .into();
    config.secret_key_file = data.join("fehlermelder.key");
    config.mail.transport = MailTransport::File;
    config.mail.dir = data.join("mails");
    config.mail.from = "Fehlermelder <melder@nordlicht.example>".parse()?;
    config.intake.rate_limit = 0;
    config.intake.min_fill_ms = 0;
    config.log.level = "warn".into();
    // The magazine is on this machine, and whoever plays with it waits for nothing.
    config.watch.inner_hosts = addresses
        .magazine
        .iter()
        .filter_map(|origin| host_of(origin))
        .collect();
    config.watch.pause_ms = 0;
    config.watch.min_free_mib = 64;
    Ok(config)
}

fn host_of(origin: &str) -> Option<String> {
    let url = url::Url::parse(origin).ok()?;
    Some(url.host_str()?.trim_matches(['[', ']']).to_owned())
}

/// What to open, and how to get in.
#[allow(clippy::print_stdout, reason = "says where to look")]
fn say(addresses: &Addresses, data: &std::path::Path) {
    let (melder, magazine) = (&addresses.melder, &addresses.magazine[0]);
    println!();
    println!("  Fehlermelder · Demo");
    println!();
    println!("  Magazin      {magazine}/");
    println!("  Redaktion    {melder}/");
    println!("  Anmelden     {}", newsroom::EMAIL);
    println!("  Passwort     {}", newsroom::PASSWORD);
    println!("  Postfach     {melder}{MAILBOX}");
    println!("  Daten        {}", data.display());
    println!();
    if addresses.in_network {
        if let Some(code) = qr_code(&format!("{magazine}/")) {
            println!("  Auf dem Telefon, im selben Netz:");
            println!();
            println!("{code}");
            println!();
        }
        println!("  Wer dieses Netz teilt, kann sich mit diesem Passwort anmelden.");
    }
    println!(
        "  Im Magazin Wörter markieren und melden, dann in Redaktion und Postfach sehen. Ende mit Strg+C."
    );
    println!();
}

/// The address as a code for a phone's camera, two rows of it to a line.
fn qr_code(url: &str) -> Option<String> {
    use qrcode::{QrCode, render::unicode::Dense1x2};
    let code = QrCode::new(url).ok()?;
    let drawn = code.render::<Dense1x2>().quiet_zone(true).build();
    // Not every camera reads light on dark: where colours can be set, it is black on white.
    let coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (before, after) = if coloured {
        ("\x1b[30;107m", "\x1b[0m")
    } else {
        ("", "")
    };
    let lines = drawn.lines().map(|line| format!("  {before}{line}{after}"));
    Some(lines.collect::<Vec<_>>().join("\n"))
}
