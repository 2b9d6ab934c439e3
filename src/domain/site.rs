//! A publication that embeds the control, and the origins its pages may come from.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    clock::UnixMillis,
    house_rules::HouseRule,
    ids::{DeskId, SiteId},
    service_hours::ServiceHours,
};

closed_set! {
    /// The languages of the product.
    Lang {
        /// German
        De = "de",
        /// English
        En = "en",
    }
}

impl Lang {
    /// The language of a BCP 47 tag (`de-AT` is German), if it is one of ours.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .iter()
            .copied()
            .find(|lang| primary.eq_ignore_ascii_case(lang.as_str()))
    }

    /// The best of ours for an `Accept-Language` header (RFC 9110 §12.5.4).
    #[must_use]
    pub fn of_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for item in header.split(',').take(20) {
            let mut parts = item.split(';');
            let Some(lang) = parts.next().and_then(Self::of_tag) else {
                continue;
            };
            let quality = parts
                .find_map(|p| {
                    p.trim()
                        .strip_prefix("q=")
                        .and_then(|q| q.parse::<f32>().ok())
                })
                .unwrap_or(1.0);
            if quality > 0.0 && best.is_none_or(|(q, _)| quality > q) {
                best = Some((quality, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

/// A web origin (RFC 6454) in its ASCII form, such as `https://www.example.org`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Origin(String);

/// Why a text is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is a scheme, a host and perhaps a port, such as https://www.example.org")]
pub struct NotAnOrigin;

impl Origin {
    /// Reads an origin; a path other than `/` is refused.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for anything but an http or https origin.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let url = Url::parse(text.trim()).map_err(|_| NotAnOrigin)?;
        let plain = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty();
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || !plain {
            return Err(NotAnOrigin);
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// The ASCII form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Days after closing until what readers wrote is deleted, where a site sets no term of its own: two years.
pub const REPORT_TEXT_DAYS: i64 = 730;
/// The shortest such term that a site may set.
pub const LEAST_REPORT_TEXT_DAYS: u32 = 30;

/// A publication that embeds the control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its key in our tables.
    pub id: SiteId,
    /// The public key in the page's markup.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The language of its mails to readers.
    pub lang: Lang,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Where its pages may come from.
    pub origins: Vec<Origin>,
    /// What its owner has set.
    pub settings: SiteSettings,
    /// When it was added.
    pub created_at: UnixMillis,
}

impl Site {
    /// Whether a request from that origin is one of this site's pages.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|o| o.as_str() == origin)
    }

    /// All that may be changed of it, for the history of the settings: the same names in the same order for every site.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let settings = &self.settings;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let days = |days: Option<u32>| days.map(|d| d.to_string()).unwrap_or_default();
        let mut origins: Vec<&str> = self.origins.iter().map(Origin::as_str).collect();
        origins.sort_unstable();
        let rules = settings.house_rules.iter();
        let house_words: Vec<&str> = rules.map(|rule| rule.words.as_str()).collect();
        vec![
            ("name", self.name.clone()),
            ("origins", origins.join(" ")),
            ("lang", self.lang.as_str().to_owned()),
            ("time_zone", self.time_zone.clone()),
            ("article_selector", text(&settings.article_selector)),
            ("privacy_url", text(&settings.privacy_url)),
            ("comments_url", text(&settings.comments_url)),
            ("legal_url", text(&settings.legal_url)),
            ("subscription_url", text(&settings.subscription_url)),
            ("legal_contact", text(&settings.legal_contact)),
            ("cms_url", text(&settings.cms_url)),
            ("contact_days", days(settings.contact_days_after_closing)),
            ("report_text_days", days(settings.report_text_days)),
            ("article_version_days", days(settings.article_version_days)),
            (
                "service_hours",
                settings
                    .service_hours
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            ),
            ("escalate_after", days(settings.escalate_after_minutes)),
            (
                "confirm_corrections",
                settings.confirm_corrections.to_string(),
            ),
            ("house_rules", house_words.join(", ")),
        ]
    }

    /// Days after closing until a reader's address is deleted, where the server's own term is `otherwise`.
    #[must_use]
    pub fn contact_days(&self, otherwise: i64) -> i64 {
        self.settings
            .contact_days_after_closing
            .map_or(otherwise, i64::from)
    }

    /// Days after closing until what readers wrote in their own words is deleted.
    #[must_use]
    pub fn report_text_days(&self) -> i64 {
        self.settings
            .report_text_days
            .map_or(REPORT_TEXT_DAYS, i64::from)
    }
}

/// What a site's owner may set; stored as JSON, so that a new setting needs no migration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteSettings {
    /// CSS selector for what holds an article's text, where the page does not say.
    pub article_selector: Option<String>,
    /// Since when it is that one; what was seen before says nothing of how long an article is.
    pub selector_since: Option<UnixMillis>,
    /// The site's privacy notice.
    pub privacy_url: Option<String>,
    /// Where opinions belong.
    pub comments_url: Option<String>,
    /// Gegendarstellung and legal matters.
    pub legal_url: Option<String>,
    /// Subscription questions.
    pub subscription_url: Option<String>,
    /// Who is told of tickets that speak of legal claims.
    pub legal_contact: Option<String>,
    /// Where an article is in the content system, as a pattern ([`CmsPattern`](super::cms_link::CmsPattern)).
    pub cms_url: Option<String>,
    /// Whether corrections of language, too, wait for an editor, when the article's new words are those that were suggested. If
    /// not, such tickets close by themselves.
    pub confirm_corrections: bool,
    /// Days after which a version of an article that is not shown any more is deleted, if not the operator's.
    pub article_version_days: Option<u32>,
    /// Days after closing until a reader's address is deleted; without it as the server is set.
    pub contact_days_after_closing: Option<u32>,
    /// Days after closing until what readers wrote is deleted ([`Site::report_text_days`]).
    pub report_text_days: Option<u32>,
    /// When somebody is there; without it Monday to Friday, nine to six.
    pub service_hours: Option<ServiceHours>,
    /// Minutes of service after which a new fact that nobody touched goes to the desk's deputy, and as many later to its chief; without it
    /// nobody is reminded.
    pub escalate_after_minutes: Option<u32>,
    /// What is no error here, with the reason that readers are told.
    pub house_rules: Vec<HouseRule>,
}

impl SiteSettings {
    /// Sets what is another in `wanted` than it was; the rest stays as it is now.
    pub fn change(&mut self, was: &Self, wanted: Self) {
        fn pick<T: PartialEq>(now: &mut T, was: &T, wanted: T) {
            if wanted != *was {
                *now = wanted;
            }
        }
        // Written out, so that no setting is forgotten.
        let Self {
            article_selector,
            selector_since,
            privacy_url,
            comments_url,
            legal_url,
            subscription_url,
            legal_contact,
            cms_url,
            confirm_corrections,
            article_version_days,
            contact_days_after_closing,
            report_text_days,
            service_hours,
            escalate_after_minutes,
            house_rules,
        } = wanted;
        pick(
            &mut self.article_selector,
            &was.article_selector,
            article_selector,
        );
        pick(
            &mut self.selector_since,
            &was.selector_since,
            selector_since,
        );
        pick(&mut self.privacy_url, &was.privacy_url, privacy_url);
        pick(&mut self.comments_url, &was.comments_url, comments_url);
        pick(&mut self.legal_url, &was.legal_url, legal_url);
        pick(
            &mut self.subscription_url,
            &was.subscription_url,
            subscription_url,
        );
        pick(&mut self.legal_contact, &was.legal_contact, legal_contact);
        pick(&mut self.cms_url, &was.cms_url, cms_url);
        pick(
            &mut self.confirm_corrections,
            &was.confirm_corrections,
            confirm_corrections,
        );
        pick(
            &mut self.article_version_days,
            &was.article_version_days,
            article_version_days,
        );
        pick(
            &mut self.contact_days_after_closing,
            &was.contact_days_after_closing,
            contact_days_after_closing,
        );
        pick(
            &mut self.report_text_days,
            &was.report_text_days,
            report_text_days,
        );
        pick(&mut self.service_hours, &was.service_hours, service_hours);
        pick(
            &mut self.escalate_after_minutes,
            &was.escalate_after_minutes,
            escalate_after_minutes,
        );
        pick(&mut self.house_rules, &was.house_rules, house_rules);
    }
}

/// A group of people responsible for some sections of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Its key.
    pub id: DeskId,
    /// Of which site.
    pub site: SiteId,
    /// What people call it.
    pub name: String,
    /// Names of the sections it answers for; compared without case.
    pub sections: Vec<String>,
    /// Whether tickets still go there. A removed desk keeps its name for the histories that speak of it.
    pub active: bool,
}

impl Desk {
    /// All that may be changed of it, for the history of the settings.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name", self.name.clone()),
            ("sections", self.sections.join(", ")),
        ]
    }
}

/// The desk that answers for an article: the one that names the innermost of its sections.
#[must_use]
pub fn desk_for<'a>(desks: &'a [Desk], site: SiteId, sections: &[String]) -> Option<&'a Desk> {
    let lower = |s: &String| s.to_lowercase();
    sections.iter().rev().map(lower).find_map(|section| {
        desks.iter().find(|d| {
            d.active && d.site == site && d.sections.iter().map(lower).any(|s| s == section)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Lang, Origin};

    #[test]
    fn an_origin_is_read_strictly() {
        assert_eq!(
            Origin::parse("HTTPS://Www.Example.org:443/")
                .unwrap()
                .as_str(),
            "https://www.example.org"
        );
        assert_eq!(
            Origin::parse("http://localhost:8080").unwrap().as_str(),
            "http://localhost:8080"
        );
        for text in [
            "",
            "null",
            "example.org",
            "https://a/b",
            "ftp://a",
            "https://u@a",
            "https://a?x",
            "javascript:1",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_readers_language_is_found() {
        assert_eq!(
            Lang::of_accept_language("fr, en;q=0.5, de-CH;q=0.7"),
            Some(Lang::De)
        );
        assert_eq!(Lang::of_accept_language("en-GB,en"), Some(Lang::En));
        assert_eq!(Lang::of_accept_language("fr, de;q=0"), None);
        assert_eq!(Lang::of_accept_language(";;q=x,ü"), None);
    }
}
