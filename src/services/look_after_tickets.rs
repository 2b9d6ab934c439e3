//! What happens to tickets when nobody does anything: authors hear of new tickets in their articles, a new fact that nobody touches goes to the
//! deputy and then to the chief, and what somebody who is away had comes back to the desk. Worked off by the background rounds.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::{Services, recording::By, return_tickets::return_tickets, triage_ticket};
use crate::{
    domain::{
        article::Article,
        byline::{Author, DeskPart, DeskPerson, name_key},
        editor::Editor,
        ids::{NotificationId, TicketId},
        kind::Kind,
        notification::{NewNotification, Occasion, Recipient},
        service_hours::minutes,
        site::Site,
        ticket::{EventDetails, EventKind, NewEvent, Ticket, TicketState},
    },
    storage::{
        StorageError, Transaction, accounts, articles,
        deputies::{self, Escalation},
        editors, notifications, reports, sites, tickets,
    },
};

/// How far the round over new tickets has come.
const MARK: &str = "new_tickets";
/// Tickets of one round.
const ROUND: u64 = 200;

/// What one round has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// New tickets seen.
    pub seen: usize,
    /// Tickets that went on to a deputy or chief.
    pub escalated: usize,
    /// Tickets that came back from somebody who is away.
    pub returned: usize,
}

/// One round.
///
/// # Errors
/// [`StorageError`]
pub async fn round(services: &Services) -> Result<Looked, StorageError> {
    Ok(Looked {
        seen: take_note_of_new(services).await?,
        escalated: Box::pin(escalate_due(services)).await?,
        returned: Box::pin(return_of_absent(services)).await?,
    })
}

/// Looks at tickets that are new since the last round.
async fn take_note_of_new(services: &Services) -> Result<usize, StorageError> {
    let db = services.store.reader();
    let Some(mark) = deputies::mark(db, MARK).await? else {
        // Nobody shall hear of what came before there was anybody to tell.
        let newest = tickets::newest(db).await?.map_or(0, |id| id.0);
        let transaction = services.store.begin().await?;
        deputies::set_mark(&transaction, MARK, newest).await?;
        transaction.commit().await?;
        return Ok(0);
    };
    let new = tickets::behind(db, TicketId(mark), ROUND).await?;
    let Some(last) = new.last() else {
        return Ok(0);
    };
    let all_sites = sites::all(db).await?;
    let article_ids: Vec<_> = new.iter().map(|ticket| ticket.article).collect();
    let their_articles = articles::by_ids(db, &article_ids).await?;
    // Nobody gets a mail about what came faster than people type.
    let ids: Vec<_> = new.iter().map(|ticket| ticket.id).collect();
    let typed = reports::slower_than(db, &ids, services.rules.min_fill_ms).await?;
    let transaction = services.store.begin().await?;
    if !deputies::move_mark(&transaction, MARK, mark, last.id.0).await? {
        return Ok(0);
    }
    let typed: Vec<&Ticket> = new.iter().filter(|t| typed.contains(&t.id)).collect();
    note(
        services,
        &transaction,
        &typed,
        (&all_sites, &their_articles),
        |t| t.created_at,
    )
    .await?;
    transaction.commit().await?;
    services.outbox_bell.notify_one();
    Ok(new.len())
}

/// Tickets that nobody was told of, as all their reports came faster than people type, have one now that did not: from now on they wait
/// like new ones. A part of the transaction that files it.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn take_note_of(
    services: &Services,
    transaction: &Transaction,
    ids: &[TicketId],
) -> Result<(), StorageError> {
    let risen = tickets::by_ids(transaction, ids).await?;
    let all_sites = sites::all(transaction).await?;
    let article_ids: Vec<_> = risen.iter().map(|ticket| ticket.article).collect();
    let their_articles = articles::by_ids(transaction, &article_ids).await?;
    let now = services.now();
    let risen: Vec<&Ticket> = risen.iter().collect();
    note(
        services,
        transaction,
        &risen,
        (&all_sites, &their_articles),
        |_| now,
    )
    .await
}

/// Owes the authors what they hear of those tickets, and notes from when on they wait for somebody.
async fn note(
    services: &Services,
    transaction: &Transaction,
    new: &[&Ticket],
    (all_sites, their_articles): (&[Site], &[Article]),
    from: impl Fn(&Ticket) -> i64,
) -> Result<(), StorageError> {
    let unclosed: Vec<(&Ticket, &[String])> = new
        .iter()
        .copied()
        .filter(|ticket| ticket.state != TicketState::Closed)
        .filter_map(|ticket| {
            let article = their_articles.iter().find(|a| a.id == ticket.article)?;
            Some((ticket, article.facts.authors.as_slice()))
        })
        .collect();
    let owed = owed_to_authors(services, transaction, &unclosed).await?;
    notifications::add_all(transaction, &owed, services.now()).await?;
    let waiting: Vec<_> = new
        .iter()
        .copied()
        .filter_map(|ticket| {
            let site = all_sites.iter().find(|site| site.id == ticket.site)?;
            let due_at = first_escalation(site, ticket, from(ticket))?;
            Some(Escalation {
                ticket: ticket.id,
                stage: 0,
                due_at,
            })
        })
        .collect();
    deputies::set_escalations(transaction, &waiting).await
}

/// What the authors of those tickets' articles hear.
async fn owed_to_authors(
    services: &Services,
    transaction: &Transaction,
    tickets: &[(&Ticket, &[String])],
) -> Result<Vec<NewNotification>, StorageError> {
    let names: BTreeSet<String> = tickets
        .iter()
        .flat_map(|(_, authors)| authors.iter().map(|name| name_key(name)))
        .collect();
    let site_ids: BTreeSet<_> = tickets.iter().map(|(ticket, _)| ticket.site).collect();
    let names: Vec<_> = names.into_iter().collect();
    let site_ids: Vec<_> = site_ids.into_iter().collect();
    let bylines = deputies::bylines_named(transaction, &site_ids, &names).await?;
    let mut owed = Vec::new();
    for (ticket, authors) in tickets {
        let keys: BTreeSet<String> = authors.iter().map(|name| name_key(name)).collect();
        let theirs = bylines
            .iter()
            .filter(|byline| byline.site == ticket.site && keys.contains(&name_key(&byline.name)));
        for byline in theirs {
            let (occasion, recipient) = match byline.to {
                // Who hears of every ticket anyhow hears of this one once.
                Author::Editor(id) => (Occasion::TicketOpened, Recipient::Editor(id)),
                Author::Address(_) => (Occasion::AuthorAlert, Recipient::Byline(byline.id)),
            };
            let mut notification = NewNotification {
                id: NotificationId(services.new_id()),
                occasion,
                recipient,
                site: ticket.site,
                ticket: Some(ticket.id),
                act: None,
                due_at: services.now(),
                dedupe_key: String::new(),
            };
            notification.dedupe_key = notification.usual_dedupe_key();
            owed.push(notification);
        }
    }
    Ok(owed)
}

/// Facts wait for somebody; the rest may wait.
fn first_escalation(site: &Site, ticket: &Ticket, from: i64) -> Option<i64> {
    let waits =
        ticket.kind == Kind::Fact && ticket.state == TicketState::New && ticket.desk.is_some();
    if !waits {
        return None;
    }
    next_escalation(site, from)
}

/// When so much service time has passed at a site; none where nothing is set.
fn next_escalation(site: &Site, from: i64) -> Option<i64> {
    let patience = site.settings.escalate_after_minutes.filter(|m| *m > 0)?;
    let hours = site.settings.service_hours.clone().unwrap_or_default();
    let zone = TimeZone::get(&site.time_zone).unwrap_or(TimeZone::UTC);
    hours.after(from, minutes(patience), &zone)
}

async fn escalate_due(services: &Services) -> Result<usize, StorageError> {
    let db = services.store.reader();
    let due = deputies::due_escalations(db, services.now(), ROUND).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let all_sites = sites::all(db).await?;
    let parts = deputies::desk_people(db).await?;
    let people = present_people(services).await?;
    let mut escalated = 0;
    for seen in due {
        escalated += usize::from(escalate(services, seen, &all_sites, &parts, &people).await?);
    }
    Ok(escalated)
}

/// Everybody who may sign in and is not away.
async fn present_people(services: &Services) -> Result<Vec<Editor>, StorageError> {
    let db = services.store.reader();
    let accounts = accounts::all(db).await?;
    let now = services.now();
    let mut people = editors::all(db).await?;
    people.retain(|person| {
        let away = accounts
            .iter()
            .any(|account| account.editor == person.id && account.is_absent(now));
        person.active && !away
    });
    Ok(people)
}

async fn escalate(
    services: &Services,
    seen: Escalation,
    all_sites: &[Site],
    parts: &[DeskPerson],
    people: &[Editor],
) -> Result<bool, StorageError> {
    let now = services.now();
    let transaction = services.store.begin().await?;
    if !deputies::take_escalation(&transaction, seen).await? {
        return Ok(false);
    }
    if let Some(known) = tickets::find(&transaction, seen.ticket).await? {
        articles::lock(&transaction, known.article).await?;
    }
    let ticket = tickets::lock(&transaction, seen.ticket).await?;
    let site = ticket
        .as_ref()
        .and_then(|ticket| all_sites.iter().find(|site| site.id == ticket.site));
    let waiting = ticket
        .as_ref()
        .filter(|ticket| ticket.state == TicketState::New && ticket.kind == Kind::Fact);
    let (Some(ticket), Some(site)) = (waiting, site) else {
        transaction.commit().await?;
        return Ok(false);
    };
    // A desk without a deputy, or whose deputy is away, goes on to its chief at once.
    let stages = [DeskPart::Deputy, DeskPart::Chief];
    let from = usize::try_from(seen.stage)
        .unwrap_or_default()
        .min(stages.len());
    let found = stages[from..].iter().enumerate().find_map(|(later, part)| {
        let present: Vec<&Editor> = parts
            .iter()
            .filter(|p| Some(p.desk) == ticket.desk && p.part == *part)
            .filter_map(|p| people.iter().find(|person| person.id == p.editor))
            .filter(|person| person.edits(ticket.site))
            .collect();
        (!present.is_empty()).then_some((from + later, present))
    });
    let Some((stage, told)) = found else {
        // Nobody is there just now: asked again later, as long as nobody has touched it.
        if let Some(due_at) = next_escalation(site, now) {
            deputies::set_escalations(&transaction, &[Escalation { due_at, ..seen }]).await?;
        }
        transaction.commit().await?;
        return Ok(false);
    };
    let happened = told
        .iter()
        .map(|person| NewEvent {
            kind: EventKind::Escalated,
            from: None,
            to: None,
            details: EventDetails {
                assignee: Some(person.id),
                ..EventDetails::default()
            },
        })
        .collect();
    triage_ticket::record(
        services,
        &transaction,
        ticket,
        ticket,
        By::NOBODY,
        happened,
        now,
    )
    .await?;
    let owed: Vec<NewNotification> = told
        .iter()
        .map(|person| NewNotification {
            id: NotificationId(services.new_id()),
            occasion: Occasion::TicketEscalated,
            recipient: Recipient::Editor(person.id),
            site: ticket.site,
            ticket: Some(ticket.id),
            act: None,
            due_at: now,
            dedupe_key: format!("ticket_escalated:{}:{stage}:{}", ticket.id.0, person.id),
        })
        .collect();
    notifications::add_all(&transaction, &owed, now).await?;
    if stage + 1 < stages.len()
        && let Some(due_at) = next_escalation(site, now)
    {
        let next = Escalation {
            ticket: ticket.id,
            stage: i32::try_from(stage + 1).unwrap_or(i32::MAX),
            due_at,
        };
        deputies::set_escalations(&transaction, &[next]).await?;
    }
    transaction.commit().await?;
    services.outbox_bell.notify_one();
    Ok(true)
}

/// Whoever is away by now gives back what they have.
async fn return_of_absent(services: &Services) -> Result<usize, StorageError> {
    let db = services.store.reader();
    let now = services.now();
    let mut returned = 0;
    let mut away = accounts::all(db).await?;
    away.retain(|account| account.is_absent(now));
    if away.is_empty() {
        return Ok(0);
    }
    for editor in editors::all(db).await? {
        if away.iter().any(|account| account.editor == editor.id) {
            returned += return_tickets(services, &editor, |_, _| false).await?;
        }
    }
    Ok(returned)
}
