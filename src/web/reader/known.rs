//! What a reader is told who marks something that is no error here.

use crate::{domain::site::Lang, rendering::translate, services::house_rules::Told};

/// The reason, in a sentence.
pub(super) fn told_words(told: &Told, lang: Lang) -> String {
    match told {
        Told::Rule(reason) => reason.clone(),
        Told::Judged(reason) => {
            let id = format!("known-judged-{}", reason.as_str().replace('_', "-"));
            translate(lang, &id, &[])
        }
    }
}
