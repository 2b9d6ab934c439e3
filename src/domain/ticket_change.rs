//! What a program wants changed on a ticket, read from untrusted JSON once ([`read_change`]), and the steps that it comes to; what it wants
//! merged or split ([`read_tickets`], [`read_reports`]).

use super::{
    cause::Cause,
    clock::UnixMillis,
    ids::{DeskId, EditorId},
    kind::Kind,
    priority::Priority,
    question::Question,
    site::Lang,
    site_address::Forwarded,
    ticket::{Closure, Step, TicketState},
};

mod naming;
mod reading;

pub use naming::{read_reports, read_tickets};
pub use reading::read_change;

/// The longest note, in characters.
pub const MAX_NOTE: usize = 10_000;

/// The fields a change may have.
pub const FIELDS: &[&str] = &[
    "state",
    "resolution",
    "reason",
    "duplicate_of",
    "public_note",
    "assignee",
    "note",
    "accepted_suggestion",
    "kind",
    "desk",
    "snoozed_until",
    "priority",
    "tags",
    "cause",
    "questions",
    "forward_to",
    "forward_message",
    "letters",
];

/// A change that has been read and found in order, not taken yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Where the ticket shall go.
    pub state: Option<TicketState>,
    /// With [`TicketState::Closed`], and only then.
    pub closure: Option<Closure>,
    /// With [`TicketState::Snoozed`], and only then; nothing: until another report comes.
    pub snoozed_until: Option<UnixMillis>,
    /// Who shall have it, as e-mail address or id; `Some(None)` is nobody.
    pub assignee: Option<Option<String>>,
    /// Which desk shall have it, as name or id; `Some(None)` is none.
    pub desk: Option<Option<String>>,
    /// The refined kind.
    pub kind: Option<Kind>,
    /// The accepted wording.
    pub accepted_suggestion: Option<String>,
    /// What the editor says of the priority; `Some(None)`: as computed.
    pub priority: Option<Option<Priority>>,
    /// All the tags that the ticket shall have.
    pub tags: Option<Vec<String>>,
    /// How the error came about; `Some(None)`: nothing is said of it.
    pub cause: Option<Option<Cause>>,
    /// What its readers are asked, with [`TicketState::Waiting`], and only then.
    pub questions: Vec<Question>,
    /// Where it is passed on to, with the resolution `forwarded`, and only then.
    pub forward_to: Option<Forward>,
    /// The mails to readers that this decision is told with, where they are not the site's ready answers.
    pub letters: Vec<(Lang, String)>,
    /// A note for the history.
    pub note: Option<String>,
}

/// Where a ticket shall be passed on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// An address of the site's book: its name, e-mail address or id.
    pub to: String,
    /// What is written with it.
    pub message: Option<String>,
}

/// Whom and what a change names, as it was found.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Who shall have it; `Some(None)` is nobody.
    pub assignee: Option<Option<EditorId>>,
    /// Which desk shall have it; `Some(None)` is none.
    pub desk: Option<Option<DeskId>>,
    /// Where it is passed on to.
    pub forwarded: Option<Forwarded>,
}

impl Change {
    /// The steps, in an order in which each is possible: what opens a ticket goes first; what ends its work last, after
    /// all that is no more possible then; the note follows what it explains. A ticket cannot be made new again: there is
    /// no step for it.
    #[must_use]
    pub fn steps(self, named: Named, tagged: &[String]) -> Vec<Step> {
        let mut steps = Vec::new();
        let (first, last) = match self.state {
            Some(TicketState::Open) => (Some(Step::Open), None),
            Some(TicketState::Waiting) if self.questions.is_empty() => (None, Some(Step::Wait)),
            Some(TicketState::Waiting) => (None, Some(Step::Ask(self.questions))),
            Some(TicketState::Snoozed) => {
                let step = match self.snoozed_until {
                    Some(until) => Step::Snooze { until },
                    None => Step::SnoozeUntilReport,
                };
                (None, Some(step))
            }
            Some(TicketState::Closed) => {
                let close = self.closure.map(|closure| {
                    Step::Close(Closure {
                        forwarded: named.forwarded,
                        ..closure
                    })
                });
                (None, close)
            }
            Some(TicketState::New) | None => (None, None),
        };
        steps.extend(first);
        steps.extend(self.accepted_suggestion.map(Step::Accept));
        steps.extend(self.kind.map(Step::Refine));
        steps.extend(self.priority.map(Step::Prioritise));
        if let Some(tags) = self.tags {
            let gone = tagged.iter().filter(|tag| !tags.contains(tag));
            steps.extend(gone.cloned().map(Step::Untag));
            steps.extend(tags.into_iter().map(Step::Tag));
        }
        steps.extend(named.desk.map(Step::Route));
        steps.extend(named.assignee.map(Step::Assign));
        steps.extend(last);
        steps.extend(self.cause.map(Step::NameCause));
        steps.extend(self.note.map(Step::Note));
        steps
    }
}

#[cfg(test)]
mod tests;
