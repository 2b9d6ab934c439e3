//! `/waves/{mark}`: a flood of reports as one thing, closed in one act and taken back in one.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query, Redirect},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{frame, names, with_flash};
use crate::{
    rendering::translate,
    services::{
        browse_tickets::{self, Newsroom},
        waves,
    },
    storage::{StorageError, waves::WaveSum},
    views,
    web::{AppState, forms::Form, session::CurrentEditor},
};

/// Tickets of a wave that are shown.
const SHOWN: usize = 20;

/// The waves of the last day, for the top of the inbox's first page.
///
/// # Errors
/// [`StorageError`]
pub async fn banner(
    state: &AppState,
    newsroom: &Newsroom,
    first_page: bool,
) -> Result<Vec<Value>, StorageError> {
    if !first_page {
        return Ok(Vec::new());
    }
    let all = waves::all(&state.services, newsroom).await?;
    Ok(all.iter().map(|wave| view(wave, newsroom)).collect())
}

fn view(wave: &WaveSum, newsroom: &Newsroom) -> Value {
    let site = newsroom.sites.iter().find(|s| s.id.0 == wave.site_id);
    context! {
        url => format!("/waves/{}", wave.wave),
        site_name => site.map(|s| s.name.as_str()),
        time_zone => site.map(|s| s.time_zone.as_str()),
        reports => wave.reports,
        began_at => wave.began_at,
        last_at => wave.last_at,
    }
}

/// What came of the last act.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    closed: Option<usize>,
    reopened: Option<usize>,
}

/// `GET /waves/{mark}`
#[handler]
pub async fn show(
    request: &Request,
    Path(mark): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Query(done): Query<Done>,
) -> poem::Result<Response> {
    let mark = Uuid::parse_str(&mark).unwrap_or_default();
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let all = waves::all(&state.services, &newsroom).await?;
    let Some(wave) = all.into_iter().find(|w| w.wave == mark) else {
        // Marks are forgotten after a day; what it was is in the inbox then.
        return Ok(Redirect::see_other("/").into_response());
    };
    let fresh = waves::new_tickets(&state.services, &editor.editor, &newsroom, mark).await?;
    let closed = waves::count_closed(&state.services, &editor.editor, mark).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((&editor, &newsroom)), lang).await?;
    let said = |id: &str, count: usize| translate(lang, id, &[("count", count.into())]);
    let flash = match (done.closed, done.reopened) {
        (Some(count), _) => Some(("ok", said("wave-closed", count))),
        (_, Some(count)) => Some(("ok", said("wave-reopened", count))),
        _ => None,
    };
    let own = context! {
        wave => view(&wave, &newsroom),
        fresh => fresh.len(),
        closed => closed,
        tickets => fresh.iter().take(SHOWN).map(|t| views::row(t, None, names(&newsroom, t))).collect::<Vec<_>>(),
    };
    let page = context! { ..own, ..with_flash(frame, flash) };
    Ok(state.page("desk/wave.html", &page)?)
}

/// What the form carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WaveForm {
    csrf: String,
    act: String,
}

/// `POST /waves/{mark}`: closes it, or takes that back.
#[handler]
pub async fn update(
    Path(mark): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<WaveForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let mark = Uuid::parse_str(&mark).unwrap_or_default();
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let (services, who) = (&state.services, &editor.editor);
    let done = match form.act.as_str() {
        "close" => {
            let count = waves::close(services, who, &newsroom, mark).await?;
            format!("closed={count}")
        }
        "reopen" => {
            let count = waves::reopen(services, who, &newsroom, mark).await?;
            format!("reopened={count}")
        }
        _ => return Err(poem::Error::from_status(StatusCode::BAD_REQUEST)),
    };
    Ok(Redirect::see_other(format!("/waves/{mark}?{done}")).into_response())
}
