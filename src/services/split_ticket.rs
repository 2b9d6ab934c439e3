//! An editor splits reports off into a ticket of their own, and joins them again at any time. The history of the new ticket remembers which
//! reports came from where and by which rule, so that joining puts back what was.

use super::{
    Services,
    merge_tickets::MergeError,
    pointers::{count_anew, lock_articles},
    recording::{By, history},
    triage_ticket::{self, Seen, TriageError},
};
use crate::{
    domain::{
        clock::UnixMillis,
        editor::Editor,
        ids::{ActId, ReportId, TicketId},
        rule::Rule,
        ticket::{
            Closure, Decided, EventDetails, EventKind, Moved, NewEvent, PassageState, Remembered,
            Resolution, Step, Ticket, TicketState,
        },
    },
    storage::{
        StorageError, Transaction, articles, events,
        reports::{self, Report},
        search, ticket_tags, tickets,
    },
};

/// The most reports split off in one act.
pub const MOST_SPLIT: usize = 1_000;

/// Gives reports of a ticket a ticket of their own; that ticket. The report that opened a ticket makes it what it is, and stays.
///
/// # Errors
/// [`MergeError`]
pub async fn split(
    services: &Services,
    editor: &Editor,
    act: ActId,
    id: TicketId,
    seen: Seen,
    chosen: &[ReportId],
) -> Result<Ticket, MergeError> {
    let now = services.now();
    let transaction = services.store.begin().await?;
    triage_ticket::editable(&transaction, editor, id).await?;
    lock_articles(&transaction, &[id]).await?;
    let mut ticket = tickets::lock(&transaction, id)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    if seen.is_stale(&ticket) {
        return Err(TriageError::Stale(Box::new(ticket)).into());
    }
    let moved = chosen_of(reports::all_of(&transaction, &[id]).await?, chosen)?;
    let Some(first) = moved.first() else {
        return Err(MergeError::NoReport);
    };
    let before = ticket.clone();
    let number = TicketId(tickets::allocate(&transaction, 1).await?);
    let mut new = split_off(&ticket, number, first, now);
    if let Some(article) = articles::by_ids(&transaction, &[new.article]).await?.pop() {
        new.weight = new.weight_in(&article);
    }
    tickets::add_all(&transaction, std::slice::from_ref(&new)).await?;
    // Intake knows neither priority nor tags; they go with the reports.
    tickets::save(&transaction, &new).await?;
    ticket_tags::add_all(&transaction, std::slice::from_ref(&new)).await?;
    tickets::count(&transaction, &[((new.site, new.state), 1)].into()).await?;
    let by = By::act(editor.id, act);
    let split_off = NewEvent {
        kind: EventKind::SplitOff,
        from: None,
        to: Some(new.state),
        details: EventDetails {
            other: Some(id),
            moved: moved
                .iter()
                .map(|report| Moved {
                    report: report.id,
                    joined_by: report.joined_by,
                })
                .collect(),
            remembered: Some(Box::new(Remembered {
                before: Decided::of(&new),
                version: new.version,
            })),
            ..EventDetails::default()
        },
    };
    let entries = history(services, new.id, now, by, vec![split_off]);
    events::add_all(&transaction, &entries).await?;
    let mut split = ticket.split(new.id, moved.len(), now);
    split.details.remembered = Some(Box::new(Remembered {
        before: Decided::of(&before),
        version: ticket.version,
    }));
    triage_ticket::record(
        services,
        &transaction,
        &before,
        &ticket,
        by,
        vec![split],
        now,
    )
    .await?;
    let ids: Vec<ReportId> = moved.iter().map(|report| report.id).collect();
    reports::move_to(&transaction, &ids, new.id, Rule::Editor).await?;
    for id in [id, new.id] {
        count_anew(&transaction, id, now).await?;
    }
    let new = tickets::find(&transaction, new.id)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    search::queue(&transaction, &[new.id]).await?;
    // The watch looks for the new ticket's passage too.
    articles::bump_and_hasten(&transaction, &[new.article], now).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.watch.bell.notify_one();
    Ok(new)
}

/// Those of a ticket's reports that are to go, oldest first.
fn chosen_of(all: Vec<Report>, chosen: &[ReportId]) -> Result<Vec<Report>, MergeError> {
    if chosen.len() > MOST_SPLIT {
        return Err(MergeError::TooMany(MOST_SPLIT));
    }
    if let Some(gone) = chosen.iter().find(|id| !all.iter().any(|r| r.id == **id)) {
        return Err(MergeError::UnknownReport(*gone));
    }
    let opener = all.first().map(|report| report.id);
    let mut moved = all;
    moved.retain(|report| chosen.contains(&report.id));
    let stays = |r: &&Report| Some(r.id) == opener || r.joined_by == Rule::Opened;
    match moved.iter().find(stays) {
        Some(opener) => Err(MergeError::OpenerStays(opener.id)),
        None => Ok(moved),
    }
}

/// The ticket that such a report makes; its reports are counted once they have moved.
fn split_off(ticket: &Ticket, number: TicketId, first: &Report, now: UnixMillis) -> Ticket {
    Ticket {
        id: number,
        state: TicketState::Open,
        resolution: None,
        reason: None,
        passage_state: PassageState::Unknown,
        regressed: false,
        kind: first.kind,
        part: first.part,
        passage: first.passage.clone(),
        suggestions: Vec::new(),
        accepted_suggestion: None,
        comment: first.comment.clone(),
        report_count: 0,
        duplicate_of: None,
        snoozed_until: None,
        public_note: None,
        cause: None,
        version: 1,
        created_at: first.created_at,
        updated_at: now,
        closed_at: None,
        ..ticket.clone()
    }
}

/// Joins again what was split off, whenever that was: its reports go back to where they came from, and the ticket leads there.
///
/// # Errors
/// [`MergeError`]
pub async fn join_again(
    services: &Services,
    editor: &Editor,
    act: ActId,
    id: TicketId,
) -> Result<TicketId, MergeError> {
    let transaction = services.store.begin().await?;
    let known = triage_ticket::editable(&transaction, editor, id).await?;
    lock_articles(&transaction, &[id]).await?;
    let back = join_again_in(
        services,
        &transaction,
        (editor, act),
        &known,
        services.now(),
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(back)
}

/// As [`join_again`], of a ticket that was split off from that one; that one as it is afterwards. What was seen is that one.
///
/// # Errors
/// [`MergeError`]
pub async fn join_again_to(
    services: &Services,
    (editor, act): (&Editor, ActId),
    from: TicketId,
    seen: Seen,
    id: TicketId,
) -> Result<Ticket, MergeError> {
    let transaction = services.store.begin().await?;
    triage_ticket::editable(&transaction, editor, from).await?;
    lock_articles(&transaction, &[id, from]).await?;
    let ticket = tickets::lock(&transaction, from)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    if seen.is_stale(&ticket) {
        return Err(TriageError::Stale(Box::new(ticket)).into());
    }
    let known = tickets::find(&transaction, id)
        .await?
        .filter(|known| known.site == ticket.site)
        .ok_or(MergeError::NotSplitOff)?;
    let who = (editor, act);
    let back = join_again_in(services, &transaction, who, &known, services.now()).await?;
    if back != from {
        return Err(MergeError::NotSplitOff);
    }
    let joined = tickets::find(&transaction, from)
        .await?
        .ok_or(TriageError::UnknownTicket)?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.outbox_bell.notify_one();
    Ok(joined)
}

/// As [`join_again`], as a part of the caller's own unit of work, with the article locked.
pub(super) async fn join_again_in(
    services: &Services,
    transaction: &Transaction,
    (editor, act): (&Editor, ActId),
    ticket: &Ticket,
    now: UnixMillis,
) -> Result<TicketId, MergeError> {
    let entries = events::of_ticket(transaction, ticket.id).await?;
    let split = entries
        .iter()
        .find(|e| e.event.kind == EventKind::SplitOff)
        .ok_or(MergeError::NotSplitOff)?;
    let back = split.event.details.other.ok_or(MergeError::NotSplitOff)?;
    if ticket.duplicate_of == Some(back) {
        return Err(MergeError::NotSplitOff);
    }
    let there = reports::all_of(transaction, &[ticket.id]).await?;
    for rule in Rule::ALL {
        let ids: Vec<ReportId> = split
            .event
            .details
            .moved
            .iter()
            .filter(|m| m.joined_by == *rule && there.iter().any(|r| r.id == m.report))
            .map(|m| m.report)
            .collect();
        reports::move_to(transaction, &ids, back, *rule).await?;
    }
    // What came to it since stays its own, and is counted there as a double's.
    let mut steps = Vec::new();
    if ticket.state == TicketState::Closed {
        steps.push(Step::Open);
    }
    steps.push(Step::Close(Closure {
        duplicate_of: Some(back),
        ..Closure::of(Resolution::Duplicate)
    }));
    let who = (editor, act);
    triage_ticket::act_on_in(services, transaction, who, ticket.id, Seen::Anything, steps).await?;
    for id in [ticket.id, back] {
        count_anew(transaction, id, now).await?;
    }
    Ok(back)
}
