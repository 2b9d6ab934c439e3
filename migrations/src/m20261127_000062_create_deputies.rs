//! Who stands in for a desk, whose byline a name is, and which tickets wait for somebody to touch them.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, index, maybe_id, maybe_text, number, small, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("desk_people")
                    .col(id("desk_id"))
                    .col(text("part"))
                    .col(id("editor_id"))
                    .primary_key(Index::create().col("desk_id").col("part").col("editor_id"))
                    .foreign_key(&mut belongs_to("desk_id", "desks"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("bylines")
                    .col(id("id").primary_key())
                    .col(id("site_id"))
                    // As articles name them.
                    .col(text("name"))
                    // The same without case, to look it up.
                    .col(text("name_key"))
                    // Either somebody of the newsroom, or an address.
                    .col(maybe_id("editor_id"))
                    .col(maybe_text("email"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                index("bylines", "bylines_by_name", &["site_id", "name_key"])
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("escalations")
                    .col(number("ticket_id").primary_key())
                    .col(small("stage", 0))
                    .col(number("due_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("escalations", "escalations_due", &["due_at"]))
            .await?;
        // How far a background round has come.
        manager
            .create_table(
                Table::create()
                    .table("round_marks")
                    .col(text("name").primary_key())
                    .col(number("value"))
                    .to_owned(),
            )
            .await
    }
}
