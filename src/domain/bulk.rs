//! One act on many tickets: what it is, and what becomes of each.

use serde::{Deserialize, Serialize};

use super::{
    ids::{EditorId, TicketId},
    ticket::{Closure, InvalidStep, Reason, Resolution, Step},
};

/// The most tickets of one act.
pub const MAX_TICKETS: usize = 400;

/// What is done to each of many tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum BulkAct {
    /// Given to somebody, or to nobody.
    Assign {
        /// To whom.
        assignee: Option<EditorId>,
    },
    /// Decided.
    Close {
        /// What became of them.
        resolution: Resolution,
        /// Why they are no errors.
        reason: Option<Reason>,
    },
    /// Tagged.
    Tag {
        /// With what, as [`read_tag`](super::tag::read_tag) gives it.
        tag: String,
    },
    /// A tag taken off.
    Untag {
        /// Which; empty while nobody has chosen.
        tag: String,
    },
    /// All the same mistake as that one.
    Merge {
        /// The ticket that stays.
        into: TicketId,
    },
}

impl BulkAct {
    /// The step that one ticket takes; none for the ticket that the others go into.
    #[must_use]
    pub fn step(&self, ticket: TicketId) -> Option<Step> {
        match self {
            Self::Assign { assignee } => Some(Step::Assign(*assignee)),
            Self::Close { resolution, reason } => Some(Step::Close(Closure {
                reason: *reason,
                ..Closure::of(*resolution)
            })),
            Self::Tag { tag } => Some(Step::Tag(tag.clone())),
            Self::Untag { tag } => Some(Step::Untag(tag.clone())),
            Self::Merge { into } if *into == ticket => None,
            Self::Merge { into } => Some(Step::Close(Closure {
                duplicate_of: Some(*into),
                ..Closure::of(Resolution::Duplicate)
            })),
        }
    }

    /// Whether readers who wait for an answer get one.
    #[must_use]
    pub fn tells_readers(&self) -> bool {
        match self {
            Self::Assign { .. } | Self::Tag { .. } | Self::Untag { .. } => false,
            Self::Close { resolution, .. } => *resolution != Resolution::Spam,
            Self::Merge { .. } => true,
        }
    }
}

/// What became of one ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was so already, or it is the ticket that the others went into.
    Unchanged,
    /// Somebody changed it since it was chosen.
    Stale,
    /// It is not there, or not for this editor.
    Unknown,
    /// The editor may read it, not change it.
    ReadOnly,
    /// The table of states forbids it.
    Forbidden,
    /// The person cannot take tickets of this site.
    WrongAssignee,
    /// The ticket that stays is of another site, or leads back to this one.
    WrongOriginal,
    /// It has as many tags as a ticket may have.
    TooManyTags,
    /// It has no tag, or not that one.
    NoSuchTag,
    /// The database failed at this ticket.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Done,
        Self::Unchanged,
        Self::Stale,
        Self::Unknown,
        Self::ReadOnly,
        Self::Forbidden,
        Self::WrongAssignee,
        Self::WrongOriginal,
        Self::TooManyTags,
        Self::NoSuchTag,
        Self::Failed,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
            Self::ReadOnly => "read_only",
            Self::Forbidden => "forbidden",
            Self::WrongAssignee => "wrong_assignee",
            Self::WrongOriginal => "wrong_original",
            Self::TooManyTags => "too_many_tags",
            Self::NoSuchTag => "no_such_tag",
            Self::Failed => "failed",
        }
    }

    /// The outcome of that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Whether there is something to tell about it.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        !matches!(self, Self::Done | Self::Unchanged)
    }
}

impl From<InvalidStep> for Outcome {
    fn from(why: InvalidStep) -> Self {
        match why {
            InvalidStep::DuplicateOfItself => Self::WrongOriginal,
            InvalidStep::Tag(_) => Self::TooManyTags,
            _ => Self::Forbidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_keep_their_words() {
        for one in Outcome::ALL {
            assert_eq!(Outcome::parse(one.as_str()), Some(one));
        }
    }

    #[test]
    fn the_ticket_that_stays_takes_no_step() {
        let merge = BulkAct::Merge {
            into: TicketId(1001),
        };
        assert_eq!(merge.step(TicketId(1001)), None);
        assert!(matches!(
            merge.step(TicketId(1002)),
            Some(Step::Close(closure)) if closure.duplicate_of == Some(TicketId(1001))
        ));
    }

    #[test]
    fn what_is_done_is_read_back_as_it_was_written() {
        let act = BulkAct::Close {
            resolution: Resolution::NotAnError,
            reason: Some(Reason::HouseStyle),
        };
        let written = serde_json::to_string(&act).unwrap();
        assert_eq!(serde_json::from_str::<BulkAct>(&written).unwrap(), act);
    }
}
