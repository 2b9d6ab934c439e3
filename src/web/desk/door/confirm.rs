//! `/confirm`: the password once more, before something that would be dangerous in other hands.

use poem::{
    IntoResponse as _, Request, Response, handler,
    web::{Data, Query, Redirect},
};
use serde::Deserialize;

use super::{DoorForm, page, refusal};
use crate::{
    rendering::translate,
    services::own_account,
    web::{
        AppState,
        desk::fields::{Faults, Field, Fields},
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

/// Where to go on to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// The password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    password: String,
    next: String,
}

/// `GET /confirm?next=…`
#[handler]
pub async fn show(
    request: &Request,
    Query(query): Query<Next>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    confirm_page(state, request, &editor, &local_path(&query.next), None).await
}

/// `POST /confirm`
#[handler]
pub async fn create(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<ConfirmForm>,
) -> poem::Result<Response> {
    let next = local_path(&form.next);
    let confirmed = own_account::confirm(
        &state.services,
        &editor.editor,
        &editor.token,
        form.password,
    );
    match confirmed.await {
        Ok(()) => Ok(Redirect::see_other(next).into_response()),
        Err(error) => {
            let words = refusal(error, "confirm-wrong", editor.editor.lang)?;
            confirm_page(state, request, &editor, &next, Some(words)).await
        }
    }
}

async fn confirm_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    next: &str,
    error: Option<String>,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let faults = Faults::default();
    let fields = Fields::new(lang, &faults).with(Field {
        name: "password",
        kind: "password",
        label: "sign-in-password",
        autocomplete: Some("current-password"),
        ..Field::default()
    });
    let form = DoorForm {
        title: "confirm-title",
        lead: Some(translate(lang, "confirm-lead", &[])),
        error,
        fields: fields.shown(),
        action: "/confirm".to_owned(),
        submit: Some("confirm-submit"),
        next: Some(next.to_owned()),
        ..DoorForm::default()
    };
    page(state, request, Some(editor), form).await
}
