//! What instances on one PostgreSQL tell each other (`LISTEN`/`NOTIFY`). A SQLite database has one instance: nobody speaks there.

use std::{future::pending, time::Duration};

use sea_orm::{ConnectionTrait, DbBackend, Statement, sqlx::postgres::PgListener};
use tokio::time::{Instant, sleep_until};

use super::{StorageError, Store};

/// The channel of `NOTIFY`.
const CHANNEL: &str = "fehlermelder_live";
/// How long after a broken connection the next one is tried.
const PAUSE: Duration = Duration::from_secs(5);

/// An open ear.
pub struct Listening {
    /// None on SQLite.
    store: Option<Store>,
    listener: Option<PgListener>,
    /// When a connection is tried next.
    next_try: Instant,
}

impl Listening {
    /// Begins to listen; what cannot be heard yet is tried again by [`next`](Self::next).
    pub async fn begin(store: &Store) -> Self {
        let mut listening = Self {
            store: (store.backend() == DbBackend::Postgres).then(|| store.clone()),
            listener: None,
            next_try: Instant::now(),
        };
        listening.connect().await;
        listening
    }

    async fn connect(&mut self) {
        let Some(store) = &self.store else { return };
        self.next_try = Instant::now() + PAUSE;
        let pool = store.writer.get_postgres_connection_pool();
        let listener = async {
            let mut listener = PgListener::connect_with(pool).await?;
            // The pool is closed at the end; this connection shall not keep it waiting.
            listener.ignore_pool_close_event(false);
            listener.listen(CHANNEL).await?;
            Ok::<_, sea_orm::sqlx::Error>(listener)
        };
        match listener.await {
            Ok(listener) => self.listener = Some(listener),
            Err(error) => {
                tracing::warn!(%error, "the other instances cannot be heard; tried again soon");
            }
        }
    }

    /// The next message; nothing when the connection broke, so that something may have been missed. May be dropped while it waits.
    pub async fn next(&mut self) -> Option<String> {
        if self.store.is_none() {
            return pending().await;
        }
        let Some(listener) = &mut self.listener else {
            sleep_until(self.next_try).await;
            self.connect().await;
            return None;
        };
        match listener.try_recv().await {
            Ok(Some(notification)) => Some(notification.payload().to_owned()),
            Ok(None) => None,
            Err(_) => {
                self.listener = None;
                None
            }
        }
    }
}

impl Store {
    /// Tells the other instances; on SQLite nobody.
    ///
    /// # Errors
    /// [`StorageError`] when the database does not answer.
    pub async fn tell_others(&self, payload: &str) -> Result<(), StorageError> {
        if self.backend() == DbBackend::Postgres {
            self.writer
                .execute_raw(Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    "SELECT pg_notify($1, $2)",
                    [CHANNEL.into(), payload.into()],
                ))
                .await?;
        }
        Ok(())
    }
}
