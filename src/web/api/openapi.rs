//! The description of the whole API (`OpenAPI` 3.1), written by hand and made of the domain's own sets and limits, so that it
//! cannot say what is not. `tests/app/openapi.rs` compares it with the running routes and with real answers.

use poem::{
    Response, handler,
    http::{HeaderMap, header},
    web::Data,
};
use serde_json::{Map, Value, json};

use super::conditions;
use crate::{domain::site::Lang, rendering::translate, web::AppState};

pub mod page;
mod paths;
mod schemas;

const DESCRIPTION: &str = "Readers report mistakes in articles; editors' programs work on the tickets that come of it. \
Errors are problem documents (RFC 9457) with a stable `type`; their `detail` is a sentence in the language that `Accept-Language` asks for, German or English. \
Times are RFC 3339 in UTC. Fields and words may be added to answers; a program passes over those that it does not know.";

/// The document.
#[must_use]
pub fn document(base: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Fehlermelder",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": base }],
        "tags": [
            { "name": "reports", "description": "What readers send." },
            { "name": "tickets", "description": "What editors work on." },
            { "name": "articles", "description": "What the content system says." },
            { "name": "description", "description": "This description." },
        ],
        "paths": paths::all(),
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": { "token": {
                "type": "http", "scheme": "bearer",
                "description": "A token that an operator makes with `fehlermelder token add`. It acts in an editor's name, with the rights of that editor, within its scopes.",
            } },
        },
    })
}

/// `GET /api/openapi.json`
#[handler]
pub fn show(headers: &HeaderMap, Data(state): Data<&AppState>) -> Response {
    let body = document(state.services.links.base()).to_string();
    let tag = conditions::tag_of(body.as_bytes());
    let known = conditions::is_known(headers, &tag);
    let response = Response::builder()
        .header(header::ETAG, tag)
        .header(header::CACHE_CONTROL, "public, no-cache")
        // Tools of others may read it: it tells nothing of this installation but its address.
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header("Cross-Origin-Resource-Policy", "cross-origin");
    if known {
        return response
            .status(poem::http::StatusCode::NOT_MODIFIED)
            .finish();
    }
    response.content_type("application/json").body(body)
}

/// The sentence of a type of problem, with its blanks shown as what goes there.
#[must_use]
pub fn problem_sentence(name: &str, lang: Lang) -> String {
    let blanks = ["limit", "seconds", "scope", "from"].map(|blank| (blank, "…".into()));
    translate(lang, &format!("detail-{name}"), &blanks)
}

/// A schema of an object: all its fields are there, but for the optional ones, and no others.
fn object(description: &str, fields: Vec<(&str, Value)>, optional: &[&str]) -> Value {
    let required: Vec<&str> = fields
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !optional.contains(name))
        .collect();
    let properties: Map<String, Value> = fields
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    json!({
        "type": "object", "description": description, "properties": properties, "required": required, "additionalProperties": false,
    })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// The same, or null.
fn nullable(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() {
        return json!({ "oneOf": [schema, { "type": "null" }] });
    }
    if let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
    }
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}
