//! `GET /tickets/{reference}`: one ticket with everything that belongs to it.

mod reports;
mod stale;

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response,
    error::ServiceUnavailable,
    handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{answers, article, following, frame, merging, names, note_view, sightings, with_flash};
use crate::{
    domain::{
        cause::Cause,
        cms_link::CmsPattern,
        editor::Role,
        house_rules,
        ids::{ArticleId, TicketId},
        kind::Kind,
        note,
        sentence::sentence_around,
        ticket::{EventDetails, EventKind, Reason, Resolution, Step, Ticket, TicketState},
    },
    links::{article_path, passage_path, ticket_path},
    services::{
        also_in::{self, AlsoInError, Elsewhere},
        browse_tickets::{self, Newsroom, ReportsWanted, TicketDetails},
        list_tickets, same_mistake,
        triage_ticket::TriageError,
    },
    storage::events::TicketEvent,
    views::{self, EventNames},
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// What a refused form held, to be shown again.
#[derive(Debug, Clone, Default)]
pub struct RefusedForm {
    /// Last part of the refused path.
    pub action: Option<&'static str>,
    /// What was typed.
    pub fields: Vec<(&'static str, String)>,
    /// What is wrong with which field.
    pub errors: Vec<(&'static str, String)>,
    /// What to say when the ticket changed meanwhile.
    pub stale: Option<String>,
    /// The version the form was made for.
    pub seen_version: Option<i64>,
    /// What was decided on that version.
    pub decided: Vec<Step>,
    /// Not refused, but to be looked at before it is sent.
    pub preview: bool,
}

/// `GET /tickets/{reference}`
#[handler]
pub async fn show(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let id = TicketId::parse(&reference)
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    let details = read(state, request, &editor, id).await?;
    // An old reference leads to the ticket that counts, unless the double itself is asked for.
    let alone = request.uri().query().is_some_and(|q| q.contains("alone"));
    if !alone && details.ticket.duplicate_of.is_some() {
        let ticket = details.ticket.clone();
        let original = browse_tickets::original(&state.services, &editor.editor, ticket).await?;
        if let Some(original) = original {
            let query = request
                .uri()
                .query()
                .map_or(String::new(), |q| format!("?{q}"));
            let there = format!("{}{query}", ticket_path(original.id));
            return Ok(Redirect::see_other(there).into_response());
        }
    }
    shown(state, request, &editor, details, &RefusedForm::default()).await
}

/// The ticket's page, after a refusal with what was typed.
///
/// # Errors
/// 404 for a ticket that is not there or not this editor's.
pub async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    id: TicketId,
    refused: &RefusedForm,
) -> poem::Result<Response> {
    let details = read(state, request, editor, id).await?;
    shown(state, request, editor, details, refused).await
}

/// A parameter of the page's address.
fn asked(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.into_owned())
}

async fn read(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    id: TicketId,
) -> poem::Result<TicketDetails> {
    let wanted = ReportsWanted::on_a_page(reports::asked_before(request));
    browse_tickets::details(&state.services, &editor.editor, id, wanted)
        .await?
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))
}

async fn shown(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    details: TicketDetails,
    refused: &RefusedForm,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let asked = |name: &str| asked(request, name);
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((editor, &newsroom)), lang).await?;
    let looked = article::done(lang, &asked("looked").unwrap_or_default());
    let merged = merging::told(lang, &asked("merging").unwrap_or_default());
    let frame = with_flash(with_flash(frame, looked), merged);
    let same = same_mistake::find(&state.services, &details.ticket).await?;
    let splitting = asked("splitting").is_some()
        || asked("merging").is_some_and(|why| merging::chooses_again(&why));
    let split_from = details.split_from();
    let now = state.services.now();
    let also = also_in::find(&state.services, &details.ticket).await?;
    let ticket = &details.ticket;
    let may_edit = editor.editor.edits(ticket.site);
    let tags_in_use = list_tickets::tags_of_site(&state.services, ticket.site).await?;
    let next = ticket.state.may_become().iter().filter(|_| may_edit);
    let allowed: Vec<&str> = next.map(|s| s.as_str()).collect();
    let field = |name: &str| {
        refused
            .fields
            .iter()
            .find(|(n, _)| *n == name)
            .map_or("", |(_, v)| v.as_str())
    };
    let events: Vec<Value> = details
        .events
        .iter()
        .map(|e| event_view(e, &newsroom))
        .collect();
    let changed_meanwhile = refused.stale.as_ref().map(|message| {
        let since = stale::shown_before(&details.events, refused.seen_version, ticket.version);
        context! {
            message => message,
            events => events[since..].to_vec(),
            anyway => stale::anyway(refused, ticket, &newsroom, now),
        }
    });
    Ok(state.page(
        "desk/ticket.html",
        &context! {
            ticket => context! { ..ticket_view(&details), ..views::row(ticket, details.article.as_ref(), names(&newsroom, ticket)) },
            reports => details.reports.iter().map(|r| reports::view(r, &details)).collect::<Vec<_>>(),
            older_reports_url => details.more_reports.map(|id| reports::page_url(request, ticket, Some(id), splitting)),
            newest_reports_url => asked("reports").map(|_| reports::page_url(request, ticket, None, splitting)),
            split_url => reports::page_url(request, ticket, reports::asked_before(request), !splitting),
            events => events,
            watch => sightings::passage_now(&details, now),
            letters => answers::letters(state, ticket.site, &details.readers).await?,
            answers_path => newsroom.site(ticket.site)
                .filter(|s| editor.editor.role_on(s.id) == Some(Role::Admin))
                .map(answers::answers_path),
            same => same.iter().map(merging::perhaps_view).collect::<Vec<_>>(),
            doubles => details.doubles.iter().map(merging::double_view).collect::<Vec<_>>(),
            splitting => splitting,
            split_from => split_from.map(|t| context! { reference => t.to_string(), url => ticket_path(t) }),
            cms_url => cms_url(&details, &newsroom),
            also_in => also.iter().flat_map(|a| &a.articles).map(elsewhere_view).collect::<Vec<_>>(),
            fetching => sightings::fetching(ticket.article, &details.watched, may_edit, now),
            allowed => allowed,
            may_edit => may_edit,
            house_word => house_word(ticket, &newsroom, may_edit),
            cause => (may_edit && ticket.has_cause()).then(|| context! {
                named => ticket.cause.map(Cause::as_str),
                causes => Cause::ALL.iter().map(|c| c.as_str()).collect::<Vec<_>>(),
            }),
            stale => changed_meanwhile,
            tags_in_use => tags_in_use,
            following => following::view(state, editor, &newsroom, ticket).await?,
            people => note_view::names_to_mention(&newsroom, ticket.site),
            preview => refused.preview.then(|| note_view::shown(&newsroom, editor, ticket.site, field("note"))),
            time_zone => newsroom.site(ticket.site).map(|s| s.time_zone.as_str()),
            form => context! {
                action => refused.action,
                resolution => field("resolution"), reason => field("reason"), public_note => field("public_note"),
                letter_de => field("letter_de"), letter_en => field("letter_en"),
                question_de => field("question_de"), question_en => field("question_en"), duplicate_of => field("duplicate_of"),
                note => field("note"), until => field("until"), date => field("date"),
                tag => field("tag"), assignee => field("assignee"), kind => field("kind"), desk => field("desk"),
                errors => refused.errors.iter().cloned().collect::<std::collections::HashMap<_, _>>(),
            },
            ..context! { ..choices(ticket, &newsroom), ..frame }
        },
    )?)
}

/// What may be chosen in the ticket's forms.
fn choices(ticket: &Ticket, newsroom: &Newsroom) -> Value {
    context! {
        resolutions => Resolution::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>(),
        reasons => Reason::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>(),
        editors => newsroom.editors.iter().filter(|e| e.edits(ticket.site))
            .map(|e| context! { id => e.id.to_string(), name => e.name.as_str() }).collect::<Vec<_>>(),
        kinds => Kind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>(),
        desks => newsroom.desks.iter().filter(|d| d.active && d.site == ticket.site)
            .map(|d| context! { id => d.id.to_string(), name => d.name.as_str() }).collect::<Vec<_>>(),
    }
}

/// The link to the article in the newsroom's content system.
fn cms_url(details: &TicketDetails, newsroom: &Newsroom) -> Option<String> {
    let site = newsroom.site(details.ticket.site)?;
    let pattern = CmsPattern::parse(site.settings.cms_url.as_deref()?).ok()?;
    pattern.link(&details.article.as_ref()?.url)
}

fn ticket_view(details: &TicketDetails) -> Value {
    let ticket = &details.ticket;
    let passage = ticket.passage.as_ref();
    context! {
        version => ticket.version,
        prefix => passage.map_or("", |p| p.prefix.as_str()),
        suffix => passage.map_or("", |p| p.suffix.as_str()),
        live_url => views::live_url(ticket, details.article.as_ref(), details.sighting.as_ref()).unwrap_or_else(|| passage_path(ticket.id)),
        suggestions => ticket.suggestions.iter().map(|s| context! {
            text => s.text.as_str(),
            count => s.count,
            difference => passage.map(|p| views::pieces(&p.exact, &s.text)),
            accepted => ticket.accepted_suggestion.as_deref() == Some(&s.text),
        }).collect::<Vec<_>>(),
        desk_id => ticket.desk.map(|d| d.to_string()),
        assignee_id => ticket.assignee.map(|e| e.to_string()),
        duplicate_of => ticket.duplicate_of.map(|t| context! { reference => t.to_string(), url => ticket_path(t) }),
        parting => format!("{}/parting", ticket_path(ticket.id)),
        snoozed_until => ticket.snoozed_until,
        waits_for_report => ticket.waits_for_report(),
        resolution_reason => ticket.reason.map(crate::domain::ticket::Reason::as_str),
        public_note => ticket.public_note.as_deref(),
        cause => ticket.cause.map(Cause::as_str),
        correction => correction(ticket),
    }
}

/// What is offered where the marked words were closed as house style: to remember them.
fn house_word(ticket: &Ticket, newsroom: &Newsroom, may_edit: bool) -> Option<Value> {
    let exact = &ticket.passage.as_ref()?.exact;
    let fits = may_edit
        && ticket.reason == Some(Reason::HouseStyle)
        && exact.chars().count() <= house_rules::MAX_WORDS;
    let site = newsroom.site(ticket.site).filter(|_| fits)?;
    let key = house_rules::key(exact);
    let known = site
        .settings
        .house_rules
        .iter()
        .any(|rule| house_rules::key(&rule.words) == key);
    Some(context! { page => format!("/sites/{}/house-rules", site.key), known => known })
}

/// What was changed, as far as the editor has said so.
fn correction(ticket: &Ticket) -> Value {
    let corrected =
        ticket.state == TicketState::Closed && ticket.resolution == Some(Resolution::Corrected);
    match (&ticket.passage, &ticket.accepted_suggestion) {
        (Some(passage), Some(after)) if corrected => {
            context! { before => passage.exact.as_str(), after => after.as_str() }
        }
        _ => Value::from(()),
    }
}

/// Another article with the same wrong words.
fn elsewhere_view(other: &Elsewhere) -> Value {
    let passage = &other.passage;
    let (before, after) = sentence_around(&passage.prefix, &passage.exact, &passage.suffix);
    let article = &other.article;
    context! {
        id => article.id.to_string(),
        title => article.facts.title.as_deref().unwrap_or(&article.url),
        url => article_path(article.id),
        lang => article.facts.lang.as_deref(),
        before => before, exact => passage.exact.as_str(), after => after,
        places => other.places,
        known => other.ticket.map(|t| context! { reference => t.to_string(), url => ticket_path(t) }),
    }
}

/// What the form of "also in" carries: the articles, by their ids.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AlsoForm {
    csrf: String,
    articles: String,
}

/// `POST /tickets/{reference}/also`: tickets for the same words in other articles.
#[handler]
pub async fn open_elsewhere(
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<AlsoForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let chosen = form
        .articles
        .split_whitespace()
        .take(also_in::MOST_ARTICLES)
        .map(|id| Uuid::parse_str(id).map(ArticleId))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| poem::Error::from_status(StatusCode::BAD_REQUEST))?;
    let came = match also_in::open_there(&state.services, &editor.editor, id, &chosen).await {
        Ok(_) => "elsewhere",
        Err(AlsoInError::NotThere) => "nowhere",
        Err(AlsoInError::Triage(TriageError::UnknownTicket)) => return Err(not_found()),
        Err(AlsoInError::Triage(TriageError::ReadOnly)) => {
            return Err(poem::Error::from_status(StatusCode::FORBIDDEN));
        }
        Err(AlsoInError::Storage(error)) => return Err(error.into()),
        Err(error) => return Err(ServiceUnavailable(error)),
    };
    let path = ticket_path(id);
    Ok(Redirect::see_other(format!("{path}?looked={came}")).into_response())
}

fn event_view(entry: &TicketEvent, newsroom: &Newsroom) -> Value {
    let details = &entry.event.details;
    let actor = match entry.editor {
        Some(id) => Some(newsroom.editor_name(id).unwrap_or("?").to_owned()),
        None if [EventKind::Reported, EventKind::Answered].contains(&entry.event.kind) => {
            Some("reader".to_owned())
        }
        None => None,
    };
    context! {
        at => entry.at,
        actor => actor,
        ..views::event(&entry.event, &event_names(details, newsroom))
    }
}

/// The names of what an entry points to.
fn event_names<'a>(details: &EventDetails, newsroom: &'a Newsroom) -> EventNames<'a> {
    let mentioned = newsroom
        .editors
        .iter()
        .filter(|e| details.mentions.contains(&e.id));
    EventNames {
        assignee: details.assignee.and_then(|id| newsroom.editor_name(id)),
        desk: details.desk.and_then(|id| newsroom.desk_name(id)),
        people: note::people(mentioned),
    }
}
