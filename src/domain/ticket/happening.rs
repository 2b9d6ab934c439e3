//! What happens to a ticket without a step: the watch looks, a reader answers, reports come and go.

use super::{
    Decided, EventDetails, EventKind, InvalidStep, NewEvent, PassageState, Resolution, Ticket,
    TicketState,
};
use crate::domain::{
    clock::UnixMillis,
    ids::{ReportId, TicketId},
    kind::Kind,
};

impl Ticket {
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

    /// Notes that a reader answered: what was set aside for that comes back.
    ///
    /// # Errors
    /// [`InvalidStep::Forbidden`] for a closed ticket.
    pub fn answered(&mut self, report: ReportId, at: UnixMillis) -> Result<NewEvent, InvalidStep> {
        let details = EventDetails {
            report: Some(report),
            ..EventDetails::default()
        };
        let event = match self.state {
            TicketState::Closed => {
                return Err(InvalidStep::Forbidden {
                    from: TicketState::Closed,
                    to: TicketState::Open,
                });
            }
            TicketState::Waiting | TicketState::Snoozed => {
                self.go(TicketState::Open, EventKind::Answered, details)?
            }
            TicketState::New | TicketState::Open => NewEvent {
                kind: EventKind::Answered,
                from: None,
                to: None,
                details,
            },
        };
        self.version += 1;
        self.updated_at = at;
        Ok(event)
    }

    /// Whether it is one of those whose cause is asked for: a fact that was corrected.
    #[must_use]
    pub fn has_cause(&self) -> bool {
        self.resolution == Some(Resolution::Corrected)
            && matches!(self.kind, Kind::Fact | Kind::Outdated)
    }

    /// Whether the next report brings it back.
    #[must_use]
    pub const fn waits_for_report(&self) -> bool {
        matches!(self.state, TicketState::Snoozed) && self.snoozed_until.is_none()
    }

    /// Brings it back, now that a report came; nothing where none was waited for.
    pub fn wake(&mut self, at: UnixMillis) -> Option<NewEvent> {
        if !self.waits_for_report() {
            return None;
        }
        let details = EventDetails::default();
        let event = self.go(TicketState::Open, EventKind::Woken, details).ok()?;
        self.version += 1;
        self.updated_at = at;
        Some(event)
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
}
