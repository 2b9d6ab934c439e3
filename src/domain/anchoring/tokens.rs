//! Words and signs: what a text is compared by.

/// The longest word; what is longer (an address, a text without spaces) counts as several.
const MAX_WORD: usize = 64;

/// A word, or a sign that stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// First byte in the normalised text.
    pub(super) start: u32,
    /// One past its last byte.
    pub(super) end: u32,
    /// Equal for equal tokens; different ones seldom share one.
    pub(super) hash: u32,
    /// Whether it is a word.
    pub(super) word: bool,
}

/// The tokens of a normalised text, in order. Spaces belong to none.
pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut hash = Hash::default();
        let mut word = false;
        while at < bytes.len() && at - start < MAX_WORD {
            let byte = bytes[at];
            if byte.is_ascii() {
                if !byte.is_ascii_alphanumeric() {
                    break;
                }
                hash.add(u32::from(byte));
                at += 1;
            } else {
                let Some(c) = text[at..].chars().next() else {
                    break;
                };
                if !joins_words(c) {
                    break;
                }
                hash.add(c as u32);
                at += c.len_utf8();
            }
            word = true;
        }
        if !word {
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            at += c.len_utf8();
            if c == ' ' {
                continue;
            }
            hash.add(c as u32);
            // Scripts without spaces: each character is a word.
            word = c.is_alphanumeric();
        }
        tokens.push(Token {
            start: narrow(start),
            end: narrow(at),
            hash: hash.0,
            word,
        });
    }
    tokens
}

/// Letters, digits and the marks on them, but for the scripts that write words without spaces.
fn joins_words(c: char) -> bool {
    match c {
        'À'..='ʯ' => c != '×' && c != '÷',
        '\u{300}'..='\u{36F}' => true,
        '\u{E00}'..='\u{EFF}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => false,
        c => c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c),
    }
}

/// Offsets fit: the contract's texts are a few megabytes at most, and longer ones are cut before they come here.
pub(super) fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// FNV-1a over code points, mixed once more by whoever makes a table of it.
struct Hash(u32);

impl Default for Hash {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Hash {
    #[inline]
    fn add(&mut self, unit: u32) {
        self.0 = (self.0 ^ unit).wrapping_mul(0x0100_0193);
    }
}

/// How alike two words are, 0 to 1: what they share at their beginnings and ends. Enough to see a typo or another
/// ending, and cheap.
pub(super) fn likeness(a: &str, b: &str) -> f32 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let long = a.len().max(b.len());
    let short = a.len().min(b.len());
    if short * 2 < long {
        return 0.0;
    }
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let tail = a[head..]
        .iter()
        .rev()
        .zip(b[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (head + tail) as f32 / long as f32
}

#[cfg(test)]
mod tests {
    use super::{likeness, tokenise};

    fn words(text: &str) -> Vec<&str> {
        tokenise(text)
            .iter()
            .map(|t| &text[t.start as usize..t.end as usize])
            .collect()
    }

    #[test]
    fn words_and_signs_part() {
        assert_eq!(
            words("Der E-Mail-Dienst (größte) kostet 3,5 €."),
            [
                "Der", "E", "-", "Mail", "-", "Dienst", "(", "größte", ")", "kostet", "3", ",",
                "5", "€", "."
            ]
        );
        assert_eq!(words("日本語 x"), ["日", "本", "語", "x"]);
        assert_eq!(words(&"a".repeat(130)).len(), 3);
    }

    #[test]
    fn a_typo_leaves_words_alike() {
        assert!(likeness("Gebaeude", "Gebäude") > 0.6);
        assert!(likeness("Haus", "Maus") > 0.7);
        assert!(likeness("Haus", "Brot") < 0.1);
    }
}
