//! What holds for any text.

use proptest::prelude::*;

use super::{Outcome, PreparedText, locate};
use crate::domain::{normalise::normalise, passage::Passage};

fn any_text() -> impl Strategy<Value = String> {
    // Words, marks, emoji, joiners, spaces of all sorts, and anything else.
    let piece = prop_oneof![
        8 => "[a-zäöüß]{1,7}",
        4 => Just(" ".to_owned()),
        2 => "[ \n\u{A0}\u{AD}\u{200B}\u{200D}]",
        2 => "[„“»«…–ﬁ.,!]",
        1 => "[e\u{301}o\u{308}👩🏽🇩🇪\u{FE0F}]{1,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn any_passage() -> impl Strategy<Value = Passage> {
    (
        any_text(),
        any_text(),
        any_text(),
        proptest::option::of(any::<i64>()),
    )
        .prop_map(|(exact, prefix, suffix, start)| Passage {
            exact,
            prefix,
            suffix,
            start,
            end: start,
        })
}

/// A text and a passage of it.
fn text_and_passage() -> impl Strategy<Value = (String, Passage)> {
    (any_text(), 0..200_usize, 1..60_usize, 0..60_usize).prop_map(|(text, start, long, context)| {
        let chars: Vec<char> = text.chars().collect();
        let start = start % chars.len().max(1);
        let end = (start + long).min(chars.len());
        let text_of = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
        let passage = Passage {
            exact: text_of(start.min(end)..end),
            prefix: text_of(start.saturating_sub(context).min(end)..start.min(end)),
            suffix: text_of(end..(end + context).min(chars.len())),
            start: i64::try_from(start).ok(),
            end: i64::try_from(end).ok(),
        };
        (text, passage)
    })
}

/// That an answer lies within the text, and that found words are the quote's.
fn check(text: &str, passage: &Passage) -> Result<(), TestCaseError> {
    let prepared = PreparedText::new(text);
    let located = locate(&prepared, passage);
    prop_assert!((0.0..=1.0).contains(&located.score));
    prop_assert!((-1.0..=1.0).contains(&located.margin));
    if let Outcome::Gone { at: Some(at) } = located.outcome {
        prop_assert!(at <= prepared.len());
    }
    if let Some(range) = located.outcome.range() {
        prop_assert!(range.start < range.end && range.end <= prepared.len());
        if matches!(located.outcome, Outcome::Found(_)) {
            prop_assert_eq!(normalise(prepared.words(range)), normalise(&passage.exact));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_answer_lies_within_the_text(text in any_text(), passage in any_passage()) {
        check(&text, &passage)?;
    }

    #[test]
    fn a_passage_of_the_text_gets_a_sound_answer((text, passage) in text_and_passage()) {
        check(&text, &passage)?;
    }

    #[test]
    fn a_unique_passage_survives_text_put_in_elsewhere(
        before in "[a-m]{2,8}( [a-m]{2,8}){5,30}",
        after in "[a-m]{2,8}( [a-m]{2,8}){5,30}",
        exact in "[n-z]{3,9}( [n-z]{3,9}){0,6}",
        new in "[a-m]{2,8}( [a-m]{2,8}){1,20}",
        at_end in any::<bool>(),
    ) {
        let marked = format!("{before} {exact} {after}");
        let start = before.len() + 1;
        let passage = Passage {
            prefix: marked[start.saturating_sub(32)..start].to_owned(),
            suffix: marked[start + exact.len()..].chars().take(32).collect(),
            start: i64::try_from(start).ok(),
            end: i64::try_from(start + exact.len()).ok(),
            exact: exact.clone(),
        };
        let (text, start) = if at_end {
            (format!("{marked} {new}"), start)
        } else {
            (format!("{new} {marked}"), new.len() + 1 + start)
        };
        let located = locate(&PreparedText::new(&text), &passage);
        prop_assert_eq!(located.outcome, Outcome::Found(start..start + exact.len()));
    }
}
