//! Words that are to be seen no more: found in a text whatever their case and the spaces between them, and covered by bars that do
//! not tell how long they were.

use std::ops::Range;

/// What stands in place of words, however many.
pub const BARS: &str = "█████";
/// The fewest characters that can be blacked out: less would take half the text along.
pub const MIN_WORDS: usize = 2;
/// The most.
pub const MAX_WORDS: usize = 500;

/// Where the words stand in the text, as ranges of bytes, in its order and apart from one another.
#[must_use]
pub fn find(text: &str, words: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = folded(words.trim()).map(|(_, c)| c).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut letters: Vec<(Range<usize>, char)> = folded(text).collect();
    // Behind the last one, so that a range always has an end.
    letters.push((text.len()..text.len(), '\0'));
    let mut found = Vec::new();
    let mut at = 0;
    while at + wanted.len() < letters.len() {
        let fits = letters[at..]
            .iter()
            .zip(&wanted)
            .all(|((_, c), wanted)| c == wanted);
        if fits {
            let last = at + wanted.len() - 1;
            found.push(letters[at].0.start..letters[last].0.end);
            at = last + 1;
        } else {
            at += 1;
        }
    }
    found
}

/// The text with bars in place of the words; nothing where they do not stand in it.
#[must_use]
pub fn black_out(text: &str, words: &str) -> Option<String> {
    let found = find(text, words);
    if found.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for place in found {
        out.push_str(&text[done..place.start]);
        out.push_str(BARS);
        done = place.end;
    }
    out.push_str(&text[done..]);
    Some(out)
}

/// The letters in small, each run of spaces as one, with where they stand.
fn folded(text: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    let mut in_space = false;
    text.char_indices().flat_map(move |(at, c)| {
        let range = at..at + c.len_utf8();
        let repeated = c.is_whitespace() && in_space;
        in_space = c.is_whitespace();
        let small: Vec<(Range<usize>, char)> = if repeated || c == '\u{AD}' {
            Vec::new()
        } else if c.is_whitespace() {
            vec![(range, ' ')]
        } else {
            c.to_lowercase().map(|c| (range.clone(), c)).collect()
        };
        small
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_covered_whatever_their_case_and_spaces() {
        let text = "Ich bin Anna  Müller, ANNA\nMÜLLER aus Köln.";
        assert_eq!(
            black_out(text, " anna müller ").as_deref(),
            Some("Ich bin █████, █████ aus Köln.")
        );
        assert_eq!(black_out(text, "Berta"), None);
        assert_eq!(black_out(text, "  "), None);
        assert_eq!(black_out("aaaa", "aa").as_deref(), Some("██████████"));
        assert_eq!(black_out("0171 123", "0171 123").as_deref(), Some(BARS));
        assert_eq!(black_out("Mül\u{AD}ler", "müller").as_deref(), Some(BARS));
        assert_eq!(black_out("İstanbul", "x"), None);
    }

    proptest! {
        #[test]
        fn what_was_blacked_out_is_found_no_more(before in "[a-cA-C ä\n]{0,20}", words in "[a-cA-Cä][a-c ]{1,4}", after in "[a-cA-C ]{0,20}") {
            let text = format!("{before}{words}{after}");
            let covered = black_out(&text, &words);
            prop_assert!(covered.is_some());
            let covered = covered.unwrap_or_default();
            prop_assert!(find(&covered, &words).is_empty(), "{covered}");
            prop_assert!(find(&text, &words).iter().all(|r| text.get(r.clone()).is_some()));
        }
    }
}
