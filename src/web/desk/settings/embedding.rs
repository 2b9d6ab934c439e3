//! `/settings/sites/{key}/embedding`: the two lines to embed, and whether they work in a live page.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};
use serde::Deserialize;

use super::{
    page, site,
    sites::{refused, site_view},
};
use crate::{
    domain::{
        embed_check::Finding,
        site::{Lang, Site},
    },
    rendering::translate,
    services::check_embedding::{self, CheckError},
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// Which page is checked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CheckForm {
    url: String,
}

/// What came of the check.
struct Checked {
    url: String,
    error: Option<String>,
    findings: Vec<Finding>,
}

/// `GET /settings/sites/{key}/embedding`
#[handler]
pub async fn show(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let site = site(state, &key).await?;
    embedding_page(state, request, &editor, &site, None).await
}

/// `POST /settings/sites/{key}/embedding`: the page is read and looked at; nothing is kept.
#[handler]
pub async fn check(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<CheckForm>,
) -> poem::Result<Response> {
    let site = site(state, &key).await?;
    let lang = editor.editor.lang;
    let url = form.url.trim().to_owned();
    let checked = match check_embedding::check_page(&state.services, &site, &url).await {
        Ok(findings) => Checked {
            url,
            error: None,
            findings,
        },
        Err(error) => Checked {
            url,
            error: Some(words(&error, lang)),
            findings: Vec::new(),
        },
    };
    let failed = checked.error.is_some();
    let response = embedding_page(state, request, &editor, &site, Some(checked)).await?;
    if failed {
        refused(response)
    } else {
        Ok(response)
    }
}

fn words(error: &CheckError, lang: Lang) -> String {
    match error {
        CheckError::Fetch(error) => {
            let id = format!("fetch-error-{}", error.as_str().replace('_', "-"));
            translate(lang, &id, &[])
        }
        CheckError::NoFetching => translate(lang, "embedding-no-fetching", &[]),
    }
}

async fn embedding_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    site: &Site,
    checked: Option<Checked>,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let url = match &checked {
        Some(checked) => checked.url.clone(),
        None => check_embedding::suggested_page(&state.services, site).await?,
    };
    let findings = checked.as_ref().map(|checked| {
        checked
            .findings
            .iter()
            .map(|found| {
                let told = [("told", found.told.clone().into())];
                context! {
                    verdict => found.verdict.as_str(),
                    words => translate(lang, &format!("embedding-{}", found.what), &told),
                }
            })
            .collect::<Vec<Value>>()
    });
    let good = checked.as_ref().is_some_and(|c| {
        !c.findings.is_empty()
            && c.findings
                .iter()
                .all(|f| f.verdict == crate::domain::embed_check::Verdict::Good)
    });
    let own = context! {
        site => site_view(site),
        selector => site.settings.article_selector.as_deref().unwrap_or("article"),
        page_url => url,
        error => checked.as_ref().and_then(|c| c.error.clone()),
        findings => findings,
        good => good,
    };
    page(
        state,
        request,
        editor,
        "settings/embedding.html",
        "sites",
        own,
    )
    .await
}
