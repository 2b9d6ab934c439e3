//! Any passage in any text: never a panic, never out of bounds, and what is said to be found is the quote.
//! `cargo fuzz run locate` (nightly, or `RUSTC_BOOTSTRAP=1` with `-s none`).

#![no_main]

use arbitrary::Arbitrary;
use fehlermelder::domain::{
    anchoring::{Outcome, PreparedText, locate},
    normalise::normalise,
    passage::Passage,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    text: String,
    exact: String,
    prefix: String,
    suffix: String,
    start: Option<i64>,
}

fuzz_target!(|input: Input| {
    let text = PreparedText::new(&input.text);
    let passage = Passage {
        exact: input.exact,
        prefix: input.prefix,
        suffix: input.suffix,
        start: input.start,
        end: None,
    };
    let located = locate(&text, &passage);
    assert!((0.0..=1.0).contains(&located.score));
    if let Outcome::Gone { at: Some(at) } = located.outcome {
        assert!(at <= text.len());
    }
    let Some(range) = located.outcome.range() else {
        return;
    };
    assert!(range.start < range.end && range.end <= text.len());
    if matches!(located.outcome, Outcome::Found(_)) {
        assert_eq!(normalise(text.words(range)), normalise(&passage.exact));
    }
});
