//! `POST /acts/{act}/undoing`, and the offer that every page of the desk makes after an act: its address carries the act (`?act=…`), so
//! that the offer works without script, and whoever the page leads to next makes it too.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use serde::Deserialize;
use url::form_urlencoded::{Serializer, parse};
use uuid::Uuid;

use crate::{
    domain::{
        editor::Editor,
        ids::ActId,
        site::Lang,
        ticket::{CannotUndo, EventKind},
    },
    rendering::translate,
    services::undo_act::{self, UndoError},
    storage::StorageError,
    web::{
        AppState,
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

/// A path of ours that offers to take an act back.
#[must_use]
pub fn offering(path: &str, act: ActId) -> String {
    with(path, "act", &act.to_string())
}

/// A path without what earlier acts have left in it, and with that.
fn with(path: &str, name: &str, value: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let (query, fragment) = query.split_once('#').unwrap_or((query, ""));
    let mut kept = Serializer::new(String::new());
    for (name, value) in parse(query.as_bytes()) {
        if !["act", "undone", "looked", "merging"].contains(&&*name) {
            kept.append_pair(&name, &value);
        }
    }
    if !value.is_empty() {
        kept.append_pair(name, value);
    }
    let query = kept.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    let fragment = if fragment.is_empty() {
        String::new()
    } else {
        format!("#{fragment}")
    };
    format!("{path}{mark}{query}{fragment}")
}

fn asked(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    parse(query.as_bytes())
        .find(|(n, _)| n == name)
        .map(|(_, value)| value.into_owned())
}

/// What `templates/components/undo.html` offers on the page that was asked for.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn offer(
    state: &AppState,
    request: &Request,
    editor: &Editor,
) -> Result<Option<Value>, StorageError> {
    let Some(act) = asked(request, "act").and_then(|text| Uuid::parse_str(&text).ok()) else {
        return Ok(None);
    };
    let act = ActId(act);
    let Some(offer) = undo_act::offer(&state.services, editor, act).await? else {
        return Ok(None);
    };
    let path = request
        .original_uri()
        .path_and_query()
        .map_or("/", |p| p.as_str());
    let (event, lang) = (&offer.event, editor.lang);
    let what = match (event.kind, event.details.resolution, event.to) {
        (EventKind::Closed, Some(resolution), _) => {
            let name = format!("resolution-{}", resolution.as_str().replace('_', "-"));
            translate(lang, &name, &[])
        }
        (EventKind::Moved, _, Some(to)) => translate(lang, &format!("state-{to}"), &[]),
        (EventKind::Assigned, _, _) if event.details.assignee.is_none() => {
            translate(lang, "event-unassigned", &[])
        }
        (kind, _, _) => translate(
            lang,
            &format!("event-{}", kind.as_str().replace('_', "-")),
            &[],
        ),
    };
    let left = (offer.until - state.services.now()).max(0);
    Ok(Some(context! {
        act => act.to_string(),
        references => offer.tickets.iter().take(1).map(ToString::to_string).collect::<Vec<_>>(),
        count => offer.tickets.len(),
        what => what,
        // Rounded up: it is never told to be over while it is not.
        seconds => (left + 999) / 1_000,
        back => with(path, "act", ""),
    }))
}

/// What came of taking something back, as the page's address tells it.
pub(super) fn result(request: &Request, lang: Lang) -> Option<(&'static str, String)> {
    let (kind, message) = match asked(request, "undone")?.as_str() {
        "yes" => ("ok", "undo-done"),
        "some" => ("error", "undo-some"),
        "too-late" => ("error", "undo-too-late"),
        "changed" => ("error", "undo-changed"),
        "not-yours" => ("error", "undo-not-yours"),
        _ => return None,
    };
    Some((kind, translate(lang, message, &[])))
}

/// Where to go on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UndoForm {
    csrf: String,
    back: String,
}

/// `POST /acts/{act}/undoing`
#[handler]
pub async fn create(
    Path(act): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<UndoForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let act = Uuid::parse_str(&act).map(ActId).map_err(|_| not_found())?;
    let came = match Box::pin(undo_act::undo(&state.services, &editor.editor, act)).await {
        Ok(undone) if undone.refused.is_empty() => "yes",
        Ok(_) => "some",
        Err(UndoError::Refused(CannotUndo::TooLate)) => "too-late",
        Err(UndoError::Refused(CannotUndo::ChangedSince)) => "changed",
        // Of acts that are not there nothing is told but what is told of others' acts.
        Err(UndoError::Refused(CannotUndo::NotYours) | UndoError::UnknownAct) => "not-yours",
        Err(UndoError::Storage(error)) => return Err(error.into()),
    };
    let back = with(&local_path(&form.back), "undone", came);
    Ok(Redirect::see_other(back).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_carries_one_act_and_keeps_the_rest() {
        let act = ActId(Uuid::nil());
        let nil = "00000000-0000-0000-0000-000000000000";
        let offered = offering("/?state=new&act=old&looked=same&q=a+b", act);
        assert_eq!(offered, format!("/?state=new&q=a+b&act={nil}"));
        assert_eq!(
            with(&offered, "undone", "yes"),
            "/?state=new&q=a+b&undone=yes"
        );
        assert_eq!(with("/tickets/FM-1", "act", ""), "/tickets/FM-1");
        assert_eq!(with("/t?a=1#reports", "act", "x"), "/t?a=1&act=x#reports");
    }
}
