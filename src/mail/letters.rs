//! What a notification says: looked up when it is sent, so that what was deleted meanwhile is in no mail.

mod account;
mod activity;
mod forwarded;
mod question;

use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use minijinja::{Value, context};

use crate::{
    domain::{
        byline::Author,
        clean::clean_line,
        clock::UnixMillis,
        ids::{ActId, ReportId, TicketId},
        notification::{Occasion, Recipient},
        ready_answer::{AnswerPlace, AnswerTo, fill_answer},
        site::{Lang, Site},
        ticket::{MAIL_WAITS, Resolution, Ticket, TicketState},
    },
    rendering::{RenderError, Renderer, translate},
    services::{Services, confirm_address::LINK_HOURS},
    storage::{
        Connection, StorageError, accounts, articles, contacts, deputies, editors,
        notifications::{self, Notification},
        ready_answers, reports, sites, ticket_sightings, tickets,
    },
    views::{self, Names},
};

/// The most tickets listed in one bundle.
const BUNDLE_SHOWN: u64 = 30;

/// A letter ready to be put into an envelope.
#[derive(Debug)]
pub struct Letter {
    /// The one recipient.
    pub to: Mailbox,
    /// Template folder.
    pub template: &'static str,
    /// What the templates get.
    pub context: Value,
    /// The thread it belongs to: local part of a Message-ID that no mail has, but all of the thread name.
    pub thread: Option<String>,
    /// RFC 2919, for mails to the newsroom.
    pub list: Option<(String, String)>,
}

/// What became of a notification when it was looked up.
#[derive(Debug)]
pub enum Composed {
    /// To be sent.
    Letter(Box<Letter>),
    /// No longer wanted, and why.
    Unwanted(&'static str),
    /// Not yet: the reader has not confirmed the address.
    Unconfirmed,
    /// Not yet: what makes it unwanted was decided a moment ago, and may be taken back.
    NotBefore(UnixMillis),
}

/// Why a mail could not be made; a fault of ours, which a later version may mend.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A template failed.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The parts do not make a mail.
    #[error("the mail cannot be put together: {0}")]
    Message(#[from] lettre::error::Error),
    /// The recipient's address is none.
    #[error("the recipient's address cannot be written to")]
    Address(#[from] lettre::address::AddressError),
}

/// Looks up what a notification is about.
///
/// # Errors
/// [`LetterError`]
pub async fn compose(
    services: &Services,
    notification: &Notification,
) -> Result<Composed, LetterError> {
    if let Some(composed) = account::compose(services, notification).await? {
        return Ok(composed);
    }
    let db = services.store.reader();
    let all_sites = sites::all(db).await?;
    let Some(site) = all_sites.iter().find(|s| s.id == notification.site) else {
        return Ok(Composed::Unwanted("the site is gone"));
    };
    let ticket = match notification.ticket {
        Some(id) => tickets::find(db, id).await?,
        None => None,
    };
    match (notification.occasion, &notification.recipient, ticket) {
        (Occasion::TicketOpened, Recipient::Editor(id), Some(ticket)) => {
            if ticket.state == TicketState::Closed {
                let why = "the ticket was closed meanwhile";
                return Ok(settled(ticket.closed_at.unwrap_or(0), services.now(), why));
            }
            let Some(editor) = editors::find(db, *id).await?.filter(|e| e.edits(site.id)) else {
                return Ok(Composed::Unwanted("the editor may no longer see the site"));
            };
            let mut letter = alert(services, site, &ticket, editor.lang, &editor.name).await?;
            letter.to = mailbox(&editor.name, &editor.email)?;
            Ok(Composed::Letter(Box::new(letter)))
        }
        (Occasion::TicketEscalated, Recipient::Editor(id), Some(ticket)) => {
            if ticket.state != TicketState::New {
                return Ok(Composed::Unwanted("somebody touched the ticket meanwhile"));
            }
            let Some(editor) = editors::find(db, *id).await?.filter(|e| e.edits(site.id)) else {
                return Ok(Composed::Unwanted("the editor may no longer see the site"));
            };
            let desks = sites::all_desks(db).await?;
            let desk = desks.iter().find(|desk| Some(desk.id) == ticket.desk);
            let mut letter = alert(services, site, &ticket, editor.lang, &editor.name).await?;
            letter.to = mailbox(&editor.name, &editor.email)?;
            letter.template = "ticket_escalated";
            letter.context = context! {
                desk_name => desk.map_or("", |desk| desk.name.as_str()),
                opened_at => ticket.created_at,
                ..letter.context
            };
            Ok(Composed::Letter(Box::new(letter)))
        }
        (Occasion::AuthorAlert, Recipient::Byline(id), Some(ticket)) => {
            if ticket.state == TicketState::Closed {
                return Ok(Composed::Unwanted("the ticket was closed meanwhile"));
            }
            let byline = deputies::find_byline(db, *id).await?;
            let Some(Author::Address(address)) = byline.map(|byline| byline.to) else {
                return Ok(Composed::Unwanted(
                    "the byline leads to no address any more",
                ));
            };
            let mut letter = alert(services, site, &ticket, site.lang, "").await?;
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
        (Occasion::LegalClaim, _, Some(ticket)) => {
            let Some(address) = &site.settings.legal_contact else {
                return Ok(Composed::Unwanted("the site has no legal contact"));
            };
            let mut letter = alert(services, site, &ticket, site.lang, &site.name).await?;
            letter.to = mailbox("", address)?;
            Ok(Composed::Letter(Box::new(letter)))
        }
        (Occasion::AlertsBundled | Occasion::ActivityBundled, Recipient::Editor(id), _) => {
            let Some(editor) = editors::find(db, *id).await?.filter(|e| e.active) else {
                return Ok(Composed::Unwanted("the editor is gone"));
            };
            bundle(services, notification, &all_sites, &editor).await
        }
        (Occasion::TicketActivity | Occasion::Mentioned, Recipient::Editor(id), Some(ticket)) => {
            let Some(editor) = editors::find(db, *id).await?.filter(|e| e.reads(site.id)) else {
                return Ok(Composed::Unwanted("the editor may no longer see the site"));
            };
            let wanted = accounts::find(db, editor.id).await?.mentioned;
            if notification.occasion == Occasion::Mentioned && !wanted {
                return Ok(Composed::Unwanted("the editor does not want it"));
            }
            activity::compose(services, notification, site, &ticket, &editor).await
        }
        (Occasion::AddressConfirmation, Recipient::Contact(id), _) => {
            let Some(contact) = contacts::find(db, *id).await? else {
                return Ok(Composed::Unwanted("the address was deleted"));
            };
            if contact.confirmed_at.is_some() {
                return Ok(Composed::Unwanted("the address is confirmed"));
            }
            Ok(Composed::Letter(Box::new(Letter {
                to: mailbox("", &contact.email)?,
                template: "address_confirmation",
                context: context! {
                    lang => contact.lang.as_str(),
                    site_name => site.name.as_str(),
                    confirm_url => services.links.confirmation(&services.key.confirmation_token(contact.id)),
                    expires_hours => LINK_HOURS,
                },
                thread: None,
                list: None,
            })))
        }
        (Occasion::TicketClosed, Recipient::Contact(id), Some(ticket)) => {
            let Some(contact) = contacts::find(db, *id).await? else {
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
            closing(services, site, &ticket, &contact, notification.act).await
        }
        (Occasion::TicketForwarded, Recipient::Address(id), Some(ticket)) => {
            forwarded::compose(services, notification, (site, &ticket, *id)).await
        }
        (Occasion::ReaderAsked, Recipient::Contact(id), Some(ticket)) => {
            question::compose(services, notification, (site, ticket, *id)).await
        }
        _ => Ok(Composed::Unwanted("what it was about is gone")),
    }
}

/// Whether a report counts on that ticket.
async fn leads_to(
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

/// Unwanted for good, once what was decided at that moment cannot be taken back any more.
fn settled(at: UnixMillis, now: UnixMillis, why: &'static str) -> Composed {
    if at + MAIL_WAITS > now {
        Composed::NotBefore(at + MAIL_WAITS)
    } else {
        Composed::Unwanted(why)
    }
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
        thread: Some(format!("ticket-{}", ticket.id.0)),
        list: Some((site.name.clone(), format!("tickets.{}", site.key))),
    })
}

async fn bundle(
    services: &Services,
    notification: &Notification,
    all_sites: &[Site],
    editor: &crate::domain::editor::Editor,
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

async fn closing(
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
    let resolution = if report.counted_on_closed
        && ticket.resolution == Some(crate::domain::ticket::Resolution::Corrected)
    {
        Some(crate::domain::ticket::Resolution::AlreadyCorrected)
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
            reason => ticket.reason.map(super::super::domain::ticket::Reason::as_str),
            public_note => ticket.public_note.as_deref(),
            days => services.contact_days(site),
            delete_url => format!("{status_url}?action=delete_address"),
            status_url => status_url,
        },
        thread: Some(format!("report-{}", report.id)),
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

/// Words for a header: one line, as lettre panics on a line break in a name, and no encoded word (RFC 2047) of somebody
/// else's making, which the recipient's program would turn into what we have just taken out.
fn header_line(text: &str) -> String {
    clean_line(text).replace("=?", "= ?")
}

fn mailbox(name: &str, address: &str) -> Result<Mailbox, lettre::address::AddressError> {
    let name = header_line(name);
    Ok(Mailbox::new(
        (!name.is_empty()).then_some(name),
        address.parse()?,
    ))
}

macro_rules! text_header {
    ($name:ident, $header:literal) => {
        #[derive(Debug, Clone)]
        struct $name(String);

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($header)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

text_header!(AutoSubmitted, "Auto-Submitted");
text_header!(AutoResponseSuppress, "X-Auto-Response-Suppress");
text_header!(ListId, "List-Id");

/// From whom mails come.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The address people see.
    pub from: Mailbox,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// Where bounces go, if not to the sender.
    pub envelope_from: Option<lettre::Address>,
    /// The host in Message-IDs.
    pub host: String,
}

/// Puts a letter into an envelope: multipart text and HTML, threaded, marked as automatic (RFC 3834).
///
/// # Errors
/// [`LetterError`]
pub fn message(
    renderer: &Renderer,
    sender: &Sender,
    letter: &Letter,
    notification: &Notification,
    now: UnixMillis,
) -> Result<Message, LetterError> {
    let render =
        |part: &str| renderer.render(&format!("mail/{}/{part}", letter.template), &letter.context);
    let subject = header_line(&render("subject.txt")?);
    let text = render("body.txt")?;
    let html = render("body.html")?;
    let host = &sender.host;
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_millis(now.max(0).unsigned_abs());
    let mut builder = Message::builder()
        .from(sender.from.clone())
        .to(letter.to.clone())
        .subject(subject)
        .date(date)
        // Of the notification alone, so that a second try is the same mail.
        .message_id(Some(format!("<{}@{host}>", notification.id)))
        .header(AutoSubmitted("auto-generated".into()))
        .header(AutoResponseSuppress("All".into()));
    if let Some(from) = &sender.envelope_from {
        let envelope =
            lettre::address::Envelope::new(Some(from.clone()), vec![letter.to.email.clone()])?;
        builder = builder.envelope(envelope);
    }
    if let Some(reply_to) = &sender.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    if let Some(thread) = &letter.thread {
        let root = format!("<{thread}@{host}>");
        builder = builder.in_reply_to(root.clone()).references(root);
    }
    if let Some((name, id)) = &letter.list {
        builder = builder.header(ListId(format!(
            "{} <{id}.{host}>",
            header_line(name).replace(['<', '>', '"'], "")
        )));
    }
    Ok(builder.multipart(MultiPart::alternative_plain_html(text, html))?)
}
