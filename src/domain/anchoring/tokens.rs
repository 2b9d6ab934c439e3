//! Words and signs: what a text is compared by.

/// The longest word; what is longer (an address, a text without spaces) counts as several.
const MAX_WORD: usize = 64;

/// A word, or a sign that stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// First byte in the normalised text.
    pub(super) start: u32,
    /// Equal for equal tokens of texts that share an index ([`super::index::WordIndex`]).
    pub(super) id: u32,
    /// How many bytes it has.
    length: u8,
    /// [`WORD`] and [`LINE`].
    flags: u8,
    /// Its first and its last byte.
    edges: [u8; 2],
}

const WORD: u8 = 1;
const LINE: u8 = 2;

impl Token {
    #[inline]
    fn new(bytes: &[u8], start: usize, end: usize, word: bool, line: bool) -> Self {
        let first = bytes[start];
        let id = hash(bytes, start, end);
        Self {
            start: narrow(start),
            id,
            length: u8::try_from(end - start).unwrap_or(u8::MAX),
            flags: u8::from(word) * WORD + u8::from(line) * LINE,
            edges: [first, bytes[end - 1]],
        }
    }

    /// Whether it is a word.
    #[inline]
    pub(super) const fn word(self) -> bool {
        self.flags & WORD != 0
    }

    /// Whether a line begins with it.
    #[inline]
    pub(super) const fn line(self) -> bool {
        self.flags & LINE != 0
    }

    /// First byte in the normalised text.
    #[inline]
    pub(super) const fn start(self) -> usize {
        self.start as usize
    }

    /// One past its last byte.
    #[inline]
    pub(super) const fn end(self) -> usize {
        self.start as usize + self.length as usize
    }

    /// The same one further on in a text.
    pub(super) fn shifted(self, by: usize, line: bool) -> Self {
        Self {
            start: self.start + narrow(by),
            flags: self.flags & WORD | if line { LINE } else { 0 },
            ..self
        }
    }

    /// Its first and last byte and whether it is a word, as one number.
    #[inline]
    pub(super) const fn shape(self) -> u32 {
        let word = self.flags & WORD;
        u32::from_le_bytes([self.edges[0], self.edges[1], word, 0])
    }

    /// Whether two different tokens of such shapes can be alike at all, as 1 or 0: words that begin or end with the same
    /// letter.
    #[inline]
    pub(super) fn may_be(a: u32, b: u32) -> u8 {
        let [first, last, ..] = (a ^ b).to_le_bytes();
        u8::from(a & b & SHAPE_OF_WORDS != 0) & (u8::from(first == 0) | u8::from(last == 0))
    }

    /// Whether both are words or both are signs.
    #[inline]
    pub(super) const fn same_class(a: u32, b: u32) -> bool {
        (a ^ b) & SHAPE_OF_WORDS == 0
    }
}

/// The bit of [`Token::shape`] that words have.
const SHAPE_OF_WORDS: u32 = (WORD as u32) << 16;

/// Whether a sentence, or a block, begins with token `at`; the end of the text begins one too.
pub(super) fn begins_sentence(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at) else {
        return true;
    };
    if at == 0 || next.line() {
        return true;
    }
    let before = tokens[at - 1];
    if before.word() || before.end() == next.start() {
        return false;
    }
    let sign = |token: Token| text.as_bytes()[token.start()];
    match sign(before) {
        b'.' | b'!' | b'?' | b':' => true,
        b'"' | b'\'' | b')' => {
            at > 1
                && tokens[at - 2].end() == before.start()
                && matches!(sign(tokens[at - 2]), b'.' | b'!' | b'?')
        }
        _ => false,
    }
}

/// The tokens of a normalised text, in order. Spaces belong to none. `lines` are the spaces that stand for line breaks.
/// Their `id` is a hash.
pub(super) fn tokenise(text: &str, lines: &[u32]) -> Vec<Token> {
    let bytes = text.as_bytes();
    let blocks = Block::all(bytes);
    let count: u32 = blocks.iter().map(Block::tokens).sum();
    let mut tokens = Vec::with_capacity(count as usize);
    let mut lines = lines.iter().copied().peekable();
    let mut at = 0_usize;
    let (mut before, mut break_before) = (0, 0);
    for (number, block) in blocks.iter().enumerate() {
        let base = number * 64;
        let next = blocks.get(number + 1).copied().unwrap_or(Block::EMPTY);
        let mut breaks = 0_u64;
        while let Some(line) = lines.next_if(|line| (*line as usize) < base + 64) {
            breaks |= 1 << (line % 64);
        }
        // Where a token that begins stands behind a line break.
        let behind = breaks << 1 | break_before;
        break_before = breaks >> 63;
        let follow = block.words << 1 | before >> 63;
        let begun = block.words & !follow;
        before = block.words;
        let within = at.checked_sub(base).filter(|within| *within < 64);
        // Where a character beyond ASCII ends, or a word that was too long, another word may begin right behind.
        let parted = within.is_some_and(|within| (block.words & follow) >> within & 1 != 0);
        if block.strange | next.strange != 0 || parted {
            // A letter at a time.
            while at < base + 64 && at < bytes.len() {
                let (end, word) = one(text, at);
                if bytes[at] != b' ' {
                    let line = at >= base && behind >> (at - base) & 1 != 0;
                    tokens.push(Token::new(bytes, at, end, word, line));
                }
                at = end;
            }
            continue;
        }
        let mut starts = begun | !(block.words | block.spaces);
        starts &= u64::MAX
            .checked_shl(narrow(at.saturating_sub(base)))
            .unwrap_or(0);
        while starts != 0 {
            let within = starts.trailing_zeros();
            starts &= starts - 1;
            let start = base + within as usize;
            let word = block.words >> within & 1 != 0;
            let onward = block.words >> within | (next.words << 1) << (63 - within);
            let length = if word { (!onward).trailing_zeros() } else { 1 } as usize;
            at = start + length;
            if length >= MAX_WORD {
                at = one(text, start).0;
            }
            let line = behind >> within & 1 != 0;
            tokens.push(Token::new(bytes, start, at, word, line));
        }
        at = at.max(base + 64);
    }
    tokens
}

/// Where what begins at a byte ends, and whether it is a word.
fn one(text: &str, start: usize) -> (usize, bool) {
    let end = end_of_word(text, start);
    match text[start..].chars().next() {
        // Scripts without spaces: each character is a word.
        Some(c) if end == start => (start + c.len_utf8(), c.is_alphanumeric()),
        _ => (end, true),
    }
}

/// What 64 bytes are, one bit each.
#[derive(Clone, Copy)]
struct Block {
    /// Letters and digits of ASCII, U+00C0 to U+02BF but for × and ÷, and the bytes that continue a character.
    words: u64,
    spaces: u64,
    /// Beginnings of other characters beyond ASCII.
    strange: u64,
}

impl Block {
    const EMPTY: Self = Self {
        words: 0,
        spaces: u64::MAX,
        strange: 0,
    };

    fn all(bytes: &[u8]) -> Vec<Self> {
        let mut blocks = Vec::with_capacity(bytes.len() / 64 + 1);
        let mut at = 0;
        while let (Some(now), Some(next)) = (
            bytes[at..].first_chunk(),
            bytes.get(at + 1..).and_then(<[u8]>::first_chunk),
        ) {
            blocks.push(Self::new(now, next));
            at += 64;
        }
        let rest = &bytes[at..];
        let (mut now, mut next) = ([b' '; 64], [b' '; 64]);
        now[..rest.len()].copy_from_slice(rest);
        next[..63].copy_from_slice(&now[1..]);
        blocks.push(Self::new(&now, &next));
        blocks
    }

    /// `next` are the bytes one further on.
    fn new(now: &[u8; 64], next: &[u8; 64]) -> Self {
        let (mut words, mut spaces, mut strange) = ([0_u8; 64], [0_u8; 64], [0_u8; 64]);
        // Without a branch within, so that the compiler makes vectors of it.
        for (at, (now, next)) in now.iter().zip(next).enumerate() {
            let letter = u8::from((now | 0x20).wrapping_sub(b'a') < 26);
            let digit = u8::from(now.wrapping_sub(b'0') < 10);
            let on = u8::from(now & 0xC0 == 0x80);
            let latin = u8::from(now.wrapping_sub(0xC3) < 8);
            let sign = u8::from(*now == 0xC3) & u8::from(next & 0xDF == 0x97);
            let sure = (letter | digit | on | latin) & (sign ^ 1);
            words[at] = sure;
            spaces[at] = u8::from(*now == b' ');
            strange[at] = (now >> 7) & (sure ^ 1);
        }
        Self {
            words: gathered(&words),
            spaces: gathered(&spaces),
            strange: gathered(&strange),
        }
    }

    /// How many tokens begin in it, about.
    fn tokens(&self) -> u32 {
        (self.words & !(self.words << 1)).count_ones() + (!(self.words | self.spaces)).count_ones()
    }
}

/// The lowest bit of each byte.
fn gathered(bytes: &[u8; 64]) -> u64 {
    let mut bits = 0;
    for (at, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= gathered << (8 * at);
    }
    bits
}

/// Where the word that begins here ends, character by character; here, if none does.
fn end_of_word(text: &str, start: usize) -> usize {
    let mut end = start;
    for c in text[start..].chars() {
        let joins = if c.is_ascii() {
            c.is_ascii_alphanumeric()
        } else {
            joins_words(c)
        };
        if !joins || end - start >= MAX_WORD {
            break;
        }
        end += c.len_utf8();
    }
    end
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

/// The same for the same bytes, wherever they stand; different words seldom share one.
#[inline]
fn hash(bytes: &[u8], start: usize, end: usize) -> u32 {
    /// The golden ratio's.
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let length = end - start;
    let Some(sixteen) = bytes.get(start..).and_then(<[u8]>::first_chunk::<16>) else {
        // At the end of the text.
        let mut copy = [0; 64 + 16];
        let rest = &bytes[start..];
        copy[..rest.len()].copy_from_slice(rest);
        return hash(&copy, 0, length);
    };
    // Most words are short: no branch for them. What stands behind the word is pushed out.
    let eight = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let first = eight(sixteen.first_chunk()) << (64 - 8 * length.min(8));
    let beyond = length.clamp(8, 16) - 8;
    let second = eight(sixteen.last_chunk()).unbounded_shl(narrow(64 - 8 * beyond));
    let mut hash = (first ^ length as u64).wrapping_mul(SPREAD);
    hash = (hash ^ hash >> 32 ^ second).wrapping_mul(SPREAD);
    for piece in bytes[start..end].get(16..).unwrap_or_default().chunks(8) {
        let unit = piece
            .iter()
            .fold(0, |unit, byte| unit << 8 | u64::from(*byte));
        hash = (hash ^ hash >> 32 ^ unit).wrapping_mul(SPREAD);
    }
    (hash >> 32) as u32
}

/// How alike two words are, 0 to 1: what they share at their beginnings and ends. Enough to see a typo or another
/// ending, and cheap.
pub(super) fn likeness(a: &[u8], b: &[u8]) -> f32 {
    let long = a.len().max(b.len());
    let short = a.len().min(b.len());
    if short * 2 < long {
        return 0.0;
    }
    let mut head = 0;
    while head < short && a[head] == b[head] {
        head += 1;
    }
    let mut tail = 0;
    while tail < short - head && a[a.len() - 1 - tail] == b[b.len() - 1 - tail] {
        tail += 1;
    }
    (head + tail) as f32 / long as f32
}

#[cfg(test)]
mod tests {
    use super::{likeness, tokenise};

    fn words(text: &str) -> Vec<&str> {
        tokenise(text, &[])
            .iter()
            .map(|t| &text[t.start()..t.end()])
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
        assert_eq!(words("2×3÷4 Жук"), ["2", "×", "3", "÷", "4", "Жук"]);
        assert_eq!(words(&"a".repeat(130)).len(), 3);
        assert_eq!(words(&"ä".repeat(130)).len(), 5);
    }

    #[test]
    fn equal_words_are_called_the_same_wherever_they_stand() {
        let long = "Donaudampfschifffahrtsgesellschaft";
        for before in 0..70 {
            let text = format!("{}{long}, Ö, ab {long}", ".".repeat(before));
            let tokens = tokenise(&text, &[]);
            assert_eq!(tokens[before].id, tokens[tokens.len() - 1].id);
            assert_eq!(tokens[before + 1].id, tokens[before + 3].id);
        }
        let letters: Vec<u32> = tokenise("ab ba abc ab\u{300} a b", &[])
            .iter()
            .map(|t| t.id)
            .collect();
        let mut different = letters.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), letters.len());
    }

    #[test]
    fn a_typo_leaves_words_alike() {
        assert!(likeness("Gebaeude".as_bytes(), "Gebäude".as_bytes()) > 0.6);
        assert!(likeness("Haus".as_bytes(), "Maus".as_bytes()) > 0.7);
        assert!(likeness("Haus".as_bytes(), "Brot".as_bytes()) < 0.1);
    }
}
