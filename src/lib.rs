//! Fehlermelder: a reader marks a mistake in an article, the newsroom corrects it, the reader hears of it.

pub mod config;
pub mod telemetry;
pub mod web;
