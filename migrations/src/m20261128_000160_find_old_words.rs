//! What readers wrote is deleted when its term is over: only what is still there is looked through for it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE INDEX reports_with_words ON reports (site_id, created_at) WHERE comment IS NOT NULL OR source IS NOT NULL",
    "CREATE INDEX tickets_with_comment ON tickets (site_id, closed_at) WHERE comment IS NOT NULL AND closed_at IS NOT NULL",
    "CREATE INDEX report_answers_by_time ON report_answers (created_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in STATEMENTS {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }
}
