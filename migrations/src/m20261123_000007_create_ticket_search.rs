//! The search index: FTS5 or tsvector, fed with the same folded words by the same code.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            db.execute_unprepared(
                "CREATE VIRTUAL TABLE ticket_search USING fts5(words, content='', contentless_delete=1, \
                 tokenize=\"unicode61 remove_diacritics 0\")",
            )
            .await?;
        } else {
            db.execute_unprepared(
                "CREATE TABLE ticket_search (ticket_id bigint PRIMARY KEY REFERENCES tickets(id) ON DELETE CASCADE, \
                 words tsvector NOT NULL)",
            )
            .await?;
            db.execute_unprepared(
                "CREATE INDEX ticket_search_words ON ticket_search USING gin (words)",
            )
            .await?;
        }
        Ok(())
    }
}
