//! Folds away what typography and content systems change without anybody meaning to: white space, quotes, dashes,
//! soft hyphens, ligatures, Unicode forms. Two passages that differ only in these are the same words.
//!
//! [`fold`] is the rule, one character at a time and with the place each came from; [`normalise`] is its text.

use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The words without their typography. Keeps case: `Sie` and `sie` are different words in German.
#[must_use]
pub fn normalise(text: &str) -> String {
    struct Text(String);
    impl Sink for Text {
        fn plain(&mut self, run: &str, _: Range<u32>) {
            self.0.push_str(run);
        }
        fn other(&mut self, c: char, _: Range<u32>) {
            self.0.push(if c == LINE { ' ' } else { c });
        }
    }
    let mut out = Text(String::with_capacity(text.len()));
    fold(text, &mut out);
    out.0
}

/// The words as they are seen: in one Unicode form, without what nobody sees. Unlike [`normalise`] it keeps all typography.
#[must_use]
pub fn as_seen(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).nfc().collect()
}

/// Whether a character only says where a word may be broken, or which way it runs.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

/// What [`fold`] hands out for white space with a line break in it.
pub(crate) const LINE: char = '\n';

/// Takes a normalised text as it comes, with the code points of the original that each character stands for. Several
/// characters may stand for the same ones (`ﬁ`, `…`), one for several (a letter and its accent, a run of white
/// space). What is left out belongs to nobody. White space at the ends is left out.
pub(crate) trait Sink {
    /// Characters that each stand for themselves, and the code points that they are.
    fn plain(&mut self, run: &str, place: Range<u32>);
    /// One character.
    fn other(&mut self, c: char, place: Range<u32>);
}

/// Normalises a text.
pub(crate) fn fold(text: &str, sink: &mut impl Sink) {
    let mut folding = Folding {
        sink,
        gap: None,
        line: false,
        begun: false,
    };
    let mut at = 0; // byte
    let mut place = 0; // code point
    while at < text.len() {
        let (run, count) = plain_run(&text[at..]);
        if !run.is_empty() {
            folding.plain(run, place..place + count);
            at += run.len();
            place += count;
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
            let single = rest[..long].nfc().count() == count as usize;
            for (i, c) in (range.start..).zip(rest[..long].nfc()) {
                // What did not compose keeps its own place.
                folding.take(c, if single { i..i + 1 } else { range.clone() });
            }
        } else {
            folding.take(first, range);
        }
        at += long;
        place += count;
    }
}

/// How many bytes are looked at together.
const LANES: usize = 32;

/// Whether a byte belongs to a character that stands for itself: ASCII but for controls and the grave accent, U+00C0 to
/// U+02BF and U+0400 to U+047F. Bytes that continue a character follow its first, which decides.
/// 1 or 0, without a branch, so that the compiler makes vectors of many.
#[inline]
fn plain(byte: u8) -> u8 {
    let ascii = u8::from(byte.wrapping_sub(b' ') < 0x5F) & u8::from(byte != b'`');
    let on = u8::from(byte & 0xC0 == 0x80);
    ascii | on | u8::from(byte.wrapping_sub(0xC3) < 8) | u8::from(byte & 0xFE == 0xD0)
}

/// How many bytes from here on are plain and hold no two spaces in a row.
fn plain_bytes(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let (Some(now), Some(next)) = (
        bytes[end..].first_chunk::<LANES>(),
        bytes.get(end + 1..).and_then(<[u8]>::first_chunk::<LANES>),
    ) {
        let mut odd = [0_u8; LANES];
        for (odd, (now, next)) in odd.iter_mut().zip(now.iter().zip(next)) {
            let spaces = u8::from(*now == b' ') & u8::from(*next == b' ');
            *odd = (plain(*now) ^ 1) | spaces;
        }
        for eight in odd.as_chunks::<8>().0 {
            let odd = u64::from_le_bytes(*eight);
            if odd != 0 {
                return end + odd.trailing_zeros() as usize / 8;
            }
            end += 8;
        }
    }
    while bytes.get(end).is_some_and(|byte| plain(*byte) == 1) && !bytes[end..].starts_with(b"  ") {
        end += 1;
    }
    end
}

/// The characters at the beginning of a text that stand for themselves, single spaces between them included, and how
/// many they are. Nothing composes with the last.
fn plain_run(text: &str) -> (&str, u32) {
    let bytes = text.as_bytes();
    if bytes.first() == Some(&b' ') {
        return ("", 0);
    }
    let mut end = plain_bytes(bytes);
    if bytes[..end].last() == Some(&b' ') {
        end -= 1;
    }
    // From 0xCC on: U+0300, the first that composes.
    if end > 0
        && bytes.get(end).is_some_and(|byte| *byte >= 0xCC)
        && text[end..].chars().next().is_some_and(needs_composing)
        && let Some(last) = text[..end].chars().next_back()
    {
        end -= last.len_utf8();
        // A space before it may begin a longer gap.
        if bytes[..end].last() == Some(&b' ') {
            end -= 1;
        }
    }
    let run = &text[..end];
    (run, u32::try_from(run.chars().count()).unwrap_or(u32::MAX))
}

/// Whether Unicode's composition may change this character or join it to the one before it.
fn needs_composing(c: char) -> bool {
    // Punctuation between words (U+2000 on) never does, and is asked about most.
    c >= '\u{300}'
        && !('\u{2002}'..='\u{2070}').contains(&c)
        && is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes
}

struct Folding<'a, S> {
    sink: &'a mut S,
    /// White space since the last word.
    gap: Option<Range<u32>>,
    /// Whether there is a line break in it.
    line: bool,
    begun: bool,
}

impl<S: Sink> Folding<'_, S> {
    fn take(&mut self, c: char, place: Range<u32>) {
        match c {
            '!'..='_' | 'a'..='~' => self.emit(c, place),
            c if is_unseen(c) => {}
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
            c if c.is_whitespace() || c.is_control() => {
                self.line |= c == LINE;
                match &mut self.gap {
                    Some(gap) => gap.end = place.end,
                    None => self.gap = Some(place),
                }
            }
            c => self.emit(c, place),
        }
    }

    fn emit(&mut self, c: char, place: Range<u32>) {
        self.close_gap();
        self.sink.other(c, place);
    }

    fn plain(&mut self, run: &str, place: Range<u32>) {
        self.close_gap();
        self.sink.plain(run, place);
    }

    fn close_gap(&mut self) {
        if let Some(gap) = self.gap.take() {
            let line = std::mem::take(&mut self.line);
            if self.begun {
                self.sink.other(if line { LINE } else { ' ' }, gap);
            }
        }
        self.begun = true;
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{LINE, Sink, as_seen, fold, normalise};

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
    fn what_is_seen_stays() {
        assert_eq!(as_seen("u\u{308}ber\u{AD}all\u{200B}"), "überall");
        assert_ne!(as_seen("„Haus“"), as_seen("\"Haus\""));
        assert_ne!(as_seen("2010–2015"), as_seen("2010-2015"));
    }

    #[test]
    fn each_character_knows_where_it_came_from() {
        struct Places(Vec<(char, Range<u32>)>);
        impl Sink for Places {
            fn plain(&mut self, run: &str, place: Range<u32>) {
                self.0
                    .extend(place.zip(run.chars()).map(|(at, c)| (c, at..at + 1)));
            }
            fn other(&mut self, c: char, place: Range<u32>) {
                self.0.push((c, place));
            }
        }
        let mut places = Places(Vec::new());
        fold(" xu\u{308}b c\u{AD} \n ﬁ ", &mut places);
        assert_eq!(
            places.0,
            [
                ('x', 1..2),
                ('ü', 2..4),
                ('b', 4..5),
                (' ', 5..6),
                ('c', 6..7),
                (LINE, 8..11),
                ('f', 11..12),
                ('i', 11..12)
            ]
        );
    }
}
