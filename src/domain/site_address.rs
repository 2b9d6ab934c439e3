//! A site's address book: where what is not the newsroom's to decide is passed on to.

use serde::{Deserialize, Serialize};

use super::ids::{AddressId, SiteId};

closed_set! {
    /// What an address is for.
    AddressPurpose {
        /// Rechtliches
        Legal = "legal",
        /// Kommentare
        Comments = "comments",
        /// Abo und Zustellung
        Subscriptions = "subscriptions",
        /// Agentur
        Agency = "agency",
        /// Technik
        Technology = "technology",
        /// Etwas anderes
        Other = "other",
    }
}

/// The most addresses of one site.
pub const MAX_ADDRESSES: usize = 100;
/// The longest message that goes along, in characters.
pub const MAX_MESSAGE: usize = 2_000;

/// One of a site's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteAddress {
    /// Its key.
    pub id: AddressId,
    /// Of which site.
    pub site: SiteId,
    /// What people call it.
    pub name: String,
    /// Where its mails go.
    pub email: String,
    /// What it is for.
    pub purpose: AddressPurpose,
}

impl SiteAddress {
    /// Whether it is meant by that: its name or e-mail address in whatever case, or its id.
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        self.name.to_lowercase() == text
            || self.email.to_lowercase() == text
            || self.id.to_string() == text
    }
}

/// Where a ticket was passed on to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// The address.
    pub to: AddressId,
    /// Its name then: the address may be removed later, the history stays readable.
    pub name: String,
    /// What the editor wrote with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
