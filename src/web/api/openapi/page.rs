//! `GET /api/docs`: the same document as a page for people, and the place of every type of problem.

use minijinja::{Value as View, context};
use poem::{Request, Response, handler, web::Data};
use serde_json::{Map, Value};

use super::{document, problem_sentence};
use crate::{
    domain::site::Lang,
    web::{AppState, problem, request_lang},
};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /api/docs`
#[handler]
pub fn show(request: &Request, Data(state): Data<&AppState>) -> poem::Result<Response> {
    let lang = request_lang(request);
    let base = state.services.links.base();
    let document = document(base);
    Ok(state.page(
        "reader/api_docs.html",
        &context! {
            lang => lang.as_str(),
            csrf => View::from(()),
            path => "/api/docs",
            base_url => base,
            description => text(&document["info"], "description"),
            operations => operations(&document),
            schemas => schemas(&document),
            problems => problems(lang),
        },
    )?)
}

fn problems(lang: Lang) -> Vec<View> {
    problem::ALL
        .iter()
        .map(|(name, status)| {
            context! {
                name => *name,
                status => status.as_u16(),
                detail => problem_sentence(name, lang),
            }
        })
        .collect()
}

fn operations(document: &Value) -> Vec<View> {
    let mut all = Vec::new();
    let mut paths: Vec<_> = entries(&document["paths"]).collect();
    // What describes itself comes last.
    paths.sort_by_key(|(path, _)| !path.starts_with("/api/v1/"));
    for (path, item) in paths {
        let shared = list(&item["parameters"]);
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let parameters: Vec<View> = shared
                .iter()
                .chain(list(&operation["parameters"]))
                .map(parameter)
                .collect();
            all.push(context! {
                id => text(operation, "operationId"),
                method => method.to_uppercase(),
                path => path,
                summary => text(operation, "summary"),
                description => text(operation, "description"),
                scope => operation.pointer("/security/0/token/0").and_then(Value::as_str),
                parameters => parameters,
                body => entries(&operation["requestBody"]["content"]).next().map(|(_, content)| kind(&content["schema"])),
                media_types => entries(&operation["requestBody"]["content"]).map(|(name, _)| name.clone()).collect::<Vec<_>>(),
                answers => entries(&operation["responses"]).map(answer).collect::<Vec<_>>(),
            });
        }
    }
    all
}

fn parameter(parameter: &Value) -> View {
    context! {
        name => text(parameter, "name"),
        place => text(parameter, "in"),
        description => text(parameter, "description"),
        kind => kind(&parameter["schema"]),
    }
}

fn answer((status, answer): (&String, &Value)) -> View {
    let names = strings(&answer["x-problems"]);
    context! {
        status => status.as_str(),
        description => if names.is_empty() { text(answer, "description") } else { "" },
        problems => names,
        kind => entries(&answer["content"]).next().map(|(_, content)| kind(&content["schema"])),
    }
}

fn schemas(document: &Value) -> Vec<View> {
    entries(&document["components"]["schemas"])
        .map(|(name, schema)| {
            let example = schema
                .pointer("/examples/0")
                .and_then(|e| serde_json::to_string_pretty(e).ok());
            context! {
                name => name,
                description => text(schema, "description"),
                fields => fields(schema),
                example => example,
            }
        })
        .collect()
}

/// The fields of an object: those that are always there in their own order, then the others.
fn fields(schema: &Value) -> Vec<View> {
    let required: Vec<&str> = list(&schema["required"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let others = entries(&schema["properties"])
        .map(|(name, _)| name.as_str())
        .filter(|name| !required.contains(name));
    let names: Vec<&str> = required.iter().copied().chain(others).collect();
    names
        .into_iter()
        .map(|name| {
            let field = &schema["properties"][name];
            context! {
                name => name,
                kind => kind(field),
                required => required.contains(&name),
                description => described(field),
                fields => fields(inner(field)),
            }
        })
        .collect()
}

/// The object that a field is, or is a list of.
fn inner(field: &Value) -> &Value {
    match field.get("items") {
        Some(items) if items.get("$ref").is_none() => items,
        _ => field,
    }
}

fn described(field: &Value) -> &str {
    match text(field, "description") {
        "" => text(inner(field), "description"),
        own => own,
    }
}

/// What a value may be: a link to a schema, or its types and words.
fn kind(schema: &Value) -> View {
    let is_null = |value: &Value| value.as_str() == Some("null") || value.is_null();
    let one = schema
        .get("oneOf")
        .and_then(Value::as_array)
        .and_then(|o| o.first())
        .unwrap_or(schema);
    let of_list = one.get("items");
    let item = of_list.unwrap_or(one);
    let types: Vec<&str> = match &item["type"] {
        Value::String(name) => vec![name.as_str()],
        names => list(names)
            .iter()
            .filter(|n| !is_null(n))
            .filter_map(Value::as_str)
            .collect(),
    };
    let words = strings(&item["enum"]);
    context! {
        list => of_list.is_some(),
        nullable => schema.get("oneOf").is_some() || list(&schema["type"]).iter().any(is_null),
        schema => item["$ref"].as_str().and_then(|r| r.rsplit('/').next()),
        name => types.first().copied(),
        format => item["format"].as_str(),
        words => words,
        most => item["maxLength"].as_u64().filter(|n| *n > 0),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The words of a list, without a null among them.
fn strings(list_of_words: &Value) -> Vec<String> {
    let words = list(list_of_words).iter();
    words
        .filter_map(|w| w.as_str().map(str::to_owned))
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_said_whatever_way_the_document_says_it() {
        let said = |schema: Value| kind(&schema);
        let nullable = said(serde_json::json!({ "type": ["string", "null"], "enum": ["a", null] }));
        assert!(nullable.get_attr("nullable").unwrap().is_true());
        assert_eq!(nullable.get_attr("words").unwrap().len(), Some(1));
        let list = said(
            serde_json::json!({ "type": "array", "items": { "$ref": "#/components/schemas/Report" } }),
        );
        assert!(list.get_attr("list").unwrap().is_true());
        assert_eq!(list.get_attr("schema").unwrap().as_str(), Some("Report"));
    }
}
