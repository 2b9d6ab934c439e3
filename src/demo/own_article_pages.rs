//! `GET/POST /demo/article`: somebody tries the control in an article of their own.

use std::{collections::HashMap, sync::Arc};

use minijinja::context;
use poem::{
    Body, IntoResponse, Request, Response,
    error::{InternalServerError, ReadBodyError},
    handler,
    http::{HeaderValue, StatusCode, header},
    web::{Data, Redirect},
};

use super::{
    magazine::article_url,
    own_article::{self, Fault, MAX_TEXT, MAX_TITLE},
    scenery::Scenery,
};
use crate::{
    rendering::translate,
    services::browse_tickets,
    web::{AppState, desk, session::CurrentEditor},
};

/// Bytes of the whole form; a percent-encoded character may take twelve.
const MAX_BYTES: usize = 3 * 1024 * 1024;

/// What the form holds.
#[derive(Debug, Default)]
struct Fields {
    csrf: String,
    headline: String,
    text: String,
}

/// `GET /demo/article`
#[handler]
pub async fn show(
    request: &Request,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    page(request, state, scenery, &editor, &Fields::default(), None).await
}

/// `POST /demo/article`
#[handler]
pub async fn create(
    request: &Request,
    body: Body,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let bytes = match body.into_bytes_limit(MAX_BYTES).await {
        Ok(bytes) => bytes,
        Err(ReadBodyError::PayloadTooLarge) => {
            return page(
                request,
                state,
                scenery,
                &editor,
                &Fields::default(),
                Some(Fault::TextTooLong),
            )
            .await;
        }
        Err(error) => return Err(error.into()),
    };
    let mut fields = Fields::default();
    for (name, value) in url::form_urlencoded::parse(&bytes) {
        match name.as_ref() {
            "csrf" => fields.csrf = value.into_owned(),
            "headline" => fields.headline = value.into_owned(),
            "text" => fields.text = value.into_owned(),
            _ => {}
        }
    }
    editor.check(&fields.csrf)?;
    // Parsing pages is work for the threads that may take their time.
    let (headline, text, now) = (
        fields.headline.clone(),
        fields.text.clone(),
        state.services.now(),
    );
    let read = tokio::task::spawn_blocking(move || own_article::read(&headline, &text, now)).await;
    match read.map_err(InternalServerError)? {
        Ok(article) => {
            let slug = scenery.rearrange(|shelf| shelf.add(article)).await?;
            Ok(Redirect::see_other(article_url(&scenery.magazine, &slug)).into_response())
        }
        Err(fault) => page(request, state, scenery, &editor, &fields, Some(fault)).await,
    }
}

async fn page(
    request: &Request,
    state: &AppState,
    scenery: &Scenery,
    editor: &CurrentEditor,
    fields: &Fields,
    fault: Option<Fault>,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let error = fault.map(|fault| {
        let too_long = |limit: usize| {
            translate(
                lang,
                "error-field-too-long",
                &[("limit", limit.to_string().into())],
            )
        };
        match fault {
            Fault::Empty => ("text", translate(lang, "demo-own-empty", &[])),
            Fault::TextTooLong => ("text", too_long(MAX_TEXT)),
            Fault::TitleTooLong => ("headline", too_long(MAX_TITLE)),
        }
    });
    let errors: HashMap<&str, String> = error.into_iter().collect();
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = desk::frame(state, request, Some((editor, &newsroom)), lang).await?;
    let form = context! { headline => fields.headline.as_str(), text => fields.text.as_str() };
    let mut response = state.page(
        "demo/own_article.html",
        &context! { form => form, errors => errors, ..frame },
    )?;
    response.set_status(match fault {
        None => StatusCode::OK,
        Some(Fault::TextTooLong) => StatusCode::PAYLOAD_TOO_LARGE,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    });
    // The form leads on to the magazine, which is another origin.
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self' {}; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
        scenery.magazine
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}
