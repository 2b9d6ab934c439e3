//! What readers wrote goes when its site's term is over; passage and suggestion stay, as the record of the correction.

use std::collections::BTreeSet;

use tracing::info;

use crate::{
    domain::{
        clock::{DAY, UnixMillis},
        ids::{ArticleId, TicketId},
        ticket::Ticket,
    },
    services::{Services, index_tickets},
    storage::{StorageError, articles, erased_words, report_texts, search, sites, tickets},
};

/// Tickets in one transaction, so that nobody waits long for the writer.
const AT_ONCE: usize = 20;
/// The most transactions for a site in one round; the next round goes on.
const MOST: usize = 25;
/// The most steps by which erased words leave the index in one round.
const STEPS: usize = 25;

/// Deletes what readers wrote on tickets that were closed longer ago than the term of their site; on how many tickets.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn delete_expired_texts(services: &Services) -> Result<usize, StorageError> {
    let mut erased = 0;
    let reader = services.store.reader();
    for site in sites::all(reader).await? {
        let by = services.now() - site.report_text_days() * DAY;
        for _ in 0..MOST {
            let found = report_texts::expired(reader, site.id, by, AT_ONCE).await?;
            if found.is_empty() {
                break;
            }
            erased += erase(services, &found, by).await?;
        }
    }
    // Also what was erased beside a request, where the index is large.
    if erased_words::wipe(&services.store, STEPS).await? || erased > 0 {
        services.store.wipe_deleted().await?;
    }
    if erased > 0 {
        info!(tickets = erased, "what readers wrote there was deleted");
    }
    Ok(erased)
}

async fn erase(
    services: &Services,
    found: &[TicketId],
    by: UnixMillis,
) -> Result<usize, StorageError> {
    let transaction = services.store.begin().await?;
    search::begin_erasing(&transaction).await?;
    let known = tickets::by_ids(&transaction, found).await?;
    articles::lock_all(&transaction, &of_articles(&known)).await?;
    let mut due = tickets::lock_all(&transaction, found).await?;
    // One may have been reopened meanwhile.
    due.retain(|ticket| ticket.closed_at.is_some_and(|at| at <= by));
    if due.is_empty() {
        return Ok(0);
    }
    let ids: Vec<TicketId> = due.iter().map(|ticket| ticket.id).collect();
    report_texts::erase(&transaction, &ids, by).await?;
    articles::bump_tickets_version(&transaction, &of_articles(&due)).await?;
    // At once, and not when its turn comes: until then the index would hold the words.
    index_tickets::index_now(&transaction, &ids).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(ids.len())
}

/// Each once, in the order in which they are locked.
fn of_articles(tickets: &[Ticket]) -> Vec<ArticleId> {
    let articles: BTreeSet<ArticleId> = tickets.iter().map(|ticket| ticket.article).collect();
    articles.into_iter().collect()
}
