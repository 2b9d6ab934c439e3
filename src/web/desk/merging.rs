//! `POST /tickets/{reference}/merging`, `/parting`, `/splitting`: tickets that are about the same mistake become one, and are taken apart again.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use uuid::Uuid;

use super::undoing::offering;
use crate::{
    domain::{
        ids::{ActId, ReportId, TicketId},
        rule::Rule,
        site::Lang,
        ticket::Ticket,
    },
    links::ticket_path,
    rendering::translate,
    services::{
        browse_tickets, merge_tickets, same_mistake::Perhaps, split_ticket,
        triage_ticket::TriageError,
    },
    views,
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// A form's fields; one of the same name may come several times.
type Fields = Form<Vec<(String, String)>>;

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let found = fields.iter().find(|(n, _)| n == name);
    found.map_or("", |(_, value)| value.as_str())
}

fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

/// What went wrong, told on the ticket's page.
fn refused(id: TicketId, error: TriageError) -> poem::Result<Response> {
    let why = match error {
        TriageError::UnknownTicket => return Err(not_found()),
        TriageError::ReadOnly => return Err(poem::Error::from_status(StatusCode::FORBIDDEN)),
        TriageError::Storage(error) => return Err(error.into()),
        TriageError::UnknownOriginal => "unknown",
        TriageError::CannotSplit => "split",
        TriageError::NotMerged => "parted",
        _ => "changed",
    };
    Ok(Redirect::see_other(format!("{}?merging={why}", ticket_path(id))).into_response())
}

/// What the page says of an act that was not possible.
#[must_use]
pub fn told(lang: Lang, why: &str) -> Option<(&'static str, String)> {
    let message = match why {
        "unknown" => "merge-unknown",
        "split" => "split-refused",
        "parted" => "merge-parted-already",
        "changed" => "merge-changed",
        _ => return None,
    };
    Some(("error", translate(lang, message, &[])))
}

/// `POST /tickets/{reference}/merging`: with another ticket; the one that was there first stays.
#[handler]
pub async fn merge(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(fields): Fields,
) -> poem::Result<Response> {
    editor.check(field(&fields, "csrf"))?;
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let other = TicketId::parse(field(&fields, "with"));
    let other = match other {
        Some(other) => browse_tickets::find(&state.services, &editor.editor, other).await?,
        None => None,
    };
    let own = browse_tickets::find(&state.services, &editor.editor, id)
        .await?
        .ok_or_else(not_found)?;
    let Some(other) = other.filter(|o| o.site == own.site && o.id != id) else {
        return refused(id, TriageError::UnknownOriginal);
    };
    let act = ActId(state.services.new_id());
    let (into, double) = if other.id < id {
        (other.id, id)
    } else {
        (id, other.id)
    };
    match merge_tickets::merge(&state.services, &editor.editor, act, into, &[double]).await {
        Ok(original) => {
            let there = offering(&ticket_path(original.id), act);
            Ok(Redirect::see_other(there).into_response())
        }
        Err(error) => refused(id, error),
    }
}

/// `POST /tickets/{reference}/parting`: a double stands alone again; what was split off goes back where it came from.
#[handler]
pub async fn part(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(fields): Fields,
) -> poem::Result<Response> {
    editor.check(field(&fields, "csrf"))?;
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let act = ActId(state.services.new_id());
    let (services, editor) = (&state.services, &editor.editor);
    let done = match field(&fields, "join") {
        "" => merge_tickets::part(services, editor, act, id)
            .await
            .map(|t| t.id),
        _ => split_ticket::join_again(services, editor, act, id).await,
    };
    match done {
        Ok(there) => {
            let there = offering(&ticket_path(there), act);
            Ok(Redirect::see_other(there).into_response())
        }
        Err(error) => refused(id, error),
    }
}

/// `POST /tickets/{reference}/splitting`: the chosen reports become a ticket of their own.
#[handler]
pub async fn split(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(fields): Fields,
) -> poem::Result<Response> {
    editor.check(field(&fields, "csrf"))?;
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let chosen: Vec<ReportId> = fields
        .iter()
        .filter(|(name, _)| name == "report")
        .filter_map(|(_, value)| Uuid::parse_str(value).ok().map(ReportId))
        .collect();
    let act = ActId(state.services.new_id());
    match split_ticket::split(&state.services, &editor.editor, act, id, &chosen).await {
        Ok(new) => {
            let there = offering(&ticket_path(new.id), act);
            Ok(Redirect::see_other(there).into_response())
        }
        Err(error) => refused(id, error),
    }
}

/// What `templates/components/same.html` offers.
#[must_use]
pub fn perhaps_view(perhaps: &Perhaps) -> Value {
    let other = &perhaps.ticket;
    let passage = other.passage.as_ref();
    context! {
        reference => other.id.to_string(),
        url => ticket_path(other.id),
        why => match perhaps.why {
            Rule::SameCorrection => "same-correction",
            Rule::SameWords => "same-words",
            Rule::SamePart => "same-part",
            _ => "overlap",
        },
        kind => other.kind.as_str(),
        state => other.state.as_str(),
        report_count => other.report_count,
        exact => passage.map(|p| p.exact.as_str()),
        difference => passage.zip(other.leading_suggestion()).map(|(p, s)| views::pieces(&p.exact, s)),
    }
}

/// A ticket that was merged into the one that is shown.
#[must_use]
pub fn double_view(double: &Ticket) -> Value {
    context! {
        reference => double.id.to_string(),
        url => format!("{}?alone=yes", ticket_path(double.id)),
        parting => format!("{}/parting", ticket_path(double.id)),
        report_count => double.report_count,
    }
}
