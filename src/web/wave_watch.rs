//! Notices when one network sends a flood of reports, and has them marked. Networks are known here in memory only, and only as
//! [`NetworkKey`]s; what is stored is a random mark.

use std::sync::{Mutex, PoisonError};

use tracing::warn;

use super::client_network::NetworkKey;
use crate::{
    domain::{ids::ReportId, wave::Waves},
    services::{Services, waves},
};

/// What is remembered of the networks that send reports.
#[derive(Default)]
pub struct WaveWatch(Mutex<Waves<NetworkKey>>);

impl WaveWatch {
    /// Takes note of a report that was stored. That it could not be marked is no reason to refuse it.
    pub async fn note(&self, services: &Services, network: NetworkKey, report: ReportId) {
        let (now, mark) = (services.now(), services.random_mark());
        let wave = {
            let mut waves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            waves.take(network, report, now, mark)
        };
        if let Some((mark, reports)) = wave
            && let Err(error) = waves::mark(services, mark, &reports).await
        {
            warn!(%error, "reports of a wave could not be marked");
        }
    }
}
