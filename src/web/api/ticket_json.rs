//! The shape of a ticket in the API: an explicit list of fields, so that nothing gets out by accident. Readers' addresses
//! never do: of a contact only its state is said.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    domain::{
        article::Article,
        cause::Cause,
        clock::UnixMillis,
        grouping::Rule,
        ids::{EventId, ReportId, TicketId},
        kind::{Kind, Part},
        passage::Passage,
        priority::{Freshness, Priority},
        question::Question,
        sighting::Sighting,
        ticket::{
            Actor, EventKind, PassageState, Reason, Resolution, Suggestion, Ticket, TicketState,
        },
    },
    links::Links,
    services::{
        browse_tickets::{Newsroom, TicketDetails},
        list_tickets::TicketPage,
    },
    storage::{events::TicketEvent, reports::Report},
};

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct TicketListJson<'a> {
    tickets: Vec<TicketJson<'a>>,
    next_cursor: Option<String>,
    previous_cursor: Option<String>,
}

/// A ticket, as in a list.
#[derive(Debug, Serialize)]
pub struct TicketJson<'a> {
    reference: String,
    site: &'a str,
    state: TicketState,
    resolution: Option<Resolution>,
    reason: Option<Reason>,
    duplicate_of: Option<String>,
    passage_state: PassageState,
    regressed: bool,
    kind: Kind,
    article: ArticleJson<'a>,
    passage: Option<TicketPassageJson<'a>>,
    part: Option<Part>,
    suggestions: &'a [Suggestion],
    accepted_suggestion: Option<&'a str>,
    report_count: i64,
    desk: Option<&'a str>,
    assignee: Option<&'a str>,
    legal: bool,
    tags: &'a [String],
    priority: PriorityJson,
    public_note: Option<&'a str>,
    cause: Option<Cause>,
    snoozed_until: Option<String>,
    created_at: String,
    updated_at: String,
    closed_at: Option<String>,
    url: String,
}

/// How pressing it is, and why: kind, number of reports and legal claims stand beside.
#[derive(Debug, Serialize)]
struct PriorityJson {
    weight: i64,
    article: Freshness,
    set: Option<Priority>,
}

#[derive(Debug, Serialize)]
struct ArticleJson<'a> {
    url: &'a str,
    title: Option<&'a str>,
    sections: &'a [String],
}

#[derive(Debug, Serialize)]
struct PassageJson<'a> {
    exact: &'a str,
    prefix: &'a str,
    suffix: &'a str,
    start: Option<i64>,
    end: Option<i64>,
}

#[derive(Debug, Serialize)]
struct TicketPassageJson<'a> {
    #[serde(flatten)]
    passage: PassageJson<'a>,
    /// What stands there now, where the passage state is `changed`.
    now: Option<&'a str>,
}

/// A ticket with all that belongs to it.
#[derive(Debug, Serialize)]
pub struct TicketDetailsJson<'a> {
    #[serde(flatten)]
    ticket: TicketJson<'a>,
    reports: Vec<ReportJson<'a>>,
    next_reports_cursor: Option<String>,
    /// What was merged into it, also by way of others.
    duplicates: Vec<String>,
    /// The ticket that its reports were split off from.
    split_from: Option<String>,
    events: Vec<EventJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ReportJson<'a> {
    id: ReportId,
    created_at: String,
    kind: Kind,
    passage: Option<PassageJson<'a>>,
    part: Option<Part>,
    suggestion: Option<&'a str>,
    comment: Option<&'a str>,
    source: Option<&'a str>,
    page_url: Option<&'a str>,
    joined_by: Rule,
    counted_on_closed: bool,
    contact: Option<&'static str>,
    answers: Vec<AnswerJson<'a>>,
    withdrawn_at: Option<String>,
}

/// What the reader answered when asked.
#[derive(Debug, Serialize)]
struct AnswerJson<'a> {
    at: String,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct EventJson<'a> {
    id: EventId,
    at: String,
    kind: EventKind,
    /// The editor's address; nobody when a reader or the server itself did it.
    by: Option<&'a str>,
    from: Option<TicketState>,
    to: Option<TicketState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<Resolution>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desk: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_suggestion: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_kind: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snoozed_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passage_state: Option<PassageState>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    regressed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    correction_missing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    also_in: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Priority>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Question]>::is_empty")]
    questions: &'a [Question],
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<ReportId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forwarded_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
}

/// A moment as RFC 3339 in UTC, to the millisecond.
#[must_use]
pub fn moment(at: UnixMillis) -> String {
    let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}

/// A page of a list.
#[must_use]
pub fn list<'a>(
    page: &'a TicketPage,
    seen: &'a BTreeMap<TicketId, Sighting>,
    newsroom: &'a Newsroom,
    links: &Links,
) -> TicketListJson<'a> {
    TicketListJson {
        tickets: page
            .tickets
            .iter()
            .map(|t| {
                ticket(
                    &t.ticket,
                    Some(&t.article),
                    seen.get(&t.ticket.id),
                    newsroom,
                    links,
                )
            })
            .collect(),
        next_cursor: page.next.map(|cursor| cursor.to_string()),
        previous_cursor: page.previous.map(|cursor| cursor.to_string()),
    }
}

/// One ticket with its reports and its history.
#[must_use]
pub fn details<'a>(
    details: &'a TicketDetails,
    newsroom: &'a Newsroom,
    links: &Links,
) -> TicketDetailsJson<'a> {
    TicketDetailsJson {
        ticket: ticket(
            &details.ticket,
            details.article.as_ref(),
            details.sighting.as_ref(),
            newsroom,
            links,
        ),
        reports: details.reports.iter().map(|r| report(r, details)).collect(),
        next_reports_cursor: details.more_reports.map(|id| id.to_string()),
        duplicates: details.doubles.iter().map(|d| d.id.to_string()).collect(),
        split_from: details.split_from().map(|id| id.to_string()),
        events: details.events.iter().map(|e| event(e, newsroom)).collect(),
    }
}

fn ticket<'a>(
    ticket: &'a Ticket,
    article: Option<&'a Article>,
    sighting: Option<&'a Sighting>,
    newsroom: &'a Newsroom,
    links: &Links,
) -> TicketJson<'a> {
    let now = sighting
        .filter(|_| ticket.passage_state == PassageState::Changed)
        .and_then(|s| s.look.words.as_deref());
    TicketJson {
        reference: ticket.id.to_string(),
        site: newsroom.site(ticket.site).map_or("", |s| s.key.as_str()),
        state: ticket.state,
        resolution: ticket.resolution,
        reason: ticket.reason,
        duplicate_of: ticket.duplicate_of.map(|id| id.to_string()),
        passage_state: ticket.passage_state,
        regressed: ticket.regressed,
        kind: ticket.kind,
        article: ArticleJson {
            url: article.map_or("", |a| a.url.as_str()),
            title: article.and_then(|a| a.facts.title.as_deref()),
            sections: article.map_or(&[], |a| a.facts.sections.as_slice()),
        },
        passage: ticket.passage.as_ref().map(|p| TicketPassageJson {
            passage: passage(p),
            now,
        }),
        part: ticket.part,
        suggestions: &ticket.suggestions,
        accepted_suggestion: ticket.accepted_suggestion.as_deref(),
        report_count: ticket.report_count,
        desk: ticket.desk.and_then(|id| newsroom.desk_name(id)),
        assignee: ticket.assignee.and_then(|id| newsroom.editor_email(id)),
        legal: ticket.legal,
        tags: &ticket.tags,
        priority: PriorityJson {
            weight: ticket.weight,
            article: ticket.explain_weight().article,
            set: ticket.priority,
        },
        public_note: ticket.public_note.as_deref(),
        cause: ticket.cause,
        snoozed_until: ticket.snoozed_until.map(moment),
        created_at: moment(ticket.created_at),
        updated_at: moment(ticket.updated_at),
        closed_at: ticket.closed_at.map(moment),
        url: links.ticket(ticket.id),
    }
}

fn passage(passage: &Passage) -> PassageJson<'_> {
    PassageJson {
        exact: &passage.exact,
        prefix: &passage.prefix,
        suffix: &passage.suffix,
        start: passage.start,
        end: passage.end,
    }
}

fn report<'a>(report: &'a Report, details: &'a TicketDetails) -> ReportJson<'a> {
    let contact = details.contacts.iter().find(|c| c.report == report.id);
    ReportJson {
        id: report.id,
        created_at: moment(report.created_at),
        kind: report.kind,
        passage: report.passage.as_ref().map(passage),
        part: report.part,
        suggestion: report.suggestion.as_deref(),
        comment: report.comment.as_deref(),
        source: report.source.as_deref(),
        page_url: report.page_url.as_deref(),
        joined_by: report.joined_by,
        counted_on_closed: report.counted_on_closed,
        contact: contact.map(|c| match c.confirmed_at {
            Some(_) => "confirmed",
            None => "pending",
        }),
        answers: details
            .answers
            .iter()
            .filter(|a| a.report == report.id)
            .map(|a| AnswerJson {
                at: moment(a.at),
                text: &a.body,
            })
            .collect(),
        withdrawn_at: report.withdrawn_at.map(moment),
    }
}

fn event<'a>(entry: &'a TicketEvent, newsroom: &'a Newsroom) -> EventJson<'a> {
    let details = &entry.event.details;
    EventJson {
        id: entry.id,
        at: moment(entry.at),
        kind: entry.event.kind,
        by: entry.editor.and_then(|id| newsroom.editor_email(id)),
        from: entry.event.from,
        to: entry.event.to,
        resolution: details.resolution,
        reason: details.reason,
        duplicate_of: details.duplicate_of.map(|id| id.to_string()),
        other: details.other.map(|id| id.to_string()),
        note: details.note.as_deref(),
        public_note: details.public_note.as_deref(),
        assignee: details.assignee.and_then(|id| newsroom.editor_email(id)),
        desk: details.desk.and_then(|id| newsroom.desk_name(id)),
        accepted_suggestion: details.suggestion.as_deref(),
        ticket_kind: details.kind,
        snoozed_until: details.until.map(moment),
        actor: details.by,
        passage_state: details.passage_state,
        regressed: details.regressed,
        correction_missing: details.correction_missing,
        also_in: details.also_in.map(|id| id.to_string()),
        priority: details.priority,
        tag: details.tag.as_deref(),
        questions: &details.questions,
        report: details.report,
        cause: details.cause,
        forwarded_to: details.forwarded.as_ref().map(|to| to.name.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_have_milliseconds_even_when_these_are_none() {
        assert_eq!(moment(1_795_422_135_123), "2026-11-23T08:22:15.123Z");
        assert_eq!(moment(1_795_422_135_000), "2026-11-23T08:22:15.000Z");
    }
}
