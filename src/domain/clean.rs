//! Untrusted free text made fit to store, to put on one line, and to show to an editor.
//!
//! Three grades: [`clean_text`] keeps every word and line break a reader typed and only takes out what no
//! text needs; [`clean_line`] makes one harmless line of it, for titles and mail headers; [`mark_invisible`]
//! takes nothing out but makes visible what could deceive the eye.

/// What a character does to a line that people read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Seen, or at least harmless.
    Plain,
    /// Joins or parts its neighbours (U+200C, U+200D): needed inside emoji and some scripts, unseen elsewhere.
    Joiner,
    /// Not seen, and turns, hides or splits what is around it.
    Invisible,
    /// A soft hyphen: not seen, but at home in German text.
    SoftHyphen,
}

fn role(c: char) -> Role {
    match c {
        '\u{200C}' | '\u{200D}' => Role::Joiner,
        '\u{00AD}' => Role::SoftHyphen,
        '\u{034F}' // combining grapheme joiner
        | '\u{061C}' // Arabic letter mark
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
        | '\u{17B4}' | '\u{17B5}' // Khmer inherent vowels
        | '\u{180E}' // Mongolian vowel separator
        | '\u{200B}' // zero width space
        | '\u{200E}' | '\u{200F}' // left-to-right and right-to-left mark
        | '\u{202A}'..='\u{202E}' // embeddings and overrides
        | '\u{2060}'..='\u{206F}' // word joiner, invisible operators, isolates, deprecated formats
        | '\u{FEFF}' // byte order mark
        | '\u{FFF9}'..='\u{FFFB}' // interlinear annotation
        | '\u{E0000}'..='\u{E007F}' // tags
        => Role::Invisible,
        _ => Role::Plain,
    }
}

/// Whether a joiner between these two characters does its work: between emoji, or in a script that needs it.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let high = |c: Option<char>| {
        c.is_some_and(|c| {
            c >= '\u{0600}' && role(c) == Role::Plain && !c.is_whitespace() && !c.is_control()
        })
    };
    high(before) && high(after)
}

/// Free text for storage: CRLF and CR become LF, control characters but LF and TAB go (NUL, which PostgreSQL
/// refuses, among them), white space at both ends goes.
#[must_use]
pub fn clean_text(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    clean.push('\n');
                }
            }
            '\n' | '\t' => clean.push(c),
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    clean.trim().to_owned()
}

/// One line for a title or a mail header: white space of every kind (line breaks too) is one space, control,
/// bidirectional and zero-width characters and soft hyphens go. Joiners stay where emoji and scripts need them.
#[must_use]
pub fn clean_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut space = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        let keep = match role(c) {
            Role::Plain => !c.is_control(),
            Role::Joiner => !space && joins(line.chars().next_back(), rest.clone().next()),
            Role::Invisible | Role::SoftHyphen => false,
        };
        if keep {
            if space && !line.is_empty() {
                line.push(' ');
            }
            space = false;
            line.push(c);
        }
    }
    line
}

/// Free text for an editor's eyes: every bidirectional, zero-width or control character (but LF and TAB) is
/// replaced by a visible mark such as `⟦U+202E⟧`. Soft hyphens, and joiners at work, stay.
#[must_use]
pub fn mark_invisible(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let visible = match role(c) {
            Role::Plain => !c.is_control() || matches!(c, '\n' | '\t'),
            Role::SoftHyphen => true,
            Role::Joiner => joins(before, rest.clone().next()),
            Role::Invisible => false,
        };
        if visible {
            marked.push(c);
        } else {
            marked.push_str(&format_mark(c));
        }
        before = Some(c);
    }
    marked
}

fn format_mark(c: char) -> String {
    format!("\u{27E6}U+{:04X}\u{27E7}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_keeps_lines_and_tabs_and_loses_controls() {
        assert_eq!(
            clean_text("  a\0b\r\nc\rd\te\u{1B}[31m\u{7F}\u{85} \n"),
            "ab\nc\nd\te[31m"
        );
        assert_eq!(
            clean_text("„Grüße“ \u{AD}\u{202E}x"),
            "„Grüße“ \u{AD}\u{202E}x"
        );
        assert_eq!(clean_text("\0 \0"), "");
    }

    #[test]
    fn line_is_one_line_without_tricks() {
        assert_eq!(
            clean_line(" Ein\r\nTitel:\tBcc: x\u{2028}y "),
            "Ein Titel: Bcc: x y"
        );
        assert_eq!(
            clean_line("ab\u{202E}cd\u{2066}e\u{200F}f\u{200B}g\u{FEFF}h\u{AD}i\0"),
            "abcdefghi"
        );
        assert_eq!(clean_line("a \u{200B} b"), "a b");
        assert_eq!(clean_line("\u{200B}\u{A0}"), "");
    }

    #[test]
    fn joiners_stay_in_emoji_and_scripts_only() {
        assert_eq!(clean_line("👩‍💻 und ❤️‍🔥"), "👩‍💻 und ❤️‍🔥");
        assert_eq!(clean_line("می\u{200C}خواهم"), "می\u{200C}خواهم");
        assert_eq!(clean_line("pay\u{200D}pal"), "paypal");
        assert_eq!(clean_line("👩\u{200D}\u{200D}💻"), "👩‍💻");
        assert_eq!(mark_invisible("👩‍💻 a\u{200D}b"), "👩‍💻 a⟦U+200D⟧b");
    }

    #[test]
    fn marks_are_visible() {
        assert_eq!(
            mark_invisible("a\u{202E}b\u{200B}\nc\0\u{AD}d"),
            "a⟦U+202E⟧b⟦U+200B⟧\nc⟦U+0000⟧\u{AD}d"
        );
        assert_eq!(mark_invisible("Grüße, ganz normal."), "Grüße, ganz normal.");
    }

    fn nasty() -> impl Strategy<Value = String> {
        let special = prop::sample::select(vec![
            '\0', '\r', '\n', '\t', ' ', '\u{A0}', '\u{AD}', '\u{200B}', '\u{200C}', '\u{200D}',
            '\u{202E}', '\u{2066}', '\u{FEFF}', '\u{85}', '\u{2028}', 'a', 'ä', '👩', '💻', 'م',
            '\u{301}',
        ]);
        prop::collection::vec(prop_oneof![4 => special, 1 => any::<char>()], 0..40)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in nasty()) {
            let stored = clean_text(&text);
            prop_assert_eq!(clean_text(&stored), stored.clone());
            let line = clean_line(&text);
            prop_assert_eq!(clean_line(&line), line.clone());
            let marked = mark_invisible(&text);
            prop_assert_eq!(mark_invisible(&marked), marked.clone());
        }

        #[test]
        fn nothing_harmful_is_left(text in nasty()) {
            prop_assert!(!clean_text(&text).contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
            let line = clean_line(&text);
            prop_assert!(!line.contains(|c: char| c.is_control() || role(c) == Role::Invisible));
            prop_assert!(!line.contains("  ") && line.trim() == line);
            prop_assert!(!mark_invisible(&text).contains(|c: char| role(c) == Role::Invisible));
        }

        #[test]
        fn cleaning_only_takes_out(text in "[a-zäöüß „“.,-]{0,60}") {
            prop_assert_eq!(clean_text(&text), text.trim());
            prop_assert_eq!(clean_line(&text), text.split_whitespace().collect::<Vec<_>>().join(" "));
            prop_assert_eq!(mark_invisible(&text), text);
        }
    }
}
