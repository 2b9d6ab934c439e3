//! To an editor: what came in of one hour beyond the mails that go alone.

use minijinja::{Value, context};

use super::{Composed, Letter, LetterError};
use crate::{
    domain::{
        editor::Editor, ids::TicketId, notification::Occasion, site::Site, ticket::TicketState,
    },
    mail::mailbox::mailbox,
    services::Services,
    storage::{
        articles,
        notifications::{self, Notification},
        tickets,
    },
    views::{self, Names},
};

/// The most tickets listed in one bundle.
const BUNDLE_SHOWN: u64 = 30;

/// Looks up what is bundled.
pub(super) async fn compose(
    services: &Services,
    notification: &Notification,
    all_sites: &[Site],
    editor: &Editor,
) -> Result<Composed, LetterError> {
    let db = services.store.reader();
    let ids: Vec<TicketId> = notifications::bundled_tickets(db, notification.id, 10_000).await?;
    let mut open = tickets::by_ids(db, &ids).await?;
    // An alert is for who can do something about it; who follows a ticket hears of its closing too.
    let alerts = notification.occasion == Occasion::AlertsBundled;
    open.retain(|t| {
        if alerts {
            t.state != TicketState::Closed && editor.edits(t.site)
        } else {
            editor.reads(t.site)
        }
    });
    let template = if alerts {
        "alerts_bundled"
    } else {
        "activity_bundled"
    };
    open.sort_by_key(|t| t.id);
    if open.is_empty() {
        return Ok(Composed::Unwanted("all its tickets were closed meanwhile"));
    }
    let shown = &open[..open
        .len()
        .min(usize::try_from(BUNDLE_SHOWN).unwrap_or(usize::MAX))];
    let articles =
        articles::by_ids(db, &shown.iter().map(|t| t.article).collect::<Vec<_>>()).await?;
    let rows: Vec<Value> = shown
        .iter()
        .map(|ticket| {
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
        })
        .collect();
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
            count => open.len(),
            desk_url => services.links.desk(),
        },
        thread: None,
        list: None,
    })))
}
