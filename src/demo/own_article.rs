//! An article that somebody brings along: text or HTML in, a title and clean HTML out.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use dom_query::Document;

use super::shelf::{OwnArticle, local_time};
use crate::domain::{clean::clean_line, clock::UnixMillis};

/// The most characters of an article.
pub const MAX_TEXT: usize = 200_000;
/// The most characters of a headline.
pub const MAX_TITLE: usize = 300;
/// The longest slug.
const MAX_SLUG: usize = 60;
/// A first line longer than this is text, not a headline.
const MAX_FIRST_LINE: usize = 160;

/// What an article may be made of. No pictures: they would be asked for at other servers.
const TAGS: &[&str] = &[
    "p",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "q",
    "cite",
    "em",
    "strong",
    "b",
    "i",
    "u",
    "s",
    "small",
    "mark",
    "sub",
    "sup",
    "abbr",
    "code",
    "pre",
    "br",
    "hr",
    "a",
    "span",
    "div",
    "section",
    "figure",
    "figcaption",
    "footer",
    "aside",
    "time",
    "table",
    "caption",
    "colgroup",
    "col",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "del",
    "ins",
    "wbr",
    "address",
];
/// What goes with all that is in it.
const WITH_CONTENT: &[&str] = &[
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
    "select",
    "textarea",
    "button",
    "nav",
    "fehler-melden",
];

/// Why it cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is left to read.
    Empty,
    /// The text has more than [`MAX_TEXT`] characters.
    TextTooLong,
    /// The headline has more than [`MAX_TITLE`] characters.
    TitleTooLong,
}

/// Makes an article of what was pasted.
///
/// # Errors
/// [`Fault`]
pub fn read(headline: &str, text: &str, now: UnixMillis) -> Result<OwnArticle, Fault> {
    if text.chars().count() > MAX_TEXT {
        return Err(Fault::TextTooLong);
    }
    let headline = clean_line(headline);
    if headline.chars().count() > MAX_TITLE {
        return Err(Fault::TitleTooLong);
    }
    let text: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| *c != '\0')
        .collect();
    let (found, body, lang) = if looks_like_html(&text) {
        from_html(&text)
    } else {
        from_plain(&text, headline.is_empty())
    };
    if body.trim().is_empty() {
        return Err(Fault::Empty);
    }
    let title = [headline, found]
        .into_iter()
        .find(|t| !t.is_empty())
        .ok_or(Fault::Empty)?;
    Ok(OwnArticle {
        slug: slug(&title),
        lang: lang.unwrap_or_else(|| language(&body)).to_owned(),
        title,
        body,
        published_at: local_time(now),
    })
}

/// Whether there is a tag in it, rather than a lone „<“ in prose.
fn looks_like_html(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('/');
        let name = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .map_or(rest, |n| &rest[..n]);
        let ends = rest[name.len()..].starts_with(['>', ' ', '/', '\n', '\t']);
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && ends && text[at..].contains('>')
    })
}

/// A title, the body, and the language where the markup names it.
fn from_html(html: &str) -> (String, String, Option<&'static str>) {
    let document = Document::from(html);
    let lang = document
        .select("html")
        .attr("lang")
        .and_then(|l| known_lang(&l));
    let heading = document.select_single("h1");
    let title = clean_line(&heading.text());
    heading.remove();
    // Of a whole page, what is the article.
    let article = ["article", "main", "body"]
        .iter()
        .map(|tag| document.select_single(tag))
        .find(|s| !s.text().trim().is_empty());
    let inner = article.map_or_else(|| html.to_owned(), |a| a.inner_html().to_string());
    let body = sanitise(&inner);
    let text = Document::from(body.as_str()).text().to_string();
    let title = if title.is_empty() {
        beginning(&text)
    } else {
        title
    };
    // Words that stand in no element are a paragraph.
    let body = if body.contains('<') || body.trim().is_empty() {
        body
    } else {
        format!("<p>{}</p>", body.trim())
    };
    let body = if text.trim().is_empty() {
        String::new()
    } else {
        body
    };
    (title, body, lang)
}

/// Cleans a piece of an article of the magazine's own: its links to its other pages and its classes stay.
#[must_use]
pub fn clean_fragment(html: &str) -> String {
    cleaner()
        .add_generic_attributes(["class"])
        .url_relative(UrlRelative::PassThrough)
        .clean(html)
        .to_string()
}

fn sanitise(html: &str) -> String {
    cleaner().clean(html).to_string()
}

fn cleaner() -> Builder<'static> {
    let attributes: HashMap<&str, HashSet<&str>> = [
        ("a", ["href", "title"].into()),
        ("abbr", ["title"].into()),
        ("time", ["datetime"].into()),
        ("ol", ["start"].into()),
        ("th", ["scope", "colspan", "rowspan"].into()),
        ("td", ["colspan", "rowspan"].into()),
    ]
    .into();
    let mut cleaner = Builder::empty();
    cleaner
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(WITH_CONTENT.iter().copied().collect())
        .tag_attributes(attributes)
        .generic_attributes(["lang", "dir"].into())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener nofollow"));
    cleaner
}

/// Blank lines part paragraphs; where there are none, every line is one.
fn from_plain(text: &str, title_wanted: bool) -> (String, String, Option<&'static str>) {
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines().map(str::trim_end) {
        match (line.trim().is_empty(), blocks.last_mut()) {
            (true, Some(last)) if !last.is_empty() => blocks.push(Vec::new()),
            (false, Some(last)) => last.push(line),
            _ => {}
        }
    }
    blocks.retain(|b| !b.is_empty());
    if let [only] = blocks.as_slice() {
        blocks = only.iter().map(|line| vec![*line]).collect();
    }
    let mut title = String::new();
    if title_wanted {
        let first = blocks.first().map(|b| clean_line(b[0])).unwrap_or_default();
        let rest: usize = blocks.iter().map(Vec::len).sum();
        if first.chars().count() <= MAX_FIRST_LINE && rest > 1 {
            title = first;
            blocks[0].remove(0);
            blocks.retain(|b| !b.is_empty());
        } else {
            title = beginning(&first);
        }
    }
    let paragraph = |lines: &Vec<&str>| {
        let escaped = |line: &&str| {
            line.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        };
        let lines: Vec<String> = lines.iter().map(escaped).collect();
        format!("<p>{}</p>", lines.join("<br>\n"))
    };
    (
        title,
        blocks.iter().map(paragraph).collect::<Vec<_>>().join("\n"),
        None,
    )
}

/// The first words of a text.
fn beginning(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() && out.chars().count() + word.chars().count() > 70 {
            return format!("{out} …");
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().take(70));
    }
    clean_line(&out)
}

fn known_lang(tag: &str) -> Option<&'static str> {
    match tag.get(..2)?.to_ascii_lowercase().as_str() {
        "de" => Some("de"),
        "en" => Some("en"),
        _ => None,
    }
}

/// German unless it reads like English.
fn language(text: &str) -> &'static str {
    let lower = text.to_lowercase();
    let count = |words: &[&str]| {
        lower
            .split(|c: char| !c.is_alphabetic())
            .filter(|w| words.contains(w))
            .count()
    };
    let english = count(&["the", "and", "of", "to", "is", "that", "with", "for"]);
    let german = count(&[
        "der", "die", "das", "und", "ist", "nicht", "mit", "ein", "eine",
    ]);
    if english > german { "en" } else { "de" }
}

fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            c if c.is_ascii_alphanumeric() => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
        if slug.len() >= MAX_SLUG {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "eigener-artikel".into()
    } else {
        slug.to_owned()
    }
}
