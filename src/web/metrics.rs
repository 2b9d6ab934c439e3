//! `GET /metrics`: the operator's figures in Prometheus' text form.
//!
//! What is counted is counted where it happens, through the `metrics` crate, which does nothing in a process that nobody
//! measures. No figure names a reader, an article or an address.

use std::{sync::OnceLock, time::Instant};

use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use poem::{Request, Response, handler, http::StatusCode, http::header, web::Data};

use super::AppState;
use crate::{
    config::MetricsAccess,
    services::keep_house::{self, Backlog},
};

const BATCH: &str = "fehlermelder_intake_batch_reports";
const OUTBOX: &str = "fehlermelder_outbox_notifications";
const OVERDUE: &str = "fehlermelder_article_looks_overdue";
const UPTIME: &str = "fehlermelder_uptime_seconds";

struct Metrics {
    handle: PrometheusHandle,
    access: MetricsAccess,
    began: Instant,
}

/// The process has one recorder, so there is one of this.
static METRICS: OnceLock<Metrics> = OnceLock::new();

/// Begins to measure this process, once, unless nobody may look.
///
/// # Errors
/// [`BuildError`] when something else measures it already.
pub fn begin(access: MetricsAccess) -> Result<(), BuildError> {
    if access == MetricsAccess::Off || METRICS.get().is_some() {
        return Ok(());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full(BATCH.to_owned()),
            &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0],
        )?
        .install_recorder()?;
    describe_counter!(
        "fehlermelder_requests_total",
        "Requests answered, by class of status"
    );
    describe_counter!("fehlermelder_reports_accepted_total", "Reports stored");
    describe_counter!(
        "fehlermelder_reports_refused_total",
        "Reports refused, by type of problem"
    );
    describe_counter!(
        "fehlermelder_mails_total",
        "Tries to deliver a notification, by outcome"
    );
    describe_counter!(
        "fehlermelder_article_fetches_total",
        "Articles read again, by what came of it"
    );
    describe_counter!(
        "fehlermelder_article_versions_total",
        "New versions of articles stored"
    );
    describe_counter!(
        "fehlermelder_watch_steps_total",
        "Tickets that the watch closed or reopened"
    );
    describe_histogram!(BATCH, "Reports committed in one transaction");
    describe_gauge!(OUTBOX, "Notifications in the outbox, by state");
    describe_gauge!(
        OVERDUE,
        "Articles that should have been looked at five minutes ago, counted to 10,000"
    );
    describe_gauge!(UPTIME, "Seconds since the start");
    describe_gauge!(
        "fehlermelder_build_info",
        "Always 1; says which version runs"
    );
    gauge!("fehlermelder_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let began = Instant::now();
    // A second caller would have failed above.
    let _ = METRICS.set(Metrics {
        handle,
        access,
        began,
    });
    Ok(())
}

/// `GET /metrics`
#[handler]
pub async fn show(request: &Request, Data(state): Data<&AppState>) -> poem::Result<Response> {
    let metrics = METRICS
        .get()
        .filter(|metrics| may_read(metrics.access, request, state))
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    let Backlog {
        pending,
        failed,
        overdue_looks,
    } = keep_house::backlog(&state.services).await?;
    #[allow(clippy::cast_precision_loss, reason = "figures to look at")]
    for (word, count) in [("pending", pending), ("failed", failed)] {
        gauge!(OUTBOX, "state" => word).set(count as f64);
    }
    let overdue_looks = u32::try_from(overdue_looks).unwrap_or(u32::MAX);
    gauge!(OVERDUE).set(overdue_looks);
    gauge!(UPTIME).set(metrics.began.elapsed().as_secs_f64());
    metrics.handle.run_upkeep();
    Ok(Response::builder()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(metrics.handle.render()))
}

fn may_read(access: MetricsAccess, request: &Request, state: &AppState) -> bool {
    match access {
        MetricsAccess::Off => false,
        MetricsAccess::All => true,
        MetricsAccess::Loopback => {
            // A proxy on this machine that says nothing of whom it serves still passes on the name they asked for.
            let host = request.headers().get(header::HOST);
            let asked_for = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
            let name = asked_for
                .rsplit_once(':')
                .map_or(asked_for, |(name, _)| name);
            let own = state.services.links.host();
            state.networks.is_local(request)
                && (!name.eq_ignore_ascii_case(&own) || is_loopback(&own))
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
