//! Statistics by day: how many tickets came, were closed, were looked at after how long. Kept from the events by a cursor, so that
//! a page of figures reads days and not tickets.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, index, maybe_id, number, small, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("statistics")
                    .col(id("site_id"))
                    .col(text("measure"))
                    // Days since 1970-01-01, where the site is.
                    .col(small("day", 0))
                    .col(text("kind"))
                    // A desk's id, or nothing.
                    .col(text("desk"))
                    // What the measure tells apart: a resolution, a span of time, a cause.
                    .col(small("bucket", 0))
                    .col(number("tickets"))
                    .primary_key(
                        Index::create()
                            .col("site_id")
                            .col("measure")
                            .col("day")
                            .col("kind")
                            .col("desk")
                            .col("bucket"),
                    )
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("ticket_statistics")
                    .col(
                        ColumnDef::new("ticket_id")
                            .big_integer()
                            .not_null()
                            .primary_key(),
                    )
                    // JSON: what this ticket counts for in the table above.
                    .col(text("cells"))
                    .foreign_key(&mut belongs_to("ticket_id", "tickets"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("article_statistics")
                    .col(id("site_id"))
                    .col(small("day", 0))
                    .col(id("article_id"))
                    .col(number("reports"))
                    .primary_key(Index::create().col("site_id").col("day").col("article_id"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .foreign_key(&mut belongs_to("article_id", "articles"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "article_statistics",
                "article_statistics_by_article",
                &["article_id"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("statistics_progress")
                    .col(text("name").primary_key())
                    // The last event or report that is counted.
                    .col(maybe_id("seen"))
                    .to_owned(),
            )
            .await?;
        for name in ["events", "reports"] {
            manager
                .exec_stmt(
                    Query::insert()
                        .into_table("statistics_progress")
                        .columns(["name"])
                        .values_panic([name.into()])
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
