//! At the door of the desk: invitations, forgotten passwords, the second factor, and the password asked for once more.

pub mod confirm;
pub mod factor;
pub mod invitation;
pub mod password;

use minijinja::{Value, context};
use poem::{Request, Response, http::StatusCode};

use super::{fields::Faults, frame};
use crate::{
    domain::{
        editor::{MAX_PASSWORD, MIN_PASSWORD, WeakPassword},
        site::Lang,
    },
    rendering::translate,
    services::{browse_tickets, sign_in::SignInError},
    web::{AppState, request_lang, session::CurrentEditor},
};

/// A small form.
#[derive(Debug, Default)]
struct DoorForm {
    title: &'static str,
    lead: Option<String>,
    error: Option<String>,
    fields: Value,
    action: String,
    submit: Option<&'static str>,
    next: Option<String>,
    links: Vec<(&'static str, &'static str)>,
}

/// The page of a small form, for whoever is signed in or not.
async fn page(
    state: &AppState,
    request: &Request,
    editor: Option<&CurrentEditor>,
    form: DoorForm,
) -> poem::Result<Response> {
    let lang = editor.map_or_else(|| request_lang(request), |e| e.editor.lang);
    let frame = match editor {
        Some(editor) => {
            let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
            frame(state, request, Some((editor, &newsroom)), lang).await?
        }
        None => frame(state, request, None, lang).await?,
    };
    let links: Vec<Value> = form
        .links
        .iter()
        .map(|(url, words)| context! { url => *url, words => translate(lang, words, &[]) })
        .collect();
    let failed = form.error.is_some();
    let own = context! {
        title => translate(lang, form.title, &[]),
        lead => form.lead,
        error => form.error,
        fields => if form.fields.is_undefined() { Value::from(Vec::<Value>::new()) } else { form.fields },
        action => form.action,
        submit => form.submit.map(|id| translate(lang, id, &[])),
        next => form.next,
        links => links,
    };
    let mut response = state.page(
        "door/form.html",
        &context! { ..context! { ..own, ..frame } },
    )?;
    if failed {
        response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    }
    // What these pages are about shall stand in no cache.
    response.headers_mut().insert(
        poem::http::header::CACHE_CONTROL,
        poem::http::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}

/// What is wrong with a new password, at its field.
pub fn weak(faults: &mut Faults, field: &'static str, weak: WeakPassword) {
    match weak {
        WeakPassword::TooShort => faults.add_with(
            field,
            "password-too-short",
            vec![("least", MIN_PASSWORD.to_string())],
        ),
        WeakPassword::TooLong => faults.add_with(
            field,
            "error-field-too-long",
            vec![("limit", MAX_PASSWORD.to_string())],
        ),
        WeakPassword::Guessable => faults.add(field, "password-guessable"),
    }
}

/// Why somebody was not let in, in words; a fault of the database goes on.
fn refusal(error: SignInError, wrong: &str, lang: Lang) -> poem::Result<String> {
    match error {
        SignInError::Storage(error) => Err(error.into()),
        SignInError::Wait(_) => Ok(translate(lang, "error-sign-in-limited", &[])),
        SignInError::Hashing => Err(poem::Error::from_status(StatusCode::INTERNAL_SERVER_ERROR)),
        SignInError::Wrong => Ok(translate(lang, wrong, &[])),
    }
}
