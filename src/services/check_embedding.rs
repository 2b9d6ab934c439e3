//! Somebody who administers a site asks whether the two lines work in a live page.

use url::Url;

use super::{Services, watch_articles::Page};
use crate::{
    domain::{
        article_watch::FetchError,
        embed_check::{Finding, check},
        site::Site,
    },
    storage::{StorageError, articles},
};

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The page could not be read.
    #[error("the page cannot be read: {0}")]
    Fetch(FetchError),
    /// This server reads no pages.
    #[error("this server does not fetch pages (watch.enabled)")]
    NoFetching,
}

/// A page of the site to begin with: the article that was reported on last, else the front page.
///
/// # Errors
/// [`StorageError`]
pub async fn suggested_page(services: &Services, site: &Site) -> Result<String, StorageError> {
    let newest = articles::newest_of_site(services.store.reader(), site.id).await?;
    let front = site
        .origins
        .first()
        .map(|origin| format!("{}/", origin.as_str()));
    Ok(newest.or(front).unwrap_or_default())
}

/// Reads the page and says what it found. The page is read as the watch reads articles: the site's own origins only, public addresses only,
/// within seconds.
///
/// # Errors
/// [`CheckError`]
pub async fn check_page(
    services: &Services,
    site: &Site,
    url: &str,
) -> Result<Vec<Finding>, CheckError> {
    let source = services
        .watch
        .source
        .as_ref()
        .ok_or(CheckError::NoFetching)?;
    let asked = Page {
        url: url.to_owned(),
        origins: site.origins.clone(),
        selector: site.settings.article_selector.clone(),
        etag: None,
        last_modified: None,
    };
    let found = source.inspect(&asked).await.map_err(CheckError::Fetch)?;
    let ours = Url::parse(services.links.base()).map_err(|_| CheckError::NoFetching)?;
    Ok(check(&found, site, &ours))
}
