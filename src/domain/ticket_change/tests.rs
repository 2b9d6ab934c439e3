use serde_json::{Value, json};

use super::*;
use crate::domain::{report::Problem, ticket::Resolution};

fn faults(document: &Value) -> Vec<(String, Problem)> {
    read_change(document)
        .unwrap_err()
        .into_iter()
        .map(|e| (e.pointer, e.problem))
        .collect()
}

#[test]
fn every_fault_is_named() {
    assert_eq!(
        faults(&json!([])),
        [(String::new(), Problem::WrongType("object"))]
    );
    let document = json!({ "state": "done", "kind": null, "a/b": 1, "note": 3, "assignee": " ", "accepted_suggestion": "" });
    let mut found = faults(&document);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        faults(&json!({ "priority": "top", "tags": ["ok", " ", 7] })),
        [
            ("/priority".to_owned(), Problem::NotInSet),
            ("/tags/1".to_owned(), Problem::Missing),
            ("/tags/2".to_owned(), Problem::WrongType("string")),
        ]
    );
    let expected = [
        ("/accepted_suggestion", Problem::Missing),
        ("/assignee", Problem::Missing),
        ("/a~1b", Problem::Unknown),
        ("/kind", Problem::WrongType("string")),
        ("/note", Problem::WrongType("string")),
        ("/state", Problem::NotInSet),
    ];
    assert_eq!(
        found,
        expected.map(|(pointer, problem)| (pointer.to_owned(), problem))
    );
}

#[test]
fn what_belongs_together_comes_together() {
    let one = |document: Value| {
        let faults = faults(&document);
        assert_eq!(faults.len(), 1, "{document}: {faults:?}");
        faults.into_iter().next().unwrap()
    };
    let check = |document: Value, pointer: &str, problem: Problem| {
        assert_eq!(one(document), (pointer.to_owned(), problem));
    };
    check(
        json!({ "state": "closed" }),
        "/resolution",
        Problem::Missing,
    );
    check(
        json!({ "resolution": "corrected" }),
        "/resolution",
        Problem::OutOfPlace("state: closed"),
    );
    check(
        json!({ "state": "closed", "resolution": "not_an_error" }),
        "/reason",
        Problem::Missing,
    );
    check(
        json!({ "state": "closed", "resolution": "corrected", "reason": "house_style" }),
        "/reason",
        Problem::OutOfPlace("resolution: not_an_error"),
    );
    check(
        json!({ "state": "closed", "resolution": "duplicate" }),
        "/duplicate_of",
        Problem::Missing,
    );
    check(
        json!({ "state": "closed", "resolution": "duplicate", "duplicate_of": "x" }),
        "/duplicate_of",
        Problem::UnknownReference,
    );
    check(
        json!({ "state": "closed", "resolution": "fixed", "reason": "house_style" }),
        "/resolution",
        Problem::NotInSet,
    );
    check(
        json!({ "state": "snoozed", "snoozed_until": "morgen" }),
        "/snoozed_until",
        Problem::NotAMoment,
    );
    check(
        json!({ "snoozed_until": "2026-11-23T08:00:00Z" }),
        "/snoozed_until",
        Problem::OutOfPlace("state: snoozed"),
    );
}

#[test]
fn the_steps_stand_in_an_order_in_which_they_are_possible() {
    let document = json!({ "state": "closed", "resolution": "corrected", "accepted_suggestion": "dass", "note": "erledigt", "desk": null, "reason": null });
    let steps = read_change(&document).unwrap().steps(
        Named {
            desk: Some(None),
            ..Named::default()
        },
        &[],
    );
    assert_eq!(
        steps,
        [
            Step::Accept("dass".into()),
            Step::Route(None),
            Step::Close(Closure::of(Resolution::Corrected)),
            Step::Note("erledigt".into()),
        ]
    );
    let document = json!({ "state": "open", "accepted_suggestion": "dass" });
    let steps = read_change(&document).unwrap().steps(Named::default(), &[]);
    assert_eq!(steps, [Step::Open, Step::Accept("dass".into())]);
    for report in [
        json!({ "state": "snoozed", "snoozed_until": null }),
        json!({ "state": "snoozed" }),
    ] {
        let steps = read_change(&report).unwrap().steps(Named::default(), &[]);
        assert_eq!(steps, [Step::SnoozeUntilReport]);
    }
    let document = json!({ "state": "snoozed", "snoozed_until": "2026-11-23T09:00:00+01:00" });
    let steps = read_change(&document).unwrap().steps(Named::default(), &[]);
    assert_eq!(
        steps,
        [Step::Snooze {
            until: 1_795_420_800_000
        }]
    );
    assert_eq!(read_change(&json!({})).unwrap(), Change::default());
    let document = json!({ "priority": "higher", "tags": ["#Titel", "eilig"] });
    let tagged = ["alt".to_owned(), "eilig".to_owned()];
    let steps = read_change(&document)
        .unwrap()
        .steps(Named::default(), &tagged);
    let expected = [
        Step::Prioritise(Some(Priority::Higher)),
        Step::Untag("alt".into()),
        Step::Tag("titel".into()),
        Step::Tag("eilig".into()),
    ];
    assert_eq!(steps, expected);
    let steps = read_change(&json!({ "priority": null })).unwrap();
    assert_eq!(steps.steps(Named::default(), &[]), [Step::Prioritise(None)]);
}
