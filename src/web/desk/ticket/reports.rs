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

/// Before which report those stand that the page's address asks for; none for the newest.
pub(super) fn asked_before(request: &Request) -> Option<ReportId> {
    let before = super::asked(request, "reports")?;
    before.parse().ok().map(ReportId)
}

/// The ticket's page with the reports before that one, or with the newest; with `splitting`, some are being chosen to be split off.
pub(super) fn page_url(
    request: &Request,
    ticket: &Ticket,
    before: Option<ReportId>,
    splitting: bool,
) -> String {
    let mut asked = url::form_urlencoded::Serializer::new(String::new());
    // A double that is looked at by itself.
    if let Some(alone) = super::asked(request, "alone") {
        asked.append_pair("alone", &alone);
    }
    if splitting {
        asked.append_pair("splitting", "1");
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
