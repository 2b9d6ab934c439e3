//! What editors decide about a ticket, all in one: what it takes to make it as it was.

use serde::{Deserialize, Serialize};

use super::{Reason, Resolution, Ticket, TicketState};
use crate::domain::{
    cause::Cause,
    clock::UnixMillis,
    ids::{DeskId, EditorId, TicketId},
    kind::Kind,
    priority::{Priority, of_kind, of_word},
};

/// What editors decide about a ticket. What readers send and what the article says (reports, suggestions, passage state) is not
/// among it: a report that joined meanwhile stays counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Where it stands.
    pub state: TicketState,
    /// What became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Why it is no error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Whether the mistake is back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub regressed: bool,
    /// Kind.
    pub kind: Kind,
    /// The accepted wording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_suggestion: Option<String>,
    /// Desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskId>,
    /// Who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<EditorId>,
    /// The ticket it is a double of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<TicketId>,
    /// When it comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<UnixMillis>,
    /// What the public is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_note: Option<String>,
    /// How the error came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<UnixMillis>,
    /// What was said of its priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

impl Decided {
    /// What is decided about a ticket.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        Self {
            state: ticket.state,
            resolution: ticket.resolution,
            reason: ticket.reason,
            regressed: ticket.regressed,
            kind: ticket.kind,
            accepted_suggestion: ticket.accepted_suggestion.clone(),
            desk: ticket.desk,
            assignee: ticket.assignee,
            duplicate_of: ticket.duplicate_of,
            snoozed_until: ticket.snoozed_until,
            public_note: ticket.public_note.clone(),
            cause: ticket.cause,
            closed_at: ticket.closed_at,
            priority: ticket.priority,
            tags: ticket.tags.clone(),
        }
    }

    /// Makes it what is decided about that ticket.
    pub(super) fn put_back(self, ticket: &mut Ticket) {
        ticket.state = self.state;
        ticket.resolution = self.resolution;
        ticket.reason = self.reason;
        ticket.regressed = self.regressed;
        ticket.weight += of_kind(self.kind) - of_kind(ticket.kind) + of_word(self.priority)
            - of_word(ticket.priority);
        ticket.priority = self.priority;
        ticket.tags = self.tags;
        ticket.kind = self.kind;
        ticket.accepted_suggestion = self.accepted_suggestion;
        ticket.desk = self.desk;
        ticket.assignee = self.assignee;
        ticket.duplicate_of = self.duplicate_of;
        ticket.snoozed_until = self.snoozed_until;
        ticket.public_note = self.public_note;
        ticket.cause = self.cause;
        ticket.closed_at = self.closed_at;
    }
}

/// What the first entry of an act remembers, so that it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// What was decided before it.
    pub before: Decided,
    /// The ticket's version after it.
    pub version: i64,
}
