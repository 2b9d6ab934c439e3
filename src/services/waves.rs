//! A flood is one row and one act: its reports carry a common mark for a day, by which an editor closes all of it as spam, or takes
//! that back.

use std::collections::{BTreeMap, HashMap};

use tracing::warn;
use uuid::Uuid;

use super::{
    Services,
    browse_tickets::Newsroom,
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        editor::Editor,
        ids::{ReportId, SiteId, TicketId},
        ticket::{Closure, Resolution, Step, Ticket, TicketState},
        wave::KEPT,
    },
    storage::{
        StorageError, reports, tickets,
        waves::{self, WaveSum},
    },
};

/// Reports marked in one transaction.
const AT_ONCE: usize = 500;
/// Tickets that one act closes.
const MOST: u64 = 2_000;

/// Marks reports as parts of waves. It is said a moment after they were stored: what is not marked is a report like any other.
///
/// # Errors
/// [`StorageError`]
pub async fn mark(services: &Services, marks: &[(Uuid, ReportId)]) -> Result<(), StorageError> {
    for marks in marks.chunks(AT_ONCE) {
        let wave_of: HashMap<ReportId, Uuid> =
            marks.iter().map(|(wave, id)| (*id, *wave)).collect();
        let ids: Vec<ReportId> = marks.iter().map(|(_, id)| *id).collect();
        let transaction = services.store.begin().await?;
        let mut rows: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
        for (report, site, ticket) in reports::places(&transaction, &ids).await? {
            if let Some(wave) = wave_of.get(&report) {
                rows.entry(*wave).or_default().push((report, site, ticket));
            }
        }
        for (wave, rows) in rows {
            waves::mark(&transaction, wave, &rows, services.now()).await?;
        }
        transaction.commit().await?;
    }
    Ok(())
}

/// The waves of the last day on the asker's sites, latest first.
///
/// # Errors
/// [`StorageError`]
pub async fn all(services: &Services, newsroom: &Newsroom) -> Result<Vec<WaveSum>, StorageError> {
    let sites: Vec<SiteId> = newsroom.sites.iter().map(|s| s.id).collect();
    waves::all(services.store.reader(), &sites, services.now() - KEPT).await
}

/// The tickets that are nothing but a part of the wave, on sites whose tickets the editor may change.
///
/// # Errors
/// [`StorageError`]
pub async fn tickets_of(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    wave: Uuid,
) -> Result<Vec<Ticket>, StorageError> {
    let db = services.store.reader();
    let mut ids: Vec<TicketId> = Vec::new();
    for site in newsroom.sites.iter().filter(|s| editor.edits(s.id)) {
        ids.extend(waves::tickets(db, wave, site.id, MOST).await?);
    }
    tickets::by_ids(db, &ids).await
}

/// Closes what is new of a wave as spam; how many tickets. What somebody has begun to work on stays.
///
/// # Errors
/// [`StorageError`]
pub async fn close(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    wave: Uuid,
) -> Result<usize, StorageError> {
    let untouched = |t: &Ticket| t.state == TicketState::New;
    let step = Step::Close(Closure::of(Resolution::Spam));
    take_each(services, editor, newsroom, wave, untouched, &step).await
}

/// Takes back the closing of a wave; how many tickets.
///
/// # Errors
/// [`StorageError`]
pub async fn reopen(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    wave: Uuid,
) -> Result<usize, StorageError> {
    let spam = |t: &Ticket| t.resolution == Some(Resolution::Spam);
    take_each(services, editor, newsroom, wave, spam, &Step::Open).await
}

async fn take_each(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    wave: Uuid,
    fits: impl Fn(&Ticket) -> bool,
    step: &Step,
) -> Result<usize, StorageError> {
    let mut taken = 0;
    for ticket in tickets_of(services, editor, newsroom, wave).await? {
        if !fits(&ticket) {
            continue;
        }
        let seen = Seen::Version(ticket.version);
        let steps = vec![step.clone()];
        match triage_ticket::take_steps(services, editor, ticket.id, seen, steps).await {
            Ok(_) => taken += 1,
            Err(TriageError::Storage(error)) => return Err(error),
            // Somebody else was faster with this one.
            Err(error) => {
                warn!(ticket.id = %ticket.id, %error, "a ticket of a wave was left as it is");
            }
        }
    }
    Ok(taken)
}
