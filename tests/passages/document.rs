//! A text under edit that keeps an eye on one passage.

use std::ops::Range;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    At(Range<usize>),
    /// Deleted; the point where its surroundings met.
    Gone(usize),
    /// The edit took a part of the passage and put something else there: nobody can say where it is.
    Lost,
}

#[derive(Clone)]
pub struct Document {
    pub chars: Vec<char>,
    pub place: Place,
    /// Whether a character stood in the passage from the start.
    kept: Vec<bool>,
    marked: usize,
}

impl Document {
    pub fn new(chars: &[char], passage: Range<usize>) -> Self {
        let kept = (0..chars.len()).map(|at| passage.contains(&at)).collect();
        Self {
            chars: chars.to_vec(),
            kept,
            marked: passage.len(),
            place: Place::At(passage),
        }
    }

    /// Where the passage is, where it is anywhere.
    pub fn passage(&self) -> Option<Range<usize>> {
        match &self.place {
            Place::At(range) => Some(range.clone()),
            Place::Gone(_) | Place::Lost => None,
        }
    }

    /// How much of the passage's own characters still stand in it, in percent.
    pub fn survival(&self) -> usize {
        self.passage().map_or(0, |range| {
            self.kept[range].iter().filter(|kept| **kept).count() * 100 / self.marked.max(1)
        })
    }

    /// Puts `new` in the place of `range`. What is inserted right at an end of the passage stays outside it.
    pub fn replace(&mut self, range: Range<usize>, new: &str) {
        let new: Vec<char> = new.chars().collect();
        let length = new.len();
        self.place = moved(&self.place, &range, length);
        self.kept.splice(range.clone(), new.iter().map(|_| false));
        self.chars.splice(range, new);
    }

    pub fn insert(&mut self, at: usize, new: &str) {
        self.replace(at..at, new);
    }

    pub fn delete(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    /// Cuts `range` out and puts it in before the character that is now at `to`, which must be outside of it.
    pub fn shift(&mut self, range: &Range<usize>, to: usize) {
        let chars: Vec<char> = self.chars[range.clone()].to_vec();
        let kept: Vec<bool> = self.kept[range.clone()].to_vec();
        let target = if to >= range.end {
            to - range.len()
        } else {
            to
        };
        let place = match &self.place {
            Place::At(passage) if range.start <= passage.start && passage.end <= range.end => {
                let start = target + passage.start - range.start;
                Place::At(start..start + passage.len())
            }
            Place::At(passage) if range.end <= passage.start || passage.end <= range.start => {
                let without = moved(&self.place, range, 0);
                match &without {
                    Place::At(rest) if rest.start < target && target < rest.end => Place::Lost,
                    _ => moved(&without, &(target..target), range.len()),
                }
            }
            Place::At(_) | Place::Lost => Place::Lost,
            Place::Gone(_) => moved(
                &moved(&self.place, range, 0),
                &(target..target),
                range.len(),
            ),
        };
        self.delete(range.clone());
        self.chars.splice(target..target, chars);
        self.kept.splice(target..target, kept);
        self.place = place;
    }

    /// Drops white space at the passage's ends; a passage of nothing else is gone.
    pub fn settle(&mut self) {
        let Some(mut range) = self.passage() else {
            return;
        };
        while !range.is_empty() && self.chars[range.start].is_whitespace() {
            range.start += 1;
        }
        while !range.is_empty() && self.chars[range.end - 1].is_whitespace() {
            range.end -= 1;
        }
        self.place = if range.is_empty() {
            Place::Gone(range.start)
        } else {
            Place::At(range)
        };
    }
}

/// Where a place comes to lie when `range` is replaced by `length` characters.
fn moved(place: &Place, range: &Range<usize>, length: usize) -> Place {
    let after = |at: usize| at - range.len() + length;
    match place {
        Place::At(passage) => {
            let (start, end) = (passage.start, passage.end);
            if range.end <= start && range.start < end {
                Place::At(after(start)..after(end))
            } else if range.start >= end {
                Place::At(start..end)
            } else if start <= range.start && range.end <= end {
                if length == 0 && range.len() == passage.len() {
                    Place::Gone(start)
                } else {
                    Place::At(start..after(end))
                }
            } else if range.start <= start && end <= range.end {
                if length == 0 {
                    Place::Gone(range.start)
                } else {
                    Place::Lost
                }
            } else if length > 0 {
                Place::Lost
            } else if range.start < start {
                Place::At(range.start..after(end))
            } else {
                Place::At(start..range.start)
            }
        }
        Place::Gone(at) if range.start >= *at => Place::Gone(*at),
        Place::Gone(at) if range.end <= *at => Place::Gone(after(*at)),
        Place::Gone(_) => Place::Gone(range.start),
        Place::Lost => Place::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, Place};

    const TEXT: &str = "one two three four";

    /// `three` is marked.
    fn document() -> Document {
        Document::new(&TEXT.chars().collect::<Vec<_>>(), 8..13)
    }

    fn words(document: &Document) -> Option<String> {
        document
            .passage()
            .map(|range| document.chars[range].iter().collect())
    }

    #[test]
    fn edits_before_and_behind_leave_the_passage_its_words() {
        let mut document = document();
        document.insert(0, "zero ");
        document.delete(5..9);
        document.replace(15..19, "fünf");
        assert_eq!(words(&document).as_deref(), Some("three"));
        document.insert(9, "(");
        document.insert(15, ")");
        assert_eq!(words(&document).as_deref(), Some("three"));
        assert_eq!(document.survival(), 100);
    }

    #[test]
    fn edits_inside_belong_to_the_passage() {
        let mut document = document();
        document.insert(10, "-");
        document.replace(8..9, "T");
        assert_eq!(words(&document).as_deref(), Some("Th-ree"));
        assert_eq!(document.survival(), 80);
        document.replace(8..14, "drei");
        assert_eq!(words(&document).as_deref(), Some("drei"));
    }

    #[test]
    fn a_deleted_passage_is_gone_and_its_place_moves_on() {
        let mut document = document();
        document.delete(7..13);
        assert_eq!(document.place, Place::Gone(7));
        document.insert(0, "so: ");
        assert_eq!(document.place, Place::Gone(11));
    }

    #[test]
    fn a_deletion_over_an_end_cuts_and_a_replacement_over_an_end_loses() {
        let mut cut = document();
        cut.delete(4..10);
        assert_eq!(words(&cut).as_deref(), Some("ree"));
        let mut lost = document();
        lost.replace(4..10, "x");
        assert_eq!(lost.place, Place::Lost);
    }

    #[test]
    fn a_stretch_that_moves_takes_the_passage_along() {
        let mut forth = document();
        forth.shift(&(4..14), 18);
        assert_eq!(words(&forth).as_deref(), Some("three"));
        let mut back = document();
        back.shift(&(14..18), 0);
        assert_eq!(words(&back).as_deref(), Some("three"));
        let mut into = document();
        into.shift(&(0..4), 10);
        assert_eq!(into.place, Place::Lost);
    }
}
