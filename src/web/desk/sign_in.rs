//! Signing in and out, and the language switch.

use minijinja::context;
use poem::{
    IntoResponse, Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, Query, Redirect, cookie::Cookie},
};
use serde::Deserialize;

use super::{frame, with_flash};
use crate::{
    domain::{account::rough_device, site::Lang},
    rendering::translate,
    services::sign_in::{self, SignInError},
    storage::editors,
    web::{
        AppState,
        forms::Form,
        request_lang,
        session::{self, CurrentEditor, is_same_site, local_path},
    },
};

/// Where to go on to.
#[derive(Debug, Deserialize)]
pub struct Next {
    next: Option<String>,
    done: Option<String>,
}

/// `GET /sign-in`
#[handler]
pub async fn show(
    request: &Request,
    Query(query): Query<Next>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let next = local_path(query.next.as_deref().unwrap_or("/?state=new"));
    let changed = query.done.as_deref() == Some("password");
    let done = changed.then(|| translate(request_lang(request), "sign-in-password-changed", &[]));
    page(state, request, "", &next, None, done).await
}

async fn page(
    state: &AppState,
    request: &Request,
    email: &str,
    next: &str,
    error: Option<String>,
    done: Option<String>,
) -> poem::Result<Response> {
    let lang = request_lang(request);
    let frame = frame(state, request, None, lang).await?;
    let frame = with_flash(frame, done.map(|words| ("ok", words)));
    Ok(state.page(
        "desk/sign_in.html",
        &context! { form => context! { email => email }, error => error, next => next, ..frame },
    )?)
}

/// Address and password.
#[derive(Deserialize)]
pub struct SignInForm {
    email: String,
    password: String,
    next: Option<String>,
}

/// `POST /sign-in`
#[handler]
pub async fn create(
    request: &Request,
    Data(state): Data<&AppState>,
    Form(form): Form<SignInForm>,
) -> poem::Result<Response> {
    if !is_same_site(request, state.services.links.base()) {
        return Err(poem::Error::from_status(StatusCode::FORBIDDEN));
    }
    let next = local_path(form.next.as_deref().unwrap_or("/?state=new"));
    let lang = request_lang(request);
    match sign_in::sign_in(
        &state.services,
        &form.email,
        form.password,
        state.networks.key(request).as_bytes(),
        rough_device(request.header("User-Agent").unwrap_or_default()),
    )
    .await
    {
        Ok(signed_in) => {
            let next = if signed_in.awaits_factor {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                format!("/sign-in/factor?next={next}")
            } else {
                next
            };
            let mut response = Redirect::see_other(next).into_response();
            begin_session(state, &mut response, &signed_in.token);
            Ok(response)
        }
        Err(SignInError::Storage(error)) => Err(error.into()),
        Err(error) => {
            let (status, id) = match error {
                SignInError::Wait(_) => (StatusCode::TOO_MANY_REQUESTS, "error-sign-in-limited"),
                _ => (StatusCode::UNPROCESSABLE_ENTITY, "error-sign-in-failed"),
            };
            let mut response = page(
                state,
                request,
                &form.email,
                &next,
                Some(translate(lang, id, &[])),
                None,
            )
            .await?;
            response.set_status(status);
            if let SignInError::Wait(seconds) = error {
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
    }
}

/// A form that carries nothing but its token.
#[derive(Debug, Deserialize)]
pub struct Confirmed {
    csrf: String,
}

/// `POST /sign-out`
#[handler]
pub async fn delete(
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<Confirmed>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    sign_in::sign_out(&state.services, &editor.token).await?;
    let mut response = Redirect::see_other("/sign-in").into_response();
    let mut gone = session::cookie(state.settings.https, "");
    gone.make_removal();
    set_cookie(&mut response, &gone);
    response.headers_mut().insert(
        "Clear-Site-Data",
        poem::http::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

/// A language, and where to go back to.
#[derive(Debug, Deserialize)]
pub struct LanguageForm {
    language: String,
    #[serde(default)]
    next: String,
}

/// `POST /language`: kept in a cookie, and for an editor also for the mails.
#[handler]
pub async fn language(
    request: &Request,
    Data(state): Data<&AppState>,
    Form(form): Form<LanguageForm>,
) -> poem::Result<Response> {
    if !is_same_site(request, state.services.links.base()) {
        return Err(poem::Error::from_status(StatusCode::FORBIDDEN));
    }
    let lang = Lang::parse(&form.language).unwrap_or(Lang::De);
    let mut response = Redirect::see_other(local_path(&form.next)).into_response();
    let mut cookie = Cookie::new_with_str("lang", lang.as_str());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(state.settings.https);
    cookie.set_same_site(poem::web::cookie::SameSite::Lax);
    cookie.set_max_age(std::time::Duration::from_hours(24 * 365));
    set_cookie(&mut response, &cookie);
    if let Some(token) = session::token_of(request, state.settings.https)
        && let Some((editor, _)) = sign_in::find_session(&state.services, &token).await?
    {
        let transaction = state.services.store.begin().await?;
        editors::set_lang(&transaction, editor.id, lang).await?;
        transaction
            .commit()
            .await
            .map_err(crate::storage::StorageError::from)?;
    }
    Ok(response)
}

/// Gives the browser the token of its new session.
pub fn begin_session(state: &AppState, response: &mut Response, token: &str) {
    set_cookie(response, &session::cookie(state.settings.https, token));
}

fn set_cookie(response: &mut Response, cookie: &Cookie) {
    if let Ok(value) = cookie.to_string().parse() {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
