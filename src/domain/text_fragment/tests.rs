use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::{
    Known, directive,
    finder::find,
    page::{Folding, OBJECT, Page},
    shortest,
};
use crate::domain::passage::Passage;

/// The directive for the words between `[` and `]`.
fn of(marked: &str) -> Option<String> {
    let from = marked.find('[').unwrap();
    let to = marked.find(']').unwrap() - 1;
    let text = marked.replace(['[', ']'], "");
    let directive = shortest(&text, from, to)?;
    for folding in [Folding::Root, Folding::German] {
        let found = find(&Page::new(&text, folding), &directive).map(|(from, to)| &text[from..to]);
        assert_eq!(found, Some(text[from..to].trim()), "{directive} in {text}");
    }
    let directive = directive.to_string();
    let terms = directive.strip_prefix(":~:text=").unwrap();
    Some(
        percent_decode_str(terms)
            .decode_utf8()
            .unwrap()
            .into_owned(),
    )
}

#[test]
fn words_that_stand_once_need_nothing_around_them() {
    assert_eq!(of("Ein [Feler] steht hier.").as_deref(), Some("Feler"));
    assert_eq!(of("[Ein Feler steht] hier.").as_deref(), Some("Ein,steht"));
    assert_eq!(of("Das [steht in] dem").as_deref(), Some("steht,in"));
}

#[test]
fn the_first_of_several_needs_nothing_either() {
    assert_eq!(of("Das [Wort] und das Wort.").as_deref(), Some("Wort"));
    assert_eq!(of("Das Wort und ein [Wort].").as_deref(), Some("ein-,Wort"));
    assert_eq!(
        of("Ein Wort war das und ein [Wort] ist es.").as_deref(),
        Some("Wort,-ist")
    );
    assert_eq!(
        of("x Wort a Wort b x Wort b x Wort a a [Wort] b").as_deref(),
        Some("a a-,Wort")
    );
}

#[test]
fn what_the_browser_takes_for_the_same_is_told_apart() {
    assert_eq!(of("Bar ist kein [Bär] hier").as_deref(), Some("Bär,-hier"));
    assert_eq!(of("Baer ist kein [Bär] hier").as_deref(), Some("Bär,-hier"));
    assert_eq!(
        of("Die STRASSE und die Ko\u{308} [Straße]").as_deref(),
        Some("Kö-,Straße".replace('ö', "o\u{308}").as_str())
    );
    assert_eq!(
        of("Fehler\u{AD}meldung im [Fehler]").as_deref(),
        Some("im-,Fehler")
    );
    assert_eq!(
        of("Ganz „so“ oder ganz [\"so\"] hier").as_deref(),
        Some("\"so\",-hier")
    );
    assert_eq!(of("Seite heise.de in [de] ist").as_deref(), Some("in-,de"));
}

#[test]
fn parts_of_words_lean_on_the_rest_of_the_word() {
    assert_eq!(of("Sie be[sagen] es").as_deref(), Some("be-,sagen"));
    assert_eq!(
        of("Das ist ein Anfa[ngs]ort im Text").as_deref(),
        Some("Anfa-,ngs,-ort")
    );
    assert_eq!(
        of("Die Kolleg:[innen] sind").as_deref(),
        Some("Kolleg:-,innen")
    );
}

#[test]
fn context_may_stand_in_the_block_before_or_behind() {
    assert_eq!(
        of("Fazit\nEins.\nSo weit.\n[Fazit]\nZwei.").as_deref(),
        Some("Fazit,-Zwei")
    );
    assert_eq!(
        of("Fazit\nZwei.\nSo weit.\n[Fazit]\nZwei.").as_deref(),
        Some("weit.-,Fazit")
    );
}

#[test]
fn passages_over_borders_are_named_by_their_ends() {
    assert_eq!(
        of("Das [Ende\nund der Anfang] hier").as_deref(),
        Some("Ende,Anfang")
    );
    assert_eq!(
        of("Das Ende. Das [Ende\nund Anfang der Anfang] hier").as_deref(),
        Some(". Das-,Ende,Anfang,-hier")
    );
    assert_eq!(of(&format!("a [b {OBJECT} c] d")).as_deref(), Some("b,c"));
}

#[test]
fn where_nothing_can_tell_places_apart_there_is_no_link() {
    let same = "Ja, ja, ja, ja.\n".repeat(30);
    assert_eq!(of(&format!("{same}Ja, [ja], ja, ja.\n{same}")), None);
    assert_eq!(of("[ ] a"), None);
    assert_eq!(of("[…]"), None);
    assert_eq!(of("gro\u{AD}[ßer]\u{AD}e Fehler"), None);
    assert_eq!(
        of("日本語の[文章]です").as_deref(),
        Some("日本語の-,文章,-です")
    );
    assert_eq!(of("x 👩‍💻 und [👩] y"), None);
}

#[test]
fn marks_alone_are_found_by_what_stands_around_them() {
    assert_eq!(of("Das Haus[,] das steht").as_deref(), Some(",,-das"));
    assert_eq!(of("Haus, Haus[,] das steht").as_deref(), Some(",,-das"));
}

#[test]
fn without_the_page_the_surroundings_must_do() {
    let passage = Passage {
        exact: "Wort".into(),
        prefix: "und noch ein ".into(),
        suffix: " im Text".into(),
        ..Passage::default()
    };
    let known = Known {
        text: "Ein Wört",
        start: 4,
        end: 8,
    };
    assert_eq!(
        directive(&passage, None).unwrap().to_string(),
        ":~:text=noch%20ein-,Wort,-im"
    );
    assert_eq!(
        directive(&passage, Some(known)).unwrap().to_string(),
        ":~:text=W%C3%B6rt"
    );
    for (start, end) in [(4, 4), (5, 4), (8, 9), (90, 99)] {
        assert_eq!(
            directive(
                &passage,
                Some(Known {
                    start,
                    end,
                    ..known
                })
            ),
            None
        );
    }
}

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "ein",
        "ein",
        "Ein",
        "Wort",
        "wort",
        "Wört",
        "Woert",
        "be",
        "sagen",
        "Straße",
        "Strasse",
        "\n",
        "„so“",
        "a",
        "a",
        "b",
        "1.5",
        "heise.de",
        "E-Mail",
        "Fehler\u{AD}meldung",
        "Fehler",
        "o\u{308}",
        "🚀",
        "(",
        ",",
        "…",
        "\u{A0}",
        "\u{FFFC}",
        "漢字",
        "des\u{200B}sen",
    ]);
    prop::collection::vec((word, prop::sample::select(vec![" ", " ", " ", ""])), 1..40).prop_map(
        |words| {
            words
                .into_iter()
                .flat_map(|(word, space)| [word, space])
                .collect()
        },
    )
}

proptest! {
    /// By every folding, the browser finds the passage and nothing else.
    #[test]
    fn the_first_match_is_the_passage(text in text(), a in 0_usize..200, b in 0_usize..200) {
        let from = text.floor_char_boundary(a.min(b) % (text.len() + 1));
        let to = text.floor_char_boundary(from + (a.max(b) - from.min(a.max(b))) % (text.len() - from + 1));
        if let Some(directive) = shortest(&text, from, to) {
            let passage = text[from..to].trim_matches(|c: char| c.is_whitespace() || c == OBJECT);
            for folding in [Folding::Root, Folding::German] {
                let found = find(&Page::new(&text, folding), &directive);
                prop_assert_eq!(found.map(|(from, to)| &text[from..to]), Some(passage), "{} in {:?}", directive, text);
                let at = from + text[from..to].find(passage).unwrap_or(0);
                prop_assert_eq!(found.map(|(from, _)| from), Some(at), "{} in {:?}", directive, text);
            }
        }
    }

    #[test]
    fn never_panics(text in any::<String>(), from in 0_usize..100, to in 0_usize..100) {
        let _ = directive(&Passage::default(), Some(Known { text: &text, start: from, end: to }));
        let _ = shortest(&text, from, to);
    }
}
