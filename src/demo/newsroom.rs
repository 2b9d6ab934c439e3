//! Sets up the demo's site, people and lived-in tickets, once; starting again finds them there.
//!
//! All of it is one transaction through the real use cases with a clock set back in time: a crash in the middle leaves
//! nothing, and the next start begins anew.

use std::{collections::HashMap, sync::Arc};

use super::{
    articles::{self, DemoArticle},
    error::DemoError,
    magazine::{ARTICLE_SELECTOR, CONTACT, article_url},
    readers::{self, Said},
    story::{Act, Happening, Story, StoryTicket, millis},
};
use crate::{
    domain::{
        clock::{DAY, FixedClock, UnixMillis},
        editor::{Editor, Role},
        ids::{AddressId, DeskId, EditorId, SiteId, TicketId},
        site::{Desk, Lang, Origin, Site, SiteSettings},
        site_address::{AddressPurpose, SiteAddress},
        ticket::{Closure, Reason, Resolution, Step},
    },
    services::{
        Services, file_report,
        manage_sites::{self, SiteChange},
        sign_in,
        triage_ticket::{self, Seen},
    },
    storage::{StorageError, Transaction, contacts, editors, site_addresses, sites, tickets},
};

/// The address to sign in with.
pub const EMAIL: &str = "redaktion@nordlicht.example";
/// The password to sign in with. The demo listens on loopback unless told otherwise.
pub const PASSWORD: &str = "moin-moin-melder";
/// The publication.
pub const NAME: &str = "Nordlicht Magazin";
/// The magazine's address book: name, mailbox, what it is for.
const ADDRESSES: [(&str, &str, AddressPurpose); 3] = [
    ("Rechtsabteilung", "recht", AddressPurpose::Legal),
    ("Leserservice", "abo", AddressPurpose::Subscriptions),
    ("Kommentarredaktion", "kommentare", AddressPurpose::Comments),
];

/// The demo's site, set up with everything where it is missing, with the magazine's present origins allowed; and
/// whether it was set up now. So many ticket numbers are left free below those of the story; the first of them comes back.
///
/// # Errors
/// [`DemoError`]
pub async fn set_up(
    services: &Services,
    magazine: &str,
    origins: &[Origin],
    left_free: u64,
) -> Result<(Arc<Site>, Option<i64>), DemoError> {
    let known = manage_sites::list(services).await?;
    if let Some(site) = known.iter().find(|s| s.name == NAME) {
        let change = SiteChange {
            more_origins: origins.to_vec(),
            ..SiteChange::default()
        };
        let moved = manage_sites::change(services, &site.key, change, |settings| {
            point_at(settings, magazine);
        });
        return Ok((Arc::new(moved.await?), None));
    }
    if !known.is_empty() {
        return Err(DemoError::OtherNewsroom);
    }
    let hash = sign_in::hash_password(services, PASSWORD.into()).await?;
    let transaction = services.store.begin().await?;
    let left_free = i64::try_from(left_free).unwrap_or(i64::MAX);
    let first = tickets::allocate(&transaction, left_free).await?;
    let site = add(services, &transaction, magazine, origins, hash).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok((site, Some(first)))
}

async fn add(
    services: &Services,
    transaction: &Transaction,
    magazine: &str,
    origins: &[Origin],
    hash: String,
) -> Result<Arc<Site>, DemoError> {
    let story: Story = articles::read("tickets.toml")?;
    let now = services.now();
    // The newsroom is older than the oldest of its tickets.
    let founded = now - 90 * DAY;
    let mut key = [0; 10];
    services.entropy.fill(&mut key);
    let mut settings = SiteSettings {
        article_selector: Some(ARTICLE_SELECTOR.into()),
        ..SiteSettings::default()
    };
    point_at(&mut settings, magazine);
    let site = Arc::new(Site {
        id: SiteId(services.entropy.uuid(founded)),
        key: data_encoding::BASE32_NOPAD.encode(&key).to_lowercase(),
        name: NAME.into(),
        lang: Lang::De,
        time_zone: manage_sites::TIME_ZONE.into(),
        origins: origins.to_vec(),
        settings,
        created_at: founded,
    });
    sites::add(transaction, &site).await?;
    for (name, mailbox, purpose) in ADDRESSES {
        let address = SiteAddress {
            id: AddressId(services.entropy.uuid(founded)),
            site: site.id,
            name: name.into(),
            email: format!("{mailbox}@nordlicht.example"),
            purpose,
        };
        site_addresses::add(transaction, &address, founded).await?;
    }
    let mut desks = HashMap::new();
    for (position, desk) in (0..).zip(&story.desks) {
        let id = DeskId(services.entropy.uuid(founded + i64::from(position)));
        let desk = Desk {
            id,
            site: site.id,
            name: desk.name.clone(),
            sections: desk.sections.clone(),
            active: true,
        };
        sites::add_desk(transaction, &desk, position).await?;
        desks.insert(desk.name.clone(), id);
    }
    let host = person(services, founded, EMAIL, "Wiebke Hansen", Role::Admin);
    editors::add(transaction, &host, Some(hash)).await?;
    let mut people = HashMap::new();
    for editor in &story.editors {
        let role = Role::parse(&editor.role)
            .ok_or_else(|| DemoError::Inconsistent(format!("no role {}", editor.role)))?;
        // One mailbox is to be read, so that one mail is one mail.
        let editor = Editor {
            alerted: false,
            keys: true,
            ..person(services, founded, &editor.email, &editor.name, role)
        };
        editors::add(transaction, &editor, None).await?;
        people.insert(editor.name.clone(), editor);
    }
    let happenings = story.happenings(now)?;
    let mut telling = Telling {
        services,
        transaction,
        site: Arc::clone(&site),
        articles: articles::all()?,
        magazine,
        desks,
        people,
        tickets: vec![None; story.tickets.len()],
        story: &story,
        now,
        contacts: 0,
        confirming: HashMap::new(),
    };
    let mut last = UnixMillis::MIN;
    for happening in happenings {
        // No two things at the same moment: histories are in the order of their times.
        last = happening.at.max(last.saturating_add(1));
        telling.play(&happening, last).await?;
    }
    Ok(site)
}

/// The site's own links lead into the magazine, wherever that is now. What somebody has set otherwise stays.
fn point_at(settings: &mut SiteSettings, magazine: &str) {
    let links = [
        (&mut settings.comments_url, "meinung"),
        (&mut settings.legal_url, "recht"),
        (&mut settings.subscription_url, "abo"),
        (&mut settings.privacy_url, "datenschutz"),
    ];
    for (link, section) in links {
        let path = format!("{CONTACT}#{section}");
        if link.as_ref().is_none_or(|link| link.ends_with(&path)) {
            *link = Some(format!("{magazine}{path}"));
        }
    }
}

fn person(services: &Services, at: UnixMillis, email: &str, name: &str, role: Role) -> Editor {
    Editor {
        id: EditorId(services.entropy.uuid(at)),
        email: email.into(),
        name: name.into(),
        role: Some(role),
        site_roles: Vec::new(),
        lang: Lang::De,
        active: true,
        alerted: true,
        keys: true,
        created_at: at,
    }
}

/// The story while it is told.
struct Telling<'a> {
    services: &'a Services,
    transaction: &'a Transaction,
    site: Arc<Site>,
    articles: Vec<DemoArticle>,
    magazine: &'a str,
    desks: HashMap<String, DeskId>,
    people: HashMap<String, Editor>,
    /// The stored ticket of each ticket of the story.
    tickets: Vec<Option<TicketId>>,
    story: &'a Story,
    /// When the demo was started.
    now: UnixMillis,
    contacts: usize,
    /// The address to be confirmed next, by ticket.
    confirming: HashMap<usize, String>,
}

impl Telling<'_> {
    async fn play(&mut self, happening: &Happening, at: UnixMillis) -> Result<(), DemoError> {
        let story = self.story;
        let ticket = &story.tickets[happening.ticket];
        let then = Services {
            clock: Arc::new(FixedClock::at(at)),
            ..self.services.clone()
        };
        match happening.act {
            Act::Report(index) => {
                return self.report(&then, happening.ticket, ticket, index).await;
            }
            Act::Confirm => {
                if let Some(email) = self.confirming.remove(&happening.ticket) {
                    let hash = then.key.address_hash(&email);
                    contacts::confirm_address(self.transaction, self.site.id, &hash, at).await?;
                }
                return Ok(());
            }
            _ => {}
        }
        let wrong = |what: &str| {
            DemoError::Inconsistent(format!("{what} of a ticket on {}", ticket.article))
        };
        let id = self.tickets[happening.ticket].ok_or_else(|| wrong("the first report"))?;
        let mut who = story
            .somebody_of(ticket)
            .ok_or_else(|| wrong("the editor"))?;
        let step = match happening.act {
            Act::Route => {
                let desk = self
                    .desks
                    .get(&ticket.desk)
                    .ok_or_else(|| wrong("the desk"))?;
                Step::Route(Some(*desk))
            }
            Act::Assign => {
                let assignee = self.people.get(who).ok_or_else(|| wrong("the assignee"))?;
                Step::Assign(Some(assignee.id))
            }
            Act::Note(index) => {
                let note = &ticket.notes[index];
                who = &note.by;
                Step::Note(note.text.clone())
            }
            Act::Accept => Step::Accept(ticket.accepted_suggestion.clone().unwrap_or_default()),
            Act::Arrive => match self.arrival(ticket).ok_or_else(|| wrong("the state"))? {
                // A note or an assignment took it into work already.
                Step::Open if !ticket.notes.is_empty() || ticket.assignee.is_some() => {
                    return Ok(());
                }
                step => step,
            },
            Act::Report(_) | Act::Confirm => return Ok(()),
        };
        let editor = self.people.get(who).ok_or_else(|| wrong("the editor"))?;
        triage_ticket::take_steps_in(
            &then,
            self.transaction,
            editor,
            id,
            Seen::Anything,
            vec![step],
        )
        .await?;
        Ok(())
    }

    async fn report(
        &mut self,
        then: &Services,
        number: usize,
        ticket: &StoryTicket,
        index: usize,
    ) -> Result<(), DemoError> {
        let wrong = |what: &str| {
            DemoError::Inconsistent(format!("no {what} for a ticket on {}", ticket.article))
        };
        let article = self
            .articles
            .iter()
            .find(|a| a.slug == ticket.article)
            .ok_or_else(|| wrong("article"))?;
        let mistake = match ticket.mistake {
            Some(index) => Some(
                article
                    .mistakes
                    .get(index)
                    .ok_or_else(|| wrong("mistake"))?,
            ),
            None => None,
        };
        let report = &ticket.reports[index];
        let email = report.contact.then(|| readers::address(self.contacts));
        if let Some(email) = &email {
            self.contacts += 1;
            self.confirming.insert(number, email.clone());
        }
        let kind = ticket
            .kind
            .as_ref()
            .or(mistake.map(|m| &m.kind))
            .ok_or_else(|| wrong("kind"))?;
        let said = Said {
            marked: mistake.map(Into::into),
            kind: kind.clone(),
            part: ticket
                .part
                .clone()
                .or_else(|| mistake.and_then(|m| m.part.clone())),
            suggestion: report.suggestion.clone(),
            comment: report.comment.clone(),
            source: report.source.clone(),
            email,
            elapsed_ms: 24_000,
        };
        let url = article_url(self.magazine, &article.slug);
        let submission = readers::submission(self.services, &self.site, article, &url, &said)?;
        let receipt = file_report::file_in(then, self.transaction, &submission).await?;
        self.tickets[number].get_or_insert(receipt.ticket);
        Ok(())
    }

    /// The step that takes a ticket where it stands when the demo starts.
    fn arrival(&self, ticket: &StoryTicket) -> Option<Step> {
        Some(match ticket.state.as_str() {
            "open" => Step::Open,
            "waiting" => Step::Wait,
            "snoozed" => Step::Snooze {
                until: self.now + millis(ticket.snoozed_hours?),
            },
            "closed" => Step::Close(Closure {
                resolution: Resolution::parse(ticket.resolution.as_deref()?)?,
                reason: match &ticket.reason {
                    Some(reason) => Some(Reason::parse(reason)?),
                    None => None,
                },
                duplicate_of: match &ticket.duplicate_of {
                    Some(name) => {
                        let named = |t: &StoryTicket| t.name.as_ref() == Some(name);
                        self.tickets[self.story.tickets.iter().position(named)?]
                    }
                    None => None,
                },
                public_note: ticket.public_note.clone(),
                forwarded: None,
            }),
            _ => return None,
        })
    }
}
