//! A directive from the passage's own context, where the page is not known.
//!
//! Which of several equal places is meant can only the context say, so it is given wherever the passage is not long
//! enough to be alone.

use unicode_segmentation::UnicodeSegmentation;

use super::{choose::has_picture_at_end, directive::Directive};

/// A longer passage (in code points) is named by its first and last words.
const LONGEST_START: usize = 200;

/// A passage within one block that is at least this long stands alone; context could only make it brittle.
const UNIQUE_BY_ITSELF: usize = 80;

/// How many words name the start and the end of a long passage.
const END_WORDS: usize = 6;

/// How many words of context are given, and how long (in code points) they may be together.
const CONTEXT_WORDS: usize = 4;
const LONGEST_CONTEXT: usize = 80;

/// The directive for a passage of which only its surroundings are known, or nothing where there are no words to find.
#[must_use]
pub fn from_context(exact: &str, prefix: &str, suffix: &str) -> Option<Directive> {
    let passage = exact.trim();
    if !passage.contains(char::is_alphanumeric) {
        return None;
    }
    let before = [prefix, &exact[..exact.len() - exact.trim_start().len()]].concat();
    let after = [&exact[exact.trim_end().len()..], suffix].concat();
    let cuts_first_word = glued(&before, passage);
    let cuts_last_word = glued(passage, &after);

    let (start, end) = start_and_end(passage);
    let alone = end.is_none() && passage.chars().count() >= UNIQUE_BY_ITSELF;
    let context_before = if alone && !cuts_first_word {
        ""
    } else {
        last_words(&before)
    };
    let context_after = if alone && !cuts_last_word {
        ""
    } else {
        first_words(&after)
    };
    // The page may hold the same emoji joined with others; see `choose`.
    if has_picture_at_end(start) || end.is_some_and(has_picture_at_end) {
        return None;
    }
    let term =
        |term: &str| (!term.is_empty() && !has_picture_at_end(term)).then(|| term.to_owned());
    Some(Directive {
        prefix: term(context_before),
        start: start.to_owned(),
        end: end.map(str::to_owned),
        suffix: term(context_after),
    })
}

/// The passage whole, or its first and last words where it is long or crosses a border.
fn start_and_end(passage: &str) -> (&str, Option<&str>) {
    let first_line = passage.split('\n').next().unwrap_or(passage).trim_end();
    let last_line = passage.rsplit('\n').next().unwrap_or(passage).trim_start();
    let crosses = first_line.len() < passage.len();
    if !crosses && passage.chars().count() <= LONGEST_START {
        return (passage, None);
    }
    let start = head(first_line, END_WORDS, LONGEST_START / 2);
    let end = tail(last_line, END_WORDS, LONGEST_START / 2);
    if !crosses && start.len() + end.len() >= passage.len() {
        return (passage, None);
    }
    if start.is_empty() || end.is_empty() {
        (passage, None)
    } else {
        (start, Some(end))
    }
}

/// Whether the border between the two falls inside a word.
fn glued(left: &str, right: &str) -> bool {
    let ends_in_word = |text: &str| text.chars().next_back().is_some_and(|c| !c.is_whitespace());
    let starts_in_word = |text: &str| text.chars().next().is_some_and(|c| !c.is_whitespace());
    if !ends_in_word(left) || !starts_in_word(right) {
        return false;
    }
    let last = left.rsplit(char::is_whitespace).next().unwrap_or(left);
    let first = right.split(char::is_whitespace).next().unwrap_or(right);
    let both = [last, first].concat();
    both.split_word_bound_indices()
        .all(|(at, _)| at != last.len())
}

/// The last words of what stands before the passage: of its block, or where it begins one, of the block before; the
/// first of them whole.
fn last_words(before: &str) -> &str {
    let spoken = before.trim_end();
    let block = spoken.rsplit('\n').next().unwrap_or(spoken);
    let words = tail(block.trim(), CONTEXT_WORDS, LONGEST_CONTEXT);
    // Words at the very start of what we were given may be cut.
    if words.len() == spoken.len() {
        whole_from_second(words)
    } else {
        words
    }
}

/// The first words of what stands behind the passage: of its block, or where it ends one, of the block behind; the
/// last of them whole.
fn first_words(after: &str) -> &str {
    let spoken = after.trim_start();
    let block = spoken.split('\n').next().unwrap_or(spoken);
    let words = head(block.trim(), CONTEXT_WORDS, LONGEST_CONTEXT);
    if words.len() == spoken.len() && !words.ends_with(['.', '!', '?', ',', ';', ':']) {
        whole_to_last(words)
    } else {
        words
    }
}

fn whole_from_second(words: &str) -> &str {
    words
        .find(char::is_whitespace)
        .map_or(words, |space| words[space..].trim_start())
}

fn whole_to_last(words: &str) -> &str {
    words
        .rfind(char::is_whitespace)
        .map_or(words, |space| words[..space].trim_end())
}

/// At most `most` white-space separated words from the start, at most `longest` code points (but one word at least).
fn head(text: &str, most: usize, longest: usize) -> &str {
    let mut end = 0;
    for word in text.split_whitespace().take(most) {
        let at = end + text[end..].find(word).unwrap_or(0) + word.len();
        if end > 0 && text[..at].chars().count() > longest {
            break;
        }
        end = at;
    }
    &text[..end]
}

/// As [`head`], from the end.
fn tail(text: &str, most: usize, longest: usize) -> &str {
    let mut start = text.len();
    for word in text.split_whitespace().rev().take(most) {
        let at = text[..start].rfind(word).unwrap_or(start);
        if start < text.len() && text[at..].chars().count() > longest {
            break;
        }
        start = at;
    }
    &text[start..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    fn text_fragment(exact: &str, prefix: &str, suffix: &str) -> Option<String> {
        from_context(exact, prefix, suffix).map(|directive| directive.to_string())
    }

    #[test]
    fn words_with_context() {
        assert_eq!(
            text_fragment("Feler", "steht in dem Satz ein ", " der stört. Und weiter").as_deref(),
            Some(":~:text=in%20dem%20Satz%20ein-,Feler,-der%20st%C3%B6rt.%20Und")
        );
        assert_eq!(
            text_fragment("Feler", "", "").as_deref(),
            Some(":~:text=Feler")
        );
    }

    #[test]
    fn encoded_to_the_letter() {
        assert_eq!(
            text_fragment("E-Mail, A&B=100% „so“ a/b?#~_.", "", "").as_deref(),
            Some(":~:text=E%2DMail%2C%20A%26B%3D100%25%20%E2%80%9Eso%E2%80%9C%20a%2Fb%3F%23~_.")
        );
    }

    #[test]
    fn nothing_to_find() {
        assert_eq!(text_fragment("", "a", "b"), None);
        assert_eq!(text_fragment(" \n ", "a", "b"), None);
        assert_eq!(text_fragment("…", "a", "b"), None);
    }

    #[test]
    fn borders_make_start_and_end() {
        assert_eq!(
            text_fragment(
                "Ende des einen\nund Anfang des anderen",
                "Hier das ",
                " Absatzes hier.\n"
            )
            .as_deref(),
            Some(":~:text=das-,Ende%20des%20einen,und%20Anfang%20des%20anderen,-Absatzes%20hier.")
        );
        assert_eq!(
            text_fragment("Überschrift", "Absatz davor.\n", "\nAbsatz danach").as_deref(),
            Some(":~:text=davor.-,%C3%9Cberschrift,-Absatz")
        );
        assert_eq!(
            text_fragment("\nÜberschrift\n", "Absatz davor.", "Absatz danach").as_deref(),
            Some(":~:text=davor.-,%C3%9Cberschrift,-Absatz")
        );
    }

    #[test]
    fn long_passages_are_named_by_their_ends() {
        let passage = (0..60)
            .map(|n| format!("wort{n}"))
            .collect::<Vec<_>>()
            .join(" ");
        assert_eq!(
            text_fragment(&passage, "x davor ", " danach y").as_deref(),
            Some(
                ":~:text=davor-,wort0%20wort1%20wort2%20wort3%20wort4%20wort5,wort54%20wort55%20wort56%20wort57%20wort58%20wort59,-danach"
            )
        );
        let sentence = "Dieser eine Satz ist so lang, dass er auf der ganzen Seite wohl nur einmal vorkommt, oder?";
        assert!(
            !text_fragment(sentence, "davor und davor ", " danach und danach")
                .unwrap()
                .contains("-,")
        );
    }

    #[test]
    fn half_words_lean_on_their_context() {
        assert_eq!(
            text_fragment("ngs", "Das ist ein Anfa", "ort im Text").as_deref(),
            Some(":~:text=ist%20ein%20Anfa-,ngs,-ort%20im")
        );
        assert_eq!(
            text_fragment("sagen", "be", "").as_deref(),
            Some(":~:text=be-,sagen")
        );
        assert_eq!(
            text_fragment("Wort", "ganz (", "), mehr Worte").as_deref(),
            Some(":~:text=%28-,Wort,-%29%2C%20mehr")
        );
    }

    fn prose() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "Das",
            "ist,",
            "E-Mail",
            "A&B",
            "100%",
            "\n",
            "\n",
            " ",
            "Größe",
            "o\u{308}",
            "👩‍💻",
            "漢字かな",
            "\u{A0}",
            "a",
            "„x“",
            "#",
            "langeswortlangeswort",
        ]);
        prop::collection::vec((word, prop::sample::select(vec![" ", " ", ""])), 0..60).prop_map(
            |words| {
                words
                    .into_iter()
                    .flat_map(|(word, space)| [word, space])
                    .collect()
            },
        )
    }

    proptest! {
        #[test]
        fn every_term_is_of_the_text(exact in prose(), prefix in prose(), suffix in prose()) {
            let Some(directive) = text_fragment(&exact, &prefix, &suffix) else {
                let passage = exact.trim();
                prop_assert!(!exact.contains(char::is_alphanumeric) || passage.contains("👩‍💻"));
                return Ok(());
            };
            let terms = directive.strip_prefix(":~:text=").unwrap();
            prop_assert!(terms.bytes().all(|b| b.is_ascii_alphanumeric() || b"%._~,-".contains(&b)));
            let mut terms: Vec<&str> = terms.split(',').collect();
            let decode = |term: &str| percent_decode_str(term).decode_utf8().unwrap().into_owned();
            if let Some(first) = terms[0].strip_suffix('-') {
                let before = format!("{prefix}{}", &exact[..exact.len() - exact.trim_start().len()]);
                prop_assert!(before.trim_end().ends_with(&decode(first)) && !decode(first).contains('\n'));
                terms.remove(0);
            }
            if let Some(last) = terms.last().and_then(|last| last.strip_prefix('-')) {
                let after = format!("{}{suffix}", &exact[exact.trim_end().len()..]);
                prop_assert!(after.trim_start().starts_with(&decode(last)) && !decode(last).contains('\n'));
                terms.pop();
            }
            prop_assert!(exact.trim_start().starts_with(&decode(terms[0])));
            prop_assert!(terms.len() <= 2 && terms.iter().all(|term| !decode(term).is_empty() && !decode(term).contains('\n')));
            if let Some(end) = terms.get(1) {
                prop_assert!(exact.trim_end().ends_with(&decode(end)));
            } else {
                prop_assert_eq!(decode(terms[0]), exact.trim());
            }
        }

        #[test]
        fn never_panics(exact in any::<String>(), prefix in any::<String>(), suffix in any::<String>()) {
            let _ = text_fragment(&exact, &prefix, &suffix);
        }
    }
}
