//! Whatever was done is undone, and there is no way around the rules.

use proptest::prelude::*;
use uuid::Uuid;

use super::{
    tests::{any_step, ticket},
    *,
};
use crate::domain::ids::ActId;

const MARIA: EditorId = EditorId(Uuid::from_u128(1));
const PAUL: EditorId = EditorId(Uuid::from_u128(2));

/// Takes what the table allows of those steps, as one act.
fn acts(ticket: &mut Ticket, steps: Vec<Step>, at: UnixMillis) -> Act {
    let before = Decided::of(ticket);
    for step in steps {
        let _ = ticket.take(step, at);
    }
    let remembered = Remembered {
        before,
        version: ticket.version,
    };
    Act {
        id: ActId(Uuid::from_u128(9)),
        by: MARIA,
        at,
        remembered,
    }
}

proptest! {
    #[test]
    fn whatever_was_done_is_as_it_was_once_it_is_undone(
        first in prop::collection::vec(any_step(), 0..8),
        second in prop::collection::vec(any_step(), 1..5),
        late in 0..=UNDO_TIME + UNDO_GRACE,
        joined in 0..3_i64,
    ) {
        let mut ticket = ticket();
        acts(&mut ticket, first, 1_000);
        let before = ticket.clone();
        let act = acts(&mut ticket, second, 2_000);
        // Readers go on reporting meanwhile.
        ticket.report_count += joined;
        let after = ticket.clone();
        let event = ticket.undo(&act, MARIA, 2_000 + late).unwrap();
        prop_assert_eq!(event.kind, EventKind::Undone);
        prop_assert_eq!(Decided::of(&ticket), Decided::of(&before));
        prop_assert_eq!(ticket.report_count, before.report_count + joined);
        prop_assert_eq!(ticket.version, after.version + 1);
        prop_assert_eq!(ticket.undo(&act, MARIA, 2_000 + late), Err(CannotUndo::ChangedSince), "once only");
    }

    #[test]
    fn what_was_closed_together_is_taken_back_by_whomever_and_whenever_but_not_over_others(steps in prop::collection::vec(any_step(), 1..5), then in any_step()) {
        let mut ticket = ticket();
        let before = ticket.clone();
        let act = acts(&mut ticket, steps, 1_000);
        let after = ticket.clone();
        ticket.take_back(act.id, act.remembered.clone(), 1_000_000_000).unwrap();
        prop_assert_eq!(Decided::of(&ticket), Decided::of(&before));
        let mut changed = after.clone();
        if changed.take(then, 1_500).is_ok() && changed.version != after.version {
            prop_assert_eq!(changed.take_back(act.id, act.remembered, 2_000), Err(CannotUndo::ChangedSince));
        }
    }

    #[test]
    fn there_is_no_way_around_the_rules(steps in prop::collection::vec(any_step(), 1..5), then in any_step()) {
        let mut ticket = ticket();
        let act = acts(&mut ticket, steps, 1_000);
        let after = ticket.clone();
        let too_late = 1_000 + UNDO_TIME + UNDO_GRACE + 1;
        prop_assert_eq!(ticket.undo(&act, PAUL, 1_001), Err(CannotUndo::NotYours));
        prop_assert_eq!(ticket.undo(&act, MARIA, too_late), Err(CannotUndo::TooLate));
        prop_assert_eq!(&ticket, &after);
        let changed = ticket.take(then, 1_500).is_ok() && ticket.version != after.version;
        prop_assert_eq!(ticket.undo(&act, MARIA, 2_000).is_err(), changed);
    }
}
