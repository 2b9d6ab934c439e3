//! Makes one generated ticket with its reports and history.

use super::archive::{ArchivedArticle, ArchivedMistake, Dice, Phrases, fill};
use crate::{
    domain::{
        article::Article,
        cause::Cause,
        clock::{DAY, Entropy as _, HOUR, MINUTE, SeededEntropy, UnixMillis},
        editor::Editor,
        grouping::Rule,
        ids::{DeskId, EditorId, EventId, ReportId, TicketId},
        kind::{Kind, Part},
        passage::Passage,
        site::Desk,
        ticket::{
            Closure, EventDetails, EventKind, NewEvent, PassageState, Reason, Resolution, Step,
            Suggestion, Ticket, TicketState,
        },
    },
    storage::{events::TicketEvent, reports::Report},
};

/// Who works on them.
#[derive(Debug)]
pub struct Cast {
    /// Everybody.
    pub editors: Vec<Editor>,
    /// All desks.
    pub desks: Vec<Desk>,
}

/// What was made.
#[derive(Debug, Default)]
pub struct Made {
    /// Tickets.
    pub tickets: Vec<Ticket>,
    /// Their reports.
    pub reports: Vec<Report>,
    /// Their histories.
    pub events: Vec<TicketEvent>,
}

/// What a ticket is made of.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// Words.
    pub phrases: &'a Phrases,
    /// People.
    pub cast: &'a Cast,
    /// The article with the mistake.
    pub article: &'a ArchivedArticle,
    /// The mistake.
    pub mistake: &'a ArchivedMistake,
    /// The article as it is stored.
    pub stored: &'a Article,
    /// The ticket's number.
    pub id: TicketId,
    /// The lowest number that was generated with it.
    pub first: i64,
    /// Its desk.
    pub desk: Option<DeskId>,
    /// When its first report came.
    pub at: UnixMillis,
    /// The present.
    pub now: UnixMillis,
    /// Whether it may still be worked on.
    pub fresh: bool,
}

impl Made {
    /// What the reports and notes of a ticket say.
    #[must_use]
    pub fn said_of(&self, ticket: TicketId) -> Vec<String> {
        let reports = self.reports.iter().rev().skip_while(|r| r.ticket != ticket);
        let reports = reports.take_while(|r| r.ticket == ticket);
        let events = self.events.iter().rev().skip_while(|e| e.ticket != ticket);
        let events = events.take_while(|e| e.ticket == ticket);
        let said = reports.flat_map(|r| {
            let quote = r.passage.as_ref().map(|p| &p.exact);
            [quote, r.suggestion.as_ref(), r.comment.as_ref()]
        });
        let notes = events.map(|e| e.event.details.note.as_ref());
        said.chain(notes).flatten().cloned().collect()
    }

    /// Makes a ticket as chance will have it.
    pub fn add(&mut self, occasion: &Occasion<'_>, mut dice: Dice) {
        let entropy = SeededEntropy::new(dice.below(u64::MAX));
        let mut ticket = opened(occasion, &mut dice);
        let count = match dice.below(100) {
            0..55 => 1,
            55..80 => 2,
            80..91 => 3,
            91..97 => 4 + dice.below(3),
            _ => 7 + dice.below(12),
        };
        self.reports_of(occasion, &mut ticket, count, &entropy, &mut dice);
        ticket.weight = ticket.weight_in(occasion.stored);
        self.history_of(occasion, &mut ticket, &entropy, &mut dice);
        self.tickets.push(ticket);
    }

    fn reports_of(
        &mut self,
        occasion: &Occasion<'_>,
        ticket: &mut Ticket,
        count: u64,
        entropy: &SeededEntropy,
        dice: &mut Dice,
    ) {
        let mut suggested = 0;
        let mut at = occasion.at;
        for n in 0..count {
            let suggestion = (ticket.passage.is_some() && (n == 0 || dice.percent(80)))
                .then(|| occasion.mistake.right.clone());
            suggested += i64::from(suggestion.is_some());
            let comment =
                (suggestion.is_none() || dice.percent(25)).then(|| comment(occasion, dice));
            if n == 0 {
                ticket.comment.clone_from(&comment);
            }
            self.reports.push(Report {
                id: ReportId(entropy.uuid(at)),
                site: ticket.site,
                article: ticket.article,
                ticket: ticket.id,
                created_at: at,
                kind: ticket.kind,
                part: ticket.part,
                passage: ticket.passage.clone(),
                joined_by: match (n, &suggestion) {
                    (0, _) => Rule::Opened,
                    (_, Some(_)) => Rule::SameCorrection,
                    (_, None) => Rule::Overlap,
                },
                suggestion,
                comment,
                source: None,
                page_url: None,
                elapsed_ms: Some(8_000 + i64::try_from(dice.below(90_000)).unwrap_or(0)),
                counted_on_closed: false,
                idempotency_key: None,
                body_hash: None,
                token_version: 1,
                withdrawn_at: None,
            });
            ticket.updated_at = at;
            let gap = i64::try_from(dice.below(90)).unwrap_or(0) * MINUTE;
            at = (at + gap + 1).min(occasion.now - 30 * MINUTE).max(at + 1);
        }
        ticket.report_count = i64::try_from(count).unwrap_or(1);
        if suggested > 0 {
            ticket.suggestions = vec![Suggestion {
                text: occasion.mistake.right.clone(),
                count: suggested,
            }];
        }
    }

    fn history_of(
        &mut self,
        occasion: &Occasion<'_>,
        ticket: &mut Ticket,
        entropy: &SeededEntropy,
        dice: &mut Dice,
    ) {
        let mut log = |at: UnixMillis, editor: Option<EditorId>, event: NewEvent| {
            let id = EventId(entropy.uuid(at));
            self.events.push(TicketEvent {
                id,
                ticket: occasion.id,
                at,
                editor,
                act: None,
                event,
            });
        };
        let reported = NewEvent {
            kind: EventKind::Reported,
            from: None,
            to: Some(TicketState::New),
            details: EventDetails::default(),
        };
        log(occasion.at, None, reported);
        let who = dice.pick(&occasion.cast.editors).id;
        let mut at = ticket.updated_at + i64::try_from(5 + dice.below(600)).unwrap_or(5) * MINUTE;
        for step in steps(occasion, ticket, who, dice) {
            at = at.min(occasion.now - MINUTE).max(ticket.updated_at + 1);
            // What the table forbids did not happen.
            for event in ticket.take(step, at).unwrap_or_default() {
                log(at, Some(who), event);
            }
            at += i64::try_from(1 + dice.below(240)).unwrap_or(1) * MINUTE;
        }
    }
}

/// What the editors did with it.
fn steps(occasion: &Occasion<'_>, ticket: &Ticket, who: EditorId, dice: &mut Dice) -> Vec<Step> {
    let goal = if occasion.fresh { dice.below(100) } else { 99 };
    if goal < 40 {
        return Vec::new();
    }
    let mut steps = Vec::new();
    if dice.percent(45) {
        steps.push(Step::Assign(Some(who)));
    }
    if dice.percent(30) {
        let note = fill(
            dice.pick::<String>(&occasion.phrases.notes),
            occasion.phrases,
            dice,
        );
        steps.push(Step::Note(
            note.replace("{author}", &occasion.article.author),
        ));
    }
    if dice.percent(15) {
        steps.push(Step::Tag(dice.pick(&occasion.phrases.tags).clone()));
    }
    match goal {
        40..66 => steps.push(Step::Open),
        66..74 => steps.push(Step::Wait),
        74..80 => {
            let days = i64::try_from(1 + dice.below(14)).unwrap_or(1);
            steps.push(Step::Snooze {
                until: occasion.now + days * DAY + HOUR,
            });
        }
        _ => {
            let closure = closure(occasion, ticket, dice);
            if closure.resolution == Resolution::Corrected
                && ticket.passage.is_some()
                && dice.percent(60)
            {
                steps.push(Step::Accept(occasion.mistake.right.clone()));
            }
            let asked = closure.resolution == Resolution::Corrected && ticket.kind == Kind::Fact;
            steps.push(Step::Close(closure));
            if asked && dice.percent(60) {
                steps.push(Step::NameCause(Some(*dice.pick(Cause::ALL))));
            }
        }
    }
    steps
}

fn closure(occasion: &Occasion<'_>, ticket: &Ticket, dice: &mut Dice) -> Closure {
    let resolution = match dice.below(100) {
        0..64 => Resolution::Corrected,
        64..71 => Resolution::AlreadyCorrected,
        71..85 => Resolution::NotAnError,
        85..89 => Resolution::NotReproducible,
        89..92 if occasion.id.0 > occasion.first => Resolution::Duplicate,
        92..94 => Resolution::Forwarded,
        94..97 => Resolution::Obsolete,
        _ => Resolution::Spam,
    };
    Closure {
        reason: (resolution == Resolution::NotAnError).then(|| *dice.pick(Reason::ALL)),
        duplicate_of: (resolution == Resolution::Duplicate).then_some(TicketId(ticket.id.0 - 1)),
        ..Closure::of(resolution)
    }
}

fn comment(occasion: &Occasion<'_>, dice: &mut Dice) -> String {
    fill(
        dice.pick::<String>(&occasion.phrases.comments),
        occasion.phrases,
        dice,
    )
    .replace("{wrong}", &occasion.mistake.exact)
    .replace("{right}", &occasion.mistake.right)
}

fn opened(occasion: &Occasion<'_>, dice: &mut Dice) -> Ticket {
    let mistake = occasion.mistake;
    let (kind, part, on_passage) = match dice.below(100) {
        0..90 => (
            Kind::parse(mistake.kind).unwrap_or(Kind::Spelling),
            None,
            true,
        ),
        90..94 => (Kind::Display, Some(Part::Table), false),
        94..97 => (Kind::Image, Some(Part::Image), false),
        _ => (Kind::Other, None, false),
    };
    let passage = on_passage.then(|| Passage {
        exact: mistake.exact.clone(),
        prefix: mistake.prefix.clone(),
        suffix: mistake.suffix.clone(),
        start: Some(mistake.start),
        end: i64::try_from(mistake.exact.chars().count())
            .ok()
            .map(|n| mistake.start + n),
    });
    Ticket {
        id: occasion.id,
        site: occasion.stored.site,
        article: occasion.stored.id,
        state: TicketState::New,
        resolution: None,
        reason: None,
        passage_state: PassageState::Unknown,
        regressed: false,
        kind,
        part,
        passage,
        suggestions: Vec::new(),
        accepted_suggestion: None,
        comment: None,
        report_count: 0,
        desk: occasion.desk,
        assignee: None,
        duplicate_of: None,
        legal: false,
        snoozed_until: None,
        public_note: None,
        cause: None,
        weight: 0,
        priority: None,
        tags: Vec::new(),
        version: 1,
        created_at: occasion.at,
        updated_at: occasion.at,
        closed_at: None,
    }
}
