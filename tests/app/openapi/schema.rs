//! JSON Schema, as much of it as our description uses.

use serde_json::Value;

/// What a schema of ours may be made of; a word that the check does not understand would be checked by nobody.
const WORDS: &[&str] = &[
    "$ref",
    "additionalProperties",
    "default",
    "description",
    "enum",
    "examples",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "oneOf",
    "properties",
    "required",
    "type",
];

/// Everything in which a value differs from its schema.
pub fn differences(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let fields = schema.as_object().unwrap();
    for word in fields.keys() {
        assert!(WORDS.contains(&word.as_str()), "{place}: {word}");
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(&reference[1..]);
        let target = target.unwrap_or_else(|| panic!("{reference} leads nowhere"));
        return differences(document, target, value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let all: Vec<Vec<String>> = choices
            .iter()
            .map(|choice| differences(document, choice, value, place))
            .collect();
        let fitting = all.iter().filter(|d| d.is_empty()).count();
        return if fitting == 1 {
            Vec::new()
        } else {
            all.into_iter().flatten().collect()
        };
    }
    let mut found = Vec::new();
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().map(|n| n.as_str().unwrap()).collect(),
        _ => panic!("{place}: no type"),
    };
    if !types.iter().any(|name| is_type(value, name)) {
        found.push(format!("{place}: {value} is not {types:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{place}: {value} is not among {words:?}"));
    }
    if let (Some(most), Some(text)) = (schema["maxLength"].as_u64(), value.as_str())
        && text.chars().count() as u64 > most
    {
        found.push(format!("{place}: longer than {most}"));
    }
    if let Some(items) = value.as_array() {
        let fits = |limit: &str, fits: fn(u64, u64) -> bool| {
            let limit = schema[limit].as_u64();
            limit.is_none_or(|limit| fits(items.len() as u64, limit))
        };
        if !fits("minItems", |n, limit| n >= limit) || !fits("maxItems", |n, limit| n <= limit) {
            found.push(format!("{place}: {} entries", items.len()));
        }
        for (index, item) in items.iter().enumerate() {
            found.extend(differences(
                document,
                &schema["items"],
                item,
                &format!("{place}/{index}"),
            ));
        }
    }
    if let Some(object) = value.as_object() {
        let known = schema["properties"].as_object();
        for name in schema["required"].as_array().into_iter().flatten() {
            if !object.contains_key(name.as_str().unwrap()) {
                found.push(format!("{place}: {name} is missing"));
            }
        }
        for (name, value) in object {
            match known.and_then(|k| k.get(name)) {
                Some(schema) => found.extend(differences(
                    document,
                    schema,
                    value,
                    &format!("{place}/{name}"),
                )),
                None if schema["additionalProperties"] == false => {
                    found.push(format!("{place}: {name} is not described"));
                }
                None => {}
            }
        }
    }
    found
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("no such type: {name}"),
    }
}
