//! House words: what readers keep reporting and is no error here, each with the reason that they are told.

use serde::{Deserialize, Serialize};

/// The most house words of a site: the dialog gets all of them.
pub const MAX_RULES: usize = 200;
/// The longest house word or passage, in characters.
pub const MAX_WORDS: usize = 200;
/// The longest reason, in characters.
pub const MAX_REASON: usize = 500;

/// Words that are no error, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseRule {
    /// The words, as an editor wrote them.
    pub words: String,
    /// What a reader is told who marks them.
    pub reason: String,
}

/// Words as they are compared: in small letters, without soft hyphens, each run of spaces as one. The page's control does the same.
#[must_use]
pub fn key(words: &str) -> String {
    let small = words.replace('\u{AD}', "").to_lowercase();
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The list with a rule more, or with another reason where the words have one already.
#[must_use]
pub fn with(mut rules: Vec<HouseRule>, rule: HouseRule) -> Vec<HouseRule> {
    let key_of = key(&rule.words);
    match rules.iter_mut().find(|known| key(&known.words) == key_of) {
        Some(known) => *known = rule,
        None => rules.push(rule),
    }
    rules.sort_by_key(|rule| key(&rule.words));
    rules
}

/// The list without the rule about those words.
#[must_use]
pub fn without(mut rules: Vec<HouseRule>, words: &str) -> Vec<HouseRule> {
    let gone = key(words);
    rules.retain(|rule| key(&rule.words) != gone);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_one_rule_whatever_their_case() {
        let rule = |words: &str, reason: &str| HouseRule {
            words: words.into(),
            reason: reason.into(),
        };
        let rules = with(
            vec![rule("Majonäse", "So schreiben wir.")],
            rule("E-Mail", "Mit Strich."),
        );
        let rules = with(rules, rule("ma\u{AD}jonäse ", "Wie der Duden."));
        assert_eq!(
            rules,
            [
                rule("E-Mail", "Mit Strich."),
                rule("ma\u{AD}jonäse ", "Wie der Duden.")
            ]
        );
        assert_eq!(without(rules, "MAJONÄSE").len(), 1);
        assert_eq!(key(" Zum\n Beispiel "), "zum beispiel");
    }
}
