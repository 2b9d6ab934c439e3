//! `POST /tickets/{reference}/priority` and `…/tags`: where a ticket belongs among the others.

use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;

use super::ticket::{RefusedForm, page};
use crate::{
    domain::{
        ids::TicketId,
        priority::Priority,
        tag::{InvalidTag, MAX_TAG, MAX_TAGS, read_tag},
        ticket::{InvalidStep, Step},
    },
    links::ticket_path,
    rendering::translate,
    services::triage_ticket::{self, Seen, TriageError},
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// What the form of the priority carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PriorityForm {
    csrf: String,
    version: Option<i64>,
    /// `higher`, `lower` or `computed`.
    priority: String,
}

/// What the forms of the tags carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TagForm {
    csrf: String,
    /// To be put on; several with commas.
    tag: String,
    /// To be taken off.
    remove: String,
}

/// `POST /tickets/{reference}/priority`
#[handler]
pub async fn prioritise(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<PriorityForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let said = match form.priority.as_str() {
        "computed" => None,
        word => Some(
            Priority::parse(word)
                .ok_or_else(|| poem::Error::from_status(StatusCode::BAD_REQUEST))?,
        ),
    };
    let seen = Seen::Version(form.version.unwrap_or(-1));
    let steps = vec![Step::Prioritise(said)];
    let asked = Asked {
        request,
        state,
        editor: &editor,
        reference: &reference,
        typed: "",
    };
    asked.take(seen, steps).await
}

/// `POST /tickets/{reference}/tags`
#[handler]
pub async fn tag(
    request: &Request,
    Path(reference): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<TagForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let asked = Asked {
        request,
        state,
        editor: &editor,
        reference: &reference,
        typed: &form.tag,
    };
    if let Ok(tag) = read_tag(&form.remove) {
        return asked.take(Seen::Anything, vec![Step::Untag(tag)]).await;
    }
    let tags: Result<Vec<Step>, InvalidTag> = form
        .tag
        .split(',')
        .filter(|text| !text.trim().is_empty())
        .map(|text| read_tag(text).map(Step::Tag))
        .collect();
    match tags {
        Ok(steps) if steps.is_empty() => asked.refuse(InvalidTag::Empty).await,
        // Nobody's tag overwrites another's.
        Ok(steps) => asked.take(Seen::Anything, steps).await,
        Err(fault) => asked.refuse(fault).await,
    }
}

/// A request to change one ticket.
struct Asked<'a> {
    request: &'a Request,
    state: &'a AppState,
    editor: &'a CurrentEditor,
    reference: &'a str,
    typed: &'a str,
}

impl Asked<'_> {
    async fn take(&self, seen: Seen, steps: Vec<Step>) -> poem::Result<Response> {
        let id = self.id()?;
        let editor = &self.editor.editor;
        let lang = editor.lang;
        match triage_ticket::take_steps(&self.state.services, editor, id, seen, steps).await {
            Ok(_) => {
                Ok(Redirect::see_other(format!("{}#sorting", ticket_path(id))).into_response())
            }
            Err(TriageError::UnknownTicket) => Err(poem::Error::from_status(StatusCode::NOT_FOUND)),
            Err(TriageError::ReadOnly) => Err(poem::Error::from_status(StatusCode::FORBIDDEN)),
            Err(TriageError::Storage(error)) => Err(error.into()),
            Err(TriageError::Invalid(InvalidStep::Tag(fault))) => self.refuse(fault).await,
            Err(_) => {
                let stale = Some(translate(lang, "ticket-stale", &[]));
                let refused = RefusedForm {
                    action: Some("priority"),
                    stale,
                    ..RefusedForm::default()
                };
                self.show(StatusCode::CONFLICT, &refused).await
            }
        }
    }

    async fn refuse(&self, fault: InvalidTag) -> poem::Result<Response> {
        let (message, limit) = match fault {
            InvalidTag::Empty => ("error-field-required", 0),
            InvalidTag::TooLong => ("error-field-tag-too-long", MAX_TAG),
            InvalidTag::TooMany => ("error-field-too-many-tags", MAX_TAGS),
        };
        let limit = [("limit", limit.to_string().into())];
        let message = translate(self.editor.editor.lang, message, &limit);
        let refused = RefusedForm {
            action: Some("tags"),
            fields: vec![("tag", self.typed.to_owned())],
            errors: vec![("tag", message)],
            ..RefusedForm::default()
        };
        self.show(StatusCode::UNPROCESSABLE_ENTITY, &refused).await
    }

    async fn show(&self, status: StatusCode, refused: &RefusedForm) -> poem::Result<Response> {
        let page = page(self.state, self.request, self.editor, self.id()?, refused);
        let mut response = page.await?;
        response.set_status(status);
        Ok(response)
    }

    fn id(&self) -> poem::Result<TicketId> {
        TicketId::parse(self.reference)
            .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))
    }
}
