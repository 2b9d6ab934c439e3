//! Who writes to the search index counts it: what was read before another wrote is not put in after it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE search_state ADD COLUMN generation bigint NOT NULL DEFAULT 0",
            )
            .await?;
        Ok(())
    }
}
