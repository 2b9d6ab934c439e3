//! An article's tickets are found with their state beside: most are closed, and those are mostly not asked for.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = ["article_id", "id", "state"];
        manager
            .create_index(index("tickets", "tickets_of_article", &columns))
            .await?;
        let old = Index::drop()
            .name("tickets_by_article")
            .table("tickets")
            .to_owned();
        manager.drop_index(old).await
    }
}
