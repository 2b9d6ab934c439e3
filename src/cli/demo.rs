//! `demo`: a ready newsroom on embedded SQLite.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::{compose, serve};
use crate::{
    config::Config,
    demo, telemetry,
    web::{DemoLinks, server},
};

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Where to listen.
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

#[allow(clippy::print_stdout, reason = "says where to look")]
pub(super) async fn run(arguments: DemoArguments) -> anyhow::Result<()> {
    std::fs::create_dir_all(&arguments.data)
        .with_context(|| format!("the folder {} cannot be made", arguments.data.display()))?;
    let config = configuration(&arguments)?;
    telemetry::init(&config.log)?;
    let services = compose::services(&config).await?;
    services.store.migrate().await?;
    let port = arguments.listen.port();
    let magazine_host = format!("localhost:{port}");
    let origin = format!("http://{magazine_host}");
    let (site, _) = demo::newsroom::set_up(
        &services,
        vec![crate::domain::site::Origin::parse(&origin)?],
    )
    .await?;
    let renderer = compose::renderer(&config, &services);
    let magazine = demo::magazine::Magazine::new(
        demo::articles::all()?,
        renderer,
        site.key,
        config.public_url.to_string(),
        origin.clone(),
    );
    let listener = server::bind(arguments.listen).await?;
    println!(
        "Fehlermelder demo\n\n  Magazine   {origin}/\n  Desk       {}/\n  Sign in    {}  {}\n  Mails      {}",
        config.public_url,
        demo::newsroom::EMAIL,
        demo::newsroom::PASSWORD,
        config.mail.dir.display()
    );
    let links = DemoLinks { magazine: origin };
    serve::serve(&config, services, vec![listener], Some(links), move |app| {
        demo::magazine::TwoHosts {
            magazine_host,
            magazine: magazine.routes(),
            melder: app,
        }
    })
    .await
}

fn configuration(arguments: &DemoArguments) -> anyhow::Result<Config> {
    let data = std::path::absolute(&arguments.data)?;
    let mut config = Config {
        listen: arguments.listen,
        ..Config::default()
    };
    config.public_url = format!("http://{}", arguments.listen)
        .parse()
        .map_err(anyhow::Error::msg)?;
    config.database_url = arguments
        .database
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", data.join("fehlermelder.db").display()))
        .into();
    config.secret_key_file = data.join("fehlermelder.key");
    config.mail.dir = data.join("mails");
    config.intake.rate_limit = 0;
    config.intake.min_fill_ms = 0;
    config.log.level = "warn".into();
    Ok(config)
}
