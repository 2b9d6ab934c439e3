//! `serve`: web, mail worker and house-keeping in one process, until SIGTERM.

use std::{path::Path, sync::Arc, time::Duration};

use poem::EndpointExt as _;
use secrecy::ExposeSecret as _;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tracing::{error, info};

use super::compose;
use crate::{
    config::Config,
    services::{
        Services, bulk_act, file_report::Intake, index_tickets, keep_house, live::herald,
        look_after_tickets, statistics, triage_ticket, watch_articles,
    },
    storage::checkpoints::{CHECKPOINT_EVERY, Checkpoints},
    telemetry,
    watch::worker::Watch,
    web::{AppState, DemoPanel, metrics, routes, server},
};

/// How often what has expired is deleted and what was snoozed is woken.
const HOUSE_KEEPING: Duration = Duration::from_mins(1);
/// The pause between two rounds of counting, where there is much to count.
const BETWEEN_COUNTS: Duration = Duration::from_millis(200);

pub(super) async fn run(config: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    telemetry::init(&config.log)?;
    let services = compose::services(&config).await?;
    compose::prepare_schema(&config, &services.store).await?;
    let listener = server::bind(config.listen).await?;
    info!(address = %config.listen, public_url = %config.public_url, "listening");
    serve(&config, services, vec![listener], None, |app, _| app).await
}

/// The application before somebody puts something around it.
pub(super) type App = poem::endpoint::BoxEndpoint<'static, poem::Response>;

/// Serves until told to stop, then finishes what is in flight.
pub(super) async fn serve<E: poem::Endpoint<Output = poem::Response> + 'static>(
    config: &Config,
    services: Services,
    listeners: Vec<TcpListener>,
    demo: Option<Arc<dyn DemoPanel>>,
    around: impl FnOnce(App, &AppState) -> E,
) -> anyhow::Result<()> {
    metrics::begin(config.server.metrics)?;
    let renderer = compose::renderer(config, &services);
    let (intake, committing) = Intake::start(services.clone());
    let state = compose::app_state(config, &services, intake, renderer.clone(), demo)?;
    let app = around(
        routes::build_app(
            state.clone(),
            config.public_url.is_https() && config.server.hsts,
            compose::request_limits(config),
        )
        .boxed(),
        &state,
    );
    let waves = Arc::clone(&state.waves);
    drop(state);
    let (stop, stopped) = watch::channel(false);
    let mut workers = JoinSet::new();
    if config.mail.enabled {
        let delivery = compose::delivery(config, &services, renderer)?;
        workers.spawn(delivery.run(until(stopped.clone())));
    }
    if config.watch.enabled {
        let watch = Watch {
            services: services.clone(),
        };
        workers.spawn(watch.run(until(stopped.clone())));
    }
    let (end, ended) = watch::channel(false);
    let of_waves = services.clone();
    workers.spawn(async move { waves.run(&of_waves, until(ended)).await });
    workers.spawn(keep_count(services.clone(), stopped.clone()));
    workers.spawn(herald::run(services.clone(), until(stopped.clone())));
    workers.spawn(index_tickets::run(services.clone(), until(stopped.clone())));
    if let Some(checkpoints) = Checkpoints::of(&services.store, config.database_url.expose_secret())
    {
        workers.spawn(keep_the_log_short(checkpoints, stopped.clone()));
    }
    workers.spawn(keep_the_house(services.clone(), stopped));
    let live = services.live.clone();
    let stopping = async move {
        shutdown_signal().await;
        // Open streams would keep us waiting. Who works behind the pages ends meanwhile: what is left to do stands in the database.
        live.close();
        let _ = stop.send(true);
    };
    server::serve(listeners, app, (&config.server).into(), stopping).await?;
    // The routes are gone and with them the last way in: what was accepted is committed.
    let _ = committing.await;
    // These still note the last reports.
    let _ = end.send(true);
    while workers.join_next().await.is_some() {}
    services.store.close().await;
    info!("stopped");
    Ok(())
}

async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn keep_the_house(services: Services, stopped: watch::Receiver<bool>) {
    let mut stop = std::pin::pin!(until(stopped));
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(HOUSE_KEEPING) => {}
        }
        match keep_house::delete_expired(&services).await {
            Ok(round) if round.contacts_deleted > 0 => {
                info!(round.contacts_deleted, "expired addresses were deleted");
            }
            Ok(_) => {}
            Err(error) => error!(%error, "what has expired could not be deleted"),
        }
        match watch_articles::delete_expired_versions(&services).await {
            Ok(0) => {}
            Ok(versions) => info!(versions, "expired versions of articles were deleted"),
            Err(error) => error!(%error, "expired versions of articles could not be deleted"),
        }
        if let Err(error) = bulk_act::keep_house(&services).await {
            error!(%error, "bulk acts that were left off could not be taken up");
        }
        match look_after_tickets::round(&services).await {
            Ok(round) if round.escalated + round.returned > 0 => info!(
                round.escalated,
                round.returned, "tickets that nobody looked after went on"
            ),
            Ok(_) => {}
            Err(error) => error!(%error, "tickets that nobody looks after could not go on"),
        }
        if let Err(error) = triage_ticket::wake_snoozed(&services).await {
            error!(%error, "snoozed tickets could not be woken");
        }
    }
}

/// Copies SQLite's log into its file while others write.
async fn keep_the_log_short(mut checkpoints: Checkpoints, stopped: watch::Receiver<bool>) {
    let mut stop = std::pin::pin!(until(stopped));
    let mut wait = CHECKPOINT_EVERY;
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = match checkpoints.copy().await {
            Ok(_) => CHECKPOINT_EVERY,
            Err(error) => {
                error!(%error, "the database's log could not be copied into its file");
                HOUSE_KEEPING
            }
        };
    }
}

/// Counts what happened, a little at a time: readers and editors come in between.
async fn keep_count(services: Services, stopped: watch::Receiver<bool>) {
    let mut stop = std::pin::pin!(until(stopped));
    loop {
        let wait = match statistics::count_news(&services).await {
            Ok(true) => BETWEEN_COUNTS,
            Ok(false) => HOUSE_KEEPING,
            Err(error) => {
                error!(%error, "the statistics could not be counted");
                HOUSE_KEEPING
            }
        };
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn shutdown_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
