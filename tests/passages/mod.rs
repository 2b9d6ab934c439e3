//! The evaluation set of the passage engine: articles, edits by rule whose truth is known by construction, and
//! revisions marked by hand. `examples/passage_quality.rs` prints the table; `tests/app/passage_quality.rs` holds
//! its floor. Everything is drawn from a seeded generator: the same seed makes the same cases.
//!
//! Each class of edit takes an article, marks a passage in it as a reader would, edits the article and follows both ends
//! of the passage through the edits. What nobody could decide (the edit made two places equal, or left too little of
//! the passage and its surroundings) is left out by rule, see `decidable`.

pub mod articles;
pub mod case;
mod classes;
mod decidable;
mod document;
mod draft;
mod edits;
mod revisions;
mod rng;
pub mod score;
mod selection;
mod typography;
mod units;
mod vocabulary;
mod word_lists;

use std::io;
use std::path::Path;

use articles::Article;
use case::Case;
use rng::Rng;
use vocabulary::Vocabulary;

/// The seed of the published figures.
pub const SEED: u64 = 20_261_126;

/// How many times a class may come up empty before it is given up for an article.
const ATTEMPTS: usize = 12;

/// Cases of every class from the articles and revisions below `folder`, at most `per_class` of each class.
///
/// # Errors
/// The articles or revisions cannot be read, or a revision's marks do not pair.
pub fn cases(folder: &Path, seed: u64, per_class: usize) -> io::Result<Vec<Case>> {
    let articles = articles::read(&folder.join("articles"))?;
    let mut cases = by_rule(&articles, seed, per_class);
    cases.extend(revisions::cases(&folder.join("revisions"), per_class)?);
    Ok(cases)
}

/// Cases of every class made by rule, at most `per_class` of each.
pub fn by_rule(articles: &[Article], seed: u64, per_class: usize) -> Vec<Case> {
    let vocabulary = Vocabulary::of(articles);
    let mut cases = Vec::new();
    for class in classes::CLASSES {
        let mut rng = Rng::new(
            seed ^ class.name.bytes().fold(7_u64, |sum, byte| {
                sum.wrapping_mul(31).wrapping_add(u64::from(byte))
            }),
        );
        let mut made = 0;
        let mut fruitless = 0;
        while made < per_class && fruitless < articles.len() * 3 {
            for article in articles {
                if made == per_class {
                    break;
                }
                let case = (0..ATTEMPTS)
                    .find_map(|_| classes::make(class, article, &vocabulary, &mut rng));
                if let Some(mut case) = case {
                    case.id = format!("{}/{}/{made}", class.name, article.name);
                    cases.push(case);
                    made += 1;
                    fruitless = 0;
                } else {
                    fruitless += 1;
                }
            }
        }
    }
    cases
}
