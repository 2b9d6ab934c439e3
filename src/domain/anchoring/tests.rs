use super::{
    Located, Outcome, PreparedText,
    decide::{Verdict, consider},
    locate,
};
use crate::domain::passage::Passage;

/// Which measure says that a place is where it was expected.
const NEAR: usize = 14;

/// An article in which words come back.
const ARTICLE: &str = "Stadtbad Linden öffnet wieder\n\
    Nach drei Jahren Umbau öffnet das Stadtbad am Montag. Die Kosten stiegen auf 31 Millionen Euro, geplant waren 24. \
    Baudezernentin Ilse Wehrhahn nennt „die Lage am Markt“ als Grund.\n\
    Das Becken ist 50 Meter lang. Der Eintritt kostet 6,50 Euro, Kinder zahlen die Hälfte. Geöffnet ist das Bad von 7 bis 21 Uhr.\n\
    Der Förderverein sammelte 180.000 Euro. Das Bad soll im Winter auch den Schulen offenstehen, sagte Wehrhahn.\n\
    Im Jahr 1911 war das Bad das größte im Land. Heute ist es das älteste.";

/// The passage that `[…]` marks, with `context` characters on either side.
fn passage(marked: &str, context: usize) -> (String, Passage) {
    let (before, rest) = marked.split_once('[').unwrap();
    let (exact, after) = rest.split_once(']').unwrap();
    let start = before.chars().count();
    let passage = Passage {
        exact: exact.to_owned(),
        prefix: before.chars().skip(start.saturating_sub(context)).collect(),
        suffix: after.chars().take(context).collect(),
        start: i64::try_from(start).ok(),
        end: i64::try_from(start + exact.chars().count()).ok(),
    };
    ([before, exact, after].concat(), passage)
}

/// The passage of [`ARTICLE`] with these words, the `nth` of them.
fn of_article(exact: &str, nth: usize) -> Passage {
    let at = ARTICLE.match_indices(exact).nth(nth).unwrap().0;
    let marked = [
        &ARTICLE[..at],
        "[",
        exact,
        "]",
        &ARTICLE[at + exact.len()..],
    ]
    .concat();
    passage(&marked, 32).1
}

/// A passage, the edits of the article, the outcome and the words there now.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

/// The outcome's name and its words.
fn look(text: &str, passage: &Passage) -> (&'static str, String) {
    let text = PreparedText::new(text);
    let Located { outcome, .. } = locate(&text, passage);
    let words = outcome
        .range()
        .map_or("", |range| text.words(range))
        .to_owned();
    (outcome.as_str(), words)
}

#[test]
fn what_was_edited_is_found_with_exact_ends() {
    // The passage, what becomes of the article, the state and the words there now.
    let table: &[Case] = &[
        // Nothing.
        ("31 Millionen Euro", &[], "found", "31 Millionen Euro"),
        // A name, a number, a word wholly replaced.
        (
            "Ilse Wehrhahn",
            &[("Ilse Wehrhahn", "Karin Bode")],
            "changed",
            "Karin Bode",
        ),
        ("31", &[("auf 31 Mill", "auf 34,5 Mill")], "changed", "34,5"),
        // A typo.
        (
            "öffnet das Stadtbad am Montag",
            &[("Stadtbad am", "Stattbad am")],
            "changed",
            "öffnet das Stattbad am Montag",
        ),
        // Words put in, inside and at the edge; words cut.
        (
            "Becken ist 50 Meter lang",
            &[("50 Meter", "mehr als 50 Meter")],
            "changed",
            "Becken ist mehr als 50 Meter lang",
        ),
        (
            "Kinder zahlen die Hälfte",
            &[("Kinder zahlen die", "Kinder bis 14 zahlen nur die")],
            "changed",
            "Kinder bis 14 zahlen nur die Hälfte",
        ),
        (
            "das Bad von 7 bis 21 Uhr",
            &[("von 7 bis", "bis")],
            "changed",
            "das Bad bis 21 Uhr",
        ),
        // A paragraph split within.
        (
            "lang. Der Eintritt kostet 6,50 Euro",
            &[("lang. Der", "lang.\nDer")],
            "found",
            "lang.\nDer Eintritt kostet 6,50 Euro",
        ),
        // The last words and the first words replaced.
        (
            "Förderverein sammelte 180.000 Euro",
            &[("Förderverein sammelte", "Freundeskreis sammelte")],
            "changed",
            "Freundeskreis sammelte 180.000 Euro",
        ),
        (
            "das größte im Land",
            &[("im Land", "weit und breit")],
            "changed",
            "das größte weit und breit",
        ),
        // All around it rewritten.
        (
            "Das Becken ist 50 Meter lang.",
            &[
                (
                    "Baudezernentin Ilse Wehrhahn nennt „die Lage am Markt“ als Grund.",
                    "Die Stadt begründet das nicht.",
                ),
                (
                    "Der Eintritt kostet 6,50 Euro, Kinder zahlen die Hälfte.",
                    "Preise stehen noch nicht fest.",
                ),
            ],
            "found",
            "Das Becken ist 50 Meter lang.",
        ),
    ];
    for (exact, edits, state, words) in table {
        let mut text = ARTICLE.to_owned();
        for (old, new) in *edits {
            assert!(text.contains(old), "{old}");
            text = text.replacen(old, new, 1);
        }
        let found = look(&text, &of_article(exact, 0));
        assert_eq!(found, (*state, (*words).to_owned()), "{exact} {edits:?}");
    }
}

#[test]
fn typography_makes_no_other_words() {
    let text = ARTICLE
        .replace("„die Lage am Markt“", "»die\u{A0}Lage am\u{A0}Markt«")
        .replace("Millionen", "Mil\u{AD}lio\u{AD}nen")
        .replace("ö", "o\u{308}");
    assert_eq!(
        look(&text, &of_article("„die Lage am Markt“", 0)).0,
        "found"
    );
    assert_eq!(
        look(&text, &of_article("31 Millionen", 0)),
        ("found", "31 Mil\u{AD}lio\u{AD}nen".to_owned())
    );
    assert_eq!(
        look(&text, &of_article("Förderverein", 0)),
        ("found", "Fo\u{308}rderverein".to_owned())
    );
}

#[test]
fn the_right_one_of_many_is_found() {
    let line = |i: usize| format!("Platz {i} geht an Halle {}, das Bad bleibt zu.", i * 7);
    let lines: Vec<String> = (1..=40).map(line).collect();
    let text = lines.join("\n");
    let before = format!("Ein neuer Absatz, der alles verschiebt.\n{text}");
    for (i, at) in text.match_indices("Bad").map(|(at, _)| at).enumerate() {
        let marked = [&text[..at], "[Bad]", &text[at + 3..]].concat();
        let (_, passage) = passage(&marked, 32);
        let shift = before.chars().count() - text.chars().count();
        let expected = text[..at].chars().count() + shift;
        let located = locate(&PreparedText::new(&before), &passage);
        assert_eq!(
            located.outcome,
            Outcome::Found(expected..expected + 3),
            "{i}"
        );
    }
}

#[test]
fn a_correction_wins_over_the_old_words_elsewhere() {
    let corrected = ARTICLE.replacen("stiegen auf 31 Millionen", "stiegen auf 34 Millionen", 1);
    let exact = "Die Kosten stiegen auf 31 Millionen Euro, geplant waren 24.";
    let now = "Die Kosten stiegen auf 34 Millionen Euro, geplant waren 24.";
    for note in [
        format!(
            "{corrected}\nKorrektur: In einer früheren Fassung hieß es: „{exact}“ Das war falsch."
        ),
        format!("Korrekturhinweis: Hier stand zuerst „{exact}“\n{corrected}"),
        format!("{corrected}\n{exact}"),
    ] {
        assert_eq!(
            look(&note, &of_article(exact, 0)),
            ("changed", now.to_owned())
        );
    }
}

#[test]
fn a_moved_paragraph_is_found() {
    let mut blocks: Vec<&str> = ARTICLE.split('\n').collect();
    let moved = blocks.remove(2);
    blocks.push(moved);
    let text = blocks.join("\n");
    for exact in ["Becken ist 50", "Kinder zahlen die Hälfte", moved] {
        assert_eq!(
            look(&text, &of_article(exact, 0)),
            ("found", exact.to_owned())
        );
    }
}

#[test]
fn what_was_deleted_is_gone_and_says_where() {
    let sentence = "Der Eintritt kostet 6,50 Euro, Kinder zahlen die Hälfte. ";
    let text = ARTICLE.replacen(sentence, "", 1);
    let at = text.find("Geöffnet").map(|at| text[..at].chars().count());
    let located = locate(&PreparedText::new(&text), &of_article(sentence.trim(), 0));
    assert_eq!(located.outcome, Outcome::Gone { at });
    // A similar sentence elsewhere is not it.
    let decoy = format!("{text}\nDer Eintritt kostet 7,50 Euro, Gruppen zahlen die Hälfte.");
    let located = locate(&PreparedText::new(&decoy), &of_article(sentence.trim(), 0));
    assert_eq!(located.outcome, Outcome::Gone { at });
}

#[test]
fn what_was_deleted_at_the_end_is_gone_there() {
    let sentence = "Heute ist es das älteste.";
    let block = "Im Jahr 1911 war das Bad das größte im Land. Heute ist es das älteste.";
    for (exact, deleted) in [
        (sentence, [" ", sentence].concat()),
        (sentence, sentence.to_owned()),
        (block, ["\n", block].concat()),
    ] {
        let text = PreparedText::new(&ARTICLE.replacen(&deleted, "", 1));
        let passage = of_article(exact, 0);
        let end = text.len();
        let located = locate(&text, &passage);
        assert_eq!(
            located.outcome,
            Outcome::Gone { at: Some(end) },
            "{deleted:?}"
        );
        // And it counts that this is where it was expected.
        let Verdict::Ranked(places) = consider(&text, &passage) else {
            panic!("the words do not stand there");
        };
        assert!(places[0].measures[NEAR] > 0.5, "{deleted:?}");
    }
}

#[test]
fn a_deleted_block_is_gone() {
    let blocks: Vec<&str> = ARTICLE.split('\n').collect();
    let text = [blocks[0], blocks[1], blocks[3], blocks[4]].join("\n");
    for exact in ["Kinder zahlen", "ist 50 Meter lang. Der Eintritt"] {
        assert_eq!(look(&text, &of_article(exact, 0)).0, "gone", "{exact}");
    }
    assert_eq!(look("", &of_article("Kinder", 0)).0, "gone");
    assert_eq!(look(ARTICLE, &Passage::default()).0, "gone");
}

#[test]
fn equal_places_are_not_guessed_at() {
    let text = "Der Zug hält. Der Zug fährt. ".repeat(3);
    let passage = Passage {
        exact: "hält".to_owned(),
        prefix: "Der Zug ".to_owned(),
        suffix: ". Der Zug fährt. ".to_owned(),
        ..Passage::default()
    };
    assert_eq!(look(&text, &passage).0, "ambiguous");
    // The position decides where it is known.
    let near = Passage {
        start: Some(37),
        end: Some(41),
        ..passage
    };
    let located = locate(&PreparedText::new(&text), &near);
    assert_eq!(located.outcome, Outcome::Found(37..41));
}

#[test]
fn passages_over_paragraph_borders_survive_another_extraction() {
    let exact = "als Grund.\nDas Becken ist";
    for border in ["\n\n", "\r\n", " ", " \u{A0}\n\t"] {
        let text = ARTICLE.replace('\n', border);
        assert_eq!(look(&text, &of_article(exact, 0)).0, "found", "{border:?}");
    }
}

#[test]
fn wrong_positions_and_missing_surroundings_are_borne() {
    let mut passage = of_article("180.000 Euro", 0);
    passage.start = Some(-5);
    passage.end = Some(i64::MAX);
    assert_eq!(look(ARTICLE, &passage).0, "found");
    passage.prefix.clear();
    passage.suffix.clear();
    assert_eq!(look(ARTICLE, &passage).0, "found");
    let often = Passage {
        exact: "Das".to_owned(),
        start: Some(i64::MAX),
        ..Passage::default()
    };
    assert_eq!(look(ARTICLE, &often).0, "ambiguous");
}

#[test]
fn characters_that_readers_see_as_one_are_not_split() {
    let (text, passage) = passage("Danke 👩\u{200D}💻 an [alle] 🇩🇪 Leute", 10);
    let edited = text.replace("alle", "euch 👨\u{200D}👩\u{200D}👧");
    assert_eq!(
        look(&edited, &passage),
        ("changed", "euch 👨\u{200D}👩\u{200D}👧".to_owned())
    );
    let half = Passage {
        exact: "👩".to_owned(),
        ..Passage::default()
    };
    assert_ne!(look(&text, &half).0, "found");
}

#[test]
fn a_missing_space_is_another_word() {
    let (text, passage) = passage("Das ist [gar nicht] so schwer, sagt der Trainer.", 32);
    let edited = text.replace("gar nicht", "garnicht");
    assert_eq!(look(&edited, &passage), ("changed", "garnicht".to_owned()));
    let (text, passage) = self::passage("Das Stadt[bad] bleibt offen.", 32);
    assert_eq!(look(&text, &passage), ("found", "bad".to_owned()));
}

#[test]
fn long_quotes_survive_twenty_edits() {
    let words: Vec<String> = (0..900)
        .map(|i| format!("Wort{}{}", i % 97, ["e", "n", "st"][i % 3]))
        .collect();
    let text = words.join(" ");
    let start = words[..200].join(" ").len() + 1;
    let end = words[..480].join(" ").len();
    let marked = [&text[..start], "[", &text[start..end], "]", &text[end..]].concat();
    let (_, passage) = passage(&marked, 500);
    let mut edited = words;
    for i in 0..20 {
        edited[205 + i * 13] = format!("neu{i}");
    }
    let located = locate(&PreparedText::new(&edited.join(" ")), &passage);
    let range = edited[..200].join(" ").len() + 1..edited[..480].join(" ").len();
    assert_eq!(located.outcome, Outcome::Changed(range));
}
