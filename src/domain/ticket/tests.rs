use proptest::prelude::*;
use uuid::Uuid;

use super::*;

/// A new ticket about nothing.
pub(in crate::domain) fn ticket() -> Ticket {
    Ticket {
        id: TicketId(1001),
        site: SiteId(Uuid::nil()),
        article: ArticleId(Uuid::nil()),
        state: TicketState::New,
        resolution: None,
        reason: None,
        passage_state: PassageState::Unknown,
        regressed: false,
        kind: Kind::Spelling,
        part: None,
        passage: None,
        suggestions: vec![],
        accepted_suggestion: None,
        comment: None,
        report_count: 1,
        desk: None,
        assignee: None,
        duplicate_of: None,
        legal: false,
        snoozed_until: None,
        public_note: None,
        weight: 0,
        priority: None,
        tags: Vec::new(),
        version: 1,
        created_at: 0,
        updated_at: 0,
        closed_at: None,
    }
}

#[test]
fn the_table_of_steps_is_that_of_the_product() {
    use TicketState::{Closed, New, Open, Snoozed, Waiting};
    let legal = [
        (New, Open),
        (New, Waiting),
        (New, Snoozed),
        (New, Closed),
        (Open, Waiting),
        (Open, Snoozed),
        (Open, Closed),
        (Waiting, Snoozed),
        (Snoozed, Waiting),
        (Waiting, Open),
        (Waiting, Closed),
        (Snoozed, Open),
        (Snoozed, Closed),
        (Closed, Open),
    ];
    for &from in TicketState::ALL {
        for &to in TicketState::ALL {
            assert_eq!(
                from.may_become().contains(&to),
                legal.contains(&(from, to)),
                "{from} → {to}"
            );
        }
    }
}

#[test]
fn noting_and_assigning_open_a_new_ticket() {
    let mut t = ticket();
    let events = t.take(Step::Note("gesehen".into()), 5).unwrap();
    assert_eq!(
        (t.state, t.version, t.updated_at),
        (TicketState::Open, 2, 5)
    );
    assert_eq!(events[0].to, Some(TicketState::Open));
    assert_eq!(
        t.take(Step::Assign(None), 6).unwrap(),
        vec![],
        "nobody had it, nobody has it"
    );
    assert_eq!(t.version, 2);
}

#[test]
fn closing_needs_what_its_resolution_needs() {
    let mut t = ticket();
    assert_eq!(
        t.take(Step::Close(Closure::of(Resolution::NotAnError)), 1),
        Err(InvalidStep::ReasonMissing)
    );
    assert_eq!(
        t.take(Step::Close(Closure::of(Resolution::Duplicate)), 1),
        Err(InvalidStep::OriginalMissing)
    );
    let own = Closure {
        duplicate_of: Some(t.id),
        ..Closure::of(Resolution::Duplicate)
    };
    assert_eq!(
        t.take(Step::Close(own), 1),
        Err(InvalidStep::DuplicateOfItself)
    );
    let odd = Closure {
        reason: Some(Reason::MatterOfOpinion),
        ..Closure::of(Resolution::Corrected)
    };
    assert_eq!(
        t.take(Step::Close(odd), 1),
        Err(InvalidStep::ReasonOutOfPlace)
    );
    assert_eq!(t, ticket(), "nothing has changed");
    t.take(Step::Close(Closure::of(Resolution::Corrected)), 9)
        .unwrap();
    assert_eq!(
        (t.resolution, t.closed_at),
        (Some(Resolution::Corrected), Some(9))
    );
    t.take(Step::Open, 10).unwrap();
    assert_eq!(
        (t.state, t.resolution, t.closed_at),
        (TicketState::Open, None, None)
    );
}

pub(in crate::domain) fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Open),
        Just(Step::Wait),
        (0..20i64).prop_map(|until| Step::Snooze { until }),
        Just(Step::Close(Closure::of(Resolution::Corrected))),
        Just(Step::Close(Closure {
            reason: Some(Reason::MatterOfOpinion),
            ..Closure::of(Resolution::NotAnError)
        })),
        Just(Step::Note("n".into())),
        Just(Step::Accept("a".into())),
        Just(Step::Refine(Kind::Fact)),
        Just(Step::Assign(Some(EditorId(Uuid::nil())))),
    ]
}

proptest! {
    #[test]
    fn no_sequence_of_steps_gets_round_the_table(steps in proptest::collection::vec(any_step(), 0..30)) {
        let mut t = ticket();
        for (at, step) in steps.into_iter().enumerate() {
            let before = t.clone();
            if let Ok(events) = t.take(step, i64::try_from(at).unwrap()) {
                prop_assert!(before.state == t.state || before.state.may_become().contains(&t.state));
                prop_assert_eq!(events.iter().any(|e| e.to.is_some()), before.state != t.state);
                prop_assert_eq!(events.is_empty(), before.version == t.version);
            } else { prop_assert_eq!(&before, &t) }
            prop_assert_eq!(t.resolution.is_some(), t.state == TicketState::Closed);
            prop_assert_eq!(t.closed_at.is_some(), t.state == TicketState::Closed);
            let comes_back = matches!(t.state, TicketState::Snoozed | TicketState::Waiting);
            prop_assert_eq!(t.snoozed_until.is_some(), comes_back);
        }
    }
}
