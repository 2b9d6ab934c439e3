//! Publications, the origins their pages may come from, and their desks.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, flag, id, index, number, small, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("sites")
                    .col(id("id").primary_key())
                    .col(text("site_key").unique_key())
                    .col(text("name"))
                    .col(text("lang"))
                    .col(text("time_zone"))
                    .col(text("settings"))
                    .col(number("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("site_origins")
                    .col(id("site_id"))
                    .col(text("origin"))
                    .primary_key(Index::create().col("site_id").col("origin"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("desks")
                    .col(id("id").primary_key())
                    .col(id("site_id"))
                    .col(text("name"))
                    // JSON: section names that this desk answers for.
                    .col(text("sections"))
                    .col(small("position", 0))
                    .col(flag("active", true))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("desks", "desks_by_site", &["site_id", "position"]))
            .await
    }
}
