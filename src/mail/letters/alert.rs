//! To the newsroom and its authors: a ticket was opened, waits, or speaks of legal claims. Nothing of a reader's address is in it.

use minijinja::{Value, context};

use super::{Composed, Letter, LetterError, settled};
use crate::{
    domain::{
        byline::Author,
        editor::Editor,
        ids::{BylineId, EditorId},
        site::{Lang, Site},
        ticket::{Ticket, TicketState},
    },
    mail::mailbox::mailbox,
    services::Services,
    storage::{StorageError, articles, deputies, editors, sites, ticket_sightings},
    views::{self, Names},
};

/// To an editor: a ticket was opened.
pub(super) async fn opened(
    services: &Services,
    site: &Site,
    ticket: &Ticket,
    id: EditorId,
) -> Result<Composed, LetterError> {
    if ticket.state == TicketState::Closed {
        let why = "the ticket was closed meanwhile";
        return Ok(settled(ticket.closed_at.unwrap_or(0), services.now(), why));
    }
    let Some(editor) = who_edits(services, site, id).await? else {
        return Ok(Composed::Unwanted("the editor may no longer see the site"));
    };
    let mut letter = alert(services, site, ticket, editor.lang, &editor.name).await?;
    letter.to = mailbox(&editor.name, &editor.email)?;
    Ok(Composed::Letter(Box::new(letter)))
}

/// To a desk's deputy or chief: nobody has touched it.
pub(super) async fn escalated(
    services: &Services,
    site: &Site,
    ticket: &Ticket,
    id: EditorId,
) -> Result<Composed, LetterError> {
    if ticket.state != TicketState::New {
        return Ok(Composed::Unwanted("somebody touched the ticket meanwhile"));
    }
    let Some(editor) = who_edits(services, site, id).await? else {
        return Ok(Composed::Unwanted("the editor may no longer see the site"));
    };
    let desks = sites::all_desks(services.store.reader()).await?;
    let desk = desks.iter().find(|desk| Some(desk.id) == ticket.desk);
    let mut letter = alert(services, site, ticket, editor.lang, &editor.name).await?;
    letter.to = mailbox(&editor.name, &editor.email)?;
    letter.template = "ticket_escalated";
    letter.context = context! {
        desk_name => desk.map_or("", |desk| desk.name.as_str()),
        opened_at => ticket.created_at,
        ..letter.context
    };
    Ok(Composed::Letter(Box::new(letter)))
}

/// To an author without an account: somebody reported something in their article.
pub(super) async fn to_author(
    services: &Services,
    site: &Site,
    ticket: &Ticket,
    id: BylineId,
) -> Result<Composed, LetterError> {
    if ticket.state == TicketState::Closed {
        return Ok(Composed::Unwanted("the ticket was closed meanwhile"));
    }
    let db = services.store.reader();
    let byline = deputies::find_byline(db, id).await?;
    let Some(Author::Address(address)) = byline.map(|byline| byline.to) else {
        return Ok(Composed::Unwanted(
            "the byline leads to no address any more",
        ));
    };
    let mut letter = alert(services, site, ticket, site.lang, "").await?;
    let article = articles::by_ids(db, &[ticket.article]).await?.pop();
    letter.to = mailbox("", &address)?;
    letter.template = "author_alert";
    letter.context = context! {
        // Whoever has no account cannot open the desk.
        live_url => article.map(|article| article.url),
        ..letter.context
    };
    Ok(Composed::Letter(Box::new(letter)))
}

/// To the site's legal contact.
pub(super) async fn legal_claim(
    services: &Services,
    site: &Site,
    ticket: &Ticket,
) -> Result<Composed, LetterError> {
    let Some(address) = &site.settings.legal_contact else {
        return Ok(Composed::Unwanted("the site has no legal contact"));
    };
    let mut letter = alert(services, site, ticket, site.lang, &site.name).await?;
    letter.to = mailbox("", address)?;
    Ok(Composed::Letter(Box::new(letter)))
}

async fn who_edits(
    services: &Services,
    site: &Site,
    id: EditorId,
) -> Result<Option<Editor>, StorageError> {
    let editor = editors::find(services.store.reader(), id).await?;
    Ok(editor.filter(|e| e.edits(site.id)))
}

async fn alert(
    services: &Services,
    site: &Site,
    ticket: &Ticket,
    lang: Lang,
    name: &str,
) -> Result<Letter, LetterError> {
    let article = articles::by_ids(services.store.reader(), &[ticket.article])
        .await?
        .pop();
    let seen = ticket_sightings::of_tickets(services.store.reader(), &[ticket.id])
        .await?
        .pop();
    let names = Names {
        site: &site.name,
        ..Names::default()
    };
    Ok(Letter {
        to: mailbox("", "nobody@localhost")?,
        template: "ticket_opened",
        context: context! {
            lang => lang.as_str(),
            time_zone => site.time_zone.as_str(),
            site_name => site.name.as_str(),
            editor_name => name,
            ticket => views::row(ticket, article.as_ref(), names),
            ticket_url => services.links.ticket(ticket.id),
            live_url => views::live_url(ticket, article.as_ref(), seen.as_ref()).unwrap_or_else(|| services.links.passage(ticket.id)),
            unsubscribe_url => Value::from(()),
        },
        list: Some((site.name.clone(), format!("tickets.{}", site.key))),
    })
}
