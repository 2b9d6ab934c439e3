//! What one transaction of intake writes.

use std::collections::{BTreeMap, HashSet};

use super::loading::{LoadedBoards, Memory};
use crate::{
    domain::{
        clock::UnixMillis,
        ids::{ReportId, SiteId, TicketId},
        notification::NewNotification,
        ticket::{Ticket, TicketState},
    },
    storage::{
        StorageError, Transaction,
        contacts::Contact,
        events,
        filing::{self, Filing},
        report_marks, reports,
        tickets::{self, JoinedTicket},
    },
};

/// What a transaction is going to write.
#[derive(Default)]
pub(super) struct Writes {
    /// New tickets; the n-th has the provisional number `-n-1`.
    pub(super) opened: Vec<Ticket>,
    /// Tickets that are new or got a report.
    pub(super) touched: HashSet<TicketId>,
    pub(super) reports: Vec<reports::Report>,
    /// Tickets that waited for a report.
    pub(super) woken: Vec<TicketId>,
    /// Tickets that so far nobody was told of.
    pub(super) risen: Vec<TicketId>,
    /// Reports whose readers were told that it is no error.
    pub(super) insisted: Vec<ReportId>,
    pub(super) contacts: Vec<Contact>,
    pub(super) events: Vec<events::TicketEvent>,
    pub(super) notifications: Vec<NewNotification>,
    pub(super) counters: BTreeMap<(SiteId, TicketState), i64>,
}

/// What a transaction has written.
pub(super) struct Done {
    /// The reports, in the order of their submissions.
    pub(super) reports: Vec<reports::Report>,
    /// Tickets that waited for one of these reports, and are to come back.
    pub(super) woken: Vec<TicketId>,
    /// Tickets that so far nobody was told of: authors and deputies are not yet.
    pub(super) risen: Vec<TicketId>,
    boards: LoadedBoards,
}

impl Done {
    /// Keeps the boards for the next transaction; only after the commit.
    pub(super) fn keep_boards(self, memory: &mut Memory) {
        for (article, (version, board)) in self.boards {
            memory.boards.keep(article, version, board);
        }
    }
}

impl Writes {
    /// Writes everything; few statements, however many reports.
    pub(super) async fn write(
        mut self,
        mut boards: LoadedBoards,
        transaction: &Transaction,
        now: UnixMillis,
    ) -> Result<Done, StorageError> {
        self.hand_out_numbers(&mut boards, transaction).await?;
        let touched = &self.touched;
        let mut changed: Vec<JoinedTicket> = Vec::new();
        let mut articles_changed = Vec::new();
        let first = self.opened.first().map_or(i64::MAX, |t| t.id.0);
        for (article, (version, board)) in &mut boards {
            let before = changed.len();
            for ticket in board.tickets.iter().filter(|t| touched.contains(&t.id)) {
                if ticket.id.0 >= first {
                    // Opened in this very batch: later reports of it may have joined.
                    let at = usize::try_from(ticket.id.0 - first).unwrap_or(usize::MAX);
                    if let Some(opened) = self.opened.get_mut(at) {
                        opened.report_count = ticket.report_count;
                        opened.suggestions.clone_from(&ticket.suggestions);
                        opened.legal = ticket.legal;
                        opened.weight = ticket.weight;
                    }
                } else {
                    changed.push(ticket.clone());
                }
            }
            let any =
                changed.len() > before || board.tickets.last().is_some_and(|t| t.id.0 >= first);
            if any {
                articles_changed.push(*article);
                *version += 1;
            }
        }
        // Everybody locks in the same order, so that nobody waits in a circle.
        articles_changed.sort_unstable();
        changed.sort_by_key(|t| t.id);
        let opened = &self.opened;
        let filing = Filing {
            articles: articles_changed,
            opened,
            to_index: opened
                .iter()
                .map(|t| t.id)
                .chain(changed.iter().map(|t| t.id))
                .collect(),
            events: &self.events,
            counters: self.counters,
            joined: changed,
            reports: &self.reports,
            contacts: &self.contacts,
            notifications: &self.notifications,
        };
        filing::write(transaction, &filing, now).await?;
        report_marks::add_insisted(transaction, &self.insisted).await?;
        Ok(Done {
            reports: self.reports,
            woken: self.woken,
            risen: self.risen,
            boards,
        })
    }

    /// Replaces the provisional numbers of opened tickets everywhere.
    async fn hand_out_numbers(
        &mut self,
        boards: &mut LoadedBoards,
        transaction: &Transaction,
    ) -> Result<(), StorageError> {
        if !self.opened.is_empty() {
            let count = i64::try_from(self.opened.len()).unwrap_or(i64::MAX);
            let first = tickets::allocate(transaction, count).await?;
            let number = |id: &mut TicketId| {
                if id.0 < 0 {
                    *id = TicketId(first - id.0 - 1);
                }
            };
            for (_, board) in boards.values_mut() {
                board.tickets.iter_mut().for_each(|t| number(&mut t.id));
                board
                    .candidates
                    .iter_mut()
                    .for_each(|c| number(&mut c.ticket));
            }
            self.opened.iter_mut().for_each(|t| number(&mut t.id));
            self.reports.iter_mut().for_each(|r| number(&mut r.ticket));
            self.events.iter_mut().for_each(|e| number(&mut e.ticket));
            self.notifications
                .iter_mut()
                .filter_map(|n| n.ticket.as_mut())
                .for_each(number);
            self.touched = self
                .touched
                .drain()
                .map(|mut id| {
                    number(&mut id);
                    id
                })
                .collect();
        }
        for notification in &mut self.notifications {
            if notification.dedupe_key.is_empty() {
                notification.dedupe_key = notification.usual_dedupe_key();
            }
        }
        Ok(())
    }
}
