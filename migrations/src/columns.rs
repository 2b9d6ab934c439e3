//! The few shapes of columns that all tables share.

use sea_orm_migration::prelude::*;

/// A UUID that must be there.
pub fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// A UUID that may be missing.
pub fn maybe_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().take()
}

/// Text that must be there.
pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// Text that may be missing.
pub fn maybe_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}

/// A whole number or a moment that must be there.
pub fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A whole number or a moment that may be missing.
pub fn maybe_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// A small number with a start value.
pub fn small(name: &'static str, value: i32) -> ColumnDef {
    ColumnDef::new(name)
        .integer()
        .not_null()
        .default(value)
        .take()
}

/// Yes or no.
pub fn flag(name: &'static str, value: bool) -> ColumnDef {
    ColumnDef::new(name)
        .boolean()
        .not_null()
        .default(value)
        .take()
}

/// A hash that must be there.
pub fn hash(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// A hash that may be missing.
pub fn maybe_hash(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().take()
}

/// A reference that goes away with the row it points to.
pub fn belongs_to(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from_col(column)
        .to(table, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

/// An index.
pub fn index(
    table: &'static str,
    name: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}
