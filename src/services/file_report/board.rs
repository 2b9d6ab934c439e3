//! The tickets of an article that a report may join, kept between transactions.
//!
//! Reading and preparing them is most of the work of deciding, and they seldom change from elsewhere. Each article row carries a
//! version that rises whenever one of its tickets or what the page says of itself changes; a kept board of that version is good, whoever changed it last.

use std::{collections::HashMap, sync::Arc};

use crate::{
    domain::{article::Article, grouping::Candidate, ids::ArticleId, ticket::Ticket},
    storage::tickets::JoinedTicket,
};

/// The most tickets kept, over all boards; about a kilobyte each.
const MOST_KEPT: usize = 12_000;

/// One article and its tickets, ready for comparison; both lists in the same order, oldest first.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) article: Arc<Article>,
    /// Whether a version of its text is known, as of this transaction.
    pub(super) text_is_known: bool,
    pub(super) candidates: Vec<Candidate>,
    pub(super) tickets: Vec<JoinedTicket>,
}

impl Board {
    /// The board of an article, without tickets.
    pub(super) fn new(article: Article) -> Self {
        Self {
            article: Arc::new(article),
            text_is_known: false,
            candidates: Vec::new(),
            tickets: Vec::new(),
        }
    }

    /// Puts a ticket up. `told`: the newsroom hears of it.
    pub(super) fn add(&mut self, ticket: &Ticket, told: bool) {
        let suggestions: Vec<&str> = ticket.suggestions.iter().map(|s| s.text.as_str()).collect();
        self.candidates.push(Candidate::new(
            ticket.id,
            (ticket.state, ticket.resolution),
            ticket.kind.class(),
            ticket.part,
            ticket.passage.as_ref(),
            &suggestions,
        ));
        self.tickets.push(JoinedTicket {
            id: ticket.id,
            report_count: ticket.report_count,
            suggestions: ticket.suggestions.clone(),
            legal: ticket.legal,
            weight: ticket.weight,
            updated_at: ticket.updated_at,
            waits_for_report: ticket.waits_for_report(),
            told,
        });
    }
}

struct Kept {
    board: Board,
    version: i64,
    used: u64,
}

/// The boards kept from earlier transactions.
#[derive(Default)]
pub(super) struct Boards {
    kept: HashMap<ArticleId, Kept>,
    tickets: usize,
    clock: u64,
}

impl Boards {
    /// Takes out a board, if it is of that version.
    pub(super) fn take(&mut self, article: ArticleId, version: i64) -> Option<Board> {
        let kept = self.kept.remove(&article)?;
        self.tickets -= kept.board.tickets.len();
        (kept.version == version).then_some(kept.board)
    }

    /// Keeps a board; those not used for longest go when there are too many tickets.
    pub(super) fn keep(&mut self, article: ArticleId, version: i64, board: Board) {
        self.clock += 1;
        self.tickets += board.tickets.len();
        let kept = Kept {
            board,
            version,
            used: self.clock,
        };
        if let Some(old) = self.kept.insert(article, kept) {
            self.tickets -= old.board.tickets.len();
        }
        if self.tickets > MOST_KEPT {
            self.drop_oldest();
        }
    }

    /// Forgets everything: a transaction failed, and nobody knows how far it got.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Down to three quarters at once, so that this is seldom.
    fn drop_oldest(&mut self) {
        let mut by_use: Vec<(u64, ArticleId)> = self
            .kept
            .iter()
            .map(|(id, kept)| (kept.used, *id))
            .collect();
        by_use.sort_unstable();
        for (_, article) in by_use {
            if self.tickets <= MOST_KEPT / 4 * 3 {
                break;
            }
            if let Some(kept) = self.kept.remove(&article) {
                self.tickets -= kept.board.tickets.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn board(tickets: usize) -> Board {
        let ticket = JoinedTicket {
            id: crate::domain::ids::TicketId(1),
            report_count: 1,
            suggestions: Vec::new(),
            legal: false,
            weight: 0,
            updated_at: 0,
            waits_for_report: false,
            told: true,
        };
        let article = Article {
            id: ArticleId(Uuid::nil()),
            site: crate::domain::ids::SiteId(Uuid::nil()),
            url: String::new(),
            facts: crate::domain::article::ArticleFacts::default(),
            created_at: 0,
        };
        Board {
            tickets: vec![ticket; tickets],
            ..Board::new(article)
        }
    }

    #[test]
    fn a_board_of_another_version_is_not_used() {
        let article = ArticleId(Uuid::from_u128(1));
        let mut boards = Boards::default();
        boards.keep(article, 3, board(2));
        assert!(boards.take(article, 4).is_none());
        assert!(boards.take(article, 3).is_none(), "it is gone for good");
        boards.keep(article, 3, board(2));
        assert!(boards.take(article, 3).is_some());
        assert_eq!(boards.tickets, 0);
    }

    #[test]
    fn the_boards_not_used_for_longest_go() {
        let mut boards = Boards::default();
        let article = |n: u128| ArticleId(Uuid::from_u128(n));
        for n in 0..5 {
            boards.keep(article(n), 1, board(MOST_KEPT / 4));
        }
        assert!(boards.tickets <= MOST_KEPT);
        assert!(boards.take(article(0), 1).is_none());
        assert!(boards.take(article(4), 1).is_some());
    }
}
