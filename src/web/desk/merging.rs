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
    rendering::{Argument, translate},
    services::{
        merge_tickets::{self, MOST_MERGED, MergeError},
        same_mistake::Perhaps,
        split_ticket::{self, MOST_SPLIT},
        triage_ticket::{Seen, TriageError},
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

/// `POST /tickets/{reference}/merging`: with another ticket; the one that was there first stays.
#[handler]
pub async fn merge(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(fields): Fields,
) -> poem::Result<Response> {
    let (id, act) = begin(state, &editor, &reference, &fields)?;
    let who = (&editor.editor, act);
    let done = match TicketId::parse(field(&fields, "with")) {
        Some(other) => {
            let others = [other];
            merge_tickets::merge_with(&state.services, who, id, Seen::Anything, &others).await
        }
        None => Err(MergeError::NoOther),
    };
    answer(id, act, done.map(|ticket| ticket.id))
}

/// `POST /tickets/{reference}/parting`: a double stands alone again; what was split off goes back where it came from.
#[handler]
pub async fn part(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(fields): Fields,
) -> poem::Result<Response> {
    let (id, act) = begin(state, &editor, &reference, &fields)?;
    let (services, editor) = (&state.services, &editor.editor);
    let done = match field(&fields, "join") {
        "" => merge_tickets::part(services, editor, act, id)
            .await
            .map(|ticket| ticket.id),
        _ => split_ticket::join_again(services, editor, act, id).await,
    };
    answer(id, act, done)
}

/// `POST /tickets/{reference}/splitting`: the chosen reports become a ticket of their own.
#[handler]
pub async fn split(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(fields): Fields,
) -> poem::Result<Response> {
    let (id, act) = begin(state, &editor, &reference, &fields)?;
    let chosen: Vec<ReportId> = fields
        .iter()
        .filter(|(name, _)| name == "report")
        .filter_map(|(_, value)| Uuid::parse_str(value).ok().map(ReportId))
        .collect();
    let (services, editor) = (&state.services, &editor.editor);
    let done = split_ticket::split(services, editor, act, id, Seen::Anything, &chosen).await;
    answer(id, act, done.map(|ticket| ticket.id))
}

/// Which ticket a form is about, and the act that it will be.
fn begin(
    state: &AppState,
    editor: &CurrentEditor,
    reference: &str,
    fields: &[(String, String)],
) -> poem::Result<(TicketId, ActId)> {
    editor.check(field(fields, "csrf"))?;
    let id = TicketId::parse(reference).ok_or_else(not_found)?;
    Ok((id, ActId(state.services.new_id())))
}

/// On to the ticket that came of it, with the offer to take it back; or back to where it was asked, with the reason.
fn answer(id: TicketId, act: ActId, done: Result<TicketId, MergeError>) -> poem::Result<Response> {
    let there = match done {
        Ok(there) => offering(&ticket_path(there), act),
        Err(error) => format!("{}?merging={}", ticket_path(id), reason(error)?),
    };
    Ok(Redirect::see_other(there).into_response())
}

/// The word for it in the page's address.
fn reason(error: MergeError) -> poem::Result<&'static str> {
    Ok(match error {
        MergeError::Triage(TriageError::UnknownTicket) => return Err(not_found()),
        MergeError::Triage(TriageError::ReadOnly) => {
            return Err(poem::Error::from_status(StatusCode::FORBIDDEN));
        }
        MergeError::Triage(TriageError::Storage(error)) => return Err(error.into()),
        MergeError::NoOther | MergeError::UnknownOther(_) => "unknown",
        MergeError::Itself(_) => "itself",
        MergeError::NotMerged => "parted",
        MergeError::NotSplitOff => "joined",
        MergeError::NoReport => "split-nothing",
        MergeError::OpenerStays(_) => "split-opener",
        MergeError::TooMany(MOST_SPLIT) => "split-many",
        MergeError::TooMany(_) => "many",
        MergeError::UnknownReport(_) | MergeError::Triage(_) => "changed",
    })
}

/// What the page says of an act that was not possible.
#[must_use]
pub fn told(lang: Lang, why: &str) -> Option<(&'static str, String)> {
    let (message, limit) = match why {
        "unknown" => ("merge-unknown", 0),
        "itself" => ("merge-itself", 0),
        "many" => ("merge-many", MOST_MERGED),
        "parted" => ("merge-parted-already", 0),
        "joined" => ("split-joined-already", 0),
        "split-nothing" => ("split-nothing", 0),
        "split-opener" => ("split-opener", 0),
        "split-many" => ("split-many", MOST_SPLIT),
        "changed" => ("merge-changed", 0),
        _ => return None,
    };
    let limit: Argument = limit.to_string().into();
    Some(("error", translate(lang, message, &[("limit", limit)])))
}

/// Whether the reports are to be chosen once more.
#[must_use]
pub fn chooses_again(why: &str) -> bool {
    why.starts_with("split-")
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
