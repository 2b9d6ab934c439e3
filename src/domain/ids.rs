//! Identifiers: `UUIDv7` for everything but tickets, whose integer is also their public reference.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
    )+};
}

uuid_id!(
    /// A site.
    SiteId,
    /// An article of a site.
    ArticleId,
    /// A reader's report.
    ReportId,
    /// What a reader left to be reached by.
    ContactId,
    /// An editor.
    EditorId,
    /// A desk of a site.
    DeskId,
    /// A row of the outbox.
    NotificationId,
    /// One entry of a ticket's history.
    EventId,
    /// What an editor did in one go, to one ticket or several.
    ActId,
    /// A version of an article's text.
    VersionId,
    /// A name above articles.
    BylineId,
    /// An API token.
    TokenId,
    /// A saved view.
    ViewId,
    /// One act on many tickets.
    BulkId,
);

/// A ticket's number. Shown to people as a reference such as `FM-1042`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(pub i64);

impl TicketId {
    /// The number of the first ticket of an installation.
    pub const FIRST: i64 = 1001;

    /// Reads a reference such as `FM-1042` (case does not matter, the prefix may be missing).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = match text.get(..3) {
            Some(prefix) if prefix.eq_ignore_ascii_case("FM-") => &text[3..],
            _ => text,
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().filter(|n| *n > 0).map(Self)
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FM-{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::TicketId;

    #[test]
    fn a_reference_is_read_in_the_ways_people_write_it() {
        for text in ["FM-1042", "fm-1042", " 1042 "] {
            assert_eq!(TicketId::parse(text), Some(TicketId(1042)), "{text}");
        }
        for text in [
            "",
            "FM-",
            "FM-10x",
            "-3",
            "0",
            "99999999999999999999",
            "ÄÖ-1",
        ] {
            assert_eq!(TicketId::parse(text), None, "{text}");
        }
        assert_eq!(TicketId(7).to_string(), "FM-7");
    }
}
