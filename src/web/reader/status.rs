//! `GET/POST /r/{token}`: the reporter's page.

use minijinja::context;
use poem::{
    IntoResponse as _, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query, Redirect},
};
use serde::Deserialize;

use super::page;
use crate::{
    domain::{
        question::{BadWords, MAX_READER_ANSWERS, words_for},
        site::Lang,
        ticket::{PassageState, Resolution, TicketState},
    },
    rendering::translate,
    services::{
        answer_question::{self, AnswerError},
        follow_report::{self, FollowedReport},
    },
    views,
    web::{AppState, forms::Form, request_lang},
};

/// What the reader wants to do, and whether that was confirmed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StatusForm {
    action: String,
    confirmed: String,
    done: String,
    answer: String,
}

/// `GET /r/{token}`; with `?action=delete_address` (the link in the mail) the confirmation page.
#[handler]
pub async fn show(
    request: &Request,
    Path(token): Path<String>,
    Query(query): Query<StatusForm>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let found = find(state, &token).await?;
    match query.action.as_str() {
        "withdraw" if found.report.withdrawn_at.is_none() => {
            confirmation(state, request, &found, &token, "withdraw")
        }
        "delete_address" if found.contact.is_some() => {
            confirmation(state, request, &found, &token, "delete_address")
        }
        _ => status(state, request, &found, &token, (&query.done, None)),
    }
}

/// `POST /r/{token}`
#[handler]
pub async fn update(
    request: &Request,
    Path(token): Path<String>,
    Data(state): Data<&AppState>,
    Form(form): Form<StatusForm>,
) -> poem::Result<Response> {
    let found = find(state, &token).await?;
    if form.action == "answer" {
        return take_answer(state, request, &found, &token, &form.answer).await;
    }
    let action = match form.action.as_str() {
        "withdraw" => "withdraw",
        "delete_address" => "delete_address",
        _ => return Err(poem::Error::from_status(StatusCode::BAD_REQUEST)),
    };
    if form.confirmed != "yes" {
        return confirmation(state, request, &found, &token, action);
    }
    if action == "withdraw" {
        follow_report::withdraw(&state.services, &token).await?;
    } else {
        follow_report::delete_address(&state.services, &token).await?;
    }
    Ok(Redirect::see_other(format!("/r/{token}?done={action}")).into_response())
}

async fn find(state: &AppState, token: &str) -> poem::Result<FollowedReport> {
    // The same answer for a wrong token and for none.
    follow_report::find(&state.services, token)
        .await?
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))
}

fn confirmation(
    state: &AppState,
    request: &Request,
    found: &FollowedReport,
    token: &str,
    action: &str,
) -> poem::Result<Response> {
    let own = context! {
        site_name => found.site.as_ref().map_or("", |s| s.name.as_str()),
        action => action,
        reference => found.report.ticket.to_string(),
        status_url => format!("/r/{token}"),
    };
    Ok(page(
        state,
        "reader/confirm.html",
        request_lang(request),
        &format!("/r/{token}"),
        own,
    )?)
}

fn status(
    state: &AppState,
    request: &Request,
    found: &FollowedReport,
    token: &str,
    (done, refused): (&str, Option<(&str, String)>),
) -> poem::Result<Response> {
    let lang = request_lang(request);
    let report = &found.report;
    let exact = report.passage.as_ref().map(|p| p.exact.as_str());
    // A report on words that were corrected before it came is told so.
    let resolution = match found.ticket.resolution {
        Some(Resolution::Corrected) if report.counted_on_closed => {
            Some(Resolution::AlreadyCorrected)
        }
        other => other,
    };
    let flash = match done {
        "withdraw" | "delete_address" | "answer" => {
            let id = format!("status-done-{}", done.replace('_', "-"));
            context! { kind => "ok", text => translate(lang, &id, &[]) }
        }
        _ => minijinja::Value::from(()),
    };
    let own = context! {
        site_name => found.site.as_ref().map_or("", |s| s.name.as_str()),
        reference => report.ticket.to_string(),
        state => found.ticket.state.as_str(),
        resolution => resolution.map(crate::domain::ticket::Resolution::as_str),
        reason => found.ticket.reason.map(crate::domain::ticket::Reason::as_str),
        public_note => found.ticket.public_note.as_deref(),
        article => views::article_view(found.article.as_ref()),
        exact => exact,
        difference => exact.zip(report.suggestion.as_deref()).map(|(e, s)| views::pieces(e, s)),
        suggestion => report.suggestion.as_deref(),
        comment => report.comment.as_deref(),
        source => report.source.as_deref(),
        part => report.part.map(crate::domain::kind::Part::as_str),
        created_at => report.created_at,
        closed_at => found.ticket.closed_at,
        time_zone => found.site.as_ref().map(|s| s.time_zone.as_str()),
        days => found.site.as_ref().map_or(0, |s| state.services.contact_days(s)),
        contact => found.contact.as_ref().map(|c| if c.confirmed_at.is_some() { "confirmed" } else { "pending" }),
        withdrawn => report.withdrawn_at.is_some(),
        question => question_view(found, lang, refused),
        answers => found.answers.iter().map(|a| context! { at => a.at, text => a.body.as_str() }).collect::<Vec<_>>(),
        watched => watched(found),
        status_url => state.services.links.status(token),
        flash => flash,
    };
    Ok(page(
        state,
        "reader/status.html",
        lang,
        &format!("/r/{token}"),
        own,
    )?)
}

/// Keeps the answer; what cannot be kept comes back with the page.
async fn take_answer(
    state: &AppState,
    request: &Request,
    found: &FollowedReport,
    token: &str,
    typed: &str,
) -> poem::Result<Response> {
    let lang = request_lang(request);
    let (code, message, limit) = match state.rate_limit.check(state.networks.key(request)) {
        Err(wait) => (
            StatusCode::TOO_MANY_REQUESTS,
            "detail-rate-limited",
            ("seconds", wait.0.to_string()),
        ),
        Ok(()) => match answer_question::answer(&state.services, token, typed).await {
            Ok(()) => {
                let there = format!("/r/{token}?done=answer#question");
                return Ok(Redirect::see_other(there).into_response());
            }
            Err(AnswerError::UnknownReport) => {
                return Err(poem::Error::from_status(StatusCode::NOT_FOUND));
            }
            Err(AnswerError::Storage(error)) => return Err(error.into()),
            Err(AnswerError::NotAsked) => (
                StatusCode::CONFLICT,
                "question-over",
                ("limit", String::new()),
            ),
            Err(AnswerError::TooMany) => (
                StatusCode::CONFLICT,
                "question-too-many",
                ("limit", MAX_READER_ANSWERS.to_string()),
            ),
            Err(AnswerError::Bad(BadWords::Empty)) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "error-field-required",
                ("limit", String::new()),
            ),
            Err(AnswerError::Bad(BadWords::TooLong(most))) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "error-field-too-long",
                ("limit", most.to_string()),
            ),
        },
    };
    let words = translate(lang, message, &[(limit.0, limit.1.clone().into())]);
    // The ticket may have been closed a moment ago.
    let now = find(state, token).await.unwrap_or_else(|_| found.clone());
    let mut page = status(state, request, &now, token, ("", Some((typed, words))))?;
    page.set_status(code);
    if code == StatusCode::TOO_MANY_REQUESTS
        && let Ok(seconds) = limit.1.parse::<u64>()
    {
        page.headers_mut().insert("Retry-After", seconds.into());
    }
    Ok(page)
}

/// What the newsroom asks, and the field for the answer with what was typed into it.
fn question_view(
    found: &FollowedReport,
    lang: Lang,
    refused: Option<(&str, String)>,
) -> minijinja::Value {
    let reader = found.contact.as_ref().map_or(lang, |contact| contact.lang);
    let question = words_for(&found.questions, reader);
    let may_answer = found.answers.len() < MAX_READER_ANSWERS;
    let (typed, error) = refused.unzip();
    match question {
        Some(question) => context! {
            text => question.text.as_str(),
            lang => question.lang.as_str(),
            may_answer => may_answer,
            typed => typed,
            error => error,
        },
        None => match error {
            // Nothing is asked any more: what was typed is not lost.
            Some(error) => {
                context! { text => minijinja::Value::from(()), lang => lang.as_str(), may_answer => false, typed => typed, error => error }
            }
            None => minijinja::Value::from(()),
        },
    }
}

/// What the article says now in that place, where that is other than reported.
fn watched(found: &FollowedReport) -> minijinja::Value {
    let ticket = &found.ticket;
    let is_closed = ticket.state == TicketState::Closed;
    let says = match ticket.passage_state {
        _ if ticket.regressed && !is_closed => "regressed",
        PassageState::Changed if is_closed => "changed-closed",
        PassageState::Changed => "changed-open",
        PassageState::Gone if is_closed => "gone-closed",
        PassageState::Gone => "gone-open",
        _ => return minijinja::Value::from(()),
    };
    // Of a double, the other ticket's words may be others than this reader's.
    let is_own = found.report.passage.as_ref().map(|p| &p.exact)
        == ticket.passage.as_ref().map(|p| &p.exact);
    let sighting = found.sighting.as_ref();
    let now = sighting
        .and_then(|s| s.look.words.as_deref())
        .filter(|_| is_own && ticket.passage_state == PassageState::Changed);
    context! {
        says => says,
        change => ticket.passage.as_ref().zip(now).map(|(p, n)| views::pieces(&p.exact, n)),
        seen_at => sighting.and_then(|s| s.correction_seen_at).filter(|_| says != "regressed"),
    }
}
