//! Ready answers: what a reader is written on a decision, with places that are filled for each reader.
//!
//! A place is a word in braces, such as `{title}`. A line with a place that has nothing to be filled with (no suggestion was made, no public note
//! written) is left out, so that no answer says half a sentence.

use super::ticket::Resolution;

closed_set! {
    /// What is answered.
    AnswerTo {
        /// Korrigiert
        Corrected = "corrected",
        /// War schon korrigiert
        AlreadyCorrected = "already_corrected",
        /// Kein Fehler
        NotAnError = "not_an_error",
        /// Nicht nachvollziehbar
        NotReproducible = "not_reproducible",
        /// Weitergeleitet
        Forwarded = "forwarded",
        /// Text entfallen
        Obsolete = "obsolete",
    }
}

closed_set! {
    /// What may stand in a place.
    AnswerPlace {
        /// The ticket's reference.
        Reference = "reference",
        /// The article's title.
        Title = "title",
        /// The words that the reader marked.
        Quote = "quote",
        /// What the reader suggested.
        Suggestion = "suggestion",
        /// Why it is no error.
        Reason = "reason",
        /// What the public is told.
        PublicNote = "public_note",
        /// The site's name.
        Newsroom = "newsroom",
    }
}

/// The longest answer, in characters.
pub const MAX_ANSWER: usize = 4_000;

impl AnswerTo {
    /// What a decision is answered with; nothing where nobody is told, or where another ticket's decision is told.
    #[must_use]
    pub const fn of(resolution: Resolution) -> Option<Self> {
        Some(match resolution {
            Resolution::Corrected => Self::Corrected,
            Resolution::AlreadyCorrected => Self::AlreadyCorrected,
            Resolution::NotAnError => Self::NotAnError,
            Resolution::NotReproducible => Self::NotReproducible,
            Resolution::Forwarded => Self::Forwarded,
            Resolution::Obsolete => Self::Obsolete,
            Resolution::Duplicate | Resolution::Spam => return None,
        })
    }
}

/// Why an answer is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// There is no such place; it is named as it was written.
    #[error("{0} is no place that can be filled")]
    UnknownPlace(String),
    /// It is too long.
    #[error("an answer has at most {} characters", MAX_ANSWER)]
    TooLong,
}

/// Whether an answer can be sent.
///
/// # Errors
/// [`BadAnswer`] with the first fault.
pub fn check_answer(text: &str) -> Result<(), BadAnswer> {
    if text.chars().count() > MAX_ANSWER {
        return Err(BadAnswer::TooLong);
    }
    text.lines().try_for_each(|line| {
        pieces(line).try_for_each(|piece| match piece {
            Piece::Unknown(place) => Err(BadAnswer::UnknownPlace(place.to_owned())),
            _ => Ok(()),
        })
    })
}

/// An answer with its places filled. What is put in is not looked at again: a reader's words cannot make a place.
#[must_use]
pub fn fill_answer<'a>(text: &str, value: impl Fn(AnswerPlace) -> Option<&'a str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut filled = String::with_capacity(line.len());
        let mut whole = true;
        for piece in pieces(line) {
            match piece {
                Piece::Text(words) | Piece::Unknown(words) => filled.push_str(words),
                Piece::Place(place) => {
                    match value(place).map(str::trim).filter(|v| !v.is_empty()) {
                        Some(words) => filled.push_str(words),
                        None => whole = false,
                    }
                }
            }
        }
        // Where a line was left out, two empty ones are one.
        let twice_empty = filled.trim().is_empty() && lines.last().is_some_and(String::is_empty);
        if whole && !twice_empty {
            lines.push(filled.trim_end().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}

enum Piece<'a> {
    Text(&'a str),
    Place(AnswerPlace),
    Unknown(&'a str),
}

/// A line in pieces. A brace that opens no word is a brace.
fn pieces(line: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('{')
            && let Some(end) = inside.find('}')
        {
            let (whole, behind) = rest.split_at(end + 2);
            rest = behind;
            return Some(match AnswerPlace::parse(&inside[..end]) {
                Some(place) => Piece::Place(place),
                None => Piece::Unknown(whole),
            });
        }
        let from = usize::from(rest.starts_with('{'));
        let end = rest[from..].find('{').map_or(rest.len(), |at| at + from);
        let (text, behind) = rest.split_at(end);
        rest = behind;
        Some(Piece::Text(text))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fill(text: &str) -> String {
        fill_answer(text, |place| match place {
            AnswerPlace::Title => Some("Neun Ladestopps"),
            AnswerPlace::Quote => Some("{reason}"),
            _ => None,
        })
    }

    #[test]
    fn places_are_filled_and_lines_without_anything_to_say_left_out() {
        let text = "Danke für „{title}“.\n\nIhr Vorschlag: {suggestion}\n\nDie Stelle: {quote}";
        assert_eq!(
            fill(text),
            "Danke für „Neun Ladestopps“.\n\nDie Stelle: {reason}",
            "and a reader's words make no place"
        );
    }

    #[test]
    fn a_place_that_does_not_exist_is_named() {
        assert_eq!(
            check_answer("Zu {title} und {quote}: { ist eine Klammer"),
            Ok(())
        );
        assert_eq!(
            check_answer("Zu {titel}"),
            Err(BadAnswer::UnknownPlace("{titel}".into()))
        );
        assert_eq!(
            check_answer(&"a".repeat(MAX_ANSWER + 1)),
            Err(BadAnswer::TooLong)
        );
    }

    proptest! {
        #[test]
        fn what_holds_no_place_stays_as_it_is(text in "[a-zäöü .,]{0,40}") {
            prop_assert_eq!(fill(&text), text.trim());
        }

        #[test]
        fn no_text_whatever_breaks_it(text in any::<String>()) {
            let _ = (check_answer(&text), fill(&text));
        }
    }
}
