//! What the panel's readers say: fourteen who mean the same mistake, and one who says three hundred things.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    articles::{self, DemoArticle, DemoDataError, DemoMistake},
    readers::{Marked, Said},
};
use crate::domain::article_text::{ArticleTextError, article_text};

/// Readers who report the same mistake.
pub const READERS: usize = 14;
/// What the troll sends.
pub const TROLLING: usize = 300;
/// Places at which he does.
const PLACES: usize = 5;
/// Characters around a word that the troll marks.
const AROUND: usize = 80;

/// Words of the panel's readers in one language.
#[derive(Debug, Clone, Deserialize)]
struct Words {
    flood: Vec<String>,
    troll: Vec<String>,
    nonsense: Vec<String>,
}

fn words(lang: &str) -> Result<Words, DemoDataError> {
    let mut all: HashMap<String, Words> = articles::read("panel.toml")?;
    all.remove(lang)
        .or_else(|| all.remove("de"))
        .ok_or_else(|| DemoDataError::Missing("panel.toml".into()))
}

/// Fourteen reports of one mistake: some mark more than others, some suggest nothing, some say why.
///
/// # Errors
/// [`DemoDataError`]
pub fn flood(article: &DemoArticle, mistake: &DemoMistake) -> Result<Vec<Said>, DemoDataError> {
    let words = words(&article.lang)?;
    let exact: Marked = mistake.into();
    let (before, after) = (last_word(&exact.prefix), first_word(&exact.suffix));
    let wider = |before: &str, after: &str| Marked {
        prefix: exact.prefix[..exact.prefix.len() - before.len()].to_owned(),
        exact: format!("{before}{}{after}", exact.exact),
        suffix: exact.suffix[after.len()..].to_owned(),
    };
    let all = (0..READERS).map(|n| {
        let (before, after) = match n {
            4 | 9 => (before, ""),
            6 => ("", after),
            11 => (before, after),
            _ => ("", ""),
        };
        let silent = matches!(n, 3 | 8 | 12);
        let suggestion = mistake.suggestion.as_ref().filter(|_| !silent);
        let comment = match n {
            2 => mistake.comment.clone(),
            _ if silent || n % 5 == 0 => Some(words.flood[n / 2 % words.flood.len()].clone()),
            _ => None,
        };
        Said {
            marked: Some(wider(before, after)),
            kind: mistake.kind.clone(),
            suggestion: suggestion.map(|s| format!("{before}{s}{after}")),
            comment,
            elapsed_ms: 6_000 + 2_700 * i64::try_from(n).unwrap_or(0),
            ..Said::default()
        }
    });
    Ok(all.collect())
}

/// The last word with the space after it, unless a block ends between.
fn last_word(prefix: &str) -> &str {
    let start = prefix
        .trim_end()
        .rfind(char::is_whitespace)
        .map_or(0, |n| n + width_at(prefix, n));
    Some(&prefix[start..])
        .filter(|w| !w.contains('\n'))
        .unwrap_or_default()
}

/// The first word with the space before it, unless a block ends between.
fn first_word(suffix: &str) -> &str {
    let lead = suffix.len() - suffix.trim_start().len();
    let end = suffix[lead..]
        .find(char::is_whitespace)
        .map_or(suffix.len(), |n| lead + n);
    Some(&suffix[..end])
        .filter(|w| !w.contains('\n'))
        .unwrap_or_default()
}

fn width_at(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Three hundred reports of somebody who means none of them, at a handful of places.
///
/// # Errors
/// [`TrollError`]
pub fn troll(article: &DemoArticle) -> Result<Vec<Said>, TrollError> {
    let words = words(&article.lang)?;
    let text = article_text(
        &format!("<div id=\"text\">{}</div>", article.body),
        Some("#text"),
    )?;
    let places = places(text.as_str());
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let all = (0..TROLLING).map(|n| Said {
        marked: Some(places[n % places.len()].clone()),
        kind: "spelling".into(),
        suggestion: (n % 3 != 1)
            .then(|| words.nonsense[n / places.len() % words.nonsense.len()].clone()),
        comment: (n % 3 != 0).then(|| words.troll[n / 2 % words.troll.len()].clone()),
        elapsed_ms: 900,
        ..Said::default()
    });
    Ok(all.collect())
}

/// Why there is nothing to troll.
#[derive(Debug, thiserror::Error)]
pub enum TrollError {
    /// The words are missing.
    #[error(transparent)]
    Data(#[from] DemoDataError),
    /// The article has no text.
    #[error(transparent)]
    Text(#[from] ArticleTextError),
}

/// Long words, evenly spread over the text.
fn places(text: &str) -> Vec<Marked> {
    let mut candidates = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match start {
            None if c.is_alphanumeric() => start = Some(at),
            Some(from) if !c.is_alphanumeric() => {
                if text[from..at].chars().count() >= 8 {
                    candidates.push(from..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    let step = (candidates.len() / PLACES).max(1);
    candidates
        .into_iter()
        .skip(step / 2)
        .step_by(step)
        .take(PLACES)
        .map(|word| Marked {
            exact: text[word.clone()].to_owned(),
            prefix: tail(&text[..word.start]),
            suffix: text[word.end..].chars().take(AROUND).collect(),
        })
        .collect()
}

fn tail(text: &str) -> String {
    let from = text
        .char_indices()
        .rev()
        .nth(AROUND - 1)
        .map_or(0, |(at, _)| at);
    text[from..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourteen_readers_mark_the_same_mistake_in_their_own_ways() {
        for article in articles::all().unwrap() {
            for mistake in article.mistakes.iter().filter(|m| m.suggestion.is_some()) {
                let said = flood(&article, mistake).unwrap();
                assert_eq!(said.len(), READERS);
                for reader in said {
                    let marked = reader.marked.unwrap();
                    assert!(marked.exact.contains(&mistake.exact));
                    let whole = format!("{}{}{}", marked.prefix, marked.exact, marked.suffix);
                    assert_eq!(
                        whole,
                        format!("{}{}{}", mistake.prefix, mistake.exact, mistake.suffix)
                    );
                    assert!(reader.suggestion.is_some() || reader.comment.is_some());
                }
            }
        }
    }

    #[test]
    fn the_troll_finds_his_places_in_every_article() {
        for article in articles::all().unwrap() {
            let said = troll(&article).unwrap();
            assert_eq!(said.len(), TROLLING);
            let mut exact: Vec<_> = said
                .iter()
                .filter_map(|s| s.marked.as_ref())
                .map(|m| m.prefix.clone())
                .collect();
            exact.sort();
            exact.dedup();
            assert_eq!(exact.len(), PLACES, "{}", article.slug);
        }
    }
}
