//! The demo's tiny editor: an article of the magazine as fields of a form, and the form as an article again.

#[cfg(test)]
mod tests;

use dom_query::Document;

use super::{
    articles::DemoArticle,
    own_article::{MAX_TEXT, MAX_TITLE, clean_fragment},
    shelf::Rewritten,
};
use crate::domain::clean::clean_line;

/// The most characters of a teaser.
pub const MAX_TEASER: usize = 2_000;
/// Blocks that are edited by what stands in them; every other one is edited whole.
const BY_CONTENT: &[&str] = &["p", "h2", "h3", "h4"];

/// An article's words, as the form holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Plain text.
    pub headline: String,
    /// Plain text; empty for none.
    pub teaser: String,
    /// What the body is made of.
    pub blocks: Vec<Block>,
}

/// A paragraph, a subheading, or a whole list, table or quotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// One of [`BY_CONTENT`], or the name of an element that `text` holds whole.
    pub tag: String,
    /// HTML.
    pub text: String,
}

/// Why a draft cannot be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No headline.
    HeadlineMissing,
    /// The headline has more than [`MAX_TITLE`] characters.
    HeadlineTooLong,
    /// The teaser has more than [`MAX_TEASER`] characters.
    TeaserTooLong,
    /// Nothing is left to read.
    Empty,
    /// The text has more than [`MAX_TEXT`] characters.
    TextTooLong,
}

/// The draft of an article as it stands.
#[must_use]
pub fn draft(article: &DemoArticle) -> Draft {
    Draft {
        headline: article.title.clone(),
        teaser: article.teaser.clone().unwrap_or_default(),
        blocks: blocks(&article.body),
    }
}

/// Makes an article's words of a draft. A blank line begins a new paragraph, an empty block is none.
///
/// # Errors
/// [`Fault`]
pub fn rewrite(draft: &Draft) -> Result<Rewritten, Fault> {
    let title = one_line(&draft.headline);
    let teaser = one_line(&draft.teaser);
    if title.is_empty() {
        return Err(Fault::HeadlineMissing);
    }
    if title.chars().count() > MAX_TITLE {
        return Err(Fault::HeadlineTooLong);
    }
    if teaser.chars().count() > MAX_TEASER {
        return Err(Fault::TeaserTooLong);
    }
    let length: usize = draft.blocks.iter().map(|b| b.text.chars().count()).sum();
    if length > MAX_TEXT {
        return Err(Fault::TextTooLong);
    }
    let body = draft
        .blocks
        .iter()
        .flat_map(Block::html)
        .collect::<Vec<_>>()
        .join("\n");
    if Document::from(body.as_str()).text().trim().is_empty() {
        return Err(Fault::Empty);
    }
    Ok(Rewritten {
        title,
        teaser: (!teaser.is_empty()).then_some(teaser),
        body,
    })
}

/// As [`clean_line`], but what an article is set with stays: no-break spaces and soft hyphens.
fn one_line(text: &str) -> String {
    if clean_line(text).is_empty() {
        return String::new();
    }
    let words: Vec<&str> = text
        .split(|c: char| c == ' ' || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

impl Block {
    /// Whether its text is what stands in the element, rather than the element itself.
    #[must_use]
    pub fn is_by_content(&self) -> bool {
        BY_CONTENT.contains(&self.tag.as_str())
    }

    fn html(&self) -> Vec<String> {
        let text: String = self
            .text
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .chars()
            .filter(|c| *c != '\0')
            .collect();
        if !self.is_by_content() {
            let html = clean_fragment(&text);
            return Vec::from_iter((!html.trim().is_empty()).then_some(html));
        }
        paragraphs(&text)
            .iter()
            .map(|paragraph| clean_fragment(paragraph).trim().to_owned())
            .filter(|html| !html.is_empty())
            .enumerate()
            .map(|(index, html)| {
                // What follows a subheading after a blank line is a paragraph.
                let tag = if index == 0 { self.tag.as_str() } else { "p" };
                format!("<{tag}>{html}</{tag}>")
            })
            .collect()
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in text.lines() {
        match (line.trim().is_empty(), all.last_mut()) {
            (true, Some(last)) if !last.is_empty() => all.push(String::new()),
            (false, Some(last)) => {
                if !last.is_empty() {
                    last.push('\n');
                }
                last.push_str(line);
            }
            _ => {}
        }
    }
    all
}

fn blocks(body: &str) -> Vec<Block> {
    let document = Document::from(body);
    let mut blocks = Vec::new();
    let body = document.select_single("body");
    for node in body.nodes().iter().flat_map(dom_query::NodeRef::children) {
        let Some(name) = node.node_name().filter(|_| node.is_element()) else {
            let text = node.html().trim().to_owned();
            if !text.is_empty() {
                blocks.push(Block {
                    tag: "p".into(),
                    text,
                });
            }
            continue;
        };
        let by_content = BY_CONTENT.contains(&name.as_ref());
        let html = if by_content {
            node.inner_html()
        } else {
            node.html()
        };
        blocks.push(Block {
            tag: name.to_string(),
            // As it is typed: in HTML, the character is as good as its name.
            text: html.trim().replace("&nbsp;", "\u{a0}"),
        });
    }
    blocks
}
