//! A reader follows the own report by a secret link: status, withdraw, delete the address.

use super::{Services, index_tickets, personal_data::erase_contact};
use crate::{
    domain::{
        article::Article, secret::report_of_status_token, sighting::Sighting, site::Site,
        ticket::Ticket,
    },
    storage::{
        StorageError, articles,
        contacts::{self, Contact},
        reports, sites, ticket_sightings, tickets,
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
    Ok(Some(FollowedReport {
        report,
        ticket,
        article,
        site,
        contact,
        sighting,
    }))
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

/// Takes the report back: comment, source and address are erased; the place stays on the ticket.
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
    reports::withdraw(&transaction, report.id, services.now()).await?;
    erase_contact(&transaction, report.id).await?;
    // The ticket shows the first report's comment in lists.
    articles::lock(&transaction, report.article).await?;
    if let Some(mut ticket) = tickets::lock(&transaction, report.ticket).await?
        && ticket.comment.is_some()
        && ticket.comment == report.comment
    {
        ticket.comment = None;
        ticket.updated_at = services.now();
        tickets::save(&transaction, &ticket).await?;
    }
    // At once: what was taken back is found no more.
    index_tickets::index_now(&transaction, &[report.ticket]).await?;
    transaction.commit().await.map_err(StorageError::from)?;
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
