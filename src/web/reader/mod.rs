//! What readers see of us besides the control: the form without script, the page of their report, the confirmation of an address.

pub mod address;
pub mod form;
mod known;
pub mod site_facts;
pub mod status;

use minijinja::{Value, context};
use poem::{
    Response,
    http::{HeaderValue, header},
};

use super::AppState;
use crate::{domain::site::Lang, rendering::RenderError};

/// A public page. Nothing leaks through the referrer, as the page's address may be a secret.
///
/// # Errors
/// [`RenderError`]
pub(super) fn page(
    state: &AppState,
    template: &str,
    lang: Lang,
    path: &str,
    own: Value,
) -> Result<Response, RenderError> {
    // The first to name a value wins: a page's own comes before what all share.
    let shared = context! {
        lang => lang.as_str(),
        time_zone => "Europe/Berlin",
        csrf => Value::from(()),
        flash => Value::from(()),
        path => path,
    };
    let mut response = state.page(template, &context! { ..own, ..shared })?;
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    Ok(response)
}
