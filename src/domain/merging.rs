//! What a ticket comes to together with those that were merged into it. A merge is a pointer (`duplicate_of`), and reports keep their
//! ticket; so what an original shows can be counted from the reports at any time, and a merge that is undone leaves no trace in it.

use super::{
    grouping::Candidate,
    ids::TicketId,
    legal::speaks_of_legal_claims,
    passage::Passage,
    ticket::{MAX_SUGGESTIONS, Suggestion, Ticket},
};

/// What one report adds.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The ticket it is on: the original itself, or a double.
    pub ticket: TicketId,
    /// The passage that was marked.
    pub passage: Option<&'a Passage>,
    /// The wording suggested.
    pub suggestion: Option<&'a str>,
    /// What the reader wrote.
    pub comment: Option<&'a str>,
    /// Whether the words were taken back.
    pub withdrawn: bool,
}

/// What the reports come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub reports: i64,
    /// What they suggest, most frequent first.
    pub suggestions: Vec<Suggestion>,
    /// Whether one of them speaks of legal claims.
    pub legal: bool,
}

/// Counts the reports of a ticket and its doubles, in the order in which they came. A double's suggestion counts where it can be said in
/// terms of the ticket's own passage; about other words it would mislead.
#[must_use]
pub fn tally<'a>(ticket: &Ticket, reports: impl IntoIterator<Item = Said<'a>>) -> Tally {
    let none: [&str; 0] = [];
    let own = Candidate::new(
        ticket.id,
        (ticket.state, ticket.resolution),
        ticket.kind.class(),
        ticket.part,
        ticket.passage.as_ref(),
        &none,
    );
    let own_exact = ticket.passage.as_ref().map_or("", |p| p.exact.as_str());
    let mut tally = Tally {
        reports: 0,
        suggestions: Vec::new(),
        legal: false,
    };
    for said in reports {
        tally.reports += 1;
        tally.legal |= said.comment.is_some_and(speaks_of_legal_claims);
        // What was taken back cannot be read again; it is not forgotten for that.
        tally.legal |= said.withdrawn && ticket.legal;
        let Some(suggestion) = said.suggestion else {
            continue;
        };
        let exact = said.passage.map_or("", |p| p.exact.as_str());
        let text = own.in_own_terms(exact, suggestion);
        if said.ticket == ticket.id || exact == own_exact || text != suggestion {
            count_suggestion(&mut tally.suggestions, text);
        }
    }
    tally
}

/// Counts one suggestion more; the most frequent stand first.
pub fn count_suggestion(suggestions: &mut Vec<Suggestion>, text: String) {
    if let Some(known) = suggestions.iter_mut().find(|s| s.text == text) {
        known.count += 1;
    } else if suggestions.len() < MAX_SUGGESTIONS {
        suggestions.push(Suggestion { text, count: 1 });
    }
    suggestions.sort_by_key(|s| std::cmp::Reverse(s.count));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ticket::tests::ticket;

    fn passage(exact: &str) -> Passage {
        Passage {
            exact: exact.to_owned(),
            prefix: "vorher ".to_owned(),
            suffix: " nachher".to_owned(),
            start: None,
            end: None,
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_away_again_leaves_no_trace(own in 1..6_usize, others in prop::collection::vec((0..4_usize, any::<bool>()), 0..8)) {
            let marked = [passage("Standart"), passage("der Standart"), passage("Anderes"), passage("Standart ist")];
            let mut original = ticket();
            original.passage = Some(marked[0].clone());
            let said = |ticket: TicketId, at: usize| Said {
                ticket,
                passage: Some(&marked[at]),
                suggestion: Some(["Standard", "der Standard", "Besseres", "Standard ist"][at]),
                comment: None,
                withdrawn: false,
            };
            let mine: Vec<Said<'_>> = (0..own).map(|_| said(original.id, 0)).collect();
            let alone = tally(&original, mine.iter().copied());
            let doubles = others.iter().map(|(at, _)| said(TicketId(2000), *at));
            let together = tally(&original, mine.iter().copied().chain(doubles));
            prop_assert_eq!(together.reports, alone.reports + i64::try_from(others.len()).unwrap());
            let counted: i64 = together.suggestions.iter().map(|s| s.count).sum();
            prop_assert!(counted <= together.reports);
            prop_assert!(together.suggestions.iter().all(|s| s.text != "Besseres"), "about other words");
            prop_assert_eq!(tally(&original, mine.iter().copied()), alone);
        }
    }

    #[test]
    fn the_same_wording_of_a_wider_mark_counts_as_the_same() {
        let mut original = ticket();
        original.passage = Some(passage("Standart"));
        let wide = passage("der Standart");
        let narrow = passage("Standart");
        let said = |ticket, passage, suggestion| Said {
            ticket,
            passage: Some(passage),
            suggestion: Some(suggestion),
            comment: None,
            withdrawn: false,
        };
        let all = [
            said(original.id, &narrow, "Standard"),
            said(TicketId(2000), &wide, "der Standard"),
        ];
        let tally = tally(&original, all);
        assert_eq!(
            tally.suggestions,
            [Suggestion {
                text: "Standard".into(),
                count: 2
            }]
        );
    }
}
