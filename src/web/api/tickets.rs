//! `/api/v1/tickets`: editors' programs list, read and change tickets.

use poem::{
    Request, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Path},
};

use super::{
    bearer::{authorize, unavailable},
    conditions, json_body, ticket_json,
    ticket_problems::{forbidden_step, invalid_change, refused, unknown_ticket},
    ticket_query::{self, Faults},
};
use crate::{
    domain::{
        editor::{Editor, Scope},
        ids::{ActId, ReportId, TicketId},
        report::{FieldError, Problem as FieldProblem},
        site::Lang,
        site_address::{Forwarded, SiteAddress},
        ticket::{Ticket, TicketState},
        ticket_change::{Change, Named, read_change},
    },
    services::{
        browse_tickets::{self, Newsroom, ReportsWanted},
        list_tickets, manage_addresses, ready_answers,
        triage_ticket::TriageError,
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

pub(super) fn answer(result: Result<Response, Problem>) -> Response {
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
    let seen = list_tickets::sightings(services, &page)
        .await
        .map_err(|error| unavailable(&error, lang))?;
    let shown = ticket_json::list(&page, &seen, &newsroom, &services.links);
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
    let document = json_body::read(headers, body, &CHANGE_TYPES, MAX_CHANGE_BYTES, lang).await?;
    let change = read_change(&document).map_err(|errors| invalid_change(&errors, lang))?;
    let newsroom = newsroom(state, &editor, lang).await?;
    let ticket = browse_tickets::find(&state.services, &editor, id)
        .await
        .map_err(|error| unavailable(&error, lang))?
        .ok_or_else(|| unknown_ticket(lang))?;
    let seen = conditions::seen(headers, &ticket);
    let site = newsroom
        .site(ticket.site)
        .filter(|_| change.forward_to.is_some());
    let book = match site {
        Some(site) => manage_addresses::of_site(&state.services, site)
            .await
            .map_err(|error| unavailable(&error, lang))?,
        None => Vec::new(),
    };
    let named = match named(&change, &newsroom, &book, &ticket) {
        Ok(found) => found,
        // Who may not change it hears that first, and nothing of what it could be changed to.
        Err(_) if !editor.edits(ticket.site) => return Err(refused(TriageError::ReadOnly, lang)),
        Err(errors) => return Err(invalid_change(&errors, lang)),
    };
    let letters = change.letters.clone();
    let renew = change.state == Some(TicketState::New);
    // There is no step back to new; whether the rest would be possible is asked all the same, and refused as a whole.
    let steps = if renew {
        Vec::new()
    } else {
        change.steps(named, &ticket.tags)
    };
    let who = (&editor, ActId(state.services.new_id()));
    let taken = ready_answers::decide_with_letters(&state.services, who, id, seen, steps, &letters)
        .await
        .map_err(|error| refused(error, lang))?;
    if renew {
        return Err(forbidden_step(taken.state, lang));
    }
    let (response, _) = representation(state, &editor, &newsroom, id, None, lang).await?;
    Ok(response)
}

/// The ticket as it is now, with its tag.
pub(super) async fn representation(
    state: &AppState,
    editor: &Editor,
    newsroom: &Newsroom,
    id: TicketId,
    reports_before: Option<ReportId>,
    lang: Lang,
) -> Result<(Response, String), Problem> {
    let wanted = ReportsWanted::for_a_program(reports_before);
    let details = browse_tickets::details(&state.services, editor, id, wanted)
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

/// Whom and what the change names, on the ticket's site.
fn named(
    change: &Change,
    newsroom: &Newsroom,
    book: &[SiteAddress],
    ticket: &Ticket,
) -> Result<Named, Vec<FieldError>> {
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
    let forwarded = change.forward_to.as_ref().and_then(|forward| {
        let found = book.iter().find(|address| address.is_called(&forward.to));
        if found.is_none() {
            fail("/forward_to", FieldProblem::UnknownAddress);
        }
        found.map(|address| Forwarded {
            to: address.id,
            name: address.name.clone(),
            message: forward.message.clone(),
        })
    });
    if errors.is_empty() {
        Ok(Named {
            assignee,
            desk,
            forwarded,
        })
    } else {
        Err(errors)
    }
}

pub(super) async fn newsroom(
    state: &AppState,
    editor: &Editor,
    lang: Lang,
) -> Result<Newsroom, Problem> {
    browse_tickets::newsroom(&state.services, editor)
        .await
        .map_err(|error| unavailable(&error, lang))
}

fn invalid_parameters(faults: Faults, lang: Lang) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid-parameter", lang, &[]).with_parameters(faults)
}

pub(super) fn ticket_id(reference: &str, lang: Lang) -> Result<TicketId, Problem> {
    TicketId::parse(reference).ok_or_else(|| unknown_ticket(lang))
}

fn json_answer(body: Vec<u8>) -> Response {
    Response::builder()
        .content_type("application/json")
        // A program may keep it, but asks again with the tag each time.
        .header(header::CACHE_CONTROL, "private, no-cache")
        .body(body)
}
