//! A reader answers what the newsroom asked, on the page behind the secret link.

use super::{Services, follow_report, pointers, recording::By, triage_ticket};
use crate::{
    domain::{
        question::{BadWords, MAX_READER_ANSWERS, read_answer},
        ticket::TicketState,
    },
    storage::{
        StorageError,
        report_answers::{self, ReportAnswer},
        reports, search, tickets,
    },
};

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The link is none of ours.
    #[error("there is no such report")]
    UnknownReport,
    /// Nothing is asked any more: the ticket was closed, the report withdrawn, or nobody asked.
    #[error("nothing is asked any more")]
    NotAsked,
    /// So many answers were given already.
    #[error("at most {MAX_READER_ANSWERS} answers can be given")]
    TooMany,
    /// The words cannot be taken.
    #[error(transparent)]
    Bad(#[from] BadWords),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps a reader's answer: the ticket comes back from waiting, and whoever follows it is told.
///
/// # Errors
/// [`AnswerError`]
pub async fn answer(services: &Services, token: &str, words: &str) -> Result<(), AnswerError> {
    let found = follow_report::find(services, token)
        .await?
        .ok_or(AnswerError::UnknownReport)?;
    if found.questions.is_empty() {
        return Err(AnswerError::NotAsked);
    }
    let body = read_answer(words)?;
    let now = services.now();
    let transaction = services.store.begin().await?;
    pointers::lock_articles(&transaction, &[found.report.ticket, found.ticket.id]).await?;
    // Withdrawn or closed in this very moment.
    let report = reports::find(&transaction, found.report.id).await?;
    if report.is_none_or(|r| r.withdrawn_at.is_some()) {
        return Err(AnswerError::NotAsked);
    }
    let mut ticket = tickets::lock(&transaction, found.ticket.id)
        .await?
        .filter(|ticket| ticket.state != TicketState::Closed)
        .ok_or(AnswerError::NotAsked)?;
    let earlier = report_answers::of_reports(&transaction, &[found.report.id]).await?;
    // A page that is sent twice says the same once.
    if earlier.last().is_some_and(|last| last.body == body) {
        return Ok(());
    }
    if earlier.len() >= MAX_READER_ANSWERS {
        return Err(AnswerError::TooMany);
    }
    let answer = ReportAnswer {
        id: services.new_id(),
        report: found.report.id,
        at: now,
        body,
    };
    report_answers::add(&transaction, &answer).await?;
    search::queue(&transaction, &[found.report.ticket]).await?;
    let before = ticket.clone();
    let event = ticket
        .answered(found.report.id, now)
        .map_err(|_| AnswerError::NotAsked)?;
    triage_ticket::record(
        services,
        &transaction,
        &before,
        &ticket,
        By::NOBODY,
        vec![event],
        now,
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(())
}
