//! Fehlermelder: a reader marks a mistake in an article, the newsroom corrects it, the reader hears of it.
//!
//! The map of the layers; imports point downwards only, and a test keeps it so.
//!
//! ```text
//! main → cli → demo → { web, mail } → services → storage → domain
//!                     { web, mail } → { rendering, views, links } → domain
//!        cli → config                 storage → migrations
//! ```
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
pub mod web;
