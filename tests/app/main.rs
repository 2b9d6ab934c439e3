//! Everything that is tested from outside the crate, as one binary: it links once.
//!
//! Whatever touches a database runs on SQLite and on PostgreSQL, by `support::database::both_databases!`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected shall panic where it meets it"
)]

mod support;

mod accounts;
mod also_in;
mod answers;
mod article_text;
mod browsing;
mod bulk;
mod causes;
mod checkpoints;
mod cli;
mod confirming;
mod demo;
mod deputies;
mod door;
mod filing;
mod filing_faults;
mod floor_plan;
mod following;
mod forwarding;
mod house_words;
mod intake_fuzz;
mod intake_http;
mod kept_newsroom;
mod kill;
mod listing;
mod live;
mod locating;
mod mailing;
mod mailing_faults;
mod merging;
mod metrics;
mod migrations;
mod notes;
mod openapi;
pub mod pages;
mod passage_quality;
mod personal_data;
mod query_plans;
mod questions;
mod required_factor;
mod rights;
mod searching;
mod server_limits;
mod settings;
mod snoozing;
mod stale_forms;
mod statistics;
mod terms;
mod tickets_api;
mod triage;
mod undoing;
mod watch_pages;
mod watching;
mod watching_fetches;
mod watching_links;
mod watching_turns;
mod watching_walls;
mod waves;
