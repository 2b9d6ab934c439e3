//! A reader files a report.
//!
//! Concurrent reports are committed together: one task takes all that wait, groups them, writes them with few statements in one
//! durable transaction and answers each after the commit. Under load the disk's sync is shared; alone a report waits for nobody.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, error, info_span, warn};

use super::Services;
use crate::{
    domain::{
        clock::UnixMillis,
        ids::{ReportId, SiteId, TicketId},
        report::NewReport,
        site::{Lang, Site},
    },
    storage::{StorageError, Transaction, filing, sites},
};

mod batch;
mod board;
mod loading;
mod owing;
mod work;
mod writing;

/// The most reports of one transaction.
const BATCH: usize = 256;
/// The most reports that may wait; beyond it a reader is told to come back.
const QUEUE: usize = 2_048;

/// A report on its way in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// For which site.
    pub site: Arc<Site>,
    /// What was submitted.
    pub report: NewReport,
    /// SHA-256 of the idempotency key.
    pub idempotency_key: Option<[u8; 32]>,
    /// SHA-256 of the body, to tell a repeat from another report under the same key.
    pub body_hash: [u8; 32],
    /// The language to write to the reader in.
    pub lang: Lang,
    /// The sentence the reader agreed to.
    pub consent_text: String,
    /// Not before when the reader is asked whether the address is right; nothing: at once.
    pub confirm_after: Option<UnixMillis>,
}

/// What a reader gets for a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The report.
    pub id: ReportId,
    /// Its ticket.
    pub ticket: TicketId,
    /// The token of the status page.
    pub status_token: String,
}

/// Why a report was not taken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileReportError {
    /// The idempotency key was used for another report.
    #[error("the idempotency key was used for another report")]
    KeyReused,
    /// Too many wait already, or the server is stopping.
    #[error("too many reports are waiting")]
    Busy,
    /// The database failed.
    #[error("the database failed: {0}")]
    Storage(Arc<StorageError>),
}

impl From<StorageError> for FileReportError {
    fn from(error: StorageError) -> Self {
        Self::Storage(Arc::new(error))
    }
}

/// Whether a report came faster than people type: it is there for whoever looks, and nobody gets a mail about it.
#[must_use]
pub fn is_held_back(services: &Services, report: &NewReport) -> bool {
    report
        .elapsed_ms
        .is_some_and(|ms| ms < services.rules.min_fill_ms)
}

struct Waiting {
    submission: Submission,
    answer: oneshot::Sender<Result<Receipt, FileReportError>>,
}

/// What a repeat is told, if a report is stored under that key already. For who would be refused otherwise: a repeat costs nothing.
///
/// # Errors
/// [`StorageError`]
pub async fn answer_to_repeat(
    services: &Services,
    site: SiteId,
    idempotency_key: &[u8; 32],
    body_hash: &[u8; 32],
) -> Result<Option<Result<Receipt, FileReportError>>, StorageError> {
    let no_article = std::iter::empty::<&[u8]>();
    let keys = std::iter::once(idempotency_key);
    let known = filing::find(services.store.reader(), no_article, keys).await?;
    let known = known.reports.iter().find(|report| report.site == site);
    Ok(known.map(|report| batch::answer_to(services, report, body_hash)))
}

/// The way in for reports.
#[derive(Clone)]
pub struct Intake {
    queue: mpsc::Sender<Waiting>,
}

impl Intake {
    /// Starts the task that commits. It ends when the last handle is dropped, after the last report.
    #[must_use]
    pub fn start(services: Services) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(commit_all(services, waiting).instrument(info_span!("intake")));
        (Self { queue }, task)
    }

    /// Files a report; answers after the commit.
    ///
    /// # Errors
    /// [`FileReportError`]
    pub async fn file(&self, submission: Submission) -> Result<Receipt, FileReportError> {
        let (answer, receipt) = oneshot::channel();
        self.queue
            .try_send(Waiting { submission, answer })
            .map_err(|_| FileReportError::Busy)?;
        receipt.await.map_err(|_| FileReportError::Busy)?
    }
}

/// Files a report as a part of the caller's own unit of work, which may be dropped.
///
/// # Errors
/// [`FileReportError`]
pub async fn file_in(
    services: &Services,
    transaction: &Transaction,
    submission: &Submission,
) -> Result<Receipt, FileReportError> {
    let mut memory = loading::Memory::default();
    let (mut answers, _) = batch::file(services, transaction, &mut memory, &[submission]).await?;
    answers.pop().unwrap_or(Err(FileReportError::Busy))
}

async fn commit_all(services: Services, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut memory = loading::Memory::default();
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let submissions: Vec<&Submission> = batch.iter().map(|w| &w.submission).collect();
        let answers = match batch::commit(&services, &mut memory, &submissions).await {
            Ok(answers) => answers,
            Err(error) if submissions.len() == 1 && !error.is_of_the_moment() => {
                memory.clear();
                error!(%error, "a report could not be stored");
                vec![Err(error.into())]
            }
            // One report may be at fault for all, or another instance that stored the same or stood in the way: each is tried
            // again, in a transaction of its own.
            Err(error) => {
                warn!(%error, reports = submissions.len(), "reports could not be stored, trying one by one");
                memory.clear();
                one_by_one(&services, &mut memory, &submissions).await
            }
        };
        #[allow(clippy::cast_precision_loss, reason = "a batch is small")]
        metrics::histogram!("fehlermelder_intake_batch_reports").record(batch.len() as f64);
        let accepted = answers.iter().filter(|answer| answer.is_ok()).count();
        metrics::counter!("fehlermelder_reports_accepted_total").increment(accepted as u64);
        for (waiting, answer) in batch.drain(..).zip(answers) {
            // A reader who has gone does not matter: the report is stored, a repeat gets the same answer.
            let _ = waiting.answer.send(answer);
        }
        services.outbox_bell.notify_one();
        services.watch.bell.notify_one();
        services.live.ring();
    }
}

async fn one_by_one(
    services: &Services,
    memory: &mut loading::Memory,
    submissions: &[&Submission],
) -> Vec<Result<Receipt, FileReportError>> {
    let mut answers = Vec::with_capacity(submissions.len());
    // The database itself may be gone: do not let them wait for its timeouts one after the other.
    let mut outage: Option<FileReportError> = None;
    for submission in submissions {
        if let Some(error) = &outage {
            answers.push(Err(error.clone()));
            continue;
        }
        match batch::commit(services, memory, &[submission]).await {
            Ok(mut one) => answers.push(one.pop().unwrap_or(Err(FileReportError::Busy))),
            Err(error) => {
                memory.clear();
                error!(%error, "a report could not be stored");
                let error = FileReportError::from(error);
                if services.store.ping().await.is_err() {
                    outage = Some(error.clone());
                }
                answers.push(Err(error));
            }
        }
    }
    answers
}

/// The sites, read once and kept: every report asks for one.
#[derive(Clone, Default)]
pub struct SiteCache(Arc<std::sync::RwLock<Option<Snapshot>>>);

/// The sites, and when they were read.
type Snapshot = (i64, Arc<Sites>);

/// A snapshot of all sites.
#[derive(Debug, Default)]
pub struct Sites {
    by_key: HashMap<String, Arc<Site>>,
}

impl Sites {
    /// The site of that public key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&Arc<Site>> {
        self.by_key.get(key)
    }

    /// The site of that id.
    #[must_use]
    pub fn by_id(&self, id: SiteId) -> Option<&Arc<Site>> {
        self.by_key.values().find(|s| s.id == id)
    }

    /// Whether any site registered that origin.
    #[must_use]
    pub fn any_allows(&self, origin: &str) -> bool {
        self.by_key.values().any(|s| s.allows(origin))
    }
}

/// How long a snapshot of the sites is good for: another process (`site add`) may have added one.
const SITES_MAX_AGE_MS: i64 = 2_000;
/// How long it is good for when something is not in it: whoever invents keys does not make every request read.
const LOOKED_AGAIN_MS: i64 = 200;

impl SiteCache {
    /// The sites as of at most two seconds ago.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn sites(&self, services: &Services) -> Result<Arc<Sites>, StorageError> {
        self.not_older_than(services, SITES_MAX_AGE_MS).await
    }

    async fn not_older_than(
        &self,
        services: &Services,
        age: i64,
    ) -> Result<Arc<Sites>, StorageError> {
        let now = services.now();
        if let Ok(guard) = self.0.read()
            && let Some((at, sites)) = guard.as_ref()
            && (0..age).contains(&(now - at))
        {
            return Ok(Arc::clone(sites));
        }
        let sites = match sites::all(services.store.reader()).await {
            Ok(all) => Arc::new(Sites {
                by_key: all
                    .into_iter()
                    .map(|s| (s.key.clone(), Arc::new(s)))
                    .collect(),
            }),
            Err(error) => {
                // Who asks from an article page shall be able to read what the answer says.
                let Some(last) = self.last() else {
                    return Err(error);
                };
                warn!(%error, "the sites could not be read; what was known of them is used");
                last
            }
        };
        if let Ok(mut guard) = self.0.write() {
            *guard = Some((now, Arc::clone(&sites)));
        }
        Ok(sites)
    }

    /// As [`Self::sites`], but looks again where these do not do: a site or an origin may have been added a moment ago.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn sites_that(
        &self,
        services: &Services,
        do_it: impl Fn(&Sites) -> bool,
    ) -> Result<Arc<Sites>, StorageError> {
        let sites = self.sites(services).await?;
        if do_it(&sites) {
            return Ok(sites);
        }
        self.not_older_than(services, LOOKED_AGAIN_MS).await
    }

    /// The last snapshot, however old, for answers that cannot wait for a new one.
    #[must_use]
    pub fn last(&self) -> Option<Arc<Sites>> {
        let guard = self.0.read().ok()?;
        guard.as_ref().map(|(_, sites)| Arc::clone(sites))
    }

    /// Forgets the snapshot.
    pub fn forget(&self) {
        if let Ok(mut guard) = self.0.write() {
            *guard = None;
        }
    }
}

fn receipt(services: &Services, id: ReportId, ticket: TicketId, token_version: i32) -> Receipt {
    Receipt {
        id,
        ticket,
        status_token: services.key.status_token(id, token_version),
    }
}
