//! Everything that is tested from outside the crate, as one binary: it links once.
//!
//! Whatever touches a database runs on SQLite and on PostgreSQL, by `support::database::both_databases!`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected shall panic where it meets it"
)]

mod support;

mod article_text;
mod cli;
mod floor_plan;
mod kill;
mod openapi;
mod tickets_api;
