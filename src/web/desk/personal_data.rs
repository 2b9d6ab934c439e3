//! `/tickets/{reference}/address` and `/tickets/{reference}/blackout`: a reader's address, shown to an editor who
//! asks and deleted in one step; and private words, found and covered wherever they are stored.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query, Redirect},
};
use serde::Deserialize;
use uuid::Uuid;

use super::frame;
use crate::{
    domain::{
        blackout::{self, BARS},
        ids::{ReportId, TicketId},
    },
    links::ticket_path,
    rendering::translate,
    services::{
        browse_tickets::{self, ReportsWanted},
        personal_data::{self, Field, PersonalDataError, Place},
    },
    web::{AppState, forms::Form, session::CurrentEditor},
};

fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

fn refused(error: PersonalDataError) -> poem::Error {
    match error {
        PersonalDataError::Unknown => not_found(),
        PersonalDataError::ReadOnly => poem::Error::from_status(StatusCode::FORBIDDEN),
        PersonalDataError::Length | PersonalDataError::NotThere => {
            poem::Error::from_status(StatusCode::UNPROCESSABLE_ENTITY)
        }
        PersonalDataError::Storage(error) => error.into(),
    }
}

async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    template: &str,
    own: Value,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = frame(
        state,
        request,
        Some((editor, &newsroom)),
        editor.editor.lang,
    )
    .await?;
    Ok(state.page(template, &context! { ..own, ..frame })?)
}

fn ids(reference: &str, report: &str) -> poem::Result<(TicketId, ReportId)> {
    let ticket = TicketId::parse(reference).ok_or_else(not_found)?;
    let report =
        Uuid::parse_str(report).map_err(|_| poem::Error::from_status(StatusCode::BAD_REQUEST))?;
    Ok((ticket, ReportId(report)))
}

/// Whose address is meant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddressQuery {
    report: String,
}

/// `GET /tickets/{reference}/address?report=`
#[handler]
pub async fn address(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Query(query): Query<AddressQuery>,
) -> poem::Result<Response> {
    let (ticket, report) = ids(&reference, &query.report)?;
    let contact = personal_data::contact(&state.services, &editor.editor, ticket, report)
        .await
        .map_err(refused)?;
    let own = context! {
        reference => ticket.to_string(),
        url => ticket_path(ticket),
        report => report.to_string(),
        contact => contact.map(|c| context! { email => c.email, consented_at => c.consented_at, confirmed_at => c.confirmed_at, consent_text => c.consent_text }),
    };
    page(state, request, &editor, "desk/address.html", own).await
}

/// What the form to delete an address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    csrf: String,
    report: String,
}

/// `POST /tickets/{reference}/address`: deletes it. The page with the form has asked.
#[handler]
pub async fn delete_address(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<AddressForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let (ticket, report) = ids(&reference, &form.report)?;
    personal_data::delete_contact(&state.services, &editor.editor, ticket, report)
        .await
        .map_err(refused)?;
    let path = ticket_path(ticket);
    Ok(Redirect::see_other(format!("{path}?looked=address-deleted")).into_response())
}

/// What the form to black out carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BlackoutForm {
    csrf: String,
    words: String,
    confirmed: String,
}

/// `GET /tickets/{reference}/blackout`: asks for the words.
#[handler]
pub async fn ask_words(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    shown(state, request, &editor, id, "", None, None).await
}

/// `POST /tickets/{reference}/blackout`: shows where the words stand; confirmed, it covers them.
#[handler]
pub async fn black_out(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<BlackoutForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let services = &state.services;
    let lang = editor.editor.lang;
    if form.confirmed == "yes" {
        match personal_data::black_out_words(services, &editor.editor, id, &form.words).await {
            Ok(_) => {
                let path = ticket_path(id);
                return Ok(
                    Redirect::see_other(format!("{path}?looked=blacked-out")).into_response()
                );
            }
            // Somebody else was faster; the page says where they stand now.
            Err(PersonalDataError::NotThere | PersonalDataError::Length) => {}
            Err(error) => return Err(refused(error)),
        }
    }
    match personal_data::find_words(services, &editor.editor, id, &form.words).await {
        Ok(places) if places.is_empty() => {
            let error = translate(lang, "blackout-not-there", &[]);
            let answer = shown(state, request, &editor, id, &form.words, None, Some(error)).await;
            unprocessable(answer)
        }
        Ok(places) => {
            shown(
                state,
                request,
                &editor,
                id,
                &form.words,
                Some(&places),
                None,
            )
            .await
        }
        Err(PersonalDataError::Length) => {
            let limits = [
                ("least", blackout::MIN_WORDS.to_string().into()),
                ("most", blackout::MAX_WORDS.to_string().into()),
            ];
            let error = translate(lang, "blackout-length", &limits);
            let answer = shown(state, request, &editor, id, &form.words, None, Some(error)).await;
            unprocessable(answer)
        }
        Err(error) => Err(refused(error)),
    }
}

fn unprocessable(answer: poem::Result<Response>) -> poem::Result<Response> {
    answer.map(|mut answer| {
        answer.set_status(StatusCode::UNPROCESSABLE_ENTITY);
        answer
    })
}

async fn shown(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    id: TicketId,
    words: &str,
    places: Option<&[Place]>,
    error: Option<String>,
) -> poem::Result<Response> {
    let details = browse_tickets::details(
        &state.services,
        &editor.editor,
        id,
        ReportsWanted::on_a_page(None),
    )
    .await?
    .ok_or_else(not_found)?;
    let written: Vec<Value> = details
        .reports
        .iter()
        .filter_map(|r| Some(context! { at => r.created_at, text => r.comment.as_deref()? }))
        .collect();
    let own = context! {
        reference => id.to_string(),
        url => ticket_path(id),
        words => words,
        bars => BARS,
        error => error,
        written => written,
        places => places.map(|all| all.iter().map(|p| place_view(p, words)).collect::<Vec<_>>()),
    };
    page(state, request, editor, "desk/blackout.html", own).await
}

/// A text in pieces: what goes, and what stays around it.
fn place_view(place: &Place, words: &str) -> Value {
    let mut pieces = Vec::new();
    let mut done = 0;
    for found in blackout::find(&place.text, words) {
        pieces.push(context! { text => &place.text[done..found.start], goes => false });
        pieces.push(context! { text => &place.text[found.clone()], goes => true });
        done = found.end;
    }
    pieces.push(context! { text => &place.text[done..], goes => false });
    let field = match place.field {
        Field::Comment => "comment",
        Field::Suggestion => "suggestion",
        Field::Source => "source",
        Field::Note => "note",
        Field::Letter => "letter",
    };
    context! { field => field, of_report => place.report.is_some(), at => place.at, pieces => pieces }
}
