//! To an address of a site's book: a ticket is passed on, with the reported words and nothing of who reported them.

use super::{Composed, Letter, LetterError, settled};
use crate::{
    domain::{
        ids::AddressId,
        site::Site,
        ticket::{Resolution, Ticket},
    },
    mail::mailbox::mailbox,
    services::{Services, forward_ticket},
    storage::{events, notifications::Notification, site_addresses},
    views::{self, PassedOn},
};

/// Looks up what is passed on now, and to whom.
pub(super) async fn compose(
    services: &Services,
    notification: &Notification,
    (site, ticket, to): (&Site, &Ticket, AddressId),
) -> Result<Composed, LetterError> {
    let db = services.store.reader();
    if ticket.resolution != Some(Resolution::Forwarded) {
        let why = "the ticket was reopened meanwhile";
        return Ok(settled(ticket.updated_at, services.now(), why));
    }
    let Some(address) = site_addresses::find(db, to).await? else {
        return Ok(Composed::Unwanted("the address was removed from the book"));
    };
    let act = match notification.act {
        Some(act) => events::of_act(db, act).await?,
        None => Vec::new(),
    };
    let forwarded = act
        .into_iter()
        .filter(|entry| entry.ticket == ticket.id)
        .find_map(|entry| entry.event.details.forwarded);
    let material = forward_ticket::material(services, ticket).await?;
    let context = views::passed_on(&PassedOn {
        ticket,
        article: material.article.as_ref(),
        sighting: material.sighting.as_ref(),
        comments: &material.comments,
        sources: &material.sources,
        message: forwarded.as_ref().and_then(|f| f.message.as_deref()),
        lang: site.lang,
        site_name: &site.name,
    });
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox(&address.name, &address.email)?,
        template: "ticket_forwarded",
        context,
        list: None,
    })))
}
