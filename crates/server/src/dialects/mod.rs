//! The APIs that senders speak, one file each: HTTP to bodies and back. What a valid user is, the core says.

pub(crate) mod account;
pub(crate) mod apikey;
pub(crate) mod data;
pub(crate) mod usercom;

use axum::http::StatusCode;
use passmuster_core::wire::ErrorBody;
use serde_json::Value;

/// A refusal as JSON.
pub(crate) type Shape = fn(StatusCode, &ErrorBody) -> Value;

/// Where refusals have another shape than ours: the beginnings of paths.
const SHAPES: [(&str, Shape); 1] = [("/api/public/", usercom::errors::shape)];

/// How refusals are told at a path; `None`: in our shape.
pub(crate) fn shape_at(path: &str) -> Option<Shape> {
    let found = SHAPES.iter().find(|(beginning, _)| path.starts_with(beginning));
    found.map(|(_, shape)| *shape)
}
