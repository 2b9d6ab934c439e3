//! Indexes of columns that are empty in most rows hold only the rows in which they are not: each report pays for every index.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Index, table, columns; the first column is what must be there.
const INDEXES: &[(&str, &str, &str)] = &[
    ("tickets_by_assignee", "tickets", "assignee_id, id"),
    ("tickets_by_resolution", "tickets", "resolution, id"),
    ("tickets_by_desk", "tickets", "desk_id, id"),
    ("tickets_snoozed", "tickets", "snoozed_until"),
    ("tickets_by_closing", "tickets", "closed_at"),
    ("tickets_by_original", "tickets", "duplicate_of"),
    ("notifications_by_contact", "notifications", "contact_id"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (name, table, columns) in INDEXES {
            let first = columns.split(',').next().unwrap_or(columns);
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
            db.execute_unprepared(&format!(
                "CREATE INDEX {name} ON {table} ({columns}) WHERE {first} IS NOT NULL"
            ))
            .await?;
        }
        Ok(())
    }
}
