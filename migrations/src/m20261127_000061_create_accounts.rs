//! What an editor's account needs beside name and role: preferences, absence, second factor; links that are sent by mail; more of a session.

use sea_orm_migration::prelude::*;

use crate::columns::{
    belongs_to, flag, hash, id, index, maybe_hash, maybe_id, maybe_number, number, text,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // By which the old ones are found and deleted.
        manager
            .create_index(index("admin_events", "admin_events_by_age", &["at"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("editor_accounts")
                    .col(id("editor_id").primary_key())
                    // Empty: as the site of a ticket.
                    .col(text("time_zone").default(""))
                    .col(text("alert_mode").default("each"))
                    .col(flag("mentioned", true))
                    .col(maybe_number("absent_from"))
                    .col(maybe_number("absent_until"))
                    // Random; the secret is derived from it with the server's key.
                    .col(maybe_hash("factor_nonce"))
                    .col(maybe_number("factor_confirmed_at"))
                    // The last step of time whose code was used.
                    .col(maybe_number("factor_last_step"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("recovery_codes")
                    .col(id("editor_id"))
                    .col(hash("code_hash"))
                    .primary_key(Index::create().col("editor_id").col("code_hash"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("account_links")
                    // The link's secret is derived from it with the server's key.
                    .col(id("id").primary_key())
                    .col(id("editor_id"))
                    .col(text("purpose"))
                    .col(number("created_at"))
                    .col(number("expires_at"))
                    .col(maybe_number("used_at"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "account_links",
                "account_links_by_editor",
                &["editor_id", "purpose"],
            ))
            .await?;
        // SQLite adds one column a statement.
        for column in [
            // What a session is called where its owner ends it.
            maybe_id("id"),
            // Roughly: "Firefox, Windows". Never the user agent itself.
            text("device").default("").take(),
            // When the password was last asked for.
            number("confirmed_at").default(0).take(),
            // The password was right, the second factor is still asked for.
            flag("awaits_factor", false),
        ] {
            let mut column = column;
            manager
                .alter_table(
                    Table::alter()
                        .table("sessions")
                        .add_column(&mut column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
