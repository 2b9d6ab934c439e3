//! `/views`: the lists that an editor keeps under a name; and their names with counts beside every list.

use jiff::tz::TimeZone;
use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Redirect},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{COUNT_SHOWN, frame, list_query::ListQuery, with_flash};
use crate::{
    domain::{ids::ViewId, saved_view::SavedView},
    rendering::translate,
    services::{
        browse_tickets::{self, Newsroom},
        list_tickets,
        manage_views::{self, ViewChange, ViewError},
    },
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// What the forms carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    csrf: String,
    /// `add`, `rename`, `up`, `down` or `delete`.
    act: String,
    id: String,
    name: String,
    query: String,
    /// The site's key with which a view is shared; empty: with nobody.
    site: String,
}

/// A form that was refused, with the message that says why.
struct Refused {
    form: ViewForm,
    message: &'static str,
}

/// `GET /views`
#[handler]
pub async fn show(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    page(state, request, &editor, None).await
}

/// `POST /views`
#[handler]
pub async fn change(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<ViewForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let (services, me) = (&state.services, &editor.editor);
    let newsroom = browse_tickets::newsroom(services, me).await?;
    let done = if form.act == "add" {
        let site = newsroom.sites.iter().find(|s| s.key == form.site);
        let kept = to_keep(&form.query);
        manage_views::add(
            services,
            me,
            &newsroom,
            &form.name,
            &kept,
            site.map(|s| s.id),
        )
        .await
        .map(|_| format!("/?{kept}"))
    } else {
        let change = match form.act.as_str() {
            "rename" => ViewChange::Rename(form.name.clone()),
            "up" => ViewChange::Up,
            "down" => ViewChange::Down,
            "delete" => ViewChange::Delete,
            _ => return Err(poem::Error::from_status(StatusCode::BAD_REQUEST)),
        };
        let id = Uuid::parse_str(&form.id).unwrap_or_default();
        manage_views::change(services, me, &newsroom, ViewId(id), change)
            .await
            .map(|()| "/views".to_owned())
    };
    let message = match done {
        Ok(to) => return Ok(Redirect::see_other(to).into_response()),
        Err(ViewError::Unknown) => return Err(poem::Error::from_status(StatusCode::NOT_FOUND)),
        Err(ViewError::ReadOnly) => return Err(poem::Error::from_status(StatusCode::FORBIDDEN)),
        Err(ViewError::Storage(error)) => return Err(error.into()),
        Err(ViewError::Name) => "view-error-name",
        Err(ViewError::TooMany) => "view-error-too-many",
    };
    let refused = Refused { form, message };
    let mut response = page(state, request, &editor, Some(&refused)).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    refused: Option<&Refused>,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let lang = editor.editor.lang;
    let words = |refused: &Refused| translate(lang, refused.message, &[]);
    let is_name = |refused: &Refused| refused.message == "view-error-name";
    // What is wrong with a name stands at its field.
    let elsewhere = refused.filter(|refused| !is_name(refused));
    let frame = frame(state, request, Some((editor, &newsroom)), lang).await?;
    let frame = with_flash(frame, elsewhere.map(|refused| ("error", words(refused))));
    let views = manage_views::visible(&state.services, &editor.editor, &newsroom).await?;
    let rows: Vec<Value> = views
        .iter()
        .map(|view| {
            let typed =
                refused.filter(|r| r.form.act == "rename" && r.form.id == view.id.to_string());
            context! {
                typed => typed.map_or(view.name.as_str(), |refused| refused.form.name.as_str()),
                error => typed.filter(|r| is_name(r)).map(words),
                ..row(view, editor, &newsroom)
            }
        })
        .collect();
    let add = refused.filter(|r| r.form.act == "add").map(|refused| {
        context! {
            query => to_keep(&refused.form.query),
            name => refused.form.name.as_str(),
            site => refused.form.site.as_str(),
            error => is_name(refused).then(|| words(refused)),
        }
    });
    let own = context! {
        views => rows,
        add => add,
        may_share => may_share(editor, &newsroom),
    };
    Ok(state.page("desk/views.html", &context! { ..own, ..frame })?)
}

/// The part of a list's address that a view keeps.
fn to_keep(query: &str) -> String {
    let kept = ListQuery {
        cursor: None,
        ..ListQuery::parse(query)
    };
    kept.query()
}

/// The sites whose readers a view may be shared with.
pub(super) fn may_share(editor: &CurrentEditor, newsroom: &Newsroom) -> Vec<Value> {
    let sites = newsroom.sites.iter().filter(|s| editor.editor.edits(s.id));
    sites
        .map(|s| context! { key => s.key.as_str(), name => s.name.as_str() })
        .collect()
}

fn row(view: &SavedView, editor: &CurrentEditor, newsroom: &Newsroom) -> Value {
    let site = view.site.and_then(|id| newsroom.site(id));
    context! {
        id => view.id.to_string(),
        name => view.name.as_str(),
        url => format!("/?{}", view.query),
        shared_on => site.map(|s| s.name.as_str()),
        may_change => view.is_changed_by(&editor.editor),
    }
}

/// The views beside a list, with how many tickets each has, up to "500+".
///
/// # Errors
/// [`poem::Error`] when the database fails.
pub async fn beside(
    state: &AppState,
    editor: &CurrentEditor,
    newsroom: &Newsroom,
    shown: &ListQuery,
    zone: &TimeZone,
) -> poem::Result<Vec<Value>> {
    let services = &state.services;
    let me = editor.editor.id;
    let current = ListQuery {
        cursor: None,
        ..shown.clone()
    };
    let current = current.query();
    let views = manage_views::visible(services, &editor.editor, newsroom).await?;
    let filter = |view: &SavedView| {
        let query = ListQuery::parse(&view.query);
        let mut filter = query.filter(newsroom, me, services.now(), zone);
        if let Some(text) = &query.q {
            list_tickets::narrow(&mut filter, text, newsroom, me);
        }
        filter
    };
    let filters = views.iter().map(filter).collect();
    let most = COUNT_SHOWN.unsigned_abs();
    let counts = list_tickets::count_up_to(services, newsroom, filters, most + 1).await?;
    let shown = |(view, count): (&SavedView, u64)| {
        let count = if count > most {
            format!("{most}+")
        } else {
            count.to_string()
        };
        let is_current = view.query == current;
        context! { is_current => is_current, count => count, ..row(view, editor, newsroom) }
    };
    Ok(views.iter().zip(counts).map(shown).collect())
}
