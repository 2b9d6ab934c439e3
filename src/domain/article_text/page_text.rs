//! The text of the whole page, as the browser's own search reads it, and where the article's text lies in it.
//!
//! The rule is the second part of `docs/text-fragments.md`. It goes by the markup alone, as that of the article's text does.

use std::collections::HashSet;

use dom_query::{NodeData, NodeId, NodeRef};

use super::{ArticleText, Page, Reading, Writer, is_border, is_space, reading, roots};
use crate::domain::text_fragment::page::OBJECT;

/// A page's text: blocks parted by line breaks, [`OBJECT`] for what is no text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageText {
    text: String,
    /// The words of the article's text, in its order.
    runs: Vec<Run>,
}

/// Words that stand in both texts; positions are code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    article: usize,
    page: usize,
    length: usize,
}

impl PageText {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a passage of the article's text lies in the page's; both in code points, `end` exclusive.
    #[must_use]
    pub fn place(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let last = end.checked_sub(1)?;
        let from = self
            .runs
            .partition_point(|run| run.article + run.length <= start);
        let to = self.runs.partition_point(|run| run.article <= last);
        let first = self.runs.get(from)?;
        let final_run = self.runs.get(to.checked_sub(1)?)?;
        let start = first.page + start.saturating_sub(first.article);
        let end = final_run.page + (end - final_run.article).min(final_run.length);
        (start < end).then_some((start, end))
    }
}

impl Page {
    /// The text of the whole page, with the article's (see [`Page::article_text`]) found in it.
    #[must_use]
    pub fn page_text(&self, selector: Option<&str>) -> PageText {
        self.both_texts(selector).0
    }

    pub(super) fn both_texts(&self, selector: Option<&str>) -> (PageText, ArticleText) {
        let own = self.control_selector();
        let roots: HashSet<NodeId> = roots::roots(&self.tree, own.as_deref().or(selector))
            .into_iter()
            .map(|root| root.id)
            .collect();
        let mut walk = Walk {
            page: Writer::default(),
            article: Writer::default(),
            runs: Vec::new(),
            page_length: 0,
            article_length: 0,
        };
        let root = self.tree.document().root();
        walk.read(root, &roots);
        let text = PageText {
            text: walk.page.text,
            runs: walk.runs,
        };
        (text, ArticleText(walk.article.text))
    }
}

/// What is open above a node.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, asked of every node"
)]
struct Level {
    page_border: bool,
    article_border: bool,
    /// Whether its text counts for the page, for the article, and keeps its white space.
    shown: bool,
    of_article: bool,
    in_article: bool,
    kept: bool,
    /// Whether it is a drawing's, where only `text` is text.
    drawn: bool,
}

struct Walk {
    page: Writer,
    article: Writer,
    runs: Vec<Run>,
    page_length: usize,
    article_length: usize,
}

impl Walk {
    /// Iterative, as the walk of the article's text is.
    fn read(&mut self, root: NodeRef<'_>, roots: &HashSet<NodeId>) {
        let mut open = vec![Level {
            page_border: false,
            article_border: false,
            shown: true,
            of_article: false,
            in_article: false,
            kept: false,
            drawn: false,
        }];
        let mut next = root.first_child();
        while let Some(node) = next {
            let above = open[open.len() - 1];
            let level = self.enter(node, above, roots.contains(&node.id));
            if let (Some(level), Some(child)) = (level, node.first_child()) {
                open.push(level);
                next = Some(child);
                continue;
            }
            if let Some(level) = level {
                self.leave(level);
            }
            let mut node = node;
            next = loop {
                if let Some(sibling) = node.next_sibling() {
                    break Some(sibling);
                }
                let Some(parent) = node.parent() else {
                    break None;
                };
                let Some(level) = open.pop() else { break None };
                if open.is_empty() {
                    break None;
                }
                self.leave(level);
                node = parent;
            };
        }
    }

    fn leave(&mut self, level: Level) {
        if level.page_border {
            self.page.border();
        }
        if level.article_border {
            self.article.border();
        }
    }

    /// Takes a node; says how its children are to be read, or nothing where they are not.
    fn enter(&mut self, node: NodeRef<'_>, above: Level, is_root: bool) -> Option<Level> {
        node.query_or(None, |found| match &found.data {
            NodeData::Text { contents } => {
                self.text(contents, above);
                None
            }
            NodeData::Element(element) => {
                let name: &str = &element.name.local;
                let attribute = |wanted: &str| {
                    element
                        .attrs
                        .iter()
                        .find(|attribute| &*attribute.name.local == wanted)
                        .map(|attribute| &*attribute.value)
                };
                let mut level = above;
                // Its article's side.
                level.article_border = false;
                if is_root && !above.of_article {
                    self.article.border();
                    level.of_article = true;
                    level.in_article = true;
                }
                if level.in_article {
                    match reading(&mut Writer::default(), &found.data) {
                        Reading::Out => level.in_article = false,
                        Reading::Into { border } => {
                            level.article_border = border;
                            if border {
                                self.article.border();
                            }
                        }
                    }
                }
                // Its page's side.
                level.page_border = false;
                if level.shown {
                    match showing(name, &attribute) {
                        Showing::Out => level.shown = false,
                        Showing::Object => {
                            self.object();
                            level.shown = false;
                        }
                        Showing::Value(value) => {
                            self.page.border();
                            self.page_only(&value);
                            self.page.border();
                            level.shown = false;
                        }
                        Showing::Into { border } => {
                            level.page_border = border;
                            level.kept |= matches!(
                                name,
                                "pre" | "textarea" | "listing" | "xmp" | "plaintext"
                            );
                            match name {
                                "svg" => {
                                    self.object();
                                    level.drawn = true;
                                }
                                "text" | "foreignObject" => level.drawn = false,
                                _ => {}
                            }
                            if border {
                                self.page.border();
                            }
                        }
                    }
                }
                // Also what does not count may hold the article.
                Some(level)
            }
            NodeData::Document | NodeData::Fragment => Some(above),
            _ => None,
        })
    }

    /// A text, into both or one of the two.
    fn text(&mut self, contents: &str, mut level: Level) {
        level.shown &= !level.drawn;
        let mut rest = contents;
        while !rest.is_empty() {
            let word_end = rest.find(is_space).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(word_end);
            if !word.is_empty() {
                self.word(word, level);
            }
            rest = behind.trim_start_matches(is_space);
            let space = &behind[..behind.len() - rest.len()];
            if !space.is_empty() {
                if level.in_article {
                    self.article.space();
                }
                if level.shown {
                    self.space(space, level.kept);
                }
            }
        }
    }

    /// White space that is kept is no single space to the finder: nothing can cross it.
    fn space(&mut self, space: &str, kept: bool) {
        if kept && space != " " {
            self.page.border();
        } else {
            self.page.space();
        }
    }

    fn word(&mut self, word: &str, level: Level) {
        let length = word.chars().count();
        if level.in_article {
            self.article_length += gap_length(&self.article);
            self.article.word(word);
        }
        if level.shown {
            self.page_length += gap_length(&self.page);
            self.page.word(word);
        }
        if level.in_article && level.shown {
            self.runs.push(Run {
                article: self.article_length,
                page: self.page_length,
                length,
            });
        }
        self.article_length += if level.in_article { length } else { 0 };
        self.page_length += if level.shown { length } else { 0 };
    }

    fn page_only(&mut self, text: &str) {
        let level = Level {
            page_border: false,
            article_border: false,
            shown: true,
            of_article: false,
            in_article: false,
            kept: true,
            drawn: false,
        };
        self.text(text, level);
    }

    /// To the finder it is nothing; only spaces on both its sides are two.
    fn object(&mut self) {
        if self.page.gap == Some(' ') && !self.page.text.is_empty() {
            self.page_only(OBJECT.encode_utf8(&mut [0; 4]));
        }
    }
}

/// How many code points the gap before the next word takes.
fn gap_length(writer: &Writer) -> usize {
    usize::from(writer.gap.is_some() && !writer.text.is_empty())
}

/// How the browser's search takes an element.
enum Showing {
    /// Not at all, nor what is in it.
    Out,
    /// As something that is no text.
    Object,
    /// As what was filled in.
    Value(String),
    /// Its children, with a border around them or not.
    Into { border: bool },
}

fn showing<'a>(name: &str, attribute: &impl Fn(&str) -> Option<&'a str>) -> Showing {
    let hidden =
        attribute("hidden").is_some_and(|hidden| !hidden.eq_ignore_ascii_case("until-found"));
    if hidden {
        return Showing::Out;
    }
    match name {
        "head" | "script" | "style" | "noscript" | "template" | "noframes" | "datalist" | "rp"
        | "fehler-melden" | "title" | "desc" | "metadata" | "defs" | "symbol" | "area" | "link"
        | "meta" | "base" | "param" | "track" | "annotation" | "annotation-xml" | "source" => {
            Showing::Out
        }
        "dialog" if attribute("open").is_none() => Showing::Out,
        // To the finder an image is nothing, and the spaces on its two sides are one.
        "img" | "image" | "iframe" | "object" | "embed" | "audio" | "video" => Showing::Out,
        "select"
            if attribute("multiple").is_none()
                && attribute("size").is_none_or(|size| size.trim() == "1") =>
        {
            Showing::Object
        }
        "canvas" | "meter" | "progress" => Showing::Object,
        "input" => match attribute("type").map(str::to_ascii_lowercase).as_deref() {
            Some("hidden") => Showing::Out,
            Some("checkbox" | "radio" | "range" | "color" | "file" | "image" | "password") => {
                Showing::Object
            }
            _ => Showing::Value(
                attribute("value")
                    .or_else(|| attribute("placeholder"))
                    .unwrap_or_default()
                    .to_owned(),
            ),
        },
        "textarea" | "button" | "select" | "option" | "optgroup" | "text" | "math"
        | "foreignObject" | "marquee" | "listing" | "xmp" | "plaintext" => {
            Showing::Into { border: true }
        }
        _ => Showing::Into {
            border: is_border(name),
        },
    }
}

#[cfg(test)]
#[path = "page_text_tests.rs"]
mod tests;
