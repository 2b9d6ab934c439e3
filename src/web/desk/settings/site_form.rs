//! The form of a site's settings: what it carries, what is wrong with it, what it shows.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use minijinja::Value;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        article::http_url,
        article_text::is_selector,
        clean::clean_line,
        cms_link::CmsPattern,
        report::is_email,
        site::{LEAST_REPORT_TEXT_DAYS, Lang, Origin, Site, SiteSettings},
    },
    rendering::translate,
    services::manage_sites::NewSite,
    web::desk::fields::{Faults, Field, Fields},
};

/// The longest name.
pub const MAX_NAME: usize = 200;
/// The longest term, in days.
const MAX_DAYS: u32 = 3_650;
/// No site has more origins.
const MAX_ORIGINS: usize = 50;

/// What the form carries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteForm {
    /// What the form showed when it was opened, as JSON of itself.
    #[serde(skip_serializing)]
    pub was: String,
    name: String,
    origins: String,
    lang: String,
    time_zone: String,
    article_selector: String,
    privacy_url: String,
    comments_url: String,
    legal_url: String,
    subscription_url: String,
    legal_contact: String,
    cms_url: String,
    contact_days: String,
    report_text_days: String,
    article_version_days: String,
    confirm_corrections: String,
}

impl SiteForm {
    /// As a site is set now.
    #[must_use]
    pub fn of(site: &Site) -> Self {
        let settings = &site.settings;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let days = |days: Option<u32>| days.map(|d| d.to_string()).unwrap_or_default();
        let origins: Vec<&str> = site.origins.iter().map(Origin::as_str).collect();
        Self {
            name: site.name.clone(),
            origins: origins.join("\n"),
            lang: site.lang.as_str().to_owned(),
            time_zone: site.time_zone.clone(),
            article_selector: text(&settings.article_selector),
            privacy_url: text(&settings.privacy_url),
            comments_url: text(&settings.comments_url),
            legal_url: text(&settings.legal_url),
            subscription_url: text(&settings.subscription_url),
            legal_contact: text(&settings.legal_contact),
            cms_url: text(&settings.cms_url),
            contact_days: days(settings.contact_days_after_closing),
            report_text_days: days(settings.report_text_days),
            article_version_days: days(settings.article_version_days),
            confirm_corrections: if settings.confirm_corrections {
                "on"
            } else {
                ""
            }
            .to_owned(),
            was: String::new(),
        }
    }

    /// What was changed in the form, over the site as it is now: somebody else may have saved since it was opened.
    #[must_use]
    pub fn over(self, site: &Site) -> Self {
        let Ok(was) = serde_json::from_str::<Self>(&self.was) else {
            return self;
        };
        let is = Self::of(site);
        let pick = |field: fn(&Self) -> &String| {
            let kept = field(&self) == field(&was);
            field(if kept { &is } else { &self }).clone()
        };
        let origins = |form: &Self| -> BTreeSet<String> {
            let all = form.origins.split_whitespace();
            all.map(str::to_owned).collect()
        };
        let (before, after) = (origins(&was), origins(&self));
        let added = after.difference(&before).cloned();
        let mut now: BTreeSet<String> = origins(&is).into_iter().chain(added).collect();
        now.retain(|origin| after.contains(origin) || !before.contains(origin));
        Self {
            name: pick(|f| &f.name),
            origins: now.into_iter().collect::<Vec<_>>().join("\n"),
            lang: pick(|f| &f.lang),
            time_zone: pick(|f| &f.time_zone),
            article_selector: pick(|f| &f.article_selector),
            privacy_url: pick(|f| &f.privacy_url),
            comments_url: pick(|f| &f.comments_url),
            legal_url: pick(|f| &f.legal_url),
            subscription_url: pick(|f| &f.subscription_url),
            legal_contact: pick(|f| &f.legal_contact),
            cms_url: pick(|f| &f.cms_url),
            contact_days: pick(|f| &f.contact_days),
            report_text_days: pick(|f| &f.report_text_days),
            article_version_days: pick(|f| &f.article_version_days),
            confirm_corrections: pick(|f| &f.confirm_corrections),
            was: self.was,
        }
    }

    /// An empty one.
    #[must_use]
    pub fn empty(lang: Lang, time_zone: &str) -> Self {
        Self {
            lang: lang.as_str().to_owned(),
            time_zone: time_zone.to_owned(),
            ..Self::default()
        }
    }

    /// What was meant; `kept` is what is set elsewhere.
    ///
    /// # Errors
    /// All faults, each with its field.
    pub fn read(&self, kept: SiteSettings) -> Result<NewSite, Faults> {
        let mut faults = Faults::default();
        let name = clean_line(&self.name);
        match name.chars().count() {
            0 => faults.add("name", "error-field-required"),
            1..=MAX_NAME => {}
            _ => faults.add_with(
                "name",
                "error-field-too-long",
                vec![("limit", MAX_NAME.to_string())],
            ),
        }
        let mut origins = Vec::new();
        for line in self.origins.split_whitespace() {
            match Origin::parse(line) {
                Ok(origin) => origins.push(origin),
                Err(_) => faults.add_with(
                    "origins",
                    "settings-error-origin",
                    vec![("origin", clean_line(line))],
                ),
            }
        }
        origins.sort();
        origins.dedup();
        if origins.is_empty() {
            faults.add("origins", "error-field-required");
        } else if origins.len() > MAX_ORIGINS {
            faults.add("origins", "settings-error-too-many");
        }
        let time_zone = TimeZone::get(self.time_zone.trim())
            .ok()
            .and_then(|zone| zone.iana_name().map(str::to_owned));
        if time_zone.is_none() {
            faults.add("time_zone", "settings-error-time-zone");
        }
        let selector = some(&self.article_selector);
        if selector.as_deref().is_some_and(|s| !is_selector(s)) {
            faults.add("article_selector", "settings-error-selector");
        }
        let contact = some(&self.legal_contact);
        if contact.as_deref().is_some_and(|address| !is_email(address)) {
            faults.add("legal_contact", "error-field-email");
        }
        let cms_url = some(&self.cms_url);
        if cms_url
            .as_deref()
            .is_some_and(|p| CmsPattern::parse(p).is_err())
        {
            faults.add("cms_url", "settings-error-cms-url");
        }
        let mut url = |field: &'static str, text: &str| {
            let text = some(text)?;
            let url = http_url(&text).map(String::from);
            if url.is_none() {
                faults.add(field, "error-field-url");
            }
            url
        };
        let settings = SiteSettings {
            privacy_url: url("privacy_url", &self.privacy_url),
            comments_url: url("comments_url", &self.comments_url),
            legal_url: url("legal_url", &self.legal_url),
            subscription_url: url("subscription_url", &self.subscription_url),
            article_selector: selector,
            legal_contact: contact,
            cms_url,
            contact_days_after_closing: days("contact_days", &self.contact_days, 0, &mut faults),
            report_text_days: days(
                "report_text_days",
                &self.report_text_days,
                LEAST_REPORT_TEXT_DAYS,
                &mut faults,
            ),
            article_version_days: days(
                "article_version_days",
                &self.article_version_days,
                1,
                &mut faults,
            ),
            confirm_corrections: !self.confirm_corrections.is_empty(),
            ..kept
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(NewSite {
            name,
            origins,
            lang: Lang::parse(&self.lang).unwrap_or(Lang::De),
            time_zone: time_zone.unwrap_or_default(),
            settings,
        })
    }

    /// As `templates/components/fields.html` wants it: first what a site cannot be without, then the rest.
    #[allow(
        clippy::too_many_lines,
        reason = "the fields one after the other, as they stand on the page"
    )]
    #[must_use]
    pub fn shown(&self, lang: Lang, faults: &Faults) -> (Value, Value) {
        let text = |name, label, hint, value| Field {
            name,
            kind: "text",
            label,
            hint,
            value,
            optional: true,
            ..Field::default()
        };
        let url = |name, label, hint, value| Field {
            kind: "url",
            ..text(name, label, hint, value)
        };
        let days = |name, label, hint, value| Field {
            kind: "number",
            ..text(name, label, hint, value)
        };
        let languages = Lang::ALL
            .iter()
            .map(|l| {
                let words = translate(lang, &format!("language-{l}"), &[]);
                (l.as_str().to_owned(), words)
            })
            .collect();
        let needed = Fields::new(lang, faults)
            .with(Field {
                optional: false,
                ..text("name", "settings-site-name", None, &self.name)
            })
            .with(Field {
                kind: "lines",
                optional: false,
                ..text(
                    "origins",
                    "settings-site-origins",
                    Some("settings-site-origins-hint"),
                    &self.origins,
                )
            })
            .with(Field {
                kind: "select",
                optional: false,
                options: languages,
                ..text(
                    "lang",
                    "settings-site-lang",
                    Some("settings-site-lang-hint"),
                    &self.lang,
                )
            })
            .with(time_zone_field(&self.time_zone));
        let more = Fields::new(lang, faults)
            .with(text(
                "article_selector",
                "settings-site-selector",
                Some("settings-site-selector-hint"),
                &self.article_selector,
            ))
            .with(url(
                "privacy_url",
                "settings-site-privacy",
                Some("settings-site-privacy-hint"),
                &self.privacy_url,
            ))
            .with(url(
                "comments_url",
                "settings-site-comments",
                Some("settings-site-comments-hint"),
                &self.comments_url,
            ))
            .with(url(
                "legal_url",
                "settings-site-legal",
                None,
                &self.legal_url,
            ))
            .with(url(
                "subscription_url",
                "settings-site-subscription",
                None,
                &self.subscription_url,
            ))
            .with(Field {
                kind: "email",
                ..text(
                    "legal_contact",
                    "settings-site-legal-contact",
                    Some("settings-site-legal-contact-hint"),
                    &self.legal_contact,
                )
            })
            .with(text(
                "cms_url",
                "settings-site-cms-url",
                Some("settings-site-cms-url-hint"),
                &self.cms_url,
            ))
            .with(days(
                "contact_days",
                "settings-site-contact-days",
                Some("settings-site-contact-days-hint"),
                &self.contact_days,
            ))
            .with(days(
                "report_text_days",
                "settings-site-text-days",
                Some("settings-site-text-days-hint"),
                &self.report_text_days,
            ))
            .with(days(
                "article_version_days",
                "settings-site-version-days",
                Some("settings-site-version-days-hint"),
                &self.article_version_days,
            ))
            .with(Field {
                kind: "checkbox",
                ..text(
                    "confirm_corrections",
                    "settings-site-confirm",
                    Some("settings-site-confirm-hint"),
                    &self.confirm_corrections,
                )
            });
        (needed.shown(), more.shown())
    }
}

/// A choice of time zones: those of the product's countries, and the one that is set.
#[must_use]
pub fn time_zone_field(value: &str) -> Field<'_> {
    let mut zones = vec![
        "Europe/Berlin",
        "Europe/Vienna",
        "Europe/Zurich",
        "Europe/Luxembourg",
        "Europe/London",
        "Europe/Dublin",
        "Europe/Paris",
        "Europe/Brussels",
        "Europe/Amsterdam",
        "Europe/Rome",
        "Europe/Madrid",
        "Europe/Warsaw",
        "Europe/Prague",
        "Europe/Athens",
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Sao_Paulo",
        "Africa/Johannesburg",
        "Africa/Windhoek",
        "Asia/Kolkata",
        "Asia/Singapore",
        "Asia/Tokyo",
        "Australia/Sydney",
        "Pacific/Auckland",
        "UTC",
    ];
    if !value.is_empty() && !zones.contains(&value) {
        zones.push(value);
    }
    Field {
        name: "time_zone",
        kind: "select",
        label: "settings-time-zone",
        value,
        options: zones
            .into_iter()
            .map(|zone| (zone.to_owned(), zone.replace('_', " ")))
            .collect(),
        ..Field::default()
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn days(field: &'static str, text: &str, least: u32, faults: &mut Faults) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let days = text.parse().ok().filter(|d| (least..=MAX_DAYS).contains(d));
    if days.is_none() {
        let limits = vec![("least", least.to_string()), ("most", MAX_DAYS.to_string())];
        faults.add_with(field, "settings-error-days", limits);
    }
    days
}
