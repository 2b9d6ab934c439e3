//! The history of the schema: append-only, portable between SQLite and PostgreSQL, frozen once released. Migrations only go up.
//!
//! A crate of its own, so that it cannot lean on today's domain: old migrations keep meaning what they meant.
//! Conventions: UUIDs as `uuid` (a 16-byte blob in SQLite), times as `bigint` Unix milliseconds ending in `_at`, closed sets as text,
//! hashes as binary, lists as JSON text.
#![forbid(unsafe_code)]

pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::prelude::*;

mod columns;
mod m20261123_000001_create_sites;
mod m20261123_000002_create_editors;
mod m20261123_000003_create_articles;
mod m20261123_000004_create_tickets;
mod m20261123_000005_create_reports;
mod m20261123_000006_create_notifications;
mod m20261123_000007_create_ticket_search;
mod m20261126_000008_create_article_versions;
mod m20261126_000009_watch_articles;
mod m20261126_000010_create_ticket_sightings;
mod m20261126_000011_create_article_search;
mod m20261126_000012_link_to_passages;
mod m20261126_000020_index_what_is_set;
mod m20261127_000020_fan_out_alerts;
mod m20261127_000030_order_tickets;
mod m20261127_000031_search_with_stems;
mod m20261127_000032_saved_views;
mod m20261127_000040_keys_of_editors;
mod m20261127_000041_bulk_acts;
mod m20261127_000050_remember_acts;
mod m20261127_000051_create_ready_answers;
mod m20261127_000060_create_admin_events;
mod m20261127_000061_create_accounts;
mod m20261127_000062_create_deputies;
mod m20261127_000070_follow_tickets;
mod m20261127_000071_create_statistics;
mod m20261127_000072_mark_reports;
mod m20261127_000073_create_wave_reports;
mod m20261127_000080_create_report_answers;
mod m20261127_000081_create_site_addresses;
mod m20261127_000082_name_causes;
mod m20261127_000090_version_newsroom;
mod m20261127_000091_find_kinds;
mod m20261127_000120_index_accounts;
mod m20261128_000130_number_search_writes;
mod m20261128_000131_keep_wishes_to_look;
mod m20261128_000140_state_beside_article;
mod m20261128_000160_find_old_words;
mod m20261128_000170_find_addresses_of_authors;
mod m20261128_000180_take_turns_by_host;

/// Runs the migrations that a database still lacks.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            // Publications, their origins and desks.
            Box::new(m20261123_000001_create_sites::Migration),
            // Who signs in: people, rights per site, sessions, API tokens, failed sign-ins.
            Box::new(m20261123_000002_create_editors::Migration),
            // Articles somebody reported a mistake in.
            Box::new(m20261123_000003_create_articles::Migration),
            // Tickets, their history and the kept counters.
            Box::new(m20261123_000004_create_tickets::Migration),
            // Reports, and apart from them what readers left to be reached by.
            Box::new(m20261123_000005_create_reports::Migration),
            // The outbox.
            Box::new(m20261123_000006_create_notifications::Migration),
            // The search index: FTS5 or tsvector, fed with the same folded words.
            Box::new(m20261123_000007_create_ticket_search::Migration),
            // What articles said, each distinct text once.
            Box::new(m20261126_000008_create_article_versions::Migration),
            // When an article is looked at again, and how the last look went.
            Box::new(m20261126_000009_watch_articles::Migration),
            // What the watch saw of each ticket's passage.
            Box::new(m20261126_000010_create_ticket_sightings::Migration),
            // Where else the same words stand.
            Box::new(m20261126_000011_create_article_search::Migration),
            // The link into the live article, as the whole page allows it.
            Box::new(m20261126_000012_link_to_passages::Migration),
            // Indexes of mostly empty columns hold what is set.
            Box::new(m20261126_000020_index_what_is_set::Migration),
            // Alerts to the newsroom as one row a ticket.
            Box::new(m20261127_000020_fan_out_alerts::Migration),
            // How pressing a ticket is, its tags, and indexes in the orders of lists.
            Box::new(m20261127_000030_order_tickets::Migration),
            // The search index anew, with stems, and what is still to be indexed.
            Box::new(m20261127_000031_search_with_stems::Migration),
            // Lists that editors keep under a name.
            Box::new(m20261127_000032_saved_views::Migration),
            // Single keys on the desk, switched off by who does not want them.
            Box::new(m20261127_000040_keys_of_editors::Migration),
            // One act on many tickets, worked off in portions.
            Box::new(m20261127_000041_bulk_acts::Migration),
            // Decisions that can be taken back, with the mails they owe.
            Box::new(m20261127_000050_remember_acts::Migration),
            // What readers are written on a decision.
            Box::new(m20261127_000051_create_ready_answers::Migration),
            // The history of the settings.
            Box::new(m20261127_000060_create_admin_events::Migration),
            // Preferences, absence, second factor, links sent by mail; more of a session.
            Box::new(m20261127_000061_create_accounts::Migration),
            // Deputies and bylines; tickets that wait for somebody.
            Box::new(m20261127_000062_create_deputies::Migration),
            // Who follows which ticket.
            Box::new(m20261127_000070_follow_tickets::Migration),
            // Figures by day.
            Box::new(m20261127_000071_create_statistics::Migration),
            // Readers who were told that it is no error, and insisted.
            Box::new(m20261127_000072_mark_reports::Migration),
            // Reports of one burst, for a day.
            Box::new(m20261127_000073_create_wave_reports::Migration),
            // What readers answered when they were asked.
            Box::new(m20261127_000080_create_report_answers::Migration),
            // Whom a site passes tickets on to.
            Box::new(m20261127_000081_create_site_addresses::Migration),
            // How a fact that was corrected came to be wrong.
            Box::new(m20261127_000082_name_causes::Migration),
            // Whether sites, desks and people are still as they were.
            Box::new(m20261127_000090_version_newsroom::Migration),
            // Lists of what is not spelling.
            Box::new(m20261127_000091_find_kinds::Migration),
            // What grows with the years is found by index.
            Box::new(m20261127_000120_index_accounts::Migration),
            // The search index is read for before the one who writes is kept waiting.
            Box::new(m20261128_000130_number_search_writes::Migration),
            // What was wished for during a look, and whose turn a host is.
            Box::new(m20261128_000131_keep_wishes_to_look::Migration),
            // An article's tickets, with their state.
            Box::new(m20261128_000140_state_beside_article::Migration),
            // What readers wrote, until its term is over.
            Box::new(m20261128_000160_find_old_words::Migration),
            // The bylines that lead to one address.
            Box::new(m20261128_000170_find_addresses_of_authors::Migration),
            // Of each host the article that is longest due.
            Box::new(m20261128_000180_take_turns_by_host::Migration),
        ]
    }
}
