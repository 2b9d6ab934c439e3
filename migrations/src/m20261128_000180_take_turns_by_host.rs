//! Hosts take turns: of each, the article that is longest due is found without reading the others.

use sea_orm_migration::prelude::*;

use crate::columns::maybe_text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("articles")
                    // Of its address; stored when it is first due.
                    .add_column(maybe_text("host"))
                    .to_owned(),
            )
            .await?;
        let db = manager.get_connection();
        for statement in [
            "UPDATE articles SET host = (SELECT host FROM article_watch WHERE article_watch.article_id = articles.id) \
             WHERE look_at IS NOT NULL",
            "CREATE INDEX articles_by_host ON articles (host, look_at, id) WHERE look_at IS NOT NULL",
        ] {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
