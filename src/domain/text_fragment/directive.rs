//! A text directive and how it stands in an address (WICG Scroll to Text Fragment, "Syntax").

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters; `-` too, which has a meaning in the directive.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'~');

/// `text=[prefix-,]start[,end][,-suffix]`; no term is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Directive {
    /// What must stand right before the passage.
    pub prefix: Option<String>,
    /// The passage's words, or its first ones.
    pub start: String,
    /// The passage's last words.
    pub end: Option<String>,
    /// What must stand right behind the passage.
    pub suffix: Option<String>,
}

impl fmt::Display for Directive {
    /// With its delimiter (`:~:text=…`), percent-encoded; without `#`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = |term| utf8_percent_encode(term, ENCODED);
        f.write_str(":~:text=")?;
        if let Some(prefix) = &self.prefix {
            write!(f, "{}-,", encoded(prefix))?;
        }
        write!(f, "{}", encoded(&self.start))?;
        if let Some(end) = &self.end {
            write!(f, ",{}", encoded(end))?;
        }
        if let Some(suffix) = &self.suffix {
            write!(f, ",-{}", encoded(suffix))?;
        }
        Ok(())
    }
}

/// How many bytes a term takes in an address.
pub(super) fn encoded_len(term: &str) -> usize {
    utf8_percent_encode(term, ENCODED).map(str::len).sum()
}

impl Directive {
    /// The address with this directive behind its fragment; an older directive gives way.
    #[must_use]
    pub fn on(&self, url: &str) -> String {
        with_directive(url, &self.to_string())
    }
}

/// The address with a directive as it was written down (`:~:text=…`); an older one gives way.
#[must_use]
pub fn with_directive(url: &str, directive: &str) -> String {
    let url = without_directive(url);
    let hash = if url.contains('#') { "" } else { "#" };
    format!("{url}{hash}{directive}")
}

/// The address without a directive in its fragment.
fn without_directive(url: &str) -> &str {
    let Some(hash) = url.find('#') else {
        return url;
    };
    url[hash..].find(":~:").map_or(url, |at| &url[..hash + at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directive() -> Directive {
        Directive {
            start: "b".into(),
            ..Directive::default()
        }
    }

    #[test]
    fn addresses_keep_what_they_are() {
        for (url, expected) in [
            ("https://a.example/x", "https://a.example/x#:~:text=b"),
            ("https://a.example/x#y", "https://a.example/x#y:~:text=b"),
            ("https://a.example/x#", "https://a.example/x#:~:text=b"),
            (
                "https://a.example/#/x/7",
                "https://a.example/#/x/7:~:text=b",
            ),
            (
                "https://a.example/#!x?y=1",
                "https://a.example/#!x?y=1:~:text=b",
            ),
            (
                "https://a.example/x#:~:text=old",
                "https://a.example/x#:~:text=b",
            ),
            (
                "https://a.example/x#y:~:text=old&text=o",
                "https://a.example/x#y:~:text=b",
            ),
            (
                "https://a.example/?q=:~:",
                "https://a.example/?q=:~:#:~:text=b",
            ),
            (
                "https://a.example/?q=:~:#y",
                "https://a.example/?q=:~:#y:~:text=b",
            ),
            (
                "https://a.example/?q=1&r=%23#z:~:unknown(1)",
                "https://a.example/?q=1&r=%23#z:~:text=b",
            ),
        ] {
            assert_eq!(directive().on(url), expected);
        }
    }

    #[test]
    fn terms_are_encoded_to_the_letter() {
        let directive = Directive {
            prefix: Some("a,b-".into()),
            start: "E-Mail, A&B=100% „so“ a/b?#~_.".into(),
            end: Some("ä 🚀".into()),
            suffix: Some("-c".into()),
        };
        assert_eq!(
            directive.to_string(),
            ":~:text=a%2Cb%2D-,E%2DMail%2C%20A%26B%3D100%25%20%E2%80%9Eso%E2%80%9C%20a%2Fb%3F%23~_.,%C3%A4%20%F0%9F%9A%80,-%2Dc"
        );
    }
}
