//! The work of a look-up is bounded whatever the text is: counted in steps ([`super::work`]), never in time.

use super::{Outcome, PreparedText, locate, work::counting::count};
use crate::domain::passage::Passage;

/// The most steps of a look-up: a few milliseconds. The tables take half of it at most.
const MOST: usize = 1 << 21;

/// Texts in which everything looks like everything else, or nothing does.
fn texts(bytes: usize) -> Vec<(&'static str, String)> {
    let repeated = |unit: &str| unit.repeat(bytes / unit.len());
    vec![
        ("one letter", repeated("a")),
        ("one word", repeated("ja ")),
        ("two words", repeated("ja nein ")),
        ("one sign", repeated("- ")),
        ("one sentence", repeated("Der Zug hält am Bahnhof. ")),
        ("one line", repeated("Der Zug hält.\n")),
        ("no spaces in the script", repeated("日本")),
        ("letters apart", repeated("a b c ")),
        ("an endless word", endless(bytes)),
        ("few words, mixed", mixed(bytes)),
    ]
}

/// Letters without a space, none of them to be foreseen.
fn endless(count: usize) -> String {
    let mut state = 7_u32;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'a' + u8::try_from(state >> 24).unwrap_or(0) % 26)
        })
        .collect()
}

fn mixed(bytes: usize) -> String {
    let words = ["der", "Zug", "hält", "nicht", "am", "Markt", "und", "dann"];
    let mut text = String::with_capacity(bytes);
    for letter in endless(bytes).chars() {
        text.push_str(words[letter as usize % 8]);
        text.push(' ');
        if text.len() >= bytes {
            break;
        }
    }
    text
}

/// The passage at some code points, with long surroundings.
fn passage(text: &str, start: usize, long: usize) -> Passage {
    let part = |from: usize, count: usize| text.chars().skip(from).take(count).collect();
    Passage {
        exact: part(start, long),
        prefix: part(start - 500, 500),
        suffix: part(start + long, 500),
        start: i64::try_from(start).ok(),
        end: i64::try_from(start + long).ok(),
    }
}

/// What may have become of the words and of their surroundings since.
fn changed(passage: &Passage) -> Vec<Passage> {
    let other = |text: &str, at: usize| {
        let place = text.char_indices().nth(at).map_or(0, |(at, _)| at);
        [&text[..place], "Qx ", &text[place..]].concat()
    };
    let exact = |at: usize| Passage {
        exact: other(&passage.exact, at),
        ..passage.clone()
    };
    vec![
        passage.clone(),
        exact(5),
        exact(passage.exact.chars().count() / 2),
        Passage {
            prefix: other(&passage.prefix, 490),
            suffix: other(&passage.suffix, 10),
            ..passage.clone()
        },
        Passage {
            prefix: other(&passage.prefix, 250),
            start: None,
            ..passage.clone()
        },
        Passage {
            exact: "etwas ganz anderes".to_owned(),
            ..passage.clone()
        },
    ]
}

#[test]
fn no_text_makes_a_look_up_endless() {
    for bytes in [100_000, 1_000_000] {
        for (name, text) in texts(bytes) {
            let prepared = PreparedText::new(&text);
            let middle = prepared.len() / 2;
            for long in [1, 10, 2_000] {
                for (at, passage) in changed(&passage(&text, middle, long)).iter().enumerate() {
                    let (_, steps, searched) = count(|| locate(&prepared, passage));
                    assert!(steps <= MOST, "{name}, {long}, {at}: {steps} steps");
                    assert!(
                        searched <= 2 * text.len(),
                        "{name}, {long}, {at}: {searched}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_longer_text_is_no_more_work() {
    let steps = |bytes: usize| -> Vec<usize> {
        texts(bytes)
            .iter()
            .flat_map(|(_, text)| {
                let prepared = PreparedText::new(text);
                changed(&passage(text, prepared.len() / 2, 60))
                    .iter()
                    .map(|passage| count(|| locate(&prepared, passage)).1)
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    for (long, short) in steps(1_000_000).into_iter().zip(steps(200_000)) {
        assert!(long <= 2 * short + 10_000, "{long} after {short}");
    }
}

#[test]
fn words_in_a_text_without_spaces_are_found() {
    let text = endless(1_000_000);
    for long in [12, 40, 500, 2_000] {
        let passage = passage(&text, 600_000, long);
        let place = 600_000..600_000 + long;
        let found = |text: &str| locate(&PreparedText::new(text), &passage).outcome;
        assert_eq!(found(&text), Outcome::Found(place.clone()));
        let moved = ["etwas davor", &text].concat();
        let after = place.start + 11..place.end + 11;
        assert_eq!(found(&moved), Outcome::Found(after));
        // Something was put in within the prefix.
        let edited = [&text[..599_900], "QXQXQ", &text[599_900..]].concat();
        let after = place.start + 5..place.end + 5;
        assert_eq!(found(&edited), Outcome::Found(after), "{long}");
        let without = [&text[..599_000], &text[603_000..]].concat();
        assert_eq!(found(&without).as_str(), "gone");
    }
}

#[test]
fn equal_letters_without_end_are_not_guessed_at() {
    let text = "a".repeat(1_000_000);
    for long in [1, 7, 2_000] {
        let passage = passage(&text, 500_000, long);
        let place = 500_000..500_000 + long;
        let located = locate(&PreparedText::new(&text), &passage);
        assert_eq!(located.outcome, Outcome::Ambiguous(place));
    }
}
