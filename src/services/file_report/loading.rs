//! What a transaction of intake reads before it decides.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    Submission,
    board::{Board, Boards},
};
use crate::{
    domain::{
        article::Article,
        clock::{SECOND, UnixMillis},
        editor::Editor,
        ids::{ArticleId, SiteId},
        site::Desk,
    },
    services::Services,
    storage::{
        StorageError, Transaction,
        articles::{self, KeyedArticle},
        editors, sites, tickets,
    },
};

/// How long people and desks are good for once read. Who may not be alerted any more is seen again when the mail is sent.
const PEOPLE_MAX_AGE: i64 = 2 * SECOND;

/// Who is alerted, and which desk answers for what.
#[derive(Debug)]
pub(super) struct People {
    pub(super) editors: Vec<Editor>,
    pub(super) desks: Vec<Desk>,
}

/// What intake remembers from one transaction to the next.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) boards: Boards,
    people: Option<(UnixMillis, Arc<People>)>,
}

impl Memory {
    /// Forgets everything: a transaction failed, and nobody knows how far it got.
    pub(super) fn clear(&mut self) {
        self.boards.clear();
        self.people = None;
    }

    pub(super) async fn people(
        &mut self,
        transaction: &Transaction,
        now: UnixMillis,
    ) -> Result<Arc<People>, StorageError> {
        if let Some((at, people)) = &self.people
            && (0..PEOPLE_MAX_AGE).contains(&(now - at))
        {
            return Ok(Arc::clone(people));
        }
        let people = Arc::new(People {
            editors: editors::alerted(transaction).await?,
            desks: sites::desks(transaction).await?,
        });
        self.people = Some((now, Arc::clone(&people)));
        Ok(people)
    }
}

/// The boards of those articles, each with its version: kept ones where they are still good, the others read.
pub(super) async fn load_boards(
    transaction: &Transaction,
    boards: &mut Boards,
    articles: impl Iterator<Item = &KeyedArticle>,
) -> Result<HashMap<ArticleId, (i64, Board)>, StorageError> {
    let mut loaded = HashMap::new();
    let mut missing = Vec::new();
    for article in articles {
        let (id, version) = (article.article.id, article.tickets_version);
        let board = boards.take(id, version).unwrap_or_else(|| {
            missing.push(id);
            Board::default()
        });
        loaded.insert(id, (version, board));
    }
    for ticket in tickets::joinable(transaction, &missing).await? {
        if let Some((_, board)) = loaded.get_mut(&ticket.article) {
            board.add(&ticket);
        }
    }
    Ok(loaded)
}

/// The articles of the submissions: known ones locked, new ones added, changed facts stored.
pub(super) async fn load_articles(
    services: &Services,
    transaction: &Transaction,
    submissions: &[&Submission],
    leaders: &[usize],
    now: UnixMillis,
) -> Result<HashMap<(SiteId, Vec<u8>), KeyedArticle>, StorageError> {
    let mut wanted: BTreeMap<(SiteId, Vec<u8>), &Submission> = BTreeMap::new();
    for submission in leaders.iter().map(|i| submissions[*i]) {
        wanted.insert(
            (submission.site.id, submission.report.article.key().to_vec()),
            submission,
        );
    }
    let keys: Vec<Vec<u8>> = wanted.keys().map(|(_, key)| key.clone()).collect();
    let index = |list: Vec<KeyedArticle>| -> HashMap<(SiteId, Vec<u8>), KeyedArticle> {
        list.into_iter()
            .map(|a| ((a.article.site, a.key.clone()), a))
            .collect()
    };
    let mut known = index(articles::lock_by_keys(transaction, &keys).await?);
    let missing: Vec<KeyedArticle> = wanted
        .iter()
        .filter(|(key, _)| !known.contains_key(*key))
        .map(|((site, key), submission)| KeyedArticle {
            key: key.clone(),
            tickets_version: 0,
            is_known: false,
            article: Article {
                id: ArticleId(services.entropy.uuid(now)),
                site: *site,
                url: submission.report.article.as_str().to_owned(),
                facts: submission.report.facts.clone(),
                created_at: now,
            },
        })
        .collect();
    if !missing.is_empty() {
        articles::add_missing(transaction, &missing).await?;
        // Another instance may have added one of them meanwhile: take what is there now.
        known = index(articles::lock_by_keys(transaction, &keys).await?);
    }
    for (key, submission) in wanted {
        let facts = &submission.report.facts;
        if let Some(KeyedArticle { article, .. }) = known.get_mut(&key)
            && facts.title.is_some()
            && article.facts != *facts
        {
            articles::update_facts(transaction, article.id, facts).await?;
            article.facts = facts.clone();
        }
    }
    Ok(known)
}
