//! `GET /articles/{id}`: what an article says and said, and its tickets; `POST …/looks`: look now; `GET/POST …/forgetting`: its
//! versions are forgotten.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query, Redirect},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{article_text, frame, names, sightings, with_flash};
use crate::{
    domain::{
        ids::{ArticleId, TicketId, VersionId},
        site::Lang,
    },
    links::article_path,
    rendering::translate,
    services::{
        browse_articles::{self, ArticleDetails, From, ListedVersion},
        browse_tickets,
        watch_articles::{self, WatchError},
    },
    views,
    web::{
        AppState,
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

/// Where the lists begin, and what came of the last act.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ArticleQuery {
    before: String,
    tickets: String,
    all: String,
    looked: String,
}

/// `GET /articles/{id}`
#[handler]
pub async fn show(
    request: &Request,
    Path(id): Path<String>,
    Query(query): Query<ArticleQuery>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let id = article_id(&id)?;
    let from = From {
        version: Uuid::parse_str(&query.before).ok().map(VersionId),
        ticket: TicketId::parse(&query.tickets),
    };
    let details = browse_articles::details(&state.services, &editor.editor, id, from)
        .await?
        .ok_or_else(not_found)?;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((&editor, &newsroom)), lang).await?;
    let frame = with_flash(frame, done(lang, &query.looked));
    let path = article_path(id);
    let may_edit = editor.editor.edits(details.article.site);
    let whole = !query.all.is_empty();
    let (blocks, left_out) = details.text.as_deref().map_or((Vec::new(), false), |text| {
        article_text::blocks(text, &details.open, whole)
    });
    let rows: Vec<Value> = details
        .tickets
        .iter()
        .map(|t| views::row(t, Some(&details.article), names(&newsroom, t)))
        .collect();
    let site = newsroom.site(details.article.site);
    let now = state.services.now();
    Ok(state.page(
        "desk/article.html",
        &context! {
            time_zone => site.map(|s| s.time_zone.as_str()),
            article => context! {
                site_name => site.map_or("", |s| s.name.as_str()),
                ..views::article_view(Some(&details.article))
            },
            fetching => sightings::fetching(id, &details.watched, may_edit, now),
            blocks => blocks,
            lang_of_text => details.article.facts.lang.as_deref(),
            all_url => left_out.then(|| format!("{path}?all=1#text")),
            versions => versions(&details),
            older_versions_url => details.more_versions.map(|v| format!("{path}?before={v}#versions")),
            newest_versions_url => from.version.map(|_| format!("{path}#versions")),
            tickets => rows,
            older_tickets_url => details.more_tickets.map(|t| format!("{path}?tickets={t}#tickets")),
            may_forget => may_edit,
            ..frame
        },
    )?)
}

fn versions(details: &ArticleDetails) -> Vec<Value> {
    let current = details.watched.current_version;
    let view = |listed: &ListedVersion| {
        let version = &listed.version;
        let changes = listed.difference.as_ref().map(|difference| {
            difference
                .changes
                .iter()
                .map(|c| {
                    context! {
                        before => c.before.as_deref(), after => c.after.as_deref(), cut => c.cut,
                        pieces => views::piece_views(&c.pieces),
                    }
                })
                .collect::<Vec<Value>>()
        });
        context! {
            id => version.id.to_string(),
            current => current == Some(version.id),
            oldest => listed.difference.is_none(),
            source => version.source.as_str(),
            first_seen_at => version.first_seen_at,
            last_seen_at => version.last_seen_at,
            changes => changes,
            more => listed.difference.as_ref().map_or(0, |d| d.more),
        }
    };
    details.versions.iter().map(view).collect()
}

/// What came of the last act, in words.
#[must_use]
pub fn done(lang: Lang, looked: &str) -> Option<(&'static str, String)> {
    let (kind, message) = match looked {
        "new" => ("ok", "fetch-looked-new"),
        "same" => ("ok", "fetch-looked-same"),
        "later" => ("ok", "fetch-looked-later"),
        "failed" => ("error", "fetch-looked-failed"),
        "forgotten" => ("ok", "forget-done"),
        "elsewhere" => ("ok", "also-opened"),
        "nowhere" => ("error", "also-not-there"),
        "noted" => ("ok", "note-saved"),
        "address-deleted" => ("ok", "address-deleted"),
        "blacked-out" => ("ok", "blackout-done"),
        _ => return None,
    };
    Some((kind, translate(lang, message, &[])))
}

/// What the small forms carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    csrf: String,
    next: String,
    confirmed: String,
}

/// `POST /articles/{id}/looks`: what the article says now is wanted now.
#[handler]
pub async fn look(
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<ActForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let id = article_id(&id)?;
    let looked = watch_articles::look_now(&state.services, &editor.editor, id)
        .await
        .map_err(refusal)?;
    let came = if looked.put_off {
        "later"
    } else if looked.error.is_some() {
        "failed"
    } else if looked.changed {
        "new"
    } else {
        "same"
    };
    let back = if form.next.is_empty() {
        article_path(id)
    } else {
        local_path(&form.next)
    };
    let path = back.split(['?', '#']).next().unwrap_or_default();
    Ok(Redirect::see_other(format!("{path}?looked={came}")).into_response())
}

/// `GET /articles/{id}/forgetting`: asks first.
#[handler]
pub async fn confirm_forgetting(
    request: &Request,
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let id = article_id(&id)?;
    let article = browse_articles::find(&state.services, &editor.editor, id)
        .await?
        .ok_or_else(not_found)?;
    if !editor.editor.edits(article.site) {
        return Err(poem::Error::from_status(StatusCode::FORBIDDEN));
    }
    let count = browse_articles::count_versions(&state.services, id).await?;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((&editor, &newsroom)), lang).await?;
    Ok(state.page(
        "desk/forget_versions.html",
        &context! { article => views::article_view(Some(&article)), version_count => count, ..frame },
    )?)
}

/// `POST /articles/{id}/forgetting`
#[handler]
pub async fn forget(
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<ActForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let id = article_id(&id)?;
    if form.confirmed != "yes" {
        let ask = format!("{}/forgetting", article_path(id));
        return Ok(Redirect::see_other(ask).into_response());
    }
    watch_articles::forget_versions_as(&state.services, &editor.editor, id)
        .await
        .map_err(refusal)?;
    Ok(Redirect::see_other(format!("{}?looked=forgotten", article_path(id))).into_response())
}

fn article_id(text: &str) -> poem::Result<ArticleId> {
    Uuid::parse_str(text)
        .map(ArticleId)
        .map_err(|_| not_found())
}

fn not_found() -> poem::Error {
    poem::Error::from_status(StatusCode::NOT_FOUND)
}

fn refusal(error: WatchError) -> poem::Error {
    match error {
        WatchError::UnknownArticle | WatchError::ForeignAddress => not_found(),
        WatchError::ReadOnly => poem::Error::from_status(StatusCode::FORBIDDEN),
        WatchError::Storage(error) => error.into(),
    }
}
