//! `/invitation/{token}`: somebody who was invited chooses a name and a password, and is at the desk.

use poem::{
    IntoResponse as _, Request, Response, handler,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;

use super::{DoorForm, page, weak};
use crate::{
    domain::{
        account::{LinkPurpose, rough_device},
        clean::clean_line,
        editor::Editor,
        site::Lang,
    },
    rendering::translate,
    services::{invite_editors, manage_editors::ManageEditorsError},
    web::{
        AppState,
        desk::{
            fields::{Faults, Field, Fields},
            settings::site_form::MAX_NAME,
            sign_in::begin_session,
        },
        forms::Form,
        request_lang,
    },
};

/// Name and password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AcceptForm {
    name: String,
    password: String,
}

/// `GET /invitation/{token}`: changes nothing, as mail programs look at links too.
#[handler]
pub async fn show(
    request: &Request,
    Path(token): Path<String>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let invited = invite_editors::find(&state.services, &token, LinkPurpose::Invitation).await?;
    let form = AcceptForm {
        name: invited.as_ref().map(|e| e.name.clone()).unwrap_or_default(),
        password: String::new(),
    };
    invitation_page(
        state,
        request,
        invited.as_ref(),
        &token,
        &form,
        &Faults::default(),
    )
    .await
}

/// `POST /invitation/{token}`
#[handler]
pub async fn accept(
    request: &Request,
    Path(token): Path<String>,
    Data(state): Data<&AppState>,
    Form(form): Form<AcceptForm>,
) -> poem::Result<Response> {
    let invited = invite_editors::find(&state.services, &token, LinkPurpose::Invitation).await?;
    let name = clean_line(&form.name);
    let mut faults = Faults::default();
    if name.is_empty() {
        faults.add("name", "error-field-required");
    } else if name.chars().count() > MAX_NAME {
        faults.add_with(
            "name",
            "error-field-too-long",
            vec![("limit", MAX_NAME.to_string())],
        );
    }
    if invited.is_some() && faults.is_empty() {
        let device = rough_device(request.header("User-Agent").unwrap_or_default());
        let password = form.password.clone();
        let accepted = invite_editors::accept(&state.services, &token, name, password, device);
        match accepted.await {
            Ok(session) => {
                let mut response = Redirect::see_other("/profile/security").into_response();
                begin_session(state, &mut response, &session);
                return Ok(response);
            }
            Err(ManageEditorsError::Weak(error)) => weak(&mut faults, "password", error),
            Err(ManageEditorsError::Storage(error)) => return Err(error.into()),
            // Accepted a moment ago, or taken back.
            Err(_) => {
                return invitation_page(state, request, None, &token, &form, &faults).await;
            }
        }
    }
    invitation_page(state, request, invited.as_ref(), &token, &form, &faults).await
}

async fn invitation_page(
    state: &AppState,
    request: &Request,
    invited: Option<&Editor>,
    token: &str,
    form: &AcceptForm,
    faults: &Faults,
) -> poem::Result<Response> {
    let Some(editor) = invited else {
        return gone(state, request, "invitation-title", "invitation-gone").await;
    };
    let lang = request_lang(request);
    let fields = Fields::new(lang, faults)
        .with(Field {
            name: "name",
            kind: "text",
            label: "people-name",
            value: &form.name,
            autocomplete: Some("name"),
            ..Field::default()
        })
        .with(Field {
            name: "password",
            kind: "password",
            label: "sign-in-password",
            hint: Some("password-hint"),
            autocomplete: Some("new-password"),
            ..Field::default()
        });
    let lead = translate(
        lang,
        "invitation-lead",
        &[("email", editor.email.clone().into())],
    );
    let form = DoorForm {
        title: "invitation-title",
        lead: Some(lead),
        error: wrong(faults, lang),
        fields: fields.shown(),
        action: format!("/invitation/{token}"),
        submit: Some("invitation-submit"),
        ..DoorForm::default()
    };
    page(state, request, None, form).await
}

/// What a form with faults says above them.
pub(super) fn wrong(faults: &Faults, lang: Lang) -> Option<String> {
    (!faults.is_empty()).then(|| translate(lang, "settings-wrong", &[]))
}

/// A link that is good no more.
pub(super) async fn gone(
    state: &AppState,
    request: &Request,
    title: &'static str,
    words: &'static str,
) -> poem::Result<Response> {
    let form = DoorForm {
        title,
        error: Some(translate(request_lang(request), words, &[])),
        links: vec![
            ("/password", "password-forgotten"),
            ("/sign-in", "sign-in-title"),
        ],
        ..DoorForm::default()
    };
    page(state, request, None, form).await
}
