//! Whose article it is: the name above an article, and the person or the address that it leads to; who stands in for a desk.

use super::ids::{BylineId, DeskId, EditorId, SiteId};

/// A name above articles, and whom it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Byline {
    /// Its key.
    pub id: BylineId,
    /// Of which site.
    pub site: SiteId,
    /// As the articles say it.
    pub name: String,
    /// To whom.
    pub to: Author,
}

/// Who wrote an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// Somebody who comes to the desk.
    Editor(EditorId),
    /// Somebody without an account, who is told where a mistake is and nothing of its reader.
    Address(String),
}

/// The name as it is looked up: without case and superfluous spaces.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

closed_set! {
    /// Who a ticket of a desk goes to when nobody touches it, in this order.
    DeskPart {
        /// First.
        Deputy = "deputy",
        /// Then.
        Chief = "chief",
    }
}

/// Somebody's part at a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskPerson {
    /// At which desk.
    pub desk: DeskId,
    /// As what.
    pub part: DeskPart,
    /// Who.
    pub editor: EditorId,
}

#[cfg(test)]
mod tests {
    use super::name_key;

    #[test]
    fn a_byline_is_found_whatever_its_case_and_spaces() {
        assert_eq!(name_key("  Änne  MÜLLER "), "änne müller");
        assert_eq!(name_key("Änne Müller"), name_key("ÄNNE müller"));
    }
}
