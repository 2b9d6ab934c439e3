//! What an editor does to a ticket: the one place where steps are taken.

use super::{EventDetails, EventKind, InvalidStep, NewEvent, Step, Ticket, TicketState, WAITS};
use crate::domain::{
    clock::UnixMillis,
    priority,
    tag::{InvalidTag, MAX_TAGS},
};

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
            Step::Ask(questions) => {
                let until = at + WAITS;
                let details = EventDetails {
                    until: Some(until),
                    questions,
                    ..EventDetails::default()
                };
                events.push(self.go(TicketState::Waiting, EventKind::Asked, details)?);
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
            Step::SnoozeUntilReport => {
                let details = EventDetails {
                    until_report: true,
                    ..EventDetails::default()
                };
                events.push(self.go(TicketState::Snoozed, EventKind::Moved, details)?);
            }
            Step::Close(closure) => {
                closure.check(self.id)?;
                let details = EventDetails {
                    resolution: Some(closure.resolution),
                    reason: closure.reason,
                    duplicate_of: closure.duplicate_of,
                    public_note: closure.public_note.clone(),
                    forwarded: closure.forwarded,
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
            Step::NameCause(cause) => {
                if !self.has_cause() {
                    return Err(InvalidStep::CauseOutOfPlace);
                }
                if self.cause == cause {
                    return Ok(events);
                }
                self.cause = cause;
                let details = EventDetails {
                    cause,
                    ..EventDetails::default()
                };
                events.push(self.act(EventKind::CauseNamed, details));
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

    /// Goes to another state, where the table of steps leads there.
    pub(super) fn go(
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
            self.cause = None;
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
    pub(super) fn act(&mut self, kind: EventKind, details: EventDetails) -> NewEvent {
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
