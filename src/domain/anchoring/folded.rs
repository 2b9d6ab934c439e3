//! A normalised text that knows where each of its characters came from.

use std::ops::Range;

use crate::domain::normalise::fold;

/// A normalised text ([`crate::domain::normalise`]) with its way back.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    pub(super) text: String,
    /// For each byte of `text` the first code point of the original that it stands for.
    starts: Vec<u32>,
    /// Bytes that stand for several code points, and the end of these; ascending.
    wide: Vec<(u32, u32)>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            starts: Vec::with_capacity(original.len()),
            wide: Vec::new(),
        };
        fold(original, |c, place| {
            if place.end > place.start + 1 {
                let at = u32::try_from(folded.starts.len()).unwrap_or(u32::MAX);
                folded
                    .wide
                    .extend((0..c.len_utf8()).map(|i| (at + i as u32, place.end)));
            }
            folded.text.push(c);
            folded
                .starts
                .extend(std::iter::repeat_n(place.start, c.len_utf8()));
        });
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
