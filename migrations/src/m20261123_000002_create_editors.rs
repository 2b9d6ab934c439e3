//! Who signs in: people, rights per site, sessions, API tokens, failed sign-ins.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, flag, hash, id, index, maybe_number, maybe_text, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("editors")
                    .col(id("id").primary_key())
                    .col(text("email").unique_key())
                    .col(text("name"))
                    // The role on every site without a row in editor_sites.
                    .col(maybe_text("role"))
                    .col(text("lang"))
                    .col(maybe_text("password_hash"))
                    .col(flag("active", true))
                    // Whether every new ticket is mailed to them.
                    .col(flag("alerted", true))
                    .col(number("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("editor_sites")
                    .col(id("editor_id"))
                    .col(id("site_id"))
                    .col(text("role"))
                    .primary_key(Index::create().col("editor_id").col("site_id"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .foreign_key(&mut belongs_to("site_id", "sites"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("sessions")
                    .col(hash("token_hash").primary_key())
                    .col(id("editor_id"))
                    .col(number("created_at"))
                    .col(number("last_seen_at"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("sessions", "sessions_by_editor", &["editor_id"]))
            .await?;
        manager
            .create_index(index("sessions", "sessions_by_age", &["last_seen_at"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("api_tokens")
                    .col(id("id").primary_key())
                    .col(id("editor_id"))
                    .col(hash("token_hash").unique_key())
                    .col(text("scopes"))
                    .col(number("created_at"))
                    .col(maybe_number("last_used_at"))
                    .col(maybe_number("revoked_at"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        // Keyed hashes only: which account or network is tried, never who tries.
        manager
            .create_table(
                Table::create()
                    .table("failed_sign_ins")
                    .col(hash("key").primary_key())
                    .col(number("failures"))
                    .col(number("last_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index(
                "failed_sign_ins",
                "failed_sign_ins_by_age",
                &["last_at"],
            ))
            .await
    }
}
