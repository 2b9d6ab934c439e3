//! The magazine's archive: articles made of `phrases_de.toml`, any number of them, each the same whenever it is made.

use std::sync::OnceLock;

use serde::Deserialize;

use super::articles::{self, DemoDataError};

/// Mistakes in one made article, and so tickets on it.
pub const MISTAKES: u64 = 20;
/// Articles that are reported in by turns.
const SIDE_BY_SIDE: u64 = 10;
/// After so many tickets every article begun is full.
pub const ROUND: u64 = MISTAKES * SIDE_BY_SIDE;
/// Characters of context around a mistake.
const CONTEXT: usize = 60;
/// What all chance starts from.
const SEED: u64 = 0x4665_686C_6572;

/// `phrases_de.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Section paths.
    pub sections: Vec<Vec<String>>,
    /// Names.
    pub authors: Vec<String>,
    /// Names.
    pub firms: Vec<String>,
    /// Names.
    pub products: Vec<String>,
    /// Names.
    pub cities: Vec<String>,
    /// Before the colon.
    pub headline_starts: Vec<String>,
    /// After it.
    pub headline_ends: Vec<String>,
    /// Text around the mistakes.
    pub sentences: Vec<String>,
    /// What readers write.
    pub comments: Vec<String>,
    /// What editors write.
    pub notes: Vec<String>,
    /// What editors tag with.
    pub tags: Vec<String>,
    /// Mistakes.
    pub typos: Vec<Typo>,
}

/// A word as it is mistyped.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typo {
    /// As it stands.
    pub wrong: String,
    /// As it should.
    pub right: String,
    /// Holds `{word}` once.
    pub sentence: String,
    /// Kind; spelling when none is named.
    pub kind: Option<String>,
}

/// The phrases, read once.
///
/// # Errors
/// [`DemoDataError`]
pub fn phrases() -> Result<&'static Phrases, DemoDataError> {
    static PHRASES: OnceLock<Phrases> = OnceLock::new();
    if let Some(phrases) = PHRASES.get() {
        return Ok(phrases);
    }
    let read = articles::read("phrases_de.toml")?;
    Ok(PHRASES.get_or_init(|| read))
}

/// Chance that repeats itself (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The chance that belongs to a thing of that number.
    #[must_use]
    pub const fn of(thing: u64) -> Self {
        Self(SEED ^ thing.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    /// A number below `sides`, which is at least 1.
    pub const fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let index = self.below(list.len().max(1) as u64);
        &list[usize::try_from(index).unwrap_or(0)]
    }

    /// Whether so many of a hundred.
    pub const fn percent(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }
}

/// An article of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedArticle {
    /// From 1.
    pub number: u64,
    /// Headline.
    pub title: String,
    /// From the outside in.
    pub sections: Vec<String>,
    /// Byline.
    pub author: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// What is wrong in it, in the order of the text.
    pub mistakes: Vec<ArchivedMistake>,
}

/// A mistake in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedMistake {
    /// The words.
    pub exact: String,
    /// Before them.
    pub prefix: String,
    /// After them.
    pub suffix: String,
    /// Where they stand in the article's text, headline included, in characters.
    pub start: i64,
    /// The right words.
    pub right: String,
    /// Kind, as in reports.
    pub kind: &'static str,
}

/// Where an article of the archive stands in the magazine.
#[must_use]
pub fn path(number: u64) -> String {
    format!("/archiv/{number}")
}

/// Which article a generated ticket is about, and which of its mistakes; tickets are counted from 0.
#[must_use]
pub const fn place(ticket: u64) -> (u64, u64) {
    let (round, rest) = (ticket / ROUND, ticket % ROUND);
    (
        round * SIDE_BY_SIDE + rest % SIDE_BY_SIDE + 1,
        rest / SIDE_BY_SIDE,
    )
}

/// How many articles there are for so many tickets.
#[must_use]
pub const fn published(tickets: u64) -> u64 {
    tickets.div_ceil(ROUND) * SIDE_BY_SIDE
}

/// The article of that number.
#[must_use]
pub fn article(phrases: &Phrases, number: u64) -> ArchivedArticle {
    let mut dice = Dice::of(number);
    let start = fill(
        dice.pick::<String>(&phrases.headline_starts),
        phrases,
        &mut dice,
    );
    let title = format!("{start}: {}", dice.pick(&phrases.headline_ends));
    let sections = dice.pick(&phrases.sections).clone();
    let author = dice.pick(&phrases.authors).clone();
    let mut paragraphs = vec![String::new()];
    // Which mistake, in which paragraph, from which byte on.
    let mut found: Vec<(&Typo, usize, usize)> = Vec::new();
    for _ in 0..MISTAKES {
        for _ in 0..=dice.below(2) {
            let sentence = fill(dice.pick::<String>(&phrases.sentences), phrases, &mut dice);
            push(&mut paragraphs, &sentence);
        }
        let typo = dice.pick(&phrases.typos);
        let sentence = fill(&typo.sentence, phrases, &mut dice);
        let (before, after) = sentence.split_once("{word}").unwrap_or((&sentence, ""));
        push(&mut paragraphs, before);
        let index = paragraphs.len() - 1;
        found.push((typo, index, paragraphs[index].len()));
        paragraphs[index].push_str(&typo.wrong);
        paragraphs[index].push_str(after);
        if paragraphs[index].len() > 500 {
            paragraphs.push(String::new());
        }
    }
    paragraphs.retain(|p| !p.is_empty());
    let mut before = title.chars().count() + 1;
    let mut starts = Vec::with_capacity(paragraphs.len());
    for paragraph in &paragraphs {
        starts.push(before);
        before += paragraph.chars().count() + 1;
    }
    let mistakes = found
        .into_iter()
        .map(|(typo, index, at)| {
            let paragraph = &paragraphs[index];
            let (head, tail) = (&paragraph[..at], &paragraph[at + typo.wrong.len()..]);
            let from = head
                .char_indices()
                .rev()
                .nth(CONTEXT - 1)
                .map_or(0, |(at, _)| at);
            ArchivedMistake {
                exact: typo.wrong.clone(),
                prefix: head[from..].to_owned(),
                suffix: tail.chars().take(CONTEXT).collect(),
                start: i64::try_from(starts[index] + head.chars().count()).unwrap_or(0),
                right: typo.right.clone(),
                kind: if typo.kind.as_deref() == Some("grammar") {
                    "grammar"
                } else {
                    "spelling"
                },
            }
        })
        .collect();
    ArchivedArticle {
        number,
        title,
        sections,
        author,
        paragraphs,
        mistakes,
    }
}

/// Adds a sentence to the last paragraph.
fn push(paragraphs: &mut [String], sentence: &str) {
    if let Some(last) = paragraphs.last_mut() {
        if !last.is_empty() {
            last.push(' ');
        }
        last.push_str(sentence);
    }
}

/// Fills the slots of a phrase, but for `{word}`, `{wrong}`, `{right}` and `{author}`.
pub(super) fn fill(phrase: &str, phrases: &Phrases, dice: &mut Dice) -> String {
    let mut out = String::with_capacity(phrase.len() + 24);
    let mut firm: Option<&str> = None;
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((slot, after)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        match slot {
            "firm" => {
                let name = firm.get_or_insert_with(|| dice.pick::<String>(&phrases.firms).as_str());
                out.push_str(name);
            }
            "firm2" => {
                let other = loop {
                    let other: &String = dice.pick(&phrases.firms);
                    if firm != Some(other.as_str()) {
                        break other.as_str();
                    }
                };
                out.push_str(other);
            }
            "product" => out.push_str(dice.pick::<String>(&phrases.products)),
            "city" => out.push_str(dice.pick::<String>(&phrases.cities)),
            "number" => out.push_str(&(20 + dice.below(881)).to_string()),
            "percent" => out.push_str(&(2 + dice.below(39)).to_string()),
            "year" => out.push_str(&(2012 + dice.below(13)).to_string()),
            "future" => out.push_str(&(2027 + dice.below(6)).to_string()),
            other => {
                out.push('{');
                out.push_str(other);
                out.push('}');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_the_same_whenever_it_is_made() {
        let phrases = phrases().unwrap();
        assert_eq!(article(phrases, 7), article(phrases, 7));
        assert_ne!(article(phrases, 7), article(phrases, 8));
    }

    #[test]
    fn its_mistakes_stand_where_they_are_said_to_stand() {
        let phrases = phrases().unwrap();
        for number in 1..200 {
            let made = article(phrases, number);
            let text = format!("{}\n{}", made.title, made.paragraphs.join("\n"));
            assert_eq!(made.mistakes.len() as u64, MISTAKES);
            assert!(!text.contains(['{', '}']), "{text}");
            for mistake in &made.mistakes {
                let at = usize::try_from(mistake.start).unwrap();
                let there: String = text
                    .chars()
                    .skip(at)
                    .take(mistake.exact.chars().count())
                    .collect();
                assert_eq!(there, mistake.exact);
                assert!(text.contains(&format!(
                    "{}{}{}",
                    mistake.prefix, mistake.exact, mistake.suffix
                )));
                assert_ne!(mistake.exact, mistake.right);
            }
        }
    }
}
