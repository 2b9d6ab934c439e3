//! The decisions of one transaction of intake, and what they write.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    Submission,
    board::Board,
    loading::{Memory, People, load_articles, load_boards},
};
use crate::{
    domain::{
        article::Article,
        clock::{DAY, SECOND, UnixMillis},
        editor::Role,
        grouping::{Candidate, Decision, Rule, decide},
        ids::{ArticleId, ContactId, EventId, NotificationId, ReportId, SiteId, TicketId},
        legal::speaks_of_legal_claims,
        notification::{NewNotification, Occasion, Recipient, confirmation_dedupe_key},
        site::desk_for,
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
        events, notifications, reports, search,
        tickets::{self, JoinedTicket},
    },
};

/// How long an alert waits for the watch.
const GRACE: i64 = 3 * SECOND;

/// What a transaction is going to write.
#[derive(Default)]
struct Writes {
    /// New tickets; the n-th has the provisional number `-n-1`.
    opened: Vec<Ticket>,
    /// Tickets that are new or got a report.
    touched: HashSet<TicketId>,
    reports: Vec<reports::Report>,
    contacts: Vec<Contact>,
    events: Vec<events::TicketEvent>,
    notifications: Vec<NewNotification>,
    counters: BTreeMap<(SiteId, TicketState), i64>,
}

/// What a transaction has written.
pub(super) struct Done {
    /// The reports, in the order of their submissions.
    pub(super) reports: Vec<reports::Report>,
    boards: HashMap<ArticleId, (i64, Board)>,
}

impl Done {
    /// Keeps the boards for the next transaction; only after the commit.
    pub(super) fn keep_boards(self, memory: &mut Memory) {
        for (article, (version, board)) in self.boards {
            memory.boards.keep(article, version, board);
        }
    }
}

/// What the batch has read, and what it is going to write.
pub(super) struct Work {
    articles: HashMap<(SiteId, Vec<u8>), KeyedArticle>,
    /// With the version each had when it was read.
    boards: HashMap<ArticleId, (i64, Board)>,
    people: Arc<People>,
    recent_contacts: Vec<Contact>,
    writes: Writes,
}

impl Work {
    /// Reads what the submissions touch.
    pub(super) async fn load(
        services: &Services,
        transaction: &Transaction,
        memory: &mut Memory,
        submissions: &[&Submission],
        leaders: &[usize],
        now: UnixMillis,
    ) -> Result<Self, StorageError> {
        let articles = load_articles(services, transaction, submissions, leaders, now).await?;
        let hashes: Vec<Vec<u8>> = leaders
            .iter()
            .filter_map(|i| submissions[*i].report.contact.as_ref())
            .map(|c| services.key.address_hash(&c.email).to_vec())
            .collect();
        Ok(Self {
            boards: load_boards(transaction, &mut memory.boards, articles.values()).await?,
            articles,
            people: memory.people(transaction, now).await?,
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
        let article = self
            .articles
            .get(&key)
            .map(|a| a.article.clone())
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
        let (_, board) = self.boards.entry(article.id).or_default();
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
                let newly_legal = legal && !ticket.legal;
                ticket.legal |= legal;
                let number = ticket.id;
                if let Some(suggestion) = &report.suggestion {
                    let exact = report.passage.as_ref().map_or("", |p| p.exact.as_str());
                    let text = board.candidates[index].in_own_terms(exact, suggestion);
                    board.candidates[index].learn(&text);
                    count_suggestion(&mut ticket.suggestions, text);
                }
                let closed = board.candidates[index].state == TicketState::Closed;
                self.writes.touched.insert(number);
                if newly_legal {
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
        // Numbers are handed out when it is known how many are needed.
        let id = TicketId(-1 - i64::try_from(self.writes.opened.len()).unwrap_or(i64::MAX - 1));
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
            desk: desk_for(
                &self.people.desks,
                submission.site.id,
                &article.facts.sections,
            )
            .map(|d| d.id),
            assignee: None,
            duplicate_of: None,
            legal,
            snoozed_until: None,
            public_note: None,
            version: 1,
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
            let grace = self.grace(services, submission);
            self.alert_editors(services, &ticket, now + grace);
        }
        if legal {
            self.alert_legal_contact(services, submission, id, now);
        }
        self.writes.touched.insert(id);
        let (_, board) = self.boards.entry(article.id).or_default();
        board.add(&ticket);
        self.writes.opened.push(ticket);
        id
    }

    /// Where the article's text is known, the watch has a moment to see that the words were corrected already: then nobody is alerted.
    fn grace(&self, services: &Services, submission: &Submission) -> i64 {
        let key = (submission.site.id, submission.report.article.key().to_vec());
        let is_known = self.articles.get(&key).is_some_and(|a| a.is_known);
        if is_known && submission.report.passage.is_some() && services.watch.source.is_some() {
            GRACE
        } else {
            0
        }
    }

    fn alert_legal_contact(
        &mut self,
        services: &Services,
        submission: &Submission,
        ticket: TicketId,
        now: UnixMillis,
    ) {
        if submission.site.settings.legal_contact.is_none() {
            return;
        }
        self.owe(
            services,
            Occasion::LegalClaim,
            Recipient::SiteContact,
            (submission.site.id, ticket),
            now,
        );
    }

    fn owe(
        &mut self,
        services: &Services,
        occasion: Occasion,
        recipient: Recipient,
        (site, ticket): (SiteId, TicketId),
        now: UnixMillis,
    ) {
        self.writes.notifications.push(NewNotification {
            id: NotificationId(services.entropy.uuid(now)),
            occasion,
            recipient,
            site,
            ticket: Some(ticket),
            due_at: now,
            // Made when the ticket has its number.
            dedupe_key: String::new(),
        });
    }

    fn alert_editors(&mut self, services: &Services, ticket: &Ticket, now: UnixMillis) {
        let people = Arc::clone(&self.people);
        for editor in people
            .editors
            .iter()
            .filter(|e| e.role_on(ticket.site).is_some_and(|r| r >= Role::Editor))
        {
            self.owe(
                services,
                Occasion::TicketOpened,
                Recipient::Editor(editor.id),
                (ticket.site, ticket.id),
                now,
            );
        }
    }

    /// Stores an address apart from the report, and owes the mail that asks to confirm it: one an address and day.
    fn remember_contact(
        &mut self,
        services: &Services,
        submission: &Submission,
        report: ReportId,
        (ticket, closed): (TicketId, bool),
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
            self.owe(
                services,
                Occasion::AddressConfirmation,
                Recipient::Contact(id),
                (submission.site.id, ticket),
                now,
            );
            if let Some(owed) = self.writes.notifications.last_mut() {
                owed.dedupe_key = confirmation_dedupe_key(&email_hash, now);
            }
        }
        if closed {
            // Nobody will close it again for this reader: what became of it is owed now, and waits for the confirmation.
            self.owe(
                services,
                Occasion::TicketClosed,
                Recipient::Contact(id),
                (submission.site.id, ticket),
                now,
            );
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

    /// Writes everything; few statements, however many reports.
    pub(super) async fn write(
        mut self,
        transaction: &Transaction,
        now: UnixMillis,
    ) -> Result<Done, StorageError> {
        self.hand_out_numbers(transaction).await?;
        let touched = &self.writes.touched;
        let mut changed: Vec<JoinedTicket> = Vec::new();
        let mut articles_changed = Vec::new();
        let first = self.writes.opened.first().map_or(i64::MAX, |t| t.id.0);
        for (article, (version, board)) in &mut self.boards {
            let before = changed.len();
            for ticket in board.tickets.iter().filter(|t| touched.contains(&t.id)) {
                if ticket.id.0 >= first {
                    // Opened in this very batch: later reports of it may have joined.
                    let at = usize::try_from(ticket.id.0 - first).unwrap_or(usize::MAX);
                    if let Some(opened) = self.writes.opened.get_mut(at) {
                        opened.report_count = ticket.report_count;
                        opened.suggestions.clone_from(&ticket.suggestions);
                        opened.legal = ticket.legal;
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
        let Writes {
            opened,
            reports: stored,
            contacts: addresses,
            events: history,
            notifications: owed,
            counters,
            ..
        } = self.writes;
        // Everybody locks in the same order, so that nobody waits in a circle.
        articles_changed.sort_unstable();
        changed.sort_by_key(|t| t.id);
        articles::bump_and_hasten(transaction, &articles_changed, now).await?;
        tickets::add_all(transaction, &opened).await?;
        let texts: Vec<(TicketId, String)> = opened
            .iter()
            .map(|ticket| {
                let article = self
                    .articles
                    .values()
                    .find(|a| a.article.id == ticket.article);
                (
                    ticket.id,
                    search::text_of(ticket, article.map(|a| &a.article)),
                )
            })
            .collect();
        search::index_all(transaction, &texts).await?;
        tickets::save_joined(transaction, &changed).await?;
        reports::add_all(transaction, &stored).await?;
        contacts::add_all(transaction, &addresses).await?;
        events::add_all(transaction, &history).await?;
        notifications::add_all(transaction, &owed, now).await?;
        tickets::count(transaction, &counters).await?;
        Ok(Done {
            reports: stored,
            boards: self.boards,
        })
    }

    /// Replaces the provisional numbers of opened tickets everywhere.
    async fn hand_out_numbers(&mut self, transaction: &Transaction) -> Result<(), StorageError> {
        if !self.writes.opened.is_empty() {
            let count = i64::try_from(self.writes.opened.len()).unwrap_or(i64::MAX);
            let first = tickets::allocate(transaction, count).await?;
            let number = |id: &mut TicketId| {
                if id.0 < 0 {
                    *id = TicketId(first - id.0 - 1);
                }
            };
            let writes = &mut self.writes;
            for (_, board) in self.boards.values_mut() {
                board.tickets.iter_mut().for_each(|t| number(&mut t.id));
                board
                    .candidates
                    .iter_mut()
                    .for_each(|c| number(&mut c.ticket));
            }
            writes.opened.iter_mut().for_each(|t| number(&mut t.id));
            writes
                .reports
                .iter_mut()
                .for_each(|r| number(&mut r.ticket));
            writes.events.iter_mut().for_each(|e| number(&mut e.ticket));
            writes
                .notifications
                .iter_mut()
                .filter_map(|n| n.ticket.as_mut())
                .for_each(number);
            writes.touched = writes
                .touched
                .drain()
                .map(|mut id| {
                    number(&mut id);
                    id
                })
                .collect();
        }
        for notification in &mut self.writes.notifications {
            if notification.dedupe_key.is_empty() {
                notification.dedupe_key = notification.usual_dedupe_key();
            }
        }
        Ok(())
    }
}

fn count_suggestion(suggestions: &mut Vec<Suggestion>, text: String) {
    if let Some(known) = suggestions.iter_mut().find(|s| s.text == text) {
        known.count += 1;
    } else if suggestions.len() < MAX_SUGGESTIONS {
        suggestions.push(Suggestion { text, count: 1 });
    }
    suggestions.sort_by_key(|s| std::cmp::Reverse(s.count));
}
