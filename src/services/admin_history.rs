//! The history of the settings: each change is written down in the transaction that makes it, and can be read by who administers.

use uuid::Uuid;

use super::Services;
use crate::{
    domain::{
        admin_event::{AdminAction, AdminEvent, FieldChange},
        editor::{Editor, Role},
        ids::{EditorId, SiteId},
    },
    storage::{StorageError, Transaction, admin_events, sites},
};

/// Events on one page.
const PAGE: usize = 50;

/// What shall be written down.
#[derive(Debug, Clone)]
pub struct Noted<'a> {
    /// Who; nobody for the command line.
    pub who: Option<EditorId>,
    /// On which site.
    pub site: Option<SiteId>,
    /// What.
    pub action: AdminAction,
    /// The name of what was changed.
    pub subject: &'a str,
    /// Which fields.
    pub changes: Vec<FieldChange>,
}

/// Writes it down.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn note(
    services: &Services,
    transaction: &Transaction,
    noted: Noted<'_>,
) -> Result<(), StorageError> {
    let event = AdminEvent {
        id: services.new_id(),
        at: services.now(),
        editor: noted.who,
        site: noted.site,
        action: noted.action,
        subject: noted.subject.to_owned(),
        changes: noted.changes,
    };
    admin_events::add(transaction, &event).await
}

/// The events before a key that this editor may read, newest first, and where the next page begins.
///
/// # Errors
/// [`StorageError`]
pub async fn page(
    services: &Services,
    editor: &Editor,
    before: Option<Uuid>,
) -> Result<(Vec<AdminEvent>, Option<Uuid>), StorageError> {
    let db = services.store.reader();
    let all = editor.role_everywhere() == Some(Role::Admin);
    let own: Vec<SiteId> = sites::all(db)
        .await?
        .into_iter()
        .map(|site| site.id)
        .filter(|site| editor.administers(*site))
        .collect();
    let limit = u64::try_from(PAGE).unwrap_or(u64::MAX) + 1;
    let mut events = admin_events::page(db, &own, all, before, limit).await?;
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    let next = events.last().filter(|_| more).map(|event| event.id);
    Ok((events, next))
}
