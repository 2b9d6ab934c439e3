//! `/sites/{key}/house-rules`: the house words of a site, and what readers are told who mark them.

use minijinja::context;
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;

use super::frame;
use crate::{
    domain::house_rules::{MAX_REASON, MAX_RULES, MAX_WORDS},
    rendering::translate,
    services::{
        browse_tickets,
        house_rules::{self, HouseRuleError},
        manage_sites,
    },
    web::{
        AppState,
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

/// `GET /sites/{key}/house-rules`
#[handler]
pub async fn show(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    page(
        state,
        request,
        &editor,
        &key,
        &HouseRuleForm::default(),
        None,
    )
    .await
}

/// What the forms carry: a word to add, or one to take away.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HouseRuleForm {
    csrf: String,
    words: String,
    reason: String,
    remove: String,
    next: String,
}

/// `POST /sites/{key}/house-rules`
#[handler]
pub async fn update(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<HouseRuleForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let services = &state.services;
    let site = manage_sites::find(services, &key)
        .await
        .map_err(|_| not_found())?;
    if !editor.editor.edits(site.id) {
        return Err(if editor.editor.reads(site.id) {
            poem::Error::from_status(StatusCode::FORBIDDEN)
        } else {
            not_found()
        });
    }
    let lang = editor.editor.lang;
    let done = if form.remove.is_empty() {
        house_rules::add(services, &editor.editor, &site, &form.words, &form.reason).await
    } else {
        let removed = house_rules::remove(services, &editor.editor, &site, &form.remove).await;
        removed.map_err(HouseRuleError::from)
    };
    let fault = match done {
        Ok(()) => {
            let next = if form.next.is_empty() {
                format!("/sites/{key}/house-rules")
            } else {
                local_path(&form.next)
            };
            return Ok(Redirect::see_other(next).into_response());
        }
        Err(HouseRuleError::Words) => ("words", "house-rules-words-length", MAX_WORDS),
        Err(HouseRuleError::Reason) => ("reason", "house-rules-reason-length", MAX_REASON),
        Err(HouseRuleError::TooMany) => ("words", "house-rules-too-many", MAX_RULES),
        Err(HouseRuleError::Site(manage_sites::ManageSitesError::Storage(error))) => {
            return Err(error.into());
        }
        Err(HouseRuleError::Site(_)) => return Err(not_found()),
    };
    let sentence = translate(lang, fault.1, &[("limit", fault.2.to_string().into())]);
    let mut answer = page(
        state,
        request,
        &editor,
        &key,
        &form,
        Some((fault.0, sentence)),
    )
    .await?;
    answer.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(answer)
}

async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    key: &str,
    form: &HouseRuleForm,
    error: Option<(&'static str, String)>,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let site = newsroom
        .sites
        .iter()
        .find(|s| s.key == key)
        .ok_or_else(not_found)?;
    let frame = frame(
        state,
        request,
        Some((editor, &newsroom)),
        editor.editor.lang,
    )
    .await?;
    let own = context! {
        site_name => site.name.as_str(),
        action => format!("/sites/{key}/house-rules"),
        may_edit => editor.editor.edits(site.id),
        rules => site.settings.house_rules.iter().map(|r| context! { words => r.words.as_str(), reason => r.reason.as_str() }).collect::<Vec<_>>(),
        form => context! { words => form.words.as_str(), reason => form.reason.as_str() },
        errors => error.into_iter().collect::<std::collections::HashMap<_, _>>(),
    };
    Ok(state.page("desk/house_rules.html", &context! { ..own, ..frame })?)
}
