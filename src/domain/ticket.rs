//! The editors' unit of work, and the one table of steps it may take.

mod decided;
mod event;
mod step;
mod undo;
mod weight;

pub use self::{
    decided::{Decided, Remembered},
    event::{Actor, EVENT_VERSION, EventDetails, EventKind, Moved, NewEvent},
    step::{Closure, InvalidStep, Step},
    undo::{Act, CannotUndo, MAIL_WAITS, UNDO_GRACE, UNDO_TIME},
    weight::Explanation,
};

use serde::{Deserialize, Serialize};

use super::{
    clock::{DAY, UnixMillis},
    ids::{ArticleId, DeskId, EditorId, SiteId, TicketId},
    kind::{Kind, Part},
    passage::Passage,
    priority::{self, Priority},
    tag::{InvalidTag, MAX_TAGS},
};

closed_set! {
    /// Where a ticket stands.
    TicketState {
        /// Neu
        New = "new",
        /// In Arbeit
        Open = "open",
        /// Rückfrage läuft
        Waiting = "waiting",
        /// Wiedervorlage
        Snoozed = "snoozed",
        /// Erledigt
        Closed = "closed",
    }
}

closed_set! {
    /// What became of a closed ticket.
    Resolution {
        /// Korrigiert
        Corrected = "corrected",
        /// War schon korrigiert
        AlreadyCorrected = "already_corrected",
        /// Kein Fehler
        NotAnError = "not_an_error",
        /// Nicht nachvollziehbar
        NotReproducible = "not_reproducible",
        /// Doppelt
        Duplicate = "duplicate",
        /// Weitergeleitet
        Forwarded = "forwarded",
        /// Text entfallen
        Obsolete = "obsolete",
        /// Spam
        Spam = "spam",
    }
}

closed_set! {
    /// Why something is no error.
    Reason {
        /// House style
        HouseStyle = "house_style",
        /// A matter of opinion
        MatterOfOpinion = "matter_of_opinion",
        /// Verbatim quotation
        VerbatimQuotation = "verbatim_quotation",
        /// Correct as it is
        CorrectAsItIs = "correct_as_it_is",
    }
}

closed_set! {
    /// What the article says now.
    PassageState {
        /// Steht noch so da
        Found = "found",
        /// Text geändert
        Changed = "changed",
        /// Mehrfach vorhanden
        Ambiguous = "ambiguous",
        /// Nicht mehr im Text
        Gone = "gone",
        /// Nicht geprüft
        Unknown = "unknown",
    }
}

impl TicketState {
    /// The table of legal steps. Looking changes nothing; a step to the state one is in is no step.
    #[must_use]
    pub const fn may_become(self) -> &'static [Self] {
        use TicketState::{Closed, New, Open, Snoozed, Waiting};
        match self {
            New => &[Open, Waiting, Snoozed, Closed],
            Open => &[Waiting, Snoozed, Closed],
            Waiting => &[Open, Snoozed, Closed],
            Snoozed => &[Open, Waiting, Closed],
            Closed => &[Open],
        }
    }
}

/// One wording that readers suggest, and how many of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The wording, in place of the ticket's passage.
    pub text: String,
    /// How many reports said so.
    pub count: i64,
}

/// How long an answer is waited for; then the ticket comes back by itself.
pub const WAITS: i64 = 14 * DAY;

/// The most different suggestions kept on a ticket; the reports keep all.
pub const MAX_SUGGESTIONS: usize = 20;

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Number, and reference.
    pub id: TicketId,
    /// Of which site.
    pub site: SiteId,
    /// About which article.
    pub article: ArticleId,
    /// Where it stands.
    pub state: TicketState,
    /// Present exactly when closed.
    pub resolution: Option<Resolution>,
    /// Present exactly when the resolution is `not_an_error`.
    pub reason: Option<Reason>,
    /// What the article says now.
    pub passage_state: PassageState,
    /// Whether a correction that we saw was undone in the article.
    pub regressed: bool,
    /// Kind, as the editor refined it.
    pub kind: Kind,
    /// Part, where no passage is named.
    pub part: Option<Part>,
    /// The passage of the first report.
    pub passage: Option<Passage>,
    /// What the readers suggest, most frequent first.
    pub suggestions: Vec<Suggestion>,
    /// The suggestion an editor accepted.
    pub accepted_suggestion: Option<String>,
    /// The first report's comment, for lists.
    pub comment: Option<String>,
    /// Reports counted on it.
    pub report_count: i64,
    /// The desk it was routed to.
    pub desk: Option<DeskId>,
    /// Who has it.
    pub assignee: Option<EditorId>,
    /// The ticket it is a double of.
    pub duplicate_of: Option<TicketId>,
    /// Whether a report speaks of legal claims.
    pub legal: bool,
    /// When it comes back: what is set aside at the moment that was chosen, what waits after [`WAITS`].
    pub snoozed_until: Option<UnixMillis>,
    /// What the public is told of the correction.
    pub public_note: Option<String>,
    /// How pressing it is: [`Ticket::weight_in`].
    pub weight: i64,
    /// What an editor said of that.
    pub priority: Option<Priority>,
    /// What editors tagged it with, as [`read_tag`](super::tag::read_tag) gives it, in order.
    pub tags: Vec<String>,
    /// Rises with every change; the `ETag` of the API.
    pub version: i64,
    /// When the first report came.
    pub created_at: UnixMillis,
    /// When it last changed.
    pub updated_at: UnixMillis,
    /// When it was closed.
    pub closed_at: Option<UnixMillis>,
}

impl Ticket {
    /// The wording that most readers suggest, unless an editor accepted one.
    #[must_use]
    pub fn leading_suggestion(&self) -> Option<&str> {
        self.accepted_suggestion
            .as_deref()
            .or_else(|| self.suggestions.first().map(|s| s.text.as_str()))
    }
}

impl Ticket {
    /// Takes a step: changes the ticket and says what goes into its history. On an error nothing has changed.
    ///
    /// Assigning, noting, accepting and refining open a new ticket, and so are possible in every state but leave any other as it is;
    /// accepting reopens nothing: a closed ticket is reopened first.
    ///
    /// # Errors
    /// [`InvalidStep`] with the rule that forbids it.
    #[allow(
        clippy::too_many_lines,
        reason = "the one place where steps are taken reads best in one piece"
    )]
    pub fn take(&mut self, step: Step, at: UnixMillis) -> Result<Vec<NewEvent>, InvalidStep> {
        let mut events = Vec::new();
        match step {
            Step::Open => {
                let kind = if self.state == TicketState::Closed {
                    EventKind::Reopened
                } else {
                    EventKind::Moved
                };
                events.push(self.go(TicketState::Open, kind, EventDetails::default())?);
            }
            Step::Wait => {
                let until = at + WAITS;
                let details = EventDetails {
                    until: Some(until),
                    ..EventDetails::default()
                };
                events.push(self.go(TicketState::Waiting, EventKind::Moved, details)?);
                self.snoozed_until = Some(until);
            }
            Step::Snooze { until } => {
                if until <= at {
                    return Err(InvalidStep::NotInFuture);
                }
                let details = EventDetails {
                    until: Some(until),
                    ..EventDetails::default()
                };
                events.push(self.go(TicketState::Snoozed, EventKind::Moved, details)?);
                self.snoozed_until = Some(until);
            }
            Step::Close(closure) => {
                closure.check(self.id)?;
                let details = EventDetails {
                    resolution: Some(closure.resolution),
                    reason: closure.reason,
                    duplicate_of: closure.duplicate_of,
                    public_note: closure.public_note.clone(),
                    ..EventDetails::default()
                };
                events.push(self.go(TicketState::Closed, EventKind::Closed, details)?);
                self.resolution = Some(closure.resolution);
                self.reason = closure.reason;
                self.duplicate_of = closure.duplicate_of;
                self.public_note = closure.public_note;
                self.closed_at = Some(at);
                self.regressed = false;
            }
            Step::NoteOrigin(original) => events.push(self.act(
                EventKind::AlsoFound,
                EventDetails {
                    also_in: Some(original),
                    ..EventDetails::default()
                },
            )),
            Step::Regress => {
                let details = EventDetails {
                    regressed: true,
                    ..EventDetails::default()
                };
                if self.state != TicketState::Closed {
                    return Err(InvalidStep::Forbidden {
                        from: self.state,
                        to: TicketState::Open,
                    });
                }
                events.push(self.go(TicketState::Open, EventKind::Reopened, details)?);
                self.regressed = true;
            }
            Step::Assign(assignee) => {
                if self.assignee == assignee {
                    return Ok(events);
                }
                self.assignee = assignee;
                let details = EventDetails {
                    assignee,
                    ..EventDetails::default()
                };
                events.push(self.act(EventKind::Assigned, details));
            }
            Step::Note(note) => events.push(self.act(
                EventKind::Noted,
                EventDetails {
                    note: Some(note),
                    ..EventDetails::default()
                },
            )),
            Step::Accept(text) => {
                if self.state == TicketState::Closed {
                    return Err(InvalidStep::Forbidden {
                        from: TicketState::Closed,
                        to: TicketState::Open,
                    });
                }
                if !matches!(self.state, TicketState::New | TicketState::Open) {
                    events.push(self.go(
                        TicketState::Open,
                        EventKind::Moved,
                        EventDetails::default(),
                    )?);
                }
                self.accepted_suggestion = Some(text.clone());
                events.push(self.act(
                    EventKind::Accepted,
                    EventDetails {
                        suggestion: Some(text),
                        ..EventDetails::default()
                    },
                ));
            }
            Step::Refine(kind) => {
                if self.kind == kind {
                    return Ok(events);
                }
                self.weight += priority::of_kind(kind) - priority::of_kind(self.kind);
                self.kind = kind;
                events.push(self.act(
                    EventKind::Refined,
                    EventDetails {
                        kind: Some(kind),
                        ..EventDetails::default()
                    },
                ));
            }
            Step::Route(desk) => {
                if self.desk == desk {
                    return Ok(events);
                }
                self.desk = desk;
                events.push(self.act(
                    EventKind::Routed,
                    EventDetails {
                        desk,
                        ..EventDetails::default()
                    },
                ));
            }
            Step::Prioritise(said) => {
                if self.priority == said {
                    return Ok(events);
                }
                self.weight += priority::of_word(said) - priority::of_word(self.priority);
                self.priority = said;
                let details = EventDetails {
                    priority: said,
                    ..EventDetails::default()
                };
                events.push(self.act(EventKind::Prioritised, details));
            }
            Step::Tag(tag) => {
                let Err(place) = self.tags.binary_search(&tag) else {
                    return Ok(events);
                };
                if self.tags.len() >= MAX_TAGS {
                    return Err(InvalidTag::TooMany.into());
                }
                self.tags.insert(place, tag.clone());
                events.push(self.act(EventKind::Tagged, EventDetails::of_tag(tag)));
            }
            Step::Untag(tag) => {
                let Ok(place) = self.tags.binary_search(&tag) else {
                    return Ok(events);
                };
                self.tags.remove(place);
                events.push(self.act(EventKind::Untagged, EventDetails::of_tag(tag)));
            }
        }
        self.version += 1;
        self.updated_at = at;
        Ok(events)
    }

    /// Notes what the article says now, and what goes into the history: nothing where a first look only finds the words. It is no
    /// step and no change of an editor's, so the version stays.
    pub fn sight(
        &mut self,
        state: PassageState,
        correction_missing: bool,
        at: UnixMillis,
    ) -> Option<NewEvent> {
        let before = std::mem::replace(&mut self.passage_state, state);
        let news = before != state
            && !matches!(
                (before, state),
                (
                    PassageState::Unknown,
                    PassageState::Found | PassageState::Ambiguous
                )
            );
        if !news && !correction_missing {
            return None;
        }
        self.updated_at = at;
        Some(NewEvent {
            kind: EventKind::Sighted,
            from: None,
            to: None,
            details: EventDetails {
                passage_state: Some(state),
                correction_missing,
                ..EventDetails::default()
            },
        })
    }

    /// Parts a double from its original: it stands where it stood before, or is open where that is not known. Who has it, its kind and its
    /// desk stay as they are.
    pub fn part(&mut self, before: Option<Decided>, at: UnixMillis) -> NewEvent {
        let from = self.state;
        if let Some(before) = before {
            let stands = Decided {
                kind: self.kind,
                desk: self.desk,
                assignee: self.assignee,
                ..before
            };
            stands.put_back(self);
        } else {
            self.resolution = None;
            self.duplicate_of = None;
            self.closed_at = None;
            self.state = TicketState::Open;
        }
        self.version += 1;
        self.updated_at = at;
        let moved = from != self.state;
        NewEvent {
            kind: EventKind::Parted,
            from: moved.then_some(from),
            to: moved.then_some(self.state),
            details: EventDetails::default(),
        }
    }

    /// Gives some of its reports to another ticket, which takes a new one into work.
    pub fn split(&mut self, into: TicketId, reports: usize, at: UnixMillis) -> NewEvent {
        let event = self.act(
            EventKind::Split,
            EventDetails {
                other: Some(into),
                reports: i64::try_from(reports).ok(),
                ..EventDetails::default()
            },
        );
        self.version += 1;
        self.updated_at = at;
        event
    }

    fn go(
        &mut self,
        to: TicketState,
        kind: EventKind,
        details: EventDetails,
    ) -> Result<NewEvent, InvalidStep> {
        let from = self.state;
        if !from.may_become().contains(&to) {
            return Err(InvalidStep::Forbidden { from, to });
        }
        self.state = to;
        self.snoozed_until = None;
        if from == TicketState::Closed {
            self.resolution = None;
            self.reason = None;
            self.duplicate_of = None;
            self.public_note = None;
            self.closed_at = None;
        }
        Ok(NewEvent {
            kind,
            from: Some(from),
            to: Some(to),
            details,
        })
    }

    /// An act that is no step of its own, but takes a new ticket into work.
    fn act(&mut self, kind: EventKind, details: EventDetails) -> NewEvent {
        if self.state == TicketState::New {
            self.state = TicketState::Open;
            return NewEvent {
                kind,
                from: Some(TicketState::New),
                to: Some(TicketState::Open),
                details,
            };
        }
        NewEvent {
            kind,
            from: None,
            to: None,
            details,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
#[cfg(test)]
mod undo_tests;
#[cfg(test)]
mod weight_tests;
