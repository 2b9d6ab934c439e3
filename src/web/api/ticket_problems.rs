//! Why a program's wish was not done to a ticket, as problem documents.

use poem::http::StatusCode;

use super::bearer::unavailable;
use crate::{
    domain::{
        ids::{ReportId, TicketId},
        ready_answer::{BadAnswer, MAX_ANSWER},
        report::{FieldError, Problem as FieldProblem},
        site::Lang,
        tag::{InvalidTag, MAX_TAGS},
        ticket::{InvalidStep, TicketState},
    },
    services::{merge_tickets::MergeError, triage_ticket::TriageError},
    web::problem::Problem,
};

pub(super) fn refused(error: TriageError, lang: Lang) -> Problem {
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
        TriageError::UnknownAddress => field("/forward_to", FieldProblem::UnknownAddress),
        TriageError::BadAnswer(BadAnswer::TooLong) => {
            field("/letters", FieldProblem::TooLong(MAX_ANSWER))
        }
        TriageError::BadAnswer(BadAnswer::UnknownPlace(_)) => {
            field("/letters", FieldProblem::UnknownPlace)
        }
        TriageError::UnknownDesk => field("/desk", FieldProblem::UnknownDesk),
        TriageError::UnknownAssignee => field("/assignee", FieldProblem::UnknownPerson),
        TriageError::Storage(error) => unavailable(&error, lang),
    }
}

pub(super) fn forbidden_step(from: TicketState, lang: Lang) -> Problem {
    let state = [("from", from.as_str().into())];
    Problem::new(StatusCode::CONFLICT, "forbidden-step", lang, &state)
        .with_allowed(from.may_become())
}

pub(super) fn invalid_change(errors: &[FieldError], lang: Lang) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-change",
        lang,
        &[],
    )
    .with_errors(errors, lang)
}

pub(super) fn unknown_ticket(lang: Lang) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-ticket", lang, &[])
}

/// Why nothing was merged or split: as [`refused`], and what was named in the body has its place there.
pub(super) fn not_merged(
    error: MergeError,
    tickets: &[TicketId],
    reports: &[ReportId],
    lang: Lang,
) -> Problem {
    let field = |pointer: String, problem| invalid_change(&[FieldError { pointer, problem }], lang);
    let ticket = |id: TicketId, problem| {
        let at = tickets.iter().position(|named| *named == id).unwrap_or(0);
        field(format!("/tickets/{at}"), problem)
    };
    let report = |id: ReportId, problem| {
        let at = reports.iter().position(|named| *named == id).unwrap_or(0);
        field(format!("/reports/{at}"), problem)
    };
    let conflict = |name: &str| Problem::new(StatusCode::CONFLICT, name, lang, &[]);
    match error {
        MergeError::NoOther => field("/tickets".into(), FieldProblem::Missing),
        MergeError::Itself(id) => ticket(id, FieldProblem::OwnReference),
        MergeError::UnknownOther(id) => ticket(id, FieldProblem::UnknownReference),
        MergeError::TooMany(most) if reports.is_empty() => {
            field("/tickets".into(), FieldProblem::TooMany(most))
        }
        MergeError::TooMany(most) => field("/reports".into(), FieldProblem::TooMany(most)),
        MergeError::NoReport => field("/reports".into(), FieldProblem::Missing),
        MergeError::OpenerStays(id) => report(id, FieldProblem::OpenerStays),
        MergeError::UnknownReport(id) => report(id, FieldProblem::UnknownReport),
        MergeError::NotMerged => conflict("not-merged"),
        MergeError::NotSplitOff => conflict("not-split-off"),
        MergeError::Triage(error) => refused(error, lang),
    }
}
