//! What is typed into the search: words, `"phrases"`, a beginning with `*`, `-without`, and `operator:value`.
//!
//! Nothing that is typed is an error. An operator that is not known is a word like others; whoever asks is told so.

use super::analyser::{stems, words};

/// The most words of one question.
const MAX_TERMS: usize = 20;
/// The shortest beginning that is looked for, in letters.
const MIN_BEGINNING: usize = 3;

/// What a ticket holds or does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// A word in any of its forms: one of these stems, marked.
    Word(Vec<String>),
    /// These folded words, one after the other.
    Phrase(Vec<String>),
    /// A word that begins so, folded.
    Beginning(String),
}

/// The words of a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SearchTerms {
    /// All of these occur.
    pub all: Vec<Term>,
    /// None of these occurs.
    pub none: Vec<Term>,
}

impl SearchTerms {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.none.is_empty()
    }

    /// Takes a piece of text in: as a phrase where it was quoted, as words otherwise.
    pub fn add(&mut self, piece: &Piece) {
        let (terms, other) = if piece.without {
            (&mut self.none, &self.all)
        } else {
            (&mut self.all, &self.none)
        };
        let room = MAX_TERMS.saturating_sub(terms.len() + other.len());
        let folded = words(&piece.text);
        if piece.quoted {
            if !folded.is_empty() && room > 0 {
                terms.push(Term::Phrase(folded));
            }
            return;
        }
        let begins = piece.text.ends_with('*');
        let last = folded.len().saturating_sub(1);
        let made = folded.into_iter().enumerate().map(|(at, word)| {
            if begins && at == last && word.chars().count() >= MIN_BEGINNING {
                Term::Beginning(word)
            } else {
                Term::Word(stems(&word))
            }
        });
        terms.extend(made.take(room));
    }
}

impl From<&str> for SearchTerms {
    /// The words of a question; what looks like an operator is words too.
    fn from(text: &str) -> Self {
        let mut terms = Self::default();
        for piece in pieces(text) {
            terms.add(&piece.as_words());
        }
        terms
    }
}

/// A piece of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it said, without signs and quotation marks.
    pub text: String,
    /// Whether it stood in quotation marks.
    pub quoted: bool,
    /// Whether a minus stood before it.
    pub without: bool,
    /// What stood before the colon, in lower case, where there was one: letters only.
    pub operator: Option<String>,
}

impl Piece {
    /// As it was typed, for telling it back.
    #[must_use]
    pub fn typed(&self) -> String {
        let minus = if self.without { "-" } else { "" };
        match &self.operator {
            Some(operator) => format!("{minus}{operator}:{}", self.text),
            None => format!("{minus}{}", self.text),
        }
    }

    /// The same as mere words.
    #[must_use]
    pub fn as_words(&self) -> Self {
        Self {
            text: match &self.operator {
                Some(operator) => format!("{operator} {}", self.text),
                None => self.text.clone(),
            },
            operator: None,
            ..self.clone()
        }
    }
}

/// Takes what was typed apart. Quotation marks of all kinds do; one that is not closed ends with the text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let is_quote = |c: char| matches!(c, '"' | '„' | '“' | '”' | '«' | '»');
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let mut piece = Piece {
            text: String::new(),
            quoted: false,
            without: false,
            operator: None,
        };
        if first == '-' && rest[1..].starts_with(|c: char| c.is_alphanumeric() || is_quote(c)) {
            piece.without = true;
            rest = &rest[1..];
        }
        let letters = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        if letters > 0
            && rest[letters..].starts_with(':')
            && rest[letters + 1..]
                .starts_with(|c: char| c.is_alphanumeric() || is_quote(c) || c == '#')
        {
            piece.operator = Some(rest[..letters].to_lowercase());
            rest = &rest[letters + 1..];
        }
        if let Some(quote) = rest.chars().next().filter(|c| is_quote(*c)) {
            piece.quoted = true;
            rest = &rest[quote.len_utf8()..];
            let end = rest.find(is_quote).unwrap_or(rest.len());
            rest[..end].clone_into(&mut piece.text);
            rest = &rest[end..];
            rest = rest.chars().next().map_or(rest, |c| &rest[c.len_utf8()..]);
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || is_quote(c))
                .unwrap_or(rest.len());
            rest[..end].clone_into(&mut piece.text);
            rest = &rest[end..];
        }
        if !piece.text.trim().is_empty() {
            all.push(piece);
        }
        rest = rest.trim_start();
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(word: &str) -> Term {
        Term::Word(stems(word))
    }

    #[test]
    fn words_phrases_beginnings_and_what_is_left_out() {
        let terms = SearchTerms::from("Händler „der neue Standard“ Straß* -Wandel -\"zum Preis\"");
        assert_eq!(
            terms.all,
            [
                word("haendler"),
                Term::Phrase(vec!["der".into(), "neue".into(), "standard".into()]),
                Term::Beginning("strass".into()),
            ]
        );
        assert_eq!(
            terms.none,
            [
                word("wandel"),
                Term::Phrase(vec!["zum".into(), "preis".into()])
            ]
        );
        assert_eq!(
            SearchTerms::from("ab*").all,
            [word("ab")],
            "too short a beginning"
        );
        assert_eq!(
            SearchTerms::from("E-Mail - \"offen").all,
            [word("e"), word("mail"), Term::Phrase(vec!["offen".into()])]
        );
        assert!(SearchTerms::from(" - \"\" : * ").is_empty());
    }

    #[test]
    fn operators_are_told_from_words() {
        let pieces =
            pieces("is:regressed desk:\"Politik und Kultur\" -tag:#Titel https://x.example a: :b");
        let told: Vec<_> = pieces
            .iter()
            .map(|p| (p.operator.as_deref(), p.text.as_str(), p.without))
            .collect();
        assert_eq!(
            told,
            [
                (Some("is"), "regressed", false),
                (Some("desk"), "Politik und Kultur", false),
                (Some("tag"), "#Titel", true),
                (None, "https://x.example", false),
                (None, "a:", false),
                (None, ":b", false),
            ]
        );
        assert_eq!(pieces[2].typed(), "-tag:#Titel");
        assert_eq!(
            SearchTerms::from("art:standart").all,
            [word("art"), word("standart")]
        );
        assert_eq!(pieces[0].as_words().text, "is regressed");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_can_be_read(text in "\\PC{0,80}") {
            let terms = SearchTerms::from(text.as_str());
            prop_assert!(terms.all.len() + terms.none.len() <= MAX_TERMS);
        }
    }
}
