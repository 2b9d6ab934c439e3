//! The wrong words of a ticket, to be looked for in other articles: what a suggestion changes, with a neighbour where that alone
//! would be found everywhere.

use std::ops::Range;

use memchr::memmem;

use super::{
    kind::KindClass,
    normalise::{LINE, Sink, fold, normalise},
    passage::Passage,
    ticket::Ticket,
};

/// Shorter words stand in every article, in letters.
const TOO_SHORT: usize = 5;
/// Longer passages do not stand anywhere twice, in characters.
const TOO_LONG: usize = 200;
/// How much of the surroundings a passage elsewhere gets, in code points.
const CONTEXT: usize = 80;

/// Words, and what should stand in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongWords {
    /// The wrong ones.
    pub old: String,
    /// The right ones, where somebody suggests some.
    pub new: Option<String>,
}

/// The wrong words of a ticket; `None` where they say too little to be looked for.
#[must_use]
pub fn wrong_words(ticket: &Ticket) -> Option<WrongWords> {
    let exact = ticket.passage.as_ref()?.exact.as_str();
    let suggestion = ticket.leading_suggestion();
    let found = match suggestion {
        Some(new) if ticket.kind.class() == KindClass::Language => changed(exact, new)?,
        // What is wrong in a statement is all of it: `300` is right elsewhere.
        new => {
            let enough = if ticket.kind.class() == KindClass::Language {
                1
            } else {
                2
            };
            if exact.split_whitespace().count() < enough {
                return None;
            }
            WrongWords {
                old: exact.to_owned(),
                new: new.map(str::to_owned),
            }
        }
    };
    let letters = found.old.chars().filter(|c| c.is_alphanumeric()).count();
    let length = found.old.chars().count();
    (letters >= TOO_SHORT && length <= TOO_LONG).then_some(found)
}

/// The words that differ, with one on each side where they are too short alone.
fn changed(exact: &str, suggestion: &str) -> Option<WrongWords> {
    let old: Vec<&str> = exact.split_whitespace().collect();
    let new: Vec<&str> = suggestion.split_whitespace().collect();
    let left = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let shorter = old.len().min(new.len()) - left;
    let right = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(shorter)
        .take_while(|(a, b)| a == b)
        .count();
    if left == old.len() && left == new.len() {
        return None;
    }
    let letters = |words: &[&str]| {
        words
            .iter()
            .flat_map(|w| w.chars())
            .filter(|c| c.is_alphanumeric())
            .count()
    };
    let mut range = left..old.len() - right;
    let (mut before, mut after) = (0, 0);
    if letters(&old[range.clone()]) < TOO_SHORT {
        before = left.min(1);
        after = right.min(1);
        range = left - before..old.len() - right + after;
    }
    let replaced = left - before..new.len() - right + after;
    let (old, new) = (old[range].join(" "), new[replaced].join(" "));
    let (old, new) = without_common_marks(&old, &new);
    Some(WrongWords {
        old: old.to_owned(),
        new: Some(new.to_owned()).filter(|n| !n.is_empty()),
    })
}

/// Without the punctuation that both begin and end with.
fn without_common_marks<'a>(old: &'a str, new: &'a str) -> (&'a str, &'a str) {
    let is_mark = |c: char| !c.is_alphanumeric();
    let (mut old, mut new) = (old, new);
    while let (Some(a), Some(b)) = (old.chars().next_back(), new.chars().next_back()) {
        if a != b || !is_mark(a) {
            break;
        }
        (old, new) = (
            &old[..old.len() - a.len_utf8()],
            &new[..new.len() - b.len_utf8()],
        );
    }
    while let (Some(a), Some(b)) = (old.chars().next(), new.chars().next()) {
        if a != b || !is_mark(a) {
            break;
        }
        (old, new) = (&old[a.len_utf8()..], &new[b.len_utf8()..]);
    }
    (old, new)
}

/// A normalised text, with the byte at which each character begins and the code points it stands for.
struct Placed {
    text: String,
    places: Vec<(usize, Range<u32>)>,
}

impl Sink for Placed {
    fn plain(&mut self, run: &str, place: Range<u32>) {
        for (c, place) in run.chars().zip(place) {
            self.other(c, place..place + 1);
        }
    }

    fn other(&mut self, c: char, place: Range<u32>) {
        self.places.push((self.text.len(), place));
        self.text.push(if c == LINE { ' ' } else { c });
    }
}

/// Where the words stand in a text as whole words, but for typography; in code points, at most so many.
#[must_use]
pub fn occurrences(text: &str, words: &str, most: usize) -> Vec<Range<usize>> {
    let needle = normalise(words);
    if needle.is_empty() {
        return Vec::new();
    }
    let mut normalised = Placed {
        text: String::with_capacity(text.len()),
        places: Vec::with_capacity(text.len()),
    };
    fold(text, &mut normalised);
    let Placed {
        text: folded,
        places,
    } = normalised;
    let at_byte = |byte: usize| places.partition_point(|(at, _)| *at < byte);
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    memmem::find_iter(folded.as_bytes(), needle.as_bytes())
        .filter(|at| {
            let end = at + needle.len();
            // Where the words themselves end in a mark, the next word may follow at once.
            let begins =
                !is_letter(folded[..*at].chars().next_back()) || !is_letter(needle.chars().next());
            let ends =
                !is_letter(folded[end..].chars().next()) || !is_letter(needle.chars().next_back());
            begins && ends
        })
        .filter_map(|at| {
            let first = places.get(at_byte(at))?.1.start;
            let last = places
                .get(at_byte(at + needle.len()).checked_sub(1)?)?
                .1
                .end;
            Some(first as usize..last as usize)
        })
        .take(most)
        .collect()
}

/// A place in a text as a passage, with its surroundings.
#[must_use]
pub fn passage_at(text: &str, place: &Range<usize>) -> Passage {
    let part = |from: usize, to: usize| -> String {
        text.chars()
            .skip(from)
            .take(to.saturating_sub(from))
            .collect()
    };
    let number = |n: usize| i64::try_from(n).ok();
    Passage {
        exact: part(place.start, place.end),
        prefix: part(place.start.saturating_sub(CONTEXT), place.start),
        suffix: part(place.end, place.end + CONTEXT),
        start: number(place.start),
        end: number(place.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_suggestion_changes_is_looked_for() {
        let words = |exact: &str, suggestion: &str| {
            changed(exact, suggestion).map(|w| (w.old, w.new.unwrap_or_default()))
        };
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(
            words("der neue Standart gilt", "der neue Standard gilt"),
            pair("Standart", "Standard")
        );
        assert_eq!(
            words("Standart.", "Standard."),
            pair("Standart", "Standard")
        );
        assert_eq!(
            words("sagt, das er geht", "sagt, dass er geht"),
            pair("sagt, das er", "sagt, dass er")
        );
        assert_eq!(words("das", "dass"), pair("das", "dass"));
        assert_eq!(
            words("im im Haus", "im Haus"),
            pair("im im Haus", "im Haus")
        );
        assert_eq!(words("gleich", "gleich"), None);
    }

    #[test]
    fn words_are_found_whole_and_over_their_typography() {
        let text = "Grüße: der „Stan\u{AD}dart“, Standarte und\u{A0}der Standart.";
        let found = occurrences(text, "Standart", 10);
        let shown: Vec<String> = found
            .iter()
            .map(|r| text.chars().skip(r.start).take(r.len()).collect())
            .collect();
        assert_eq!(shown, ["Stan\u{AD}dart", "Standart"]);
        assert_eq!(occurrences(text, "und der", 10).len(), 1);
        assert_eq!(occurrences(text, "Standart", 1).len(), 1);
        assert!(occurrences(text, "", 10).is_empty() && occurrences("", "x", 10).is_empty());
        let passage = passage_at(text, &found[1]);
        assert_eq!(
            (passage.exact.as_str(), passage.suffix.as_str()),
            ("Standart", ".")
        );
        assert!(passage.prefix.ends_with("und\u{A0}der "));
    }
}
