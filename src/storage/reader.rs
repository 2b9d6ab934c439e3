//! What reads outside a writing transaction: any connection for each statement, or one for all of them.

use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    prelude::async_trait::async_trait,
};
use tokio::sync::OnceCell;

/// What reads outside a transaction.
#[derive(Debug, Clone)]
pub struct Reader {
    pool: DatabaseConnection,
    moment: Option<Arc<OnceCell<DatabaseTransaction>>>,
}

impl Reader {
    /// Each statement on a connection of its own.
    pub(super) const fn each_alone(pool: DatabaseConnection) -> Self {
        Self { pool, moment: None }
    }

    /// All statements one after the other on one connection, taken when the first is asked; in SQLite they see one state of everything.
    /// A connection that is taken and given back is asked at least once whether it still lives, which costs as much as a statement.
    pub(super) fn at_one_moment(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            moment: Some(Arc::default()),
        }
    }

    pub(super) const fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    async fn moment(&self) -> Result<Option<&DatabaseTransaction>, DbErr> {
        let Some(moment) = &self.moment else {
            return Ok(None);
        };
        let begin = || {
            let sqlite = self.pool.get_database_backend() == DbBackend::Sqlite;
            self.pool.begin_with_options(TransactionOptions {
                // PostgreSQL would be asked twice more for one state of everything; a page does without.
                isolation_level: None,
                access_mode: None,
                sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Deferred),
            })
        };
        moment.get_or_try_init(begin).await.map(Some)
    }
}

#[async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self.moment().await? {
            Some(moment) => moment.execute_raw(statement).await,
            None => self.pool.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self.moment().await? {
            Some(moment) => moment.execute_unprepared(sql).await,
            None => self.pool.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self.moment().await? {
            Some(moment) => moment.query_one_raw(statement).await,
            None => self.pool.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self.moment().await? {
            Some(moment) => moment.query_all_raw(statement).await,
            None => self.pool.query_all_raw(statement).await,
        }
    }
}
