//! To an editor: what others did on a ticket that they follow, or in which note they are mentioned. Nothing of a reader's but the
//! marked words is in it.

use minijinja::{Value, context};

use super::{Composed, Letter, LetterError};
use crate::{
    domain::{
        editor::Editor,
        note,
        notification::Occasion,
        site::Site,
        ticket::{EventKind, Ticket},
    },
    links::ticket_path,
    mail::mailbox::mailbox,
    services::Services,
    storage::{
        accounts, articles, editors,
        events::{self, TicketEvent},
        followers,
        notifications::Notification,
        sites,
    },
    views::{self, EventNames, Names},
};

/// Looks up what happened since the mail was owed, and says so.
pub(super) async fn compose(
    services: &Services,
    notification: &Notification,
    site: &Site,
    ticket: &Ticket,
    editor: &Editor,
) -> Result<Composed, LetterError> {
    let db = services.store.reader();
    let mentioned = notification.occasion == Occasion::Mentioned;
    if mentioned && !accounts::find(db, editor.id).await?.mentioned {
        return Ok(Composed::Unwanted("the editor does not want it"));
    }
    let follows = followers::of_ticket(db, ticket.id)
        .await?
        .iter()
        .any(|f| f.editor == editor.id && f.following);
    if !mentioned && !follows {
        return Ok(Composed::Unwanted("the editor follows the ticket no more"));
    }
    let mut news = events::of_ticket(db, ticket.id).await?;
    news.retain(|e| {
        let meant = if mentioned {
            e.at == notification.created_at && e.event.details.mentions.contains(&editor.id)
        } else {
            e.at >= notification.created_at && e.editor != Some(editor.id)
        };
        let told = e.event.kind != EventKind::Sighted || e.event.details.correction_missing;
        meant && told && e.event.kind != EventKind::Reported
    });
    if news.is_empty() {
        return Ok(Composed::Unwanted("nothing is left to tell"));
    }
    let everybody = editors::all(db).await?;
    let desks = sites::all_desks(db).await?;
    let article = articles::by_ids(db, &[ticket.article]).await?.pop();
    let row = views::row(
        ticket,
        article.as_ref(),
        Names {
            site: &site.name,
            ..Names::default()
        },
    );
    let entry = |e: &TicketEvent| -> Value {
        let details = &e.event.details;
        let name = |id| {
            everybody
                .iter()
                .find(|p| p.id == id)
                .map(|p| p.name.as_str())
        };
        let names = EventNames {
            assignee: details.assignee.and_then(name),
            desk: details
                .desk
                .and_then(|id| desks.iter().find(|d| d.id == id))
                .map(|d| d.name.as_str()),
            people: note::people(
                everybody
                    .iter()
                    .filter(|p| details.mentions.contains(&p.id)),
            ),
        };
        context! { actor => e.editor.map(|id| name(id).unwrap_or("?")), ..views::event(&e.event, &names) }
    };
    let actor = news
        .iter()
        .find_map(|e| e.editor)
        .and_then(|id| everybody.iter().find(|p| p.id == id))
        .map(|p| p.name.clone());
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox(&editor.name, &editor.email)?,
        template: if mentioned {
            "mentioned"
        } else {
            "ticket_activity"
        },
        context: context! {
            lang => editor.lang.as_str(),
            time_zone => site.time_zone.as_str(),
            site_name => site.name.as_str(),
            // What a reader wrote stays on the desk.
            ticket => context! { comment => Value::from(()), suggestion => Value::from(()), difference => Value::from(()), ..row },
            actor => actor,
            events => news.iter().map(entry).collect::<Vec<_>>(),
            follows => follows,
            ticket_url => services.links.ticket(ticket.id),
            stop_url => format!("{}{}/following", services.links.base(), ticket_path(ticket.id)),
        },
        list: Some((site.name.clone(), format!("tickets.{}", site.key))),
    })))
}
