//! Articles somebody reported a mistake in.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, hash, id, index, maybe_text, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("articles")
                    .col(id("id").primary_key())
                    .col(id("site_id"))
                    .col(text("url"))
                    // SHA-256 of the compared form of the URL.
                    .col(hash("url_key"))
                    .col(maybe_text("title"))
                    .col(text("sections"))
                    .col(text("authors"))
                    .col(maybe_text("lang"))
                    .col(maybe_text("modified_at"))
                    .col(number("created_at"))
                    // Rises when a ticket of the article changes, so that intake may keep what it read.
                    .col(number("tickets_version").default(0).take())
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                index("articles", "articles_by_url", &["url_key", "site_id"])
                    .unique()
                    .take(),
            )
            .await
    }
}
