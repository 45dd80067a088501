//! The OpenAPI document: made from the URL table and from the types that are really read and written, so that it can
//! neither forget a route nor tell of another shape.
//!
//! Tells only: nothing is decided here. It holds no data of anybody, so whoever asks may read it.

mod document;
mod operation;
mod parameters;
mod refusals;
mod schemas;
mod security;

use std::sync::OnceLock;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::error::Failure;
use crate::route::{Route, open};
use crate::secret::digest;

pub(crate) use document::Described;
pub(crate) use operation::{Operation, Tag, operation};
pub(crate) use schemas::Schemas;
pub(crate) use security::Scheme;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Method::GET, "/api/openapi.json", show).tells(
            operation(crate::health::TAG, "OpenApi_Show", "Gives this document")
                .describes("Open to everybody: it tells of the program, not of any workspace.")
                .has_own_refusals()
                .refuses(429, "Too many requests; `Retry-After` says when to come back.")
                .answers_schema(
                    200,
                    "The document.",
                    operation::JSON,
                    |_| serde_json::json!({"type": "object"}),
                )
                .answers_nothing(304, "It is the one that `If-None-Match` names."),
        ),
    ]
}

/// The document as it is sent.
struct Written {
    text: Bytes,
    etag: HeaderValue,
}

/// Written once, when it is first asked for.
fn written() -> Result<&'static Written, Failure> {
    static WRITTEN: OnceLock<Result<Written, String>> = OnceLock::new();
    let written = WRITTEN.get_or_init(|| {
        let text = serde_json::to_vec(&whole()).map_err(|error| error.to_string())?;
        let etag = format!("\"{}\"", &digest(&text)[..16]);
        Ok(Written {
            text: text.into(),
            etag: HeaderValue::from_str(&etag).map_err(|error| error.to_string())?,
        })
    });
    written.as_ref().map_err(Failure::internal)
}

fn whole() -> serde_json::Value {
    let routes = crate::url_space();
    document::document(routes.iter().flat_map(Route::described))
}

/// `GET /api/openapi.json`
async fn show(headers: HeaderMap) -> Result<Response, Failure> {
    let written = written()?;
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|known| known == written.etag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(written.text.clone()))
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(operation::JSON));
    headers.insert(ETAG, written.etag.clone());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
