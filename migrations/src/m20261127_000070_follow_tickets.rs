//! Who of the newsroom follows which ticket, and who wants no more of it.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to, flag, id, index, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("ticket_followers")
                    .col(id("id").primary_key())
                    .col(number("ticket_id"))
                    .col(id("editor_id"))
                    // by_hand, acted, assigned, mentioned.
                    .col(text("why"))
                    // False for whoever wants no more of it: acting and being mentioned do not make it true again.
                    .col(flag("following", true))
                    .col(number("since_at"))
                    .foreign_key(&mut belongs_to("ticket_id", "tickets"))
                    .foreign_key(&mut belongs_to("editor_id", "editors"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                index(
                    "ticket_followers",
                    "ticket_followers_by_ticket",
                    &["ticket_id", "editor_id"],
                )
                .unique()
                .take(),
            )
            .await?;
        manager
            .create_index(index(
                "ticket_followers",
                "ticket_followers_by_editor",
                &["editor_id", "ticket_id"],
            ))
            .await
    }
}
