//! The browser's search for a text directive, as Chromium's `TextFragmentFinder` does it.

use memchr::memmem::Finder;

use super::{directive::Directive, page::Page};

/// The first match of a directive in a page, as bytes of its text; nothing where the browser finds nothing.
///
/// Word borders inside scripts without spaces are guesses; see `docs/text-fragments.md`.
#[must_use]
pub fn find(page: &Page, directive: &Directive) -> Option<(usize, usize)> {
    let fold = |term: &Option<String>| term.as_deref().map(|term| page.term(term));
    let prefix = fold(&directive.prefix);
    let suffix = fold(&directive.suffix);
    let end = fold(&directive.end);
    let start = page.term(&directive.start);
    let first = Finder::new(prefix.as_ref().unwrap_or(&start));
    let end_finder = end.as_ref().map(Finder::new);

    let mut cursor = 0;
    while let Some((at, behind)) = page
        .places(&first, cursor, page.len())
        .find(|&(at, _)| page.starts_word(at) || at == cursor)
    {
        cursor = next_try(page, at);
        let (from, start_end) = if prefix.is_some() {
            let from = page.next_text(behind);
            let Some(end) = page.matches(&start, from) else {
                continue;
            };
            (from, end)
        } else {
            (at, behind)
        };
        if (end.is_some() || suffix.is_none()) && !page.ends_word(start_end) {
            continue;
        }
        let followed = |end: usize| {
            suffix
                .as_deref()
                .is_none_or(|suffix| followed_by(page, suffix, end))
        };
        let found = match &end_finder {
            None => Some(start_end).filter(|&end| followed(end)),
            Some(finder) => page
                .places(finder, start_end, page.len())
                .filter(|&(at, _)| page.starts_word(at) || at == start_end)
                .map(|(_, end)| end)
                .find(|&end| (suffix.is_some() || page.ends_word(end)) && followed(end)),
        };
        if let Some(end) = found {
            return Some(page.source(from, end));
        }
    }
    None
}

/// Whether the suffix is what comes next, and ends a word.
pub(super) fn followed_by(page: &Page, suffix: &[u8], end: usize) -> bool {
    page.matches(suffix, page.next_text(end))
        .is_some_and(|end| page.ends_word(end))
}

/// Where the browser goes on after a try that failed: one character behind the end of the first word.
fn next_try(page: &Page, at: usize) -> usize {
    let word_end = (at + 1..page.len())
        .find(|&end| page.starts_word(end))
        .unwrap_or(page.len());
    if page.is_border(word_end) {
        word_end
    } else {
        page.next_character(word_end)
    }
}
