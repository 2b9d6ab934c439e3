//! One transaction of intake: read what the reports touch, decide in memory, write with few statements, commit.

use std::collections::HashMap;

use super::{
    FileReportError, Receipt, Submission, loading::Memory, receipt, work::Work, writing::Done,
};
use crate::{
    domain::ids::SiteId,
    services::{Services, look_after_tickets, triage_ticket},
    storage::{
        StorageError, Transaction,
        filing::{self, KnownReport},
    },
};

/// What a submission comes to.
type Answer = Result<Receipt, FileReportError>;

/// Commits the submissions; one answer for each.
pub(super) async fn commit(
    services: &Services,
    memory: &mut Memory,
    submissions: &[&Submission],
) -> Result<Vec<Answer>, StorageError> {
    let transaction = services.store.begin().await?;
    let (answers, done) = file(services, &transaction, memory, submissions).await?;
    transaction.commit().await?;
    if let Some(done) = done {
        done.keep_boards(memory);
    }
    Ok(answers)
}

/// Writes the submissions into a transaction; one answer for each.
pub(super) async fn file(
    services: &Services,
    transaction: &Transaction,
    memory: &mut Memory,
    submissions: &[&Submission],
) -> Result<(Vec<Answer>, Option<Done>), StorageError> {
    let now = services.now();
    let mut answers: Vec<Option<Answer>> = vec![None; submissions.len()];
    let known = filing::find(
        transaction,
        submissions.iter().map(|s| s.report.article.key()),
        submissions
            .iter()
            .filter_map(|s| s.idempotency_key.as_ref()),
    )
    .await?;
    answer_repeats(services, &known.reports, submissions, &mut answers);
    let fresh: Vec<usize> = (0..submissions.len())
        .filter(|i| answers[*i].is_none())
        .collect();
    // Within the batch too, only the first of a key is stored; the others are told what it was told.
    let mut first_of_key: HashMap<(SiteId, [u8; 32]), usize> = HashMap::new();
    let mut followers: Vec<(usize, usize)> = Vec::new();
    let mut leaders: Vec<usize> = Vec::with_capacity(fresh.len());
    for index in fresh {
        let submission = submissions[index];
        match submission.idempotency_key.map(|key| {
            *first_of_key
                .entry((submission.site.id, key))
                .or_insert(index)
        }) {
            Some(first) if first != index => followers.push((index, first)),
            _ => leaders.push(index),
        }
    }
    let mut finished = None;
    if !leaders.is_empty() {
        let led: Vec<&Submission> = leaders.iter().map(|&i| submissions[i]).collect();
        let mut work = Work::load(services, transaction, memory, &led, known.articles, now).await?;
        for &index in &leaders {
            work.take(services, submissions[index], now)?;
        }
        work.tell_of_joined(services, transaction).await?;
        let done = work.write(transaction, now).await?;
        for id in &done.woken {
            triage_ticket::wake(services, transaction, *id, now).await?;
        }
        if !done.risen.is_empty() {
            Box::pin(look_after_tickets::take_note_of(
                services,
                transaction,
                &done.risen,
            ))
            .await?;
        }
        for (&index, report) in leaders.iter().zip(&done.reports) {
            answers[index] = Some(Ok(receipt(
                services,
                report.id,
                report.ticket,
                report.token_version,
            )));
        }
        finished = Some(done);
    }
    for (index, first) in followers {
        answers[index] = Some(
            if submissions[index].body_hash == submissions[first].body_hash {
                answers[first].clone().unwrap_or(Err(FileReportError::Busy))
            } else {
                Err(FileReportError::KeyReused)
            },
        );
    }
    let answers = answers
        .into_iter()
        .map(|a| a.unwrap_or(Err(FileReportError::Busy)))
        .collect();
    Ok((answers, finished))
}

/// Answers those whose key is known already.
fn answer_repeats(
    services: &Services,
    known: &[KnownReport],
    submissions: &[&Submission],
    answers: &mut [Option<Answer>],
) {
    for known in known {
        for (submission, answer) in submissions.iter().zip(answers.iter_mut()) {
            let same_key = submission
                .idempotency_key
                .is_some_and(|k| known.idempotency_key == k);
            if same_key && submission.site.id == known.site {
                *answer = Some(answer_to(services, known, &submission.body_hash));
            }
        }
    }
}

/// What somebody is told who sends that body under the key of a known report.
pub(super) fn answer_to(services: &Services, known: &KnownReport, body_hash: &[u8; 32]) -> Answer {
    // Forgotten where something was blacked out.
    let same_body = known
        .body_hash
        .as_deref()
        .is_none_or(|hash| hash == body_hash);
    if same_body {
        let (id, ticket) = (known.id, known.ticket);
        Ok(receipt(services, id, ticket, known.token_version))
    } else {
        Err(FileReportError::KeyReused)
    }
}
