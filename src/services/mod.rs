//! One file per thing a person does. Each use case is one transaction; none calls another; none talks SMTP or HTTP.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::{
    domain::{
        clock::{Clock, Entropy, UnixMillis},
        second_factor::FactorDuty,
        secret::ServerKey,
        site::Site,
    },
    links::Links,
    storage::Store,
};

pub mod admin_history;
pub mod also_in;
pub mod answer_question;
pub mod browse_articles;
pub mod browse_tickets;
pub mod bulk_act;
pub mod check_embedding;
pub mod confirm_address;
pub mod export_everything;
pub mod file_report;
pub mod follow_report;
pub mod follow_ticket;
pub mod forward_ticket;
pub mod house_rules;
pub mod index_tickets;
pub mod invite_editors;
pub mod keep_house;
pub mod list_tickets;
pub mod live;
pub mod look_after_tickets;
pub mod manage_addresses;
pub mod manage_desks;
pub mod manage_editors;
pub mod manage_sites;
pub mod manage_tokens;
pub mod manage_views;
pub mod merge_tickets;
mod owed_mails;
pub mod own_account;
pub mod own_keys;
pub mod personal_data;
mod pointers;
pub mod ready_answers;
mod recording;
pub mod reset_password;
pub mod return_tickets;
pub mod rights;
pub mod same_mistake;
pub mod second_factor;
pub mod sign_in;
pub mod split_ticket;
pub mod statistics;
pub mod triage_ticket;
pub mod undo_act;
pub mod watch_articles;
pub mod waves;

/// What every use case works with.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// The server's key.
    pub key: ServerKey,
    /// Our own addresses.
    pub links: Links,
    /// Rung when a notification was written, so that the mail worker need not look all the time.
    pub outbox_bell: Arc<Notify>,
    /// What may be set.
    pub rules: Rules,
    /// What the article watch works with.
    pub watch: watch_articles::WatchMeans,
    /// What changes while somebody looks.
    pub live: live::Live,
}

/// Terms and limits that an operator may set.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Days after closing until an address is deleted, where its site has no term of its own.
    pub contact_days_after_closing: i64,
    /// Days until an address that nobody confirmed is deleted.
    pub unconfirmed_contact_days: i64,
    /// Days until what the outbox says of a mail that went, or will never go, is deleted.
    pub sent_mail_days: i64,
    /// Hours without a request after which a session ends.
    pub session_idle_hours: i64,
    /// Days after which a session ends in any case.
    pub session_days: i64,
    /// Who must have a second factor.
    pub second_factor: FactorDuty,
    /// Reports filled in faster than this many milliseconds open no alert.
    pub min_fill_ms: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            contact_days_after_closing: 90,
            unconfirmed_contact_days: 7,
            sent_mail_days: 30,
            session_idle_hours: 8,
            session_days: 7,
            second_factor: FactorDuty::Off,
            min_fill_ms: 0,
        }
    }
}

impl Services {
    /// The present moment.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// Days after closing until the addresses of a site's readers are deleted: the site's own term, else the server's.
    #[must_use]
    pub fn contact_days(&self, site: &Site) -> i64 {
        site.contact_days(self.rules.contact_days_after_closing)
    }

    /// A random mark that tells nothing, not even when it was made (RFC 9562, version 4).
    #[must_use]
    pub fn random_mark(&self) -> uuid::Uuid {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A new `UUIDv7`.
    #[must_use]
    pub fn new_id(&self) -> uuid::Uuid {
        self.entropy.uuid(self.now())
    }

    /// A random secret of 256 bits, in URL-safe letters.
    #[must_use]
    pub fn new_secret(&self) -> String {
        let mut bytes = [0; 32];
        self.entropy.fill(&mut bytes);
        data_encoding::BASE64URL_NOPAD.encode(&bytes)
    }
}
