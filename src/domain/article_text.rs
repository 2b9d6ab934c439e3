//! The text of an article: markup in, the text that reports count positions in out.
//!
//! `docs/article-text.md` is the rule; the control in the page follows the same rule in `embed/text.js`, and
//! `tests/browser/text` proves that both read the same. Here lie the walk over the tree and the writing of the text;
//! [`tree`] holds the parsing with its bounds, [`roots`] the choice of the elements that hold the article.
//!
//! A [`Page`] is not `Send`: parse, read, and let it go before the next `await`.

mod embedding;
mod page_text;
mod roots;
mod tree;

use std::fmt;

use dom_query::{NodeData, NodeRef};
use html5ever::ns;

pub use embedding::{Control, Embedding, Script};
pub use page_text::PageText;
use tree::Tree;

/// Why a page has no text that could be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArticleTextError {
    /// More levels than any article has; a browser would not keep them either.
    #[error(
        "the page's elements are nested more than {} levels deep",
        tree::MAX_DEPTH
    )]
    TooDeep,
    /// More elements or attributes than any article has.
    #[error("the page's markup is too large to be read")]
    TooLarge,
}

/// The text of an article by the rule: blocks parted by single line breaks, words by single spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ArticleText(String);

impl ArticleText {
    /// The version of the rule in `docs/article-text.md` that this text follows; stored with every text.
    pub const RULE_VERSION: u32 = 1;

    /// The text of something that was never markup: every line is a block.
    #[must_use]
    pub fn from_plain(text: &str) -> Self {
        let mut writer = Writer::default();
        for line in text.split('\n') {
            writer.border();
            writer.read(line);
        }
        Self(writer.text)
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself, to keep.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl AsRef<str> for ArticleText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArticleText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A page, parsed as a browser with scripting parses it.
pub struct Page {
    tree: Tree,
}

impl Page {
    /// Parses a whole HTML page.
    ///
    /// # Errors
    /// When the markup goes beyond what any article needs; the bounds keep time and memory small for any input.
    pub fn parse(html: &str) -> Result<Self, ArticleTextError> {
        Ok(Self {
            tree: tree::parse(html)?,
        })
    }

    /// What the page's own control says holds the article: the `article` attribute of the first `fehler-melden`
    /// element that has one.
    #[must_use]
    pub fn control_selector(&self) -> Option<String> {
        roots::control_selector(&self.tree)
    }

    /// The article's text: where the page's own control says, else where `selector` (the site's setting) says, else
    /// where the rule's default says. A selector that is invalid or matches nothing gives way to the default.
    #[must_use]
    pub fn article_text(&self, selector: Option<&str>) -> ArticleText {
        let own = self.control_selector();
        let mut writer = Writer::default();
        for root in roots::roots(&self.tree, own.as_deref().or(selector)) {
            writer.border();
            read_element(&mut writer, root);
        }
        ArticleText(writer.text)
    }
}

/// The text of the article in a page; see [`Page::article_text`].
///
/// # Errors
/// As [`Page::parse`].
pub fn article_text(html: &str, selector: Option<&str>) -> Result<ArticleText, ArticleTextError> {
    Ok(Page::parse(html)?.article_text(selector))
}

/// The `article` attribute of the page's own control; see [`Page::control_selector`].
///
/// # Errors
/// As [`Page::parse`].
pub fn control_selector(html: &str) -> Result<Option<String>, ArticleTextError> {
    Ok(Page::parse(html)?.control_selector())
}

/// Whether a text is a selector that we can use; any other gives way to the default.
#[must_use]
pub fn is_selector(text: &str) -> bool {
    roots::is_selector(text)
}

/// The five characters that count as white space (point 3).
const fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{C}' | '\r' | ' ')
}

/// The text as it grows, and what stands between its end and the next word.
#[derive(Default)]
struct Writer {
    text: String,
    gap: Option<char>,
}

impl Writer {
    fn border(&mut self) {
        self.gap = Some('\n');
    }

    fn space(&mut self) {
        self.gap = self.gap.or(Some(' '));
    }

    fn read(&mut self, data: &str) {
        let mut rest = data;
        while !rest.is_empty() {
            let word_end = rest.find(is_space).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(word_end);
            if !word.is_empty() {
                self.word(word);
            }
            rest = behind.trim_start_matches(is_space);
            if rest.len() < behind.len() {
                self.space();
            }
        }
    }

    fn word(&mut self, word: &str) {
        if let (Some(gap), false) = (self.gap.take(), self.text.is_empty()) {
            self.text.push(gap);
        }
        self.text.push_str(word);
    }
}

/// How the walk takes a node.
enum Reading {
    /// Not at all, nor what is in it.
    Out,
    /// Its children, with a border around them or not.
    Into { border: bool },
}

/// Reads an element with everything in it. Iterative: no markup nests too deep for it.
fn read_element(writer: &mut Writer, root: NodeRef<'_>) {
    let mut open: Vec<bool> = Vec::new();
    let mut node = root;
    loop {
        let reading = node.query_or(Reading::Out, |found| reading(writer, &found.data));
        if let Reading::Into { border } = reading {
            if border {
                writer.border();
            }
            if let Some(child) = node.first_child() {
                open.push(border);
                node = child;
                continue;
            }
            if border {
                writer.border();
            }
        }
        // Up to the next sibling of the node or of one above it, within the root.
        loop {
            if open.is_empty() {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return };
            node = parent;
            if open.pop() == Some(true) {
                writer.border();
            }
        }
    }
}

/// Reads a text; says of an element how to go on.
fn reading(writer: &mut Writer, data: &NodeData) -> Reading {
    match data {
        NodeData::Text { contents } => {
            writer.read(contents);
            Reading::Out
        }
        NodeData::Element(element) => {
            let name: &str = &element.name.local;
            let is_marked = element.attrs.iter().any(|attribute| {
                attribute.name.ns == ns!()
                    && match &*attribute.name.local {
                        "hidden" | "data-fehler-ignore" => true,
                        "aria-hidden" => attribute.value.eq_ignore_ascii_case("true"),
                        _ => false,
                    }
            });
            if is_left_out(name) || is_marked {
                Reading::Out
            } else {
                Reading::Into {
                    border: is_border(name),
                }
            }
        }
        _ => Reading::Out,
    }
}

/// The elements of point 2.
fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "object"
            | "embed"
            | "svg"
            | "math"
            | "canvas"
            | "audio"
            | "video"
            | "select"
            | "textarea"
            | "input"
            | "button"
            | "datalist"
            | "fehler-melden"
    )
}

/// The elements of point 4, `br` and `hr` with them.
fn is_border(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests;
