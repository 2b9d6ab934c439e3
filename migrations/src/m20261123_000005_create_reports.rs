//! Reports, and apart from them what readers left to be reached by.

use sea_orm_migration::prelude::*;

use crate::columns::{
    belongs_to, flag, hash, id, index, maybe_hash, maybe_number, maybe_text, number, small, text,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("reports")
                    .col(id("id").primary_key())
                    .col(id("site_id"))
                    .col(id("article_id"))
                    // The ticket it came to; a merge of tickets is a pointer there and leaves this alone.
                    .col(number("ticket_id"))
                    .col(number("created_at"))
                    .col(text("kind"))
                    .col(maybe_text("part"))
                    .col(maybe_text("exact"))
                    .col(maybe_text("prefix"))
                    .col(maybe_text("suffix"))
                    .col(maybe_number("start_position"))
                    .col(maybe_number("end_position"))
                    .col(small("selector_version", 1))
                    .col(maybe_text("suggestion"))
                    .col(maybe_text("comment"))
                    .col(maybe_text("source"))
                    .col(maybe_text("page_url"))
                    .col(maybe_number("elapsed_ms"))
                    .col(text("joined_by"))
                    .col(small("grouping_version", 1))
                    .col(flag("counted_on_closed", false))
                    .col(maybe_hash("idempotency_key"))
                    .col(maybe_hash("body_hash"))
                    .col(small("token_version", 1))
                    .col(maybe_number("withdrawn_at"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .foreign_key(&mut belongs_to("article_id", "articles"))
                    .foreign_key(&mut belongs_to("ticket_id", "tickets"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("reports", "reports_by_ticket", &["ticket_id", "id"]))
            .await?;
        manager
            .create_index(
                index(
                    "reports",
                    "reports_by_idempotency_key",
                    &["idempotency_key", "site_id"],
                )
                .unique()
                .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("contacts")
                    .col(id("id").primary_key())
                    .col(id("site_id"))
                    .col(id("report_id").unique_key())
                    .col(text("email"))
                    // Keyed hash: tells equal addresses without reading them.
                    .col(hash("email_hash"))
                    .col(text("lang"))
                    .col(text("consent_text"))
                    .col(number("consented_at"))
                    .col(maybe_number("confirmation_sent_at"))
                    .col(maybe_number("confirmed_at"))
                    .foreign_key(&mut belongs_to("report_id", "reports"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "contacts",
                "contacts_by_address",
                &["email_hash", "consented_at"],
            ))
            .await?;
        manager
            .create_index(index("contacts", "contacts_by_consent", &["consented_at"]))
            .await
    }
}
