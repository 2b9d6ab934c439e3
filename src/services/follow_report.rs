//! A reader follows the own report by a secret link: status, withdraw, delete the address.

use super::{Services, index_tickets, personal_data::erase_contact};
use crate::{
    domain::{
        article::Article,
        ids::EventId,
        notification::Occasion,
        question::Question,
        secret::report_of_status_token,
        sighting::Sighting,
        site::Site,
        ticket::{EventKind, Resolution, Ticket, TicketState},
    },
    storage::{
        Connection, StorageError, articles,
        contacts::{self, Contact},
        erased_words,
        events::{self, TicketEvent},
        notifications,
        report_answers::{self, ReportAnswer},
        reports, search, sites, ticket_sightings, tickets,
    },
};

/// What the reporter's page shows.
#[derive(Debug, Clone)]
pub struct FollowedReport {
    /// The report.
    pub report: reports::Report,
    /// The ticket that counts: where the report's own is a double, the one it leads to.
    pub ticket: Ticket,
    /// The article.
    pub article: Option<Article>,
    /// The site.
    pub site: Option<Site>,
    /// The address left, if it is still there.
    pub contact: Option<Contact>,
    /// What the watch saw of the ticket's passage last.
    pub sighting: Option<Sighting>,
    /// What the newsroom asks, in each language; nothing once the ticket is closed or the report withdrawn.
    pub questions: Vec<Question>,
    /// What the reader answered, oldest first.
    pub answers: Vec<ReportAnswer>,
}

/// The report of a status link, if the link is genuine.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    services: &Services,
    token: &str,
) -> Result<Option<FollowedReport>, StorageError> {
    let db = services.store.reader();
    let Some(report) = genuine(services, token).await? else {
        return Ok(None);
    };
    let Some(ticket) = tickets::find(db, report.ticket).await? else {
        return Ok(None);
    };
    let ticket = tickets::original_of(db, ticket).await?;
    let article = articles::by_ids(db, &[report.article]).await?.pop();
    let site = sites::all(db)
        .await?
        .into_iter()
        .find(|s| s.id == report.site);
    let contact = contacts::of_reports(db, &[report.id]).await?.pop();
    let sighting = ticket_sightings::of_tickets(db, &[ticket.id]).await?.pop();
    let is_open = ticket.state != TicketState::Closed && report.withdrawn_at.is_none();
    let questions = if is_open {
        asked_of(db, &report, &ticket, contact.as_ref()).await?
    } else {
        Vec::new()
    };
    let answers = report_answers::of_reports(db, &[report.id]).await?;
    Ok(Some(FollowedReport {
        report,
        ticket,
        article,
        site,
        contact,
        sighting,
        questions,
        answers,
    }))
}

/// What the report's reader is asked: the last question on the ticket that counts, on the report's own, or in a mail to the reader. A ticket
/// that was merged, parted or split since makes nobody unasked.
async fn asked_of(
    db: &impl Connection,
    report: &reports::Report,
    counts: &Ticket,
    contact: Option<&Contact>,
) -> Result<Vec<Question>, StorageError> {
    let mailed = match contact {
        Some(contact) => notifications::last_act_for(db, contact.id, Occasion::ReaderAsked).await?,
        None => None,
    };
    let mut elsewhere = Vec::new();
    if report.ticket != counts.id {
        elsewhere.push(report.ticket);
    }
    if let Some(act) = mailed {
        let of_act = events::of_act(db, act).await?;
        let asked = of_act.iter().find(|e| e.event.kind == EventKind::Asked);
        let ticket = asked.map(|entry| entry.ticket);
        elsewhere.extend(ticket.filter(|id| ![counts.id, report.ticket].contains(id)));
    }
    let history = events::of_ticket(db, counts.id).await?;
    let mut last = asked(&history).cloned();
    for id in elsewhere {
        let other = events::of_ticket(db, id).await?;
        // Of a ticket that the report has left, only what its reader was sent.
        let asked = asked(&other).filter(|e| id == report.ticket || e.act == mailed);
        let newer = asked.filter(|e| {
            last.as_ref().is_none_or(|last| last.id < e.id) && !closed_since(&history, e.id)
        });
        last = newer.cloned().or(last);
    }
    Ok(last.map_or_else(Vec::new, |entry| entry.event.details.questions))
}

/// The question that a history ends in: the last one, unless it was taken back, or the ticket was decided after it.
fn asked(history: &[TicketEvent]) -> Option<&TicketEvent> {
    let mut asked = history.iter().filter(|e| e.event.kind == EventKind::Asked);
    let last = asked.rfind(|e| stands(history, e))?;
    (!closed_since(history, last.id)).then_some(last)
}

/// Whether a ticket was decided after that. To be merged is no decision about it.
fn closed_since(history: &[TicketEvent], after: EventId) -> bool {
    history.iter().any(|e| {
        e.id > after
            && e.event.kind == EventKind::Closed
            && e.event.details.resolution != Some(Resolution::Duplicate)
            && stands(history, e)
    })
}

/// Whether it was not taken back.
fn stands(history: &[TicketEvent], entry: &TicketEvent) -> bool {
    !history
        .iter()
        .any(|e| e.event.details.undone.is_some() && e.event.details.undone == entry.act)
}

async fn genuine(
    services: &Services,
    token: &str,
) -> Result<Option<reports::Report>, StorageError> {
    let Some(id) = report_of_status_token(token) else {
        return Ok(None);
    };
    let report = reports::find(services.store.reader(), id).await?;
    Ok(report.filter(|r| services.key.verifies_status_token(token, r.token_version)))
}

/// Takes the report back: comment, source, answers and address are erased; the place stays on the ticket.
///
/// # Errors
/// [`StorageError`]
pub async fn withdraw(services: &Services, token: &str) -> Result<bool, StorageError> {
    let Some(report) = genuine(services, token).await? else {
        return Ok(false);
    };
    if report.withdrawn_at.is_some() {
        return Ok(true);
    }
    let transaction = services.store.begin().await?;
    search::begin_erasing(&transaction).await?;
    articles::lock(&transaction, report.article).await?;
    reports::withdraw(&transaction, report.id, services.now()).await?;
    report_answers::delete_of_report(&transaction, report.id).await?;
    erase_contact(&transaction, report.id).await?;
    // Lists show the first report's comment. A ticket that it was split off to, and came back from, shows it too.
    let mut showing =
        tickets::doubles_in_article(&transaction, report.ticket, report.article).await?;
    showing.push(report.ticket);
    for id in &showing {
        if let Some(mut ticket) = tickets::lock(&transaction, *id).await?
            && ticket.comment.is_some()
            && ticket.comment == report.comment
        {
            ticket.comment = None;
            ticket.updated_at = services.now();
            tickets::save(&transaction, &ticket).await?;
        }
    }
    // At once: what was taken back is found no more.
    index_tickets::index_now(&transaction, &showing).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    erased_words::wipe(&services.store, erased_words::A_FEW).await?;
    services.store.wipe_deleted().await?;
    Ok(true)
}

/// Deletes the address left with the report.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_address(services: &Services, token: &str) -> Result<bool, StorageError> {
    let Some(report) = genuine(services, token).await? else {
        return Ok(false);
    };
    let transaction = services.store.begin().await?;
    erase_contact(&transaction, report.id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.store.wipe_deleted().await?;
    Ok(true)
}
