//! What an article said: each distinct text once.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, hash, id, index, number, small, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("article_versions")
                    .col(id("id").primary_key())
                    .col(id("article_id"))
                    // SHA-256 of the text.
                    .col(hash("hash"))
                    .col(text("text"))
                    // Of the rule that says what an article's text is.
                    .col(small("rule_version", 1))
                    // fetched, or sent by the content system.
                    .col(text("source"))
                    .col(number("first_seen_at"))
                    .col(number("last_seen_at"))
                    .foreign_key(&mut belongs_to("article_id", "articles"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                index(
                    "article_versions",
                    "article_versions_by_hash",
                    &["article_id", "hash"],
                )
                .unique()
                .take(),
            )
            .await?;
        manager
            .create_index(index(
                "article_versions",
                "article_versions_by_article",
                &["article_id", "last_seen_at"],
            ))
            .await?;
        manager
            .create_index(index(
                "article_versions",
                "article_versions_by_age",
                &["last_seen_at"],
            ))
            .await
    }
}
