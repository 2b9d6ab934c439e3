//! When an article is looked at again, by whom just now, and how it went.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, index, maybe_id, maybe_number, maybe_text, small, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // On the article's own row, which a report touches anyway: it costs intake no statement.
        for column in [
            maybe_number("look_at"),
            maybe_id("lease"),
            maybe_number("leased_until"),
            maybe_id("current_version"),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table("articles")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_index(index("articles", "articles_to_look_at", &["look_at"]))
            .await?;
        // Articles from before the watch are looked at once; how often after that is decided then.
        manager
            .exec_stmt(
                Query::update()
                    .table("articles")
                    .value("look_at", Expr::col("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("article_watch")
                    .col(id("article_id").primary_key())
                    .col(text("host"))
                    // What the page's server gave us to ask "has it changed?" with.
                    .col(maybe_text("etag"))
                    .col(maybe_text("last_modified"))
                    // In a row, since the last success.
                    .col(small("failures", 0))
                    .col(maybe_text("last_error"))
                    .col(maybe_number("last_try_at"))
                    .col(maybe_number("last_success_at"))
                    // Retry-After: not before, whoever asks.
                    .col(maybe_number("not_before"))
                    // The row of the words in article_search (SQLite only).
                    .col(maybe_number("search_row"))
                    .foreign_key(&mut belongs_to("article_id", "articles"))
                    .to_owned(),
            )
            .await
    }
}
