//! `/tickets/{reference}/forwarding`: a ticket is passed on to an address of the site's book. The mail is shown before it goes.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{answers, frame};
use crate::{
    domain::{
        clean::clean_text,
        editor::Role,
        ids::{ActId, AddressId, TicketId},
        ready_answer::AnswerTo,
        site::{Lang, Site},
        site_address::{Forwarded, MAX_MESSAGE, SiteAddress},
        ticket::{Closure, Resolution, Step, TicketState},
    },
    links::ticket_path,
    rendering::translate,
    services::{
        browse_tickets::{self, ReportsWanted, TicketDetails},
        forward_ticket, manage_addresses, ready_answers,
        triage_ticket::{Seen, TriageError},
    },
    views::{self, PassedOn},
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// What the form carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ForwardForm {
    csrf: String,
    version: Option<i64>,
    address: String,
    message: String,
    letter_de: String,
    letter_en: String,
    /// Not sent yet, but looked at once more.
    preview: String,
}

/// What a refused form is told: about which field (none for the whole), and in which words.
type Refusal = Option<(&'static str, String)>;

fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

/// `GET /tickets/{reference}/forwarding`
#[handler]
pub async fn show(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let form = ForwardForm::default();
    page(state, request, &editor, id, (&form, None)).await
}

/// `POST /tickets/{reference}/forwarding`: passes it on, or shows the mail with what was written.
#[handler]
pub async fn create(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<ForwardForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let id = TicketId::parse(&reference).ok_or_else(not_found)?;
    let lang = editor.editor.lang;
    let refuse = |code: StatusCode, field: &'static str, message: String| {
        let refused = (&form, Some((field, message)));
        let page = page(state, request, &editor, id, refused);
        async move {
            let mut response = page.await?;
            response.set_status(code);
            Ok(response)
        }
    };
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    let message = clean_text(&form.message);
    if message.chars().count() > MAX_MESSAGE {
        let limit = [("limit", MAX_MESSAGE.to_string().into())];
        let words = translate(lang, "error-field-too-long", &limit);
        return refuse(unfit, "message", words).await;
    }
    if !form.preview.is_empty() {
        return page(state, request, &editor, id, (&form, None)).await;
    }
    let site = browse_tickets::site_of(&state.services, &editor.editor, id)
        .await?
        .ok_or_else(not_found)?;
    let book = manage_addresses::of_site(&state.services, &site).await?;
    let Some(address) = chosen(&book, &form) else {
        let words = translate(lang, "forward-choose", &[]);
        return refuse(unfit, "address", words).await;
    };
    let steps = vec![Step::Close(Closure {
        forwarded: Some(Forwarded {
            to: address.id,
            name: address.name.clone(),
            message: (!message.is_empty()).then_some(message),
        }),
        ..Closure::of(Resolution::Forwarded)
    })];
    let own = ready_answers::of_site(&state.services, site.id).await?;
    let letters: Vec<(Lang, String)> = [(Lang::De, &form.letter_de), (Lang::En, &form.letter_en)]
        .into_iter()
        .map(|(lang, text)| (lang, clean_text(text)))
        .filter(|(lang, text)| {
            !text.is_empty() && *text != answers::text_of(&own, *lang, AnswerTo::Forwarded)
        })
        .collect();
    let act = ActId(state.services.new_id());
    let seen = Seen::Version(form.version.unwrap_or(-1));
    let who = (&editor.editor, act);
    let done =
        ready_answers::decide_with_letters(&state.services, who, id, seen, steps, &letters).await;
    match done {
        Ok(_) => {
            let there = super::undoing::offering(&ticket_path(id), act);
            Ok(Redirect::see_other(there).into_response())
        }
        Err(TriageError::UnknownTicket) => Err(not_found()),
        Err(TriageError::ReadOnly) => Err(poem::Error::from_status(StatusCode::FORBIDDEN)),
        Err(TriageError::Storage(error)) => Err(error.into()),
        Err(TriageError::BadAnswer(fault)) => {
            refuse(unfit, "letter", answers::told(lang, &fault)).await
        }
        Err(TriageError::UnknownAddress) => {
            let words = translate(lang, "forward-choose", &[]);
            refuse(unfit, "address", words).await
        }
        Err(_) => {
            let words = translate(lang, "ticket-stale", &[]);
            refuse(StatusCode::CONFLICT, "", words).await
        }
    }
}

fn chosen<'a>(book: &'a [SiteAddress], form: &ForwardForm) -> Option<&'a SiteAddress> {
    let id = Uuid::parse_str(&form.address).map(AddressId).ok()?;
    book.iter().find(|address| address.id == id)
}

async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    id: TicketId,
    (form, refused): (&ForwardForm, Refusal),
) -> poem::Result<Response> {
    let details = browse_tickets::details(
        &state.services,
        &editor.editor,
        id,
        ReportsWanted::on_a_page(None),
    )
    .await?
    .ok_or_else(not_found)?;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((editor, &newsroom)), lang).await?;
    let site = newsroom.site(details.ticket.site).ok_or_else(not_found)?;
    let book = manage_addresses::of_site(&state.services, site).await?;
    let (subject, body) = mail(state, site, &details, &clean_text(&form.message)).await?;
    let may_close = details
        .ticket
        .state
        .may_become()
        .contains(&TicketState::Closed);
    let administers = editor.editor.role_on(site.id) == Some(Role::Admin);
    Ok(state.page(
        "desk/forwarding.html",
        &context! {
            reference => id.to_string(),
            ticket_url => ticket_path(id),
            path => format!("{}/forwarding", ticket_path(id)),
            version => details.ticket.version,
            may_close => may_close,
            addresses => book.iter().map(|a| address_view(a, &form.address)).collect::<Vec<_>>(),
            book_url => administers.then(|| format!("/settings/sites/{}/addresses", site.key)),
            subject => subject,
            body => body,
            letters => answers::letters(state, site.id, &details.readers).await?,
            form => context! {
                message => form.message.as_str(),
                letter_de => form.letter_de.as_str(), letter_en => form.letter_en.as_str(),
                errors => refused.into_iter().collect::<std::collections::HashMap<_, _>>(),
            },
            ..frame
        },
    )?)
}

fn address_view(address: &SiteAddress, chosen: &str) -> Value {
    let id = address.id.to_string();
    context! {
        chosen => id == chosen,
        id => id,
        name => address.name.as_str(),
        email => address.email.as_str(),
        purpose => address.purpose.as_str(),
    }
}

/// Subject and text of the mail, as it would go now.
async fn mail(
    state: &AppState,
    site: &Site,
    details: &TicketDetails,
    message: &str,
) -> poem::Result<(String, String)> {
    let material = forward_ticket::material(&state.services, &details.ticket).await?;
    let context = views::passed_on(&PassedOn {
        ticket: &details.ticket,
        article: material.article.as_ref(),
        sighting: material.sighting.as_ref(),
        comments: &material.comments,
        sources: &material.sources,
        message: (!message.is_empty()).then_some(message),
        lang: site.lang,
        site_name: &site.name,
    });
    let subject = state
        .renderer
        .render("mail/ticket_forwarded/subject.txt", &context)?;
    let body = state
        .renderer
        .render("mail/ticket_forwarded/body.txt", &context)?;
    Ok((subject, body))
}
