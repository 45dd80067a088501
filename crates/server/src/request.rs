//! Around every request: its id, its log line, the shape of refusals, and headers that every answer has.
//!
//! Logs method, route, status and time, never what people sent.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, USER_AGENT, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use crate::App;
use crate::client::Client;
use crate::dialects::{Shape, shape_at};
use crate::error::Failure;
use crate::{metrics, rates};

/// What probes ask is always answered.
const OPERATORS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

tokio::task_local! {
    static HERE: Here;
}

/// What the audit says of the request that is being answered.
#[derive(Debug, Clone)]
pub(crate) struct Here {
    /// As its answer says in `X-Request-Id`.
    pub(crate) id: String,
    /// Where it came from.
    pub(crate) address: String,
    /// What the browser or program calls itself; cut short.
    pub(crate) browser: Option<String>,
}

/// The request that is being answered; `None` at the command line, and for what the server does by itself.
pub(crate) fn here() -> Option<Here> {
    HERE.try_with(Clone::clone).ok()
}

/// The most characters of what a browser calls itself.
const BROWSER_CHARACTERS: usize = 200;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Runs the request as a task of its own, so that neither a panic nor a client that hangs up leaves it half done.
pub(crate) async fn handle(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = app.clock.id();
    let begin = Instant::now();
    let method = request.method().clone();
    let is_api = is_api(request.uri().path());
    let shape = shape_at(request.uri().path());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let client = Client::of(
        request.extensions().get().copied(),
        request.headers(),
        &app.config.trusted_proxies,
    );
    request.extensions_mut().insert(client);
    let browser = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let here = Here {
        id: id.clone(),
        address: client.to_string(),
        browser: browser.map(|agent| agent.chars().take(BROWSER_CHARACTERS).collect()),
    };
    let is_limited = route.as_deref().is_some_and(|route| !OPERATORS.contains(&route));
    let asked = if is_limited {
        app.rates.ask(&method, request.headers(), client).map(Some)
    } else {
        Ok(None)
    };
    let mut response = match asked {
        Ok(asked) => match tokio::spawn(HERE.scope(here, rates::watch(next.run(request)))).await {
            Ok((response, is_recognised)) => {
                if let Some(asked) = asked {
                    app.rates.settle(asked, response.status(), is_recognised);
                }
                response
            }
            Err(error) => Failure::internal(error.to_string()).into_response(),
        },
        Err(failure) => failure.into_response(),
    };
    let mut cause = None;
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        cause.clone_from(&failure.cause);
        response = failure.render(&id, &response, shape);
    } else if is_api && !response.status().is_success() && !is_json(&response) && !response.status().is_redirection() {
        response = reshape(response, &id, shape).await;
    }
    metrics::answered(&method, route.as_deref(), response.status(), begin.elapsed());
    let status = response.status().as_u16();
    let route = route.as_deref().unwrap_or("-");
    let ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    if response.status().is_server_error() {
        tracing::error!(request_id = id, %method, route, status, ms, cause, "refused");
    } else {
        tracing::info!(request_id = id, %method, route, status, ms, cause, "answered");
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(&REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a path is part of the API, where refusals are JSON.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/") || path == "/app" || path.starts_with("/app/")
}

fn is_json(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// A refusal of axum's own, in our shape.
async fn reshape(response: Response, id: &str, shape: Option<Shape>) -> Response {
    let (parts, body) = response.into_parts();
    let text = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let failure = Failure::of_status(parts.status, &String::from_utf8_lossy(&text));
    failure.render(id, &Response::from_parts(parts, axum::body::Body::empty()), shape)
}
