//! The magazine's articles and the mistakes in them, from `articles/*.toml` (fields: `README.md`).

use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

#[derive(RustEmbed)]
#[folder = "src/demo/"]
#[include = "*.toml"]
#[include = "articles/*.toml"]
struct Files;

/// Why the demo's own data cannot be read: a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum DemoDataError {
    /// Not in the binary.
    #[error("the demo lacks its file {0}")]
    Missing(String),
    /// Not TOML of the shape expected.
    #[error("the demo's file {0} cannot be read: {1}")]
    Malformed(String, String),
}

/// Reads one of the demo's files.
///
/// # Errors
/// [`DemoDataError`]
pub fn read<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, DemoDataError> {
    let file = Files::get(name).ok_or_else(|| DemoDataError::Missing(name.to_owned()))?;
    let malformed = |reason: String| DemoDataError::Malformed(name.to_owned(), reason);
    let text = std::str::from_utf8(&file.data).map_err(|e| malformed(e.to_string()))?;
    toml::from_str(text).map_err(|e| malformed(e.to_string()))
}

/// All articles, newest first.
///
/// # Errors
/// [`DemoDataError`]
pub fn all() -> Result<Vec<DemoArticle>, DemoDataError> {
    let names = Files::iter().filter(|n| n.starts_with("articles/"));
    let mut articles = names
        .map(|name| read::<DemoArticle>(&name))
        .collect::<Result<Vec<_>, _>>()?;
    articles.sort_by(|a, b| b.published_at.cmp(&a.published_at));
    Ok(articles)
}

/// An article of the magazine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoArticle {
    /// Last part of its path.
    pub slug: String,
    /// `de` or `en`.
    pub lang: String,
    /// Headline.
    pub title: String,
    /// What stands below it.
    #[serde(default)]
    pub teaser: Option<String>,
    /// From the outside in.
    #[serde(default)]
    pub sections: Vec<String>,
    /// Byline.
    #[serde(default)]
    pub authors: Vec<String>,
    /// RFC 3339.
    #[serde(default)]
    pub published_at: Option<String>,
    /// RFC 3339.
    #[serde(default)]
    pub modified_at: Option<String>,
    /// HTML.
    pub body: String,
    /// Lead picture.
    #[serde(default)]
    pub image: Option<DemoImage>,
    /// What "the article is edited" does.
    #[serde(default, skip_serializing)]
    pub edit: Option<DemoEdit>,
    /// What the first published version said instead.
    #[serde(default, skip_serializing)]
    pub first: Option<DemoFirst>,
    /// What can be reported.
    #[serde(default, skip_serializing)]
    pub mistakes: Vec<DemoMistake>,
}

impl DemoMistake {
    /// Whether it is a real mistake that stands in the text.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.status.as_deref().is_none_or(|s| s == "stands")
    }
}

/// A picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoImage {
    /// Below `/images/`.
    pub file: String,
    /// For those who do not see it.
    pub alt: String,
    /// Below the picture.
    #[serde(default)]
    pub caption: Option<String>,
    /// Who made it.
    #[serde(default)]
    pub credit: Option<String>,
}

/// An edited version.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoEdit {
    /// RFC 3339.
    pub modified_at: String,
    /// What is replaced in the body, each once.
    pub replacements: Vec<Replacement>,
}

/// The first published version.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoFirst {
    /// What is replaced in the body to make it, each once.
    pub replacements: Vec<Replacement>,
}

/// One replacement.
#[derive(Debug, Clone, Deserialize)]
pub struct Replacement {
    /// Stands exactly once in the body.
    pub from: String,
    /// Takes its place.
    pub to: String,
}

/// A mistake somebody may report.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoMistake {
    /// The words.
    pub exact: String,
    /// Before them.
    pub prefix: String,
    /// After them.
    pub suffix: String,
    /// Kind, as in reports.
    pub kind: String,
    /// The right words.
    #[serde(default)]
    pub suggestion: Option<String>,
    /// What a reader would write.
    #[serde(default)]
    pub comment: Option<String>,
    /// Headline or teaser.
    #[serde(default)]
    pub part: Option<String>,
    /// `stands`, `corrected`, `removed` or `unfounded`.
    #[serde(default)]
    pub status: Option<String>,
}

impl DemoArticle {
    /// The body after "the article is edited".
    #[must_use]
    pub fn edited_body(&self) -> String {
        self.with(self.edit.iter().flat_map(|e| &e.replacements))
    }

    /// The body of the first published version.
    #[must_use]
    pub fn first_body(&self) -> String {
        self.with(self.first.iter().flat_map(|f| &f.replacements))
    }

    fn with<'a>(&self, replacements: impl Iterator<Item = &'a Replacement>) -> String {
        replacements.fold(self.body.clone(), |body, r| {
            body.replacen(&r.from, &r.to, 1)
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_articles_can_be_read_and_edited() {
        let articles = super::all().unwrap();
        assert_eq!(articles.len(), 4);
        for article in &articles {
            assert!(article.mistakes.len() >= 5, "{}", article.slug);
            assert_ne!(article.edited_body(), article.body, "{}", article.slug);
            for replacement in &article.edit.as_ref().unwrap().replacements {
                assert_eq!(
                    article.body.matches(&replacement.from).count(),
                    1,
                    "{}: {}",
                    article.slug,
                    replacement.from
                );
            }
        }
    }
}
