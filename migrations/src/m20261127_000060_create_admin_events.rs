//! Who changed what in the settings, and when. Only ever added to.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, maybe_id, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("admin_events")
                    .col(id("id").primary_key())
                    .col(number("at"))
                    // Nobody: the command line.
                    .col(maybe_id("editor_id"))
                    // None for what concerns all sites.
                    .col(maybe_id("site_id"))
                    .col(text("action"))
                    // The name of what was changed, as it was then.
                    .col(text("subject"))
                    .col(text("details"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "admin_events",
                "admin_events_by_site",
                &["site_id", "id"],
            ))
            .await
    }
}
