//! The reports of a ticket on its page: one by one, and where the others are.

use minijinja::{Value, context};
use poem::Request;

use crate::{
    domain::{ids::ReportId, rule::Rule, ticket::Ticket},
    links::ticket_path,
    services::browse_tickets::TicketDetails,
    storage::reports::Report,
    views,
};

/// The ticket's page with the reports before that one, or with the newest; shown as it is shown now.
pub(super) fn page_url(request: &Request, ticket: &Ticket, before: Option<ReportId>) -> String {
    let query = request.uri().query().unwrap_or_default();
    let mut asked = url::form_urlencoded::Serializer::new(String::new());
    // A double that is looked at by itself, and reports that are being chosen.
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if matches!(&*name, "alone" | "splitting") {
            asked.append_pair(&name, &value);
        }
    }
    if let Some(before) = before {
        asked.append_pair("reports", &before.to_string());
    }
    let asked = asked.finish();
    let mark = if asked.is_empty() { "" } else { "?" };
    format!("{}{mark}{asked}#reports", ticket_path(ticket.id))
}

/// A report as `templates/components/report.html` shows it.
pub(super) fn view(report: &Report, details: &TicketDetails) -> Value {
    let exact = report.passage.as_ref().map(|p| p.exact.as_str());
    let same_passage = exact == details.ticket.passage.as_ref().map(|p| p.exact.as_str());
    let contact = details.contacts.iter().find(|c| c.report == report.id);
    context! {
        id => report.id.to_string(),
        created_at => report.created_at,
        kind => report.kind.as_str(),
        part => report.part.map(crate::domain::kind::Part::as_str),
        exact => exact,
        same_passage => same_passage,
        suggestion => report.suggestion.as_deref(),
        difference => exact.zip(report.suggestion.as_deref()).map(|(e, s)| views::pieces(e, s)),
        comment => report.comment.as_deref(),
        source => report.source.as_deref(),
        joined_by => report.joined_by.as_str(),
        merged_from => (report.ticket != details.ticket.id).then(|| report.ticket.to_string()),
        may_split => report.ticket == details.ticket.id && report.joined_by != Rule::Opened && details.ticket.report_count > 1,
        counted_on_closed => report.counted_on_closed,
        contact => contact.map(|c| if c.confirmed_at.is_some() { "confirmed" } else { "pending" }),
        answers => details.answers.iter().filter(|a| a.report == report.id)
            .map(|a| context! { at => a.at, text => a.body.as_str() }).collect::<Vec<_>>(),
        insisted => details.insisted.contains(&report.id),
        withdrawn => report.withdrawn_at.is_some(),
    }
}
