//! Makes words of texts, for the search: the same words for every database, whatever each thinks a word is.
//!
//! Words are folded (lower case, `ä` → `ae`, `ß` → `ss`, other accents dropped); their stems, German and English, are kept beside
//! them, marked. So *Haendler* finds *Händlern* by the stem, and `"der Händler"` finds just that by the words.

use std::collections::BTreeSet;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Rises when the same text gives other words than before; what was indexed by an older one is indexed again.
pub const ANALYSER_VERSION: i32 = 1;

/// The longest word that is told from others, in characters.
const MAX_WORD: usize = 60;
/// The most words taken from one ticket.
const MAX_WORDS: usize = 2_000;
/// What a stem begins with, and no word.
pub const STEM: char = '=';

/// Folds a text into words: letters and digits only.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    words_to(text, MAX_WORDS)
}

/// As [`words`], at most so many.
#[must_use]
pub fn words_to(text: &str, most: usize) -> Vec<String> {
    // Composed first: a combining mark would part the word it stands in.
    let text: String = text.nfc().collect();
    text.unicode_words()
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric() && c != '\u{AD}'))
        .filter(|w| !w.is_empty())
        .map(fold)
        .filter(|w| !w.is_empty())
        .take(most)
        .collect()
}

fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            c => out.extend(c.nfd().filter(|c| c.is_alphanumeric())),
        }
    }
    out.chars().take(MAX_WORD).collect()
}

/// The stems of a folded word, marked: the German one, and the English one where it is another.
#[must_use]
pub fn stems(word: &str) -> Vec<String> {
    thread_local! {
        static STEMMERS: (Stemmer, Stemmer) = (Stemmer::create(Algorithm::German), Stemmer::create(Algorithm::English));
    }
    STEMMERS.with(|(german, english)| {
        let german = format!("{STEM}{}", plain(&german.stem(word)));
        let english = format!("{STEM}{}", english.stem(word));
        if german == english {
            vec![german]
        } else {
            vec![german, english]
        }
    })
}

/// Without the folded umlauts by which a plural differs: *Häuser* and *Haus* have one stem.
fn plain(stem: &str) -> String {
    let mut out = String::with_capacity(stem.len());
    let letters: Vec<char> = stem.chars().collect();
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        // Not the e of "Treue", "neue", "Quelle".
        let folded = *c == 'e'
            && match before {
                Some('a' | 'o') => true,
                Some('u') => !at
                    .checked_sub(2)
                    .is_some_and(|at| matches!(letters[at], 'a' | 'e' | 'o' | 'q')),
                _ => false,
            };
        if !folded {
            out.push(*c);
        }
    }
    out
}

/// What a text is found by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indexed {
    /// Its words in order, each text's set apart from the next by a place that no word takes.
    pub words: Vec<String>,
    /// Their stems, marked, each once.
    pub stems: BTreeSet<String>,
}

impl Indexed {
    /// What several texts are found by, all together.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for text in texts {
            let left = MAX_WORDS.saturating_sub(all.words.len());
            let words = words_to(text, left);
            if words.is_empty() {
                continue;
            }
            for word in &words {
                all.stems.extend(stems(word));
            }
            all.words.extend(words);
            // A phrase does not go from one text into the next. It also is what every ticket has.
            all.words.push(STEM.to_string());
        }
        if all.words.is_empty() {
            all.words.push(STEM.to_string());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_alike() {
        assert_eq!(
            words("Händler, Straße – „Naïve“ Cafés 5G"),
            ["haendler", "strasse", "naive", "cafes", "5g"]
        );
        assert_eq!(words("Ver\u{AD}fügbarkeit"), ["verfuegbarkeit"]);
        assert_eq!(words("Ha\u{308}ndler Cafe\u{301}"), ["haendler", "cafe"]);
        assert_eq!(
            words("E-Mail-Adresse don't"),
            ["e", "mail", "adresse", "don", "t"]
        );
        assert_eq!(words("\"OR\" * ) (':&="), ["or"]);
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for (one, other) in [
            ("Händler", "Haendlern"),
            ("Haus", "Häuser"),
            ("Straße", "Strassen"),
            ("Wort", "Wörter"),
            ("Fehler", "Fehlers"),
            ("Preis", "Preise"),
            ("falsch", "falsches"),
            ("neue", "neuen"),
            ("article", "articles"),
            ("reported", "reporting"),
        ] {
            let stems_of = |text: &str| -> BTreeSet<String> {
                words(text).iter().flat_map(|w| stems(w)).collect()
            };
            let (one_s, other_s) = (stems_of(one), stems_of(other));
            assert!(
                !one_s.is_disjoint(&other_s),
                "{one}: {one_s:?}, {other}: {other_s:?}"
            );
        }
        assert_eq!(stems("quelle"), ["=quell"]);
        assert_eq!(stems("5g"), ["=5g"]);
    }

    #[test]
    fn texts_stay_apart() {
        let indexed = Indexed::of(["Der neue", "", "Standard der"]);
        assert_eq!(indexed.words, ["der", "neue", "=", "standard", "der", "="]);
        assert_eq!(Indexed::of([""]).words, ["="]);
        let long = "wort ".repeat(5_000);
        assert_eq!(
            Indexed::of([long.as_str(), "mehr"]).words.len(),
            MAX_WORDS + 1
        );
    }
}
