//! `POST /demo/{play}` with `flood`, `edit`, `restore` or `troll`: a week in the newsroom, one button each.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;
use poem::{
    IntoResponse, Request, Response,
    error::{InternalServerError, ServiceUnavailable},
    handler,
    http::header,
    web::{Data, Path, Redirect},
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
        editor::Editor,
        grouping::{Candidate, Decision, decide},
        ids::TicketId,
        kind::Kind,
        passage::Passage,
        ticket::TicketState,
    },
    links::ticket_path,
    rendering::{Argument, translate},
    services::file_report::Receipt,
    storage::{articles, tickets},
    web::{
        AppState,
        client_network::NetworkKey,
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

/// Where the troll sends from: nobody else does, so that whoever plays is not taken for him.
const TROLLS_NETWORK: &[u8; 16] = b"the demo's troll";

/// All that the panel's forms carry.
#[derive(Debug, Deserialize)]
pub struct PanelForm {
    csrf: String,
}

/// What a button did.
struct Done {
    /// `ok` or `error`.
    kind: &'static str,
    /// What there is to say, and of what.
    message: &'static str,
    told: Vec<(&'static str, Argument)>,
    /// Where it shows; none for the page whose button was pressed.
    page: Option<String>,
}

/// `POST /demo/{play}`
#[handler]
pub async fn play(
    request: &Request,
    Path(play): Path<String>,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
    Form(form): Form<PanelForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let done = match play.as_str() {
        "flood" => flood(state, scenery).await?,
        "troll" => troll(state, scenery).await?,
        "edit" => Box::pin(edit(state, scenery, &editor.editor)).await?,
        "restore" => Box::pin(restore(state, scenery, &editor.editor)).await?,
        _ => return Err(nothing_to_play()),
    };
    let words = translate(editor.editor.lang, done.message, &done.told);
    scenery.tell(editor.editor.id, done.kind, words);
    Ok(match done.page {
        Some(page) => Redirect::see_other(page).into_response(),
        None => back(request),
    })
}

/// Fourteen readers report the same mistake.
async fn flood(state: &AppState, scenery: &Scenery) -> poem::Result<Done> {
    let (article, mistake, fresh) = next_mistake(state, scenery).await?;
    let said = crowd::flood(&article, &mistake).map_err(InternalServerError)?;
    let receipts = send(state, scenery, &article, &said).await?;
    let slug = article.slug.clone();
    scenery.rearrange(move |shelf| shelf.focus(&slug)).await?;
    let Some(ticket) = receipts.iter().map(|receipt| receipt.ticket).min() else {
        return Err(poem::Error::from_status(
            poem::http::StatusCode::SERVICE_UNAVAILABLE,
        ));
    };
    Ok(Done {
        kind: "ok",
        message: if fresh {
            "demo-done-flood"
        } else {
            "demo-done-flood-again"
        },
        told: vec![
            ("count", crowd::READERS.to_string().into()),
            ("title", article.title.into()),
            ("reference", ticket.to_string().into()),
        ],
        page: Some(ticket_path(ticket)),
    })
}

/// Somebody sends three hundred.
async fn troll(state: &AppState, scenery: &Scenery) -> poem::Result<Done> {
    let article = in_focus(scenery).ok_or_else(nothing_to_play)?;
    let said = crowd::troll(&article).map_err(InternalServerError)?;
    let receipts = send(state, scenery, &article, &said).await?;
    for receipt in &receipts {
        let network = NetworkKey::invented(*TROLLS_NETWORK);
        state.waves.note(&state.services, network, receipt.id);
    }
    // The page that comes next shows them as one.
    state.waves.store_marks(&state.services).await;
    let came_to: BTreeSet<TicketId> = receipts.iter().map(|receipt| receipt.ticket).collect();
    Ok(Done {
        kind: "ok",
        message: "demo-done-troll",
        told: vec![
            ("count", said.len().to_string().into()),
            ("title", article.title.into()),
            ("tickets", came_to.len().to_string().into()),
        ],
        page: Some("/?state=new".into()),
    })
}

/// The newsroom edits the article.
async fn edit(state: &AppState, scenery: &Scenery, editor: &Editor) -> poem::Result<Done> {
    let focus = scenery.shelf.in_focus();
    let mut open: Vec<_> = scenery
        .shelf
        .articles()
        .into_iter()
        .filter(|a| !a.edited && a.article.edit.is_some())
        .map(|a| a.article)
        .collect();
    open.sort_by_key(|a| focus.as_ref() != Some(&a.slug));
    let Some(article) = open.into_iter().next() else {
        return Ok(Done::nothing("demo-done-edit-none"));
    };
    let (slug, now) = (article.slug, state.services.now());
    let of = slug.clone();
    scenery.rearrange(move |shelf| shelf.edit(&of, now)).await?;
    scenery.announce(&state.services, editor, &slug, 1).await;
    Ok(Done::with("demo-done-edit", article.title))
}

/// An agency update brings the old text back.
async fn restore(state: &AppState, scenery: &Scenery, editor: &Editor) -> poem::Result<Done> {
    let last = scenery.shelf.edited_last();
    let Some(last) = last.and_then(|slug| scenery.shelf.original(&slug)) else {
        return Ok(Done::nothing("demo-done-restore-none"));
    };
    let (slug, now) = (last.slug, state.services.now());
    let of = slug.clone();
    scenery
        .rearrange(move |shelf| shelf.restore(&of, now))
        .await?;
    scenery.announce(&state.services, editor, &slug, 2).await;
    Ok(Done::with("demo-done-restore", last.title))
}

impl Done {
    /// Done with the article of that title.
    fn with(message: &'static str, title: String) -> Self {
        Self {
            kind: "ok",
            message,
            told: vec![("title", title.into())],
            page: None,
        }
    }

    /// There was nothing to do.
    const fn nothing(message: &'static str) -> Self {
        Self {
            kind: "error",
            message,
            told: Vec::new(),
            page: None,
        }
    }
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

/// Sends reports through the intake, all at once; what their readers got for them.
async fn send(
    state: &AppState,
    scenery: &Scenery,
    article: &DemoArticle,
    said: &[Said],
) -> poem::Result<Vec<Receipt>> {
    let url = article_url(&scenery.magazine, &article.slug);
    let submissions = said
        .iter()
        .map(|said| readers::submission(&state.services, &scenery.site, article, &url, said))
        .collect::<Result<Vec<_>, _>>()
        .map_err(InternalServerError)?;
    let receipts = join_all(submissions.into_iter().map(|s| state.intake.file(s))).await;
    receipts
        .into_iter()
        .map(|receipt| receipt.map_err(ServiceUnavailable))
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
