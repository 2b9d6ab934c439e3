//! Somebody of the newsroom follows a ticket: by hand, by acting on it, by being given it or mentioned in a note; and is told of
//! what others do there.

use std::collections::BTreeSet;

use super::Services;
use crate::{
    domain::{
        clock::{MINUTE, UnixMillis},
        editor::Editor,
        ids::{ActId, EditorId, NotificationId, TicketId},
        note,
        notification::{FollowReason, NewNotification, Occasion, Recipient},
        ticket::{EventKind, MAIL_WAITS, NewEvent, Resolution, Ticket},
    },
    storage::{
        StorageError, Transaction, editors,
        followers::{self, Follower},
        notifications, tickets,
    },
};

/// What happens within this time is told in one mail.
const GATHERED: i64 = 2 * MINUTE;

/// Follows a ticket, or does so no more; whether there is such a ticket for this editor.
///
/// # Errors
/// [`StorageError`]
pub async fn set_following(
    services: &Services,
    editor: &Editor,
    ticket: TicketId,
    following: bool,
) -> Result<bool, StorageError> {
    let transaction = services.store.begin().await?;
    let known = tickets::find(&transaction, ticket).await?;
    if known.is_none_or(|t| !editor.reads(t.site)) {
        return Ok(false);
    }
    let follower = Follower {
        id: services.new_id(),
        ticket,
        editor: editor.id,
        why: FollowReason::ByHand,
        following,
        since: services.now(),
    };
    followers::set(&transaction, &follower).await?;
    if !following {
        notifications::drop_activity(&transaction, ticket, editor.id).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(true)
}

/// Who follows a ticket, in the order in which they came.
///
/// # Errors
/// [`StorageError`]
pub async fn followers(
    services: &Services,
    ticket: TicketId,
) -> Result<Vec<EditorId>, StorageError> {
    let all = followers::of_ticket(services.store.reader(), ticket).await?;
    Ok(all
        .into_iter()
        .filter(|f| f.following)
        .map(|f| f.editor)
        .collect())
}

/// Notes whom the new notes mention, makes those who act, are mentioned or are given the ticket follow it, and owes the mails to
/// all but who did it. A part of the transaction in which it happened.
pub(super) async fn tell(
    services: &Services,
    transaction: &Transaction,
    ticket: &Ticket,
    (who, act): (Option<EditorId>, Option<ActId>),
    happened: &mut [NewEvent],
    now: UnixMillis,
) -> Result<(), StorageError> {
    let mentioned = find_mentions(transaction, ticket, who, happened).await?;
    let known = followers::of_ticket(transaction, ticket.id).await?;
    let mut new = Vec::new();
    let mut add = |editor: EditorId, why: FollowReason| {
        // Whoever follows a double only shall follow this one too, when they act on it.
        let is_there = |f: &Follower| f.editor == editor && f.ticket == ticket.id;
        if !known.iter().any(is_there) && !new.iter().any(is_there) {
            new.push(Follower {
                id: services.entropy.uuid(now),
                ticket: ticket.id,
                editor,
                why,
                following: true,
                since: now,
            });
        }
    };
    if let Some(editor) = who.filter(|_| happened.iter().any(is_of_interest)) {
        add(editor, FollowReason::Acted);
    }
    // Whoever is only reminded of it was not given it.
    let given = happened
        .iter()
        .filter(|event| event.kind != EventKind::Escalated);
    for event in given {
        if let Some(assignee) = event.details.assignee {
            add(assignee, FollowReason::Assigned);
        }
    }
    for editor in &mentioned {
        add(*editor, FollowReason::Mentioned);
    }
    followers::add_all(transaction, &new).await?;

    let mut owed: Vec<NewNotification> = mentioned
        .iter()
        .map(|editor| NewNotification {
            act,
            ..owe(
                services,
                Occasion::Mentioned,
                *editor,
                ticket,
                // As long as the note can be taken back.
                if act.is_some() { now + MAIL_WAITS } else { now },
                now,
            )
        })
        .collect();
    if happened.iter().any(is_news) {
        let told: BTreeSet<EditorId> = known
            .iter()
            .chain(&new)
            .filter(|f| f.following && Some(f.editor) != who && !mentioned.contains(&f.editor))
            .map(|f| f.editor)
            .collect();
        // Who is owed a mail that has not left reads of it there.
        let waiting = if told.is_empty() {
            Vec::new()
        } else {
            notifications::waiting_activity(transaction, ticket.id).await?
        };
        owed.extend(
            told.into_iter()
                .filter(|editor| !waiting.contains(editor))
                .map(|editor| {
                    let due = now + GATHERED;
                    owe(services, Occasion::TicketActivity, editor, ticket, due, now)
                }),
        );
    }
    notifications::add_all(transaction, &owed, now).await
}

fn owe(
    services: &Services,
    occasion: Occasion,
    editor: EditorId,
    ticket: &Ticket,
    due_at: UnixMillis,
    now: UnixMillis,
) -> NewNotification {
    NewNotification {
        id: NotificationId(services.entropy.uuid(now)),
        occasion,
        recipient: Recipient::Editor(editor),
        site: ticket.site,
        ticket: Some(ticket.id),
        due_at,
        act: None,
        // Each act has a version of its own; what happens without one (passed on, not seen to be corrected) has its moment.
        dedupe_key: format!(
            "{occasion}:{}:{editor}:{}:{now}",
            ticket.id.0, ticket.version
        ),
    }
}

/// Whom the new notes mention, but for who wrote them; it is put down in the events.
async fn find_mentions(
    transaction: &Transaction,
    ticket: &Ticket,
    who: Option<EditorId>,
    happened: &mut [NewEvent],
) -> Result<Vec<EditorId>, StorageError> {
    let at_somebody = |e: &NewEvent| e.details.note.as_ref().is_some_and(|n| n.contains('@'));
    if !happened.iter().any(at_somebody) {
        return Ok(Vec::new());
    }
    let readers = editors::all(transaction).await?;
    let people = note::people(readers.iter().filter(|e| e.reads(ticket.site)));
    let mut all = Vec::new();
    for event in happened.iter_mut().filter(|e| at_somebody(e)) {
        let text = event.details.note.as_deref().unwrap_or_default();
        event.details.mentions = note::mentions(text, &people);
        for editor in &event.details.mentions {
            if Some(*editor) != who && !all.contains(editor) {
                all.push(*editor);
            }
        }
    }
    Ok(all)
}

/// Whoever only throws something away wants to hear no more of it.
fn is_of_interest(event: &NewEvent) -> bool {
    !matches!(
        event.details.resolution,
        Some(Resolution::Spam | Resolution::Duplicate)
    )
}

/// What the watch sees each time is no news; that a correction does not show is.
fn is_news(event: &NewEvent) -> bool {
    event.kind != EventKind::Sighted || event.details.correction_missing
}
