//! The decisions of one transaction of intake.

use std::sync::Arc;

use super::{
    Submission,
    loading::{Addresses, LoadedBoards, Memory, load},
    writing::{Done, Writes},
};
use crate::{
    domain::{
        article::Article,
        clock::{DAY, SECOND, UnixMillis},
        grouping::{Candidate, Decision, Rule, decide},
        ids::{ArticleId, EventId, ReportId, TicketId},
        legal::speaks_of_legal_claims,
        merging::count_suggestion,
        priority,
        report::NewReport,
        site::{Desk, desk_for},
        ticket::{
            EventDetails, EventKind, NewEvent, PassageState, Suggestion, Ticket, TicketState,
        },
    },
    services::Services,
    storage::{
        StorageError, Transaction,
        contacts::{self, Contact},
        events,
        filing::KnownArticle,
        reports,
    },
};

/// How long an alert waits for the watch.
const GRACE: i64 = 3 * SECOND;

/// Whether a report came faster than people type: it is there for whoever looks, and nobody gets a mail about it.
fn is_held_back(services: &Services, report: &NewReport) -> bool {
    report
        .elapsed_ms
        .is_some_and(|ms| ms < services.rules.min_fill_ms)
}

/// What the batch has read, and what it is going to write.
pub(super) struct Work {
    addresses: Addresses,
    pub(super) boards: LoadedBoards,
    desks: Arc<[Desk]>,
    pub(super) recent_contacts: Vec<Contact>,
    pub(super) writes: Writes,
}

impl Work {
    /// Reads what the submissions touch; of the articles so much is known already.
    pub(super) async fn load(
        services: &Services,
        transaction: &Transaction,
        memory: &mut Memory,
        submissions: &[&Submission],
        known: Vec<KnownArticle>,
        now: UnixMillis,
    ) -> Result<Self, StorageError> {
        let each = submissions.iter().copied();
        let (addresses, boards) =
            load(services, transaction, &mut memory.boards, each, known, now).await?;
        let hashes: Vec<Vec<u8>> = submissions
            .iter()
            .filter_map(|s| s.report.contact.as_ref())
            .map(|c| services.key.address_hash(&c.email).to_vec())
            .collect();
        Ok(Self {
            addresses,
            boards,
            desks: memory.desks(transaction, now).await?,
            recent_contacts: contacts::recent_of_addresses(transaction, &hashes, now - DAY).await?,
            writes: Writes::default(),
        })
    }

    /// Decides for one submission and remembers what is to be written.
    pub(super) fn take(
        &mut self,
        services: &Services,
        submission: &Submission,
        now: UnixMillis,
    ) -> Result<(), StorageError> {
        let report = &submission.report;
        let key = (submission.site.id, report.article.key().to_vec());
        let (_, board) = self
            .addresses
            .get(&key)
            .and_then(|id| self.boards.get_mut(id))
            .ok_or(StorageError::Conflict)?;
        let article = Arc::clone(&board.article);
        let id = ReportId(services.entropy.uuid(now));
        let suggestions: Vec<&str> = report.suggestion.as_deref().into_iter().collect();
        let asked = Candidate::new(
            TicketId(0),
            (TicketState::New, None),
            report.kind.class(),
            report.part,
            report.passage.as_ref(),
            &suggestions,
        );
        let decision = decide(&asked, &board.candidates);
        let legal = report
            .comment
            .as_deref()
            .is_some_and(speaks_of_legal_claims);
        let (ticket, rule, counted_on_closed) = match decision {
            Decision::Join { index, rule } => {
                let ticket = &mut board.tickets[index];
                ticket.weight += priority::of_reports(ticket.report_count + 1)
                    - priority::of_reports(ticket.report_count);
                ticket.report_count += 1;
                ticket.updated_at = now;
                ticket.weight += priority::of_legal(legal && !ticket.legal);
                ticket.legal |= legal;
                let number = ticket.id;
                if std::mem::take(&mut ticket.waits_for_report) {
                    self.writes.woken.push(number);
                }
                if let Some(suggestion) = &report.suggestion {
                    let exact = report.passage.as_ref().map_or("", |p| p.exact.as_str());
                    let text = board.candidates[index].in_own_terms(exact, suggestion);
                    board.candidates[index].learn(&text);
                    count_suggestion(&mut ticket.suggestions, text);
                }
                let closed = board.candidates[index].state == TicketState::Closed;
                self.writes.touched.insert(number);
                // Once a ticket, by the key of the notification.
                if legal && !is_held_back(services, report) {
                    self.alert_legal_contact(services, submission, number, now);
                }
                (number, rule, closed)
            }
            Decision::Open => {
                let ticket = self.open(services, submission, &article, legal, now);
                (ticket, Rule::Opened, false)
            }
        };
        let stored = reports::Report {
            id,
            site: submission.site.id,
            article: article.id,
            ticket,
            created_at: now,
            kind: report.kind,
            part: report.part,
            passage: report.passage.clone(),
            suggestion: report.suggestion.clone(),
            comment: report.comment.clone(),
            source: report.source.clone(),
            page_url: report.page_url.clone(),
            elapsed_ms: report.elapsed_ms,
            joined_by: rule,
            counted_on_closed,
            idempotency_key: submission.idempotency_key.map(Vec::from),
            body_hash: Some(submission.body_hash.to_vec()),
            token_version: 1,
            withdrawn_at: None,
        };
        self.remember_contact(services, submission, id, (ticket, counted_on_closed), now);
        if report.insisted {
            self.writes.insisted.push(id);
        }
        self.writes.reports.push(stored);
        Ok(())
    }

    /// Writes everything; few statements, however many reports.
    pub(super) async fn write(
        self,
        transaction: &Transaction,
        now: UnixMillis,
    ) -> Result<Done, StorageError> {
        self.writes.write(self.boards, transaction, now).await
    }

    fn open(
        &mut self,
        services: &Services,
        submission: &Submission,
        article: &Article,
        legal: bool,
        now: UnixMillis,
    ) -> TicketId {
        let report = &submission.report;
        // Numbers are handed out when it is known how many are needed.
        let id = TicketId(-1 - i64::try_from(self.writes.opened.len()).unwrap_or(i64::MAX - 1));
        let mut ticket = Ticket {
            id,
            site: submission.site.id,
            article: article.id,
            state: TicketState::New,
            resolution: None,
            reason: None,
            passage_state: PassageState::Unknown,
            regressed: false,
            kind: report.kind,
            part: report.part,
            passage: report.passage.clone(),
            suggestions: report
                .suggestion
                .iter()
                .map(|text| Suggestion {
                    text: text.clone(),
                    count: 1,
                })
                .collect(),
            accepted_suggestion: None,
            comment: report.comment.clone(),
            report_count: 1,
            desk: desk_for(&self.desks, submission.site.id, &article.facts.sections).map(|d| d.id),
            assignee: None,
            duplicate_of: None,
            legal,
            snoozed_until: None,
            public_note: None,
            cause: None,
            weight: 0,
            priority: None,
            tags: Vec::new(),
            version: 1,
            created_at: now,
            updated_at: now,
            closed_at: None,
        };
        ticket.weight = ticket.weight_in(article);
        self.writes.events.push(events::TicketEvent {
            id: EventId(services.entropy.uuid(now)),
            ticket: id,
            at: now,
            editor: None,
            act: None,
            event: NewEvent {
                kind: EventKind::Reported,
                from: None,
                to: Some(TicketState::New),
                details: EventDetails::default(),
            },
        });
        *self
            .writes
            .counters
            .entry((ticket.site, TicketState::New))
            .or_insert(0) += 1;
        if !is_held_back(services, report) {
            let grace = self.grace(services, ticket.article, submission);
            self.alert_newsroom(services, &ticket, now + grace);
            if legal {
                self.alert_legal_contact(services, submission, id, now);
            }
        }
        self.writes.touched.insert(id);
        if let Some((_, board)) = self.boards.get_mut(&article.id) {
            board.add(&ticket);
        }
        self.writes.opened.push(ticket);
        id
    }

    /// Where the article's text is known, the watch has a moment to see that the words were corrected already: then nobody is alerted.
    fn grace(&self, services: &Services, article: ArticleId, submission: &Submission) -> i64 {
        let is_known = self
            .boards
            .get(&article)
            .is_some_and(|(_, board)| board.text_is_known);
        if is_known && submission.report.passage.is_some() && services.watch.source.is_some() {
            GRACE
        } else {
            0
        }
    }
}
