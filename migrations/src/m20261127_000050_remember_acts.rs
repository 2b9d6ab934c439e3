//! What an editor did in one go, so that it can be taken back with the mails it owes.

use sea_orm_migration::prelude::*;

use crate::columns::maybe_id;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["ticket_events", "notifications"] {
            manager
                .alter_table(
                    Table::alter()
                        .table(table)
                        .add_column(maybe_id("act_id"))
                        .to_owned(),
                )
                .await?;
            // What readers do is no act, and shall not pay for it.
            manager
                .get_connection()
                .execute_unprepared(&format!(
                    "CREATE INDEX {table}_by_act ON {table} (act_id, ticket_id) WHERE act_id IS NOT NULL"
                ))
                .await?;
        }
        Ok(())
    }
}
