//! What came in of one hour beyond the mails that go alone: to an editor, to an author without an account, to a legal contact.

use std::collections::BTreeSet;

use minijinja::{Value, context};

use super::{Composed, Letter, LetterError};
use crate::{
    domain::{
        byline::Author,
        editor::Editor,
        ids::{BylineId, SiteId, TicketId},
        notification::Occasion,
        site::Site,
        ticket::{Ticket, TicketState},
    },
    mail::mailbox::mailbox,
    services::Services,
    storage::{
        StorageError, articles, deputies,
        notifications::{self, Notification},
        tickets,
    },
    views::{self, Names},
};

/// The most tickets listed in one bundle.
const BUNDLE_SHOWN: usize = 30;

/// To an editor.
pub(super) async fn compose(
    services: &Services,
    notification: &Notification,
    all_sites: &[Site],
    editor: &Editor,
) -> Result<Composed, LetterError> {
    // An alert is for who can do something about it; who follows a ticket hears of its closing too.
    let alerts = notification.occasion == Occasion::AlertsBundled;
    let wanted = |t: &Ticket| {
        if alerts {
            t.state != TicketState::Closed && editor.edits(t.site)
        } else {
            editor.reads(t.site)
        }
    };
    let template = if alerts {
        "alerts_bundled"
    } else {
        "activity_bundled"
    };
    let (rows, count) = listed(services, notification, all_sites, wanted).await?;
    if count == 0 {
        return Ok(Composed::Unwanted("all its tickets were closed meanwhile"));
    }
    let site = all_sites
        .iter()
        .find(|s| s.id == notification.site)
        .map_or("", |s| s.name.as_str());
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox(&editor.name, &editor.email)?,
        template,
        context: context! {
            lang => editor.lang.as_str(),
            site_name => site,
            tickets => rows,
            count => count,
            desk_url => services.links.desk(),
        },
        list: None,
    })))
}

/// To an author without an account.
pub(super) async fn to_author(
    services: &Services,
    notification: &Notification,
    all_sites: &[Site],
    site: &Site,
    id: BylineId,
) -> Result<Composed, LetterError> {
    let db = services.store.reader();
    // The byline that opened the bundle may be gone; those of the other alerts led to the same address.
    let mut ids = vec![id];
    ids.extend(notifications::bundled_bylines(db, notification.id).await?);
    let mut bylines = deputies::bylines_by_ids(db, &ids).await?;
    bylines.sort_by_key(|byline| byline.id != id);
    let to = bylines.iter().find_map(|byline| match &byline.to {
        Author::Address(address) => Some(address.clone()),
        Author::Editor(_) => None,
    });
    let Some(address) = to else {
        return Ok(Composed::Unwanted(
            "the byline leads to no address any more",
        ));
    };
    // One of them may lead elsewhere by now.
    bylines.retain(|byline| matches!(&byline.to, Author::Address(to) if *to == address));
    let sites: BTreeSet<SiteId> = bylines.iter().map(|byline| byline.site).collect();
    let open = |t: &Ticket| t.state != TicketState::Closed && sites.contains(&t.site);
    let (rows, count) = listed(services, notification, all_sites, open).await?;
    if count == 0 {
        return Ok(Composed::Unwanted("all its tickets were closed meanwhile"));
    }
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox("", &address)?,
        template: "author_alerts_bundled",
        context: context! {
            lang => site.lang.as_str(),
            site_name => site.name.as_str(),
            several_sites => sites.len() > 1,
            tickets => rows,
            count => count,
        },
        list: Some((site.name.clone(), format!("tickets.{}", site.key))),
    })))
}

/// To the legal contact of a site.
pub(super) async fn legal_claims(
    services: &Services,
    notification: &Notification,
    all_sites: &[Site],
    site: &Site,
) -> Result<Composed, LetterError> {
    let Some(address) = &site.settings.legal_contact else {
        return Ok(Composed::Unwanted("the site has no legal contact"));
    };
    // The bundle was gathered of all sites that named this address then; another's readers are none of its business.
    let of = |site: &Site| {
        site.settings
            .legal_contact
            .as_ref()
            .map(|a| a.to_lowercase())
    };
    let own = of(site);
    let naming: Vec<SiteId> = all_sites
        .iter()
        .filter(|other| of(other) == own)
        .map(|other| other.id)
        .collect();
    let named = |t: &Ticket| naming.contains(&t.site);
    let (rows, count) = listed(services, notification, all_sites, named).await?;
    if count == 0 {
        return Ok(Composed::Unwanted("its tickets are gone"));
    }
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox("", address)?,
        template: "legal_claims_bundled",
        context: context! {
            lang => site.lang.as_str(),
            site_name => site.name.as_str(),
            tickets => rows,
            count => count,
            desk_url => services.links.desk(),
        },
        list: Some((site.name.clone(), format!("tickets.{}", site.key))),
    })))
}

/// The first of the bundled tickets that are wanted, and how many there are.
async fn listed(
    services: &Services,
    notification: &Notification,
    all_sites: &[Site],
    wanted: impl Fn(&Ticket) -> bool,
) -> Result<(Vec<Value>, usize), StorageError> {
    let db = services.store.reader();
    let ids: Vec<TicketId> = notifications::bundled_tickets(db, notification.id, 10_000).await?;
    let mut all = tickets::by_ids(db, &ids).await?;
    all.retain(wanted);
    all.sort_by_key(|t| t.id);
    let shown = &all[..all.len().min(BUNDLE_SHOWN)];
    let articles =
        articles::by_ids(db, &shown.iter().map(|t| t.article).collect::<Vec<_>>()).await?;
    let rows = shown.iter().map(|ticket| {
        let article = articles.iter().find(|a| a.id == ticket.article);
        let site = all_sites
            .iter()
            .find(|s| s.id == ticket.site)
            .map_or("", |s| s.name.as_str());
        let row = views::row(
            ticket,
            article,
            Names {
                site,
                ..Names::default()
            },
        );
        context! { url => services.links.ticket(ticket.id), ..row }
    });
    Ok((rows.collect(), all.len()))
}
