//! How pressing a ticket is, its tags, and indexes in the orders in which lists are shown.
//!
//! Each list is answered along one index that stands in its order and holds what lists are narrowed by, so that rows are read
//! only for what is shown.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, maybe_text, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Replaced by those below.
const DROPPED: &[&str] = &[
    "tickets_by_site_state",
    "tickets_by_state",
    "tickets_by_kind",
    "tickets_by_site",
    "tickets_by_assignee",
    "tickets_by_resolution",
    "tickets_by_desk",
];

const CREATED: &[&str] = &[
    "tickets_newest ON tickets (site_id, state, created_at, id, kind, desk_id, assignee_id, passage_state, regressed)",
    "tickets_pressing ON tickets (site_id, state, weight, id, kind, desk_id, assignee_id, passage_state, regressed) \
     WHERE state <> 'closed'",
    "tickets_by_desk ON tickets (desk_id, state, created_at, id) WHERE desk_id IS NOT NULL",
    "tickets_by_assignee ON tickets (assignee_id, state, created_at, id, site_id) WHERE assignee_id IS NOT NULL",
    "tickets_by_resolution ON tickets (site_id, resolution, created_at, id) WHERE resolution IS NOT NULL",
    "tickets_moved ON tickets (site_id, passage_state, state, created_at, id) \
     WHERE passage_state IN ('changed', 'gone', 'ambiguous')",
    "tickets_regressed ON tickets (site_id, state, created_at, id) WHERE regressed",
    "ticket_tags_by_tag ON ticket_tags (site_id, tag, created_at, ticket_id)",
];

/// The weight of the tickets there are: seconds, and what speaks for them (hours, as they were counted when this was written; the
/// age of an article counts as unknown).
const WEIGHT: &str = "UPDATE tickets SET weight = created_at / 1000 + 3600 * (4 + CASE WHEN legal THEN 72 ELSE 0 END + CASE kind \
    WHEN 'fact' THEN 36 WHEN 'outdated' THEN 16 WHEN 'image' THEN 16 WHEN 'other' THEN 12 WHEN 'link' THEN 8 WHEN 'display' THEN 6 \
    WHEN 'grammar' THEN 2 ELSE 0 END + CASE WHEN report_count >= 768 THEN 114 WHEN report_count >= 512 THEN 108 \
    WHEN report_count >= 384 THEN 102 WHEN report_count >= 256 THEN 96 WHEN report_count >= 192 THEN 90 \
    WHEN report_count >= 128 THEN 84 WHEN report_count >= 96 THEN 78 WHEN report_count >= 64 THEN 72 WHEN report_count >= 48 THEN 66 \
    WHEN report_count >= 32 THEN 60 WHEN report_count >= 24 THEN 54 WHEN report_count >= 16 THEN 48 WHEN report_count >= 12 THEN 42 \
    WHEN report_count >= 8 THEN 36 WHEN report_count >= 6 THEN 30 WHEN report_count >= 4 THEN 24 WHEN report_count >= 3 THEN 18 \
    WHEN report_count >= 2 THEN 12 ELSE 0 END)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            // domain::priority: seconds.
            number("weight").default(0).take(),
            // What an editor said of it: higher, lower.
            maybe_text("priority"),
            // JSON: ["tag"], in order; what ticket_tags says too.
            text("tags").default("[]").take(),
        ] {
            let table = Table::alter()
                .table("tickets")
                .add_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        let db = manager.get_connection();
        db.execute_unprepared(WEIGHT).await?;
        manager
            .create_table(
                Table::create()
                    .table("ticket_tags")
                    .col(number("ticket_id"))
                    .col(text("tag"))
                    // The ticket's, so that a list by tag is in order.
                    .col(id("site_id"))
                    .col(number("created_at"))
                    .primary_key(Index::create().col("ticket_id").col("tag"))
                    .foreign_key(&mut belongs_to("ticket_id", "tickets"))
                    .to_owned(),
            )
            .await?;
        for name in DROPPED {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        for index in CREATED {
            db.execute_unprepared(&format!("CREATE INDEX {index}"))
                .await?;
        }
        Ok(())
    }
}
