//! Whether single keys act on the desk: each editor's own choice (WCAG 2.1.4).

use sea_orm_migration::prelude::*;

use crate::columns::flag;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("editors")
                    .add_column(flag("keys", true))
                    .to_owned(),
            )
            .await
    }
}
