//! One number that changes whenever a site, a desk or an editor does: what is kept of them in memory is as good as new while it stays.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What is kept.
const KEPT: [&str; 5] = ["sites", "site_origins", "desks", "editors", "editor_sites"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(
            "CREATE TABLE newsroom_version (id integer PRIMARY KEY, version bigint NOT NULL)",
        )
        .await?;
        db.execute_unprepared("INSERT INTO newsroom_version (id, version) VALUES (1, 1)")
            .await?;
        let count = "UPDATE newsroom_version SET version = version + 1 WHERE id = 1";
        let sqlite = manager.get_database_backend() == DatabaseBackend::Sqlite;
        if !sqlite {
            db.execute_unprepared(&format!(
                "CREATE FUNCTION count_newsroom_version() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN {count}; RETURN NULL; END $$"
            ))
            .await?;
        }
        for table in KEPT {
            for act in ["INSERT", "UPDATE", "DELETE"] {
                let name = format!("newsroom_version_{table}_{}", act.to_lowercase());
                let text = if sqlite {
                    format!("CREATE TRIGGER {name} AFTER {act} ON {table} BEGIN {count}; END")
                } else {
                    format!(
                        "CREATE TRIGGER {name} AFTER {act} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION count_newsroom_version()"
                    )
                };
                db.execute_unprepared(&text).await?;
            }
        }
        Ok(())
    }
}
