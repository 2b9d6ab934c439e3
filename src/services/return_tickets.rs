//! Whoever is away, switched off or without the right gives their tickets back to the desk: nobody else has to notice.

use super::{Services, recording::By, triage_ticket};
use crate::{
    domain::{editor::Editor, ticket::Step},
    storage::{StorageError, articles, tickets},
};

/// Tickets given back in one go.
const ROUND: u64 = 200;

/// Takes an editor's name off all open tickets that they cannot look after: `keeps` says which they can. How many.
///
/// # Errors
/// [`StorageError`]
pub async fn return_tickets(
    services: &Services,
    editor: &Editor,
    keeps: impl Fn(&Editor, crate::domain::ids::SiteId) -> bool,
) -> Result<usize, StorageError> {
    let mut after = None;
    let mut returned = 0;
    loop {
        let open =
            tickets::open_of_assignee(services.store.reader(), editor.id, after, ROUND).await?;
        let Some(last) = open.last() else {
            return Ok(returned);
        };
        after = Some(last.id);
        for known in open.iter().filter(|ticket| !keeps(editor, ticket.site)) {
            let now = services.now();
            let transaction = services.store.begin().await?;
            articles::lock(&transaction, known.article).await?;
            let Some(mut ticket) = tickets::lock(&transaction, known.id).await? else {
                continue;
            };
            if ticket.assignee != Some(editor.id) {
                continue;
            }
            let before = ticket.clone();
            let Ok(taken) = ticket.take(Step::Assign(None), now) else {
                continue;
            };
            triage_ticket::record(
                services,
                &transaction,
                &before,
                &ticket,
                By::NOBODY,
                taken,
                now,
            )
            .await?;
            transaction.commit().await.map_err(StorageError::from)?;
            returned += 1;
        }
    }
}
