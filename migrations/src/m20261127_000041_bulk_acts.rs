//! What an editor does to many tickets at once, worked off in portions.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, maybe_number, maybe_text, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("bulk_acts")
                    .col(id("id").primary_key())
                    .col(id("editor_id"))
                    // What is done, as JSON.
                    .col(text("act"))
                    .col(number("created_at"))
                    .col(maybe_number("finished_at"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("bulk_items")
                    .col(id("bulk_id"))
                    .col(number("position"))
                    .col(number("ticket_id"))
                    // As the editor saw it; a ticket that changed since is left alone.
                    .col(number("version"))
                    // What became of it; nothing yet.
                    .col(maybe_text("outcome"))
                    .primary_key(Index::create().col("bulk_id").col("position"))
                    .foreign_key(&mut belongs_to("bulk_id", "bulk_acts"))
                    .to_owned(),
            )
            .await?;
        // The few that are not finished are looked for every minute.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX bulk_acts_unfinished ON bulk_acts (created_at) WHERE finished_at IS NULL",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared("CREATE INDEX bulk_acts_by_age ON bulk_acts (created_at)")
            .await
            .map(|_| ())
    }
}
