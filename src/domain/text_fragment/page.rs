//! A page's text as the browser's finder compares it: folded (ICU collation, primary strength) and with its word
//! borders. The rules, and where each was tried, stand in `docs/text-fragments.md`.

use memchr::memmem;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// Stands in a page's text for something that is no text, such as an image.
pub const OBJECT: char = '\u{FFFC}';

/// The language of the browser decides which letters are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// The root collation: `ä` is `a`.
    Root,
    /// German: `ä` is `ae` (telephone book order).
    German,
}

/// First byte of what a character of the page was folded to.
const CHARACTER: u8 = 1;
/// A word may begin here; nobody denies it.
const START: u8 = 2;
const SURE_START: u8 = 4;
/// A word may end here; nobody denies it.
const END: u8 = 8;
const SURE_END: u8 = 16;
/// A space that the browser does not pass over when it looks for what comes next.
const STAYS: u8 = 32;

/// A page's text, folded. Positions are bytes: `source` in the text, `folded` in what it was folded to.
#[derive(Debug)]
pub struct Page {
    folding: Folding,
    folded: Vec<u8>,
    /// For each folded byte, and for the end, where its character begins.
    sources: Vec<u32>,
    /// Where the character ends that is before a folded byte.
    ends: Vec<u32>,
    flags: Vec<u8>,
}

impl Page {
    /// Folds a page's text: `\n` and [`OBJECT`] are borders that no term crosses.
    ///
    /// Linear; takes about ten bytes of memory for each of the text.
    #[must_use]
    pub fn new(text: &str, folding: Folding) -> Self {
        let may = borders(&browser_words(text));
        let sure = borders(&plain_words(text));
        let mut page = Self {
            folding,
            folded: Vec::with_capacity(text.len() + 1),
            sources: Vec::with_capacity(text.len() + 1),
            ends: Vec::with_capacity(text.len() + 1),
            flags: Vec::with_capacity(text.len() + 1),
        };
        let mut before: Option<(char, usize)> = None;
        let mut unseen = false;
        let mut folded = String::new();
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let mut end = at + c.len_utf8();
            folded.clear();
            let umlaut = chars.peek().is_some_and(|&(_, next)| next == '\u{308}');
            if umlaut && folding == Folding::German && "aouAOU".contains(c) {
                chars.next();
                end += '\u{308}'.len_utf8();
                folded.push(c.to_ascii_lowercase());
                folded.push('e');
            } else {
                fold(c, folding, &mut folded);
            }
            if folded.is_empty() {
                // What belongs to the character before moves its end; anything else stands between the two.
                match &mut before {
                    Some((_, before)) if *before == at && is_part(c) => *before = end,
                    _ => unseen = true,
                }
                continue;
            }
            let last_end = before.map_or(0, |(_, end)| end);
            let neighbours = before.map(|(b, _)| b).zip(Some(c));
            let dictionary = neighbours.is_some_and(|(a, b)| by_dictionary(a) && by_dictionary(b));
            let clear = !unseen && !dictionary;
            let mut flags = CHARACTER;
            flags |= flag(may[at], START) | flag(sure[at] && clear, SURE_START);
            flags |= flag(may[last_end] || may[at], END) | flag(sure[last_end] && clear, SURE_END);
            flags |= flag(stays(c), STAYS);
            for (index, _) in folded.bytes().enumerate() {
                page.sources.push(position(at));
                page.ends
                    .push(position(if index == 0 { last_end } else { at }));
                page.flags.push(if index == 0 { flags } else { 0 });
            }
            page.folded.extend_from_slice(folded.as_bytes());
            before = Some((c, end));
            unseen = false;
        }
        page.sources.push(position(text.len()));
        page.ends.push(position(before.map_or(0, |(_, end)| end)));
        page.flags
            .push(CHARACTER | START | SURE_START | END | SURE_END);
        page
    }

    /// The term folded as the page was.
    pub(super) fn term(&self, term: &str) -> Vec<u8> {
        let mut folded = String::with_capacity(term.len());
        let mut chars = term.chars().peekable();
        while let Some(c) = chars.next() {
            let umlaut = chars.peek() == Some(&'\u{308}');
            if umlaut && self.folding == Folding::German && "aouAOU".contains(c) {
                chars.next();
                folded.push(c.to_ascii_lowercase());
                folded.push('e');
            } else {
                fold(c, self.folding, &mut folded);
            }
        }
        folded.into_bytes()
    }

    /// Where the first character at or behind a place in the text was folded to.
    pub(super) fn folded_at(&self, source: usize) -> usize {
        self.sources
            .partition_point(|&start| (start as usize) < source)
    }

    /// The place in the text of a stretch of the folded.
    pub(super) fn source(&self, from: usize, to: usize) -> (usize, usize) {
        (self.sources[from] as usize, self.ends[to] as usize)
    }

    pub(super) fn len(&self) -> usize {
        self.folded.len()
    }

    pub(super) fn starts_word(&self, at: usize) -> bool {
        self.flags[at] & START != 0
    }

    pub(super) fn surely_starts_word(&self, at: usize) -> bool {
        self.flags[at] & SURE_START != 0
    }

    pub(super) fn ends_word(&self, at: usize) -> bool {
        self.flags[at] & END != 0
    }

    pub(super) fn surely_ends_word(&self, at: usize) -> bool {
        self.flags[at] & SURE_END != 0
    }

    /// Whether something that the finder does not see (a soft hyphen, say) stands right before a place.
    pub(super) fn follows_unseen(&self, at: usize) -> bool {
        self.sources[at] != self.ends[at]
    }

    /// The next place at or behind this one that has something to read: spaces and borders are passed over.
    pub(super) fn next_text(&self, from: usize) -> usize {
        let passed = self.folded[from..]
            .iter()
            .zip(&self.flags[from..])
            .take_while(|&(b, flags)| matches!(b, b' ' | b'\n') && flags & STAYS == 0)
            .count();
        from + passed
    }

    pub(super) fn is_gap(&self, at: usize) -> bool {
        matches!(self.folded.get(at), None | Some(b' ' | b'\n'))
    }

    pub(super) fn is_border(&self, at: usize) -> bool {
        matches!(self.folded.get(at), None | Some(b'\n'))
    }

    /// Where the character behind this one begins.
    pub(super) fn next_character(&self, at: usize) -> usize {
        (at + 1..self.len())
            .find(|&next| self.whole(next))
            .unwrap_or(self.len())
    }

    /// Where the word begins that ends here or goes on here.
    pub(super) fn word_before(&self, at: usize) -> usize {
        (0..at)
            .rev()
            .find(|&start| self.starts_word(start))
            .unwrap_or(0)
    }

    /// Whether the folded term stands here, of whole characters; then where it ends.
    pub(super) fn matches(&self, term: &[u8], at: usize) -> Option<usize> {
        let end = at + term.len();
        let stands = self.folded.get(at..end) == Some(term);
        (stands && self.whole(at) && self.whole(end)).then_some(end)
    }

    fn whole(&self, at: usize) -> bool {
        self.flags[at] & CHARACTER != 0
    }

    /// All places in a stretch where the folded term stands, of whole characters; overlapping ones too.
    pub(super) fn places<'a>(
        &'a self,
        finder: &'a memmem::Finder<'a>,
        mut from: usize,
        to: usize,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        let length = finder.needle().len();
        std::iter::from_fn(move || {
            loop {
                let stretch = self.folded.get(from..to).filter(|_| length > 0)?;
                let at = from + finder.find(stretch)?;
                from = at + 1;
                if self.whole(at) && self.whole(at + length) {
                    return Some((at, at + length));
                }
            }
        })
    }
}

const fn flag(set: bool, flag: u8) -> u8 {
    if set { flag } else { 0 }
}

/// Texts end long before four gigabytes.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// For each byte, and for the end, whether a word border is there.
fn borders(text: &str) -> Vec<bool> {
    let mut borders = vec![false; text.len() + 1];
    for (at, _) in text.split_word_bound_indices() {
        borders[at] = true;
    }
    borders[text.len()] = true;
    borders
}

/// The text for the borders of UAX 29. A soft hyphen reaches the browser's segmenter as NUL, which parts words; a
/// character of its length stands in.
fn plain_words(text: &str) -> String {
    text.replace('\u{AD}', "\u{A1}")
}

/// The same for Chromium's own borders: there a full stop joins digits but no letters, and a colon joins nothing.
fn browser_words(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{AD}' => '\u{A1}',
            '.' => ',',
            ':' => '!',
            c => c,
        })
        .collect()
}

/// Scripts without spaces: where words end there is known to a dictionary, and ours is not the browser's.
fn by_dictionary(c: char) -> bool {
    matches!(u32::from(c),
        0xE00..=0xEFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA9E0..=0xA9FF | 0xAA60..=0xAADF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F
        | 0x1B000..=0x1B16F | 0x20000..=0x3FFFF)
}

/// What of a character counts at primary strength. Folds rather too much than too little: what we take for the same
/// only makes the link longer.
fn fold(c: char, folding: Folding, into: &mut String) {
    match c {
        '\n' | OBJECT => into.push('\n'),
        c if c.is_ascii_alphanumeric() => into.push(c.to_ascii_lowercase()),
        c if c.is_whitespace() => into.push(' '),
        c if is_unseen(c) => {}
        c if c.is_ascii() => into.push(c),
        '„' | '“' | '”' | '\u{5F4}' => into.push('"'),
        '‚' | '‘' | '’' | '\u{5F3}' => into.push('\''),
        'ä' | 'Ä' if folding == Folding::German => into.push_str("ae"),
        'ö' | 'Ö' if folding == Folding::German => into.push_str("oe"),
        'ü' | 'Ü' if folding == Folding::German => into.push_str("ue"),
        'ß' | 'ẞ' => into.push_str("ss"),
        'æ' | 'Æ' => into.push_str("ae"),
        'œ' | 'Œ' => into.push_str("oe"),
        'ø' | 'Ø' => into.push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => into.push('d'),
        'ł' | 'Ł' => into.push('l'),
        'ħ' | 'Ħ' => into.push('h'),
        'ŧ' | 'Ŧ' => into.push('t'),
        c => {
            for part in std::iter::once(c).nfkd().flat_map(char::to_lowercase) {
                match part {
                    part if part.is_whitespace() => into.push(' '),
                    part if is_combining_mark(part) || is_unseen(part) => {}
                    'ς' => into.push('σ'),
                    '\u{30A1}'..='\u{30F6}' => {
                        into.extend(char::from_u32(u32::from(part) - 0x60));
                    }
                    part => into.push(part),
                }
            }
        }
    }
}

/// Whether it belongs to the character it follows.
fn is_part(c: char) -> bool {
    is_combining_mark(c)
        || matches!(u32::from(c), 0x200C..=0x200D | 0xFE00..=0xFE0F | 0xE0020..=0xE01EF)
}

/// Spaces that have another bidirectional class than white space.
pub(super) const fn stays(c: char) -> bool {
    matches!(c, '\u{202F}' | '\u{2029}' | '\u{85}')
}

/// Controls and format characters have no weight.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}
