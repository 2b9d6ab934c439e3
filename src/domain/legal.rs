//! Recognises a comment that speaks of legal claims, so that it does not wait in the queue of typos.

/// Stems that only people with a claim write. Compared in lower case at the start of a word.
const STEMS: &[&str] = &[
    "gegendarstellung",
    "unterlassung",
    "unterlassungserklärung",
    "abmahnung",
    "abmahnen",
    "rechtsanwalt",
    "rechtsanwält",
    "anwaltlich",
    "anwaltskanzlei",
    "einstweilig",
    "persönlichkeitsrecht",
    "verleumdung",
    "schadensersatz",
    "schadenersatz",
    "strafanzeige",
    "dsgvo",
    "datenschutzbeauftragt",
    "urheberrechtsverletzung",
    "defam",
    "libel",
    "cease-and-desist",
    "injunction",
    "lawyer",
    "attorney",
    "solicitor",
    "lawsuit",
];

/// Whole words of that kind; a series about lawyers is no claim.
const WORDS: &[&str] = &["anwalt", "anwältin", "anwälte"];

/// Several words of that kind, anywhere.
const PHRASES: &[&str] = &[
    "cease and desist",
    "rechtliche schritte",
    "legal action",
    "right of reply",
    "copyright infring",
];

/// The same rule as a regular expression of ECMAScript, for flags `i` and `u`: a page can say so while the comment is being typed.
#[must_use]
pub fn pattern() -> String {
    format!(
        r"(?<![\p{{L}}\p{{N}}-])(?:{}|(?:{})(?![\p{{L}}\p{{N}}-]))|{}",
        STEMS.join("|"),
        WORDS.join("|"),
        PHRASES.join("|")
    )
}

/// Whether the comment speaks of legal claims. Errs on the side of saying so: the mark changes who looks, not what is stored.
#[must_use]
pub fn speaks_of_legal_claims(comment: &str) -> bool {
    let lower = comment.to_lowercase();
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .any(|word| STEMS.iter().any(|stem| word.starts_with(stem)) || WORDS.contains(&word))
        || PHRASES.iter().any(|phrase| lower.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::speaks_of_legal_claims;

    #[test]
    fn claims_are_told_from_ordinary_comments() {
        for text in [
            "Ich verlange eine Gegendarstellung!",
            "Mein Anwalt meldet sich.",
            "We will take legal action.",
            "This is defamatory, and a copyright infringement.",
            "I demand a right of reply.",
            "Das ist Verleumdung",
        ] {
            assert!(speaks_of_legal_claims(text), "{text}");
        }
        for text in [
            "",
            "Da fehlt ein Komma.",
            "Anwaltsserien im Fernsehen sind beliebt",
            "The lawn is green",
            "The copyright line says 2025.",
        ] {
            assert!(!speaks_of_legal_claims(text), "{text}");
        }
    }
}
