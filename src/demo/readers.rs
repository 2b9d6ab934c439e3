//! The demo's readers: what they send goes the way of every report, by the same rules as from a page.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    articles::{DemoArticle, DemoMistake},
    error::DemoError,
};
use crate::{
    domain::{
        report::read_report,
        secret::sha256,
        site::{Lang, Site},
    },
    services::{Services, file_report::Submission},
    web::consent::consent_text,
};

/// Where readers left addresses; nobody has them.
const ADDRESSES: &[&str] = &[
    "sabine.kruse@leserpost.example",
    "t.brandt@leserpost.example",
    "mehmet.oezkan@postfach.example",
    "hannelore.witt@postfach.example",
    "j.vandenberg@leserpost.example",
    "paul.aschenbrenner@postfach.example",
    "rieke.lund@leserpost.example",
    "f.kowalczyk@postfach.example",
    "imke.jansen@leserpost.example",
    "o.schreiber@postfach.example",
    "lotte.bergmann@leserpost.example",
    "a.dressler@postfach.example",
];

/// The address of the n-th reader who left one.
#[must_use]
pub fn address(number: usize) -> String {
    match (
        ADDRESSES[number % ADDRESSES.len()],
        number / ADDRESSES.len(),
    ) {
        (address, 0) => address.to_owned(),
        (address, round) => address.replacen('@', &format!("{round}@"), 1),
    }
}

/// What a reader says.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The marked words with what stands around them.
    pub marked: Option<Marked>,
    /// Kind, as in reports.
    pub kind: String,
    /// Part.
    pub part: Option<String>,
    /// Suggested wording.
    pub suggestion: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Source.
    pub source: Option<String>,
    /// Address left with consent.
    pub email: Option<String>,
    /// Time in the form, milliseconds.
    pub elapsed_ms: i64,
}

/// Marked words.
#[derive(Debug, Clone)]
pub struct Marked {
    /// The words.
    pub exact: String,
    /// Before them.
    pub prefix: String,
    /// After them.
    pub suffix: String,
}

impl From<&DemoMistake> for Marked {
    fn from(mistake: &DemoMistake) -> Self {
        Self {
            exact: mistake.exact.clone(),
            prefix: mistake.prefix.clone(),
            suffix: mistake.suffix.clone(),
        }
    }
}

/// What the control would send, ready for the intake.
///
/// # Errors
/// [`DemoError::Inconsistent`] when the intake would refuse it.
pub fn submission(
    services: &Services,
    site: &Arc<Site>,
    article: &DemoArticle,
    url: &str,
    said: &Said,
) -> Result<Submission, DemoError> {
    let mut document = Map::new();
    document.insert("site".into(), json!(site.key));
    document.insert(
        "article".into(),
        json!({
            "url": url, "title": article.title, "sections": article.sections, "lang": article.lang,
            "authors": article.authors, "modified_at": article.modified_at,
        }),
    );
    if let Some(marked) = &said.marked {
        let quote = json!({
            "type": "TextQuoteSelector", "exact": marked.exact, "prefix": marked.prefix, "suffix": marked.suffix,
        });
        document.insert(
            "target".into(),
            json!({ "source": url, "selector": [quote] }),
        );
    }
    document.insert("kind".into(), json!(said.kind));
    document.insert("elapsed_ms".into(), json!(said.elapsed_ms));
    let optional = [
        ("part", &said.part),
        ("suggestion", &said.suggestion),
        ("comment", &said.comment),
        ("source", &said.source),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            document.insert(name.into(), json!(value));
        }
    }
    if let Some(email) = &said.email {
        document.insert("contact".into(), json!({ "email": email, "consent": true }));
    }
    let document = Value::Object(document);
    let lang = Lang::of_tag(&article.lang).unwrap_or(site.lang);
    let report = read_report(&document)
        .map_err(|faults| DemoError::Inconsistent(format!("{}: {faults:?}", article.slug)))?;
    Ok(Submission {
        site: Arc::clone(site),
        report,
        idempotency_key: None,
        body_hash: sha256(document.to_string().as_bytes()),
        lang,
        consent_text: consent_text(services, site, lang),
        confirm_after: None,
    })
}
