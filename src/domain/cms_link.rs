//! The link from a ticket into the content system: a pattern per site with placeholders that are filled from the article's address.
//!
//! `{url}` is the whole address, `{path}` its path without the slash in front, `{slug}` the path's last part without an ending such as `.html`,
//! `{id}` the last number of at least three digits in the path. Each is percent-encoded; the rest of the pattern stays as it is.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// What stays readable in a filled place.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// As [`PLAIN`], for a path.
const PATH: &AsciiSet = &PLAIN.remove(b'/');
/// The longest pattern, in characters.
const MAX_PATTERN: usize = 500;
/// The fewest digits of an id: years and page numbers have fewer, or stand before it.
const ID_DIGITS: usize = 3;

/// A pattern that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CmsPattern(String);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPattern {
    /// It leads nowhere safe.
    #[error(
        "the address must begin with https:// and name a host, such as https://cms.example.org/edit?url={{url}}"
    )]
    NotHttps,
    /// A placeholder that we do not know, or a brace alone.
    #[error("{{{0}}} is none of {{url}}, {{path}}, {{slug}}, {{id}}")]
    Unknown(String),
    /// It would be the same for every article.
    #[error(
        "the address needs one of {{url}}, {{path}}, {{slug}}, {{id}}; otherwise it is the same for every article"
    )]
    NoPlace,
    /// It is too long.
    #[error("the address is longer than {} characters", MAX_PATTERN)]
    TooLong,
}

impl CmsPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`NotAPattern`]
    pub fn parse(text: &str) -> Result<Self, NotAPattern> {
        let text = text.trim();
        if text.chars().count() > MAX_PATTERN {
            return Err(NotAPattern::TooLong);
        }
        let mut places = 0;
        let plain = filled(text, |name| {
            places += 1;
            ["url", "path", "slug", "id"]
                .contains(&name)
                .then(|| "1".to_owned())
                .ok_or_else(|| NotAPattern::Unknown(name.to_owned()))
        })?;
        // Not where it leads to: a place in the host would let an article choose it.
        let host_end = text
            .strip_prefix("https://")
            .ok_or(NotAPattern::NotHttps)?
            .find(['/', '?', '#']);
        let host = match host_end {
            Some(end) => &text[..end + "https://".len()],
            None => text,
        };
        let url = Url::parse(&plain).map_err(|_| NotAPattern::NotHttps)?;
        let safe = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        if !safe || url.host().is_none() || host.contains('{') {
            return Err(NotAPattern::NotHttps);
        }
        if places == 0 {
            return Err(NotAPattern::NoPlace);
        }
        Ok(Self(text.to_owned()))
    }

    /// The pattern, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The link for an article; nothing where its address does not hold what the pattern asks for.
    #[must_use]
    pub fn link(&self, article_url: &str) -> Option<String> {
        let url = Url::parse(article_url).ok()?;
        let path = url.path().trim_start_matches('/');
        let last = path.split('/').rfind(|part| !part.is_empty());
        filled(&self.0, |name| {
            let value = match name {
                "url" => Some(utf8_percent_encode(article_url, PLAIN).to_string()),
                // Both are encoded already where they have to be.
                "path" => Some(reencoded(path, PATH)),
                "slug" => last.map(|part| {
                    reencoded(part.rsplit_once('.').map_or(part, |(name, _)| name), PLAIN)
                }),
                _ => last_number(path).map(str::to_owned),
            };
            value.filter(|v| !v.is_empty()).ok_or(NotAPattern::NoPlace)
        })
        .ok()
    }
}

/// A part of an address, encoded anew for another place.
fn reencoded(part: &str, set: &'static AsciiSet) -> String {
    let plain = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
    utf8_percent_encode(&plain, set).to_string()
}

fn last_number(path: &str) -> Option<&str> {
    path.rsplit(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() >= ID_DIGITS)
}

/// The text with each `{name}` replaced.
fn filled(
    text: &str,
    mut value: impl FnMut(&str) -> Result<String, NotAPattern>,
) -> Result<String, NotAPattern> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['{', '}']) {
        out.push_str(&rest[..start]);
        let place = &rest[start..];
        let end = place.find('}').filter(|end| *end > 0);
        let Some(end) = end else {
            return Err(NotAPattern::Unknown(place.chars().take(20).collect()));
        };
        out.push_str(&value(&place[1..end])?);
        rest = &place[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn link(pattern: &str, url: &str) -> Option<String> {
        CmsPattern::parse(pattern).unwrap().link(url)
    }

    #[test]
    fn the_places_are_filled_from_the_articles_address() {
        let url = "https://www.magazin.example/hardware/2026/11/mini-pc-im-test-4711.html?seite=2";
        assert_eq!(
            link("https://cms.example/e?u={url}", "https://m.example/ä b").unwrap(),
            "https://cms.example/e?u=https%3A%2F%2Fm.example%2F%C3%A4%20b"
        );
        assert_eq!(
            link("https://cms.example/{path}", url).unwrap(),
            "https://cms.example/hardware/2026/11/mini-pc-im-test-4711.html"
        );
        assert_eq!(
            link("https://cms.example/wp-admin/?s={slug}", url).unwrap(),
            "https://cms.example/wp-admin/?s=mini-pc-im-test-4711"
        );
        assert_eq!(
            link(
                "https://cms.example/wp-admin/post.php?post={id}&action=edit",
                url
            )
            .unwrap(),
            "https://cms.example/wp-admin/post.php?post=4711&action=edit"
        );
        assert_eq!(
            link("https://cms.example/{id}", "https://m.example/a/12/b"),
            None,
            "no id, no link"
        );
        assert_eq!(
            link("https://cms.example/?s={slug}", "https://m.example/"),
            None
        );
    }

    #[test]
    fn a_pattern_leads_to_one_host_by_https() {
        for (text, why) in [
            ("http://cms.example/{id}", NotAPattern::NotHttps),
            ("https://{slug}.example/", NotAPattern::NotHttps),
            ("https://cms.example{path}", NotAPattern::NotHttps),
            ("javascript:alert({id})", NotAPattern::NotHttps),
            ("https://u:p@cms.example/{id}", NotAPattern::NotHttps),
            ("https://cms.example/", NotAPattern::NoPlace),
            (
                "https://cms.example/{post}",
                NotAPattern::Unknown("post".into()),
            ),
            (
                "https://cms.example/{id",
                NotAPattern::Unknown("{id".into()),
            ),
            ("https://cms.example/}", NotAPattern::Unknown("}".into())),
        ] {
            assert_eq!(CmsPattern::parse(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_article_leads_elsewhere(path in "[ -~äöü]{0,40}") {
            for pattern in ["https://cms.example/{path}", "https://cms.example/?u={url}", "https://cms.example/{slug}/x", "https://cms.example/#{id}"] {
                if let Some(link) = link(pattern, &format!("https://m.example/{path}")) {
                    let url = Url::parse(&link).unwrap();
                    prop_assert_eq!(url.host_str(), Some("cms.example"));
                    prop_assert_eq!(url.scheme(), "https");
                }
            }
        }
    }
}
