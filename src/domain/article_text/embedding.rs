//! How a page embeds our control: what the check of the two lines looks at.

use dom_query::{Matcher, NodeRef};

use super::{Page, roots};

/// What stands in the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Embedding {
    /// The scripts that have an address.
    pub scripts: Vec<Script>,
    /// The controls, in document order.
    pub controls: Vec<Control>,
    /// `<link rel="canonical">`, as it is written.
    pub canonical: Option<String>,
    /// Policies given in the page itself (`<meta http-equiv="Content-Security-Policy">`).
    pub policies: Vec<String>,
}

/// A script of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its address, as it is written.
    pub src: String,
    /// Whether it is a module.
    pub is_module: bool,
    /// Whether it has a nonce.
    pub has_nonce: bool,
}

/// A `fehler-melden` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The site's key.
    pub site: Option<String>,
    /// The selector of the article.
    pub article: Option<String>,
}

impl Page {
    /// How the page embeds our control.
    #[must_use]
    pub fn embedding(&self) -> Embedding {
        let all = |selector: &str| {
            Matcher::new(selector).map_or_else(
                |_| Vec::new(),
                |matcher| {
                    self.tree
                        .document()
                        .select_matcher(&matcher)
                        .nodes()
                        .to_vec()
                },
            )
        };
        let attr = |node: &NodeRef<'_>, name: &str| node.attr(name).map(|value| value.to_string());
        Embedding {
            scripts: all("script[src]")
                .iter()
                .map(|node| Script {
                    src: attr(node, "src").unwrap_or_default(),
                    is_module: attr(node, "type")
                        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("module")),
                    has_nonce: attr(node, "nonce").is_some(),
                })
                .collect(),
            controls: all("fehler-melden")
                .iter()
                .map(|node| Control {
                    site: attr(node, "site"),
                    article: attr(node, "article"),
                })
                .collect(),
            canonical: all("link[rel~=canonical][href]")
                .first()
                .and_then(|node| attr(node, "href")),
            policies: all("meta[http-equiv][content]")
                .iter()
                .filter(|node| {
                    attr(node, "http-equiv")
                        .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"))
                })
                .filter_map(|node| attr(node, "content"))
                .collect(),
        }
    }

    /// Whether a selector meets something in the page: no default takes its place.
    #[must_use]
    pub fn is_matched(&self, selector: &str) -> bool {
        roots::is_matched(&self.tree, selector)
    }
}
