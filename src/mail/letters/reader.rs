//! To a reader: is the address theirs, and what became of the report.

use minijinja::context;

use super::{Composed, Letter, LetterError, settled};
use crate::{
    domain::{
        clock::HOUR,
        ids::{ActId, ContactId, ReportId},
        ready_answer::{AnswerPlace, AnswerTo, fill_answer},
        site::{Lang, Site},
        ticket::{Reason, Resolution, Ticket, TicketState},
    },
    mail::mailbox::mailbox,
    rendering::translate,
    services::{Services, confirm_address::LINK_HOURS},
    storage::{Connection, StorageError, articles, contacts, ready_answers, reports, tickets},
    views,
};

/// Asks whether the address is theirs.
pub(super) async fn confirmation(
    services: &Services,
    site: &Site,
    id: ContactId,
) -> Result<Composed, LetterError> {
    let Some(contact) = contacts::find(services.store.reader(), id).await? else {
        return Ok(Composed::Unwanted("the address was deleted"));
    };
    if contact.confirmed_at.is_some() {
        return Ok(Composed::Unwanted("the address is confirmed"));
    }
    if is_asked(services, &contact).await? {
        return Ok(Composed::Unwanted("the question sent before still stands"));
    }
    let token = services.key.confirmation_token(contact.id);
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox("", &contact.email)?,
        template: "address_confirmation",
        context: context! {
            lang => contact.lang.as_str(),
            site_name => site.name.as_str(),
            confirm_url => services.links.confirmation(&token),
            expires_hours => LINK_HOURS,
        },
        list: None,
    })))
}

/// Whether a link that was sent about another report of the same site confirms this address as well. Where this one has a question of its
/// own, only one that was asked meanwhile, ahead of it.
async fn is_asked(services: &Services, contact: &contacts::Contact) -> Result<bool, StorageError> {
    let db = services.store.reader();
    let hashes = [contact.email_hash.clone()];
    let known = contacts::recent_of_addresses(db, &hashes, 0).await?;
    let now = services.now();
    let alive = now - LINK_HOURS * HOUR;
    let ahead = |other: &contacts::Contact, at: i64| {
        contact
            .confirmation_sent_at
            .is_none_or(|own| at < own && other.consented_at >= contact.consented_at)
    };
    Ok(known.iter().any(|other| {
        other.id != contact.id
            && other.site == contact.site
            // It may lie ahead.
            && other
                .confirmation_sent_at
                .is_some_and(|at| at > alive && at <= now && ahead(other, at))
    }))
}

/// Says what became of the report.
pub(super) async fn closing(
    services: &Services,
    site: &Site,
    ticket: Ticket,
    id: ContactId,
    act: Option<ActId>,
) -> Result<Composed, LetterError> {
    let db = services.store.reader();
    let Some(contact) = contacts::find(db, id).await? else {
        return Ok(Composed::Unwanted("the address was deleted"));
    };
    let changed_at = ticket.updated_at;
    // A double's readers hear what became of what it leads to, once something has.
    let merged = ticket.duplicate_of.is_some();
    let ticket = tickets::original_of(db, ticket).await?;
    if merged && ticket.state != TicketState::Closed {
        return Ok(Composed::Unwanted("the ticket was merged into an open one"));
    }
    if ticket.resolution == Some(Resolution::Spam) {
        return Ok(Composed::Unwanted("nobody hears of spam"));
    }
    // The report may have been split off since, or its ticket parted.
    if !leads_to(db, contact.report, &ticket).await? {
        let why = "the report is another ticket's now";
        return Ok(settled(changed_at, services.now(), why));
    }
    if ticket.state != TicketState::Closed {
        let why = "the ticket was reopened meanwhile";
        return Ok(settled(ticket.updated_at, services.now(), why));
    }
    if contact.confirmed_at.is_none() {
        return Ok(Composed::Unconfirmed);
    }
    verdict(services, site, &ticket, &contact, act).await
}

/// Whether a report counts on that ticket.
pub(super) async fn leads_to(
    db: &impl Connection,
    report: ReportId,
    ticket: &Ticket,
) -> Result<bool, StorageError> {
    let Some(report) = reports::find(db, report).await? else {
        return Ok(false);
    };
    if report.ticket == ticket.id {
        return Ok(true);
    }
    let Some(own) = tickets::find(db, report.ticket).await? else {
        return Ok(false);
    };
    Ok(tickets::original_of(db, own).await?.id == ticket.id)
}

async fn verdict(
    services: &Services,
    site: &Site,
    ticket: &Ticket,
    contact: &contacts::Contact,
    act: Option<ActId>,
) -> Result<Composed, LetterError> {
    let db = services.store.reader();
    let Some(report) = reports::find(db, contact.report).await? else {
        return Ok(Composed::Unwanted("the report is gone"));
    };
    if report.withdrawn_at.is_some() {
        return Ok(Composed::Unwanted("the report was withdrawn"));
    }
    let article = articles::by_ids(db, &[ticket.article]).await?.pop();
    // A report that came after the correction is told so.
    let resolution = if report.counted_on_closed && ticket.resolution == Some(Resolution::Corrected)
    {
        Some(Resolution::AlreadyCorrected)
    } else {
        ticket.resolution
    };
    let Some(resolution) = resolution else {
        return Ok(Composed::Unwanted("the ticket was reopened meanwhile"));
    };
    let answer = answer(services, site, contact.lang, resolution, act).await?;
    let title = article
        .as_ref()
        .map_or("", |a| a.facts.title.as_deref().unwrap_or(&a.url));
    let reason = ticket.reason.map(|reason| {
        let id = format!("sentence-reason-{}", reason.as_str().replace('_', "-"));
        translate(contact.lang, &id, &[])
    });
    let reference = ticket.id.to_string();
    let answer = answer.map(|text| {
        fill_answer(&text, |place| match place {
            AnswerPlace::Reference => Some(&reference),
            AnswerPlace::Title => Some(title),
            AnswerPlace::Quote => report.passage.as_ref().map(|p| p.exact.as_str()),
            AnswerPlace::Suggestion => report.suggestion.as_deref(),
            AnswerPlace::Reason => reason.as_deref(),
            AnswerPlace::PublicNote => ticket.public_note.as_deref(),
            AnswerPlace::Newsroom => Some(&site.name),
            AnswerPlace::Question => None,
        })
    });
    let status_url = services
        .links
        .status(&services.key.status_token(report.id, report.token_version));
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox("", &contact.email)?,
        template: "ticket_closed",
        context: context! {
            lang => contact.lang.as_str(),
            time_zone => site.time_zone.as_str(),
            site_name => site.name.as_str(),
            reference => ticket.id.to_string(),
            article => views::article_view(article.as_ref()),
            exact => report.passage.as_ref().map(|p| p.exact.as_str()),
            suggestion => report.suggestion,
            answer => answer,
            resolution => resolution.as_str(),
            reason => ticket.reason.map(Reason::as_str),
            public_note => ticket.public_note.as_deref(),
            days => services.contact_days(site),
            delete_url => format!("{status_url}?action=delete_address"),
            status_url => status_url,
        },
        list: None,
    })))
}

/// What was written for this decision alone, else the site's own answer; nothing where what comes with the product is sent.
async fn answer(
    services: &Services,
    site: &Site,
    lang: Lang,
    resolution: Resolution,
    act: Option<ActId>,
) -> Result<Option<String>, StorageError> {
    let db = services.store.reader();
    let Some(to) = AnswerTo::of(resolution) else {
        return Ok(None);
    };
    if let Some(act) = act
        && let Some(letter) = ready_answers::letter(db, act, lang).await?
    {
        return Ok(Some(letter));
    }
    let own = ready_answers::of_site(db, site.id).await?;
    let found = own.into_iter().find(|a| a.lang == lang && a.to == to);
    Ok(found.map(|a| a.body))
}
