//! The kinds that few reports are of are found by an index of their own; most are of spelling, which any stretch of a list holds.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX tickets_by_rare_kind ON tickets (site_id, kind, state, created_at, id) WHERE kind <> 'spelling'",
            )
            .await?;
        Ok(())
    }
}
