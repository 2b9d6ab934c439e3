//! Takes in what an article says: the version, the look-ups, what follows, and when to look again.

use std::collections::HashMap;

use tracing::debug;

use super::{
    ChangedTicket, Looked, Subject, follow_up,
    look_up::look_up,
    viewing::{Arrival, Now, view},
};
use crate::{
    domain::{
        article_watch::{WATCHED_AFTER_CLOSING, WatchState, host_of, is_watched},
        clock::UnixMillis,
        ids::TicketId,
        passage::Passage,
        sighting::{Look, Sighting, judge},
        ticket::{PassageState, Ticket},
    },
    services::Services,
    storage::{
        StorageError, article_search, article_versions, article_watch, articles, ticket_sightings,
        tickets,
    },
};

/// How many earlier versions are asked whether they held a passage.
const EARLIER_ASKED: usize = 20;

/// How the look went, and what comes of that for the article.
#[derive(Clone, Copy)]
pub(super) struct Outcome<'a> {
    /// How its page was read.
    pub(super) state: &'a WatchState,
    /// When to look again.
    pub(super) next: Option<UnixMillis>,
    /// How many of those who asked for the page have their answer.
    pub(super) answered: i32,
}

/// Takes it in.
pub(super) async fn take_in(
    services: &Services,
    subject: &Subject,
    outcome: Outcome<'_>,
    arrival: Arrival,
) -> Result<Looked, StorageError> {
    let db = services.store.reader();
    let id = subject.article.id;
    let now = services.now();
    let mut known = tickets::with_passage(db, id, now - WATCHED_AFTER_CLOSING, false).await?;
    known.retain(|t| is_watched(t, now));
    let ids: Vec<TicketId> = known.iter().map(|t| t.id).collect();
    let seen: HashMap<TicketId, Sighting> = ticket_sightings::of_tickets(db, &ids)
        .await?
        .into_iter()
        .map(|s| (s.ticket, s))
        .collect();
    let Some(mut view) = view(services, id, arrival, now).await? else {
        return finish_without(services, subject, outcome).await;
    };
    let looks = look_up_all(services, &mut view, &known, &seen).await?;
    let held = held_before(services, &view, &known, &seen, &looks).await?;

    let transaction = services.store.begin().await?;
    // Reports joining tickets of this article, and editors, take turns with us.
    articles::lock(&transaction, id).await?;
    let current =
        tickets::with_passage(&transaction, id, now - WATCHED_AFTER_CLOSING, true).await?;
    let newcomers = current
        .iter()
        .any(|t| is_watched(t, now) && !ids.contains(&t.id));
    let next = if newcomers { Some(now) } else { outcome.next };
    let Some(released) =
        article_watch::release(&transaction, id, subject.lease, next, outcome.answered).await?
    else {
        debug!(article.id = %id, "somebody else looks at it now");
        return Ok(Looked {
            put_off: true,
            ..Looked::default()
        });
    };
    let host = host_of(&subject.article.url);
    article_watch::save(&transaction, id, &host, outcome.state).await?;
    let (version, is_new) = match &view.text {
        Some(text) if view.viewed.afresh => {
            article_versions::see(&transaction, &view.version, text).await?
        }
        _ => {
            if view.viewed.afresh {
                article_versions::see_again(&transaction, &view.version).await?;
            }
            (view.version.clone(), false)
        }
    };
    view.viewed.version = version.id;
    view.viewed.first_seen_at = version.first_seen_at;
    if view.is_other {
        article_watch::set_current(&transaction, id, Some(version.id)).await?;
        if let Some(text) = &view.text {
            article_search::index(&transaction, id, text).await?;
        }
    }
    let mut looked = Looked {
        version: Some(version.id),
        changed: view.is_other,
        looked_up: looks.len(),
        next_look_at: released.look_at,
        ..Looked::default()
    };
    let confirm = subject.site.settings.confirm_corrections;
    let mut sightings = Vec::with_capacity(current.len());
    let mut rings = false;
    for ticket in current {
        let Some(look) = looks.get(&ticket.id) else {
            continue;
        };
        let judgement = judge(
            &ticket,
            seen.get(&ticket.id),
            look.clone(),
            view.viewed,
            held.get(&ticket.id).copied(),
            confirm,
            now,
        );
        rings |= !judgement.steps.is_empty();
        let after = follow_up::apply(services, &transaction, &ticket, &judgement, now).await?;
        if after != ticket {
            looked.tickets.push(changed(&after, look));
        }
        sightings.push(judgement.sighting);
    }
    ticket_sightings::save_all(&transaction, &sightings).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    if rings {
        services.outbox_bell.notify_one();
    }
    // Somebody wished for another look meanwhile.
    if released.look_at.is_some_and(|at| at <= now) {
        services.watch.bell.notify_one();
    }
    if is_new {
        metrics::counter!("fehlermelder_article_versions_total").increment(1);
    }
    Ok(looked)
}

fn changed(ticket: &Ticket, look: &Look) -> ChangedTicket {
    ChangedTicket {
        ticket: ticket.id,
        passage_state: ticket.passage_state,
        state: ticket.state,
        resolution: ticket.resolution,
        regressed: ticket.regressed,
        now: look
            .words
            .clone()
            .filter(|_| ticket.passage_state == PassageState::Changed),
    }
}

/// Notes how the look went where there is no text at all.
async fn finish_without(
    services: &Services,
    subject: &Subject,
    outcome: Outcome<'_>,
) -> Result<Looked, StorageError> {
    let id = subject.article.id;
    let Outcome {
        state,
        next,
        answered,
    } = outcome;
    let transaction = services.store.begin().await?;
    let released = article_watch::release(&transaction, id, subject.lease, next, answered).await?;
    if released.is_some() {
        article_watch::save(&transaction, id, &host_of(&subject.article.url), state).await?;
    }
    transaction.commit().await.map_err(StorageError::from)?;
    let next_look_at = released.and_then(|released| released.look_at);
    if next_look_at.is_some_and(|at| at <= services.now()) {
        services.watch.bell.notify_one();
    }
    Ok(Looked {
        next_look_at,
        put_off: released.is_none(),
        ..Looked::default()
    })
}

/// What became of each ticket's passage. Who was looked up in this version already is not looked up again.
async fn look_up_all(
    services: &Services,
    view: &mut Now,
    known: &[Ticket],
    seen: &HashMap<TicketId, Sighting>,
) -> Result<HashMap<TicketId, Look>, StorageError> {
    let mut looks = HashMap::new();
    let mut asked: Vec<(TicketId, Passage)> = Vec::new();
    for ticket in known {
        match seen.get(&ticket.id) {
            Some(sighting)
                if sighting.version == Some(view.version.id)
                    && !view.is_other
                    && (view.page.is_none() || sighting.look.is_linked()) =>
            {
                looks.insert(ticket.id, sighting.look.clone());
            }
            _ => asked.extend(ticket.passage.clone().map(|passage| (ticket.id, passage))),
        }
    }
    if asked.is_empty() {
        return Ok(looks);
    }
    if view.text.is_none() {
        let text = article_versions::text(services.store.reader(), view.version.id).await?;
        view.text = text.map(Into::into);
    }
    let Some(text) = &view.text else {
        return Ok(looks);
    };
    let (ids, passages): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
    if let Some(found) = look_up(text, view.page.as_ref(), passages).await {
        looks.extend(ids.into_iter().zip(found));
    }
    Ok(looks)
}

/// For tickets whose words are not there: when an earlier version of ours last held them. Asked once, when a ticket is new to us.
async fn held_before(
    services: &Services,
    view: &Now,
    known: &[Ticket],
    seen: &HashMap<TicketId, Sighting>,
    looks: &HashMap<TicketId, Look>,
) -> Result<HashMap<TicketId, UnixMillis>, StorageError> {
    let mut open: Vec<&Ticket> = known
        .iter()
        .filter(|t| !seen.contains_key(&t.id))
        .filter(|t| {
            looks.get(&t.id).is_some_and(|look| {
                matches!(look.outcome, PassageState::Changed | PassageState::Gone)
            })
        })
        .collect();
    let mut held = HashMap::new();
    if open.is_empty() {
        return Ok(held);
    }
    let db = services.store.reader();
    let earlier = article_versions::of_article(db, view.version.article).await?;
    for version in earlier
        .into_iter()
        .filter(|v| v.hash != view.version.hash)
        .take(EARLIER_ASKED)
    {
        let Some(text) = article_versions::text(db, version.id).await? else {
            continue;
        };
        let passages = open.iter().filter_map(|t| t.passage.clone()).collect();
        let Some(found) = look_up(&text.into(), None, passages).await else {
            continue;
        };
        let mut answers = found.into_iter();
        open.retain(|ticket| {
            let is_held = answers
                .next()
                .is_some_and(|look| look.outcome == PassageState::Found);
            if is_held {
                held.insert(ticket.id, version.last_seen_at);
            }
            !is_held
        });
        if open.is_empty() {
            break;
        }
    }
    Ok(held)
}
