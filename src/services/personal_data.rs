//! What is known of a reader, shown to an editor who asks, and taken away again: the address in one step; private words wherever they
//! are stored.

use super::{Services, index_tickets};
use crate::{
    domain::{
        blackout::{MAX_WORDS, MIN_WORDS, black_out},
        clock::UnixMillis,
        editor::Editor,
        ids::{EventId, ReportId, TicketId},
        ticket::{EventDetails, EventKind, NewEvent, Ticket},
    },
    storage::{
        Connection, StorageError, Transaction, articles,
        contacts::{self, Contact},
        events::{self, TicketEvent},
        notifications,
        report_answers::{self, ReportAnswer},
        reports::{self, Report},
        search, tickets,
    },
};

/// Why a reader's data were neither shown nor taken away.
#[derive(Debug, thiserror::Error)]
pub enum PersonalDataError {
    /// No such ticket or report, or none this editor may see.
    #[error("there is no such report")]
    Unknown,
    /// The editor may read only.
    #[error("this editor may read, not change")]
    ReadOnly,
    /// Too little to look for, or too much.
    #[error("between {MIN_WORDS} and {MAX_WORDS} characters can be blacked out")]
    Length,
    /// The words stand nowhere on the ticket.
    #[error("the words stand nowhere on this ticket")]
    NotThere,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reports of a ticket that are searched for words; more of one mistake are not read by anybody.
const MOST_REPORTS: u64 = 10_000;

/// The address left with a report. For those who may edit only.
///
/// # Errors
/// [`PersonalDataError`]
pub async fn contact(
    services: &Services,
    editor: &Editor,
    ticket: TicketId,
    report: ReportId,
) -> Result<Option<Contact>, PersonalDataError> {
    let db = services.store.reader();
    find_report(db, editor, ticket, report).await?;
    Ok(contacts::of_reports(db, &[report]).await?.pop())
}

/// Deletes the address left with a report and what hangs on it: the consent, the mails owed. The history says that it was done, and
/// by whom.
///
/// # Errors
/// [`PersonalDataError`]
pub async fn delete_contact(
    services: &Services,
    editor: &Editor,
    ticket: TicketId,
    report: ReportId,
) -> Result<(), PersonalDataError> {
    let transaction = services.store.begin().await?;
    find_report(&transaction, editor, ticket, report).await?;
    if contacts::of_reports(&transaction, &[report])
        .await?
        .is_empty()
    {
        return Ok(());
    }
    erase_contact(&transaction, report).await?;
    note_down(
        services,
        &transaction,
        editor,
        ticket,
        EventKind::AddressDeleted,
    )
    .await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.store.wipe_deleted().await?;
    Ok(())
}

/// Deletes a report's contact and drops what it is owed, as a part of the caller's transaction.
pub(super) async fn erase_contact(
    transaction: &Transaction,
    report: ReportId,
) -> Result<(), StorageError> {
    for contact in contacts::of_reports(transaction, &[report]).await? {
        notifications::drop_of_contact(transaction, contact.id).await?;
    }
    if contacts::delete_of_report(transaction, report).await? {
        reports::forget_hash(transaction, report).await?;
    }
    Ok(())
}

async fn find_report(
    db: &impl Connection,
    editor: &Editor,
    ticket: TicketId,
    report: ReportId,
) -> Result<Report, PersonalDataError> {
    let report = reports::find(db, report)
        .await?
        .filter(|r| r.ticket == ticket && editor.reads(r.site))
        .ok_or(PersonalDataError::Unknown)?;
    if editor.edits(report.site) {
        Ok(report)
    } else {
        Err(PersonalDataError::ReadOnly)
    }
}

async fn note_down(
    services: &Services,
    transaction: &Transaction,
    editor: &Editor,
    ticket: TicketId,
    kind: EventKind,
) -> Result<(), StorageError> {
    let now = services.now();
    let entry = TicketEvent {
        id: EventId(services.entropy.uuid(now)),
        ticket,
        at: now,
        editor: Some(editor.id),
        act: None,
        event: NewEvent {
            kind,
            from: None,
            to: None,
            details: EventDetails::default(),
        },
    };
    events::add_all(transaction, &[entry]).await
}

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
}

/// A text in which the words stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What sort of text it is.
    pub field: Field,
    /// The report it stands in; none for the ticket's own and its history.
    pub report: Option<ReportId>,
    /// When it was written.
    pub at: UnixMillis,
    /// The whole text.
    pub text: String,
}

/// All that is stored of a ticket with words of people in it.
struct Stored {
    ticket: Ticket,
    reports: Vec<Report>,
    answers: Vec<ReportAnswer>,
    events: Vec<TicketEvent>,
}

async fn read(
    db: &impl Connection,
    editor: &Editor,
    ticket: Ticket,
) -> Result<Stored, PersonalDataError> {
    if !editor.reads(ticket.site) {
        return Err(PersonalDataError::Unknown);
    }
    if !editor.edits(ticket.site) {
        return Err(PersonalDataError::ReadOnly);
    }
    let reports = reports::of_ticket(db, ticket.id, None, MOST_REPORTS).await?;
    let ids: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
    Ok(Stored {
        answers: report_answers::of_reports(db, &ids).await?,
        reports,
        events: events::of_ticket(db, ticket.id).await?,
        ticket,
    })
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

/// Every text of a ticket in which the words stand: all its reports, newest first, then the ticket's own and its history.
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
    let ticket = tickets::find(db, id)
        .await?
        .ok_or(PersonalDataError::Unknown)?;
    let mut stored = read(db, editor, ticket).await?;
    let words = checked(words)?;
    let mut places = Vec::new();
    stored.each_text(|field, report, at, text| {
        if black_out(text, words).is_some() {
            places.push(Place {
                field,
                report,
                at,
                text: text.clone(),
            });
        }
    });
    // The ticket's copies of a report's words are no places of their own to a reader of the list.
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

/// Covers the words in every text of a ticket: in its reports, in the ticket's own, in its history, and so in the search index; and
/// forgets the hash of what was submitted, which would tell whoever guesses. How many texts were changed. The history says that
/// something was blacked out and by whom, not what.
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
    search::keep_turn(&transaction).await?;
    let known = tickets::find(&transaction, id)
        .await?
        .ok_or(PersonalDataError::Unknown)?;
    articles::lock(&transaction, known.article).await?;
    let ticket = tickets::lock(&transaction, id)
        .await?
        .ok_or(PersonalDataError::Unknown)?;
    let mut stored = read(&transaction, editor, ticket).await?;
    let words = checked(words)?;
    let before = (
        stored.ticket.clone(),
        stored.reports.clone(),
        stored.events.clone(),
        stored.answers.clone(),
    );
    let mut changed = 0;
    stored.each_text(|_, _, _, text| {
        if let Some(covered) = black_out(text, words) {
            *text = covered;
            changed += 1;
        }
    });
    if changed == 0 {
        return Err(PersonalDataError::NotThere);
    }
    for (report, _) in stored
        .reports
        .iter()
        .zip(&before.1)
        .filter(|(new, old)| new != old)
    {
        reports::set_words(&transaction, report).await?;
    }
    for (answer, _) in stored
        .answers
        .iter()
        .zip(&before.3)
        .filter(|(new, old)| new != old)
    {
        report_answers::set_body(&transaction, answer.id, &answer.body).await?;
    }
    for (event, _) in stored
        .events
        .iter()
        .zip(&before.2)
        .filter(|(new, old)| new != old)
    {
        events::set_details(&transaction, event.id, &event.event.details).await?;
    }
    let mut ticket = stored.ticket;
    ticket.updated_at = services.now();
    tickets::save(&transaction, &ticket).await?;
    articles::bump_tickets_version(&transaction, &[ticket.article]).await?;
    let mut changed_too = cover_copies(&transaction, &ticket, words).await?;
    changed_too.push(ticket.id);
    // At once: what is blacked out is found no more.
    index_tickets::index_now(&transaction, &changed_too).await?;
    note_down(services, &transaction, editor, id, EventKind::BlackedOut).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    services.store.wipe_deleted().await?;
    Ok(changed)
}

/// Blacks the words out in what doubles show of the ticket's reports: one that was split off and joined again has a comment from there.
/// Those that were changed.
async fn cover_copies(
    transaction: &Transaction,
    ticket: &Ticket,
    words: &str,
) -> Result<Vec<TicketId>, StorageError> {
    let mut changed = Vec::new();
    for id in tickets::doubles_of(transaction, ticket.id).await? {
        let Some(mut double) = tickets::lock(transaction, id).await? else {
            continue;
        };
        let shown = double.comment.as_deref().unwrap_or_default();
        if let Some(covered) = black_out(shown, words).filter(|_| double.article == ticket.article)
        {
            double.comment = Some(covered);
            double.updated_at = ticket.updated_at;
            tickets::save(transaction, &double).await?;
            changed.push(id);
        }
    }
    Ok(changed)
}

impl Stored {
    /// Every text that people wrote, to be looked at or changed.
    fn each_text(&mut self, mut see: impl FnMut(Field, Option<ReportId>, UnixMillis, &mut String)) {
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
        let ticket = &mut self.ticket;
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
        for event in &mut self.events {
            let at = event.at;
            let details = &mut event.event.details;
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
    }
}
