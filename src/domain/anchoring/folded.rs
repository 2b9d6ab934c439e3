//! A normalised text that knows where each of its characters came from.

use std::ops::Range;

use super::tokens::narrow;
use crate::domain::normalise::{LINE, Sink, fold};

/// A normalised text ([`crate::domain::normalise`]) with its way back.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    pub(super) text: String,
    /// For each byte of `text` the first code point of the original that it stands for.
    starts: Vec<u32>,
    /// Bytes that stand for several code points, and the end of these; ascending.
    wide: Vec<(u32, u32)>,
    /// Spaces of `text` that stand for a line break; ascending.
    pub(super) lines: Vec<u32>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            starts: Vec::with_capacity(original.len()),
            wide: Vec::new(),
            lines: Vec::new(),
        };
        fold(original, &mut folded);
        folded
    }

    /// The code points of the original that a non-empty range of bytes stands for.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.starts.get(range.start).copied().unwrap_or_default();
        let last = range.end.saturating_sub(1);
        let end = match self
            .wide
            .binary_search_by_key(&last, |wide| wide.0 as usize)
        {
            Ok(at) => self.wide[at].1,
            Err(_) => self.starts.get(last).map_or(start, |start| start + 1),
        };
        start as usize..end as usize
    }

    /// Whether the range of bytes stands for whole characters of the original: no part of a ligature, say.
    pub(super) fn is_whole(&self, bytes: &Range<usize>) -> bool {
        let range = self.original(bytes.clone());
        let starts_with = |at: usize| {
            self.starts
                .get(at)
                .map_or(usize::MAX, |start| *start as usize)
        };
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
        self.starts
            .partition_point(|start| (*start as usize) < place)
    }
}

impl Sink for Folded {
    fn plain(&mut self, run: &str, place: u32) {
        self.text.push_str(run);
        let count = narrow(run.len());
        if run.is_ascii() {
            self.starts.extend(place..place + count);
        } else {
            // Bytes that continue a character stand for the same as the one before.
            let mut next = place;
            self.starts.extend(run.bytes().map(|byte| {
                next += u32::from(byte & 0xC0 != 0x80);
                next - 1
            }));
        }
    }

    fn other(&mut self, c: char, place: Range<u32>) {
        let at = narrow(self.starts.len());
        if place.end > place.start + 1 {
            self.wide
                .extend((0..c.len_utf8()).map(|i| (at + narrow(i), place.end)));
        }
        if c == LINE {
            self.lines.push(at);
        }
        self.text.push(if c == LINE { ' ' } else { c });
        self.starts
            .extend(std::iter::repeat_n(place.start, c.len_utf8()));
    }
}
