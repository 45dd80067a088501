//! The operations of the server as its OpenAPI document tells them. Only reads.

use serde_json::Value;

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operation {
    /// Its name in addresses.
    pub(super) id: String,
    /// What it belongs to.
    pub(super) tag: String,
    /// Such as `POST`.
    pub(super) method: String,
    /// With names in braces.
    pub(super) path: String,
    /// What it does.
    pub(super) summary: String,
    /// What else there is to know.
    pub(super) description: String,
    /// Parts of the path and words of the query.
    pub(super) parameters: Vec<Parameter>,
    /// Media types of its body, each with an example.
    pub(super) bodies: Vec<(String, String)>,
    /// How a caller says who they are: one is enough.
    pub(super) schemes: Vec<String>,
    /// Whether it can be rehearsed.
    pub(super) has_mode: bool,
}

/// A part of the path, or a word of the query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) is_in_path: bool,
    pub(super) told: String,
    pub(super) example: String,
}

/// Every operation, in the order of the document.
pub(super) fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            found.extend(read(path, method, operation));
        }
    }
    let order: Vec<&str> = list(&document["tags"]).filter_map(|tag| tag["name"].as_str()).collect();
    found.sort_by_key(|operation| order.iter().position(|tag| *tag == operation.tag));
    found
}

fn list(value: &Value) -> impl Iterator<Item = &Value> + Clone {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A text without the marks that show its words as code.
fn plain(value: &Value) -> String {
    text(value).replace('`', "")
}

fn read(path: &str, method: &str, operation: &Value) -> Option<Operation> {
    let all = list(&operation["parameters"]).filter(|parameter| parameter["in"] != "header");
    let has_mode = all.clone().any(|parameter| parameter["name"] == "mode");
    let parameters =
        all.filter(|parameter| !["mode", "dry_run"].contains(&parameter["name"].as_str().unwrap_or_default()));
    let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
    let security = list(&operation["security"]).filter_map(Value::as_object);
    Some(Operation {
        id: operation["operationId"].as_str()?.to_owned(),
        tag: text(&operation["tags"][0]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        description: plain(&operation["description"]),
        parameters: parameters
            .map(|parameter| Parameter {
                name: text(&parameter["name"]),
                is_in_path: parameter["in"] == "path",
                told: plain(&parameter["description"]),
                example: text(&parameter["example"]),
            })
            .collect(),
        bodies: bodies
            .map(|(media, content)| (media.clone(), example(content)))
            .collect(),
        schemes: security.flat_map(|one| one.keys().cloned()).collect(),
        has_mode,
    })
}

/// An example of a body, as a person would write it.
fn example(content: &Value) -> String {
    let example = match &content["example"] {
        Value::Null => &content["examples"]["example"]["value"],
        example => example,
    };
    match example {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        json => serde_json::to_string_pretty(json).unwrap_or_default(),
    }
}

impl Operation {
    /// Whether it changes something.
    pub(super) fn writes(&self) -> bool {
        self.method != "GET"
    }

    /// Whether only an integration's own token opens it.
    pub(super) fn wants_own_token(&self) -> bool {
        self.path.starts_with("/api/v1/data/")
    }

    /// The header that a caller says who they are with; nothing: they are signed in, or anybody may.
    pub(super) fn credential(&self) -> Option<(&'static str, &'static str)> {
        let takes = |name: &str| self.schemes.iter().any(|scheme| scheme == name);
        match () {
            () if takes("Token") => Some(("Authorization", "Token ")),
            () if takes("Bearer") => Some(("Authorization", "Bearer ")),
            () if takes("X-ApiKey") => Some(("X-ApiKey", "")),
            () => None,
        }
    }
}
