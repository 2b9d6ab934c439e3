//! What may be done to a ticket, and why not.

use super::{Reason, Resolution, TicketState};
use crate::domain::{
    cause::Cause,
    clock::UnixMillis,
    ids::{DeskId, EditorId, TicketId},
    kind::Kind,
    priority::Priority,
    question::Question,
    site_address::Forwarded,
    tag::InvalidTag,
};

/// What an editor, or a program in an editor's name, does to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Takes it into work, or takes it back from closed.
    Open,
    /// Asks somebody and waits.
    Wait,
    /// Asks the readers, by mail and on their pages, and waits.
    Ask(Vec<Question>),
    /// Sets it aside until a moment.
    Snooze {
        /// When it comes back.
        until: UnixMillis,
    },
    /// Sets it aside until another report comes.
    SnoozeUntilReport,
    /// Decides it.
    Close(Closure),
    /// Gives it to somebody, or to nobody.
    Assign(Option<EditorId>),
    /// Writes a note.
    Note(String),
    /// Accepts a suggested wording.
    Accept(String),
    /// Refines the kind.
    Refine(Kind),
    /// Says that it is more or less pressing than computed, or as computed.
    Prioritise(Option<Priority>),
    /// Puts a tag on it.
    Tag(String),
    /// Takes a tag off it.
    Untag(String),
    /// Sends it to another desk.
    Route(Option<DeskId>),
    /// Says how the error came about, or nothing of it.
    NameCause(Option<Cause>),
    /// Takes it back from closed: the correction that we saw was undone.
    Regress,
    /// Notes the ticket whose wrong words were found here too.
    NoteOrigin(TicketId),
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// What became of it.
    pub resolution: Resolution,
    /// Why it is no error.
    pub reason: Option<Reason>,
    /// The ticket it is a double of.
    pub duplicate_of: Option<TicketId>,
    /// What the public is told.
    pub public_note: Option<String>,
    /// To whom it is passed on by mail.
    pub forwarded: Option<Forwarded>,
}

impl Closure {
    /// A closure that needs nothing but its resolution.
    #[must_use]
    pub const fn of(resolution: Resolution) -> Self {
        Self {
            resolution,
            reason: None,
            duplicate_of: None,
            public_note: None,
            forwarded: None,
        }
    }
}

impl Closure {
    pub(super) fn check(&self, ticket: TicketId) -> Result<(), InvalidStep> {
        match (self.resolution, self.reason) {
            (Resolution::NotAnError, None) => return Err(InvalidStep::ReasonMissing),
            (Resolution::NotAnError, Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(InvalidStep::ReasonOutOfPlace),
        }
        match (self.resolution, self.duplicate_of) {
            (Resolution::Duplicate, None) => Err(InvalidStep::OriginalMissing),
            (Resolution::Duplicate, Some(original)) if original == ticket => {
                Err(InvalidStep::DuplicateOfItself)
            }
            _ => Ok(()),
        }
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStep {
    /// The table forbids it.
    #[error("a ticket that is {from} cannot become {to}")]
    Forbidden {
        /// Where it stands.
        from: TicketState,
        /// Where it was to go.
        to: TicketState,
    },
    /// `not_an_error` needs a reason.
    #[error("not_an_error needs a reason")]
    ReasonMissing,
    /// A reason without `not_an_error`.
    #[error("a reason goes with not_an_error only")]
    ReasonOutOfPlace,
    /// `duplicate` needs the other ticket.
    #[error("duplicate needs the reference of the other ticket")]
    OriginalMissing,
    /// The other ticket is this one, or is itself a double of it.
    #[error("a ticket cannot be a duplicate of itself")]
    DuplicateOfItself,
    /// Only facts that were corrected have a cause.
    #[error("a cause goes with a fact that was corrected only")]
    CauseOutOfPlace,
    /// The moment has passed.
    #[error("the moment to come back lies in the past")]
    NotInFuture,
    /// It cannot be tagged so.
    #[error(transparent)]
    Tag(#[from] InvalidTag),
}
