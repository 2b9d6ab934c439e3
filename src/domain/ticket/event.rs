//! What a ticket's history says: events, and what they tell.

use serde::{Deserialize, Serialize};

use super::{PassageState, Reason, Remembered, Resolution, TicketState};
use crate::domain::{
    clock::UnixMillis,
    ids::{ActId, DeskId, EditorId, ReportId, TicketId},
    kind::Kind,
    priority::Priority,
    rule::Rule,
};

/// The version of the shape of events' details.
pub const EVENT_VERSION: i32 = 1;

closed_set! {
    /// What happened to a ticket; past participles, one for each entry of its history.
    EventKind {
        /// The first report came in.
        Reported = "reported",
        /// The state changed.
        Moved = "moved",
        /// Closed, with a resolution.
        Closed = "closed",
        /// Opened again.
        Reopened = "reopened",
        /// Given to somebody, or to nobody.
        Assigned = "assigned",
        /// A note was written.
        Noted = "noted",
        /// A suggestion was accepted.
        Accepted = "accepted",
        /// The kind was refined.
        Refined = "refined",
        /// Nobody touched it: somebody was reminded.
        Escalated = "escalated",
        /// Went to another desk.
        Routed = "routed",
        /// Said to be more or less pressing than computed, or as computed.
        Prioritised = "prioritised",
        /// A tag was put on.
        Tagged = "tagged",
        /// A tag was taken off.
        Untagged = "untagged",
        /// The article was looked at, and the passage is another than before.
        Sighted = "sighted",
        /// An editor found the same words of another ticket here too.
        AlsoFound = "also_found",
        /// A reader's address was deleted by an editor.
        AddressDeleted = "address_deleted",
        /// Private words were blacked out.
        BlackedOut = "blacked_out",
        /// An act was taken back.
        Undone = "undone",
        /// Another ticket was merged into it.
        Merged = "merged",
        /// A ticket that was merged into it was parted from it; or it was parted from its original.
        Parted = "parted",
        /// Reports were split off into another ticket.
        Split = "split",
        /// It was made of reports split off from another ticket.
        SplitOff = "split_off",
    }
}

closed_set! {
    /// Who acts in nobody's name.
    Actor {
        /// The article watch.
        Watch = "watch",
    }
}

/// One entry of a ticket's history, not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// State before, when it changed.
    pub from: Option<TicketState>,
    /// State after, when it changed.
    pub to: Option<TicketState>,
    /// What else there is to say.
    pub details: EventDetails,
}

/// What else an event says; only what applies is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventDetails {
    /// With a closure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// With a closure as no error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// With a closure as a double.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<TicketId>,
    /// A note's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whom the note mentions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<EditorId>,
    /// The public note's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_note: Option<String>,
    /// Who got it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<EditorId>,
    /// Where it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskId>,
    /// The wording that was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The new kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// When it comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixMillis>,
    /// Who, when it was no editor and no reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// What was said of the passage from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passage_state: Option<PassageState>,
    /// The correction that we saw was undone in the article.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub regressed: bool,
    /// A day after the closing the old words still stood there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub correction_missing: bool,
    /// The ticket whose words were found here too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also_in: Option<TicketId>,
    /// What an editor said of the priority; nothing: as computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// The tag that was put on or taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// On the first entry of an act: what it takes to take it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remembered: Option<Box<Remembered>>,
    /// The act that was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone: Option<ActId>,
    /// The other ticket of a merge or a split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<TicketId>,
    /// How many reports went with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reports: Option<i64>,
    /// The reports that a ticket was made of, and what had brought them to where they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
}

/// A report that was split off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Which one.
    pub report: ReportId,
    /// The rule by which it had joined.
    pub joined_by: Rule,
}

impl EventDetails {
    pub(super) fn of_tag(tag: String) -> Self {
        Self {
            tag: Some(tag),
            ..Self::default()
        }
    }
}
