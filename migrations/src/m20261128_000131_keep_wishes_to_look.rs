//! Wishes to look at an article outlive the look that is going on; whose turn a host is; versions that a wall cut off.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, maybe_number, small};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            // By when somebody wished for a look, since the last claim.
            ("articles", maybe_number("wanted_at")),
            // How many asked for the page itself and have no answer yet.
            ("articles", small("asked", 0)),
            // So much shorter than the one before that a wall may have cut it off.
            ("article_versions", flag("partial", false)),
        ] {
            manager
                .alter_table(Table::alter().table(table).add_column(column).to_owned())
                .await?;
        }
        let db = manager.get_connection();
        for index in [
            "CREATE INDEX articles_leased ON articles (leased_until) WHERE leased_until IS NOT NULL",
            // How long a host wants to be left alone.
            "CREATE INDEX article_watch_by_host ON article_watch (host, not_before) WHERE not_before IS NOT NULL",
        ] {
            db.execute_unprepared(index).await?;
        }
        Ok(())
    }
}
