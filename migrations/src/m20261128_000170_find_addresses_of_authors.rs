//! Whose address several bylines lead to: what they are told counts together.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX bylines_by_email ON bylines (email) WHERE email IS NOT NULL",
            )
            .await?;
        Ok(())
    }
}
