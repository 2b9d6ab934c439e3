//! Notices when one network sends a flood of reports, and has them marked. Networks are known here in memory only, and only as
//! [`NetworkKey`]s; what is stored is a random mark. Marks are stored together and behind the answers: the flood that they tell of
//! is no time to write twice for each report.

use std::{
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tracing::warn;
use uuid::Uuid;

use super::client_network::NetworkKey;
use crate::{
    domain::{ids::ReportId, wave::Waves},
    services::{Services, waves},
};

/// How long marks gather.
const GATHERS: Duration = Duration::from_millis(500);

/// What is remembered of the networks that send reports.
#[derive(Default)]
pub struct WaveWatch(Mutex<Noticed>);

#[derive(Default)]
struct Noticed {
    waves: Waves<NetworkKey>,
    /// Reports that are to be marked.
    marks: Vec<(Uuid, ReportId)>,
}

impl WaveWatch {
    /// Takes note of a report that was stored.
    pub fn note(&self, services: &Services, network: NetworkKey, report: ReportId) {
        let (now, mark) = (services.now(), services.random_mark());
        let mut noticed = self.noticed();
        if let Some((mark, reports)) = noticed.waves.take(network, report, now, mark) {
            noticed
                .marks
                .extend(reports.into_iter().map(|id| (mark, id)));
        }
    }

    /// Stores the marks, a little behind the reports, until told to stop; then what is left.
    pub async fn run(&self, services: &Services, stopped: impl Future<Output = ()>) {
        let mut stopped = std::pin::pin!(stopped);
        loop {
            let stop = tokio::select! {
                () = &mut stopped => true,
                () = tokio::time::sleep(GATHERS) => false,
            };
            self.store_marks(services).await;
            if stop {
                return;
            }
        }
    }

    /// Stores the marks that have gathered. That they could not be stored is no reason to keep them: the reports are.
    pub async fn store_marks(&self, services: &Services) {
        let marks = std::mem::take(&mut self.noticed().marks);
        if let Err(error) = waves::mark(services, &marks).await {
            warn!(%error, "reports of a wave could not be marked");
        }
    }

    fn noticed(&self) -> MutexGuard<'_, Noticed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
