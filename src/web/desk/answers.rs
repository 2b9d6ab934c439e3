//! `/sites/{key}/answers`: a site's ready answers, one for each decision and language; and the letters that the decision forms show before they
//! are sent.

use std::collections::BTreeMap;

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;

use super::frame;
use crate::{
    domain::{
        ids::SiteId,
        ready_answer::{AnswerPlace, AnswerTo, BadAnswer, MAX_ANSWER},
        site::{Lang, Site},
    },
    rendering::translate,
    services::{
        browse_tickets,
        ready_answers::{self, AnswerError},
    },
    storage::{StorageError, ready_answers::ReadyAnswer},
    web::{AppState, forms::Form, session::CurrentEditor},
};

fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

/// Where a site's answers are.
#[must_use]
pub fn answers_path(site: &Site) -> String {
    format!("/sites/{}/answers", site.key)
}

/// What a decision is answered with: the site's own words, else the catalogue's.
#[must_use]
pub fn text_of(own: &[ReadyAnswer], lang: Lang, to: AnswerTo) -> String {
    let found = own.iter().find(|a| a.lang == lang && a.to == to);
    found.map_or_else(|| usual_answer(lang, to), |a| a.body.clone())
}

/// The answer that comes with the product, as a site that has none of its own sends it.
#[must_use]
pub fn usual_answer(lang: Lang, to: AnswerTo) -> String {
    let lead = translate(
        lang,
        "mail-ticket-closed-lead",
        &[("title", "{title}".into())],
    );
    let sentence = format!("sentence-{}", to.as_str().replace('_', "-"));
    let sentence = translate(lang, &sentence, &[]);
    let reason = if to == AnswerTo::NotAnError {
        "\n{reason}"
    } else {
        ""
    };
    format!("{lead}\n{sentence}{reason}")
}

/// The letters of the decision forms: how many readers get one, and the words for each language and decision.
///
/// # Errors
/// [`StorageError`]
pub async fn letters(
    state: &AppState,
    site: SiteId,
    readers: &BTreeMap<Lang, usize>,
) -> Result<Value, StorageError> {
    let own = if readers.is_empty() {
        Vec::new()
    } else {
        ready_answers::of_site(&state.services, site).await?
    };
    let languages = readers.keys().map(|lang| {
        let texts: BTreeMap<&str, String> = AnswerTo::ALL
            .iter()
            .map(|to| (to.as_str(), text_of(&own, *lang, *to)))
            .collect();
        context! { lang => lang.as_str(), texts => texts }
    });
    Ok(context! {
        count => readers.values().sum::<usize>(),
        languages => languages.collect::<Vec<_>>(),
    })
}

/// One answer of the form that is saved.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    csrf: String,
    lang: String,
    answer_to: String,
    body: String,
    usual: String,
}

/// `GET /sites/{key}/answers`
#[handler]
pub async fn show(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    page(state, request, &editor, &key, None).await
}

/// `POST /sites/{key}/answers`
#[handler]
pub async fn save(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<AnswerForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let site = newsroom.sites.iter().find(|s| s.key == key);
    let site = site.ok_or_else(not_found)?;
    let lang = Lang::parse(&form.lang);
    let to = AnswerTo::parse(&form.answer_to);
    let (lang, to) = lang
        .zip(to)
        .ok_or_else(|| poem::Error::from_status(StatusCode::BAD_REQUEST))?;
    let usual = usual_answer(lang, to);
    // What is as it always was is not the site's own: it goes on with the product.
    let body = if form.usual.is_empty() && form.body.trim().replace("\r\n", "\n") != usual {
        form.body.as_str()
    } else {
        ""
    };
    match ready_answers::save(&state.services, site.id, lang, to, body).await {
        Ok(()) => {
            let there = format!("{}?saved={lang}-{to}#{lang}-{to}", answers_path(site));
            Ok(Redirect::see_other(there).into_response())
        }
        Err(AnswerError::Storage(error)) => Err(error.into()),
        Err(AnswerError::Bad(fault)) => {
            let told = told(editor.editor.lang, &fault);
            let refused = Some((lang, to, form.body.as_str(), told));
            let mut response = page(state, request, &editor, &key, refused).await?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}

/// What is wrong with an answer, in words.
#[must_use]
pub fn told(lang: Lang, fault: &BadAnswer) -> String {
    match fault {
        BadAnswer::UnknownPlace(place) => translate(
            lang,
            "answers-unknown-place",
            &[("place", place.clone().into())],
        ),
        BadAnswer::TooLong => translate(
            lang,
            "error-field-too-long",
            &[("limit", MAX_ANSWER.to_string().into())],
        ),
    }
}

async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    key: &str,
    refused: Option<(Lang, AnswerTo, &str, String)>,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let site = newsroom.sites.iter().find(|s| s.key == key);
    let site = site.ok_or_else(not_found)?;
    let own = ready_answers::of_site(&state.services, site.id).await?;
    let saved = request.uri().query().and_then(|q| q.strip_prefix("saved="));
    let frame = frame(
        state,
        request,
        Some((editor, &newsroom)),
        editor.editor.lang,
    )
    .await?;
    let answer = |lang: Lang, to: AnswerTo| {
        let id = format!("{lang}-{to}");
        let refused = refused.as_ref().filter(|(l, t, ..)| (*l, *t) == (lang, to));
        context! {
            to => to.as_str(),
            is_own => own.iter().any(|a| a.lang == lang && a.to == to),
            body => refused.map_or_else(|| text_of(&own, lang, to), |(_, _, body, _)| (*body).to_owned()),
            error => refused.map(|(.., told)| told.clone()),
            saved => saved == Some(id.as_str()),
            id => id,
        }
    };
    Ok(state.page(
        "desk/answers.html",
        &context! {
            site => context! { name => site.name.as_str(), path => answers_path(site) },
            languages => Lang::ALL.iter().map(|lang| context! {
                lang => lang.as_str(),
                answers => AnswerTo::ALL.iter().map(|to| answer(*lang, *to)).collect::<Vec<Value>>(),
            }).collect::<Vec<Value>>(),
            places => AnswerPlace::ALL.iter().map(|p| p.as_str()).collect::<Vec<_>>(),
            ..frame
        },
    )?)
}
