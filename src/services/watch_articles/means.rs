//! What the watch works with, handed in: how pages are read, how much room is left, how often articles are looked at.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use crate::domain::{
    article_text::PageText,
    article_watch::{FetchError, Intervals},
    embed_check::InspectedPage,
    site::Origin,
};

/// A page to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// The origins of its site; no other host is asked.
    pub origins: Vec<Origin>,
    /// The site's selector for what holds the text.
    pub selector: Option<String>,
    /// What its server gave us last time.
    pub etag: Option<String>,
    /// The same, as a date.
    pub last_modified: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A text by the rule of `docs/article-text.md`.
    Text {
        /// The text.
        text: String,
        /// The whole page's text.
        page: PageText,
        /// To ask with next time.
        etag: Option<String>,
        /// The same, as a date.
        last_modified: Option<String>,
    },
    /// The same as last time.
    NotModified,
    /// Nothing that could be used.
    Failed {
        /// Why.
        error: FetchError,
        /// How long its server wants to be left alone, in milliseconds.
        retry_after: Option<i64>,
    },
}

/// How pages are read.
pub trait ArticleSource: Send + Sync {
    /// Reads a page, within seconds; never fails but in [`Fetched::Failed`].
    fn fetch<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Fetched>;

    /// Reads a page to see how it embeds our control, by the same rules and within the same limits.
    fn inspect<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Result<InspectedPage, FetchError>>;
}

/// How much room is left where the database grows.
pub trait FreeSpace: Send + Sync {
    /// In bytes; `None` where it cannot be known.
    fn free_bytes(&self) -> Option<u64>;
}

/// What the watch works with.
#[derive(Clone)]
pub struct WatchMeans {
    /// How pages are read; without it, nobody fetches.
    pub source: Option<Arc<dyn ArticleSource>>,
    /// How much room is left; without it, enough.
    pub free_space: Option<Arc<dyn FreeSpace>>,
    /// With less than this many bytes left, no page is fetched and no version stored: reports go first.
    pub min_free_bytes: u64,
    /// How often articles are looked at.
    pub intervals: Intervals,
    /// Days after which a version that is not shown any more is deleted, where the site does not say.
    pub version_days: i64,
    /// Rung when an article became due, so that the worker need not look all the time.
    pub bell: Arc<Notify>,
}

impl Default for WatchMeans {
    fn default() -> Self {
        Self {
            source: None,
            free_space: None,
            min_free_bytes: 0,
            intervals: Intervals::default(),
            version_days: 365,
            bell: Arc::new(Notify::new()),
        }
    }
}

impl WatchMeans {
    /// Whether reports must have what room is left.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        self.free_space
            .as_ref()
            .and_then(|s| s.free_bytes())
            .is_some_and(|free| free < self.min_free_bytes)
    }
}
