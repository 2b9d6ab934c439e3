//! Tickets, their history, and the kept counters.

use sea_orm_migration::prelude::*;

use crate::columns::{
    belongs_to, flag, id, index, maybe_id, maybe_number, maybe_text, number, small, text,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
#[allow(
    clippy::too_many_lines,
    reason = "a list of columns reads best in one piece"
)]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("tickets")
                    // Integer and reference in one; handed out by ticket_numbers, so that no number is used twice.
                    .col(ColumnDef::new("id").big_integer().not_null().primary_key())
                    .col(id("site_id"))
                    .col(id("article_id"))
                    .col(text("state"))
                    .col(maybe_text("resolution"))
                    .col(maybe_text("reason"))
                    .col(text("passage_state"))
                    .col(flag("regressed", false))
                    .col(text("kind"))
                    .col(maybe_text("part"))
                    .col(maybe_text("exact"))
                    .col(maybe_text("prefix"))
                    .col(maybe_text("suffix"))
                    .col(maybe_number("start_position"))
                    .col(maybe_number("end_position"))
                    .col(small("selector_version", 1))
                    // JSON: [{"text", "count"}], most frequent first.
                    .col(text("suggestions"))
                    .col(maybe_text("accepted_suggestion"))
                    .col(maybe_text("comment"))
                    .col(number("report_count"))
                    .col(maybe_id("desk_id"))
                    .col(maybe_id("assignee_id"))
                    .col(maybe_number("duplicate_of"))
                    .col(flag("legal", false))
                    .col(maybe_number("snoozed_until"))
                    .col(maybe_text("public_note"))
                    .col(number("version"))
                    .col(number("created_at"))
                    .col(number("updated_at"))
                    .col(maybe_number("closed_at"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .foreign_key(&mut belongs_to("article_id", "articles"))
                    .to_owned(),
            )
            .await?;
        // Lists go by number, newest first, within what the editor may read.
        manager
            .create_index(index(
                "tickets",
                "tickets_by_site_state",
                &["site_id", "state", "id"],
            ))
            .await?;
        manager
            .create_index(index("tickets", "tickets_by_state", &["state", "id"]))
            .await?;
        manager
            .create_index(index(
                "tickets",
                "tickets_by_article",
                &["article_id", "id"],
            ))
            .await?;
        manager
            .create_index(index(
                "tickets",
                "tickets_by_assignee",
                &["assignee_id", "id"],
            ))
            .await?;
        manager
            .create_index(index("tickets", "tickets_by_kind", &["kind", "id"]))
            .await?;
        manager
            .create_index(index(
                "tickets",
                "tickets_by_resolution",
                &["resolution", "id"],
            ))
            .await?;
        manager
            .create_index(index("tickets", "tickets_by_desk", &["desk_id", "id"]))
            .await?;
        manager
            .create_index(index("tickets", "tickets_by_site", &["site_id", "id"]))
            .await?;
        manager
            .create_index(index("tickets", "tickets_snoozed", &["snoozed_until"]))
            .await?;
        manager
            .create_index(index("tickets", "tickets_by_closing", &["closed_at"]))
            .await?;
        manager
            .create_index(index("tickets", "tickets_by_original", &["duplicate_of"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("ticket_numbers")
                    .col(ColumnDef::new("id").integer().not_null().primary_key())
                    .col(number("next"))
                    .to_owned(),
            )
            .await?;
        manager
            .exec_stmt(
                Query::insert()
                    .into_table("ticket_numbers")
                    .columns(["id", "next"])
                    .values_panic([1.into(), 1001i64.into()])
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("ticket_events")
                    .col(id("id").primary_key())
                    .col(number("ticket_id"))
                    .col(number("at"))
                    .col(maybe_id("editor_id"))
                    .col(text("kind"))
                    .col(maybe_text("from_state"))
                    .col(maybe_text("to_state"))
                    .col(text("details"))
                    .col(small("version", 1))
                    .foreign_key(&mut belongs_to("ticket_id", "tickets"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "ticket_events",
                "ticket_events_by_ticket",
                &["ticket_id", "id"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("ticket_counters")
                    .col(id("site_id"))
                    .col(text("state"))
                    .col(number("tickets"))
                    .primary_key(Index::create().col("site_id").col("state"))
                    .to_owned(),
            )
            .await
    }
}
