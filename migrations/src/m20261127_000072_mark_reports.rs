//! What few reports carry besides.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, flag, id};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("report_marks")
                    .col(id("report_id").primary_key())
                    // The reader was told that it is no error, and sent it all the same.
                    .col(flag("insisted", false))
                    .foreign_key(&mut belongs_to("report_id", "reports"))
                    .to_owned(),
            )
            .await
    }
}
