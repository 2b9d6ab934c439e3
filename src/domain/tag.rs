//! Tags: short words that editors put on tickets, as they please.

use super::clean::clean_text;

/// The longest tag, in characters.
pub const MAX_TAG: usize = 40;
/// The most tags of one ticket.
pub const MAX_TAGS: usize = 20;

/// Why something is no tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTag {
    /// Nothing is left of it.
    #[error("a tag has at least one letter or digit")]
    Empty,
    /// It is too long.
    #[error("a tag has at most {MAX_TAG} characters")]
    TooLong,
    /// The ticket has enough.
    #[error("a ticket has at most {MAX_TAGS} tags")]
    TooMany,
}

/// Reads a tag as people type it: a leading `#`, case and surplus spaces do not matter.
///
/// # Errors
/// [`InvalidTag`]
pub fn read_tag(text: &str) -> Result<String, InvalidTag> {
    let text = clean_text(text);
    let words: Vec<&str> = text.trim_start_matches('#').split_whitespace().collect();
    // A comma parts tags where several are typed; a quotation mark ends one in a search.
    let tag = words.join(" ").replace([',', '"'], "").to_lowercase();
    if !tag.chars().any(char::is_alphanumeric) {
        return Err(InvalidTag::Empty);
    }
    if tag.chars().count() > MAX_TAG {
        return Err(InvalidTag::TooLong);
    }
    Ok(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_same_however_it_is_typed() {
        for text in ["Titelstory", " #titelstory ", "TITELSTORY"] {
            assert_eq!(read_tag(text), Ok("titelstory".into()), "{text}");
        }
        assert_eq!(
            read_tag("Rechts \n abteilung"),
            Ok("rechts abteilung".into())
        );
        assert_eq!(read_tag("a\"b,c"), Ok("abc".into()));
        for text in ["", " # ", "„…“", ","] {
            assert_eq!(read_tag(text), Err(InvalidTag::Empty), "{text}");
        }
        assert_eq!(read_tag(&"x".repeat(41)), Err(InvalidTag::TooLong));
    }
}
