//! The table: what the engine said, held against the truth.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::case::{Case, Nowhere, Truth};

/// The four outcomes, as `fehlermelder locate` names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Found,
    Changed,
    Ambiguous,
    Gone,
}

/// What the engine said of a case.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub status: Status,
    pub place: Option<(usize, usize)>,
    /// For a passage that is gone: where its surroundings meet.
    pub at: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The right place: intersection over union at least one half.
    Place {
        exact: bool,
    },
    WrongPlace,
    /// Rightly said to be gone.
    Gone {
        at: Option<bool>,
    },
    /// It stands there, but was said to be gone.
    FalselyGone,
    /// It is gone, but was said to stand somewhere.
    FalselyFound,
    /// Rightly said to be ambiguous.
    Undecided,
    /// Said to be ambiguous, but it has one right place or none.
    FalselyUndecided,
}

/// How far the point where surroundings meet may lie beside the true one: a space and a full stop.
const AT_TOLERANCE: usize = 2;

pub fn judge(case: &Case, answer: &Answer) -> Verdict {
    match (case.truth, answer.status, answer.place) {
        (Truth::Nowhere(Nowhere::Ambiguous), Status::Ambiguous, _) => Verdict::Undecided,
        (_, Status::Ambiguous, _) => Verdict::FalselyUndecided,
        (Truth::Nowhere(Nowhere::Gone), Status::Gone, _) => {
            let at = case.truth_at.map(|truth| {
                answer
                    .at
                    .is_some_and(|at| at.abs_diff(truth) <= AT_TOLERANCE)
            });
            Verdict::Gone { at }
        }
        (_, Status::Gone, _) => Verdict::FalselyGone,
        (Truth::At { start, end }, _, Some(place)) if overlap((start, end), place) >= 0.5 => {
            Verdict::Place {
                exact: place == (start, end),
            }
        }
        (Truth::Nowhere(Nowhere::Gone), ..) => Verdict::FalselyFound,
        (Truth::At { .. } | Truth::Nowhere(Nowhere::Ambiguous), ..) => Verdict::WrongPlace,
    }
}

/// Intersection over union of two ranges.
#[expect(clippy::cast_precision_loss, reason = "lengths of texts")]
fn overlap(a: (usize, usize), b: (usize, usize)) -> f64 {
    let common = a.1.min(b.1).saturating_sub(a.0.max(b.0));
    let union = (a.1 - a.0) + b.1.saturating_sub(b.0) - common;
    common as f64 / union.max(1) as f64
}

impl Verdict {
    pub const fn is_right(self) -> bool {
        matches!(
            self,
            Self::Place { .. } | Self::Gone { .. } | Self::Undecided
        )
    }
}

#[derive(Default, Clone)]
pub struct Tally {
    pub cases: usize,
    pub right: usize,
    pub place: usize,
    pub exact: usize,
    pub wrong: usize,
    pub gone: usize,
    pub at: usize,
    pub with_at: usize,
    pub falsely_gone: usize,
    pub falsely_found: usize,
    pub undecided: usize,
    pub falsely_undecided: usize,
}

impl Tally {
    pub fn add(&mut self, verdict: Verdict) {
        self.cases += 1;
        self.right += usize::from(verdict.is_right());
        match verdict {
            Verdict::Place { exact } => {
                self.place += 1;
                self.exact += usize::from(exact);
            }
            Verdict::WrongPlace => self.wrong += 1,
            Verdict::Gone { at } => {
                self.gone += 1;
                self.with_at += usize::from(at.is_some());
                self.at += usize::from(at == Some(true));
            }
            Verdict::FalselyGone => self.falsely_gone += 1,
            Verdict::FalselyFound => self.falsely_found += 1,
            Verdict::Undecided => self.undecided += 1,
            Verdict::FalselyUndecided => self.falsely_undecided += 1,
        }
    }

    /// Right answers, in percent.
    pub fn right_percent(&self) -> f64 {
        percent(self.right, self.cases)
    }

    /// Wrong places and falsely found, in percent.
    pub fn misleading_percent(&self) -> f64 {
        percent(self.wrong + self.falsely_found, self.cases)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases")]
fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

/// Verdicts by class and altogether.
#[derive(Default)]
pub struct Table {
    pub classes: BTreeMap<String, Tally>,
    pub all: Tally,
}

impl Table {
    pub fn add(&mut self, class: &str, verdict: Verdict) {
        self.classes
            .entry(class.to_owned())
            .or_default()
            .add(verdict);
        self.all.add(verdict);
    }

    /// The mean of the classes' right answers, in percent.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.classes.values().map(Tally::right_percent).sum();
        #[expect(clippy::cast_precision_loss, reason = "a few dozen classes")]
        let count = self.classes.len().max(1) as f64;
        sum / count
    }

    /// The table in text, figures in percent of the class's cases.
    pub fn print(&self) -> String {
        let mut text = String::new();
        let head = [
            "cases", "right", "place", "exact", "wrong", "gone", "at", "f.gone", "f.found",
            "ambig.", "f.ambig.",
        ];
        let _ = write!(text, "{:<24}", "class");
        for column in head {
            let _ = write!(text, "{column:>9}");
        }
        text.push('\n');
        for (class, tally) in &self.classes {
            text.push_str(&row(class, tally));
        }
        text.push_str(&row("all", &self.all));
        let _ = writeln!(text, "mean over classes: {:.2} % right", self.mean());
        let _ = writeln!(
            text,
            "wrong place or falsely found: {:.2} %",
            self.all.misleading_percent()
        );
        text
    }
}

fn row(name: &str, tally: &Tally) -> String {
    let mut row = format!("{name:<24}{:>9}{:>9.2}", tally.cases, tally.right_percent());
    let counts = [
        (tally.place, tally.cases),
        (tally.exact, tally.cases),
        (tally.wrong, tally.cases),
        (tally.gone, tally.cases),
        (tally.at, tally.with_at),
        (tally.falsely_gone, tally.cases),
        (tally.falsely_found, tally.cases),
        (tally.undecided, tally.cases),
        (tally.falsely_undecided, tally.cases),
    ];
    for (part, whole) in counts {
        if part == 0 {
            let _ = write!(row, "{:>9}", "·");
        } else {
            let _ = write!(row, "{:>9.2}", percent(part, whole));
        }
    }
    row.push('\n');
    row
}
