//! Every address of ours that leaves a page, a mail or an answer: made in one place, so that all agree.

use url::Url;

use crate::domain::ids::{ArticleId, TicketId};

/// Makes absolute links below the public URL.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
}

impl Links {
    /// Links below that URL (without a slash at its end).
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        Self {
            base: public_url.trim_end_matches('/').to_owned(),
        }
    }

    /// The public URL itself.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The public URL's host name, for Message-IDs.
    #[must_use]
    pub fn host(&self) -> String {
        Url::parse(&self.base)
            .ok()
            .and_then(|u| u.host_str().map(str::to_owned))
            .unwrap_or_else(|| "localhost".into())
    }

    /// A ticket's page on the desk.
    #[must_use]
    pub fn ticket(&self, ticket: TicketId) -> String {
        format!("{}{}", self.base, ticket_path(ticket))
    }

    /// A ticket's passage in its context, on the desk.
    #[must_use]
    pub fn passage(&self, ticket: TicketId) -> String {
        format!("{}{}", self.base, passage_path(ticket))
    }

    /// The inbox.
    #[must_use]
    pub fn desk(&self) -> String {
        format!("{}/", self.base)
    }

    /// A reporter's page.
    #[must_use]
    pub fn status(&self, token: &str) -> String {
        format!("{}/r/{token}", self.base)
    }

    /// Where an address is confirmed.
    #[must_use]
    pub fn confirmation(&self, token: &str) -> String {
        format!("{}/bestaetigen/{token}", self.base)
    }

    /// Where an invitation is accepted.
    #[must_use]
    pub fn invitation(&self, token: &str) -> String {
        format!("{}/invitation/{token}", self.base)
    }

    /// Where a new password is chosen.
    #[must_use]
    pub fn password_reset(&self, token: &str) -> String {
        format!("{}/password/{token}", self.base)
    }

    /// The form without script.
    #[must_use]
    pub fn form(&self, site_key: &str) -> String {
        format!("{}/melden?site={site_key}", self.base)
    }
}

/// A ticket's path on the desk.
#[must_use]
pub fn ticket_path(ticket: TicketId) -> String {
    format!("/tickets/{ticket}")
}

/// An article's path on the desk.
#[must_use]
pub fn article_path(article: ArticleId) -> String {
    format!("/articles/{article}")
}

/// The path of a ticket's passage on the desk.
#[must_use]
pub fn passage_path(ticket: TicketId) -> String {
    format!("/tickets/{ticket}/passage")
}
