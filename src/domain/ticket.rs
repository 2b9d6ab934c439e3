//! The editors' unit of work, and the one table of steps it may take.

mod anyway;
mod decided;
mod event;
mod happening;
mod step;
mod taking;
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
    cause::Cause,
    clock::{DAY, UnixMillis},
    ids::{ArticleId, DeskId, EditorId, SiteId, TicketId},
    kind::{Kind, Part},
    passage::Passage,
    priority::Priority,
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// When it comes back: what is set aside at the moment that was chosen, what waits after [`WAITS`]. What is set aside without a
    /// moment comes back with the next report.
    pub snoozed_until: Option<UnixMillis>,
    /// What the public is told of the correction.
    pub public_note: Option<String>,
    /// How the error came about, where a fact was corrected and somebody said so.
    pub cause: Option<Cause>,
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

#[cfg(test)]
pub(super) mod tests;
#[cfg(test)]
mod undo_tests;
#[cfg(test)]
mod weight_tests;
