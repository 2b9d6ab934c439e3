//! A normalised text that knows where each of its characters came from.

use std::ops::Range;

use super::tokens::narrow;
use crate::domain::normalise::{LINE, Sink, fold};

/// Every how many bytes the characters are counted.
const STEP: usize = 64;

/// A normalised text ([`crate::domain::normalise`]) with its way back.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    pub(super) text: String,
    /// From which bytes of `text` on its characters stand for which code points of the original, one for one; ascending.
    runs: Vec<Run>,
    /// How many characters begin before each [`STEP`]th byte of `text`.
    counts: Vec<u32>,
    /// Bytes that stand for several code points, and the end of these; ascending.
    wide: Vec<(u32, u32)>,
    /// Spaces of `text` that stand for a line break; ascending.
    pub(super) lines: Vec<u32>,
    /// The code point that the next character stands for, if the last run goes on.
    next: u32,
}

/// Characters that stand for one code point each, without a gap.
#[derive(Debug, Clone, Copy)]
struct Run {
    byte: u32,
    /// How many characters begin before it.
    count: u32,
    /// The first code point of the original.
    place: u32,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            ..Self::default()
        };
        fold(original, &mut folded);
        let mut count = 0;
        folded.counts.reserve(folded.text.len() / STEP + 1);
        for step in folded.text.as_bytes().chunks(STEP) {
            folded.counts.push(count);
            count += beginning(step);
        }
        for at in 0..folded.runs.len() {
            folded.runs[at].count = folded.count(folded.runs[at].byte as usize);
        }
        folded
    }

    /// How many characters begin before a byte.
    fn count(&self, byte: usize) -> u32 {
        let known = self.counts.get(byte / STEP).copied();
        // The end of the text may be a step's beginning that nobody counted.
        let (step, count) = match (known, self.counts.last()) {
            (Some(count), _) => (byte / STEP, count),
            (None, Some(last)) => (self.counts.len() - 1, *last),
            (None, None) => return 0,
        };
        let rest = self.text.as_bytes().get(step * STEP..byte);
        count + rest.map_or(0, beginning)
    }

    /// The byte that a character begins with, by its number.
    fn byte_of(&self, number: u32) -> usize {
        let step = self.counts.partition_point(|count| *count <= number);
        let Some(step) = step.checked_sub(1) else {
            return 0;
        };
        let mut left = number - self.counts[step];
        let mut byte = step * STEP;
        for unit in &self.text.as_bytes()[byte..] {
            if begins(*unit) {
                if left == 0 {
                    return byte;
                }
                left -= 1;
            }
            byte += 1;
        }
        byte
    }

    /// The first code point of the original that a byte stands for.
    fn start(&self, byte: usize) -> Option<u32> {
        if byte >= self.text.len() {
            return None;
        }
        let run = self.runs.partition_point(|run| run.byte as usize <= byte);
        let run = self.runs[run.checked_sub(1)?];
        Some(run.place + self.count(byte + 1) - 1 - run.count)
    }

    /// As [`Self::start`]; nothing at the text's end.
    pub(super) fn place(&self, byte: usize) -> Option<usize> {
        self.start(byte).map(|place| place as usize)
    }

    /// The code points of the original that a non-empty range of bytes stands for.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.start(range.start).unwrap_or_default();
        let last = range.end.saturating_sub(1);
        let end = match self
            .wide
            .binary_search_by_key(&last, |wide| wide.0 as usize)
        {
            Ok(at) => self.wide[at].1,
            Err(_) => self.start(last).map_or(start, |start| start + 1),
        };
        start as usize..end as usize
    }

    /// Whether the range of bytes stands for whole characters of the original: no part of a ligature, say.
    pub(super) fn is_whole(&self, bytes: &Range<usize>) -> bool {
        let range = self.original(bytes.clone());
        let starts_with = |at: usize| self.start(at).map_or(usize::MAX, |start| start as usize);
        starts_with(bytes.end) >= range.end
            && (bytes.start == 0 || self.original(bytes.start - 1..bytes.start).end <= range.start)
    }

    /// The bytes that stand for some code points of the original, white space at the ends left out; `None` when there
    /// are none.
    pub(super) fn bytes_of(&self, range: Range<usize>) -> Option<Range<usize>> {
        let mut start = self.byte_at(range.start);
        let mut end = self.byte_at(range.end);
        let bytes = self.text.as_bytes();
        while start < end && bytes[start] == b' ' {
            start += 1;
        }
        while start < end && bytes[end - 1] == b' ' {
            end -= 1;
        }
        (start < end).then_some(start..end)
    }

    /// The first byte that stands for this code point or a later one.
    pub(super) fn byte_at(&self, place: usize) -> usize {
        let next = self
            .runs
            .partition_point(|run| (run.place as usize) < place);
        let Some(run) = next.checked_sub(1).map(|at| self.runs[at]) else {
            return 0;
        };
        let end = self
            .runs
            .get(next)
            .map_or(self.text.len(), |next| next.byte as usize);
        let number = run.count.saturating_add(narrow(place) - run.place);
        self.byte_of(number).min(end)
    }

    /// Says that the next byte stands for this code point.
    fn begin(&mut self, place: u32) {
        if place != self.next || self.runs.is_empty() {
            self.runs.push(Run {
                byte: narrow(self.text.len()),
                count: 0,
                place,
            });
        }
    }
}

/// Whether a byte is a character's first.
const fn begins(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// How many characters begin in so many bytes.
fn beginning(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(begins(*byte))).sum()
}

impl Sink for Folded {
    fn plain(&mut self, run: &str, place: Range<u32>) {
        self.begin(place.start);
        self.text.push_str(run);
        self.next = place.end;
    }

    fn other(&mut self, c: char, place: Range<u32>) {
        self.begin(place.start);
        let at = narrow(self.text.len());
        if place.end > place.start + 1 {
            self.wide
                .extend((0..c.len_utf8()).map(|i| (at + narrow(i), place.end)));
        }
        if c == LINE {
            self.lines.push(at);
        }
        self.text.push(if c == LINE { ' ' } else { c });
        self.next = place.start + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Folded;

    #[test]
    fn every_byte_knows_its_code_point_and_every_code_point_its_byte() {
        for text in [
            String::new(),
            "ab".to_owned(),
            "  „Größe…“ u\u{308}ber\u{AD}all \n\n ﬁnden ".repeat(9),
            "ä".repeat(200),
            "Ж日本 ".repeat(50),
        ] {
            let folded = Folded::new(&text);
            let originals: Vec<char> = text.chars().collect();
            let mut last = 0;
            for (byte, c) in folded.text.char_indices() {
                let place = folded.original(byte..byte + c.len_utf8());
                assert!(place.start >= last && place.end <= originals.len());
                if c.is_ascii_alphabetic() && place.len() == 1 && originals[place.start].is_ascii()
                {
                    assert_eq!(c, originals[place.start]);
                }
                assert!(folded.byte_at(place.start) <= byte);
                last = place.start;
            }
            for place in 0..originals.len() + 2 {
                let expected = folded
                    .text
                    .char_indices()
                    .map(|(byte, _)| byte)
                    .find(|byte| folded.original(*byte..byte + 1).start >= place)
                    .unwrap_or(folded.text.len());
                assert_eq!(folded.byte_at(place), expected, "{place} in {text:?}");
            }
        }
    }
}
