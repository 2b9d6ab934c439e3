//! What an editor asks the readers of a ticket, and what one of them answers.

use serde::{Deserialize, Serialize};

use super::{clean::clean_text, site::Lang};

/// The longest question, in characters.
pub const MAX_QUESTION: usize = 2_000;
/// The longest answer, in characters.
pub const MAX_READER_ANSWER: usize = 5_000;
/// The most answers to be given with one report, so that no link fills a ticket.
pub const MAX_READER_ANSWERS: usize = 5;

/// A question, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Whom it is for: readers of that language.
    pub lang: Lang,
    /// Its words.
    pub text: String,
}

/// Why a question or an answer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWords {
    /// Nothing is said.
    #[error("nothing is said")]
    Empty,
    /// It is too long; how many characters it may have.
    #[error("at most {0} characters")]
    TooLong(usize),
}

/// A question as an editor typed it in each language; a language without words is not asked.
///
/// # Errors
/// [`BadWords`]
pub fn read_questions<'a>(
    typed: impl IntoIterator<Item = (Lang, &'a str)>,
) -> Result<Vec<Question>, BadWords> {
    let mut questions = Vec::new();
    for (lang, text) in typed {
        match read(text, MAX_QUESTION) {
            Ok(text) => questions.push(Question { lang, text }),
            Err(BadWords::Empty) => {}
            Err(fault) => return Err(fault),
        }
    }
    if questions.is_empty() {
        return Err(BadWords::Empty);
    }
    Ok(questions)
}

/// An answer as a reader typed it.
///
/// # Errors
/// [`BadWords`]
pub fn read_answer(typed: &str) -> Result<String, BadWords> {
    read(typed, MAX_READER_ANSWER)
}

fn read(typed: &str, most: usize) -> Result<String, BadWords> {
    let text = clean_text(typed);
    match text.chars().count() {
        0 => Err(BadWords::Empty),
        n if n > most => Err(BadWords::TooLong(most)),
        _ => Ok(text),
    }
}

/// The words for a reader of that language; where there are none, those of another.
#[must_use]
pub fn words_for(questions: &[Question], lang: Lang) -> Option<&Question> {
    let own = questions.iter().find(|q| q.lang == lang);
    own.or_else(|| questions.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_words_is_not_asked() {
        let asked = read_questions([(Lang::De, "Welche Seite?\r\n"), (Lang::En, "  ")]).unwrap();
        assert_eq!(asked.len(), 1);
        assert_eq!(
            (asked[0].lang, asked[0].text.as_str()),
            (Lang::De, "Welche Seite?")
        );
        assert_eq!(words_for(&asked, Lang::En), Some(&asked[0]));
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert_eq!(read_questions([(Lang::De, " ")]), Err(BadWords::Empty));
        let long = "a".repeat(MAX_QUESTION + 1);
        assert_eq!(
            read_questions([(Lang::De, long.as_str())]),
            Err(BadWords::TooLong(MAX_QUESTION))
        );
        assert_eq!(
            read_answer(&"ä".repeat(MAX_READER_ANSWER)).map(|t| t.chars().count()),
            Ok(MAX_READER_ANSWER)
        );
    }
}
