//! Remembers the statements that storage sends, and asks the database how it would go about each.

use std::sync::{Mutex, PoisonError};

use fehlermelder::storage::Reader;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// The tables that grow with the readers, and with the years.
const GROWING: &[&str] = &[
    "tickets",
    "reports",
    "articles",
    "article_versions",
    "article_watch",
    "article_search",
    "ticket_sightings",
    "ticket_events",
    "ticket_followers",
    "statistics",
    "ticket_statistics",
    "article_statistics",
    "report_marks",
    "report_answers",
    "wave_reports",
    "waves",
    "contacts",
    "notifications",
    "ticket_search",
    "ticket_tags",
    "sessions",
    "failed_sign_ins",
    "bulk_acts",
    "bulk_items",
    "admin_events",
    "account_links",
    "recovery_codes",
    "api_tokens",
    "saved_views",
    "site_addresses",
    "bylines",
    "escalations",
    "act_letters",
];

/// Passes statements on and remembers them.
pub struct Recorder<'a> {
    pub inner: &'a Reader,
    pub seen: Mutex<Vec<Statement>>,
}

impl Recorder<'_> {
    fn record(&self, statement: &Statement) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(statement.clone());
    }

    fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl ConnectionTrait for Recorder<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.record(&statement);
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.record(&statement);
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.record(&statement);
        self.inner.query_all_raw(statement).await
    }
}

/// How the database would go about a statement, a line a step.
async fn plan(db: &Reader, statement: Statement) -> Vec<String> {
    let sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let (word, column) = if sqlite {
        ("EXPLAIN QUERY PLAN", "detail")
    } else {
        ("EXPLAIN (COSTS OFF)", "QUERY PLAN")
    };
    let explain = Statement {
        sql: format!("{word} {}", statement.sql),
        ..statement
    };
    let rows = db.query_all_raw(explain).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", column).unwrap())
        .collect()
}

/// The steps that read a growing table from end to end, be it along an index.
fn walks(plan: &[String]) -> Vec<&String> {
    let is_walk = |at: usize, table: &str| {
        let step = plan[at].trim_start_matches([' ', '-', '>']);
        // SQLite says SEARCH where it looks up; its full-text index is only ever asked for words.
        let sqlite = step
            .strip_prefix(&format!("SCAN {table}"))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(" USING"));
        // All of a site is as good as all there is.
        let all_of_a_site = table == "tickets"
            && step.starts_with("SEARCH tickets USING")
            && step.ends_with("(site_id=?)");
        let of_table = step.ends_with(&format!(" on {table}"));
        // Without a condition it only keeps the order.
        let no_condition = !plan
            .get(at + 1)
            .is_some_and(|next| next.contains("Index Cond"));
        let postgres =
            of_table && (step.starts_with("Seq Scan") || step.starts_with("Index") && no_condition);
        sqlite || all_of_a_site || postgres
    };
    (0..plan.len())
        .filter(|at| GROWING.iter().any(|table| is_walk(*at, table)))
        .map(|at| &plan[at])
        .collect()
}

/// Whether rows are sorted as they come out of an index; the few that an arm or a window gave may be.
fn sorts_tickets(plan: &[String]) -> bool {
    let of_tickets = |step: &String| {
        let step = step.trim_start_matches([' ', '-', '>']);
        let sqlite = step.starts_with("SEARCH tickets USING")
            || step.starts_with("SEARCH ticket_tags USING");
        sqlite || step.contains(" on tickets") || step.contains(" on ticket_tags")
    };
    let sorts = |step: &String| step.contains("TEMP B-TREE") || step.contains("Sort Key");
    // SQLite says it after what is sorted, PostgreSQL before.
    plan.windows(2).any(|steps| {
        of_tickets(&steps[0]) && sorts(&steps[1]) && steps[1].contains("B-TREE")
            || sorts(&steps[0]) && of_tickets(&steps[1])
    })
}

/// Fails when one of the statements since the last call walks through a growing table.
pub async fn uses_indexes(recorder: &Recorder<'_>, question: &str) {
    let statements = recorder.take();
    assert!(!statements.is_empty(), "{question}: nothing was asked");
    for statement in statements {
        let sql = statement.sql.clone();
        let plan = plan(recorder.inner, statement).await;
        assert!(
            walks(&plan).is_empty(),
            "{question}: {sql}\n{}",
            plan.join("\n")
        );
        // A list may be sorted, but not all that it was narrowed from.
        if question.starts_with("list of one site") {
            assert!(
                !sorts_tickets(&plan),
                "{question} sorts: {sql}\n{}",
                plan.join("\n")
            );
        }
    }
}
