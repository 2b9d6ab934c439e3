//! `/password`: somebody forgot their password and asks for a link; `/password/{token}`: the link, where a new one is chosen.

use poem::{
    IntoResponse as _, Request, Response, handler,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;

use super::{
    DoorForm,
    invitation::{gone, wrong},
    page, refusal, weak,
};
use crate::{
    domain::{account::LinkPurpose, editor::Editor},
    rendering::translate,
    services::{invite_editors, manage_editors::ManageEditorsError, reset_password},
    web::{
        AppState,
        desk::fields::{Faults, Field, Fields},
        forms::Form,
        request_lang,
    },
};

/// Whose password is forgotten.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskForm {
    email: String,
}

/// `GET /password`
#[handler]
pub async fn show(request: &Request, Data(state): Data<&AppState>) -> poem::Result<Response> {
    ask_page(state, request, "", None).await
}

/// `POST /password`: the answer is the same whether the address is known or not.
#[handler]
pub async fn ask(
    request: &Request,
    Data(state): Data<&AppState>,
    Form(form): Form<AskForm>,
) -> poem::Result<Response> {
    let lang = request_lang(request);
    let network = state.networks.key(request);
    if let Err(error) = reset_password::ask(&state.services, &form.email, network.as_bytes()).await
    {
        let words = refusal(error, "error-sign-in-limited", lang)?;
        return ask_page(state, request, &form.email, Some(words)).await;
    }
    let sent = DoorForm {
        title: "password-sent-title",
        lead: Some(translate(lang, "password-sent-text", &[])),
        links: vec![("/sign-in", "sign-in-title")],
        ..DoorForm::default()
    };
    page(state, request, None, sent).await
}

async fn ask_page(
    state: &AppState,
    request: &Request,
    email: &str,
    error: Option<String>,
) -> poem::Result<Response> {
    let lang = request_lang(request);
    let faults = Faults::default();
    let fields = Fields::new(lang, &faults).with(Field {
        name: "email",
        kind: "email",
        label: "sign-in-email",
        value: email,
        autocomplete: Some("username"),
        ..Field::default()
    });
    let form = DoorForm {
        title: "password-forgotten",
        lead: Some(translate(lang, "password-forgotten-lead", &[])),
        error,
        fields: fields.shown(),
        action: "/password".to_owned(),
        submit: Some("password-send"),
        links: vec![("/sign-in", "sign-in-title")],
        ..DoorForm::default()
    };
    page(state, request, None, form).await
}

/// A new password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChooseForm {
    password: String,
}

/// `GET /password/{token}`
#[handler]
pub async fn choose(
    request: &Request,
    Path(token): Path<String>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let editor = invite_editors::find(&state.services, &token, LinkPurpose::PasswordReset).await?;
    choose_page(state, request, editor.as_ref(), &token, &Faults::default()).await
}

/// `POST /password/{token}`
#[handler]
pub async fn set(
    request: &Request,
    Path(token): Path<String>,
    Data(state): Data<&AppState>,
    Form(form): Form<ChooseForm>,
) -> poem::Result<Response> {
    let editor = invite_editors::find(&state.services, &token, LinkPurpose::PasswordReset).await?;
    let mut faults = Faults::default();
    match reset_password::set(&state.services, &token, form.password).await {
        Ok(()) => return Ok(Redirect::see_other("/sign-in?done=password").into_response()),
        Err(ManageEditorsError::Weak(error)) => weak(&mut faults, "password", error),
        Err(ManageEditorsError::Storage(error)) => return Err(error.into()),
        Err(_) => return choose_page(state, request, None, &token, &faults).await,
    }
    choose_page(state, request, editor.as_ref(), &token, &faults).await
}

async fn choose_page(
    state: &AppState,
    request: &Request,
    editor: Option<&Editor>,
    token: &str,
    faults: &Faults,
) -> poem::Result<Response> {
    let Some(editor) = editor.filter(|editor| editor.active) else {
        return gone(
            state,
            request,
            "password-choose-title",
            "password-link-gone",
        )
        .await;
    };
    let lang = request_lang(request);
    let fields = Fields::new(lang, faults).with(Field {
        name: "password",
        kind: "password",
        label: "password-new",
        hint: Some("password-hint"),
        autocomplete: Some("new-password"),
        ..Field::default()
    });
    let lead = translate(
        lang,
        "password-choose-lead",
        &[("email", editor.email.clone().into())],
    );
    let form = DoorForm {
        title: "password-choose-title",
        lead: Some(lead),
        error: wrong(faults, lang),
        fields: fields.shown(),
        action: format!("/password/{token}"),
        submit: Some("settings-save"),
        ..DoorForm::default()
    };
    page(state, request, None, form).await
}
