//! The quality of the passage engine may not rot silently: a sample of the evaluation set (`tests/passages`) is looked up
//! and held to a floor. The whole table: `cargo run --release --example passage_quality`.

#[path = "../passages/mod.rs"]
mod passages;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fehlermelder::domain::anchoring::{Outcome, PreparedText, locate};
use fehlermelder::domain::passage::Passage;

use passages::case::{Case, Truth};
use passages::score::{Answer, Status, Table, judge};

/// Of each class; enough for a floor, few enough for every run.
const SAMPLE: usize = 16;
/// In percent of all cases. Raise it with the engine; never lower it to make a change pass.
const FLOOR_RIGHT: f64 = 98.0;
const CEILING_MISLEADING: f64 = 1.0;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/passages")
}

fn sample() -> Vec<Case> {
    passages::cases(&folder(), passages::SEED, SAMPLE).unwrap()
}

#[test]
fn passages_survive_edits_and_are_seldom_led_to_other_words() {
    let mut table = Table::default();
    for case in sample() {
        table.add(&case.class, judge(&case, &look_up(&case)));
    }
    let report = table.print();
    assert!(table.all.right_percent() >= FLOOR_RIGHT, "{report}");
    assert!(
        table.all.misleading_percent() <= CEILING_MISLEADING,
        "{report}"
    );
}

#[test]
fn the_evaluation_set_is_the_same_each_time() {
    let lines = || {
        let cases = passages::cases(&folder(), passages::SEED, 3).unwrap();
        let line = |case: &Case| serde_json::to_string(case).unwrap();
        cases.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(lines(), lines());
}

#[test]
fn every_truth_lies_in_its_text_and_an_unedited_passage_reads_as_it_was_quoted() {
    let cases = sample();
    for case in &cases {
        if let Truth::At { start, end } = case.truth {
            let words: String = case.text.chars().skip(start).take(end - start).collect();
            assert!(
                start < end && words.chars().count() == end - start,
                "{}",
                case.id
            );
            let unedited = [
                "intact",
                "inserted-before",
                "others-deleted",
                "paragraph-moved",
                "surroundings-rewritten",
            ];
            assert!(
                !unedited.contains(&case.class.as_str()) || words == case.exact,
                "{}",
                case.id
            );
        }
    }
    let classes: BTreeSet<_> = cases.iter().map(|case| &case.class).collect();
    assert!(classes.len() >= 12, "{classes:?}");
}

fn look_up(case: &Case) -> Answer {
    let position = |at: Option<usize>| at.and_then(|at| i64::try_from(at).ok());
    let passage = Passage {
        exact: case.exact.clone(),
        prefix: case.prefix.clone(),
        suffix: case.suffix.clone(),
        start: position(case.start),
        end: position(case.end),
    };
    let located = locate(&PreparedText::new(&case.text), &passage);
    let (status, at) = match &located.outcome {
        Outcome::Found(_) => (Status::Found, None),
        Outcome::Changed(_) => (Status::Changed, None),
        Outcome::Ambiguous(_) => (Status::Ambiguous, None),
        Outcome::Gone { at } => (Status::Gone, *at),
    };
    Answer {
        status,
        place: located
            .outcome
            .range()
            .map(|range| (range.start, range.end)),
        at,
    }
}
