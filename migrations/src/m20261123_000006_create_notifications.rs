//! The outbox: mails owed, written in the same transaction as the fact.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, maybe_id, maybe_number, maybe_text, number, small, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("notifications")
                    .col(id("id").primary_key())
                    .col(id("site_id"))
                    .col(text("occasion"))
                    .col(maybe_number("ticket_id"))
                    .col(maybe_id("editor_id"))
                    // Never an address: it is looked up at sending, and a deleted contact gets nothing.
                    .col(maybe_id("contact_id"))
                    .col(text("state"))
                    .col(small("attempts", 0))
                    .col(number("due_at"))
                    .col(maybe_number("leased_until"))
                    .col(maybe_id("lease"))
                    .col(maybe_text("last_error"))
                    .col(maybe_id("bundled_in"))
                    .col(number("created_at"))
                    .col(maybe_number("sent_at"))
                    .col(text("dedupe_key").unique_key())
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "notifications",
                "notifications_due",
                &["state", "due_at"],
            ))
            .await?;
        manager
            .create_index(index(
                "notifications",
                "notifications_by_ticket",
                &["ticket_id", "id"],
            ))
            .await?;
        manager
            .create_index(index(
                "notifications",
                "notifications_by_editor",
                &["editor_id", "state", "sent_at"],
            ))
            .await?;
        manager
            .create_index(index(
                "notifications",
                "notifications_by_contact",
                &["contact_id"],
            ))
            .await?;
        // Few are ever bundled; the others shall not pay for it.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX notifications_by_bundle ON notifications (bundled_in, id) WHERE bundled_in IS NOT NULL",
            )
            .await?;
        Ok(())
    }
}
