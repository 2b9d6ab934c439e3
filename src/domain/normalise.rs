//! Folds away what typography and content systems change without anybody meaning to: white space, quotes, dashes,
//! soft hyphens, ligatures, Unicode forms. Two passages that differ only in these are the same words.
//!
//! [`fold`] is the rule, one character at a time and with the place each came from; [`normalise`] is its text.

use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The words without their typography. Keeps case: `Sie` and `sie` are different words in German.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, |c, _| out.push(c));
    out
}

/// Hands out the characters of the normalised text, each with the code points of `text` that it stands for. Several
/// characters may stand for the same ones (`ﬁ`, `…`), one for several (a letter and its accent, a run of white
/// space). What is left out belongs to nobody. White space at the ends is left out.
pub(crate) fn fold(text: &str, mut push: impl FnMut(char, Range<u32>)) {
    let mut folding = Folding {
        push: &mut push,
        gap: None,
        begun: false,
    };
    let bytes = text.as_bytes();
    let mut at = 0; // byte
    let mut place = 0; // code point
    while let Some(&byte) = bytes.get(at) {
        // Two ASCII characters in a row: nothing to compose.
        if byte.is_ascii() && bytes.get(at + 1).is_none_or(u8::is_ascii) {
            folding.take(char::from(byte), place..place + 1);
            at += 1;
            place += 1;
            continue;
        }
        let rest = &text[at..];
        let mut ahead = rest.chars();
        let Some(first) = ahead.next() else { break };
        let mut long = first.len_utf8();
        let mut count = 1;
        let mut composed = needs_composing(first);
        for c in ahead.take_while(|c| needs_composing(*c)) {
            composed = true;
            long += c.len_utf8();
            count += 1;
        }
        let range = place..place + count;
        if composed {
            for c in rest[..long].nfc() {
                folding.take(c, range.clone());
            }
        } else {
            folding.take(first, range);
        }
        at += long;
        place += count;
    }
}

/// Whether Unicode's composition may change this character or join it to the one before it.
fn needs_composing(c: char) -> bool {
    c >= '\u{300}' && is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes
}

struct Folding<'a, F> {
    push: &'a mut F,
    /// White space since the last word.
    gap: Option<Range<u32>>,
    begun: bool,
}

impl<F: FnMut(char, Range<u32>)> Folding<'_, F> {
    #[inline]
    fn take(&mut self, c: char, place: Range<u32>) {
        match c {
            '!'..='_' | 'a'..='~' => self.emit(c, place),
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}' => {}
            '„' | '“' | '”' | '«' | '»' | '‟' => self.emit('"', place),
            '‚' | '‘' | '’' | '‹' | '›' | '´' | '`' => self.emit('\'', place),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => self.emit('-', place),
            '\u{FB00}'..='\u{FB06}' => {
                for c in c.nfkc() {
                    self.emit(c, place.clone());
                }
            }
            '…' => {
                for _ in 0..3 {
                    self.emit('.', place.clone());
                }
            }
            c if c.is_whitespace() || c.is_control() => match &mut self.gap {
                Some(gap) => gap.end = place.end,
                None => self.gap = Some(place),
            },
            c => self.emit(c, place),
        }
    }

    #[inline]
    fn emit(&mut self, c: char, place: Range<u32>) {
        if let Some(gap) = self.gap.take()
            && self.begun
        {
            (self.push)(' ', gap);
        }
        self.begun = true;
        (self.push)(c, place);
    }
}

#[cfg(test)]
mod tests {
    use super::{fold, normalise};

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

    #[test]
    fn each_character_knows_where_it_came_from() {
        let mut places = Vec::new();
        fold(" u\u{308}b\u{AD} \n ﬁ ", |c, place| {
            places.push((c, place))
        });
        assert_eq!(
            places,
            [
                ('ü', 1..3),
                ('b', 3..4),
                (' ', 5..8),
                ('f', 8..9),
                ('i', 8..9)
            ]
        );
    }
}
