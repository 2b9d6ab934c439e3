//! Who did what, as histories keep it.

use super::Services;
use crate::{
    domain::{
        clock::UnixMillis,
        ids::{ActId, EditorId, EventId, TicketId},
        ticket::NewEvent,
    },
    storage::events,
};

/// Who did what is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct By {
    /// Who; nobody for the server itself.
    pub(super) editor: Option<EditorId>,
    /// In which act.
    pub(super) act: Option<ActId>,
}

impl By {
    /// The server itself.
    pub(super) const NOBODY: Self = Self {
        editor: None,
        act: None,
    };

    /// An editor, in what cannot be taken back.
    pub(super) const fn editor(editor: EditorId) -> Self {
        Self {
            editor: Some(editor),
            act: None,
        }
    }

    /// An editor, in an act that may be taken back.
    pub(super) const fn act(editor: EditorId, act: ActId) -> Self {
        Self {
            editor: Some(editor),
            act: Some(act),
        }
    }
}

/// Entries for a history, in the order in which they happened: of one moment, only sorted keys keep it.
pub(super) fn history(
    services: &Services,
    ticket: TicketId,
    at: UnixMillis,
    by: By,
    happened: Vec<NewEvent>,
) -> Vec<events::TicketEvent> {
    let mut ids: Vec<EventId> = happened
        .iter()
        .map(|_| EventId(services.entropy.uuid(at)))
        .collect();
    ids.sort_unstable();
    ids.into_iter()
        .zip(happened)
        .map(|(id, event)| events::TicketEvent {
            id,
            ticket,
            at,
            editor: by.editor,
            act: by.act,
            event,
        })
        .collect()
}
