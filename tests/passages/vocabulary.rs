//! Words and sentences to put in the place of others: what the other articles say.

use std::ops::Range;

use super::articles::{Article, Language};
use super::rng::Rng;
use super::units::{blocks, sentences, string, words};
use super::word_lists;

struct Source {
    article: String,
    language: Language,
    words: Vec<String>,
    sentences: Vec<String>,
    blocks: Vec<String>,
}

pub struct Vocabulary(Vec<Source>);

impl Vocabulary {
    pub fn of(articles: &[Article]) -> Self {
        Self(articles.iter().map(source).collect())
    }

    /// The vocabulary as an editor of `article` would draw from it: the other articles in the same language.
    pub fn besides<'a>(&'a self, article: &'a Article) -> Words<'a> {
        let others = self
            .0
            .iter()
            .filter(|source| source.language == article.language && source.article != article.name);
        Words {
            language: article.language,
            others: others.collect(),
        }
    }
}

fn source(article: &Article) -> Source {
    let whole = 0..article.text.len();
    let blocks = blocks(&article.text);
    let text = |range: &Range<usize>| string(&article.text, range);
    Source {
        article: article.name.clone(),
        language: article.language,
        words: words(&article.text, &whole).iter().map(text).collect(),
        sentences: blocks
            .iter()
            .flat_map(|block| sentences(&article.text, block))
            .map(|s| text(&s))
            .collect(),
        blocks: blocks
            .iter()
            .filter(|block| block.len() > 80)
            .map(text)
            .collect(),
    }
}

pub struct Words<'a> {
    pub language: Language,
    others: Vec<&'a Source>,
}

impl Words<'_> {
    /// A word that could stand where `word` stands: of the same group, or with the same ending and capitals.
    pub fn instead_of(&self, word: &str, rng: &mut Rng) -> String {
        if word.chars().any(|c| c.is_ascii_digit()) {
            return other_number(word, rng);
        }
        let groups = word_lists::of(self.language).groups;
        let mut group: Vec<&str> = groups
            .iter()
            .filter(|group| group.split(' ').any(|member| member == word))
            .flat_map(|group| group.split(' '))
            .filter(|member| *member != word)
            .collect();
        group.dedup();
        if let Some(member) = rng.pick(&group) {
            return (*member).to_owned();
        }
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        for ending in [3, 2, 1, 0] {
            for _ in 0..60 {
                let Some(other) = rng
                    .pick(&self.others)
                    .and_then(|source| rng.pick(&source.words))
                else {
                    continue;
                };
                let alike = other.chars().next().is_some_and(char::is_uppercase) == capital
                    && other.chars().all(|c| !c.is_ascii_digit())
                    && other.chars().count().abs_diff(word.chars().count()) <= 5
                    && tail(other, ending) == tail(word, ending);
                if alike && other.to_lowercase() != word.to_lowercase() {
                    return other.clone();
                }
            }
        }
        format!("{word}artig")
    }

    /// A sentence from another article, or one that updates are made of.
    pub fn sentence(&self, rng: &mut Rng) -> String {
        let written = word_lists::of(self.language).sentences;
        let other = rng
            .pick(&self.others)
            .and_then(|source| rng.pick(&source.sentences))
            .cloned();
        match other {
            Some(sentence) if rng.chance(60) && sentence.ends_with(['.', '?', '!']) => sentence,
            _ => rng.pick(written).copied().unwrap_or_default().to_owned(),
        }
    }

    /// A paragraph from another article.
    pub fn block(&self, rng: &mut Rng) -> String {
        let block = rng
            .pick(&self.others)
            .and_then(|source| rng.pick(&source.blocks))
            .cloned();
        block.unwrap_or_else(|| self.sentence(rng))
    }

    /// Something to slip into a sentence.
    pub fn insertion(&self, rng: &mut Rng) -> String {
        rng.pick(word_lists::of(self.language).insertions)
            .copied()
            .unwrap_or_default()
            .to_owned()
    }

    /// `count` words that follow one another in another article.
    pub fn fragment(&self, count: usize, rng: &mut Rng) -> String {
        let Some(source) = rng.pick(&self.others) else {
            return self.insertion(rng);
        };
        let first = rng.below(source.words.len().saturating_sub(count));
        source.words[first..(first + count).min(source.words.len())].join(" ")
    }
}

fn tail(word: &str, length: usize) -> String {
    let length = word.chars().count().saturating_sub(length);
    word.chars().skip(length).collect()
}

/// A number of the same shape.
fn other_number(number: &str, rng: &mut Rng) -> String {
    loop {
        let mut first = true;
        let other: String = number
            .chars()
            .map(|character| match character {
                '0'..='9' => {
                    let lowest = usize::from(std::mem::take(&mut first));
                    if rng.chance(60) {
                        char::from(b'0' + u8::try_from(rng.between(lowest, 9)).unwrap_or(1))
                    } else {
                        character
                    }
                }
                _ => character,
            })
            .collect();
        if other != number {
            return other;
        }
    }
}
