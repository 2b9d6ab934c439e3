//! What the magazine's articles said before the demo was started: their first versions, as the watch would have seen them when the
//! first report came, and the present ones, as it would have seen them once they were corrected. What follows for the tickets, the
//! watch finds out by itself when it looks.

use super::{
    articles::{self, DemoArticle},
    error::DemoError,
    magazine::Magazine,
    shelf::ShelvedArticle,
};
use crate::{
    domain::{
        article::ArticleUrl,
        article_text::ArticleText,
        article_watch::VersionSource,
        clock::{HOUR, MINUTE, UnixMillis},
        ids::{ArticleId, VersionId},
        secret::sha256,
        site::Site,
        ticket::Resolution,
    },
    services::Services,
    storage::{
        StorageError,
        article_versions::{self, ArticleVersion},
        articles as stored_articles, tickets,
    },
};

/// Tickets of one article that are asked when it was corrected.
const ASKED: u64 = 100;

/// Stores the past versions of every article that tickets are about.
///
/// # Errors
/// [`DemoError`]
pub async fn store(services: &Services, site: &Site, magazine: &Magazine) -> Result<(), DemoError> {
    let now = services.now();
    let transaction = services.store.begin().await?;
    for article in articles::all()? {
        let Ok(url) = ArticleUrl::parse(&magazine.url_of(&article.slug)) else {
            continue;
        };
        let Some(known) = stored_articles::at_address(&transaction, site.id, url.key()).await?
        else {
            continue;
        };
        let corrected = tickets::of_article(&transaction, known.id, None, ASKED)
            .await?
            .into_iter()
            .filter(|t| t.resolution == Some(Resolution::Corrected))
            .filter_map(|t| t.closed_at)
            .min();
        let reported = known.created_at + MINUTE;
        let changed = corrected
            .map_or(reported + HOUR, |at| at - 5 * MINUTE)
            .clamp(reported + MINUTE, now);
        let first = DemoArticle {
            body: article.first_body(),
            ..article.clone()
        };
        let seen = [
            (first, reported, changed - MINUTE),
            (article, changed, changed),
        ];
        for (article, first_seen, last_seen) in seen {
            let shelved = ShelvedArticle {
                article,
                edited: false,
            };
            if let Some(text) = magazine.text_of(&shelved) {
                let version = version(services, known.id, &text, first_seen, last_seen);
                article_versions::see(&transaction, &version, &text).await?;
            }
        }
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

fn version(
    services: &Services,
    article: ArticleId,
    text: &str,
    first_seen_at: UnixMillis,
    last_seen_at: UnixMillis,
) -> ArticleVersion {
    ArticleVersion {
        id: VersionId(services.entropy.uuid(first_seen_at)),
        article,
        hash: sha256(text.as_bytes()).to_vec(),
        rule_version: i32::try_from(ArticleText::RULE_VERSION).unwrap_or(i32::MAX),
        source: VersionSource::Fetched,
        first_seen_at,
        last_seen_at,
        partial: false,
    }
}
