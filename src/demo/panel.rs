//! `POST /demo/flood`, `/demo/edit`, `/demo/restore`, `/demo/troll`: a week in the newsroom, one button each.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;
use poem::{
    IntoResponse, Request, Response,
    error::{InternalServerError, ServiceUnavailable},
    handler,
    http::header,
    web::{Data, Redirect},
};
use serde::Deserialize;
use url::Url;

use super::{
    articles::{DemoArticle, DemoMistake},
    crowd,
    magazine::article_url,
    readers::{self, Marked, Said},
    scenery::Scenery,
};
use crate::{
    domain::{
        article::ArticleUrl,
        article_text::{ArticleText, article_text},
        grouping::{Candidate, Decision, decide},
        ids::TicketId,
        kind::Kind,
        passage::Passage,
        ticket::TicketState,
    },
    links::ticket_path,
    rendering::translate,
    storage::{articles, tickets},
    web::{
        AppState,
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

/// All that the panel's forms carry.
#[derive(Debug, Deserialize)]
pub struct PanelForm {
    csrf: String,
}

/// `POST /demo/flood`: fourteen readers report the same mistake.
#[handler]
pub async fn flood(
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
    Form(form): Form<PanelForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let (article, mistake, fresh) = next_mistake(state, scenery).await?;
    let said = crowd::flood(&article, &mistake).map_err(InternalServerError)?;
    let came_to = send(state, scenery, &article, &said).await?;
    let slug = article.slug.clone();
    scenery.rearrange(move |shelf| shelf.focus(&slug)).await?;
    let Some(ticket) = came_to.first() else {
        return Err(poem::Error::from_status(
            poem::http::StatusCode::SERVICE_UNAVAILABLE,
        ));
    };
    let message = if fresh {
        "demo-done-flood"
    } else {
        "demo-done-flood-again"
    };
    let told = [
        ("count", crowd::READERS.to_string().into()),
        ("title", article.title.clone().into()),
        ("reference", ticket.to_string().into()),
    ];
    scenery.tell(
        editor.editor.id,
        "ok",
        translate(editor.editor.lang, message, &told),
    );
    Ok(Redirect::see_other(ticket_path(*ticket)).into_response())
}

/// `POST /demo/troll`: somebody sends three hundred.
#[handler]
pub async fn troll(
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
    Form(form): Form<PanelForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let article = in_focus(scenery).ok_or_else(nothing_to_play)?;
    let said = crowd::troll(&article).map_err(InternalServerError)?;
    let came_to = send(state, scenery, &article, &said).await?;
    let told = [
        ("count", said.len().to_string().into()),
        ("title", article.title.clone().into()),
        ("tickets", came_to.len().to_string().into()),
    ];
    scenery.tell(
        editor.editor.id,
        "ok",
        translate(editor.editor.lang, "demo-done-troll", &told),
    );
    Ok(Redirect::see_other("/?state=new").into_response())
}

/// `POST /demo/edit`: the newsroom edits the article.
#[handler]
pub async fn edit(
    request: &Request,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
    Form(form): Form<PanelForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let focus = scenery.shelf.in_focus();
    let mut open: Vec<_> = scenery
        .shelf
        .articles()
        .into_iter()
        .filter(|a| !a.edited && a.article.edit.is_some())
        .map(|a| a.article)
        .collect();
    open.sort_by_key(|a| focus.as_ref() != Some(&a.slug));
    let (kind, message, title) = match open.into_iter().next() {
        Some(article) => {
            let (slug, now) = (article.slug, state.services.now());
            let of = slug.clone();
            scenery.rearrange(move |shelf| shelf.edit(&of, now)).await?;
            scenery
                .announce(&state.services, &editor.editor, &slug, 1)
                .await;
            ("ok", "demo-done-edit", article.title)
        }
        None => ("error", "demo-done-edit-none", String::new()),
    };
    scenery.tell(
        editor.editor.id,
        kind,
        translate(editor.editor.lang, message, &[("title", title.into())]),
    );
    Ok(back(request))
}

/// `POST /demo/restore`: an agency update brings the old text back.
#[handler]
pub async fn restore(
    request: &Request,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
    Form(form): Form<PanelForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let last = scenery
        .shelf
        .edited_last()
        .and_then(|slug| scenery.shelf.original(&slug));
    let (kind, message, title) = match last {
        Some(last) => {
            let (slug, now) = (last.slug, state.services.now());
            let of = slug.clone();
            scenery
                .rearrange(move |shelf| shelf.restore(&of, now))
                .await?;
            scenery
                .announce(&state.services, &editor.editor, &slug, 2)
                .await;
            ("ok", "demo-done-restore", last.title)
        }
        None => ("error", "demo-done-restore-none", String::new()),
    };
    scenery.tell(
        editor.editor.id,
        kind,
        translate(editor.editor.lang, message, &[("title", title.into())]),
    );
    Ok(back(request))
}

/// The page whose button was pressed.
fn back(request: &Request) -> Response {
    let referer = request
        .headers()
        .get(header::REFERER)
        .and_then(|v| v.to_str().ok());
    let path = referer
        .and_then(|r| Url::parse(r).ok())
        .map(|url| match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        });
    Redirect::see_other(local_path(path.as_deref().unwrap_or("/"))).into_response()
}

fn nothing_to_play() -> poem::Error {
    poem::Error::from_status(poem::http::StatusCode::NOT_FOUND)
}

/// The article that the readers were at last, else the newest of the magazine's own.
fn in_focus(scenery: &Scenery) -> Option<DemoArticle> {
    let focus = scenery.shelf.in_focus();
    let mut own: Vec<DemoArticle> = scenery
        .shelf
        .articles()
        .into_iter()
        .map(|a| a.article)
        .filter(|a| !a.mistakes.is_empty())
        .collect();
    own.sort_by_key(|a| focus.as_ref() != Some(&a.slug));
    own.into_iter().next()
}

/// Sends reports through the intake, all at once; the tickets they came to.
async fn send(
    state: &AppState,
    scenery: &Scenery,
    article: &DemoArticle,
    said: &[Said],
) -> poem::Result<BTreeSet<TicketId>> {
    let url = article_url(&scenery.magazine, &article.slug);
    let submissions = said
        .iter()
        .map(|said| readers::submission(&scenery.site, article, &url, said))
        .collect::<Result<Vec<_>, _>>()
        .map_err(InternalServerError)?;
    let receipts = join_all(submissions.into_iter().map(|s| state.intake.file(s))).await;
    receipts
        .into_iter()
        .map(|r| r.map(|r| r.ticket).map_err(ServiceUnavailable))
        .collect()
}

/// A mistake that stands in the text and that no ticket knows yet, first those that the edit mends, so that the week goes
/// on with them; when all are known, the first one once more.
async fn next_mistake(
    state: &AppState,
    scenery: &Scenery,
) -> poem::Result<(DemoArticle, DemoMistake, bool)> {
    let mut shelved = scenery.shelf.articles();
    // Where the text is as the readers know it.
    shelved.sort_by_key(|a| a.edited);
    let mut first = None;
    for article in shelved.into_iter().map(|a| a.article) {
        let candidates = known(state, scenery, &article).await?;
        for mistake in worth_reporting(&article) {
            let Some(asked) = asked(mistake) else {
                continue;
            };
            if matches!(decide(&asked, &candidates), Decision::Open) {
                return Ok((article.clone(), mistake.clone(), true));
            }
            first.get_or_insert_with(|| (article.clone(), mistake.clone(), false));
        }
    }
    first.ok_or_else(nothing_to_play)
}

/// Mistakes that readers see and can put right, first those that the edit mends.
fn worth_reporting(article: &DemoArticle) -> Vec<&DemoMistake> {
    let edited = article_text(
        &format!("<div id=\"text\">{}</div>", article.edited_body()),
        Some("#text"),
    );
    let edited = edited.map(ArticleText::into_string).unwrap_or_default();
    let stands_after = |m: &DemoMistake| {
        let before: String = m
            .prefix
            .chars()
            .rev()
            .take(12)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let after: String = m.suffix.chars().take(12).collect();
        edited.contains(&format!("{before}{}{after}", m.exact))
    };
    let worth = |m: &&DemoMistake| m.stands() && m.part.is_none() && m.suggestion.is_some();
    let mut list: Vec<&DemoMistake> = article.mistakes.iter().filter(worth).collect();
    list.sort_by_cached_key(|m| stands_after(m));
    list
}

/// The tickets that a report on the article may join.
async fn known(
    state: &AppState,
    scenery: &Scenery,
    article: &DemoArticle,
) -> poem::Result<Vec<Candidate>> {
    let db = state.services.store.reader();
    let url = ArticleUrl::parse(&article_url(&scenery.magazine, &article.slug))
        .map_err(InternalServerError)?;
    let Some(stored) = articles::at_address(db, scenery.site.id, url.key()).await? else {
        return Ok(Vec::new());
    };
    let tickets = tickets::joinable(db, &[stored.id]).await?;
    Ok(tickets
        .iter()
        .map(|t| {
            let suggestions: Vec<&str> = t.suggestions.iter().map(|s| s.text.as_str()).collect();
            let state = (t.state, t.resolution);
            Candidate::new(
                t.id,
                state,
                t.kind.class(),
                t.part,
                t.passage.as_ref(),
                &suggestions,
            )
        })
        .collect())
}

fn asked(mistake: &DemoMistake) -> Option<Candidate> {
    let Marked {
        exact,
        prefix,
        suffix,
    } = mistake.into();
    let passage = Passage {
        exact,
        prefix,
        suffix,
        start: None,
        end: None,
    };
    let suggestions: Vec<&str> = mistake.suggestion.as_deref().into_iter().collect();
    let class = Kind::parse(&mistake.kind)?.class();
    Some(Candidate::new(
        TicketId(0),
        (TicketState::New, None),
        class,
        None,
        Some(&passage),
        &suggestions,
    ))
}
