use super::*;
use crate::domain::ticket::tests::ticket as some_ticket;

const NOW: UnixMillis = 1_795_425_900_000;
const MIDDLE: u8 = 128;

fn closed(ago: i64) -> Ticket {
    Ticket {
        state: TicketState::Closed,
        resolution: Some(Resolution::Corrected),
        closed_at: Some(NOW - ago),
        ..open(ago + DAY)
    }
}

fn open(ago: i64) -> Ticket {
    Ticket {
        created_at: NOW - ago,
        passage: Some(crate::domain::passage::Passage::default()),
        ..some_ticket()
    }
}

#[test]
fn articles_are_looked_at_the_seldomer_the_older_their_tickets_are() {
    let bounds = Intervals::default();
    for (tickets, expected) in [
        (vec![open(0)], Some(5 * MINUTE)),
        (vec![open(2 * HOUR)], Some(15 * MINUTE)),
        (vec![open(3 * DAY)], Some(HOUR)),
        (vec![open(20 * DAY)], Some(6 * HOUR)),
        (vec![open(400 * DAY)], Some(DAY)),
        (vec![open(400 * DAY), open(0)], Some(5 * MINUTE)),
        (vec![open(400 * DAY), closed(0)], Some(5 * MINUTE)),
        (vec![closed(HOUR)], Some(15 * MINUTE)),
        (vec![closed(3 * DAY)], Some(3 * HOUR)),
        (vec![closed(89 * DAY)], Some(DAY)),
        (vec![closed(90 * DAY)], None),
        (vec![], None),
    ] {
        let interest = Interest::of(&tickets, NOW);
        assert_eq!(interest.interval(NOW, bounds), expected, "{interest:?}");
    }
    let tight = Intervals {
        shortest: HOUR,
        longest: 2 * HOUR,
    };
    assert_eq!(Interest::Open(NOW).interval(NOW, tight), Some(HOUR));
    assert_eq!(
        Interest::Open(NOW - 400 * DAY).interval(NOW, tight),
        Some(2 * HOUR)
    );
}

#[test]
fn what_names_no_passage_or_was_never_meant_is_not_watched() {
    let with = |resolution| Ticket {
        resolution: Some(resolution),
        ..closed(HOUR)
    };
    assert!(is_watched(&with(Resolution::NotAnError), NOW));
    assert!(!is_watched(&with(Resolution::Spam), NOW));
    assert!(!is_watched(&with(Resolution::Duplicate), NOW));
    let whole = Ticket {
        passage: None,
        ..open(0)
    };
    assert!(!is_watched(&whole, NOW));
}

#[test]
fn failures_back_off_and_a_success_forgets_them() {
    let mut state = WatchState::default();
    let interest = Interest::Open(NOW);
    let fail = |state: &mut WatchState, error, retry_after| {
        let bounds = Intervals::default();
        let next = state.fail(error, retry_after, interest, bounds, NOW, MIDDLE);
        next.map(|at| at - NOW)
    };
    for wait in [5, 10, 20, 40, 80] {
        let next = fail(&mut state, FetchError::TimedOut, None);
        assert_eq!(next, Some(wait * MINUTE));
    }
    for _ in 0..20 {
        fail(&mut state, FetchError::ServerError, None);
    }
    let at_most = fail(&mut state, FetchError::ServerError, None);
    assert_eq!(at_most, Some(DAY));
    assert_eq!(fail(&mut state, FetchError::Removed, None), Some(7 * DAY));
    assert_eq!(fail(&mut state, FetchError::NotFound, None), Some(DAY));
    let mut fresh = WatchState::default();
    assert_eq!(
        fail(&mut fresh, FetchError::NotFound, None),
        Some(5 * MINUTE)
    );
    assert_eq!(
        fail(&mut fresh, FetchError::Overloaded, Some(3 * HOUR)),
        Some(3 * HOUR)
    );
    assert_eq!(fresh.earliest(false), NOW + 3 * HOUR);
    assert_eq!(fresh.earliest(true), NOW + 3 * HOUR, "whoever asks");
    assert!(fail(&mut fresh, FetchError::Overloaded, Some(i64::MAX)) <= Some(LONGEST_RETRY_AFTER));
    let next = fresh.succeed(interest, Intervals::default(), NOW, MIDDLE);
    assert_eq!(next, Some(NOW + 5 * MINUTE));
    assert_eq!((fresh.failures, fresh.last_error), (0, None));
    assert_eq!(fresh.earliest(false), NOW + SHORTEST_PAUSE);
    assert_eq!(
        fresh.earliest(true),
        0,
        "who asks for the page does not wait"
    );
}

#[test]
fn chance_spreads_looks_by_a_fifth() {
    let next = |random| {
        WatchState::default()
            .succeed(Interest::Open(NOW), Intervals::default(), NOW, random)
            .map_or(0, |at| at - NOW)
    };
    assert!(next(0) >= 4 * MINUTE && next(255) <= 6 * MINUTE && next(0) < next(255));
}
