//! Refusals in OData's shape, `{"error":{"code","message","target","details"}}`, for whatever refuses under the feed's path.

use axum::http::StatusCode;
use passmuster_core::filter::Fault;
use passmuster_core::wire::ErrorBody;
use serde_json::{Value, json};

use crate::error::Failure;

/// Why a request to the feed is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    hint: String,
    /// The option that is meant.
    target: Option<String>,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            hint: hint.into(),
            target: None,
        }
    }

    /// 400.
    pub(super) fn bad(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, hint)
    }

    /// 404.
    pub(super) fn missing(message: impl Into<String>) -> Self {
        let hint = "The service document at /app/OData/ lists what there is.";
        Self::new(StatusCode::NOT_FOUND, message, hint)
    }

    /// 406.
    pub(super) fn not_acceptable(message: impl Into<String>) -> Self {
        let hint = "Ask for application/json; $metadata is application/xml.";
        Self::new(StatusCode::NOT_ACCEPTABLE, message, hint)
    }

    /// 501.
    pub(super) fn unsupported(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, message, hint)
    }

    /// With the option that it is about, unless one is named already.
    pub(super) fn of(mut self, option: &str) -> Self {
        self.target.get_or_insert_with(|| option.to_owned());
        self
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let message = match fault.at {
            Some(at) => format!("{} (character {at})", fault.message),
            None => fault.message,
        };
        if fault.is_unsupported {
            Self::unsupported(message, fault.hint)
        } else {
            Self::bad(message, fault.hint)
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let id = match refusal.status {
            StatusCode::NOT_FOUND => "not_found",
            StatusCode::NOT_IMPLEMENTED => "not_implemented",
            _ => "invalid_request",
        };
        let mut failure = Self::new(refusal.status, id, refusal.message, refusal.hint);
        if let Some(item) = failure.body.errors.first_mut() {
            item.rule = refusal.target;
        }
        failure
    }
}

/// A refusal as OData's clients read it.
pub(crate) fn shape(_: StatusCode, body: &ErrorBody) -> Value {
    let words = |item: &passmuster_core::wire::ErrorItem| match &item.hint {
        Some(hint) => format!("{} {hint}", item.description),
        None => item.description.clone(),
    };
    let Some(first) = body.errors.first() else {
        return json!({"error": {"code": "internal", "message": "Something went wrong."}});
    };
    let mut error = json!({"code": first.id, "message": words(first)});
    if let Some(target) = &first.rule {
        error["target"] = target.clone().into();
    }
    let others = &body.errors[1..];
    if !others.is_empty() {
        let details = others
            .iter()
            .map(|item| json!({"code": item.id, "message": words(item)}));
        error["details"] = details.collect();
    }
    error["innererror"] = json!({"request_id": body.request_id});
    json!({ "error": error })
}
