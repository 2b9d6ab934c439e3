//! `/api/v1/tickets`: editors' programs list, read and change tickets.

use poem::{
    Request, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Path},
};
use serde_json::Value;

use super::{
    bearer::{authorize, unavailable},
    conditions, ticket_json,
    ticket_query::{self, Faults},
};
use crate::{
    domain::{
        editor::{Editor, Scope},
        ids::{DeskId, EditorId, ReportId, TicketId},
        report::{FieldError, Problem as FieldProblem},
        site::Lang,
        tag::{InvalidTag, MAX_TAGS},
        ticket::{InvalidStep, Ticket, TicketState},
        ticket_change::{Change, read_change},
    },
    services::{
        browse_tickets::{self, Newsroom},
        list_tickets,
        triage_ticket::{self, TriageError},
    },
    web::{AppState, lang_of_headers, problem::Problem},
};

/// The largest change, in bytes.
pub const MAX_CHANGE_BYTES: usize = 64 * 1024;
/// What a change may be sent as.
const CHANGE_TYPES: [&str; 2] = ["application/json", "application/merge-patch+json"];

/// `GET /api/v1/tickets`
#[handler]
pub async fn get_list(request: &Request, Data(state): Data<&AppState>) -> Response {
    let lang = lang_of_headers(request.headers());
    answer(page(state, request, lang).await)
}

/// `GET /api/v1/tickets/{reference}`
#[handler]
pub async fn get_one(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
) -> Response {
    let lang = lang_of_headers(request.headers());
    answer(single(state, request, &reference, lang).await)
}

/// `PATCH /api/v1/tickets/{reference}`
#[handler]
pub async fn patch_one(
    request: &Request,
    Path(reference): Path<String>,
    body: poem::Body,
    Data(state): Data<&AppState>,
) -> Response {
    let lang = lang_of_headers(request.headers());
    answer(take(state, request.headers(), &reference, body, lang).await)
}

fn answer(result: Result<Response, Problem>) -> Response {
    result.unwrap_or_else(Problem::into_response)
}

async fn page(state: &AppState, request: &Request, lang: Lang) -> Result<Response, Problem> {
    let services = &state.services;
    let editor = authorize(state, request.headers(), Scope::TicketsRead, lang).await?;
    let newsroom = newsroom(state, &editor, lang).await?;
    let query = request.uri().query().unwrap_or_default();
    let list = ticket_query::read_list(query, &newsroom, &editor, lang)
        .map_err(|faults| invalid_parameters(faults, lang))?;
    let page = list_tickets::list(services, &newsroom, list.request)
        .await
        .map_err(|error| unavailable(&error, lang))?;
    let shown = ticket_json::list(&page, &newsroom, &services.links);
    Ok(json_answer(serde_json::to_vec(&shown).unwrap_or_default()))
}

async fn single(
    state: &AppState,
    request: &Request,
    reference: &str,
    lang: Lang,
) -> Result<Response, Problem> {
    let editor = authorize(state, request.headers(), Scope::TicketsRead, lang).await?;
    let id = ticket_id(reference, lang)?;
    let before = ticket_query::read_single(request.uri().query().unwrap_or_default(), lang)
        .map_err(|faults| invalid_parameters(faults, lang))?;
    let newsroom = newsroom(state, &editor, lang).await?;
    let (mut response, tag) = representation(state, &editor, &newsroom, id, before, lang).await?;
    if conditions::is_known(request.headers(), &tag) {
        response.set_status(StatusCode::NOT_MODIFIED);
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.set_body(());
    }
    Ok(response)
}

async fn take(
    state: &AppState,
    headers: &HeaderMap,
    reference: &str,
    body: poem::Body,
    lang: Lang,
) -> Result<Response, Problem> {
    let editor = authorize(state, headers, Scope::TicketsWrite, lang).await?;
    let id = ticket_id(reference, lang)?;
    let change = read_body(headers, body, lang).await?;
    let newsroom = newsroom(state, &editor, lang).await?;
    let ticket = browse_tickets::find(&state.services, &editor, id)
        .await
        .map_err(|error| unavailable(&error, lang))?
        .ok_or_else(|| unknown_ticket(lang))?;
    let seen = conditions::seen(headers, &ticket);
    let (assignee, desk) = match named(&change, &newsroom, &ticket) {
        Ok(found) => found,
        // Who may not change it hears that first, and nothing of what it could be changed to.
        Err(_) if !editor.edits(ticket.site) => return Err(refused(TriageError::ReadOnly, lang)),
        Err(errors) => return Err(invalid_change(&errors, lang)),
    };
    let renew = change.state == Some(TicketState::New);
    // There is no step back to new; whether the rest would be possible is asked all the same, and refused as a whole.
    let steps = if renew {
        Vec::new()
    } else {
        change.steps(assignee, desk, &ticket.tags)
    };
    let taken = triage_ticket::take_steps(&state.services, &editor, id, seen, steps)
        .await
        .map_err(|error| refused(error, lang))?;
    if renew {
        return Err(forbidden_step(taken.state, lang));
    }
    let (response, _) = representation(state, &editor, &newsroom, id, None, lang).await?;
    Ok(response)
}

/// The ticket as it is now, with its tag.
async fn representation(
    state: &AppState,
    editor: &Editor,
    newsroom: &Newsroom,
    id: TicketId,
    reports_before: Option<ReportId>,
    lang: Lang,
) -> Result<(Response, String), Problem> {
    let details = browse_tickets::details(&state.services, editor, id, reports_before)
        .await
        .map_err(|error| unavailable(&error, lang))?
        .ok_or_else(|| unknown_ticket(lang))?;
    let shown = ticket_json::details(&details, newsroom, &state.services.links);
    let body = serde_json::to_vec(&shown).unwrap_or_default();
    let tag = conditions::entity_tag(&details.ticket, &body);
    let mut response = json_answer(body);
    if let Ok(value) = header::HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok((response, tag))
}

async fn read_body(headers: &HeaderMap, body: poem::Body, lang: Lang) -> Result<Change, Problem> {
    let problem = |status, name: &str| Problem::new(status, name, lang, &[]);
    if !CHANGE_TYPES.iter().any(|known| is_type(headers, known)) {
        return Err(problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
        ));
    }
    let bytes = body
        .into_bytes_limit(MAX_CHANGE_BYTES)
        .await
        .map_err(|error| match error {
            poem::error::ReadBodyError::PayloadTooLarge => {
                let limit = [("limit", MAX_CHANGE_BYTES.to_string().into())];
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", lang, &limit)
            }
            _ => problem(StatusCode::BAD_REQUEST, "not-json"),
        })?;
    let document: Value =
        serde_json::from_slice(&bytes).map_err(|_| problem(StatusCode::BAD_REQUEST, "not-json"))?;
    read_change(&document).map_err(|errors| invalid_change(&errors, lang))
}

type Chosen<T> = Option<Option<T>>;

/// Whom and which desk the change names, on the ticket's site.
fn named(
    change: &Change,
    newsroom: &Newsroom,
    ticket: &Ticket,
) -> Result<(Chosen<EditorId>, Chosen<DeskId>), Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut fail = |pointer: &str, problem| {
        errors.push(FieldError {
            pointer: pointer.into(),
            problem,
        });
    };
    let assignee = change.assignee.as_ref().map(|name| {
        let name = name.as_deref()?;
        let found = newsroom
            .find_editor(name)
            .filter(|e| e.edits(ticket.site))
            .map(|e| e.id);
        if found.is_none() {
            fail("/assignee", FieldProblem::UnknownPerson);
        }
        found
    });
    let desk = change.desk.as_ref().map(|name| {
        let name = name.as_deref()?;
        let found = newsroom
            .find_desks(name)
            .find(|d| d.site == ticket.site)
            .map(|d| d.id);
        if found.is_none() {
            fail("/desk", FieldProblem::UnknownDesk);
        }
        found
    });
    if errors.is_empty() {
        Ok((assignee, desk))
    } else {
        Err(errors)
    }
}

fn refused(error: TriageError, lang: Lang) -> Problem {
    let field = |pointer: &str, problem| {
        let pointer = pointer.to_owned();
        invalid_change(&[FieldError { pointer, problem }], lang)
    };
    match error {
        TriageError::UnknownTicket => unknown_ticket(lang),
        TriageError::ReadOnly => Problem::new(StatusCode::FORBIDDEN, "read-only", lang, &[]),
        TriageError::Stale(_) => Problem::new(StatusCode::PRECONDITION_FAILED, "stale", lang, &[]),
        TriageError::Invalid(InvalidStep::Forbidden { from, .. }) => forbidden_step(from, lang),
        TriageError::Invalid(InvalidStep::ReasonMissing) => field("/reason", FieldProblem::Missing),
        TriageError::Invalid(InvalidStep::ReasonOutOfPlace) => field(
            "/reason",
            FieldProblem::OutOfPlace("resolution: not_an_error"),
        ),
        TriageError::Invalid(InvalidStep::OriginalMissing) => {
            field("/duplicate_of", FieldProblem::Missing)
        }
        TriageError::Invalid(InvalidStep::DuplicateOfItself) => {
            field("/duplicate_of", FieldProblem::OwnReference)
        }
        TriageError::Invalid(InvalidStep::CauseOutOfPlace) => field(
            "/cause",
            FieldProblem::OutOfPlace("resolution: corrected, kind: fact"),
        ),
        TriageError::Invalid(InvalidStep::NotInFuture) => {
            field("/snoozed_until", FieldProblem::NotInFuture)
        }
        TriageError::Invalid(InvalidStep::Tag(InvalidTag::TooMany)) => {
            field("/tags", FieldProblem::TooMany(MAX_TAGS))
        }
        TriageError::Invalid(InvalidStep::Tag(_)) => field("/tags", FieldProblem::NotInSet),
        TriageError::UnknownOriginal => field("/duplicate_of", FieldProblem::UnknownReference),
        // No change of a program's comes to these.
        TriageError::UnknownAddress | TriageError::BadAnswer(_) => {
            Problem::new(StatusCode::CONFLICT, "stale", lang, &[])
        }
        TriageError::UnknownDesk => field("/desk", FieldProblem::UnknownDesk),
        TriageError::UnknownAssignee => field("/assignee", FieldProblem::UnknownPerson),
        TriageError::Storage(error) => unavailable(&error, lang),
    }
}

fn forbidden_step(from: TicketState, lang: Lang) -> Problem {
    let state = [("from", from.as_str().into())];
    Problem::new(StatusCode::CONFLICT, "forbidden-step", lang, &state)
        .with_allowed(from.may_become())
}

fn invalid_change(errors: &[FieldError], lang: Lang) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-change",
        lang,
        &[],
    )
    .with_errors(errors, lang)
}

fn invalid_parameters(faults: Faults, lang: Lang) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid-parameter", lang, &[]).with_parameters(faults)
}

fn unknown_ticket(lang: Lang) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-ticket", lang, &[])
}

fn ticket_id(reference: &str, lang: Lang) -> Result<TicketId, Problem> {
    TicketId::parse(reference).ok_or_else(|| unknown_ticket(lang))
}

async fn newsroom(state: &AppState, editor: &Editor, lang: Lang) -> Result<Newsroom, Problem> {
    browse_tickets::newsroom(&state.services, editor)
        .await
        .map_err(|error| unavailable(&error, lang))
}

fn is_type(headers: &HeaderMap, expected: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .is_some_and(|v| v.trim().eq_ignore_ascii_case(expected))
}

fn json_answer(body: Vec<u8>) -> Response {
    Response::builder()
        .content_type("application/json")
        // A program may keep it, but asks again with the tag each time.
        .header(header::CACHE_CONTROL, "private, no-cache")
        .body(body)
}
