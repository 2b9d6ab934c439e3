//! `/profile/security`: a new password, and the second factor with its recovery codes.

use minijinja::{Value, context};
use poem::{
    IntoResponse as _, Request, Response, handler,
    http::{HeaderValue, StatusCode, header},
    web::{Data, Query, Redirect},
};
use qrcode::{QrCode, render::svg};
use serde::Deserialize;

use crate::{
    domain::second_factor::{address, spelled},
    rendering::translate,
    services::{
        own_account::{self, OwnAccountError},
        second_factor,
        sign_in::SignInError,
    },
    web::{
        AppState,
        desk::{
            door::weak,
            fields::{Faults, Field, Fields},
            settings::{go_on, page, sites::refused},
        },
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

const PATH: &str = "/profile/security";
/// Where a factor is set up.
const SET_UP: &str = "/profile/security/factor";

/// The old password and the new.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    old: String,
    password: String,
}

/// `GET /profile/security`
#[handler]
pub async fn show(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    security_page(state, request, &editor, &Faults::default()).await
}

/// `POST /profile/security/password`
#[handler]
pub async fn change_password(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<PasswordForm>,
) -> poem::Result<Response> {
    let mut faults = Faults::default();
    let changed = own_account::change_password(
        &state.services,
        &editor.editor,
        &editor.token,
        form.old,
        form.password,
    );
    match changed.await {
        Ok(()) => return Ok(go_on(PATH, "password")),
        Err(OwnAccountError::Weak(error)) => weak(&mut faults, "password", error),
        Err(OwnAccountError::SignIn(SignInError::Wrong)) => faults.add("old", "confirm-wrong"),
        Err(OwnAccountError::SignIn(SignInError::Wait(_))) => {
            faults.add("old", "error-sign-in-limited");
        }
        Err(
            OwnAccountError::Storage(error) | OwnAccountError::SignIn(SignInError::Storage(error)),
        ) => {
            return Err(error.into());
        }
        Err(OwnAccountError::SignIn(SignInError::Hashing)) => {
            return Err(poem::Error::from_status(StatusCode::INTERNAL_SERVER_ERROR));
        }
    }
    refused(security_page(state, request, &editor, &faults).await?)
}

async fn security_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    faults: &Faults,
) -> poem::Result<Response> {
    let account = own_account::find(&state.services, &editor.editor).await?;
    let password = Fields::new(editor.editor.lang, faults)
        .with(Field {
            name: "old",
            kind: "password",
            label: "password-old",
            autocomplete: Some("current-password"),
            ..Field::default()
        })
        .with(Field {
            name: "password",
            kind: "password",
            label: "password-new",
            hint: Some("password-hint"),
            autocomplete: Some("new-password"),
            ..Field::default()
        });
    let codes_left = second_factor::codes_left(&state.services, &editor.editor).await?;
    let own = context! {
        password => password.shown(),
        has_factor => account.has_factor(),
        required => second_factor::is_required(&state.services, &editor.editor),
        since => account.factor.as_ref().and_then(|f| f.confirmed_at),
        codes_left => codes_left,
    };
    page(
        state,
        request,
        editor,
        "profile/security.html",
        "security",
        own,
    )
    .await
}

/// Where to go on to once the factor is set up; empty for who came from this page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// A code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
    next: String,
}

/// A page on this server, in any case.
fn onward(next: &str) -> String {
    if next.is_empty() {
        PATH.to_owned()
    } else {
        local_path(next)
    }
}

/// `GET /profile/security/factor`: the square for the app, and a field for its first code.
#[handler]
pub async fn begin_factor(
    request: &Request,
    Query(query): Query<Next>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    factor_page(state, request, &editor, &query.next, &Faults::default()).await
}

/// `POST /profile/security/factor`
#[handler]
pub async fn confirm_factor(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<CodeForm>,
) -> poem::Result<Response> {
    let mut faults = Faults::default();
    let confirmed =
        second_factor::confirm(&state.services, &editor.editor, &editor.token, &form.code);
    match confirmed.await {
        Ok(Some(codes)) => return codes_page(state, request, &editor, codes, &form.next).await,
        Ok(None) => faults.add("code", "factor-wrong"),
        Err(SignInError::Storage(error)) => return Err(error.into()),
        Err(_) => faults.add("code", "error-sign-in-limited"),
    }
    refused(factor_page(state, request, &editor, &form.next, &faults).await?)
}

async fn factor_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    next: &str,
    faults: &Faults,
) -> poem::Result<Response> {
    let begun = second_factor::begin(&state.services, &editor.editor, &editor.token).await?;
    let Some(secret) = begun else {
        return Ok(Redirect::see_other(onward(next)).into_response());
    };
    let lang = editor.editor.lang;
    let issuer = format!("Fehlermelder {}", state.services.links.host());
    let square = QrCode::new(address(secret, &issuer, &editor.editor.email))
        .map(|code| {
            code.render::<svg::Color<'_>>()
                .quiet_zone(true)
                .min_dimensions(220, 220)
                .build()
        })
        .unwrap_or_default();
    // Only the drawing: the declaration before it belongs to a file.
    let square = square.find("<svg").map_or("", |at| &square[at..]);
    let code = Fields::new(lang, faults).with(Field {
        name: "code",
        kind: "text",
        label: "factor-first-code",
        autocomplete: Some("one-time-code"),
        ..Field::default()
    });
    let own = context! {
        square => Value::from_safe_string(square.to_owned()),
        spelled => spelled(secret),
        required => second_factor::is_required(&state.services, &editor.editor),
        next => (!next.is_empty()).then(|| local_path(next)),
        fields => code.shown(),
    };
    let response = page(
        state,
        request,
        editor,
        "profile/factor.html",
        "security",
        own,
    )
    .await?;
    Ok(unkept(response))
}

/// `POST /profile/security/codes`: new recovery codes.
#[handler]
pub async fn renew_codes(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let account = own_account::find(&state.services, &editor.editor).await?;
    if !account.has_factor() {
        return Ok(Redirect::see_other(PATH).into_response());
    }
    let codes = second_factor::renew_codes(&state.services, &editor.editor).await?;
    codes_page(state, request, &editor, codes, "").await
}

/// Shown once: there is no way back to them.
async fn codes_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    codes: Vec<String>,
    next: &str,
) -> poem::Result<Response> {
    let own = context! {
        codes => codes,
        next => onward(next),
        title => translate(editor.editor.lang, "factor-codes-title", &[]),
    };
    let response = page(
        state,
        request,
        editor,
        "profile/codes.html",
        "security",
        own,
    )
    .await?;
    Ok(unkept(response))
}

/// `POST /profile/security/factor/removal`: where there must be a factor, straight on to setting up another, as on a new phone.
#[handler]
pub async fn remove_factor(
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let editor = &editor.editor;
    second_factor::remove(&state.services, editor.id, editor).await?;
    let path = if second_factor::is_required(&state.services, editor) {
        SET_UP
    } else {
        PATH
    };
    Ok(go_on(path, "factor-removed"))
}

/// A page with a secret on it: not even the browser keeps it.
pub(super) fn unkept(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
