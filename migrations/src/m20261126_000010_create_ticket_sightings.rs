//! What the last look at an article showed of a ticket's passage, and what is remembered between looks.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, flag, maybe_id, maybe_number, maybe_text, number, small, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("ticket_sightings")
                    .col(
                        ColumnDef::new("ticket_id")
                            .big_integer()
                            .not_null()
                            .primary_key(),
                    )
                    .col(number("looked_at"))
                    .col(maybe_id("version_id"))
                    // The newest version when the ticket was first looked up.
                    .col(maybe_id("first_version_id"))
                    // What the look-up itself said: found, changed, ambiguous, gone.
                    .col(text("outcome"))
                    .col(ColumnDef::new("score").double().not_null())
                    .col(ColumnDef::new("margin").double().not_null())
                    .col(maybe_number("now_start"))
                    .col(maybe_number("now_end"))
                    .col(maybe_text("now_words"))
                    // When a version of ours held the passage, last.
                    .col(maybe_number("held_at"))
                    .col(maybe_number("correction_seen_at"))
                    .col(maybe_text("correction_source"))
                    // In how many fetches after that the old words stood there again.
                    .col(small("old_words_seen", 0))
                    // Closed as corrected, and a day later the old words still stood there.
                    .col(maybe_number("correction_missing_at"))
                    // The words now are those that were suggested.
                    .col(flag("fits_suggestion", false))
                    .foreign_key(&mut belongs_to("ticket_id", "tickets"))
                    .to_owned(),
            )
            .await
    }
}
