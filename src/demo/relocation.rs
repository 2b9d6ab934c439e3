//! The magazine moves when the demo listens elsewhere: the articles that tickets are about go along.

use std::collections::HashSet;

use super::{error::DemoError, shelf::Shelf};
use crate::{
    domain::{article::ArticleUrl, site::Site},
    services::Services,
    storage::{StorageError, articles},
};

/// Gives the articles of the magazine's last origin their addresses at the present one.
///
/// # Errors
/// [`DemoError`]
pub async fn follow(
    services: &Services,
    site: &Site,
    shelf: &Shelf,
    origin: &str,
) -> Result<(), DemoError> {
    if let Some(last) = shelf.origin().filter(|last| last != origin) {
        let transaction = services.store.begin().await?;
        let here = articles::at_origin(&transaction, site.id, origin).await?;
        let taken: HashSet<String> = here.into_iter().map(|a| a.url).collect();
        for article in articles::at_origin(&transaction, site.id, &last).await? {
            let url = format!("{origin}{}", &article.url[last.len()..]);
            // Somebody reported on it here before: both stay where they are.
            if !taken.contains(&url)
                && let Ok(url) = ArticleUrl::parse(&url)
            {
                articles::relocate(&transaction, article.id, url.as_str(), url.key()).await?;
            }
        }
        transaction.commit().await.map_err(StorageError::from)?;
    }
    shelf.set_origin(origin)
}
