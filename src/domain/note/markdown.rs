//! Markdown (`CommonMark` and `~~struck~~`) to a few elements of our own. Nothing of the text becomes markup by itself: what is HTML
//! in it is shown as words, images become links, and links lead to the web or to a mailbox only.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::{Person, named_at};
use crate::domain::{clean::mark_invisible, ids::EditorId};

/// Quotations and lists in one another, beyond which no more elements are made.
const DEEPEST: usize = 8;
/// What closes a sentence around an address rather than belonging to it.
const AFTER_ADDRESS: &[char] = &[
    '.', ',', ';', ':', '!', '?', ')', ']', '\'', '"', '“', '”', '‘', '’', '«', '»', '…', '*', '_',
];

fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH))
}

/// Whom the note mentions: each once, in the order of the text. Not in code, and not in an address (`desk@example.org`).
#[must_use]
pub fn mentions(text: &str, people: &[Person]) -> Vec<EditorId> {
    let mut found = Vec::new();
    let mut code = 0_u32;
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code += 1,
            Event::End(TagEnd::CodeBlock) => code -= 1,
            Event::Text(text) if code == 0 => {
                for piece in pieces(&text, people) {
                    if let Piece::Mention(person) = piece
                        && !found.contains(&person.id)
                    {
                        found.push(person.id);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The note as HTML. The people are those whose mention is shown as one.
#[must_use]
pub fn html(text: &str, people: &[Person]) -> String {
    let mut writer = Writer {
        out: String::with_capacity(text.len() * 2),
        people,
        ends: Vec::new(),
        in_link: false,
        code: false,
    };
    for event in events(text) {
        writer.take(event);
    }
    writer.out
}

struct Writer<'a> {
    out: String,
    people: &'a [Person],
    /// What closes each element that is open; empty for one that was not made.
    ends: Vec<&'static str>,
    in_link: bool,
    code: bool,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(end) => {
                let close = self.ends.pop().unwrap_or_default();
                self.out.push_str(close);
                match end {
                    TagEnd::Link | TagEnd::Image if close == "</a>" => self.in_link = false,
                    TagEnd::CodeBlock => self.code = false,
                    _ => {}
                }
            }
            Event::Text(text) if self.code || self.in_link => self.words(&text),
            Event::Text(text) => {
                let people = self.people;
                for piece in pieces(&text, people) {
                    match piece {
                        Piece::Words(words) => self.words(words),
                        Piece::Mention(person) => {
                            self.out.push_str("<strong class=\"mention\">@");
                            self.words(&person.name);
                            self.out.push_str("</strong>");
                        }
                        Piece::Address(address) => {
                            self.link(address);
                            self.words(address);
                            self.out.push_str("</a>");
                            self.in_link = false;
                        }
                    }
                }
            }
            Event::Code(text) => {
                self.out.push_str("<code>");
                self.words(&text);
                self.out.push_str("</code>");
            }
            // What somebody typed as HTML are words to us.
            Event::Html(text) | Event::InlineHtml(text) => self.words(&text),
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            // Extensions that are not asked for.
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        let deep = self
            .ends
            .iter()
            .filter(|end| matches!(**end, "</blockquote>" | "</ul>" | "</ol>"))
            .count()
            >= DEEPEST;
        let close = match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.element("<p>", "</p>"),
            // A note is no chapter of the page.
            Tag::Heading { .. } => self.element("<p><strong>", "</strong></p>"),
            Tag::BlockQuote(_) if !deep => self.element("<blockquote>", "</blockquote>"),
            Tag::List(None) if !deep => self.element("<ul>", "</ul>"),
            Tag::List(Some(start)) if !deep => {
                let _ = write!(self.out, "<ol start=\"{start}\">");
                "</ol>"
            }
            Tag::Item
                if self
                    .ends
                    .last()
                    .is_some_and(|e| matches!(*e, "</ul>" | "</ol>")) =>
            {
                self.element("<li>", "</li>")
            }
            Tag::CodeBlock(_) => {
                self.code = true;
                self.element("<pre tabindex=\"0\"><code>", "</code></pre>")
            }
            Tag::Emphasis => self.element("<em>", "</em>"),
            Tag::Strong => self.element("<strong>", "</strong>"),
            Tag::Strikethrough => self.element("<s>", "</s>"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }
                if !self.in_link && is_safe(&dest_url) =>
            {
                self.link(&dest_url);
                "</a>"
            }
            _ => "",
        };
        self.ends.push(close);
    }

    fn element(&mut self, open: &str, close: &'static str) -> &'static str {
        self.out.push_str(open);
        close
    }

    fn link(&mut self, address: &str) {
        self.out.push_str("<a href=\"");
        escape(address, &mut self.out);
        self.out
            .push_str("\" rel=\"noopener noreferrer nofollow\">");
        self.in_link = true;
    }

    fn words(&mut self, text: &str) {
        escape(&mark_invisible(text), &mut self.out);
    }
}

/// To the web or to a mailbox, said in full: nothing relative, nothing that runs.
fn is_safe(address: &str) -> bool {
    let scheme = |scheme: &str| {
        address
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    };
    (scheme("https://") || scheme("http://") || scheme("mailto:"))
        && !address.chars().any(|c| c.is_control() || c.is_whitespace())
        // An address is what it seems to be.
        && mark_invisible(address) == address
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
}

enum Piece<'t, 'p> {
    Words(&'t str),
    Mention(&'p Person),
    Address(&'t str),
}

/// Parts a text where somebody is mentioned or an address of the web stands.
fn pieces<'t, 'p>(text: &'t str, people: &'p [Person]) -> Vec<Piece<'t, 'p>> {
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let starts_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
        let found = match c {
            '@' if starts_word => named_at(&text[at + 1..], people)
                .map(|(person, length)| (Piece::Mention(person), 1 + length)),
            'h' | 'H' if starts_word => {
                let address = address_at(&text[at..]);
                (is_web(address) && is_safe(address))
                    .then_some((Piece::Address(address), address.len()))
            }
            _ => None,
        };
        if let Some((piece, length)) = found {
            if done < at {
                pieces.push(Piece::Words(&text[done..at]));
            }
            pieces.push(piece);
            at += length;
            done = at;
        } else {
            at += c.len_utf8();
        }
    }
    if done < text.len() {
        pieces.push(Piece::Words(&text[done..]));
    }
    pieces
}

fn address_at(text: &str) -> &str {
    let end = text
        .find(|c: char| c.is_whitespace() || c.is_control() || "<>\"„".contains(c))
        .unwrap_or(text.len());
    text[..end].trim_end_matches(AFTER_ADDRESS)
}

fn is_web(address: &str) -> bool {
    let after = |scheme: &str| {
        address
            .get(..scheme.len())
            .filter(|start| start.eq_ignore_ascii_case(scheme))
            .map(|_| &address[scheme.len()..])
    };
    after("https://")
        .or_else(|| after("http://"))
        .is_some_and(|host| host.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        editor::{Editor, Role},
        note::people,
        site::Lang,
    };

    fn editor(number: u128, name: &str, email: &str) -> Editor {
        Editor {
            id: EditorId(uuid::Uuid::from_u128(number)),
            email: email.into(),
            name: name.into(),
            role: Some(Role::Editor),
            site_roles: Vec::new(),
            lang: Lang::De,
            active: true,
            alerted: true,
            keys: true,
            created_at: 0,
        }
    }

    fn newsroom() -> Vec<Person> {
        people(&[
            editor(1, "Maria Lindholm", "m.lindholm@magazin.example"),
            editor(2, "Paul", "paul@magazin.example"),
            editor(3, "Paul Ölsner", "oelsner@magazin.example"),
        ])
    }

    #[test]
    fn people_are_mentioned_by_name_address_or_first_name() {
        let mentioned = |text: &str| -> Vec<u128> {
            mentions(text, &newsroom())
                .iter()
                .map(|id| id.0.as_u128())
                .collect()
        };
        assert_eq!(
            mentioned("@Maria, @Paul ÖLSNER und @paul: bitte"),
            [1, 3, 2]
        );
        assert_eq!(mentioned("(@m.lindholm) **@Maria Lindholm**"), [1]);
        assert_eq!(mentioned("> @Maria"), [1]);
        for text in [
            "maria@magazin.example",
            "@Mariana",
            "`@Maria`",
            "    @Maria",
            "Maria",
            "@ Maria",
            "@",
        ] {
            assert_eq!(mentioned(text), [0; 0], "{text}");
        }
    }

    #[test]
    fn markdown_becomes_a_few_elements() {
        let shown = |text: &str| html(text, &newsroom());
        assert_eq!(
            shown("**Wichtig**: _so_\nund ~~nicht~~ so"),
            "<p><strong>Wichtig</strong>: <em>so</em><br>und <s>nicht</s> so</p>"
        );
        assert_eq!(
            shown("1. eins\n2. zwei"),
            "<ol start=\"1\"><li>eins</li><li>zwei</li></ol>"
        );
        assert_eq!(
            shown("# Frage\n> Zitat"),
            "<p><strong>Frage</strong></p><blockquote><p>Zitat</p></blockquote>"
        );
        assert_eq!(
            shown("@maria schaut nach"),
            "<p><strong class=\"mention\">@Maria Lindholm</strong> schaut nach</p>"
        );
        assert_eq!(
            shown("Siehe https://normen.example/7?a=1&b=2."),
            "<p>Siehe <a href=\"https://normen.example/7?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">https://normen.example/7?a=1&amp;b=2</a>.</p>"
        );
        assert_eq!(
            shown("[Norm](mailto:norm@example.org)"),
            "<p><a href=\"mailto:norm@example.org\" rel=\"noopener noreferrer nofollow\">Norm</a></p>"
        );
    }

    #[test]
    fn nothing_runs_and_nothing_is_loaded() {
        let shown = |text: &str| html(text, &newsroom());
        assert_eq!(
            shown("<script>alert(1)</script>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
        );
        assert_eq!(
            shown("a <img src=x onerror=alert(1)> b"),
            "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>"
        );
        for address in [
            "javascript:alert(1)",
            "JaVaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "/sign-out",
            "?x",
            "java&#x09;script:alert(1)",
            "https://bank.example/\u{202E}x",
        ] {
            assert_eq!(shown(&format!("[x]({address})")), "<p>x</p>", "{address}");
        }
        // An image from elsewhere would tell elsewhere who reads the note, and when.
        assert_eq!(
            shown("![Bild](https://evil.example/x.png)"),
            "<p><a href=\"https://evil.example/x.png\" rel=\"noopener noreferrer nofollow\">Bild</a></p>"
        );
        assert_eq!(
            shown("[![Bild](https://a.example/x.png)](https://b.example)"),
            "<p><a href=\"https://b.example\" rel=\"noopener noreferrer nofollow\">Bild</a></p>"
        );
    }

    /// Each tag is one of ours, and each is closed in its turn.
    fn is_well_made(html: &str) -> Result<(), String> {
        let mut open: Vec<&str> = Vec::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (tag, after) = rest[at + 1..].split_once('>').ok_or("an open end")?;
            rest = after;
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or("");
            if ![
                "p",
                "strong",
                "em",
                "s",
                "code",
                "pre",
                "ul",
                "ol",
                "li",
                "blockquote",
                "a",
                "br",
                "hr",
            ]
            .contains(&name)
            {
                return Err(format!("<{tag}>"));
            }
            if let Some(href) = tag.strip_prefix("a href=\"") {
                let safe = ["http://", "https://", "mailto:"];
                let start = href.to_ascii_lowercase();
                if !safe.iter().any(|s| start.starts_with(s))
                    || !tag.ends_with("rel=\"noopener noreferrer nofollow\"")
                    || open.contains(&"a")
                {
                    return Err(format!("<{tag}>"));
                }
            }
            match (tag.starts_with('/'), name) {
                (_, "br" | "hr") => {}
                (false, _) => open.push(name),
                (true, _) if open.pop() == Some(name) => {}
                (true, _) => return Err(format!("<{tag}> closes nothing: {html}")),
            }
        }
        if open.is_empty() && !rest.contains('>') {
            Ok(())
        } else {
            Err(format!("left open: {open:?}"))
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_the_elements_are_ours(text in r"([ -~äß\n\u{202E}@]|\[x\]\(|!\[|https?://|<[a-z]+|</|&[a-z]+;|> |\* |```\n|@Maria|javascript:|\]\(){0,60}") {
            let shown = html(&text, &newsroom());
            prop_assert!(is_well_made(&shown).is_ok(), "{:?}\n{shown}", is_well_made(&shown));
            let overridden = shown.contains('\u{202E}');
            prop_assert!(!overridden);
        }
    }

    #[test]
    fn a_tower_of_quotations_ends() {
        let shown = html(&format!("{}x", "> ".repeat(4_000)), &[]);
        assert!(is_well_made(&shown).is_ok());
        assert!(shown.len() < 1_000, "{}", shown.len());
    }
}
