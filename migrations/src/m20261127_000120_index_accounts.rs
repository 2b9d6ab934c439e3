//! Indexes for what grows with the years: links that are sent by mail, tokens.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name, columns) in [
            // Invitations that nobody has accepted yet.
            (
                "account_links",
                "account_links_by_purpose",
                &["purpose", "used_at"][..],
            ),
            // By which the old ones are found and deleted.
            ("account_links", "account_links_by_end", &["expires_at"]),
            ("api_tokens", "api_tokens_by_editor", &["editor_id"]),
            // Letters whose mail has long gone are found by their age.
            ("act_letters", "act_letters_by_age", &["created_at"]),
        ] {
            manager.create_index(index(table, name, columns)).await?;
        }
        Ok(())
    }
}
