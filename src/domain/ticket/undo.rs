//! Taking a decision back: for a few seconds, by whoever took it, as long as nobody has acted since. It is an entry of the history
//! like any other; nothing that was written before is changed.

use super::{Decided, EventDetails, EventKind, NewEvent, Remembered, Ticket};
use crate::domain::{
    clock::{SECOND, UnixMillis},
    ids::{ActId, EditorId},
};

/// How long a decision can be taken back, as it is told.
pub const UNDO_TIME: i64 = 10 * SECOND;
/// How much longer we are not strict: the click was in time, the way was long.
pub const UNDO_GRACE: i64 = 3 * SECOND;
/// How long the mails of a decision wait: a moment longer than it can be taken back.
pub const MAIL_WAITS: i64 = UNDO_TIME + UNDO_GRACE + SECOND;

/// What an editor did to one ticket in one go: one step or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its key; one act may be about several tickets.
    pub id: ActId,
    /// Who did it.
    pub by: EditorId,
    /// When.
    pub at: UnixMillis,
    /// What was before.
    pub remembered: Remembered,
}

impl Act {
    /// Until when its mails wait and it can be taken back, as it is told.
    #[must_use]
    pub const fn undo_until(&self) -> UnixMillis {
        self.at + UNDO_TIME
    }
}

/// Why something is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotUndo {
    /// Somebody else did it.
    #[error("only who took a decision can take it back")]
    NotYours,
    /// Its seconds are over, or its mail is on its way.
    #[error("the time to take it back is over")]
    TooLate,
    /// The ticket was changed since, by whomever; or it was taken back already.
    #[error("the ticket was changed since")]
    ChangedSince,
}

impl Ticket {
    /// Takes an act back: what was decided before it is decided again. On an error nothing has changed.
    ///
    /// # Errors
    /// [`CannotUndo`] with the rule that forbids it.
    pub fn undo(
        &mut self,
        act: &Act,
        by: EditorId,
        at: UnixMillis,
    ) -> Result<NewEvent, CannotUndo> {
        if act.by != by {
            return Err(CannotUndo::NotYours);
        }
        if act.remembered.version != self.version {
            return Err(CannotUndo::ChangedSince);
        }
        if at > act.undo_until() + UNDO_GRACE {
            return Err(CannotUndo::TooLate);
        }
        Ok(self.restore(act.remembered.before.clone(), act.id, at))
    }

    /// As [`Self::undo`], by whomever and at any time: what was before an act is decided again, as long as nobody has changed the ticket
    /// since. On an error nothing has changed.
    ///
    /// # Errors
    /// [`CannotUndo::ChangedSince`]
    pub fn take_back(
        &mut self,
        act: ActId,
        remembered: Remembered,
        at: UnixMillis,
    ) -> Result<NewEvent, CannotUndo> {
        if remembered.version != self.version {
            return Err(CannotUndo::ChangedSince);
        }
        Ok(self.restore(remembered.before, act, at))
    }

    /// Decides again what was decided before that act.
    pub(super) fn restore(&mut self, before: Decided, act: ActId, at: UnixMillis) -> NewEvent {
        let from = self.state;
        before.put_back(self);
        self.version += 1;
        self.updated_at = at;
        let moved = from != self.state;
        NewEvent {
            kind: EventKind::Undone,
            from: moved.then_some(from),
            to: moved.then_some(self.state),
            details: EventDetails {
                undone: Some(act),
                resolution: self.resolution.filter(|_| moved),
                ..EventDetails::default()
            },
        }
    }
}
