//! Private words on a ticket, found and covered wherever they are stored: on it, on what it leads to and on all that leads there. Each of
//! them shows what the others say, and what stays on one would come back to the next that is counted anew.

use std::collections::BTreeSet;

use super::{PersonalDataError, note_down};
use crate::{
    domain::{
        blackout::{MAX_WORDS, MIN_WORDS, black_out},
        clock::UnixMillis,
        editor::Editor,
        ids::{ActId, ArticleId, ReportId, TicketId},
        ticket::{EventDetails, EventKind, Ticket},
    },
    services::{Services, index_tickets},
    storage::{
        Connection, StorageError, Transaction, articles, erased_words,
        events::{self, TicketEvent},
        ready_answers::{self, ActLetter},
        report_answers::{self, ReportAnswer},
        reports::{self, Report},
        search, tickets,
    },
};

/// What sort of text words were found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// What a reader wrote.
    Comment,
    /// What a reader, or an editor after them, would have written.
    Suggestion,
    /// The link that a reader gave.
    Source,
    /// What was noted, for the newsroom or for the public.
    Note,
    /// What was written to the readers with a decision.
    Letter,
}

/// A text in which the words stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What sort of text it is.
    pub field: Field,
    /// The report it stands in; none for a ticket's own and its history.
    pub report: Option<ReportId>,
    /// When it was written.
    pub at: UnixMillis,
    /// The whole text.
    pub text: String,
}

/// Every text in which the words stand, of a ticket and of those that are one with it: all reports, newest first, then the tickets' own
/// and their histories.
///
/// # Errors
/// [`PersonalDataError`]
pub async fn find_words(
    services: &Services,
    editor: &Editor,
    id: TicketId,
    words: &str,
) -> Result<Vec<Place>, PersonalDataError> {
    let db = services.store.reader();
    let family = family_of(db, editor, id).await?;
    let words = checked(words)?;
    let mut stored = Stored::read(db, family).await?;
    let mut places = Vec::new();
    stored.each_text(&mut |field, report, at, text| {
        if black_out(text, words).is_some() {
            places.push(Place {
                field,
                report,
                at,
                text: text.clone(),
            });
        }
    });
    // A ticket's copies of a report's words are no places of their own to a reader of the list.
    let mut seen: Vec<(Field, String)> = Vec::new();
    places.retain(|place| {
        let copy = place.report.is_none()
            && seen
                .iter()
                .any(|(field, text)| *field == place.field && *text == place.text);
        seen.push((place.field, place.text.clone()));
        !copy
    });
    Ok(places)
}

/// Covers the words in every text of a ticket and of those that are one with it: in reports, in the tickets' own, in histories, in letters
/// that perhaps have not left, and so in the search index; and forgets the hash of what was submitted, which would tell whoever guesses.
/// How many texts were changed. The histories say that something was blacked out and by whom, not what.
///
/// # Errors
/// [`PersonalDataError`]
pub async fn black_out_words(
    services: &Services,
    editor: &Editor,
    id: TicketId,
    words: &str,
) -> Result<usize, PersonalDataError> {
    let transaction = services.store.begin().await?;
    search::begin_erasing(&transaction).await?;
    let family = lock_family(&transaction, editor, id).await?;
    let words = checked(words)?;
    let before = Stored::read(&transaction, family).await?;
    let mut stored = before.clone();
    let mut covered = 0;
    stored.each_text(&mut |_, _, _, text| {
        if let Some(bars) = black_out(text, words) {
            *text = bars;
            covered += 1;
        }
    });
    if covered == 0 {
        return Err(PersonalDataError::NotThere);
    }
    let mut touched = stored.store_words(&transaction, &before).await?;
    touched.insert(id);
    let now = services.now();
    let mut of_articles: BTreeSet<ArticleId> = BTreeSet::new();
    for ticket in &mut stored.tickets {
        if touched.contains(&ticket.id) {
            ticket.updated_at = now;
            tickets::save(&transaction, ticket).await?;
            of_articles.insert(ticket.article);
        }
    }
    let of_articles: Vec<ArticleId> = of_articles.into_iter().collect();
    articles::bump_tickets_version(&transaction, &of_articles).await?;
    // At once: what is blacked out is found no more.
    index_tickets::index_now(&transaction, &stored.ids()).await?;
    let touched: Vec<TicketId> = touched.into_iter().collect();
    let kind = EventKind::BlackedOut;
    note_down(services, &transaction, editor, &touched, kind).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    erased_words::wipe(&services.store, erased_words::A_FEW).await?;
    services.store.wipe_deleted().await?;
    Ok(covered)
}

/// Checks and trims what is to be blacked out.
fn checked(words: &str) -> Result<&str, PersonalDataError> {
    let words = words.trim();
    if (MIN_WORDS..=MAX_WORDS).contains(&words.chars().count()) {
        Ok(words)
    } else {
        Err(PersonalDataError::Length)
    }
}

/// The tickets that are one: what this one leads to in the end, and all that leads there, lowest first. Of what the editor may not change
/// nothing is read or said.
async fn family_of(
    db: &impl Connection,
    editor: &Editor,
    id: TicketId,
) -> Result<Vec<Ticket>, PersonalDataError> {
    let ticket = tickets::find(db, id)
        .await?
        .filter(|ticket| editor.reads(ticket.site))
        .ok_or(PersonalDataError::Unknown)?;
    if !editor.edits(ticket.site) {
        return Err(PersonalDataError::ReadOnly);
    }
    let original = tickets::original_of(db, ticket).await?.id;
    let mut ids = tickets::doubles_of(db, original).await?;
    ids.push(original);
    let mut family = tickets::by_ids(db, &ids).await?;
    family.retain(|ticket| editor.edits(ticket.site));
    family.sort_by_key(|ticket| ticket.id);
    Ok(family)
}

/// As [`family_of`], locked until the transaction ends: first all articles, in the one order in which everybody locks them.
async fn lock_family(
    transaction: &Transaction,
    editor: &Editor,
    id: TicketId,
) -> Result<Vec<Ticket>, PersonalDataError> {
    let mut locked: BTreeSet<ArticleId> = BTreeSet::new();
    loop {
        let family = family_of(transaction, editor, id).await?;
        // None, unless something was merged while we waited.
        let missing: BTreeSet<ArticleId> = family
            .iter()
            .map(|ticket| ticket.article)
            .filter(|article| !locked.contains(article))
            .collect();
        if missing.is_empty() {
            let ids: Vec<TicketId> = family.iter().map(|ticket| ticket.id).collect();
            return Ok(tickets::lock_all(transaction, &ids).await?);
        }
        for article in missing {
            articles::lock(transaction, article).await?;
            locked.insert(article);
        }
    }
}

/// All that is stored of tickets with words of people in it.
#[derive(Clone)]
struct Stored {
    tickets: Vec<Ticket>,
    reports: Vec<Report>,
    answers: Vec<ReportAnswer>,
    events: Vec<TicketEvent>,
    letters: Vec<ActLetter>,
}

/// Sees one text, and may change it: what sort it is, of which report, and when it was written.
type See<'a> = &'a mut dyn FnMut(Field, Option<ReportId>, UnixMillis, &mut String);

/// What is another than before.
fn changed<'a, T: PartialEq>(now: &'a [T], before: &'a [T]) -> impl Iterator<Item = &'a T> {
    now.iter()
        .zip(before)
        .filter(|(now, before)| now != before)
        .map(|(now, _)| now)
}

impl Stored {
    async fn read(db: &impl Connection, tickets: Vec<Ticket>) -> Result<Self, StorageError> {
        let ids: Vec<TicketId> = tickets.iter().map(|ticket| ticket.id).collect();
        let mut reports = reports::all_of(db, &ids).await?;
        reports.reverse();
        let of_reports: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
        let events = events::of_tickets(db, &ids).await?;
        let acts: BTreeSet<ActId> = events.iter().filter_map(|entry| entry.act).collect();
        let acts: Vec<ActId> = acts.into_iter().collect();
        Ok(Self {
            answers: report_answers::of_reports(db, &of_reports).await?,
            letters: ready_answers::letters_of(db, &acts).await?,
            tickets,
            reports,
            events,
        })
    }

    fn ids(&self) -> Vec<TicketId> {
        self.tickets.iter().map(|ticket| ticket.id).collect()
    }

    /// Stores what is another than before, but for the tickets' own rows; the tickets that it is about.
    async fn store_words(
        &self,
        transaction: &Transaction,
        before: &Self,
    ) -> Result<BTreeSet<TicketId>, StorageError> {
        let mut touched = BTreeSet::new();
        for report in changed(&self.reports, &before.reports) {
            reports::set_words(transaction, report).await?;
            touched.insert(report.ticket);
        }
        for answer in changed(&self.answers, &before.answers) {
            report_answers::set_body(transaction, answer.id, &answer.body).await?;
            let with = self.reports.iter().find(|r| r.id == answer.report);
            touched.extend(with.map(|report| report.ticket));
        }
        for entry in changed(&self.events, &before.events) {
            events::set_details(transaction, entry.id, &entry.event.details).await?;
            touched.insert(entry.ticket);
        }
        for letter in changed(&self.letters, &before.letters) {
            ready_answers::set_letter(transaction, letter).await?;
            let of_act = |entry: &&TicketEvent| entry.act == Some(letter.act);
            touched.extend(self.events.iter().filter(of_act).map(|e| e.ticket));
        }
        touched.extend(changed(&self.tickets, &before.tickets).map(|ticket| ticket.id));
        Ok(touched)
    }

    /// Every text that people wrote, to be looked at or changed.
    fn each_text(&mut self, see: See<'_>) {
        for report in &mut self.reports {
            let (id, at) = (Some(report.id), report.created_at);
            let texts = [
                (Field::Comment, &mut report.comment),
                (Field::Suggestion, &mut report.suggestion),
                (Field::Source, &mut report.source),
            ];
            for (field, text) in texts {
                if let Some(text) = text {
                    see(field, id, at, text);
                }
            }
        }
        for answer in &mut self.answers {
            let id = Some(answer.report);
            see(Field::Comment, id, answer.at, &mut answer.body);
        }
        for ticket in &mut self.tickets {
            each_of_ticket(ticket, see);
        }
        for entry in &mut self.events {
            each_of_entry(&mut entry.event.details, entry.at, see);
        }
        for letter in &mut self.letters {
            see(Field::Letter, None, letter.created_at, &mut letter.body);
        }
    }
}

/// What a ticket shows by itself.
fn each_of_ticket(ticket: &mut Ticket, see: See<'_>) {
    let at = ticket.created_at;
    if let Some(text) = &mut ticket.comment {
        see(Field::Comment, None, at, text);
    }
    for suggestion in &mut ticket.suggestions {
        see(Field::Suggestion, None, at, &mut suggestion.text);
    }
    if let Some(text) = &mut ticket.accepted_suggestion {
        see(Field::Suggestion, None, at, text);
    }
    if let Some(text) = &mut ticket.public_note {
        see(Field::Note, None, at, text);
    }
}

/// What an entry of a history says.
fn each_of_entry(details: &mut EventDetails, at: UnixMillis, see: See<'_>) {
    let texts = [
        (Field::Note, &mut details.note),
        (Field::Note, &mut details.public_note),
        (Field::Suggestion, &mut details.suggestion),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            see(field, None, at, text);
        }
    }
    for question in &mut details.questions {
        see(Field::Note, None, at, &mut question.text);
    }
    if let Some(message) = details.forwarded.as_mut().and_then(|f| f.message.as_mut()) {
        see(Field::Note, None, at, message);
    }
    // What an undo would bring back.
    if let Some(remembered) = &mut details.remembered {
        let before = &mut remembered.before;
        let texts = [
            (Field::Suggestion, &mut before.accepted_suggestion),
            (Field::Note, &mut before.public_note),
        ];
        for (field, text) in texts {
            if let Some(text) = text {
                see(field, None, at, text);
            }
        }
    }
}
