//! Reports of one burst, by a common random mark, for a day, and how many they are.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, id, index, number};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("wave_reports")
                    .col(id("report_id").primary_key())
                    // Random, and the same for all of one burst; from which network it came nobody can tell.
                    .col(id("wave"))
                    .col(id("site_id"))
                    .col(number("ticket_id"))
                    .col(number("marked_at"))
                    .foreign_key(&mut belongs_to("report_id", "reports"))
                    .foreign_key(&mut belongs_to("ticket_id", "tickets"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("wave_reports_by_wave", ["wave", "ticket_id"]),
            ("wave_reports_by_ticket", ["ticket_id", "wave"]),
            ("wave_reports_by_age", ["marked_at", "wave"]),
        ] {
            manager
                .create_index(index("wave_reports", name, &columns))
                .await?;
        }
        // The inbox says how large a wave is without counting it.
        manager
            .create_table(
                Table::create()
                    .table("waves")
                    .col(id("site_id"))
                    .col(id("wave"))
                    .col(number("reports"))
                    .col(number("began_at"))
                    .col(number("last_at"))
                    .primary_key(Index::create().col("site_id").col("wave"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("waves_by_site", &["site_id", "last_at"][..]),
            ("waves_by_age", &["last_at"]),
        ] {
            manager.create_index(index("waves", name, columns)).await?;
        }
        Ok(())
    }
}
