//! An editor looks: the newsroom, one ticket with all that belongs to it. Looking changes nothing.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Services;
use crate::{
    domain::{
        article::Article,
        editor::Editor,
        ids::{DeskId, EditorId, ReportId, SiteId, TicketId},
        sighting::Sighting,
        site::{Desk, Lang, Site},
        ticket::{EventKind, Ticket, TicketState},
    },
    storage::{
        StorageError,
        article_watch::{self, Watched},
        articles,
        contacts::{self, Contact},
        events,
        report_answers::{self, ReportAnswer},
        report_marks, reports, ticket_sightings, tickets,
    },
};

/// Sites, desks and people, for names and choices.
#[derive(Debug, Clone)]
pub struct Newsroom {
    /// All sites the editor may read.
    pub sites: Vec<Site>,
    /// Their desks, removed ones too: histories speak of them.
    pub desks: Vec<Desk>,
    /// Everybody.
    pub editors: Vec<Editor>,
}

impl Newsroom {
    /// A site of the editor's.
    #[must_use]
    pub fn site(&self, id: SiteId) -> Option<&Site> {
        self.sites.iter().find(|s| s.id == id)
    }

    /// The name of a desk.
    #[must_use]
    pub fn desk_name(&self, id: DeskId) -> Option<&str> {
        self.desks
            .iter()
            .find(|d| d.id == id)
            .map(|d| d.name.as_str())
    }

    /// The address of an editor.
    #[must_use]
    pub fn editor_email(&self, id: EditorId) -> Option<&str> {
        self.editors
            .iter()
            .find(|e| e.id == id)
            .map(|e| e.email.as_str())
    }

    /// The editor of that address or id.
    #[must_use]
    pub fn find_editor(&self, text: &str) -> Option<&Editor> {
        let id = Uuid::parse_str(text).ok().map(EditorId);
        self.editors
            .iter()
            .find(|e| Some(e.id) == id || e.email.eq_ignore_ascii_case(text))
    }

    /// The desks of that name or id; on several sites there may be one of the same name each.
    pub fn find_desks<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Desk> {
        let id = Uuid::parse_str(text).ok().map(DeskId);
        let name = text.to_lowercase();
        self.desks
            .iter()
            .filter(move |d| d.active && (Some(d.id) == id || d.name.to_lowercase() == name))
    }

    /// The name of an editor.
    #[must_use]
    pub fn editor_name(&self, id: EditorId) -> Option<&str> {
        self.editors
            .iter()
            .find(|e| e.id == id)
            .map(|e| e.name.as_str())
    }
}

/// The names of editors, in the order of the alphabet.
///
/// # Errors
/// [`StorageError`]
pub async fn names(services: &Services, ids: &[EditorId]) -> Result<Vec<String>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let all = services.store.newsroom().await?;
    let named = all.editors.iter().filter(|e| ids.contains(&e.id));
    Ok(named.map(|editor| editor.name.clone()).collect())
}

/// The sites, desks and people an editor has to do with.
///
/// # Errors
/// [`StorageError`]
pub async fn newsroom(services: &Services, editor: &Editor) -> Result<Newsroom, StorageError> {
    let all = services.store.newsroom().await?;
    let sites = all.sites.iter().filter(|s| editor.reads(s.id));
    let desks = all.desks.iter().filter(|d| editor.reads(d.site));
    Ok(Newsroom {
        sites: sites.cloned().collect(),
        desks: desks.cloned().collect(),
        editors: all.editors.clone(),
    })
}

/// How many tickets of the editor's sites are in each state.
///
/// # Errors
/// [`StorageError`]
pub async fn counts(
    services: &Services,
    newsroom: &Newsroom,
) -> Result<BTreeMap<TicketState, i64>, StorageError> {
    let readable: Vec<SiteId> = newsroom.sites.iter().map(|s| s.id).collect();
    tickets::counts(services.store.reader(), &readable).await
}

/// One ticket and what belongs to it.
#[derive(Debug, Clone)]
pub struct TicketDetails {
    /// The ticket.
    pub ticket: Ticket,
    /// Its article.
    pub article: Option<Article>,
    /// Its newest reports, newest first.
    pub reports: Vec<reports::Report>,
    /// Where older reports begin.
    pub more_reports: Option<ReportId>,
    /// Which reports have a reader who can be reached.
    pub contacts: Vec<Contact>,
    /// Those of the reports whose readers were told that it is no error, and insisted.
    pub insisted: Vec<ReportId>,
    /// What the readers of those reports answered when they were asked, oldest first.
    pub answers: Vec<ReportAnswer>,
    /// Its history, oldest first.
    pub events: Vec<events::TicketEvent>,
    /// What the watch saw of its passage last.
    pub sighting: Option<Sighting>,
    /// How its article was last read.
    pub watched: Watched,
    /// How many readers with a confirmed address are told of its closing, in each language.
    pub readers: BTreeMap<Lang, usize>,
    /// The tickets that were merged into it, also by way of others.
    pub doubles: Vec<Ticket>,
}

impl TicketDetails {
    /// The ticket that its reports were split off from.
    #[must_use]
    pub fn split_from(&self) -> Option<TicketId> {
        let mut events = self.events.iter();
        let split = events.find(|e| e.event.kind == EventKind::SplitOff)?;
        split.event.details.other
    }
}

/// One ticket alone, if the editor may read it.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    services: &Services,
    editor: &Editor,
    id: TicketId,
) -> Result<Option<Ticket>, StorageError> {
    let ticket = tickets::find(services.store.reader(), id).await?;
    Ok(ticket.filter(|t| editor.reads(t.site)))
}

/// The ticket that a double leads to, if the editor may read it.
///
/// # Errors
/// [`StorageError`]
pub async fn original(
    services: &Services,
    editor: &Editor,
    ticket: Ticket,
) -> Result<Option<Ticket>, StorageError> {
    let own = ticket.id;
    let original = tickets::original_of(services.store.reader(), ticket).await?;
    Ok((original.id != own && editor.reads(original.site)).then_some(original))
}

/// One ticket and its article, if the editor may read it.
///
/// # Errors
/// [`StorageError`]
pub async fn with_article(
    services: &Services,
    editor: &Editor,
    id: TicketId,
) -> Result<Option<(Ticket, Option<Article>)>, StorageError> {
    let Some(ticket) = find(services, editor, id).await? else {
        return Ok(None);
    };
    let article = articles::by_ids(services.store.reader(), &[ticket.article])
        .await?
        .pop();
    Ok(Some((ticket, article)))
}

/// The site of a ticket, if the editor may read it.
///
/// # Errors
/// [`StorageError`]
pub async fn site_of(
    services: &Services,
    editor: &Editor,
    id: TicketId,
) -> Result<Option<Site>, StorageError> {
    let Some(ticket) = find(services, editor, id).await? else {
        return Ok(None);
    };
    let all = services.store.newsroom().await?;
    Ok(all.sites.iter().find(|s| s.id == ticket.site).cloned())
}

/// Which of a ticket's reports are read, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportsWanted {
    /// Those before this one; nothing: from the newest.
    pub before: Option<ReportId>,
    /// How many at most.
    pub most: u64,
}

impl ReportsWanted {
    /// As many as stand on a page of the desk.
    #[must_use]
    pub const fn on_a_page(before: Option<ReportId>) -> Self {
        Self { before, most: 50 }
    }

    /// As many as a program gets at once.
    #[must_use]
    pub const fn for_a_program(before: Option<ReportId>) -> Self {
        Self { before, most: 500 }
    }
}

/// One ticket, if the editor may read it.
///
/// # Errors
/// [`StorageError`]
pub async fn details(
    services: &Services,
    editor: &Editor,
    id: TicketId,
    wanted: ReportsWanted,
) -> Result<Option<TicketDetails>, StorageError> {
    let db = services.store.reader();
    let Some(ticket) = tickets::find(db, id)
        .await?
        .filter(|t| editor.reads(t.site))
    else {
        return Ok(None);
    };
    let article = articles::by_ids(db, &[ticket.article]).await?.pop();
    let mut readers = BTreeMap::new();
    for contact in contacts::of_ticket_and_doubles(db, id).await? {
        if contact.confirmed_at.is_some() {
            *readers.entry(contact.lang).or_insert(0) += 1;
        }
    }
    let merged = tickets::doubles_of(db, id).await?;
    let mut doubles = tickets::by_ids(db, &merged).await?;
    doubles.sort_by_key(|double| double.id);
    let mut of_all = merged;
    of_all.push(id);
    let mut page = reports::of_tickets(db, &of_all, wanted.before, wanted.most + 1).await?;
    let more_reports = (page.len() as u64 > wanted.most)
        .then(|| page.pop())
        .flatten()
        .and(page.last())
        .map(|r| r.id);
    let ids: Vec<ReportId> = page.iter().map(|r| r.id).collect();
    let contacts = contacts::of_reports(db, &ids).await?;
    let insisted = report_marks::insisted(db, &ids).await?;
    let events = events::of_ticket(db, id).await?;
    let answered = |e: &events::TicketEvent| e.event.kind == EventKind::Answered;
    // Doubles have histories of their own.
    let answers = if doubles.is_empty() && !events.iter().any(answered) {
        Vec::new()
    } else {
        report_answers::of_reports(db, &ids).await?
    };
    let sighting = ticket_sightings::of_tickets(db, &[id]).await?.pop();
    let watched = article_watch::find(db, ticket.article).await?;
    Ok(Some(TicketDetails {
        sighting,
        watched,
        doubles,
        readers,
        ticket,
        article,
        reports: page,
        more_reports,
        contacts,
        insisted,
        answers,
        events,
    }))
}
