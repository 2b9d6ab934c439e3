//! One transaction of intake: read what the reports touch, decide in memory, write with few statements, commit.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{FileReportError, Receipt, Submission, receipt};
use crate::{
    domain::{
        article::Article,
        clock::{DAY, UnixMillis},
        editor::{Editor, Role},
        grouping::{Candidate, Decision, Rule, decide},
        ids::{ArticleId, ContactId, EventId, NotificationId, ReportId, SiteId, TicketId},
        legal::speaks_of_legal_claims,
        notification::{NewNotification, Occasion, Recipient},
        site::{Desk, desk_for},
        ticket::{
            EventDetails, EventKind, MAX_SUGGESTIONS, NewEvent, PassageState, Suggestion, Ticket,
            TicketState,
        },
    },
    services::Services,
    storage::{
        StorageError, Transaction,
        articles::{self, KeyedArticle},
        contacts::{self, Contact},
        editors, events, notifications, reports, search, sites, tickets,
    },
};

/// What a transaction is going to write.
#[derive(Default)]
struct Writes {
    /// Tickets that are new or got a report.
    joined: HashSet<TicketId>,
    reports: Vec<reports::Report>,
    contacts: Vec<Contact>,
    events: Vec<events::TicketEvent>,
    notifications: Vec<NewNotification>,
    counters: BTreeMap<(SiteId, TicketState), i64>,
}

/// The tickets of one article, ready for comparison.
#[derive(Default)]
struct Board {
    candidates: Vec<Candidate>,
    tickets: Vec<Ticket>,
}

/// Commits the submissions; one answer for each.
pub(super) async fn commit(
    services: &Services,
    submissions: &[&Submission],
) -> Result<Vec<Result<Receipt, FileReportError>>, StorageError> {
    let transaction = services.store.begin().await?;
    let answers = file(services, &transaction, submissions).await?;
    transaction.commit().await?;
    Ok(answers)
}

/// Writes the submissions into a transaction; one answer for each.
pub(super) async fn file(
    services: &Services,
    transaction: &Transaction,
    submissions: &[&Submission],
) -> Result<Vec<Result<Receipt, FileReportError>>, StorageError> {
    let now = services.now();
    let mut answers: Vec<Option<Result<Receipt, FileReportError>>> = vec![None; submissions.len()];
    answer_repeats(services, transaction, submissions, &mut answers).await?;
    let fresh: Vec<usize> = (0..submissions.len())
        .filter(|i| answers[*i].is_none())
        .collect();
    // Within the batch too, only the first of a key is stored; the others are told what it was told.
    let mut first_of_key: HashMap<(SiteId, [u8; 32]), usize> = HashMap::new();
    let mut followers: Vec<(usize, usize)> = Vec::new();
    let mut leaders: Vec<usize> = Vec::with_capacity(fresh.len());
    for index in fresh {
        let submission = submissions[index];
        match submission.idempotency_key.map(|key| {
            *first_of_key
                .entry((submission.site.id, key))
                .or_insert(index)
        }) {
            Some(first) if first != index => followers.push((index, first)),
            _ => leaders.push(index),
        }
    }
    if !leaders.is_empty() {
        let mut work = Work::load(services, transaction, submissions, &leaders, now).await?;
        for &index in &leaders {
            work.take(services, submissions[index], now)?;
        }
        let stored = work.write(transaction, now).await?;
        for (&index, report) in leaders.iter().zip(&stored) {
            answers[index] = Some(Ok(receipt(services, report)));
        }
    }
    for (index, first) in followers {
        answers[index] = Some(
            if submissions[index].body_hash == submissions[first].body_hash {
                answers[first].clone().unwrap_or(Err(FileReportError::Busy))
            } else {
                Err(FileReportError::KeyReused)
            },
        );
    }
    Ok(answers
        .into_iter()
        .map(|a| a.unwrap_or(Err(FileReportError::Busy)))
        .collect())
}

/// Answers those whose key is known already.
async fn answer_repeats(
    services: &Services,
    transaction: &Transaction,
    submissions: &[&Submission],
    answers: &mut [Option<Result<Receipt, FileReportError>>],
) -> Result<(), StorageError> {
    let keys: Vec<Vec<u8>> = submissions
        .iter()
        .filter_map(|s| s.idempotency_key.map(Vec::from))
        .collect();
    for known in reports::by_idempotency_keys(transaction, &keys).await? {
        for (submission, answer) in submissions.iter().zip(answers.iter_mut()) {
            let same_key = submission
                .idempotency_key
                .is_some_and(|k| known.idempotency_key.as_deref() == Some(&k));
            if same_key && submission.site.id == known.site {
                let same_body = known.body_hash.as_deref() == Some(&submission.body_hash);
                *answer = Some(if same_body {
                    Ok(receipt(services, &known))
                } else {
                    Err(FileReportError::KeyReused)
                });
            }
        }
    }
    Ok(())
}

/// What the batch has read, and what it is going to write.
struct Work {
    articles: HashMap<(SiteId, Vec<u8>), Article>,
    boards: HashMap<ArticleId, Board>,
    editors: Vec<Editor>,
    desks: Vec<Desk>,
    recent_contacts: Vec<Contact>,
    /// Tickets opened in this batch. Their numbers are handed out when it is known how many there are; until then the n-th is `-n`.
    opened: i64,
    writes: Writes,
}

impl Work {
    async fn load(
        services: &Services,
        transaction: &Transaction,
        submissions: &[&Submission],
        leaders: &[usize],
        now: UnixMillis,
    ) -> Result<Self, StorageError> {
        let articles = load_articles(services, transaction, submissions, leaders, now).await?;
        let ids: Vec<ArticleId> = articles.values().map(|a| a.id).collect();
        let mut boards: HashMap<ArticleId, Board> =
            ids.iter().map(|id| (*id, Board::default())).collect();
        for ticket in tickets::joinable(transaction, &ids).await? {
            if let Some(board) = boards.get_mut(&ticket.article) {
                board.candidates.push(candidate(&ticket));
                board.tickets.push(ticket);
            }
        }
        let hashes: Vec<Vec<u8>> = leaders
            .iter()
            .filter_map(|i| submissions[*i].report.contact.as_ref())
            .map(|c| services.key.address_hash(&c.email).to_vec())
            .collect();
        Ok(Self {
            articles,
            boards,
            editors: editors::alerted(transaction).await?,
            desks: sites::desks(transaction).await?,
            recent_contacts: contacts::recent_of_addresses(transaction, &hashes, now - DAY).await?,
            opened: 0,
            writes: Writes::default(),
        })
    }

    /// Decides for one submission and remembers what is to be written.
    fn take(
        &mut self,
        services: &Services,
        submission: &Submission,
        now: UnixMillis,
    ) -> Result<(), StorageError> {
        let report = &submission.report;
        let key = (submission.site.id, report.article.key().to_vec());
        let article = self
            .articles
            .get(&key)
            .cloned()
            .ok_or(StorageError::Conflict)?;
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
        let board = self.boards.entry(article.id).or_default();
        let decision = decide(&asked, &board.candidates);
        let legal = report
            .comment
            .as_deref()
            .is_some_and(speaks_of_legal_claims);
        let (ticket, rule, counted_on_closed) = match decision {
            Decision::Join { index, rule } => {
                let ticket = &mut board.tickets[index];
                ticket.report_count += 1;
                ticket.updated_at = now;
                ticket.legal |= legal;
                if let Some(suggestion) = &report.suggestion {
                    let exact = report.passage.as_ref().map_or("", |p| p.exact.as_str());
                    let text = board.candidates[index].in_own_terms(exact, suggestion);
                    board.candidates[index].learn(&text);
                    count_suggestion(&mut ticket.suggestions, text);
                }
                self.writes.joined.insert(ticket.id);
                (ticket.id, rule, ticket.state == TicketState::Closed)
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
        self.remember_contact(services, submission, id, ticket, now);
        self.writes.reports.push(stored);
        Ok(())
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
        self.opened += 1;
        let id = TicketId(-self.opened);
        let ticket = Ticket {
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
            // Marks it as not stored yet.
            version: 0,
            created_at: now,
            updated_at: now,
            closed_at: None,
        };
        self.writes.events.push(events::TicketEvent {
            id: EventId(services.entropy.uuid(now)),
            ticket: id,
            at: now,
            editor: None,
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
        let held = report
            .elapsed_ms
            .is_some_and(|ms| ms < services.rules.min_fill_ms);
        if !held {
            self.alert_editors(services, &ticket, now);
        }
        if legal && submission.site.settings.legal_contact.is_some() {
            self.writes.notifications.push(NewNotification {
                id: NotificationId(services.entropy.uuid(now)),
                occasion: Occasion::LegalClaim,
                recipient: Recipient::SiteContact,
                site: ticket.site,
                ticket: Some(id),
                due_at: now,
                dedupe_key: String::new(),
            });
        }
        self.writes.joined.insert(id);
        let board = self.boards.entry(article.id).or_default();
        board.candidates.push(candidate(&ticket));
        board.tickets.push(ticket);
        id
    }

    fn alert_editors(&mut self, services: &Services, ticket: &Ticket, now: UnixMillis) {
        for editor in self
            .editors
            .iter()
            .filter(|e| e.role_on(ticket.site).is_some_and(|r| r >= Role::Editor))
        {
            self.writes.notifications.push(NewNotification {
                id: NotificationId(services.entropy.uuid(now)),
                occasion: Occasion::TicketOpened,
                recipient: Recipient::Editor(editor.id),
                site: ticket.site,
                ticket: Some(ticket.id),
                due_at: now,
                dedupe_key: String::new(),
            });
        }
    }

    /// Stores an address apart from the report, and owes the mail that asks to confirm it: one an address and day.
    fn remember_contact(
        &mut self,
        services: &Services,
        submission: &Submission,
        report: ReportId,
        ticket: TicketId,
        now: UnixMillis,
    ) {
        let Some(contact) = &submission.report.contact else {
            return;
        };
        let email_hash = services.key.address_hash(&contact.email).to_vec();
        let known = || {
            self.recent_contacts
                .iter()
                .chain(&self.writes.contacts)
                .filter(|c| c.email_hash == email_hash)
        };
        let asked_today = known().any(|c| c.confirmation_sent_at.is_some_and(|at| at > now - DAY));
        let confirmed_today = known()
            .filter(|c| c.site == submission.site.id)
            .filter_map(|c| c.confirmed_at)
            .find(|at| *at > now - DAY);
        let id = ContactId(services.entropy.uuid(now));
        let ask = !asked_today && confirmed_today.is_none();
        if ask {
            self.writes.notifications.push(NewNotification {
                id: NotificationId(services.entropy.uuid(now)),
                occasion: Occasion::AddressConfirmation,
                recipient: Recipient::Contact(id),
                site: submission.site.id,
                ticket: Some(ticket),
                due_at: now,
                dedupe_key: String::new(),
            });
        }
        self.writes.contacts.push(Contact {
            id,
            site: submission.site.id,
            report,
            email: contact.email.clone(),
            email_hash,
            lang: submission.lang,
            consent_text: submission.consent_text.clone(),
            consented_at: now,
            confirmation_sent_at: ask.then_some(now),
            confirmed_at: confirmed_today.map(|_| now),
        });
    }

    async fn write(
        mut self,
        transaction: &Transaction,
        now: UnixMillis,
    ) -> Result<Vec<reports::Report>, StorageError> {
        self.hand_out_numbers(transaction).await?;
        let Writes {
            joined,
            reports: stored,
            contacts: addresses,
            events: history,
            notifications: owed,
            counters,
        } = self.writes;
        let all = self.boards.into_values().flat_map(|b| b.tickets);
        let (mut opened, mut changed): (Vec<Ticket>, Vec<Ticket>) = all
            .filter(|t| joined.contains(&t.id))
            .partition(|t| t.version == 0);
        opened.iter_mut().for_each(|t| t.version = 1);
        opened.sort_by_key(|t| t.id);
        changed.sort_by_key(|t| t.id);
        tickets::add_all(transaction, &opened).await?;
        for ticket in &opened {
            let article = self.articles.values().find(|a| a.id == ticket.article);
            search::index(transaction, ticket.id, &search_text(ticket, article)).await?;
        }
        tickets::save_joined(transaction, &changed).await?;
        reports::add_all(transaction, &stored).await?;
        contacts::add_all(transaction, &addresses).await?;
        events::add_all(transaction, &history).await?;
        notifications::add_all(transaction, &owed, now).await?;
        tickets::count(transaction, &counters).await?;
        Ok(stored)
    }

    /// Replaces the provisional numbers of opened tickets everywhere.
    async fn hand_out_numbers(&mut self, transaction: &Transaction) -> Result<(), StorageError> {
        if self.opened > 0 {
            let first = tickets::allocate(transaction, self.opened).await?;
            let number = |id: &mut TicketId| {
                if id.0 < 0 {
                    *id = TicketId(first - id.0 - 1);
                }
            };
            self.boards
                .values_mut()
                .flat_map(|b| &mut b.tickets)
                .for_each(|t| number(&mut t.id));
            self.writes
                .reports
                .iter_mut()
                .for_each(|r| number(&mut r.ticket));
            self.writes
                .events
                .iter_mut()
                .for_each(|e| number(&mut e.ticket));
            self.writes
                .notifications
                .iter_mut()
                .filter_map(|n| n.ticket.as_mut())
                .for_each(number);
            self.writes.joined = self
                .writes
                .joined
                .drain()
                .map(|mut id| {
                    number(&mut id);
                    id
                })
                .collect();
        }
        for notification in &mut self.writes.notifications {
            notification.dedupe_key = notification.usual_dedupe_key();
        }
        Ok(())
    }
}

/// The articles of the submissions: known ones locked, new ones added, changed facts stored.
async fn load_articles(
    services: &Services,
    transaction: &Transaction,
    submissions: &[&Submission],
    leaders: &[usize],
    now: UnixMillis,
) -> Result<HashMap<(SiteId, Vec<u8>), Article>, StorageError> {
    let mut wanted: BTreeMap<(SiteId, Vec<u8>), &Submission> = BTreeMap::new();
    for submission in leaders.iter().map(|i| submissions[*i]) {
        wanted.insert(
            (submission.site.id, submission.report.article.key().to_vec()),
            submission,
        );
    }
    let keys: Vec<Vec<u8>> = wanted.keys().map(|(_, key)| key.clone()).collect();
    let index = |list: Vec<KeyedArticle>| -> HashMap<(SiteId, Vec<u8>), Article> {
        list.into_iter()
            .map(|a| ((a.article.site, a.key), a.article))
            .collect()
    };
    let mut known = index(articles::lock_by_keys(transaction, &keys).await?);
    let missing: Vec<KeyedArticle> = wanted
        .iter()
        .filter(|(key, _)| !known.contains_key(*key))
        .map(|((site, key), submission)| KeyedArticle {
            key: key.clone(),
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
        if let Some(article) = known.get_mut(&key)
            && facts.title.is_some()
            && article.facts != *facts
        {
            articles::update_facts(transaction, article.id, facts).await?;
            article.facts = facts.clone();
        }
    }
    Ok(known)
}

fn candidate(ticket: &Ticket) -> Candidate {
    let suggestions: Vec<&str> = ticket.suggestions.iter().map(|s| s.text.as_str()).collect();
    Candidate::new(
        ticket.id,
        (ticket.state, ticket.resolution),
        ticket.kind.class(),
        ticket.part,
        ticket.passage.as_ref(),
        &suggestions,
    )
}

fn count_suggestion(suggestions: &mut Vec<Suggestion>, text: String) {
    if let Some(known) = suggestions.iter_mut().find(|s| s.text == text) {
        known.count += 1;
    } else if suggestions.len() < MAX_SUGGESTIONS {
        suggestions.push(Suggestion { text, count: 1 });
    }
    suggestions.sort_by_key(|s| std::cmp::Reverse(s.count));
}

/// What a ticket is found by.
#[must_use]
pub fn search_text(ticket: &Ticket, article: Option<&Article>) -> String {
    let mut text = ticket.id.to_string();
    let mut add = |part: &str| {
        text.push('\n');
        text.push_str(part);
    };
    if let Some(passage) = &ticket.passage {
        add(&passage.exact);
    }
    ticket.suggestions.iter().for_each(|s| add(&s.text));
    ticket.comment.as_deref().into_iter().for_each(&mut add);
    article
        .and_then(|a| a.facts.title.as_deref())
        .into_iter()
        .for_each(&mut add);
    text
}
