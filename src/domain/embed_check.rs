//! Whether the two lines work in a live page: what was found, each point with a verdict.

use url::Url;

use super::{
    article_text::Embedding,
    content_policy::{connection_refused_by, script_refused_by},
    site::Site,
};

/// An article shorter than this is more likely a selector that misses it.
const SHORT_TEXT: usize = 200;
/// No more than so many characters of a page's own words are repeated.
const MAX_TOLD: usize = 200;

/// A page as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedPage {
    /// Where it was found, redirects followed.
    pub url: String,
    /// Its Content Security Policies, from its head and from its markup.
    pub policies: Vec<String>,
    /// Our lines in it.
    pub embedding: Embedding,
    /// Characters of the article's text.
    pub text_chars: usize,
    /// The selector that was meant to hold the text (the control's, else the site's), and whether it meets something.
    pub selector: Option<(String, bool)>,
}

closed_set! {
    /// How good a point is.
    Verdict {
        /// As it should be.
        Good = "good",
        /// It works, but perhaps not as meant.
        Doubtful = "doubtful",
        /// It does not work.
        Bad = "bad",
    }
}

/// One point of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was found: the end of a message's id, such as `loader-missing`.
    pub what: &'static str,
    /// How good that is.
    pub verdict: Verdict,
    /// What stands in the sentence: an address, a key, a number.
    pub told: String,
}

fn finding(what: &'static str, verdict: Verdict, told: &str) -> Finding {
    Finding {
        what,
        verdict,
        told: told.chars().take(MAX_TOLD).collect(),
    }
}

/// What is right and wrong about the two lines in that page; `ours` is our own public address.
#[must_use]
pub fn check(page: &InspectedPage, site: &Site, ours: &Url) -> Vec<Finding> {
    let Ok(url) = Url::parse(&page.url) else {
        return Vec::new();
    };
    let mut findings = vec![loader(page, &url, ours), element(page), key(page, site)];
    findings.retain(|found| found.what != "key-none");
    findings.push(text(page));
    findings.push(script_policy(page, &url, ours));
    findings.push(connection_policy(page, &url, ours));
    findings.push(canonical(page, site, &url));
    findings
}

fn loader_url(ours: &Url) -> Option<Url> {
    Url::parse(&format!("{}/embed.js", ours.as_str().trim_end_matches('/'))).ok()
}

fn loader(page: &InspectedPage, url: &Url, ours: &Url) -> Finding {
    let loader = loader_url(ours);
    let found = |script: &&super::article_text::Script| {
        url.join(&script.src).ok().map(|mut src| {
            src.set_query(None);
            src
        }) == loader
    };
    match page.embedding.scripts.iter().find(found) {
        Some(script) if script.is_module => finding("loader-good", Verdict::Good, &script.src),
        Some(script) => finding("loader-no-module", Verdict::Bad, &script.src),
        None => {
            let other = page
                .embedding
                .scripts
                .iter()
                .find(|script| script.src.ends_with("/embed.js"));
            match other {
                Some(script) => finding("loader-elsewhere", Verdict::Bad, &script.src),
                None => finding("loader-missing", Verdict::Bad, ""),
            }
        }
    }
}

fn element(page: &InspectedPage) -> Finding {
    match page.embedding.controls.len() {
        0 => finding("element-missing", Verdict::Bad, ""),
        1 => finding("element-good", Verdict::Good, ""),
        many => finding("element-several", Verdict::Doubtful, &many.to_string()),
    }
}

fn key(page: &InspectedPage, site: &Site) -> Finding {
    let controls = &page.embedding.controls;
    let wrong = controls
        .iter()
        .find(|control| control.site.as_deref() != Some(&site.key));
    match wrong {
        _ if controls.is_empty() => finding("key-none", Verdict::Bad, ""),
        None => finding("key-good", Verdict::Good, &site.key),
        Some(control) => match &control.site {
            Some(key) => finding("key-foreign", Verdict::Bad, key),
            None => finding("key-missing", Verdict::Bad, ""),
        },
    }
}

fn text(page: &InspectedPage) -> Finding {
    match &page.selector {
        Some((selector, false)) => finding("text-no-match", Verdict::Bad, selector),
        _ if page.text_chars == 0 => finding("text-none", Verdict::Bad, ""),
        _ if page.text_chars < SHORT_TEXT => finding(
            "text-short",
            Verdict::Doubtful,
            &page.text_chars.to_string(),
        ),
        _ => finding("text-good", Verdict::Good, &page.text_chars.to_string()),
    }
}

fn script_policy(page: &InspectedPage, url: &Url, ours: &Url) -> Finding {
    let Some(script) = loader_url(ours) else {
        return finding("script-policy-none", Verdict::Good, "");
    };
    let has_nonce = page
        .embedding
        .scripts
        .iter()
        .any(|s| s.has_nonce && url.join(&s.src).is_ok_and(|src| src == script));
    match script_refused_by(&page.policies, &script, url, has_nonce) {
        Some(directive) => finding("script-policy-refuses", Verdict::Bad, &directive),
        None if page.policies.is_empty() => finding("script-policy-none", Verdict::Good, ""),
        None => finding("script-policy-good", Verdict::Good, ""),
    }
}

fn connection_policy(page: &InspectedPage, url: &Url, ours: &Url) -> Finding {
    match connection_refused_by(&page.policies, ours, url) {
        Some(directive) => finding("connection-policy-refuses", Verdict::Bad, &directive),
        None => finding("connection-policy-good", Verdict::Good, ""),
    }
}

fn canonical(page: &InspectedPage, site: &Site, url: &Url) -> Finding {
    let Some(written) = &page.embedding.canonical else {
        return finding("canonical-missing", Verdict::Doubtful, "");
    };
    let Ok(canonical) = url.join(written.trim()) else {
        return finding("canonical-broken", Verdict::Bad, written);
    };
    if !site.allows(&canonical.origin().ascii_serialization()) {
        finding("canonical-foreign", Verdict::Bad, canonical.as_str())
    } else if canonical.path() != url.path() {
        finding("canonical-other", Verdict::Doubtful, canonical.as_str())
    } else {
        finding("canonical-good", Verdict::Good, canonical.as_str())
    }
}

#[cfg(test)]
mod tests {
    use url::Url;
    use uuid::Uuid;

    use super::{InspectedPage, Verdict, check};
    use crate::domain::{
        article_text::Page,
        ids::SiteId,
        site::{Lang, Origin, Site, SiteSettings},
    };

    fn site() -> Site {
        Site {
            id: SiteId(Uuid::nil()),
            key: "abc".to_owned(),
            name: "Magazin".to_owned(),
            lang: Lang::De,
            time_zone: "Europe/Berlin".to_owned(),
            origins: vec![Origin::parse("https://magazin.example").unwrap()],
            settings: SiteSettings::default(),
            created_at: 0,
        }
    }

    fn found(html: &str, policies: &[&str]) -> Vec<(&'static str, Verdict)> {
        let page = Page::parse(html).unwrap();
        let embedding = page.embedding();
        let mut all: Vec<String> = policies.iter().map(|&p| p.to_owned()).collect();
        all.extend(embedding.policies.clone());
        let inspected = InspectedPage {
            url: "https://magazin.example/artikel".to_owned(),
            policies: all,
            text_chars: page.article_text(None).as_str().chars().count(),
            selector: page
                .control_selector()
                .map(|selector| (selector.clone(), page.is_matched(&selector))),
            embedding,
        };
        let ours = Url::parse("https://melder.example").unwrap();
        check(&inspected, &site(), &ours)
            .iter()
            .map(|f| (f.what, f.verdict))
            .collect()
    }

    fn page(head: &str, control: &str) -> String {
        format!(
            "<!doctype html><html><head>{head}</head><body><article>{}</article>{control}</body></html>",
            "Wort ".repeat(100)
        )
    }

    const LOADER: &str = "<script type=module src='https://melder.example/embed.js'></script>";
    const CANONICAL: &str = "<link rel=canonical href='/artikel'>";

    #[test]
    fn two_lines_that_work_are_all_good() {
        let html = page(
            CANONICAL,
            &format!("{LOADER}<fehler-melden site=abc article=article></fehler-melden>"),
        );
        let found = found(
            &html,
            &["script-src https://melder.example; connect-src https://melder.example"],
        );
        assert!(found.iter().all(|(_, v)| *v == Verdict::Good), "{found:?}");
        assert_eq!(found.len(), 7);
    }

    #[test]
    fn each_fault_is_named() {
        let bad = |head: &str, control: &str, policies: &[&str]| -> Vec<&'static str> {
            found(&page(head, control), policies)
                .into_iter()
                .filter(|(_, verdict)| *verdict != Verdict::Good)
                .map(|(what, _)| what)
                .collect()
        };
        let control = "<fehler-melden site=abc></fehler-melden>";
        let lines = format!("{LOADER}{control}");
        assert_eq!(bad(CANONICAL, control, &[]), ["loader-missing"]);
        assert_eq!(bad(CANONICAL, LOADER, &[]), ["element-missing"]);
        let classic = "<script src=https://melder.example/embed.js></script>";
        assert_eq!(
            bad(CANONICAL, &format!("{classic}{control}"), &[]),
            ["loader-no-module"]
        );
        let other = "<script type=module src=https://old.example/embed.js></script>";
        assert_eq!(
            bad(CANONICAL, &format!("{other}{control}"), &[]),
            ["loader-elsewhere"]
        );
        let foreign = format!("{LOADER}<fehler-melden site=xyz></fehler-melden>");
        assert_eq!(bad(CANONICAL, &foreign, &[]), ["key-foreign"]);
        let keyless = format!("{LOADER}<fehler-melden></fehler-melden>");
        assert_eq!(bad(CANONICAL, &keyless, &[]), ["key-missing"]);
        assert_eq!(
            bad(CANONICAL, &format!("{lines}{control}"), &[]),
            ["element-several"]
        );
        let missed = format!("{LOADER}<fehler-melden site=abc article='.no-such'></fehler-melden>");
        assert_eq!(bad(CANONICAL, &missed, &[]), ["text-no-match"]);
        assert_eq!(bad("", &lines, &[]), ["canonical-missing"]);
        assert_eq!(
            bad(
                "<link rel=canonical href='https://other.example/a'>",
                &lines,
                &[]
            ),
            ["canonical-foreign"]
        );
        assert_eq!(
            bad("<link rel=canonical href='/'>", &lines, &[]),
            ["canonical-other"]
        );
        assert_eq!(
            bad(CANONICAL, &lines, &["default-src 'self'"]),
            ["script-policy-refuses", "connection-policy-refuses"]
        );
        let meta = format!(
            "{CANONICAL}<meta http-equiv=content-security-policy content=\"connect-src 'self'\">"
        );
        assert_eq!(bad(&meta, &lines, &[]), ["connection-policy-refuses"]);
    }
}
