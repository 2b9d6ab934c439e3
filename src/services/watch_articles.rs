//! The server looks at an article: reads its page, keeps what it says, looks up every ticket's passage in it, and does what
//! follows, all in one transaction with the history and the mails it owes.
//!
//! Here lies the way in of the worker with an article it has claimed; an editor who wants to know now and the content system that
//! says that it saved come by `asking`. How pages are read is handed in ([`ArticleSource`]): services know no HTTP.

use tracing::warn;
use uuid::Uuid;

use super::Services;
use crate::{
    domain::{
        article::Article,
        article_watch::{FetchError, Interest, VersionSource, WATCHED_AFTER_CLOSING, host_of},
        clock::{DAY, MINUTE, UnixMillis},
        ids::{ArticleId, TicketId, VersionId},
        site::Site,
        ticket::{PassageState, Resolution, Ticket, TicketState},
    },
    storage::{StorageError, article_watch, articles, sites, ticket_sightings, tickets},
};

mod asking;
mod follow_up;
mod forgetting;
mod look_up;
mod means;
mod putting_off;
mod taking_in;
mod viewing;

pub use self::{
    asking::{MAX_SENT_TEXT, hasten, look_now, refresh},
    forgetting::{delete_expired_versions, forget_address, forget_versions, forget_versions_as},
    means::{ArticleSource, Fetched, FreeSpace, Page, WatchMeans},
    putting_off::{BrokeOff, put_off},
};

use taking_in::{Outcome, take_in};
use viewing::Arrival;

/// How long one look may hold an article.
const LEASE: i64 = MINUTE;

/// A ticket that a look changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedTicket {
    /// Which one.
    pub ticket: TicketId,
    /// What is said of its passage now.
    pub passage_state: PassageState,
    /// Where it stands now.
    pub state: TicketState,
    /// What became of it.
    pub resolution: Option<Resolution>,
    /// Whether its mistake is back.
    pub regressed: bool,
    /// What stands there now.
    pub now: Option<String>,
}

/// What came of a look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// The version that the article shows, as far as we know.
    pub version: Option<VersionId>,
    /// Whether that is another than before.
    pub changed: bool,
    /// Why the page could not be read, if it could not.
    pub error: Option<FetchError>,
    /// Somebody else is at it just now, or was a moment ago: this is what they found.
    pub put_off: bool,
    /// How many tickets were looked up.
    pub looked_up: usize,
    /// Those that are another than before.
    pub tickets: Vec<ChangedTicket>,
    /// When it is looked at next.
    pub next_look_at: Option<UnixMillis>,
}

/// Why an article was not looked at.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// No such article, or none this editor may see.
    #[error("there is no such article")]
    UnknownArticle,
    /// The address is not on a site that this editor may change.
    #[error("this address is on none of the sites that this person may change")]
    ForeignAddress,
    /// The editor may read only.
    #[error("this editor may read, not change")]
    ReadOnly,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// An article with what a look needs.
pub(super) struct Subject {
    article: Article,
    site: Site,
    lease: Uuid,
}

/// Articles that are due, claimed; at most so many, and one of each host.
///
/// # Errors
/// [`StorageError`]
pub async fn claim_due(
    services: &Services,
    limit: usize,
) -> Result<(Uuid, Vec<ArticleId>), StorageError> {
    let lease = services.new_id();
    let now = services.now();
    // Who writes is kept waiting only where there is something to claim.
    let choice = article_watch::choose(services.store.reader(), now, limit).await?;
    if choice.is_empty() {
        return Ok((lease, Vec::new()));
    }
    let transaction = services.store.begin().await?;
    let claimed = article_watch::claim(&transaction, lease, now, now + LEASE, &choice).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok((lease, claimed))
}

/// Looks at an article that was claimed under that lease. Where somebody asked for the page itself, it is read whatever there is to see
/// in it, and as soon as its server lets us.
///
/// # Errors
/// [`StorageError`]
pub async fn look(services: &Services, id: ArticleId, lease: Uuid) -> Result<Looked, StorageError> {
    let db = services.store.reader();
    let watched = article_watch::find(db, id).await?;
    let article = articles::by_ids(db, &[id]).await?.pop();
    let site = match &article {
        Some(article) => sites::all(db)
            .await?
            .into_iter()
            .find(|s| s.id == article.site),
        None => None,
    };
    let Some((article, site)) = article.zip(site) else {
        give_back(services, id, lease, watched.asked).await?;
        return Ok(Looked::default());
    };
    let subject = Subject {
        article,
        site,
        lease,
    };
    let now = services.now();
    let asked = watched.asked > 0;
    let known = tickets::with_passage(db, id, now - WATCHED_AFTER_CLOSING, false).await?;
    let interest = Interest::of(&known, now);
    if interest == Interest::Nothing && !asked {
        give_back(services, id, lease, watched.asked).await?;
        return Ok(Looked {
            version: watched.current_version,
            ..Looked::default()
        });
    }
    let mut state = watched.state.clone();
    let host = host_of(&subject.article.url);
    let of_host = article_watch::host_not_before(db, &host, now).await?;
    let own = state.earliest(asked);
    // All of its articles are put off: not to the same moment.
    let of_host = of_host.map_or(0, |at| spread(at, now, random_byte(services)));
    let earliest = own.max(of_host);
    if earliest > now {
        // A report came right after a look: what we have is new enough for it. Who asked for the page has no answer yet.
        let outcome = Outcome {
            state: &state,
            next: Some(earliest),
            answered: 0,
        };
        let mut looked = take_in(services, &subject, outcome, Arrival::Again).await?;
        looked.put_off = true;
        return Ok(looked);
    }
    let fetched = fetch(services, &subject, &watched, &known).await?;
    let now = services.now();
    let random = random_byte(services);
    let bounds = services.watch.intervals;
    let arrival = match fetched {
        Fetched::Text {
            text,
            page,
            etag,
            last_modified,
        } => {
            state.etag = etag;
            state.last_modified = last_modified;
            Arrival::Text {
                text,
                page: Some(page),
                source: VersionSource::Fetched,
            }
        }
        Fetched::NotModified => Arrival::NotModified,
        Fetched::Failed { error, retry_after } => {
            let next = state.fail(error, retry_after, interest, bounds, now, random);
            count_fetch(error.as_str());
            warn!(article.id = %id, %error, failures = state.failures, "an article could not be read");
            let outcome = Outcome {
                state: &state,
                next,
                answered: watched.asked,
            };
            let mut looked = take_in(services, &subject, outcome, Arrival::Again).await?;
            looked.error = Some(error);
            return Ok(looked);
        }
    };
    count_fetch(match arrival {
        Arrival::NotModified => "not_modified",
        _ => "read",
    });
    let next = state.succeed(interest, bounds, now, random);
    let outcome = Outcome {
        state: &state,
        next,
        answered: watched.asked,
    };
    take_in(services, &subject, outcome, arrival).await
}

async fn fetch(
    services: &Services,
    subject: &Subject,
    watched: &article_watch::Watched,
    known: &[Ticket],
) -> Result<Fetched, StorageError> {
    let failed = |error| Fetched::Failed {
        error,
        retry_after: None,
    };
    if services.watch.is_disk_full() {
        return Ok(failed(FetchError::DiskFull));
    }
    let Some(source) = &services.watch.source else {
        return Ok(failed(FetchError::Unreachable));
    };
    // A new ticket needs the page itself, for the link that leads there.
    let since = services.now() - DAY;
    let new = known.iter().filter(|t| t.created_at > since);
    let new: Vec<TicketId> = new.map(|t| t.id).collect();
    let seen = ticket_sightings::of_tickets(services.store.reader(), &new).await?;
    let searched = seen.iter().filter(|s| s.look.directive.is_some()).count();
    let whole = searched < new.len();
    // Without the version, "not modified" would leave us with nothing.
    let known = watched.current_version.is_some() && !whole;
    let page = Page {
        url: subject.article.url.clone(),
        origins: subject.site.origins.clone(),
        selector: subject.site.settings.article_selector.clone(),
        etag: watched.state.etag.clone().filter(|_| known),
        last_modified: watched.state.last_modified.clone().filter(|_| known),
    };
    Ok(source.fetch(&page).await)
}

fn count_fetch(outcome: &'static str) {
    metrics::counter!("fehlermelder_article_fetches_total", "outcome" => outcome).increment(1);
}

/// A moment that lies ahead, or up to a fifth of the time until then later.
fn spread(at: UnixMillis, now: UnixMillis, random: u8) -> UnixMillis {
    at + (at - now).max(0) * i64::from(random) / 1_280
}

fn random_byte(services: &Services) -> u8 {
    let mut random = [0; 1];
    services.entropy.fill(&mut random);
    random[0]
}

/// Gives an article back in which there is nothing to see.
async fn give_back(
    services: &Services,
    id: ArticleId,
    lease: Uuid,
    answered: i32,
) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    article_watch::release(&transaction, id, lease, None, answered).await?;
    transaction.commit().await.map_err(StorageError::from)
}
