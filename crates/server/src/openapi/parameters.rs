//! What a request says beside its body: parts of its path, words of its query, headers.

use serde_json::{Map, Value, json};

use super::document::Described;
use super::operation::Parameter;
use super::schemas::Schemas;

/// The parts of paths that mean the same wherever they stand: name, meaning, and one that could be sent.
const USUAL: [(&str, &str, &str); 6] = [
    ("email", "The user's address.", "jason@yourcompany.com"),
    ("group_type", "The name of the group type.", "Team"),
    (
        "id",
        "The id, as the list of them shows it.",
        "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f90",
    ),
    ("name", "The name of the group.", "Dogs"),
    ("route", "The last part of the integration's endpoint.", "hr"),
    ("token_id", "The token's id.", "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f91"),
];

pub(super) fn of(described: &Described<'_>, schemas: &mut Schemas) -> Vec<Value> {
    let operation = described.operation;
    let mut parameters = Vec::new();
    for name in names_in(described.path) {
        let own = operation.paths.iter().find(|own| own.name == name);
        let usual = USUAL.iter().find(|(usual, ..)| *usual == name);
        let (told, schema, example) = match (own, usual) {
            (Some(own), _) => (own.told, (own.schema)(schemas), own.example.clone()),
            (None, Some((_, told, example))) => (*told, json!({"type": "string"}), Some(json!(example))),
            (None, None) => ("", json!({"type": "string"}), None),
        };
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": told, "schema": schema, "example": example,
        }));
    }
    for query in &operation.queries {
        parameters.extend(words_of(&query(schemas)));
    }
    parameters.extend(operation.headers.iter().map(|header| header_of(header, schemas)));
    parameters
}

/// The names within braces.
pub(super) fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

/// Each property of a schema as a word of the query.
fn words_of(schema: &Value) -> Vec<Value> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties: Map<String, Value> = schema["properties"].as_object().cloned().unwrap_or_default();
    let words = properties.into_iter().map(|(name, mut schema)| {
        without_null(&mut schema);
        let told = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        json!({
            "name": name,
            "in": "query",
            "required": required.contains(&json!(name)),
            "description": told.unwrap_or_default(),
            "schema": schema,
        })
    });
    words.collect()
}

/// A word that is absent is not `null`, which nobody can write in an address.
fn without_null(schema: &mut Value) {
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|word| word != "null");
        if let [word] = types.as_slice() {
            schema["type"] = word.clone();
        }
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|key, value| key != "default" || !(value.is_null() || value == ""));
    }
}

fn header_of(header: &Parameter, schemas: &mut Schemas) -> Value {
    json!({
        "name": header.name,
        "in": "header",
        "required": false,
        "description": header.told,
        "schema": (header.schema)(schemas),
    })
}
