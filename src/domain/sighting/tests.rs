use uuid::Uuid;

use super::*;
use crate::domain::{
    kind::Kind,
    passage::Passage,
    ticket::{Suggestion, tests::ticket as some_ticket},
};

const NOW: UnixMillis = 1_795_425_900_000;

fn ticket(kind: Kind) -> Ticket {
    Ticket {
        kind,
        passage: Some(Passage {
            exact: "Standart".into(),
            ..Passage::default()
        }),
        suggestions: vec![Suggestion {
            text: "Standard".into(),
            count: 1,
        }],
        created_at: NOW - DAY,
        state: TicketState::Open,
        ..some_ticket()
    }
}

fn closed(resolution: Resolution, ago: i64) -> Ticket {
    Ticket {
        state: TicketState::Closed,
        resolution: Some(resolution),
        closed_at: Some(NOW - ago),
        ..ticket(Kind::Spelling)
    }
}

fn look(outcome: PassageState, words: &str) -> Look {
    Look {
        outcome,
        place: Some((10, 18)),
        words: Some(words.to_owned()),
        score: 1.0,
        margin: 1.0,
        directive: None,
    }
}

fn viewed(source: VersionSource) -> Viewed {
    Viewed {
        version: VersionId(Uuid::from_u128(1)),
        first_seen_at: NOW,
        source,
        afresh: true,
        partial: false,
    }
}

/// Judges look after look, keeping what is remembered; the last judgement.
fn follow(ticket: &Ticket, looks: &[(PassageState, &str, VersionSource)]) -> Judgement {
    let mut before: Option<Sighting> = None;
    let mut last = None;
    for (outcome, words, source) in looks {
        let judgement = judge(
            ticket,
            before.as_ref(),
            look(*outcome, words),
            viewed(*source),
            None,
            false,
            NOW,
        );
        before = Some(judgement.sighting.clone());
        last = Some(judgement);
    }
    last.unwrap()
}

const FETCHED: VersionSource = VersionSource::Fetched;
const SENT: VersionSource = VersionSource::Sent;
const OLD: (PassageState, &str, VersionSource) = (PassageState::Found, "Standart", FETCHED);
const NEW: (PassageState, &str, VersionSource) = (PassageState::Changed, "Standard", FETCHED);
const OTHER: (PassageState, &str, VersionSource) = (PassageState::Changed, "Entwurf", FETCHED);
const GONE: (PassageState, &str, VersionSource) = (PassageState::Gone, "", FETCHED);
const TWICE: (PassageState, &str, VersionSource) = (PassageState::Ambiguous, "Standart", FETCHED);
const NEW_SENT: (PassageState, &str, VersionSource) = (PassageState::Changed, "Standard", SENT);
const OLD_SENT: (PassageState, &str, VersionSource) = (PassageState::Found, "Standart", SENT);

fn closes() -> Vec<Step> {
    vec![Step::Close(Closure::of(Resolution::Corrected))]
}

#[test]
fn what_follows_from_looks_at_an_open_ticket() {
    use PassageState::{Ambiguous, Changed, Found, Gone, Unknown};
    for (kind, looks, state, steps) in [
        (Kind::Spelling, vec![OLD], Found, vec![]),
        (Kind::Spelling, vec![NEW], Unknown, vec![]),
        (Kind::Spelling, vec![GONE], Unknown, vec![]),
        (Kind::Spelling, vec![TWICE], Ambiguous, vec![]),
        (Kind::Spelling, vec![TWICE, NEW], Unknown, vec![]),
        (Kind::Spelling, vec![OLD, NEW], Changed, closes()),
        (Kind::Grammar, vec![OLD, NEW], Changed, closes()),
        (Kind::Spelling, vec![OLD, OTHER], Changed, vec![]),
        (Kind::Spelling, vec![OLD, GONE], Gone, vec![]),
        (Kind::Spelling, vec![OLD, OTHER, OLD], Found, vec![]),
        (Kind::Spelling, vec![OLD, TWICE, NEW], Changed, closes()),
        (Kind::Fact, vec![OLD, NEW], Changed, vec![]),
        (Kind::Other, vec![OLD, NEW], Changed, vec![]),
        (Kind::Image, vec![OLD, NEW], Changed, vec![]),
    ] {
        let judgement = follow(&ticket(kind), &looks);
        assert_eq!(judgement.passage_state, state, "{kind} {looks:?}");
        assert_eq!(judgement.steps, steps, "{kind} {looks:?}");
    }
}

#[test]
fn an_accepted_wording_goes_before_what_readers_suggest() {
    let mut ticket = ticket(Kind::Spelling);
    ticket.accepted_suggestion = Some("Entwurf".into());
    assert_eq!(follow(&ticket, &[OLD, NEW]).steps, []);
    let judgement = follow(&ticket, &[OLD, OTHER]);
    assert_eq!(judgement.steps, closes());
    assert!(judgement.sighting.fits_suggestion);
}

#[test]
fn what_speaks_of_the_law_or_a_site_that_confirms_waits() {
    let legal = Ticket {
        legal: true,
        ..ticket(Kind::Spelling)
    };
    assert_eq!(follow(&legal, &[OLD, NEW]).steps, []);
    let before = follow(&ticket(Kind::Spelling), &[OLD]).sighting;
    let judgement = judge(
        &ticket(Kind::Spelling),
        Some(&before),
        look(PassageState::Changed, "Standard"),
        viewed(FETCHED),
        None,
        true,
        NOW,
    );
    assert_eq!(judgement.steps, []);
    assert!(judgement.sighting.fits_suggestion);
}

#[test]
fn typography_alone_can_be_the_correction() {
    let mut ticket = ticket(Kind::Spelling);
    ticket.passage = Some(Passage {
        exact: "\"Standard\"".into(),
        ..Passage::default()
    });
    ticket.suggestions[0].text = "„Standard“".into();
    let found = |words| (PassageState::Found, words, FETCHED);
    let kept = follow(&ticket, &[found("\"Standard\""), found("\"Standard\"")]);
    assert_eq!(kept.passage_state, PassageState::Found);
    let corrected = follow(&ticket, &[found("\"Standard\""), found("„Standard“")]);
    assert_eq!(corrected.passage_state, PassageState::Changed);
    assert_eq!(corrected.steps, closes());
}

#[test]
fn a_new_ticket_on_words_corrected_before_was_already_corrected() {
    let asked = |created_ago: i64, state: TicketState, held: Option<UnixMillis>| {
        let ticket = Ticket {
            created_at: NOW - created_ago,
            state,
            ..ticket(Kind::Spelling)
        };
        let look = look(PassageState::Changed, "Standard");
        judge(&ticket, None, look, viewed(FETCHED), held, false, NOW).steps
    };
    let already = vec![Step::Close(Closure::of(Resolution::AlreadyCorrected))];
    let held = Some(NOW - DAY);
    assert_eq!(asked(MINUTE, TicketState::New, held), already);
    assert_eq!(asked(DAY, TicketState::New, held), closes());
    assert_eq!(asked(MINUTE, TicketState::Open, held), closes());
    assert_eq!(asked(MINUTE, TicketState::New, None), []);
}

#[test]
fn a_mistake_is_back_when_two_fetches_after_its_correction_show_it() {
    let regress = vec![Step::Regress];
    for (looks, steps) in [
        (vec![OLD, OLD, OLD], vec![]),
        (vec![OLD, NEW, OLD], vec![]),
        (vec![OLD, NEW, OLD, OLD], regress.clone()),
        (vec![OLD, GONE, OLD, OLD], regress.clone()),
        (vec![OLD, NEW, OLD, NEW, OLD], vec![]),
        (vec![OLD, NEW, OLD, TWICE, OLD], regress.clone()),
        // What only the content system has shown may not be published.
        (vec![OLD, NEW_SENT, OLD, OLD, OLD], vec![]),
        (vec![OLD, NEW_SENT, NEW, OLD, OLD], regress.clone()),
        (vec![OLD, NEW_SENT, OLD_SENT, OLD_SENT], regress.clone()),
    ] {
        for resolution in [Resolution::Corrected, Resolution::AlreadyCorrected] {
            let judgement = follow(&closed(resolution, HOUR), &looks);
            assert_eq!(judgement.steps, steps, "{looks:?}");
        }
        let style = closed(Resolution::NotAnError, HOUR);
        assert_eq!(follow(&style, &looks).steps, [], "{looks:?}");
    }
}

const HOUR: i64 = 60 * MINUTE;

#[test]
fn a_look_at_what_we_have_is_no_fetch() {
    let ticket = closed(Resolution::Corrected, HOUR);
    let seen = follow(&ticket, &[OLD, NEW, OLD]).sighting;
    let again = Viewed {
        afresh: false,
        ..viewed(FETCHED)
    };
    let look = look(PassageState::Found, "Standart");
    let judgement = judge(&ticket, Some(&seen), look, again, None, false, NOW);
    assert_eq!(judgement.steps, []);
    assert_eq!(judgement.sighting.old_words_seen, 1);
}

#[test]
fn a_correction_that_does_not_show_after_a_day_is_noticed_once() {
    let missing = |ago, looks: &[(PassageState, &str, VersionSource)]| {
        let judgement = follow(&closed(Resolution::Corrected, ago), looks);
        (
            judgement.correction_missing,
            judgement.sighting.correction_missing_at.is_some(),
        )
    };
    assert_eq!(missing(HOUR, &[OLD, OLD]), (false, false));
    assert_eq!(missing(DAY, &[OLD]), (true, true));
    assert_eq!(missing(DAY, &[OLD, OLD]), (false, true));
    assert_eq!(missing(DAY, &[OLD, OLD, NEW]), (false, false));
    assert_eq!(missing(2 * DAY, &[NEW_SENT, OLD]), (true, true));
    let style = follow(&closed(Resolution::NotAnError, 2 * DAY), &[OLD]);
    assert!(!style.correction_missing);
}

#[test]
fn what_is_missing_in_a_text_cut_short_is_not_gone() {
    let ticket = Ticket {
        passage_state: PassageState::Found,
        ..ticket(Kind::Spelling)
    };
    let before = follow(&ticket, &[OLD]).sighting;
    let cut = Viewed {
        partial: true,
        ..viewed(FETCHED)
    };
    let gone = look(PassageState::Gone, "");
    let judgement = judge(&ticket, Some(&before), gone, cut, None, false, NOW);
    assert_eq!(judgement.passage_state, PassageState::Found);
}

#[test]
fn a_text_cut_short_is_neither_a_correction_nor_a_return_however_often_it_is_seen() {
    let cut = Viewed {
        partial: true,
        ..viewed(FETCHED)
    };
    let ticket = Ticket {
        passage_state: PassageState::Found,
        ..closed(Resolution::Corrected, HOUR)
    };
    let mut before = follow(&ticket, &[OLD]).sighting;
    for afresh in [true, true, false] {
        let cut = Viewed { afresh, ..cut };
        let gone = look(PassageState::Gone, "");
        let judgement = judge(&ticket, Some(&before), gone, cut, None, false, NOW);
        assert_eq!(judgement.passage_state, PassageState::Found);
        assert_eq!(judgement.sighting.correction_seen_at, None);
        before = judgement.sighting;
    }
    // The wall is gone, and the words stand as they stood.
    for _ in 0..3 {
        let found = look(PassageState::Found, "Standart");
        let judgement = judge(
            &ticket,
            Some(&before),
            found,
            viewed(FETCHED),
            None,
            false,
            NOW,
        );
        assert_eq!(judgement.steps, []);
        before = judgement.sighting;
    }
}

#[test]
fn a_text_that_was_sent_is_not_fetched_by_being_looked_at_again() {
    let ticket = closed(Resolution::Corrected, HOUR);
    let sent = follow(&ticket, &[OLD, NEW_SENT]).sighting;
    let again = Viewed {
        afresh: false,
        ..viewed(FETCHED)
    };
    let changed = look(PassageState::Changed, "Standard");
    let judgement = judge(&ticket, Some(&sent), changed, again, None, false, NOW);
    let mut before = judgement.sighting;
    assert_eq!(before.correction_source, Some(SENT));
    for _ in 0..3 {
        let found = look(PassageState::Found, "Standart");
        let judgement = judge(
            &ticket,
            Some(&before),
            found,
            viewed(FETCHED),
            None,
            false,
            NOW,
        );
        assert_eq!(judgement.steps, [], "it is not published yet");
        before = judgement.sighting;
    }
}

#[test]
fn a_correction_is_missed_only_by_who_has_read_the_article() {
    let ticket = closed(Resolution::Corrected, 2 * DAY);
    let found = || look(PassageState::Found, "Standart");
    let seen = |afresh| {
        let read = Viewed {
            afresh,
            ..viewed(FETCHED)
        };
        judge(&ticket, None, found(), read, None, false, NOW).correction_missing
    };
    assert!(!seen(false), "its server refused us all day");
    assert!(seen(true));
}
