//! `/sign-in/factor`: the password was right; now a code of the app, or a recovery code.

use poem::{
    IntoResponse as _, Request, Response, handler,
    web::{Data, Query, Redirect},
};
use serde::Deserialize;

use super::{DoorForm, page, refusal};
use crate::{
    rendering::translate,
    services::second_factor,
    web::{
        AppState,
        desk::{
            fields::{Faults, Field, Fields},
            sign_in::begin_session,
        },
        forms::Form,
        request_lang,
        session::{local_path, token_of},
    },
};

/// Where to go on to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// A code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FactorForm {
    code: String,
    next: String,
}

/// `GET /sign-in/factor`
#[handler]
pub async fn show(
    request: &Request,
    Query(query): Query<Next>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    factor_page(state, request, &local_path(&query.next), None).await
}

/// `POST /sign-in/factor`
#[handler]
pub async fn create(
    request: &Request,
    Data(state): Data<&AppState>,
    Form(form): Form<FactorForm>,
) -> poem::Result<Response> {
    let next = local_path(&form.next);
    let Some(token) = token_of(request, state.settings.https) else {
        return Ok(Redirect::see_other("/sign-in").into_response());
    };
    if second_factor::waiting(&state.services, &token)
        .await?
        .is_none()
    {
        return Ok(Redirect::see_other("/sign-in").into_response());
    }
    match second_factor::let_in(&state.services, &token, &form.code).await {
        Ok((_, session)) => {
            let mut response = Redirect::see_other(next).into_response();
            begin_session(state, &mut response, &session);
            Ok(response)
        }
        Err(error) => {
            let words = refusal(error, "factor-wrong", request_lang(request))?;
            factor_page(state, request, &next, Some(words)).await
        }
    }
}

async fn factor_page(
    state: &AppState,
    request: &Request,
    next: &str,
    error: Option<String>,
) -> poem::Result<Response> {
    let token = token_of(request, state.settings.https).unwrap_or_default();
    if second_factor::waiting(&state.services, &token)
        .await?
        .is_none()
    {
        return Ok(Redirect::see_other("/sign-in").into_response());
    }
    let lang = request_lang(request);
    let faults = Faults::default();
    let fields = Fields::new(lang, &faults).with(Field {
        name: "code",
        kind: "text",
        label: "factor-code",
        hint: Some("factor-code-hint"),
        autocomplete: Some("one-time-code"),
        ..Field::default()
    });
    let form = DoorForm {
        title: "factor-title",
        lead: Some(translate(lang, "factor-lead", &[])),
        error,
        fields: fields.shown(),
        action: "/sign-in/factor".to_owned(),
        submit: Some("factor-submit"),
        next: Some(next.to_owned()),
        links: vec![("/sign-in", "factor-other")],
    };
    page(state, request, None, form).await
}
