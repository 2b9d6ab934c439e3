//! `/api/v1/tickets/{reference}/merges` and `…/splits`: programs make one ticket of several and several of one, and take it back at any
//! time. What was merged into a ticket and what was split off from it are collections of the ticket's, whose members are tickets.
//!
//! `If-Match` is about the ticket that the address names first.

use poem::{
    Body, Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};
use serde_json::Value;

use super::{
    bearer::{authorize, unavailable},
    conditions, json_body,
    ticket_problems::{invalid_change, not_merged, unknown_ticket},
    tickets::{answer, newsroom, representation, ticket_id},
};
use crate::{
    domain::{
        editor::{Editor, Scope},
        ids::{ActId, TicketId},
        site::Lang,
        ticket_change::{read_reports, read_tickets},
    },
    services::{
        browse_tickets,
        merge_tickets::{self, MOST_MERGED, MergeError},
        split_ticket::{self, MOST_SPLIT},
        triage_ticket::Seen,
    },
    web::{AppState, lang_of_headers, problem::Problem},
};

/// The largest body, in bytes.
pub const MAX_NAMES_BYTES: usize = 64 * 1024;

/// `POST /api/v1/tickets/{reference}/merges`: with one ticket or many; the one that came first stays.
#[handler]
pub async fn merge(
    request: &Request,
    Path(reference): Path<String>,
    body: Body,
    Data(state): Data<&AppState>,
) -> Response {
    let lang = lang_of_headers(request.headers());
    let done = async {
        let asked = Asked::by(state, request, &reference, lang).await?;
        let others = read_tickets(&sent(request, body, lang).await?, MOST_MERGED)
            .map_err(|faults| invalid_change(&faults, lang))?;
        let (who, id, seen) = (asked.who(), asked.id, asked.seen);
        let stays = merge_tickets::merge_with(&state.services, who, id, seen, &others)
            .await
            .map_err(|error| not_merged(error, &others, &[], lang))?;
        asked.show(state, stays.id, lang).await
    };
    answer(done.await)
}

/// `DELETE /api/v1/tickets/{reference}/merges/{double}`: a double stands alone again.
#[handler]
pub async fn part(
    request: &Request,
    Path((reference, double)): Path<(String, String)>,
    Data(state): Data<&AppState>,
) -> Response {
    let lang = lang_of_headers(request.headers());
    let done = async {
        let asked = Asked::by(state, request, &reference, lang).await?;
        let refused = |error| not_merged(error, &[], &[], lang);
        let double = TicketId::parse(&double).ok_or(MergeError::NotMerged);
        let double = double.map_err(refused)?;
        let (who, id, seen) = (asked.who(), asked.id, asked.seen);
        let parted = merge_tickets::part_from(&state.services, who, id, seen, double)
            .await
            .map_err(refused)?;
        asked.show(state, parted.id, lang).await
    };
    answer(done.await)
}

/// `POST /api/v1/tickets/{reference}/splits`: some of its reports become a ticket of their own.
#[handler]
pub async fn split(
    request: &Request,
    Path(reference): Path<String>,
    body: Body,
    Data(state): Data<&AppState>,
) -> Response {
    let lang = lang_of_headers(request.headers());
    let done = async {
        let asked = Asked::by(state, request, &reference, lang).await?;
        let reports = read_reports(&sent(request, body, lang).await?, MOST_SPLIT)
            .map_err(|faults| invalid_change(&faults, lang))?;
        let (act, id, seen) = (asked.act, asked.id, asked.seen);
        let new = split_ticket::split(&state.services, &asked.editor, act, id, seen, &reports)
            .await
            .map_err(|error| not_merged(error, &[], &reports, lang))?;
        let mut made = asked.show(state, new.id, lang).await?;
        made.set_status(StatusCode::CREATED);
        if let Some(place) = made.headers_mut().remove(header::CONTENT_LOCATION) {
            made.headers_mut().insert(header::LOCATION, place);
        }
        Ok(made)
    };
    answer(done.await)
}

/// `DELETE /api/v1/tickets/{reference}/splits/{split}`: the reports of what was split off come back.
#[handler]
pub async fn join(
    request: &Request,
    Path((reference, new)): Path<(String, String)>,
    Data(state): Data<&AppState>,
) -> Response {
    let lang = lang_of_headers(request.headers());
    let done = async {
        let asked = Asked::by(state, request, &reference, lang).await?;
        let refused = |error| not_merged(error, &[], &[], lang);
        let new = TicketId::parse(&new).ok_or(MergeError::NotSplitOff);
        let new = new.map_err(refused)?;
        let (who, id, seen) = (asked.who(), asked.id, asked.seen);
        let joined = split_ticket::join_again_to(&state.services, who, id, seen, new)
            .await
            .map_err(refused)?;
        asked.show(state, joined.id, lang).await
    };
    answer(done.await)
}

/// Who asks about which ticket, and what they saw of it.
struct Asked {
    editor: Editor,
    act: ActId,
    id: TicketId,
    seen: Seen,
}

impl Asked {
    async fn by(
        state: &AppState,
        request: &Request,
        reference: &str,
        lang: Lang,
    ) -> Result<Self, Problem> {
        let headers = request.headers();
        let editor = authorize(state, headers, Scope::TicketsWrite, lang).await?;
        let id = ticket_id(reference, lang)?;
        let ticket = browse_tickets::find(&state.services, &editor, id)
            .await
            .map_err(|error| unavailable(&error, lang))?
            .ok_or_else(|| unknown_ticket(lang))?;
        // Who may not change it hears that first, and nothing of what could be done with it.
        if !editor.edits(ticket.site) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "read-only", lang, &[]));
        }
        Ok(Self {
            act: ActId(state.services.new_id()),
            seen: conditions::seen(headers, &ticket),
            editor,
            id,
        })
    }

    fn who(&self) -> (&Editor, ActId) {
        (&self.editor, self.act)
    }

    /// That ticket as it is now, with its tag and its address.
    async fn show(&self, state: &AppState, id: TicketId, lang: Lang) -> Result<Response, Problem> {
        let newsroom = newsroom(state, &self.editor, lang).await?;
        let shown = representation(state, &self.editor, &newsroom, id, None, lang).await?;
        let mut response = shown.0;
        let place = format!("/api/v1/tickets/{id}");
        if let Ok(place) = header::HeaderValue::from_str(&place) {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_LOCATION, place);
        }
        Ok(response)
    }
}

async fn sent(request: &Request, body: Body, lang: Lang) -> Result<Value, Problem> {
    let types = ["application/json"];
    json_body::read(request.headers(), body, &types, MAX_NAMES_BYTES, lang).await
}
