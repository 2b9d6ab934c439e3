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
        ids::{ArticleId, SiteId},
        site::Desk,
    },
    services::Services,
    storage::{
        StorageError, Transaction,
        articles::{self, KeyedArticle},
        filing::{self, KnownArticle},
        search, sites, tickets,
    },
};

/// How long desks are good for once read.
const DESKS_MAX_AGE: i64 = 2 * SECOND;

/// What intake remembers from one transaction to the next.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) boards: Boards,
    desks: Option<(UnixMillis, Arc<[Desk]>)>,
}

impl Memory {
    /// Forgets everything: a transaction failed, and nobody knows how far it got.
    pub(super) fn clear(&mut self) {
        self.boards.clear();
        self.desks = None;
    }

    /// Which desk answers for what.
    pub(super) async fn desks(
        &mut self,
        transaction: &Transaction,
        now: UnixMillis,
    ) -> Result<Arc<[Desk]>, StorageError> {
        if let Some((at, desks)) = &self.desks
            && (0..DESKS_MAX_AGE).contains(&(now - at))
        {
            return Ok(Arc::clone(desks));
        }
        let desks: Arc<[Desk]> = sites::desks(transaction).await?.into();
        self.desks = Some((now, Arc::clone(&desks)));
        Ok(desks)
    }
}

/// Where an article's address leads, by site and compared form.
pub(super) type Addresses = HashMap<(SiteId, Vec<u8>), ArticleId>;
/// Boards, each with its version in the database.
pub(super) type LoadedBoards = HashMap<ArticleId, (i64, Board)>;

/// The articles of the submissions and their boards: new articles are added, boards that are not kept are read, changed facts
/// are stored.
pub(super) async fn load(
    services: &Services,
    transaction: &Transaction,
    boards: &mut Boards,
    submissions: impl Iterator<Item = &Submission>,
    known: Vec<KnownArticle>,
    now: UnixMillis,
) -> Result<(Addresses, LoadedBoards), StorageError> {
    let wanted: BTreeMap<(SiteId, &[u8]), &Submission> = submissions
        .map(|s| ((s.site.id, s.report.article.key().as_slice()), s))
        .collect();
    let known = with_new_articles(services, transaction, &wanted, known, now).await?;
    let mut loaded = LoadedBoards::with_capacity(known.len());
    let mut addresses = Addresses::with_capacity(known.len());
    let mut unread = HashMap::new();
    let known_texts: Vec<ArticleId> = known
        .iter()
        .filter(|a| a.text_is_known)
        .map(|a| a.id)
        .collect();
    for article in known {
        match boards.take(article.id, article.tickets_version) {
            Some(board) => drop(loaded.insert(article.id, (article.tickets_version, board))),
            None => drop(unread.insert(article.id, article.tickets_version)),
        }
        addresses.insert((article.site, article.key), article.id);
    }
    read_boards(transaction, unread, &mut loaded).await?;
    for (id, (_, board)) in &mut loaded {
        board.text_is_known = known_texts.contains(id);
    }
    for ((site, key), submission) in wanted {
        let board = addresses
            .get(&(site, key.to_vec()))
            .and_then(|id| loaded.get_mut(id));
        let Some((version, board)) = board else {
            continue;
        };
        let facts = submission.report.facts.over(&board.article.facts);
        if submission.report.facts.title.is_some() && board.article.facts != facts {
            articles::update_facts(transaction, board.article.id, &facts).await?;
            if board.article.facts.title != facts.title {
                search::queue_of_article(transaction, board.article.id).await?;
            }
            *version += 1;
            board.article = Arc::new(Article {
                facts,
                ..(*board.article).clone()
            });
        }
    }
    Ok((addresses, loaded))
}

/// What is known of the wanted articles, after those that are not were added.
async fn with_new_articles(
    services: &Services,
    transaction: &Transaction,
    wanted: &BTreeMap<(SiteId, &[u8]), &Submission>,
    mut known: Vec<KnownArticle>,
    now: UnixMillis,
) -> Result<Vec<KnownArticle>, StorageError> {
    let is = |article: &KnownArticle| (article.site, article.key.clone());
    let there: std::collections::HashSet<_> = known.iter().map(is).collect();
    let missing: Vec<KeyedArticle> = wanted
        .iter()
        .filter(|((site, key), _)| !there.contains(&(*site, key.to_vec())))
        .map(|((site, key), submission)| KeyedArticle {
            key: key.to_vec(),
            tickets_version: 0,
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
        let keys = wanted.keys().map(|(_, key)| *key);
        known = filing::find(transaction, keys, std::iter::empty::<&[u8]>())
            .await?
            .articles;
    }
    // The same address may be another site's as well.
    known.retain(|a| wanted.contains_key(&(a.site, a.key.as_slice())));
    Ok(known)
}

/// Reads the boards of those articles, given with their versions.
async fn read_boards(
    transaction: &Transaction,
    unread: HashMap<ArticleId, i64>,
    loaded: &mut LoadedBoards,
) -> Result<(), StorageError> {
    let ids: Vec<ArticleId> = unread.keys().copied().collect();
    for article in articles::by_ids(transaction, &ids).await? {
        let version = unread.get(&article.id).copied().unwrap_or_default();
        loaded.insert(article.id, (version, Board::new(article)));
    }
    for ticket in tickets::joinable(transaction, &ids).await? {
        if let Some((_, board)) = loaded.get_mut(&ticket.article) {
            // Asked when somebody joins it.
            board.add(&ticket, false);
        }
    }
    Ok(())
}
