//! Whom a site passes tickets on to.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, index, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("site_addresses")
                    .col(id("id").primary_key())
                    .col(id("site_id"))
                    .col(text("name"))
                    .col(text("email"))
                    // What it is for.
                    .col(text("purpose"))
                    .col(number("created_at"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("site_addresses", "site_addresses_site", &["site_id"]))
            .await
    }
}
