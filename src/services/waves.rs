//! A flood is one row and one act: its reports carry a common mark for a day, by which an editor closes all of it as spam, or takes
//! that back.

use std::collections::{BTreeMap, HashMap};

use tracing::warn;
use uuid::Uuid;

use super::{
    Services,
    browse_tickets::Newsroom,
    pointers,
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        editor::Editor,
        ids::{ActId, ReportId, SiteId, TicketId},
        secret::sha256,
        ticket::{Closure, Remembered, Resolution, Step, Ticket},
        wave::KEPT,
    },
    storage::{
        StorageError, events, reports, tickets,
        waves::{self, WaveSum},
    },
};

/// Reports marked in one transaction.
const AT_ONCE: usize = 500;
/// Tickets of one site that are closed at one press.
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

/// The tickets that are nothing but a part of the wave and that nobody has begun to work on, on sites whose tickets the editor may
/// change; oldest first.
///
/// # Errors
/// [`StorageError`]
pub async fn new_tickets(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    wave: Uuid,
) -> Result<Vec<Ticket>, StorageError> {
    let db = services.store.reader();
    let mut ids: Vec<TicketId> = Vec::new();
    for site in newsroom.sites.iter().filter(|s| editor.edits(s.id)) {
        ids.extend(waves::new_tickets(db, wave, site.id, MOST).await?);
    }
    let mut tickets = tickets::by_ids(db, &ids).await?;
    tickets.sort_by_key(|ticket| ticket.id);
    Ok(tickets)
}

/// How many tickets the wave's closing can be taken back of.
///
/// # Errors
/// [`StorageError`]
pub async fn count_closed(
    services: &Services,
    editor: &Editor,
    wave: Uuid,
) -> Result<usize, StorageError> {
    Ok(closings(services, editor, wave).await?.len())
}

/// Closes what is new of a wave as spam, all in one act; how many tickets. What somebody has begun to work on stays.
///
/// # Errors
/// [`StorageError`]
pub async fn close(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    wave: Uuid,
) -> Result<usize, StorageError> {
    let act = act_of(wave);
    let mut closed = 0;
    for ticket in new_tickets(services, editor, newsroom, wave).await? {
        // Nor what somebody else has reported meanwhile.
        let seen = Seen::Exactly {
            version: ticket.version,
            reports: ticket.report_count,
        };
        let steps = vec![Step::Close(Closure::of(Resolution::Spam))];
        match triage_ticket::act_on(services, editor, act, ticket.id, seen, steps).await {
            Ok(_) => closed += 1,
            Err(TriageError::Storage(error)) => return Err(error),
            // Somebody else was faster with this one.
            Err(error) => {
                warn!(ticket.id = %ticket.id, %error, "a ticket of a wave was left as it is");
            }
        }
    }
    Ok(closed)
}

/// Takes back the closing of a wave, as long as its marks are kept: what it closed and nobody has changed since is as it was before; how
/// many tickets. What was closed singly stays closed.
///
/// # Errors
/// [`StorageError`]
pub async fn reopen(
    services: &Services,
    editor: &Editor,
    newsroom: &Newsroom,
    wave: Uuid,
) -> Result<usize, StorageError> {
    let known = all(services, newsroom).await?;
    if !known.iter().any(|sum| sum.wave == wave) {
        return Ok(0);
    }
    let mut reopened = 0;
    for (ticket, remembered) in closings(services, editor, wave).await? {
        if take_back(services, editor, act_of(wave), ticket, remembered).await? {
            reopened += 1;
        }
    }
    Ok(reopened)
}

/// The act that closes a wave, however often it is pressed: made of its mark, so that it is found as long as the mark is known, and leads
/// back to it by no way.
fn act_of(wave: Uuid) -> ActId {
    let hash = sha256(format!("wave:{wave}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    ActId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// What was closed with the wave and nobody has changed since, with what was before, where the editor may change it.
async fn closings(
    services: &Services,
    editor: &Editor,
    wave: Uuid,
) -> Result<Vec<(TicketId, Remembered)>, StorageError> {
    let db = services.store.reader();
    let entries = events::of_act(db, act_of(wave)).await?;
    let mut ids: Vec<TicketId> = entries.iter().map(|entry| entry.ticket).collect();
    ids.dedup();
    let versions: HashMap<TicketId, i64> = tickets::versions(db, &ids)
        .await?
        .into_iter()
        .filter(|(_, site, _)| editor.edits(*site))
        .map(|(ticket, _, version)| (ticket, version))
        .collect();
    let mut closings = Vec::new();
    for entry in entries {
        let Some(remembered) = entry.event.details.remembered else {
            continue;
        };
        if versions.get(&entry.ticket) == Some(&remembered.version) {
            closings.push((entry.ticket, *remembered));
        }
    }
    Ok(closings)
}

/// Makes one ticket what it was before; whether it was still what the act had made of it.
async fn take_back(
    services: &Services,
    editor: &Editor,
    act: ActId,
    id: TicketId,
    remembered: Remembered,
) -> Result<bool, StorageError> {
    let now = services.now();
    let transaction = services.store.begin().await?;
    pointers::lock_articles(&transaction, &[id]).await?;
    let Some(mut ticket) = tickets::lock(&transaction, id).await? else {
        return Ok(false);
    };
    let before = ticket.clone();
    let event = match ticket.take_back(act, remembered, now) {
        Ok(event) => event,
        Err(error) => {
            warn!(ticket.id = %id, %error, "a ticket of a wave was left as it is");
            return Ok(false);
        }
    };
    let change = (&before, &ticket);
    let record = triage_ticket::record_undo(services, &transaction, change, editor.id, event, now);
    Box::pin(record).await?;
    transaction.commit().await?;
    Ok(true)
}
