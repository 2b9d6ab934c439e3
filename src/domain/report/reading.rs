//! Reads a submission from untrusted JSON, once. Every fault is found in one pass and named by a JSON Pointer (RFC 6901), so that
//! a form can show all of them.

use serde_json::{Map, Value};

use super::{
    super::{
        article::{ArticleFacts, ArticleUrl, ArticleUrlError, MAX_URL_BYTES},
        clean::clean_text,
        kind::{Kind, Part},
        normalise::as_seen,
        passage::{MAX_CONTEXT, MAX_EXACT, Passage},
    },
    FieldError, MAX_COMMENT, MAX_SUGGESTION, NewContact, NewReport, Problem,
    fields::{MAX_LIST, MAX_TITLE, Reader},
    is_email,
};

/// Reads a submission. `site` and the idempotency key are the caller's to check.
///
/// # Errors
/// All faults of the document, each with its pointer.
pub fn read_report(document: &Value) -> Result<NewReport, Vec<FieldError>> {
    let mut reader = Reader { errors: Vec::new() };
    let report = reader.report(document);
    match report {
        Some(report) if reader.errors.is_empty() => Ok(report),
        _ => Err(reader.errors),
    }
}

const FIELDS: &[&str] = &[
    "site",
    "article",
    "target",
    "part",
    "kind",
    "suggestion",
    "comment",
    "source",
    "contact",
    "website",
    "elapsed_ms",
    "insisted",
];

/// What W3C says of a specific resource (Web Annotation, section 4) beside its selectors; nothing of it is used.
const OF_RESOURCES: &[&str] = &[
    "source",
    "selector",
    "type",
    "id",
    "purpose",
    "styleClass",
    "renderedVia",
    "state",
    "scope",
    "hasSource",
];

impl Reader {
    fn report(&mut self, document: &Value) -> Option<NewReport> {
        let Some(root) = document.as_object() else {
            self.fail("", Problem::WrongType("object"));
            return None;
        };
        self.only(root, "", FIELDS);
        self.text(root, "", "site", MAX_TITLE, true);
        let (article, facts) = self.article(root);
        let (passage, page_url) = self.target(root);
        let part = self.word(root, "part", Part::parse, false);
        let kind = self.word(root, "kind", Kind::parse, true);
        let suggestion = self.prose(root, "suggestion", MAX_SUGGESTION);
        let suggestion = suggestion.filter(|s| {
            // Other quotation marks are a correction, too: only what nobody sees makes no other wording.
            passage
                .as_ref()
                .is_none_or(|p| as_seen(s) != as_seen(&clean_text(&p.exact)))
        });
        let comment = self.prose(root, "comment", MAX_COMMENT);
        let source = self.link(root, "", "source");
        let contact = self.contact(root);
        if root
            .get("website")
            .is_some_and(|v| !v.is_null() && v.as_str() != Some(""))
        {
            self.fail("/website", Problem::MustBeEmpty);
        }
        let elapsed_ms = match root.get("elapsed_ms") {
            None | Some(Value::Null) => None,
            Some(v) => {
                let n = v.as_f64().filter(|n| *n >= 0.0);
                if n.is_none() {
                    self.fail("/elapsed_ms", Problem::WrongType("number"));
                }
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "saturates, and only its size matters"
                )]
                n.map(|n| n as i64)
            }
        };
        let insisted = match root.get("insisted") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(insisted)) => *insisted,
            Some(_) => {
                self.fail("/insisted", Problem::WrongType("boolean"));
                false
            }
        };
        if passage.is_none() && suggestion.is_none() && comment.is_none() && self.errors.is_empty()
        {
            self.fail("", Problem::NothingSaid);
        }
        Some(NewReport {
            article: article?,
            facts,
            page_url,
            passage,
            part,
            kind: kind?,
            suggestion,
            comment,
            source,
            contact,
            elapsed_ms,
            insisted,
        })
    }

    fn article(&mut self, root: &Map<String, Value>) -> (Option<ArticleUrl>, ArticleFacts) {
        let article = match root.get("article") {
            Some(Value::Object(article)) => article,
            None | Some(Value::Null) => {
                self.fail("/article", Problem::Missing);
                return (None, ArticleFacts::default());
            }
            Some(_) => {
                self.fail("/article", Problem::WrongType("object"));
                return (None, ArticleFacts::default());
            }
        };
        let known = ["url", "title", "sections", "authors", "lang", "modified_at"];
        self.only(article, "/article", &known);
        let url = self
            .text(article, "/article", "url", usize::MAX, true)
            .and_then(|text| match ArticleUrl::parse(&text) {
                Ok(url) => Some(url),
                Err(ArticleUrlError::TooLong) => {
                    self.fail("/article/url", Problem::TooLong(MAX_URL_BYTES));
                    None
                }
                Err(ArticleUrlError::NotHttp) => {
                    self.fail("/article/url", Problem::NotAUrl);
                    None
                }
            });
        let facts = ArticleFacts {
            title: self.line(article, "/article", "title"),
            sections: self.lines(article, "sections"),
            authors: self.lines(article, "authors"),
            lang: self
                .line(article, "/article", "lang")
                .filter(|l| l.len() <= 35),
            modified_at: self
                .line(article, "/article", "modified_at")
                .filter(|l| l.len() <= 40),
        };
        (url, facts)
    }

    fn target(&mut self, root: &Map<String, Value>) -> (Option<Passage>, Option<String>) {
        let target = match root.get("target") {
            None | Some(Value::Null) => return (None, None),
            Some(Value::Object(target)) => target,
            Some(_) => {
                self.fail("/target", Problem::WrongType("object"));
                return (None, None);
            }
        };
        self.only(target, "/target", OF_RESOURCES);
        let page = self.link(target, "/target", "source");
        let selectors: Vec<(String, &Value)> = match target.get("selector") {
            Some(Value::Array(list)) if list.len() > MAX_LIST => {
                self.fail("/target/selector", Problem::TooMany(MAX_LIST));
                return (None, page);
            }
            Some(Value::Array(list)) => list
                .iter()
                .enumerate()
                .map(|(i, v)| (format!("/target/selector/{i}"), v))
                .collect(),
            Some(one @ Value::Object(_)) => vec![("/target/selector".to_owned(), one)],
            None | Some(Value::Null) => {
                self.fail("/target/selector", Problem::Missing);
                return (None, page);
            }
            Some(_) => {
                self.fail("/target/selector", Problem::WrongType("array"));
                return (None, page);
            }
        };
        let mut passage: Option<Passage> = None;
        let mut position = None;
        for (pointer, selector) in selectors {
            let Some(selector) = selector.as_object() else {
                self.fail(pointer, Problem::WrongType("object"));
                continue;
            };
            match selector.get("type").and_then(Value::as_str) {
                Some("TextQuoteSelector") if passage.is_none() => {
                    let exact = self.text(selector, &pointer, "exact", MAX_EXACT, true);
                    let prefix = self.text(selector, &pointer, "prefix", MAX_CONTEXT, false);
                    let suffix = self.text(selector, &pointer, "suffix", MAX_CONTEXT, false);
                    if let Some(exact) = exact {
                        if exact.trim().is_empty() {
                            self.fail(format!("{pointer}/exact"), Problem::QuoteMissing);
                        }
                        passage = Some(Passage {
                            exact,
                            prefix: prefix.unwrap_or_default(),
                            suffix: suffix.unwrap_or_default(),
                            start: None,
                            end: None,
                        });
                    }
                }
                Some("TextPositionSelector") if position.is_none() => {
                    let place = |name: &str| {
                        selector
                            .get(name)
                            .and_then(Value::as_i64)
                            .filter(|n| (0..=i64::from(i32::MAX)).contains(n))
                    };
                    match (place("start"), place("end")) {
                        (Some(start), Some(end)) if start <= end => position = Some((start, end)),
                        _ => self.fail(pointer, Problem::BadPosition),
                    }
                }
                // Other W3C selectors say nothing we could use; a richer client may send them all the same.
                Some(_) => {}
                None => self.fail(format!("{pointer}/type"), Problem::Missing),
            }
        }
        match (&mut passage, position) {
            (Some(passage), Some((start, end))) => {
                (passage.start, passage.end) = (Some(start), Some(end));
            }
            (None, _) if self.errors.is_empty() => {
                self.fail("/target/selector", Problem::QuoteMissing);
            }
            _ => {}
        }
        (passage, page)
    }

    fn contact(&mut self, root: &Map<String, Value>) -> Option<NewContact> {
        let contact = match root.get("contact") {
            None | Some(Value::Null) => return None,
            Some(Value::Object(contact)) => contact,
            Some(_) => {
                self.fail("/contact", Problem::WrongType("object"));
                return None;
            }
        };
        self.only(contact, "/contact", &["email", "consent"]);
        let email = self.line(contact, "/contact", "email")?;
        let consent = contact
            .get("consent")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        if !is_email(&email) {
            self.fail("/contact/email", Problem::NotAnEmail);
            return None;
        }
        if !consent {
            self.fail("/contact/consent", Problem::ConsentMissing);
            return None;
        }
        Some(NewContact { email })
    }
}
