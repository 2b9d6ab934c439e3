//! Views of lists that editors keep under a name; shared ones are a site's.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, index, maybe_id, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("saved_views")
                    .col(id("id").primary_key())
                    // Who made it, and whose it is unless it is shared.
                    .col(id("editor_id"))
                    // Shared with whoever reads that site.
                    .col(maybe_id("site_id"))
                    .col(text("name"))
                    // The part of the list's address behind the question mark.
                    .col(text("query"))
                    .col(number("position"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "saved_views",
                "saved_views_by_editor",
                &["editor_id", "position"],
            ))
            .await?;
        manager
            .create_index(index("saved_views", "saved_views_by_site", &["site_id"]))
            .await
    }
}
