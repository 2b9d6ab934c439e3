//! A reader with an article open, who marks words and sends what is wrong with them.

use std::sync::Arc;

use fehlermelder::domain::clock::Clock as _;
use fehlermelder::domain::report::read_report;
use fehlermelder::domain::secret::sha256;
use fehlermelder::domain::site::{Lang, Site};
use fehlermelder::services::file_report::{FileReportError, Receipt, Submission};
use fehlermelder::web::consent::consent_text;
use serde_json::{Value, json};

use super::newsroom::{ORIGIN, TestNewsroom};

/// What stands around the words that a reader marks and says nothing else about.
const BEFORE: &str = "Auf der Messe in Hannover wurde gestern beschlossen, dass der ";
const AFTER: &str = " künftig für alle Geräte gilt. Die Hersteller haben zwei Jahre Zeit.";

/// A report that is being filled in.
#[derive(Clone)]
pub struct Reader<'a> {
    newsroom: &'a TestNewsroom,
    site: Arc<Site>,
    document: Value,
    key: Option<String>,
    lang: Lang,
}

impl<'a> Reader<'a> {
    pub(super) fn of(newsroom: &'a TestNewsroom, site: Arc<Site>) -> Self {
        let document = json!({
            "site": site.key,
            "article": {
                "url": format!("{ORIGIN}/hardware/der-neue-standard/"),
                "title": "Der neue Standard",
                "sections": ["Hardware", "Marktgeschehen"],
                "lang": "de",
            },
            "kind": "spelling",
        });
        Self {
            newsroom,
            site,
            document,
            key: None,
            lang: Lang::De,
        }
    }

    /// Reads another article.
    pub fn opens(mut self, path: &str, title: &str) -> Self {
        self.document["article"]["url"] = json!(format!("{ORIGIN}/{path}"));
        self.document["article"]["title"] = json!(title);
        self
    }

    /// Reads the article at that address.
    pub fn reads(mut self, url: &str) -> Self {
        self.document["article"]["url"] = json!(url);
        self
    }

    pub fn of_sections(mut self, sections: &[&str]) -> Self {
        self.document["article"]["sections"] = json!(sections);
        self
    }

    /// Reads an article that names its authors.
    pub fn by(mut self, authors: &[&str]) -> Self {
        self.document["article"]["authors"] = json!(authors);
        self
    }

    /// Marks words in the usual sentence.
    pub fn marks(self, exact: &str) -> Self {
        self.marks_between(BEFORE, exact, AFTER)
    }

    pub fn marks_between(mut self, prefix: &str, exact: &str, suffix: &str) -> Self {
        self.document["target"] = json!({ "selector": [
            { "type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix },
        ]});
        self
    }

    pub fn of_kind(self, kind: &str) -> Self {
        self.with("kind", json!(kind))
    }

    pub fn about(self, part: &str) -> Self {
        self.with("part", json!(part))
    }

    pub fn suggests(self, wording: &str) -> Self {
        self.with("suggestion", json!(wording))
    }

    pub fn comments(self, comment: &str) -> Self {
        self.with("comment", json!(comment))
    }

    pub fn proves_it_by(self, source: &str) -> Self {
        self.with("source", json!(source))
    }

    /// Leaves an address, with consent.
    pub fn leaves(self, email: &str) -> Self {
        self.with("contact", json!({ "email": email, "consent": true }))
    }

    pub fn speaks(mut self, lang: Lang) -> Self {
        self.lang = lang;
        self
    }

    /// Sends under an idempotency key.
    pub fn under_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    fn with(mut self, field: &str, value: Value) -> Self {
        self.document[field] = value;
        self
    }

    /// The submission as the web hands it over.
    pub fn submission(&self) -> Submission {
        let report = read_report(&self.document)
            .unwrap_or_else(|errors| panic!("{errors:?} in {}", self.document));
        Submission {
            site: Arc::clone(&self.site),
            report,
            idempotency_key: self.key.as_ref().map(|key| sha256(key.as_bytes())),
            body_hash: sha256(self.document.to_string().as_bytes()),
            lang: self.lang,
            consent_text: consent_text(&self.newsroom.services, &self.site, self.lang),
            confirm_after: None,
        }
    }

    /// Sends it, and must succeed.
    pub async fn sends(self) -> Receipt {
        self.tries_to_send().await.expect("a receipt")
    }

    pub async fn tries_to_send(self) -> Result<Receipt, FileReportError> {
        self.newsroom.files(self.submission()).await
    }

    /// Sends it, and follows the link in the mail that comes.
    pub async fn sends_and_confirms(self) -> Receipt {
        let newsroom = self.newsroom;
        let email = self.document["contact"]["email"]
            .as_str()
            .expect("an address")
            .to_owned();
        let receipt = self.sends().await;
        let letters = newsroom.new_letters().await;
        let asked: Vec<_> = letters
            .iter()
            .filter(|letter| letter.to == email)
            .filter_map(|letter| letter.token_after("/bestaetigen/"))
            .collect();
        assert_eq!(
            asked.len(),
            1,
            "one mail that asks, at {}",
            newsroom.clock.now()
        );
        let confirmed =
            fehlermelder::services::confirm_address::confirm(&newsroom.services, &asked[0]);
        confirmed.await.expect("the database");
        receipt
    }
}
