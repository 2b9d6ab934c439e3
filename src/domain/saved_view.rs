//! A list that an editor keeps under a name.

use super::{
    clean::clean_text,
    editor::Editor,
    ids::{EditorId, SiteId, ViewId},
};

/// The longest name, in characters.
pub const MAX_VIEW_NAME: usize = 60;
/// The longest address of a list, in bytes.
pub const MAX_VIEW_QUERY: usize = 2_000;
/// The most views that one editor sees.
pub const MAX_VIEWS: usize = 40;

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its key.
    pub id: ViewId,
    /// Who made it.
    pub owner: EditorId,
    /// The site on which it is shared; nothing: it is its maker's alone.
    pub site: Option<SiteId>,
    /// What it is called.
    pub name: String,
    /// The part of the list's address behind the question mark.
    pub query: String,
    /// Its place among others.
    pub position: i64,
}

impl SavedView {
    /// Whether an editor may rename, move and delete it: the maker of an own one, whoever edits the site of a shared one.
    #[must_use]
    pub fn is_changed_by(&self, editor: &Editor) -> bool {
        match self.site {
            Some(site) => editor.edits(site),
            None => self.owner == editor.id,
        }
    }
}

/// Reads a view's name; nothing when there is nothing in it, or too much.
#[must_use]
pub fn read_view_name(text: &str) -> Option<String> {
    let name = clean_text(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let length = name.chars().count();
    (1..=MAX_VIEW_NAME).contains(&length).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_not_empty() {
        assert_eq!(
            read_view_name("  Meine \n Fakten "),
            Some("Meine Fakten".into())
        );
        assert_eq!(read_view_name(" "), None);
        assert_eq!(read_view_name(&"x".repeat(61)), None);
    }
}
