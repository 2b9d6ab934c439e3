//! The decisions of one transaction of intake.

use std::sync::Arc;

use super::{
    Submission, is_held_back,
    loading::{Addresses, LoadedBoards, Memory, load},
    writing::{Done, Writes},
};
use crate::{
    domain::{
        article::Article,
        clock::{DAY, SECOND, UnixMillis},
        grouping::{Candidate, Decision, Rule, decide},
        ids::{ArticleId, EventId, ReportId, SiteId, TicketId},
        legal::speaks_of_legal_claims,
        merging::count_suggestion,
        priority,
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
        reports, tickets,
    },
};

/// How long an alert waits for the watch.
const GRACE: i64 = 3 * SECOND;

/// What the batch has read, and what it is going to write.
pub(super) struct Work {
    addresses: Addresses,
    pub(super) boards: LoadedBoards,
    desks: Arc<[Desk]>,
    pub(super) recent_contacts: Vec<Contact>,
    /// New tickets that somebody joined and that the newsroom perhaps was never told of: of which site, and when it would be.
    joined: Vec<(SiteId, TicketId, UnixMillis)>,
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
            joined: Vec::new(),
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
                let state = board.candidates[index].state;
                let closed = state == TicketState::Closed;
                let typed = !is_held_back(services, report);
                let first = typed && !std::mem::replace(&mut ticket.told, true);
                self.writes.touched.insert(number);
                // Once a ticket, by the key of the notification.
                if legal && typed {
                    self.alert_legal_contact(services, submission, number, now);
                }
                if first && state == TicketState::New {
                    let due_at = now + self.grace(services, article.id, submission);
                    self.joined.push((submission.site.id, number, due_at));
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

    /// Tells of tickets that so far had only reports that came faster than people type: with somebody who means it they are like new.
    /// One question, and only about tickets not yet asked about.
    pub(super) async fn tell_of_joined(
        &mut self,
        services: &Services,
        transaction: &Transaction,
    ) -> Result<(), StorageError> {
        let joined = std::mem::take(&mut self.joined);
        let least = services.rules.min_fill_ms;
        if joined.is_empty() || least <= 0 {
            return Ok(());
        }
        // Those without a number yet were opened a moment ago, by such a report.
        let stored: Vec<TicketId> = joined
            .iter()
            .map(|(_, id, _)| *id)
            .filter(|id| id.0 > 0)
            .collect();
        if !stored.is_empty() {
            self.writes.risen = tickets::all_faster_than(transaction, &stored, least).await?;
        }
        for (site, ticket, due_at) in joined {
            if ticket.0 < 0 || self.writes.risen.contains(&ticket) {
                self.alert_newsroom(services, (site, ticket), due_at);
            }
        }
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
        let typed = !is_held_back(services, report);
        if typed {
            let grace = self.grace(services, ticket.article, submission);
            self.alert_newsroom(services, (ticket.site, id), now + grace);
            if legal {
                self.alert_legal_contact(services, submission, id, now);
            }
        }
        self.writes.touched.insert(id);
        if let Some((_, board)) = self.boards.get_mut(&article.id) {
            board.add(&ticket, typed);
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
