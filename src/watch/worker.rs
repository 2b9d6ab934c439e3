//! The worker of the article watch: claims what is due, looks at it, and rests until the next is. Many instances may run it.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use tokio::task::{JoinError, JoinSet};
use tracing::{Instrument as _, error, info_span, warn};
use uuid::Uuid;

use crate::{
    domain::{clock::SECOND, ids::ArticleId},
    services::{
        Services,
        watch_articles::{self, BrokeOff, Looked},
    },
    storage::{StorageError, article_watch},
};

/// Articles looked at at the same time, each of another host: one that does not answer holds up nobody else.
const AT_ONCE: usize = 4;
/// The worker looks at least this often, as another instance's bell is not heard here.
const LOOK_AT_LEAST: Duration = Duration::from_secs(5);
/// How long the looks in hand may still take when the worker is told to stop.
const LAST_LOOKS: Duration = Duration::from_secs(8);
/// The shortest time between two claims: reports come in batches, and each claim costs the database a commit.
const BREATH: Duration = Duration::from_millis(200);

/// Looks at articles.
#[derive(Clone)]
pub struct Watch {
    /// The use cases' means.
    pub services: Services,
}

/// The looks in hand.
type Looks = JoinSet<Looked>;

impl Watch {
    /// Watches until told to stop; what is in hand is finished first.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut looks = Looks::new();
        loop {
            let claimed = self.claim(&mut looks).await;
            let wait = match claimed {
                Ok(()) if looks.len() >= AT_ONCE => LOOK_AT_LEAST,
                Ok(()) => self.until_next().await,
                Err(error) => {
                    error!(%error, "the watch cannot read what is due");
                    LOOK_AT_LEAST
                }
            };
            tokio::select! {
                () = &mut stop => break,
                () = tokio::time::sleep(BREATH) => {}
            }
            tokio::select! {
                () = &mut stop => break,
                // Its host is free again, and one more may be looked at.
                Some(done) = looks.join_next() => drop(came_of(done)),
                () = self.services.watch.bell.notified() => {}
                () = tokio::time::sleep(wait.saturating_sub(BREATH)) => {}
            }
            while let Some(done) = looks.try_join_next() {
                drop(came_of(done));
            }
        }
        let last = async { while looks.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_LOOKS, last).await.is_err() {
            warn!("stopped in the middle of a look: it will be done again");
        }
    }

    async fn until_next(&self) -> Duration {
        let now = self.services.now();
        let next = article_watch::next_due(self.services.store.reader(), now).await;
        next.ok().flatten().map_or(LOOK_AT_LEAST, |due| {
            Duration::from_millis((due - now).clamp(0, 5 * SECOND).unsigned_abs() + 1)
        })
    }

    /// Claims what is due now, as much as there is room for, and begins to look at it.
    async fn claim(&self, looks: &mut Looks) -> Result<(), StorageError> {
        let room = AT_ONCE.saturating_sub(looks.len());
        let now = self.services.now();
        // Looking costs nobody anything; a claim takes the writer.
        if room == 0 || !article_watch::is_any_due(self.services.store.reader(), now).await? {
            return Ok(());
        }
        let (lease, claimed) = watch_articles::claim_due(&self.services, room).await?;
        for article in claimed {
            let services = self.services.clone();
            let span = info_span!("look", article.id = %article);
            looks.spawn(look(services, article, lease).instrument(span));
        }
        Ok(())
    }

    /// Claims what is due now, one article of each host, and looks at it; what came of each.
    ///
    /// # Errors
    /// [`StorageError`] when it cannot be said what is due.
    pub async fn round(&self) -> Result<Vec<Looked>, StorageError> {
        let mut looks = Looks::new();
        self.claim(&mut looks).await?;
        let mut all = Vec::new();
        while let Some(done) = looks.join_next().await {
            all.push(came_of(done));
        }
        Ok(all)
    }
}

/// Looks at a claimed article. One whose look breaks off is put off: it would be the longest due again, and its host's other articles
/// would never have their turn.
async fn look(services: Services, article: ArticleId, lease: Uuid) -> Looked {
    let look = Box::pin(watch_articles::look(&services, article, lease));
    let broke = match AssertUnwindSafe(look).catch_unwind().await {
        Ok(Ok(looked)) => return looked,
        Ok(Err(error)) => {
            error!(%error, "what an article says could not be stored");
            match error {
                StorageError::Database(_) => BrokeOff::OnDatabase,
                _ => BrokeOff::OnArticle,
            }
        }
        Err(_) => {
            error!("a look broke off");
            BrokeOff::OnArticle
        }
    };
    match watch_articles::put_off(&services, article, lease, broke).await {
        Ok(next_look_at) => Looked {
            next_look_at,
            put_off: true,
            ..Looked::default()
        },
        Err(error) => {
            error!(%error, "an article cannot be put off: it is tried again when its lease is over");
            Looked::default()
        }
    }
}

/// What came of a look.
fn came_of(done: Result<Looked, JoinError>) -> Looked {
    done.unwrap_or_else(|error| {
        error!(%error, "a look broke off");
        Looked::default()
    })
}
