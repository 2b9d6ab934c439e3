//! Folds away what typography and content systems change without anybody meaning to: white space, quotes, dashes,
//! soft hyphens, Unicode forms. Two passages that differ only in these are the same words.

use unicode_normalization::UnicodeNormalization;

/// The words without their typography. Keeps case: `Sie` and `sie` are different words in German.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = true;
    let mut push = |c: char| {
        let c = match c {
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}' => return,
            '„' | '“' | '”' | '«' | '»' | '‟' => '"',
            '‚' | '‘' | '’' | '‹' | '›' | '´' | '`' => '\'',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c if c.is_whitespace() || c.is_control() => ' ',
            c => c,
        };
        if c == ' ' {
            if !space {
                out.push(' ');
            }
            space = true;
        } else {
            out.push(c);
            space = false;
        }
    };
    if text.is_ascii() {
        text.chars().for_each(&mut push);
    } else {
        for c in text.nfc() {
            match c {
                '\u{FB00}'..='\u{FB06}' => c.nfkc().for_each(&mut push),
                '…' => "...".chars().for_each(&mut push),
                c => push(c),
            }
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn typography_does_not_make_other_words() {
        assert_eq!(
            normalise("„Ver\u{AD}fug\u{AD}bar\u{A0}ab“ "),
            "\"Verfugbar ab\""
        );
        assert_eq!(normalise("u\u{308}ber – ﬁnden…"), "über - finden...");
        assert_eq!(normalise("\n a \t b "), "a b");
        assert_ne!(normalise("Sie"), normalise("sie"));
    }
}
