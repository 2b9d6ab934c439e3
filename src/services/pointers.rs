//! What a double's pointer to its original entails: the locks, the originals' histories, and what they show, counted anew.

use std::collections::BTreeSet;

use super::{
    Services,
    recording::{By, history},
};
use crate::{
    domain::{
        clock::UnixMillis,
        ids::{ArticleId, TicketId},
        merging::{Said, tally},
        ticket::{EventDetails, EventKind, NewEvent, Ticket},
    },
    storage::{StorageError, Transaction, articles, events, reports, tickets},
};

/// Locks the articles of those tickets and of all that they lead to, in the one order in which everybody does.
pub(super) async fn lock_articles(
    transaction: &Transaction,
    ids: &[TicketId],
) -> Result<(), StorageError> {
    let mut found: BTreeSet<ArticleId> = BTreeSet::new();
    for ticket in tickets::by_ids(transaction, ids).await? {
        found.insert(ticket.article);
        found.extend(
            tickets::originals_of(transaction, &ticket)
                .await?
                .iter()
                .map(|t| t.article),
        );
    }
    for article in found {
        articles::lock(transaction, article).await?;
    }
    Ok(())
}

/// What follows when a ticket leads elsewhere than before: both originals say so in their histories, and are counted anew.
pub(super) async fn follow_pointers(
    services: &Services,
    transaction: &Transaction,
    before: &Ticket,
    ticket: &Ticket,
    by: By,
    now: UnixMillis,
) -> Result<(), StorageError> {
    if before.duplicate_of == ticket.duplicate_of {
        return Ok(());
    }
    let told = [
        (before.duplicate_of, EventKind::Parted),
        (ticket.duplicate_of, EventKind::Merged),
    ];
    for (original, kind) in told {
        let Some(original) = original else { continue };
        let event = NewEvent {
            kind,
            from: None,
            to: None,
            details: EventDetails {
                other: Some(ticket.id),
                ..EventDetails::default()
            },
        };
        let entries = history(services, original, now, by, vec![event]);
        events::add_all(transaction, &entries).await?;
        count_anew(transaction, original, now).await?;
    }
    Ok(())
}

/// Counts the reports of a ticket, of its doubles, and of all that it leads to.
pub(super) async fn count_anew(
    transaction: &Transaction,
    id: TicketId,
    now: UnixMillis,
) -> Result<(), StorageError> {
    let Some(first) = tickets::find(transaction, id).await? else {
        return Ok(());
    };
    let mut chain = vec![first.id];
    chain.extend(
        tickets::originals_of(transaction, &first)
            .await?
            .iter()
            .map(|t| t.id),
    );
    for id in chain {
        let Some(mut ticket) = tickets::lock(transaction, id).await? else {
            continue;
        };
        let mut ids = tickets::doubles_of(transaction, id).await?;
        ids.push(id);
        let all = reports::all_of(transaction, &ids).await?;
        let counted = tally(
            &ticket,
            all.iter().map(|report| Said {
                ticket: report.ticket,
                passage: report.passage.as_ref(),
                suggestion: report.suggestion.as_deref(),
                comment: report.comment.as_deref(),
                withdrawn: report.withdrawn_at.is_some(),
            }),
        );
        ticket.count_reports(counted.reports - ticket.report_count);
        ticket.suggestions = counted.suggestions;
        ticket.set_legal(counted.legal);
        ticket.updated_at = now;
        tickets::save(transaction, &ticket).await?;
        articles::bump_tickets_version(transaction, &[ticket.article]).await?;
    }
    Ok(())
}
