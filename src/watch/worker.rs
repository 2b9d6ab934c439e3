//! The worker of the article watch: claims what is due, looks at it, and rests until the next is. Many instances may run it.

use std::time::Duration;

use tokio::task::JoinSet;
use tracing::{Instrument as _, error, info_span, warn};

use crate::{
    domain::clock::SECOND,
    services::{
        Services,
        watch_articles::{self, Looked},
    },
    storage::{StorageError, article_watch},
};

/// Articles looked at at the same time; those of one host take turns.
const AT_ONCE: u64 = 4;
/// The worker looks at least this often, as another instance's bell is not heard here.
const LOOK_AT_LEAST: Duration = Duration::from_secs(5);
/// How long the looks in hand may still take when the worker is told to stop.
const LAST_LOOKS: Duration = Duration::from_secs(8);
/// The shortest time between two rounds: reports come in batches, and each round costs the database a commit.
const BREATH: Duration = Duration::from_millis(200);

/// Looks at articles.
#[derive(Clone)]
pub struct Watch {
    /// The use cases' means.
    pub services: Services,
}

impl Watch {
    /// Watches until told to stop; what is in hand is finished first.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let looked = {
                let mut round = std::pin::pin!(self.round());
                tokio::select! {
                    biased;
                    () = &mut stop => {
                        if tokio::time::timeout(LAST_LOOKS, round).await.is_err() {
                            warn!("stopped in the middle of a look: it will be done again");
                        }
                        return;
                    }
                    looked = &mut round => looked,
                }
            };
            let wait = match looked {
                Ok(looked) if looked.is_empty() => self.until_next().await,
                Ok(_) => BREATH,
                Err(error) => {
                    error!(%error, "the watch cannot read what is due");
                    LOOK_AT_LEAST
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(BREATH.min(wait)) => {}
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.services.watch.bell.notified() => {}
                () = tokio::time::sleep(wait.saturating_sub(BREATH)) => {}
            }
        }
    }

    async fn until_next(&self) -> Duration {
        let now = self.services.now();
        let next = article_watch::next_due(self.services.store.reader(), now).await;
        next.ok().flatten().map_or(LOOK_AT_LEAST, |due| {
            Duration::from_millis((due - now).clamp(0, 5 * SECOND).unsigned_abs() + 1)
        })
    }

    /// Claims what is due now and looks at it; what came of each.
    ///
    /// # Errors
    /// [`StorageError`] when it cannot be said what is due.
    pub async fn round(&self) -> Result<Vec<Looked>, StorageError> {
        let now = self.services.now();
        let next = article_watch::next_due(self.services.store.reader(), now).await?;
        // Looking costs nobody anything; a claim takes the writer.
        if next.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let (lease, claimed) = watch_articles::claim_due(&self.services, AT_ONCE).await?;
        let mut looks = JoinSet::new();
        for article in claimed {
            let services = self.services.clone();
            let span = info_span!("look", article.id = %article);
            looks.spawn(
                async move { Box::pin(watch_articles::look(&services, article, lease)).await }
                    .instrument(span),
            );
        }
        let mut all = Vec::new();
        while let Some(done) = looks.join_next().await {
            match done {
                Ok(Ok(looked)) => all.push(looked),
                // Its lease runs out, and it is tried again.
                Ok(Err(error)) => {
                    error!(%error, "what an article says could not be stored");
                    all.push(Looked::default());
                }
                Err(error) => {
                    error!(%error, "a look broke off");
                    all.push(Looked::default());
                }
            }
        }
        Ok(all)
    }
}
