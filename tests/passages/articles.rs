//! The articles, as texts by the rule of `docs/article-text.md`: blocks parted by one line break.

use std::path::Path;
use std::{fs, io};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    German,
    English,
}

pub struct Article {
    /// `de/00-name`: the number parts the articles into two halves.
    pub name: String,
    pub language: Language,
    pub text: Vec<char>,
}

impl Article {
    pub fn new(name: String, language: Language, text: &str) -> Self {
        let text = text.trim_end().chars().collect();
        Self {
            name,
            language,
            text,
        }
    }
}

/// All articles below `folder`, which holds `de/*.txt` and `en/*.txt`, in the order of their names.
pub fn read(folder: &Path) -> io::Result<Vec<Article>> {
    let mut articles = Vec::new();
    for (part, language) in [("de", Language::German), ("en", Language::English)] {
        for (name, text) in texts(&folder.join(part))? {
            articles.push(Article::new(format!("{part}/{name}"), language, &text));
        }
    }
    Ok(articles)
}

/// Name (without `.txt`) and content of every text file in `folder`, sorted by name.
pub fn texts(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            texts.push((name, fs::read_to_string(&path)?));
        }
    }
    texts.sort();
    Ok(texts)
}
