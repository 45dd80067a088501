//! The whole document, put together from what each route tells.

use axum::http::{Method, StatusCode};
use passmuster_core::permission::Permission;
use passmuster_core::wire::ErrorBody;
use serde_json::{Map, Value, json};

use super::operation::{Answer, Content, JSON, Operation, Tag};
use super::schemas::Schemas;
use super::security::{Scheme, schemes};
use super::{parameters, refusals};

/// An operation and where it stands in the URL space.
#[derive(Debug)]
pub(crate) struct Described<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'static str,
    pub(crate) operation: &'a Operation,
    /// The ways to say who one is, of which one is enough; none: nobody is asked.
    pub(crate) schemes: &'a [Scheme],
    /// Of which a caller has at least one.
    pub(crate) permissions: &'a [Permission],
}

impl Described<'_> {
    /// Whether a caller has to say who they are.
    pub(super) fn is_guarded(&self) -> bool {
        !self.schemes.is_empty()
    }
}

const INTRODUCTION: &str = "Passmuster takes files of users, checks them, shows what would change, and loads them, all \
    or nothing, into a directory of users and groups.\n\nEvery refusal of ours has one shape, `ErrorBody`, with the \
    `request_id` that is also in the server's log. Whatever changes the directory is a plan first: `?mode=plan` shows \
    it and changes nothing.";

/// The document of these operations.
pub(crate) fn document<'a>(operations: impl Iterator<Item = Described<'a>>) -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    let mut tags: Vec<Tag> = Vec::new();
    let mut used: Vec<Scheme> = Vec::new();
    for described in operations {
        let tag = described.operation.tag;
        match tags.iter_mut().find(|known| known.name == tag.name) {
            Some(known) if known.told.is_empty() => *known = tag,
            Some(_) => {}
            None => tags.push(tag),
        }
        used.extend(described.schemes);
        let path = paths.entry(described.path).or_insert_with(|| json!({}));
        path[described.method.as_str().to_ascii_lowercase()] = told(&described, &mut schemas);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Passmuster",
            "version": env!("CARGO_PKG_VERSION"),
            "description": INTRODUCTION,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This server"}],
        "tags": tags.iter().map(|tag| json!({"name": tag.name, "description": tag.told})).collect::<Vec<_>>(),
        "paths": paths,
    });
    let named = schemas.settle(&mut document);
    document["components"] = json!({"schemas": named, "securitySchemes": schemes(&used)});
    document
}

fn told(described: &Described<'_>, schemas: &mut Schemas) -> Value {
    let operation = described.operation;
    let mut told = json!({
        "operationId": operation.id,
        "tags": [operation.tag.name],
        "summary": operation.summary,
        "description": description(described),
        "parameters": parameters::of(described, schemas),
        "responses": responses(described, schemas),
        "security": described.schemes.iter().map(|scheme| json!({scheme.name(): []})).collect::<Vec<_>>(),
    });
    if !operation.bodies.is_empty() {
        told["requestBody"] = json!({
            "required": !operation.body_may_be_empty,
            "content": contents(operation.bodies.iter(), schemas),
        });
    }
    if !described.permissions.is_empty() {
        told["x-permissions"] = json!(described.permissions);
    }
    told
}

fn description(described: &Described<'_>) -> String {
    let own = described.operation.description;
    let names: Vec<String> = described.permissions.iter().map(|known| format!("`{known}`")).collect();
    let gap = if own.is_empty() || names.is_empty() { "" } else { "\n\n" };
    match names.as_slice() {
        [] => own.to_owned(),
        names => format!("{own}{gap}Takes the permission {}.", names.join(" or ")),
    }
}

fn responses(described: &Described<'_>, schemas: &mut Schemas) -> Value {
    let operation = described.operation;
    let mut responses = Map::new();
    for (status, told) in refusals::of(described) {
        let content = operation.refusal.clone().unwrap_or_else(refusal);
        let example = content
            .example
            .clone()
            .or_else(|| example_of(status, &operation.refusal));
        let content = Content { example, ..content };
        responses.insert(
            status.to_string(),
            json!({"description": told, "content": contents([&content].into_iter(), schemas)}),
        );
    }
    let mut statuses: Vec<u16> = operation.answers.iter().map(|answer| answer.status).collect();
    statuses.dedup();
    for status in statuses {
        let of_status: Vec<&Answer> = operation
            .answers
            .iter()
            .filter(|answer| answer.status == status)
            .collect();
        let told: Vec<&str> = of_status.iter().map(|answer| answer.told).collect();
        let mut response = json!({"description": told.join(" Or: ")});
        let of_status = of_status.iter().filter_map(|answer| answer.content.as_ref());
        let contents = contents(of_status, schemas);
        if contents.as_object().is_some_and(|contents| !contents.is_empty()) {
            response["content"] = contents;
        }
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// By media type; several of one type are alternatives.
fn contents<'a>(contents: impl Iterator<Item = &'a Content>, schemas: &mut Schemas) -> Value {
    let mut told = Map::new();
    for content in contents {
        let schema = (content.schema)(schemas);
        let Some(known) = told.get_mut(content.media) else {
            let mut new = json!({"schema": schema});
            if let Some(example) = &content.example {
                new["example"] = example.clone();
            }
            told.insert(content.media.to_owned(), new);
            continue;
        };
        match known["schema"].get_mut("anyOf").and_then(Value::as_array_mut) {
            Some(alternatives) => alternatives.push(schema),
            None => known["schema"] = json!({"anyOf": [known["schema"].take(), schema]}),
        }
    }
    Value::Object(told)
}

fn refusal() -> Content {
    Content {
        media: JSON,
        schema: Schemas::written::<ErrorBody>,
        example: None,
    }
}

/// A refusal in the common shape.
fn example_of(status: u16, own: &Option<Content>) -> Option<Value> {
    if own.is_some() {
        return None;
    }
    let failure = crate::error::Failure::of_status(StatusCode::from_u16(status).ok()?, "");
    let mut body = failure.body;
    body.request_id = "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f92".to_owned();
    if let (Some(item), Some(id)) = (body.errors.first_mut(), id_of(status)) {
        item.id = id.to_owned();
        item.description = StatusCode::from_u16(status)
            .ok()?
            .canonical_reason()
            .unwrap_or_default()
            .to_owned();
        item.hint = None;
    }
    serde_json::to_value(body).ok()
}

/// The `id` of a refusal, where the status has but one.
fn id_of(status: u16) -> Option<&'static str> {
    Some(match status {
        401 => "authentication",
        403 => "permission",
        404 => "not_found",
        409 => "conflict",
        413 => "too_large",
        415 => "unsupported_type",
        422 => "idempotency",
        429 => "rate_limited",
        503 | 507 => "unavailable",
        _ => return None,
    })
}
