//! Why a request is refused, and how that is told: one JSON shape everywhere, logged once.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, ETAG, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use passmuster_core::limits::Crossed;
use passmuster_core::mapping::MappingError;
use passmuster_core::plan::Plan;
use passmuster_core::problem::{Problem, Report};
use passmuster_core::wire::{Difference, ErrorBody, ErrorItem};

use crate::dialects::Shape;
use crate::metrics;
use crate::store::StoreError;

/// The most reasons that an answer gives in full.
pub(crate) const SHOWN: usize = 100;

/// Says that an answer was given before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) body: Box<ErrorBody>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log only.
    pub(crate) cause: Option<String>,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, id: &str, description: impl Into<String>, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        let item = ErrorItem {
            id: id.to_owned(),
            description: description.into(),
            hint: (!hint.is_empty()).then_some(hint),
            ..ErrorItem::default()
        };
        Self {
            status,
            body: Box::new(ErrorBody {
                errors: vec![item],
                error_count: 1,
                ..ErrorBody::default()
            }),
            headers: Vec::new(),
            cause: None,
        }
    }

    /// With a header beside those that every answer has.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// 401; `scheme` is what the endpoint understands, such as `Token`.
    pub(crate) fn unauthenticated(scheme: &str, description: &str, hint: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "authentication", description, hint).with_header(WWW_AUTHENTICATE, scheme)
    }

    /// 403.
    pub(crate) fn forbidden(description: &str, hint: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "permission", description, hint)
    }

    /// 404.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no {what}."), "")
    }

    /// 409.
    pub(crate) fn conflict(description: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", description, hint)
    }

    /// The same with another hint.
    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        if let Some(item) = self.body.errors.first_mut() {
            item.hint = Some(hint.to_owned());
        }
        self
    }

    /// 409: the plan that was agreed to is not the one that would be applied now.
    pub(crate) fn other_plan(plan: &Plan, difference: Option<Difference>) -> Self {
        let counts = &plan.counts;
        let differing = match &difference {
            Some(difference) => format!("It differs for {} users.", difference.total),
            None => String::new(),
        };
        let description = format!(
            "The directory changed since the plan was made; nothing was applied. {differing} The plan would now create \
             {}, update {}, deactivate {}, reactivate {} and leave {} users as they are, and create {} groups. Its hash \
             is {}.",
            counts.created,
            counts.updated,
            counts.deactivated,
            counts.reactivated,
            counts.unchanged,
            counts.groups_created,
            plan.hash
        );
        let hint = "Ask for the plan again with ?mode=plan, look at it, and send its hash in If-Match.";
        let mut failure =
            Self::conflict(description.replace(".  ", ". "), hint).with_header(ETAG, &format!("\"{}\"", plan.hash));
        if let Some(item) = failure.body.errors.first_mut() {
            item.value = Some(plan.hash.clone());
        }
        failure.body.plan_hash = Some(plan.hash.clone());
        failure.body.counts = Some(Box::new(plan.counts));
        failure.body.difference = difference.map(Box::new);
        failure
    }

    /// 409: the upload waits for a person.
    pub(crate) fn limit_exceeded(crossed: &[Crossed], plan: &Plan, upload_id: String) -> Self {
        let mut failure = Self::conflict("", "");
        let item_of = |crossed: &Crossed| ErrorItem {
            id: "limit_exceeded".to_owned(),
            description: crossed.message.clone(),
            rule: Some(crossed.limit.clone()),
            value: Some(crossed.count.to_string()),
            hint: Some(crossed.hint.clone()),
            ..ErrorItem::default()
        };
        failure.body.errors = crossed.iter().map(item_of).collect();
        failure.body.error_count = crossed.len() as u64;
        failure.body.upload_id = Some(upload_id);
        failure.body.plan_hash = Some(plan.hash.clone());
        failure.body.counts = Some(Box::new(plan.counts));
        failure
    }

    /// 400 about the request itself, not about a body's data.
    pub(crate) fn invalid(description: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description, hint)
    }

    /// 413; stopped while reading.
    pub(crate) fn too_large(limit: usize) -> Self {
        let description = format!(
            "The body is larger than {} MB ({limit} bytes), as sent or after unpacking.",
            limit / (1024 * 1024)
        );
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            description,
            "Send it in several uploads.",
        )
    }

    /// 415.
    pub(crate) fn unsupported(description: impl Into<String>, hint: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_type",
            description,
            hint,
        )
    }

    /// 422.
    pub(crate) fn other_body(key: &str) -> Self {
        let description = format!("The Idempotency-Key {key:?} was used with another body within the last 24 hours.");
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency",
            description,
            "Use a new key for a new body.",
        )
    }

    /// 503; says when to come back.
    pub(crate) fn unavailable(description: &str) -> Self {
        let hint = "Nothing of the request was applied; send it again in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", description, hint).with_header(RETRY_AFTER, "5")
    }

    /// 500: a bug.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        let description = "Something went wrong inside the server; nothing of the request was applied.";
        let hint = "Tell the operator the request_id, it is in the server's log.";
        let mut failure = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", description, hint);
        failure.cause = Some(cause.into());
        failure
    }

    /// 400 with what is wrong with a body.
    pub(crate) fn rejected(report: &Report, upload_id: Option<String>) -> Self {
        let errors: Vec<ErrorItem> = report.errors().take(SHOWN).map(item_of).collect();
        let mut failure = Self::invalid("", "");
        let errors_capped = (errors.len() as u64) < report.error_count;
        *failure.body = ErrorBody {
            errors,
            error_count: report.error_count,
            errors_capped,
            upload_id,
            ..ErrorBody::default()
        };
        failure
    }

    /// 400 with what is wrong with a request, of which nothing is recorded.
    pub(crate) fn of_problems(problems: Vec<Problem>) -> Self {
        let mut failure = Self::invalid("", "");
        failure.body.error_count = problems.len() as u64;
        failure.body.errors = problems.iter().take(SHOWN).map(item_of).collect();
        failure.body.errors_capped = failure.body.errors.len() < problems.len();
        failure
    }

    /// A refusal that was given before, once more.
    pub(crate) fn again(status: StatusCode, body: ErrorBody) -> Self {
        let failure = Self {
            status,
            body: Box::new(body),
            headers: Vec::new(),
            cause: None,
        };
        failure.with_header(REPLAYED, "true")
    }

    /// 400 with all that is wrong with a mapping.
    pub(crate) fn mapping(error: &MappingError) -> Self {
        let mut failure = Self::invalid("", "");
        failure.body.errors = error
            .faults
            .iter()
            .map(|fault| ErrorItem {
                id: "invalid_request".to_owned(),
                description: fault.message.clone(),
                rule: Some("mapping".to_owned()),
                row: fault.field.map(|at| at as u64 + 1),
                ..ErrorItem::default()
            })
            .collect();
        failure.body.error_count = failure.body.errors.len() as u64;
        failure
    }

    /// For a refusal that didn't come from us: axum's own 404, 405 and the like.
    pub(crate) fn of_status(status: StatusCode, text: &str) -> Self {
        let (id, description, hint) = match status {
            StatusCode::NOT_FOUND => (
                "not_found",
                "There is nothing at this path.",
                "See the API's documentation.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "invalid_request",
                "The path is right, the method is not.",
                "The Allow header names those it takes.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "The body is too large.", ""),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_type", "The Content-Type is not taken here.", ""),
            status if status.is_server_error() => {
                return Self {
                    status,
                    ..Self::internal(text)
                };
            }
            _ => ("invalid_request", "The request can't be understood.", ""),
        };
        let description = if text.is_empty() { description } else { text };
        Self::new(status, id, description, hint)
    }

    /// The answer, with the request's id in it, in this shape unless ours; `response` is the one that carried this failure.
    pub(crate) fn render(mut self, request_id: &str, response: &Response, shape: Option<Shape>) -> Response {
        self.body.request_id = request_id.to_owned();
        let mut answer = match shape {
            Some(shape) => json(self.status, &shape(self.status, &self.body)),
            None => json(self.status, &self.body),
        };
        if let Some(allow) = response.headers().get(ALLOW) {
            answer.headers_mut().insert(ALLOW, allow.clone());
        }
        for (name, value) in self.headers {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

/// One problem as senders of a body read it.
fn item_of(problem: &Problem) -> ErrorItem {
    ErrorItem {
        id: problem.id.as_str().to_owned(),
        description: problem.message.clone(),
        rule: Some(problem.rule.clone().into_owned()),
        row: problem.row,
        line: problem.line,
        column: problem.column.clone(),
        value: problem.value.clone(),
        hint: Some(problem.hint.clone()),
    }
}

/// A JSON answer.
pub(crate) fn json<T: serde::Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => json_text(status, bytes),
        Err(error) => Failure::internal(error.to_string()).into_response(),
    }
}

/// A JSON answer that is text already.
pub(crate) fn json_text(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

impl IntoResponse for Failure {
    /// Carries the failure to [`crate::request::handle`], which knows the request's id.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        metrics::database_error(&error);
        let mut failure = match &error {
            StoreError::Busy(_) | StoreError::Again(_) => {
                Self::unavailable("The directory is being written by others and took too long.")
            }
            StoreError::Full(_) => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "unavailable",
                "The server's disk is full; nothing of the request was applied.",
                "Tell the operator; send it again when there is space.",
            ),
            StoreError::Unavailable(_) | StoreError::Damaged(_) | StoreError::Refused(_) => {
                Self::unavailable("The database can't be reached or written.")
            }
            StoreError::Unsure(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The database went away just then; whether the request was applied is not known.",
                "Send it again: what was applied already changes nothing the second time.",
            )
            .with_header(RETRY_AFTER, "5"),
            StoreError::Taken(_) => Self::conflict("That name is taken.", "Choose another one."),
            StoreError::Unexpected(_) => Self::internal(""),
        };
        failure.cause = Some(error.to_string());
        failure
    }
}
