//! Refusals as a Django REST API tells them, since that is what clients of this API parse.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use passmuster_core::problem::Column;
use passmuster_core::wire::ErrorBody;
use serde_json::{Value as Json, json};

/// `{"email": ["…"]}` for what is wrong with fields, `{"detail": "…"}` for everything else.
pub(crate) fn shape(status: StatusCode, body: &ErrorBody) -> Json {
    let is_about_fields = body.errors.iter().any(|error| error.rule.is_some());
    if status != StatusCode::BAD_REQUEST || !is_about_fields {
        let texts = body.errors.iter().map(|error| match &error.hint {
            Some(hint) => format!("{} {hint}", error.description),
            None => error.description.clone(),
        });
        let detail = match status {
            StatusCode::NOT_FOUND => "Not found.".to_owned(),
            _ => texts.collect::<Vec<_>>().join(" "),
        };
        return json!({ "detail": detail });
    }
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for error in &body.errors {
        let field = match &error.column {
            Some(Column::Name(name)) => name.as_str(),
            _ => "non_field_errors",
        };
        fields.entry(field).or_default().push(&error.description);
    }
    json!(fields)
}
