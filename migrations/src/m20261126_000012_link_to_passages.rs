//! The link that leads the live article to a ticket's passage, made while the whole page was at hand.

use sea_orm_migration::prelude::*;

use crate::columns::maybe_text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("ticket_sightings")
                    // A text directive, `:~:text=…`.
                    .add_column(maybe_text("directive"))
                    .to_owned(),
            )
            .await
    }
}
