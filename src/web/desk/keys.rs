//! `/keys`: what each key does on the desk, and the switch that turns them off. Script shows the same in a dialog.

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    web::{Data, Redirect},
};
use serde::Deserialize;

use super::frame;
use crate::{
    services::{browse_tickets, own_keys},
    web::{
        AppState,
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

/// A group of keys: the end of its heading's message (`keys-group-…`), then keys and the end of what says what they do (`keys-does-…`).
type Group = (
    &'static str,
    &'static [(&'static [&'static str], &'static str)],
);

/// Every key of the desk. `keys.js` acts on them; a test compares the two.
pub const KEYS: [Group; 4] = [
    (
        "move",
        &[
            (&["j"], "next"),
            (&["k"], "previous"),
            (&["enter"], "open"),
            (&["x"], "select"),
            (&["shift", "x"], "range"),
        ],
    ),
    (
        "decide",
        &[
            (&["1"], "corrected"),
            (&["2"], "not-an-error"),
            (&["3"], "duplicate"),
            (&["h"], "snooze"),
            (&["r"], "ask"),
            (&["u"], "undo"),
        ],
    ),
    (
        "work",
        &[(&["n"], "note"), (&["a"], "assign"), (&["m"], "mine")],
    ),
    (
        "go",
        &[
            (&["/"], "search"),
            (&["g", "i"], "inbox"),
            (&["ctrl", "K"], "palette"),
            (&["?"], "help"),
            (&["esc"], "close"),
        ],
    ),
];

/// `GET /keys`
#[handler]
pub async fn show(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let lang = editor.editor.lang;
    let frame = frame(state, request, Some((&editor, &newsroom)), lang).await?;
    let groups: Vec<Value> = KEYS
        .iter()
        .map(|(name, keys)| {
            let keys = keys
                .iter()
                .map(|(keys, does)| context! { keys => keys.to_vec(), does => *does })
                .collect::<Vec<_>>();
            context! { name => *name, keys => keys }
        })
        .collect();
    Ok(state.page("desk/keys.html", &context! { groups => groups, ..frame })?)
}

/// The switch.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct KeysForm {
    csrf: String,
    /// `on` or `off`.
    keys: String,
    next: String,
}

/// `POST /keys`
#[handler]
pub async fn switch(
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<KeysForm>,
) -> poem::Result<Response> {
    editor.check(&form.csrf)?;
    own_keys::switch(&state.services, &editor.editor, form.keys == "on").await?;
    let next = match form.next.as_str() {
        "" => "/keys".to_owned(),
        next => local_path(next),
    };
    Ok(Redirect::see_other(next).into_response())
}

#[cfg(test)]
mod tests {
    use super::KEYS;

    #[test]
    fn the_script_acts_on_every_key_that_is_listed() {
        let script = include_str!("../assets/desk/keys.js");
        for (keys, does) in KEYS.iter().flat_map(|(_, keys)| *keys) {
            let key = match keys.last() {
                // The browser's own.
                Some(&"esc") | None => continue,
                Some(&"enter") => "Enter".to_owned(),
                Some(key) => key.to_lowercase(),
            };
            let acts = script.contains(&format!("\"{key}\""))
                || script.contains(&format!("\n  {key}: \"{does}\""));
            assert!(acts, "{key} is listed for {does}");
        }
    }
}
