//! An admin writes a site's ready answers; an editor changes one for a single decision.

use super::{
    Services,
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        clean::clean_text,
        editor::Editor,
        ids::{ActId, SiteId, TicketId},
        ready_answer::{AnswerTo, BadAnswer, check_answer},
        site::Lang,
        ticket::{Step, Ticket},
    },
    storage::{
        StorageError,
        ready_answers::{self, ReadyAnswer},
    },
};

/// Why an answer was not stored.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// It cannot be sent.
    #[error(transparent)]
    Bad(#[from] BadAnswer),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A site's own answers; for what it has none, the catalogues' is sent.
///
/// # Errors
/// [`StorageError`]
pub async fn of_site(services: &Services, site: SiteId) -> Result<Vec<ReadyAnswer>, StorageError> {
    ready_answers::of_site(services.store.reader(), site).await
}

/// Stores an answer; an empty text takes the site's own back.
///
/// # Errors
/// [`AnswerError`]
pub async fn save(
    services: &Services,
    site: SiteId,
    lang: Lang,
    to: AnswerTo,
    text: &str,
) -> Result<(), AnswerError> {
    let body = clean_text(text);
    check_answer(&body)?;
    let answer = ReadyAnswer { lang, to, body };
    let transaction = services.store.begin().await?;
    ready_answers::save(&transaction, site, &answer, services.now()).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

/// Decides about a ticket, with letters that are written for this decision alone; as
/// [`act_on`](triage_ticket::act_on).
///
/// # Errors
/// [`TriageError`]
pub async fn decide_with_letters(
    services: &Services,
    (editor, act): (&Editor, ActId),
    id: TicketId,
    seen: Seen,
    steps: Vec<Step>,
    letters: &[(Lang, String)],
) -> Result<Ticket, TriageError> {
    let transaction = services.store.begin().await?;
    let who = (editor, act);
    let ticket = triage_ticket::act_on_in(services, &transaction, who, id, seen, steps).await?;
    for (lang, text) in letters {
        let body = clean_text(text);
        check_answer(&body)?;
        if !body.is_empty() {
            ready_answers::add_letter(&transaction, act, *lang, &body, services.now()).await?;
        }
    }
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(ticket)
}
