use super::*;
use crate::domain::kind::Kind;

const TEXT: &str = "Der Hersteller hält sich an den Standart, den die Kommission 2024 beschloß. Händler wissen das seid Mai. \
                    Ein weiterer Absatz nennt den Standart noch einmal, und zwar am Ende des Textes, wo ihn niemand erwartet.";

fn passage(words: &str, nth: usize) -> Passage {
    let at = TEXT
        .match_indices(words)
        .nth(nth)
        .expect("the words are in the text")
        .0;
    let back = TEXT[..at]
        .char_indices()
        .rev()
        .nth(39)
        .map_or(0, |(i, _)| i);
    let rest = &TEXT[at + words.len()..];
    let forth = rest.char_indices().nth(40).map_or(rest.len(), |(i, _)| i);
    Passage {
        exact: words.into(),
        prefix: TEXT[back..at].into(),
        suffix: rest[..forth].into(),
        start: Some(i64::try_from(TEXT[..at].chars().count()).unwrap()),
        end: None,
    }
}

fn candidate(id: i64, kind: Kind, words: &str, nth: usize, suggestions: &[&str]) -> Candidate {
    Candidate::new(
        TicketId(id),
        (TicketState::New, None),
        kind.class(),
        None,
        Some(&passage(words, nth)),
        suggestions,
    )
}

fn check(report: &Candidate, tickets: &[Candidate], expected: Option<(usize, Rule)>) {
    let expected = expected.map_or(Decision::Open, |(index, rule)| Decision::Join {
        index,
        rule,
    });
    assert_eq!(decide(report, tickets), expected);
}

#[test]
fn the_same_correction_joins_whatever_was_marked_around_it() {
    let tickets = [candidate(1, Kind::Spelling, "Standart", 0, &["Standard"])];
    check(
        &candidate(0, Kind::Spelling, "Standart", 0, &["Standard"]),
        &tickets,
        Some((0, Rule::SameCorrection)),
    );
    check(
        &candidate(
            0,
            Kind::Spelling,
            "an den Standart,",
            0,
            &["an den Standard,"],
        ),
        &tickets,
        Some((0, Rule::SameWords)),
    );
    let wide = [candidate(
        1,
        Kind::Spelling,
        "an den Standart",
        0,
        &["an den Standard"],
    )];
    check(
        &candidate(
            0,
            Kind::Grammar,
            "sich an den Standart",
            0,
            &["sich an den Standard"],
        ),
        &wide,
        Some((0, Rule::SameCorrection)),
    );
}

#[test]
fn the_same_words_elsewhere_are_another_place() {
    let tickets = [candidate(1, Kind::Spelling, "Standart", 0, &["Standard"])];
    check(
        &candidate(0, Kind::Spelling, "Standart", 1, &["Standard"]),
        &tickets,
        None,
    );
}

#[test]
fn another_correction_of_the_same_words_joins() {
    let tickets = [candidate(1, Kind::Spelling, "beschloß", 0, &["beschloss"])];
    check(
        &candidate(
            0,
            Kind::Spelling,
            "2024 beschloß",
            0,
            &["2024 beschlossen hat"],
        ),
        &tickets,
        Some((0, Rule::SameWords)),
    );
}

#[test]
fn different_mistakes_in_one_sentence_stay_apart() {
    let sentence = "Der Hersteller hält sich an den Standart, den die Kommission 2024 beschloß.";
    let tickets = [candidate(
        1,
        Kind::Spelling,
        sentence,
        0,
        &[&sentence.replace("Standart", "Standard")],
    )];
    check(
        &candidate(
            0,
            Kind::Spelling,
            sentence,
            0,
            &[&sentence.replace("beschloß", "beschloss")],
        ),
        &tickets,
        None,
    );
    check(
        &candidate(0, Kind::Spelling, "Standart", 0, &["Standard"]),
        &[candidate(1, Kind::Spelling, "beschloß", 0, &[] as &[&str])],
        None,
    );
}

#[test]
fn without_a_suggestion_the_largest_overlap_wins() {
    let tickets = [
        candidate(1, Kind::Spelling, "sich an", 0, &[] as &[&str]),
        candidate(2, Kind::Spelling, "an den Standart", 0, &[] as &[&str]),
    ];
    check(
        &candidate(0, Kind::Spelling, "an den Standart, den", 0, &[]),
        &tickets,
        Some((1, Rule::Overlap)),
    );
    check(
        &candidate(0, Kind::Spelling, "Standart", 0, &["Standard"]),
        &tickets,
        Some((1, Rule::Overlap)),
    );
    check(
        &candidate(0, Kind::Spelling, "Händler", 0, &[]),
        &tickets,
        None,
    );
}

#[test]
fn language_and_facts_never_join() {
    let tickets = [candidate(1, Kind::Fact, "2024", 0, &["2023"])];
    check(
        &candidate(0, Kind::Spelling, "2024", 0, &["2023"]),
        &tickets,
        None,
    );
    check(
        &candidate(0, Kind::Outdated, "2024", 0, &["2023"]),
        &tickets,
        Some((0, Rule::SameCorrection)),
    );
}

#[test]
fn whole_article_reports_never_join() {
    let whole = |id| {
        Candidate::new(
            TicketId(id),
            (TicketState::New, None),
            KindClass::Content,
            None,
            None,
            &[] as &[&str],
        )
    };
    check(&whole(0), &[whole(1)], None);
    let headline = |id| {
        Candidate::new(
            TicketId(id),
            (TicketState::New, None),
            KindClass::Language,
            Some(Part::Headline),
            None,
            &["Neue Zeile"],
        )
    };
    check(&headline(0), &[headline(1)], Some((0, Rule::SamePart)));
}

#[test]
fn a_corrected_ticket_counts_the_old_tabs_reports() {
    let mut ticket = candidate(1, Kind::Spelling, "Standart", 0, &["Standard"]);
    ticket.state = TicketState::Closed;
    ticket.resolution = Some(Resolution::Corrected);
    check(
        &candidate(0, Kind::Spelling, "Standart", 0, &["Standard"]),
        &[ticket.clone()],
        Some((0, Rule::SameCorrection)),
    );
    check(
        &candidate(0, Kind::Spelling, "Standart", 0, &[]),
        &[ticket.clone()],
        Some((0, Rule::Overlap)),
    );
    let open = candidate(2, Kind::Spelling, "Standart", 0, &["Norm"]);
    check(
        &candidate(0, Kind::Spelling, "Standart", 0, &["Standard"]),
        &[ticket, open],
        Some((1, Rule::SameWords)),
    );
}

#[test]
fn not_an_error_is_remembered_for_language_and_the_same_suggestion_only() {
    let closed = |kind, suggestion| {
        let mut ticket = candidate(1, kind, "beschloß", 0, &[suggestion]);
        ticket.state = TicketState::Closed;
        ticket.resolution = Some(Resolution::NotAnError);
        [ticket]
    };
    let report = |kind, s: &str| candidate(0, kind, "beschloß", 0, &[s]);
    check(
        &report(Kind::Spelling, "beschloss"),
        &closed(Kind::Spelling, "beschloss"),
        Some((0, Rule::SameCorrection)),
    );
    check(
        &report(Kind::Spelling, "entschied"),
        &closed(Kind::Spelling, "beschloss"),
        None,
    );
    check(
        &report(Kind::Fact, "beschloss"),
        &closed(Kind::Fact, "beschloss"),
        None,
    );
}

#[test]
fn typed_words_without_surroundings_join_by_their_words() {
    let bare = Passage {
        exact: "Standart".into(),
        ..Passage::default()
    };
    let report = Candidate::new(
        TicketId(0),
        (TicketState::New, None),
        KindClass::Language,
        None,
        Some(&bare),
        &["Standard"],
    );
    check(
        &report,
        &[candidate(1, Kind::Spelling, "Standart", 0, &["Standard"])],
        Some((0, Rule::SameCorrection)),
    );
}

#[test]
fn an_inserted_word_is_a_place_too() {
    let tickets = [candidate(
        1,
        Kind::Grammar,
        "Händler wissen das",
        0,
        &["Händler wissen um das"],
    )];
    check(
        &candidate(
            0,
            Kind::Grammar,
            "wissen das seid",
            0,
            &["wissen um das seid"],
        ),
        &tickets,
        Some((0, Rule::SameCorrection)),
    );
    check(
        &candidate(0, Kind::Grammar, "das seid Mai", 0, &["das seit Mai"]),
        &tickets,
        None,
    );
}

#[test]
fn suggestions_are_counted_in_the_tickets_own_terms() {
    let ticket = candidate(1, Kind::Spelling, "Standart", 0, &["Standard"]);
    assert_eq!(
        ticket.in_own_terms("an den Standart", "an den Standard"),
        "Standard"
    );
    let ticket = candidate(
        1,
        Kind::Spelling,
        "an den Standart",
        0,
        &["an den Standard"],
    );
    assert_eq!(
        ticket.in_own_terms("Standart", "Standard"),
        "an den Standard"
    );
    assert_eq!(ticket.in_own_terms("ganz andere", "Worte"), "Worte");
}

proptest::proptest! {
    #[test]
    fn any_two_passages_can_be_compared(
        a in "\\PC{0,40}", b in "\\PC{0,40}", c in "\\PC{0,40}", s in "\\PC{0,40}", t in "\\PC{0,40}",
    ) {
        let p = Passage { exact: a.clone(), prefix: b.clone(), suffix: c.clone(), start: None, end: None };
        let q = Passage { exact: b, prefix: a, suffix: c, start: Some(3), end: Some(1) };
        let one = Candidate::new(TicketId(1), (TicketState::New, None), KindClass::Language, None, Some(&p), &[s]);
        let two = Candidate::new(TicketId(2), (TicketState::New, None), KindClass::Language, None, Some(&q), &[t]);
        let _ = decide(&one, &[two.clone(), one.clone()]);
        let _ = two.in_own_terms(&p.exact, "x");
    }

    #[test]
    fn the_same_report_twice_is_one_ticket(words in "[a-zäöü]{3,10}( [a-zäöü]{3,10}){0,3}", s in "[a-z]{3,10}") {
        let p = Passage { exact: words, prefix: "Davor steht dies und ".into(), suffix: " und danach steht das.".into(), start: Some(21), end: None };
        let one = Candidate::new(TicketId(1), (TicketState::New, None), KindClass::Language, None, Some(&p), &[s]);
        let joins = matches!(decide(&one, std::slice::from_ref(&one)), Decision::Join { index: 0, .. });
        proptest::prop_assert!(joins, "joins itself");
    }
}

/// `words`, where they stand in a text, with all of the text around them.
fn marked(text: &str, words: &str) -> Candidate {
    let (prefix, suffix) = text.split_once(words).expect("the words are in the text");
    let passage = Passage {
        exact: words.into(),
        prefix: prefix.into(),
        suffix: suffix.into(),
        start: None,
        end: None,
    };
    Candidate::new(
        TicketId(1),
        (TicketState::New, None),
        KindClass::Language,
        None,
        Some(&passage),
        &[] as &[&str],
    )
}

#[test]
fn a_word_is_not_the_beginning_of_another() {
    for (text, one, other) in [
        (
            "Hier steht Feler 1 und da Feler 10 in einem Satz.",
            "Feler 1",
            "Feler 10",
        ),
        ("Feler 10 und Feler 1", "Feler 10", "und Feler 1"),
        (
            "Der Stand ist gut, der Standart nicht.",
            "Stand",
            "Standart",
        ),
        ("Ein Artikel, ein Überartikel", "ein Über", "Ein Artikel"),
    ] {
        let (one, other) = (marked(text, one), marked(text, other));
        check(&one, std::slice::from_ref(&other), None);
        check(&other, std::slice::from_ref(&one), None);
    }
    // Half a word and the whole are the same place, where they are.
    let text = "Der Standart ist gut.";
    let (half, whole) = (marked(text, "Stand"), marked(text, "Standart"));
    check(
        &half,
        std::slice::from_ref(&whole),
        Some((0, Rule::Overlap)),
    );
    check(
        &whole,
        std::slice::from_ref(&half),
        Some((0, Rule::Overlap)),
    );
}

proptest::proptest! {
    /// Any number of numbered mistakes in one sentence, marked without a suggestion.
    #[test]
    fn numbered_mistakes_of_one_sentence_stay_apart(numbers in proptest::collection::btree_set(0_u32..2_000, 2..12), word in "[A-Za-zäöüß]{1,8}") {
        let words: Vec<String> = numbers.iter().rev().map(|n| format!("{word} {n}")).collect();
        let text = format!("{}.", words.join(" und "));
        let tickets: Vec<Candidate> = words
            .iter()
            .map(|w| {
                let at = text.match_indices(w.as_str()).map(|(at, _)| at).find(|at| !text[at + w.len()..].starts_with(|c: char| c.is_ascii_digit())).unwrap();
                let passage = Passage { exact: w.clone(), prefix: text[..at].into(), suffix: text[at + w.len()..].into(), start: None, end: None };
                Candidate::new(TicketId(1), (TicketState::New, None), KindClass::Language, None, Some(&passage), &[] as &[&str])
            })
            .collect();
        for (index, report) in tickets.iter().enumerate() {
            let others: Vec<Candidate> = tickets.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, t)| t.clone()).collect();
            proptest::prop_assert_eq!(decide(report, &others), Decision::Open, "{}", &words[index]);
            proptest::prop_assert_eq!(decide(report, &tickets), Decision::Join { index, rule: Rule::Overlap });
        }
    }
}
