//! Looks up passages in a text: prepared once, for all tickets of an article.

use std::sync::Arc;

use crate::domain::{
    anchoring::{Located, Outcome, PreparedText, locate},
    article_text::PageText,
    passage::Passage,
    sighting::Look,
    text_fragment::{Known, directive},
    ticket::PassageState,
};

/// A text longer than this is looked up in beside the runtime, in bytes.
const LARGE: usize = 32 * 1024;
/// And so are more passages than this.
const MANY: usize = 16;

/// What became of each passage, in their order. `None` when that broke: nothing is concluded then.
pub(super) async fn look_up(
    text: &Arc<str>,
    page: Option<&Arc<PageText>>,
    passages: Vec<Passage>,
) -> Option<Vec<Look>> {
    if text.len() < LARGE && passages.len() < MANY {
        return Some(look_up_now(text, page.map(AsRef::as_ref), &passages));
    }
    let (text, page) = (Arc::clone(text), page.cloned());
    tokio::task::spawn_blocking(move || look_up_now(&text, page.as_deref(), &passages))
        .await
        .ok()
}

fn look_up_now(text: &str, page: Option<&PageText>, passages: &[Passage]) -> Vec<Look> {
    if passages.is_empty() {
        return Vec::new();
    }
    let prepared = PreparedText::new(text);
    passages
        .iter()
        .map(|passage| look(text, page, passage, &locate(&prepared, passage)))
        .collect()
}

fn look(text: &str, page: Option<&PageText>, passage: &Passage, located: &Located) -> Look {
    let (score, margin) = (f64::from(located.score), f64::from(located.margin));
    let range = located.outcome.range();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let place = match &located.outcome {
        Outcome::Gone { at } => at.map(|at| (number(at), number(at))),
        _ => range
            .as_ref()
            .map(|range| (number(range.start), number(range.end))),
    };
    let leads_there = || {
        let (page, range) = (page?, range.as_ref()?);
        let (start, end) = page.place(range.start, range.end)?;
        let text = page.as_str();
        directive(passage, Some(Known { text, start, end }))
    };
    Look {
        directive: page.map(|_| leads_there().map(|d| d.to_string()).unwrap_or_default()),
        outcome: match located.outcome {
            Outcome::Found(_) => PassageState::Found,
            Outcome::Changed(_) => PassageState::Changed,
            Outcome::Ambiguous(_) => PassageState::Ambiguous,
            Outcome::Gone { .. } => PassageState::Gone,
        },
        words: range.map(|range| text.chars().skip(range.start).take(range.len()).collect()),
        place,
        score,
        margin,
    }
}
