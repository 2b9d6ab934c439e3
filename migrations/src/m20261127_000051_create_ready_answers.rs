//! Ready answers of a site, and what was written for one decision alone.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("ready_answers")
                    .col(id("site_id"))
                    .col(text("lang"))
                    // A decision.
                    .col(text("answer_to"))
                    .col(text("body"))
                    .col(number("updated_at"))
                    .primary_key(Index::create().col("site_id").col("lang").col("answer_to"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("act_letters")
                    .col(id("act_id"))
                    .col(text("lang"))
                    .col(text("body"))
                    .col(number("created_at"))
                    .primary_key(Index::create().col("act_id").col("lang"))
                    .to_owned(),
            )
            .await
    }
}
