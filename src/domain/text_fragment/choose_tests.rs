//! What is kept of a page while a directive is chosen.

use super::*;

/// How many earlier places are kept of the last word of a text.
fn kept(text: &str, prefix: Option<Span>) -> Option<usize> {
    let pages = [Page::new(text, Folding::Root)];
    let from = text.rfind(' ').map_or(0, |at| at + 1);
    let chooser = Chooser {
        text,
        pages: &pages,
        from,
        to: text.len(),
        joined: false,
    };
    let earlier = chooser.earlier(&pages[0], prefix, (from, text.len()));
    earlier.map(|places| places.len())
}

#[test]
fn a_beginning_that_stands_everywhere_is_not_kept_place_by_place() {
    let text = |count: usize| "ja ".repeat(count) + "ja";
    assert_eq!(kept(&text(MOST_EARLIER), None), Some(MOST_EARLIER));
    assert_eq!(kept(&text(MOST_EARLIER + 1), None), None);
    assert_eq!(kept(&text(100_000), None), None);
    // Nor behind a prefix.
    assert_eq!(kept(&text(100_000), Some((0, 2))), None);
    assert_eq!(kept(&text(10), Some((0, 2))), Some(9));
}

#[test]
fn where_a_beginning_stands_too_often_another_way_is_found_or_none() {
    let text = "ja ".repeat(5_000) + "nein ja";
    let at = text.len() - 2;
    let found = shortest(&text, at, text.len());
    assert!(found.is_some_and(|way| way.prefix.is_some_and(|prefix| prefix.contains("nein"))));
    let endless = "ja ".repeat(5_000);
    assert_eq!(shortest(&endless, 12_000, 12_002), None);
}
