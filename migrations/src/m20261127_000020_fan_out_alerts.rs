//! A new ticket is one row for the whole newsroom; who gets a mail is decided when it leaves, and a bundle is about all that became
//! known while it was waiting.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Rows for nobody in particular stand in no index of editors; what the newsroom was told is found by when.
const STATEMENTS: &[&str] = &[
    "DROP INDEX notifications_by_editor",
    "CREATE INDEX notifications_by_editor ON notifications (editor_id, state, sent_at) WHERE editor_id IS NOT NULL",
    "CREATE INDEX notifications_to_newsroom ON notifications (sent_at) \
     WHERE sent_at IS NOT NULL AND editor_id IS NULL AND contact_id IS NULL",
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
