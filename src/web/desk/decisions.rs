//! `POST /tickets/{reference}/…`: an editor's decisions, each a small form that creates something: a closure, a note, an assignment.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    answers::{text_of, told},
    ticket::{RefusedForm, page},
    undoing::offering,
};
use crate::{
    domain::{
        clean::clean_text,
        ids::{ActId, DeskId, EditorId, TicketId},
        kind::Kind,
        ready_answer::AnswerTo,
        site::Lang,
        ticket::{Closure, InvalidStep, Reason, Resolution, Step},
    },
    links::ticket_path,
    rendering::translate,
    services::{
        browse_tickets, ready_answers,
        triage_ticket::{MAX_NOTE, Seen, TriageError},
    },
    storage::ready_answers::ReadyAnswer,
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// Everything the decision forms may carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    csrf: String,
    version: Option<i64>,
    resolution: String,
    reason: String,
    public_note: String,
    duplicate_of: String,
    note: String,
    until: String,
    date: String,
    assignee: String,
    suggestion: String,
    kind: String,
    desk: String,
    letter_de: String,
    letter_en: String,
}

impl DecisionForm {
    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("resolution", self.resolution.clone()),
            ("reason", self.reason.clone()),
            ("public_note", self.public_note.clone()),
            ("duplicate_of", self.duplicate_of.clone()),
            ("note", self.note.clone()),
            ("until", self.until.clone()),
            ("date", self.date.clone()),
            ("assignee", self.assignee.clone()),
            ("kind", self.kind.clone()),
            ("desk", self.desk.clone()),
            ("letter_de", self.letter_de.clone()),
            ("letter_en", self.letter_en.clone()),
        ]
    }

    /// What was written for the readers, where it is not what they are written anyway.
    fn letters(&self, own: &[ReadyAnswer]) -> Vec<(Lang, String)> {
        let to = Resolution::parse(&self.resolution).and_then(AnswerTo::of);
        let Some(to) = to else { return Vec::new() };
        [(Lang::De, &self.letter_de), (Lang::En, &self.letter_en)]
            .into_iter()
            .map(|(lang, text)| (lang, clean_text(text)))
            .filter(|(lang, text)| !text.is_empty() && *text != text_of(own, *lang, to))
            .collect()
    }

    /// The note that may go with any decision.
    fn note(&self) -> Option<Step> {
        let note = clean_text(&self.note);
        (!note.is_empty()).then_some(Step::Note(note))
    }
}

/// What is wrong with a field: its name, and the message that says so.
type FieldFault = (&'static str, &'static str);

/// `POST /tickets/{reference}/{decision}`
#[handler]
pub async fn create(
    request: &Request,
    Path((reference, decision)): Path<(String, String)>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<DecisionForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let zone = time_zone(state, &editor, id).await?;
    let (action, steps) = read(&decision, &form, state, zone).ok_or_else(not_found)?;
    let refused = |errors: Vec<(&'static str, String)>, stale: Option<String>| RefusedForm {
        action: Some(action),
        fields: form.fields(),
        errors,
        stale,
        seen_version: form.version,
        preview: false,
    };
    let lang = editor.editor.lang;
    let mut steps = match steps {
        Ok(steps) => steps,
        Err((field, message)) => {
            let refused = refused(
                vec![(
                    field,
                    translate(lang, message, &[("limit", MAX_NOTE.to_string().into())]),
                )],
                None,
            );
            return with_status(
                StatusCode::UNPROCESSABLE_ENTITY,
                page(state, request, &editor, id, &refused).await,
            );
        }
    };
    if action != "notes" {
        steps.extend(form.note());
    }
    // A form always says which version it was made for; one that does not is no form of ours.
    let seen = Seen::Version(form.version.unwrap_or(-1));
    let act = ActId(state.services.new_id());
    let site = browse_tickets::site_of(&state.services, &editor.editor, id).await?;
    let letters = match site.filter(|_| action == "closure") {
        Some(site) => form.letters(&ready_answers::of_site(&state.services, site.id).await?),
        None => Vec::new(),
    };
    let who = (&editor.editor, act);
    match ready_answers::decide_with_letters(&state.services, who, id, seen, steps, &letters).await
    {
        Ok(_) => Ok(Redirect::see_other(offering(&ticket_path(id), act)).into_response()),
        Err(TriageError::Stale(_)) => {
            let refused = refused(Vec::new(), Some(translate(lang, "ticket-stale", &[])));
            with_status(
                StatusCode::CONFLICT,
                page(state, request, &editor, id, &refused).await,
            )
        }
        Err(TriageError::Invalid(InvalidStep::Forbidden { .. })) => {
            let refused = refused(Vec::new(), Some(translate(lang, "error-409-title", &[])));
            with_status(
                StatusCode::CONFLICT,
                page(state, request, &editor, id, &refused).await,
            )
        }
        Err(TriageError::BadAnswer(fault)) => {
            let refused = refused(vec![("letter", told(lang, &fault))], None);
            with_status(
                StatusCode::UNPROCESSABLE_ENTITY,
                page(state, request, &editor, id, &refused).await,
            )
        }
        Err(TriageError::UnknownTicket) => Err(not_found()),
        Err(TriageError::ReadOnly) => Err(poem::Error::from_status(StatusCode::FORBIDDEN)),
        Err(TriageError::Storage(error)) => Err(error.into()),
        Err(error) => {
            let fault: FieldFault = match error {
                TriageError::Invalid(
                    InvalidStep::ReasonMissing | InvalidStep::ReasonOutOfPlace,
                ) => ("reason", "error-field-reason"),
                TriageError::Invalid(InvalidStep::DuplicateOfItself) => {
                    ("duplicate_of", "error-field-own-reference")
                }
                TriageError::Invalid(InvalidStep::NotInFuture) => ("date", "error-field-date"),
                TriageError::UnknownAssignee => ("assignee", "error-field-required"),
                TriageError::UnknownDesk => ("desk", "error-field-required"),
                _ => ("duplicate_of", "error-field-reference"),
            };
            let refused = refused(vec![(fault.0, translate(lang, fault.1, &[]))], None);
            with_status(
                StatusCode::UNPROCESSABLE_ENTITY,
                page(state, request, &editor, id, &refused).await,
            )
        }
    }
}

fn with_status(status: StatusCode, response: poem::Result<Response>) -> poem::Result<Response> {
    response.map(|mut response| {
        response.set_status(status);
        response
    })
}

/// The time zone of the ticket's site.
async fn time_zone(
    state: &AppState,
    editor: &CurrentEditor,
    id: TicketId,
) -> poem::Result<TimeZone> {
    let site = browse_tickets::site_of(&state.services, &editor.editor, id).await?;
    let zone = site.and_then(|site| TimeZone::get(&site.time_zone).ok());
    Ok(zone.unwrap_or(TimeZone::UTC))
}

/// The steps a form asks for; nothing for a decision that does not exist.
fn read(
    decision: &str,
    form: &DecisionForm,
    state: &AppState,
    zone: TimeZone,
) -> Option<(&'static str, Result<Vec<Step>, FieldFault>)> {
    let texts = [
        ("note", &form.note),
        ("public_note", &form.public_note),
        ("suggestion", &form.suggestion),
    ];
    let too_long = texts
        .into_iter()
        .find(|(_, text)| text.chars().count() > MAX_NOTE);
    if let Some((field, _)) = too_long {
        let action = [
            "closure",
            "reopening",
            "opening",
            "snooze",
            "waiting",
            "assignment",
            "notes",
            "acceptance",
            "refinement",
            "routing",
        ];
        return action
            .into_iter()
            .find(|a| *a == decision)
            .map(|a| (a, Err((field, "error-field-too-long"))));
    }
    Some(match decision {
        "closure" => ("closure", closure(form)),
        "reopening" => ("reopening", Ok(vec![Step::Open])),
        "opening" => ("opening", Ok(vec![Step::Open])),
        "waiting" => ("waiting", Ok(vec![Step::Wait])),
        "snooze" => ("snooze", snooze(form, state.services.now(), zone)),
        "assignment" => {
            let assignee =
                some_id(&form.assignee).map_err(|()| ("assignee", "error-field-required"));
            (
                "assignment",
                assignee.map(|id| vec![Step::Assign(id.map(EditorId))]),
            )
        }
        "notes" => (
            "notes",
            form.note()
                .map(|n| vec![n])
                .ok_or(("note", "error-field-required")),
        ),
        "refinement" => (
            "refinement",
            Kind::parse(&form.kind)
                .map(|kind| vec![Step::Refine(kind)])
                .ok_or(("kind", "error-field-required")),
        ),
        "routing" => {
            let desk = some_id(&form.desk).map_err(|()| ("desk", "error-field-required"));
            ("routing", desk.map(|id| vec![Step::Route(id.map(DeskId))]))
        }
        "acceptance" => (
            "acceptance",
            Ok(vec![Step::Accept(clean_text(&form.suggestion))]),
        ),
        _ => return None,
    })
}

/// An id, or none where nothing is chosen.
fn some_id(text: &str) -> Result<Option<Uuid>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => Uuid::parse_str(text).map(Some).map_err(|_| ()),
    }
}

fn closure(form: &DecisionForm) -> Result<Vec<Step>, FieldFault> {
    let resolution =
        Resolution::parse(&form.resolution).ok_or(("resolution", "error-field-required"))?;
    let public_note = clean_text(&form.public_note);
    let duplicate_of = match form.duplicate_of.trim() {
        "" => None,
        text => Some(TicketId::parse(text).ok_or(("duplicate_of", "error-field-reference"))?),
    };
    if resolution == Resolution::Duplicate && duplicate_of.is_none() {
        return Err(("duplicate_of", "error-field-required"));
    }
    Ok(vec![Step::Close(Closure {
        resolution,
        reason: Reason::parse(&form.reason),
        duplicate_of: duplicate_of.filter(|_| resolution == Resolution::Duplicate),
        public_note: (!public_note.is_empty()).then_some(public_note),
    })])
}

/// Tomorrow, next Monday or a day, each at eight in the morning where the site is.
fn snooze(form: &DecisionForm, now: i64, zone: TimeZone) -> Result<Vec<Step>, FieldFault> {
    let fault = ("date", "error-field-date");
    let today = Timestamp::from_millisecond(now)
        .map_err(|_| fault)?
        .to_zoned(zone.clone())
        .date();
    let day = match form.until.as_str() {
        "tomorrow" => today.checked_add(1.day()).map_err(|_| fault)?,
        "monday" => today.nth_weekday(1, Weekday::Monday).map_err(|_| fault)?,
        _ => form.date.parse::<Date>().map_err(|_| fault)?,
    };
    let until = day
        .at(8, 0, 0, 0)
        .to_zoned(zone)
        .map_err(|_| fault)?
        .timestamp()
        .as_millisecond();
    Ok(vec![Step::Snooze { until }])
}
