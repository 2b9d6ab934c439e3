//! The words of what articles say now, folded as those of tickets: where else do the same wrong words stand?

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            // Its rows are numbers; article_watch.search_row says which is whose.
            db.execute_unprepared(
                "CREATE VIRTUAL TABLE article_search USING fts5(words, content='', contentless_delete=1, \
                 tokenize=\"unicode61 remove_diacritics 0\")",
            )
            .await?;
            db.execute_unprepared(
                "CREATE UNIQUE INDEX article_watch_by_search_row ON article_watch (search_row)",
            )
            .await?;
        } else {
            db.execute_unprepared(
                "CREATE TABLE article_search (article_id uuid PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE, \
                 words tsvector NOT NULL)",
            )
            .await?;
            db.execute_unprepared(
                "CREATE INDEX article_search_words ON article_search USING gin (words)",
            )
            .await?;
        }
        Ok(())
    }
}
