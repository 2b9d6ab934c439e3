//! One piece of a site, known by its canonical URL.

use url::Url;

use super::{
    clock::UnixMillis,
    ids::{ArticleId, SiteId},
    secret::sha256,
};

/// The longest URL we take, in bytes.
pub const MAX_URL_BYTES: usize = 2_000;

/// Query parameters that say where a reader came from, not what is read.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "wt_mc",
    "wt_zmc",
    "wt.mc_id",
    "cmpid",
    "icid",
    "ncid",
    "ref_src",
    "ref_url",
    "at_medium",
    "at_campaign",
    "xtor",
    "sc_src",
    "sc_lid",
    "sc_uid",
    "sc_llid",
    "_hsenc",
    "_hsmi",
    "vero_id",
    "s_cid",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "seite",
    "page",
    "paged",
    "amp",
    "print",
];

/// An article's address: as shown, and as compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ArticleUrl {
    url: String,
    key: [u8; 32],
}

/// Why a text is no article's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArticleUrlError {
    /// Not an absolute http or https URL.
    #[error("an article's address is an absolute http or https URL")]
    NotHttp,
    /// Longer than [`MAX_URL_BYTES`].
    #[error("an article's address has at most {MAX_URL_BYTES} bytes")]
    TooLong,
}

impl ArticleUrl {
    /// Reads an address: fragment, credentials, tracking and page number go, the identifying query stays.
    ///
    /// # Errors
    /// [`ArticleUrlError`] when it is not http(s) or too long.
    pub fn parse(text: &str) -> Result<Self, ArticleUrlError> {
        if text.len() > MAX_URL_BYTES {
            return Err(ArticleUrlError::TooLong);
        }
        let mut url = http_url(text).ok_or(ArticleUrlError::NotHttp)?;
        url.set_fragment(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| {
                let name = name.to_ascii_lowercase();
                !(name.starts_with("utm_")
                    || name.starts_with("pk_")
                    || name.starts_with("mtm_")
                    || TRACKING.contains(&name.as_str()))
            })
            .map(|(n, v)| (n.into_owned(), v.into_owned()))
            .collect();
        if kept.is_empty() {
            url.set_query(None);
        } else if kept.len() != url.query_pairs().count() {
            url.query_pairs_mut().clear().extend_pairs(&kept);
        }
        if let Some(path) = without_page_number(url.path()) {
            url.set_path(&path);
        }
        if url.as_str().len() > MAX_URL_BYTES {
            return Err(ArticleUrlError::TooLong);
        }
        // http and https, with and without the last slash, are one article.
        let compared = format!(
            "{}{}{}?{}",
            url.host_str().unwrap_or_default(),
            url.port().map(|p| format!(":{p}")).unwrap_or_default(),
            url.path().trim_end_matches('/'),
            url.query().unwrap_or_default()
        );
        Ok(Self {
            key: sha256(compared.as_bytes()),
            url: url.into(),
        })
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// What tells one article from another within a site.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }
}

/// An absolute http(s) URL with a host, or nothing.
#[must_use]
pub fn http_url(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|h| !h.is_empty()))
        .then_some(url)
}

/// `/story/page/2/` and `/story/seite-2` are pages of `/story`.
fn without_page_number(path: &str) -> Option<String> {
    let trimmed = path.trim_end_matches('/');
    let (head, last) = trimmed.rsplit_once('/')?;
    let is_number =
        |s: &str| !s.is_empty() && s.len() <= 3 && s.bytes().all(|b| b.is_ascii_digit());
    if last.strip_prefix("seite-").is_some_and(is_number) {
        return Some(format!("{head}/"));
    }
    let (before, word) = head.rsplit_once('/')?;
    (is_number(last) && matches!(word, "page" | "seite")).then(|| format!("{before}/"))
}

/// What a page says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleFacts {
    /// Headline.
    pub title: Option<String>,
    /// Section path, from the outermost.
    pub sections: Vec<String>,
    /// Byline.
    pub authors: Vec<String>,
    /// BCP 47 tag.
    pub lang: Option<String>,
    /// Last modification the page names, as it wrote it.
    pub modified_at: Option<String>,
}

impl ArticleFacts {
    /// What is said now, and where it says nothing what was said before: not everybody who names an article knows all of it.
    #[must_use]
    pub fn over(&self, before: &Self) -> Self {
        let list = |now: &Vec<String>, before: &Vec<String>| {
            if now.is_empty() { before } else { now }.clone()
        };
        let one = |now: &Option<String>, before: &Option<String>| {
            now.as_ref().or(before.as_ref()).cloned()
        };
        Self {
            title: one(&self.title, &before.title),
            sections: list(&self.sections, &before.sections),
            authors: list(&self.authors, &before.authors),
            lang: one(&self.lang, &before.lang),
            modified_at: one(&self.modified_at, &before.modified_at),
        }
    }
}

/// An article that somebody reported a mistake in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its key.
    pub id: ArticleId,
    /// The site it belongs to.
    pub site: SiteId,
    /// Its address.
    pub url: String,
    /// What the last report said of it.
    pub facts: ArticleFacts,
    /// When the first report named it.
    pub created_at: UnixMillis,
}

#[cfg(test)]
mod tests {
    use super::ArticleUrl;

    #[test]
    fn tracking_and_page_numbers_do_not_make_another_article() {
        let same = [
            "https://Example.org/a/b/?id=7",
            "http://example.org/a/b?id=7#comments",
            "https://u:p@example.org/a/b/?utm_source=x&id=7&fbclid=1",
            "https://example.org/a/b/page/2/?id=7",
            "https://example.org/a/b/seite-3?id=7",
            "https://example.org/a/b?id=7&page=2",
        ];
        let first = ArticleUrl::parse(same[0]).unwrap();
        for text in same {
            assert_eq!(
                ArticleUrl::parse(text).unwrap().key(),
                first.key(),
                "{text}"
            );
        }
        assert_ne!(
            ArticleUrl::parse("https://example.org/a/b/?id=8")
                .unwrap()
                .key(),
            first.key()
        );
        assert_eq!(
            ArticleUrl::parse("https://a.de/x?utm_medium=1")
                .unwrap()
                .as_str(),
            "https://a.de/x"
        );
    }

    #[test]
    fn other_schemes_are_refused() {
        for text in [
            "",
            "javascript:alert(1)",
            "/a",
            "ftp://a/b",
            "https://",
            "data:text/html,x",
        ] {
            assert!(ArticleUrl::parse(text).is_err(), "{text}");
        }
        assert!(ArticleUrl::parse(&format!("https://a.de/{}", "x".repeat(2000))).is_err());
    }
}
