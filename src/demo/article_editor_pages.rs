//! `GET/POST /demo/articles/{slug}`: an article of the magazine is edited, or gets its original text back.

use std::{collections::HashMap, sync::Arc};

use minijinja::{Value, context};
use poem::{
    Body, IntoResponse, Request, Response,
    error::{InternalServerError, ReadBodyError},
    handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};

use super::{
    article_editor::{self, Block, Draft, Fault, MAX_TEASER},
    magazine::{article_url, editor_path},
    own_article::{MAX_TEXT, MAX_TITLE},
    scenery::Scenery,
    shelf::ShelvedArticle,
};
use crate::{
    rendering::translate,
    services::browse_tickets,
    web::{AppState, desk, session::CurrentEditor},
};

/// Bytes of the whole form; a percent-encoded character may take twelve.
const MAX_BYTES: usize = 3 * 1024 * 1024;

/// `GET /demo/articles/{slug}`
#[handler]
pub async fn show(
    request: &Request,
    Path(slug): Path<String>,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let shelved = find(scenery, &slug)?;
    let draft = article_editor::draft(&shelved.article);
    page(request, state, scenery, &editor, &shelved, &draft, None).await
}

/// `POST /demo/articles/{slug}`: `act` is `save` or `restore`.
#[handler]
pub async fn update(
    request: &Request,
    Path(slug): Path<String>,
    body: Body,
    Data(state): Data<&AppState>,
    Data(scenery): Data<&Arc<Scenery>>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let shelved = find(scenery, &slug)?;
    let bytes = match body.into_bytes_limit(MAX_BYTES).await {
        Ok(bytes) => bytes,
        Err(ReadBodyError::PayloadTooLarge) => {
            let draft = article_editor::draft(&shelved.article);
            let fault = Some(Fault::TextTooLong);
            return page(request, state, scenery, &editor, &shelved, &draft, fault).await;
        }
        Err(error) => return Err(error.into()),
    };
    let form = read(&bytes);
    editor.check(&form.csrf)?;
    let (lang, now) = (editor.editor.lang, state.services.now());
    let original = scenery
        .shelf
        .original(&slug)
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    if form.act == "restore" {
        let of = slug.clone();
        scenery
            .rearrange(move |shelf| shelf.restore(&of, now))
            .await?;
        scenery
            .announce(&state.services, &editor.editor, &slug, 1)
            .await;
        let told = [("title", original.title.into())];
        let words = translate(lang, "demo-edit-restored", &told);
        scenery.tell(editor.editor.id, "ok", words);
        return Ok(Redirect::see_other(editor_path(&slug)).into_response());
    }
    // Parsing pages is work for the threads that may take their time.
    let (draft, current) = (form.draft.clone(), shelved.article.clone());
    let read = tokio::task::spawn_blocking(move || {
        let as_it = |stands| article_editor::rewrite(&article_editor::draft(stands));
        let rewritten = article_editor::rewrite(&draft)?;
        let unchanged = as_it(&current).as_ref() == Ok(&rewritten);
        let is_original = as_it(&original).as_ref() == Ok(&rewritten);
        Ok((rewritten, unchanged, is_original))
    });
    let (rewritten, unchanged, is_original) = match read.await.map_err(InternalServerError)? {
        Ok(read) => read,
        Err(fault) => {
            let (draft, fault) = (&form.draft, Some(fault));
            return page(request, state, scenery, &editor, &shelved, draft, fault).await;
        }
    };
    let message = if unchanged {
        "demo-edit-unchanged"
    } else {
        "demo-edit-saved"
    };
    let told = [("title", rewritten.title.clone().into())];
    let words = translate(lang, message, &told);
    if !unchanged {
        let of = slug.clone();
        let change = scenery.rearrange(move |shelf| {
            if is_original {
                shelf.restore(&of, now)
            } else {
                shelf.rewrite(&of, rewritten, now)
            }
        });
        change.await?;
        scenery
            .announce(&state.services, &editor.editor, &slug, 1)
            .await;
    }
    scenery.tell(editor.editor.id, "ok", words);
    Ok(Redirect::see_other(editor_path(&slug)).into_response())
}

fn find(scenery: &Scenery, slug: &str) -> poem::Result<ShelvedArticle> {
    scenery
        .shelf
        .article(slug)
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))
}

#[derive(Debug, Default)]
struct EditorForm {
    csrf: String,
    act: String,
    draft: Draft,
}

/// Blocks come in their order, each as `tag` and `text`.
fn read(bytes: &[u8]) -> EditorForm {
    let mut form = EditorForm::default();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        let value = value.into_owned();
        match name.as_ref() {
            "csrf" => form.csrf = value,
            "act" => form.act = value,
            "headline" => form.draft.headline = value,
            "teaser" => form.draft.teaser = value,
            "tag" => form.draft.blocks.push(Block {
                tag: value,
                text: String::new(),
            }),
            "text" => {
                if let Some(block) = form.draft.blocks.last_mut() {
                    block.text = value;
                }
            }
            _ => {}
        }
    }
    form
}

async fn page(
    request: &Request,
    state: &AppState,
    scenery: &Scenery,
    editor: &CurrentEditor,
    shelved: &ShelvedArticle,
    draft: &Draft,
    fault: Option<Fault>,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let error = fault.map(|fault| {
        let too_long = |limit: usize| {
            let limit = [("limit", limit.to_string().into())];
            translate(lang, "error-field-too-long", &limit)
        };
        match fault {
            Fault::HeadlineMissing => ("headline", translate(lang, "error-field-required", &[])),
            Fault::HeadlineTooLong => ("headline", too_long(MAX_TITLE)),
            Fault::TeaserTooLong => ("teaser", too_long(MAX_TEASER)),
            Fault::Empty => ("text", translate(lang, "demo-edit-empty", &[])),
            Fault::TextTooLong => ("text", too_long(MAX_TEXT)),
        }
    });
    let errors: HashMap<&str, String> = error.into_iter().collect();
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = desk::frame(state, request, Some((editor, &newsroom)), lang).await?;
    let mut blocks = draft.blocks.clone();
    // Where something can be added.
    if blocks.last().is_none_or(|b| !b.text.trim().is_empty()) {
        blocks.push(Block {
            tag: "p".into(),
            text: String::new(),
        });
    }
    let mut counted = HashMap::new();
    let blocks: Vec<Value> = blocks.iter().map(|b| block(b, &mut counted)).collect();
    let slug = &shelved.article.slug;
    let form = context! { headline => draft.headline.as_str(), teaser => draft.teaser.as_str(), blocks => blocks };
    let article = context! {
        title => shelved.article.title.as_str(), lang => shelved.article.lang.as_str(), edited => shelved.edited,
        url => article_url(&scenery.magazine, slug), path => editor_path(slug),
    };
    let mut response = state.page(
        "demo/article_editor.html",
        &context! { article => article, form => form, errors => errors, ..frame },
    )?;
    response.set_status(match fault {
        None => StatusCode::OK,
        Some(Fault::TextTooLong) => StatusCode::PAYLOAD_TOO_LARGE,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    });
    Ok(response)
}

/// A block with its number among those of its kind.
fn block(block: &Block, counted: &mut HashMap<&'static str, usize>) -> Value {
    let kind = match block.tag.as_str() {
        "p" if block.text.is_empty() => "added",
        "p" => "paragraph",
        "h2" | "h3" | "h4" => "heading",
        "ul" | "ol" => "list",
        "blockquote" => "quotation",
        _ => "other",
    };
    // For browsers that do not fit a field to what it holds.
    let rows = block
        .text
        .lines()
        .map(|line| line.chars().count() / 80 + 1)
        .sum::<usize>()
        .clamp(1, 16);
    let number = counted.entry(kind).or_default();
    *number += 1;
    context! { tag => block.tag.as_str(), text => block.text.as_str(), kind => kind, number => *number, rows => rows }
}
