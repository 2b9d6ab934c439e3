//! What follows from a look, written down: the same way as an editor's decision, in the name of the watch.

use crate::{
    domain::{
        clock::UnixMillis,
        editor::Role,
        ids::NotificationId,
        notification::{NewNotification, Occasion, Recipient},
        sighting::Judgement,
        ticket::{Actor, Step, Ticket, TicketState},
    },
    services::{Services, recording::By, triage_ticket},
    storage::{StorageError, Transaction, editors, notifications},
};

/// Applies a judgement to a ticket that is held locked; the ticket as it is afterwards.
pub(super) async fn apply(
    services: &Services,
    transaction: &Transaction,
    before: &Ticket,
    judgement: &Judgement,
    now: UnixMillis,
) -> Result<Ticket, StorageError> {
    let mut ticket = before.clone();
    let mut happened = Vec::new();
    happened.extend(ticket.sight(judgement.passage_state, judgement.correction_missing, now));
    for step in &judgement.steps {
        // The judgement was made for this very ticket: what the table forbids, somebody else did meanwhile, and it stays theirs.
        let Ok(taken) = ticket.take(step.clone(), now) else {
            continue;
        };
        happened.extend(taken);
    }
    for event in &mut happened {
        event.details.by = Some(Actor::Watch);
    }
    if ticket == *before && happened.is_empty() {
        return Ok(ticket);
    }
    let by = By::NOBODY;
    triage_ticket::record(services, transaction, before, &ticket, by, happened, now).await?;
    if judgement.steps.contains(&Step::Regress) && ticket.state == TicketState::Open {
        alert_editors(services, transaction, &ticket, now).await?;
    }
    for step in &judgement.steps {
        let word = match step {
            Step::Close(_) => "closed",
            Step::Regress => "reopened",
            _ => "other",
        };
        metrics::counter!("fehlermelder_watch_steps_total", "step" => word).increment(1);
    }
    Ok(ticket)
}

/// The mistake is back: who is told of new tickets is told of it.
async fn alert_editors(
    services: &Services,
    transaction: &Transaction,
    ticket: &Ticket,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let owed: Vec<_> = editors::alerted(transaction)
        .await?
        .into_iter()
        .filter(|e| e.role_on(ticket.site).is_some_and(|r| r >= Role::Editor))
        .map(|editor| NewNotification {
            id: NotificationId(services.entropy.uuid(now)),
            occasion: Occasion::TicketOpened,
            recipient: Recipient::Editor(editor.id),
            site: ticket.site,
            ticket: Some(ticket.id),
            due_at: now,
            act: None,
            dedupe_key: format!(
                "ticket_regressed:{}:{}:{}",
                ticket.id.0, ticket.version, editor.id
            ),
        })
        .collect();
    notifications::add_all(transaction, &owed, now).await
}
