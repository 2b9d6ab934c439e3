//! The same words set by another hand: quotes, dashes, spaces, soft hyphens, normal forms, ligatures.

use super::articles::Language;
use super::rng::Rng;

/// The text set otherwise, and for every old offset (the end too) the new one.
pub struct Reset {
    pub text: Vec<char>,
    pub offsets: Vec<usize>,
}

/// Sets the text with one to four of the ways in which a CMS or a typesetter changes it.
pub fn reset(text: &[char], language: Language, rng: &mut Rng) -> Reset {
    let mut result = Reset {
        text: text.to_vec(),
        offsets: (0..=text.len()).collect(),
    };
    for _ in 0..rng.between(1, 4) {
        let way = rng.below(9);
        let seed = rng.below(1_000_000);
        let step = apply(&result.text, |text, at| one(way, seed, language, text, at));
        result = Reset {
            offsets: result.offsets.iter().map(|at| step.offsets[*at]).collect(),
            text: step.text,
        };
    }
    result
}

/// What stands at one place: how many characters go, and what comes for them.
type Step = (usize, Vec<char>);

fn apply(text: &[char], rule: impl Fn(&[char], usize) -> Step) -> Reset {
    let mut result = Reset {
        text: Vec::with_capacity(text.len()),
        offsets: Vec::with_capacity(text.len() + 1),
    };
    let mut at = 0;
    while at < text.len() {
        let (taken, new) = rule(text, at);
        // An end within what is taken together has no place of its own: it goes to the start of the new characters.
        result.offsets.extend((0..taken).map(|_| result.text.len()));
        result.text.extend(new);
        at += taken;
    }
    result.offsets.push(result.text.len());
    result
}

fn one(way: usize, seed: usize, language: Language, text: &[char], at: usize) -> Step {
    let here = text[at];
    let next = text.get(at + 1).copied();
    let before = at.checked_sub(1).map(|at| text[at]);
    let opens = before.is_none_or(|c| c.is_whitespace() || c == '(');
    let same = (1, vec![here]);
    match way {
        // Straight quotes.
        0 => match here {
            '„' | '“' | '”' | '»' | '«' => (1, vec!['"']),
            '‚' | '‘' | '’' => (1, vec!['\'']),
            _ => same,
        },
        // The other kind of typographic quotes.
        1 => match (here, language) {
            ('„', _) => (1, vec!['»']),
            ('“' | '”', Language::German) => (1, vec!['«']),
            ('"', _) => (1, vec![if opens { '“' } else { '”' }]),
            ('\'', _) => (1, vec![if opens { '‘' } else { '’' }]),
            _ => same,
        },
        // Dashes and dots.
        2 => match here {
            '–' if next == Some(' ') => (1, vec![if seed.is_multiple_of(2) { '—' } else { '-' }]),
            '–' => (1, vec!['-']),
            '-' if next.is_some_and(char::is_alphanumeric) => (1, vec!['\u{2011}']),
            '…' => (1, vec!['.', '.', '.']),
            _ => same,
        },
        // No-break spaces after numbers and abbreviations, or everywhere.
        3 => match here {
            ' ' if before.is_some_and(|c| c.is_ascii_digit()) => (
                1,
                vec![if seed.is_multiple_of(2) {
                    '\u{A0}'
                } else {
                    '\u{202F}'
                }],
            ),
            '\u{A0}' | '\u{202F}' => (1, vec![' ']),
            ' ' if seed.is_multiple_of(5) => (1, vec!['\u{A0}']),
            _ => same,
        },
        // Soft hyphens in long words.
        4 | 5 => {
            let start = text[..at]
                .iter()
                .rposition(|c| !c.is_alphabetic())
                .map_or(0, |at| at + 1);
            let end = text[at..]
                .iter()
                .position(|c| !c.is_alphabetic())
                .map_or(text.len(), |more| at + more);
            let (into, left) = (at - start, end - at);
            if here.is_alphabetic()
                && end - start >= 9
                && into >= 3
                && left >= 3
                && (into + seed).is_multiple_of(4)
            {
                (1, vec!['\u{AD}', here])
            } else {
                same
            }
        }
        // Letters and marks apart.
        6 | 7 => (1, apart(here)),
        // Ligatures.
        _ => match (here, next, text.get(at + 2)) {
            ('f', Some('f'), Some('i')) => (3, vec!['ﬃ']),
            ('f', Some('f'), _) => (2, vec!['ﬀ']),
            ('f', Some('i'), _) => (2, vec!['ﬁ']),
            ('f', Some('l'), _) => (2, vec!['ﬂ']),
            _ => same,
        },
    }
}

fn apart(letter: char) -> Vec<char> {
    use unicode_normalization::UnicodeNormalization;
    std::iter::once(letter).nfd().collect()
}
