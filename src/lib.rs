//! Fehlermelder: a reader marks a mistake in an article, the newsroom corrects it, the reader hears of it.
//!
//! The map of the layers; imports point downwards only, and a test keeps it so (`tests/app/floor_plan.rs`).
//!
//! ```text
//! main → cli → demo → { web, mail, watch } → services → { storage, links } → domain
//!                     { web, mail } → { rendering, views, config } → domain
//!        cli → telemetry → config                storage → migrations
//!        views → links
//! ```
//!
//! - [`domain`] does no I/O and knows nobody: values, and the rules that decide.
//! - [`storage`] is the only place that knows the database.
//! - [`services`] has one file per thing a person does, each in one transaction with the history and the mails it owes.
//! - [`web`] is the only place that answers HTTP, [`mail`] the only one that knows SMTP, [`watch`] the only one that reads other
//!   people's pages; they never meet.
//! - [`rendering`], [`views`], [`links`] and [`config`] are leaves: what people read, what is shown of a ticket, our own
//!   addresses, the settings.
//! - [`demo`] stands beside the application; `serve` has nothing of it. [`telemetry`] is the log.
//! - [`cli`] puts all of it together.
//!
//! **A report arrives:** `web::routes` → `web::api::reports` → `domain::report` reads it → `services::file_report` queues it,
//! `domain::grouping` decides which ticket it joins, and ticket, history and mails owed are committed with the other reports
//! that waited → the receipt.
//! **A mail leaves:** `mail::delivery` claims a notification under a lease, `mail::letters` looks up what it is about now,
//! `mail::transport` hands it over, and the outcome is recorded if the lease still holds.
//!
//! **An article changes:** `watch::worker` claims what is due, `watch::fetch` reads the page, `services::watch_articles` keeps the
//! text, looks every ticket's passage up (`domain::anchoring`), and does what `domain::sighting` says follows.
//!
//! All three at length, and what is decided in the data: `docs/architecture.md`.
#![forbid(unsafe_code)]

pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod links;
pub mod mail;
pub mod rendering;
pub mod services;
pub mod storage;
pub mod telemetry;
pub mod views;
pub mod watch;
pub mod web;
