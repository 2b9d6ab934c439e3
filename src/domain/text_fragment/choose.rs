//! The shortest directive whose first match in a page is the passage.
//!
//! Every combination of a few words is tried in the order of its length in the address: the passage whole or named by its
//! first and last words, with words before it, behind it, or both. All must hold for each [`Folding`], and where a word border
//! is a matter of opinion, it must not matter.

use std::collections::HashMap;

use memchr::memmem::Finder;

use super::{
    directive::{Directive, encoded_len},
    finder::followed_by,
    page::{Folding, OBJECT, Page, stays},
};

#[cfg(test)]
#[path = "choose_tests.rs"]
mod tests;

/// How many words of context, and of the passage's start and end, are tried.
const MOST_CONTEXT: usize = 14;
const MOST_ENDS: usize = 6;

/// The most earlier places of a beginning that are looked at: a page of one repeated letter has as many as letters, and each
/// beginning would keep all of its own.
const MOST_EARLIER: usize = 1_000;

/// The longest term that is tried, in bytes of the text: an address must stay one.
const LONGEST_TERM: usize = 600;

/// The shortest directive for the passage at these bytes of the page's text; nothing where no directive leads there.
///
/// `text` is all that the browser searches, in its order, with `\n` at block borders and [`OBJECT`] for what is no text.
#[must_use]
pub fn shortest(text: &str, from: usize, to: usize) -> Option<Directive> {
    let passage = text.get(from..to)?;
    let from = from + (passage.len() - passage.trim_start_matches(is_gap).len());
    let to = from + text.get(from..to)?.trim_end_matches(is_gap).len();
    if from == to {
        return None;
    }
    let pages = [Folding::Root, Folding::German].map(|folding| Page::new(text, folding));
    // A passage may begin or end within what the reader sees as one character; the browser's never does.
    let whole = pages.iter().all(|page| {
        let (start, _) = page.source(page.folded_at(from), page.folded_at(from));
        let (_, end) = page.source(page.folded_at(to), page.folded_at(to));
        start == from && end == to
    });
    if !whole {
        return None;
    }
    let chooser = Chooser {
        text,
        pages: &pages,
        from,
        to,
        joined: has_joined_pictures(text),
    };
    chooser.choose()
}

fn is_gap(c: char) -> bool {
    (c.is_whitespace() && !stays(c)) || c == OBJECT
}

struct Chooser<'a> {
    text: &'a str,
    pages: &'a [Page],
    from: usize,
    to: usize,
    /// Whether the page has emoji that are made of several.
    joined: bool,
}

/// A stretch of the text, in bytes.
type Span = (usize, usize);
/// Where a way begins before the passage, by page, prefix and start; nothing: too often.
type Earlier = HashMap<(usize, Option<Span>, Span), Option<Vec<usize>>>;

/// One way to name the passage: `(prefix, start, end, suffix)`, as spans of the text.
#[derive(Clone, Copy)]
struct Way {
    prefix: Option<Span>,
    start: Span,
    end: Option<Span>,
    suffix: Option<Span>,
}

impl Chooser<'_> {
    fn choose(&self) -> Option<Directive> {
        let mut ways = self.ways();
        ways.sort_by_key(|&(cost, _)| cost);
        let mut earlier = HashMap::new();
        ways.into_iter()
            .map(|(_, way)| way)
            .find(|way| {
                (0..self.pages.len()).all(|page| {
                    self.stands(&self.pages[page], way) && self.is_first(page, way, &mut earlier)
                })
            })
            .map(|way| self.directive(&way))
    }

    fn term(&self, span: Span) -> &str {
        &self.text[span.0..span.1]
    }

    fn directive(&self, way: &Way) -> Directive {
        let term = |span: Span| self.term(span).to_owned();
        Directive {
            prefix: way.prefix.map(term),
            start: term(way.start),
            end: way.end.map(term),
            suffix: way.suffix.map(term),
        }
    }

    /// All ways there are, with their length in the address.
    fn ways(&self) -> Vec<(usize, Way)> {
        let cost = |span: Option<Span>, more| span.map_or(0, |s| encoded_len(self.term(s)) + more);
        let priced = |spans: Vec<Span>| -> Vec<(usize, Option<Span>)> {
            std::iter::once(None)
                .chain(spans.into_iter().map(Some))
                .map(|span| (cost(span, 2), span))
                .collect()
        };
        let prefixes = priced(self.prefixes());
        let suffixes = priced(self.suffixes());
        let cores: Vec<(usize, Span, Option<Span>)> = self
            .cores()
            .into_iter()
            .map(|(start, end)| (cost(Some(start), 0) + cost(end, 1), start, end))
            .collect();
        let mut ways = Vec::with_capacity(prefixes.len() * cores.len() * suffixes.len());
        for &(before, prefix) in &prefixes {
            for &(core, start, end) in &cores {
                for &(behind, suffix) in &suffixes {
                    let way = Way {
                        prefix,
                        start,
                        end,
                        suffix,
                    };
                    if self.has_words(&way) && self.is_harmless(&way) {
                        ways.push((before + core + behind, way));
                    }
                }
            }
        }
        ways
    }

    /// Some term must have more than punctuation.
    fn has_words(&self, way: &Way) -> bool {
        [way.prefix, Some(way.start), way.end, way.suffix]
            .into_iter()
            .flatten()
            .any(|span| self.term(span).contains(is_telling))
    }

    /// Chromium falls over a term that is part of a joined emoji somewhere in the page.
    fn is_harmless(&self, way: &Way) -> bool {
        !self.joined
            || [way.prefix, Some(way.start), way.end, way.suffix]
                .into_iter()
                .flatten()
                .all(|span| !has_picture_at_end(self.term(span)))
    }

    /// What a line of the text is, as a span.
    fn line_at(&self, at: usize) -> Span {
        let border = |c: char| c == '\n' || c == OBJECT;
        let start = self.text[..at].rfind(border).map_or(0, |border| {
            border + self.text[border..].chars().next().map_or(0, char::len_utf8)
        });
        let end = self.text[at..]
            .find(border)
            .map_or(self.text.len(), |border| at + border);
        (start, end)
    }

    /// Where words surely begin or end in a line, by each page's opinion.
    fn word_starts(&self, line: Span) -> Vec<usize> {
        self.borders(line, Page::surely_starts_word, |c| !c.is_whitespace())
    }

    fn word_ends(&self, line: Span) -> Vec<usize> {
        self.text[line.0..line.1]
            .char_indices()
            .filter(|(_, c)| !c.is_whitespace())
            .map(|(at, c)| line.0 + at + c.len_utf8())
            .filter(|&end| {
                self.pages.iter().all(|page| {
                    let at = page.folded_at(end);
                    page.surely_ends_word(at) && page.source(at, at).1 == end
                })
            })
            .collect()
    }

    fn borders(
        &self,
        line: Span,
        is: impl Fn(&Page, usize) -> bool,
        wanted: impl Fn(char) -> bool,
    ) -> Vec<usize> {
        self.text[line.0..line.1]
            .char_indices()
            .filter(|&(_, c)| wanted(c))
            .map(|(at, _)| line.0 + at)
            .filter(|&start| {
                self.pages.iter().all(|page| {
                    let at = page.folded_at(start);
                    is(page, at) && page.source(at, at).0 == start
                })
            })
            .collect()
    }

    /// The words before the passage, shortest first: of its line, or where it begins one, of the line before.
    fn prefixes(&self) -> Vec<Span> {
        let end = self.text[..self.from].trim_end_matches(is_gap).len();
        if end == 0 || self.is_unclear(self.from) {
            return Vec::new();
        }
        let line = self.line_at(
            end - self.text[..end]
                .chars()
                .next_back()
                .map_or(0, char::len_utf8),
        );
        let near = (line.0.max(self.near(end)), end);
        self.word_starts(near)
            .into_iter()
            .rev()
            .map(|start| (start, end))
            .filter(|&span| self.term(span).contains(is_telling))
            .take(MOST_CONTEXT)
            .collect()
    }

    /// As [`Self::prefixes`], behind the passage.
    fn suffixes(&self) -> Vec<Span> {
        let rest = &self.text[self.to..];
        let start = self.text.len() - rest.trim_start_matches(is_gap).len();
        if start == self.text.len() || self.is_unclear(self.to) {
            return Vec::new();
        }
        let line = self.line_at(start);
        let near = self
            .text
            .floor_char_boundary((start + LONGEST_TERM).min(line.1));
        self.word_ends((start, near))
            .into_iter()
            .map(|end| (start, end))
            .filter(|&span| self.term(span).contains(is_telling))
            .take(MOST_CONTEXT)
            .collect()
    }

    fn near(&self, end: usize) -> usize {
        self.text
            .ceil_char_boundary(end.saturating_sub(LONGEST_TERM))
    }

    /// Where the finder does not see what stands at a place, it may take either side of it for the place.
    fn is_unclear(&self, at: usize) -> bool {
        self.pages.iter().any(|page| {
            let folded = page.folded_at(at);
            page.source(folded, folded).0 != at || page.follows_unseen(folded)
        })
    }

    /// The passage whole, and by its first and last words.
    fn cores(&self) -> Vec<(Span, Option<Span>)> {
        let mut cores = Vec::new();
        let first = self.line_at(self.from);
        let passage = (self.from, self.to);
        if self.to <= first.1 && self.to - self.from <= LONGEST_TERM {
            cores.push((passage, None));
        }
        let head = first.1.min(self.to).min(self.from + LONGEST_TERM);
        let head = (self.from, self.text.floor_char_boundary(head));
        let last = self.line_at(
            self.to
                - self.text[..self.to]
                    .chars()
                    .next_back()
                    .map_or(0, char::len_utf8),
        );
        let tail = (last.0.max(self.from).max(self.near(self.to)), self.to);
        let starts: Vec<Span> = self
            .word_ends(head)
            .into_iter()
            .map(|end| (self.from, end))
            .filter(|&span| self.term(span).contains(is_telling))
            .take(MOST_ENDS)
            .collect();
        let ends: Vec<Span> = self
            .word_starts(tail)
            .into_iter()
            .rev()
            .map(|start| (start, self.to))
            .filter(|&span| self.term(span).contains(is_telling))
            .take(MOST_ENDS)
            .collect();
        for &start in &starts {
            for &end in ends.iter().filter(|end| end.0 >= start.1) {
                cores.push((start, Some(end)));
            }
        }
        cores
    }

    /// Whether the browser takes the passage itself for a match.
    fn stands(&self, page: &Page, way: &Way) -> bool {
        let begins = way.prefix.unwrap_or(way.start).0;
        let start = page.folded_at(begins);
        let end = page.folded_at(self.to);
        let ends_well = way.suffix.is_some() || page.surely_ends_word(end);
        page.surely_starts_word(start) && ends_well && !self.is_skipped(page, way, start)
    }

    /// After a try that failed, the browser goes on one character behind the word: it misses what is glued to it.
    fn is_skipped(&self, page: &Page, way: &Way, start: usize) -> bool {
        if start == 0 || page.is_gap(start - 1) {
            return false;
        }
        let term = page.term(self.term(way.prefix.unwrap_or(way.start)));
        page.matches(&term, page.word_before(start)).is_some()
    }

    /// Whether nothing before the passage is a match, and no shorter one begins with it.
    fn is_first(&self, which: usize, way: &Way, earlier: &mut Earlier) -> bool {
        let page = &self.pages[which];
        let Some(tries) = earlier
            .entry((which, way.prefix, way.start))
            .or_insert_with(|| self.earlier(page, way.prefix, way.start))
        else {
            return false;
        };
        let suffix = way.suffix.map(|span| page.term(self.term(span)));
        let follows = |end: usize| {
            suffix
                .as_ref()
                .is_none_or(|suffix| followed_by(page, suffix, end))
        };
        let Some(end) = way.end else {
            return !tries
                .iter()
                .any(|&at| (suffix.is_some() || page.ends_word(at)) && follows(at));
        };
        // Whatever begins earlier finds its end at the latest in ours.
        if !tries.iter().all(|&at| !page.ends_word(at)) {
            return false;
        }
        let term = page.term(self.term(end));
        let finder = Finder::new(&term);
        let begin = page.folded_at(way.start.1);
        let own = page.folded_at(end.0);
        let stop = own + term.len();
        !page.places(&finder, begin, stop).any(|(at, behind)| {
            at != own
                && (page.starts_word(at) || at == begin)
                && (suffix.is_some() || page.ends_word(behind))
                && follows(behind)
        })
    }

    /// Where the start ends, in the folded page, wherever it stands before the passage (behind its prefix); nothing where it stands
    /// too often to look at each.
    fn earlier(&self, page: &Page, prefix: Option<Span>, start: Span) -> Option<Vec<usize>> {
        let most = MOST_EARLIER + 1;
        let own = page.folded_at(start.0);
        let start = page.term(self.term(start));
        let Some(prefix) = prefix else {
            let finder = Finder::new(&start);
            let found: Vec<usize> = page
                .places(&finder, 0, (own + start.len()).saturating_sub(1))
                .filter(|&(at, _)| page.starts_word(at))
                .map(|(_, end)| end)
                .take(most)
                .collect();
            return (found.len() < most).then_some(found);
        };
        let prefix = page.term(self.term(prefix));
        let finder = Finder::new(&prefix);
        let found: Vec<usize> = page
            .places(&finder, 0, own)
            .filter(|&(at, _)| page.starts_word(at))
            .map(|(_, end)| page.next_text(end))
            .filter(|&at| at < own)
            .filter_map(|at| page.matches(&start, at))
            .take(most)
            .collect();
        (found.len() < most).then_some(found)
    }
}

/// Whether a text has emoji that are made of several.
pub(super) fn has_joined_pictures(text: &str) -> bool {
    text.contains(|c| {
        c == '\u{200D}' || matches!(u32::from(c), 0x1F1E6..=0x1F1FF | 0x1F3FB..=0x1F3FF)
    })
}

/// Whether a term begins or ends with an emoji, or with part of one.
pub(super) fn has_picture_at_end(term: &str) -> bool {
    let picture = |c: char| {
        !c.is_alphanumeric()
            && !c.is_ascii()
            && u32::from(c) >= 0x200D
            && (is_telling(c) || matches!(u32::from(c), 0x200D | 0xFE0F | 0x20E3))
    };
    term.starts_with(picture) || term.ends_with(picture)
}

/// Letters, digits and pictures; not punctuation, which stands everywhere.
fn is_telling(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(u32::from(c), 0x2190..=0x21FF | 0x2600..=0x27BF | 0x1F000..=0x1FAFF)
}
