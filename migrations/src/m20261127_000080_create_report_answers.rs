//! What readers answered when they were asked.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, index, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("report_answers")
                    .col(id("id").primary_key())
                    .col(id("report_id"))
                    .col(text("body"))
                    .col(number("created_at"))
                    .foreign_key(&mut belongs_to("report_id", "reports"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "report_answers",
                "report_answers_report",
                &["report_id"],
            ))
            .await
    }
}
