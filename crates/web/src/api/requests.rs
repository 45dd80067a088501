//! Requests that a person makes by hand, with their own rights: to an integration's endpoint, or to any.

use gloo_net::http::{Method, Request, RequestBuilder};
use js_sys::Date;

use web_sys::RequestCredentials;

use super::{Answer, Fault, get};
use crate::page::OPENAPI;

/// An answer of the endpoint, as a client would get it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Received {
    /// The status, with its words.
    pub(crate) status: u16,
    /// `OK`, `Bad Request` and so on; empty where the connection doesn't carry it.
    pub(crate) status_text: String,
    /// From sending to the last byte, in milliseconds.
    pub(crate) milliseconds: u64,
    /// The headers, by name.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

/// Sends a body to the endpoint; `mode` is `check`, `plan` or `apply`.
pub(crate) async fn request(integration: &str, mode: &str, content_type: &str, body: &str) -> Answer<Received> {
    let address = format!("/api/admin/integrations/{integration}/requests/?mode={mode}");
    let request = Request::post(&address)
        .header("Content-Type", content_type)
        .body(body)
        .map_err(|_| Fault::Network)?;
    receive(request).await
}

/// A request to any endpoint of the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outgoing {
    /// Such as `POST`.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) address: String,
    /// What says who sends it.
    pub(crate) header: Option<(&'static str, String)>,
    /// Media type and body, if it has one.
    pub(crate) content: Option<(String, String)>,
}

/// Sends a request; without the session's cookie when it says otherwise who sends it.
pub(crate) async fn send_out(outgoing: &Outgoing) -> Answer<Received> {
    let method = match outgoing.method.as_str() {
        "GET" => Method::GET,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        _ => Method::POST,
    };
    let mut request = RequestBuilder::new(&outgoing.address).method(method);
    if let Some((name, value)) = &outgoing.header {
        request = request.header(name, value).credentials(RequestCredentials::Omit);
    }
    let request = match &outgoing.content {
        Some((media, body)) => request.header("Content-Type", media).body(body),
        None => request.build(),
    };
    receive(request.map_err(|_| Fault::Network)?).await
}

/// What the server can do, as an OpenAPI document.
pub(crate) async fn openapi() -> Answer<serde_json::Value> {
    get(OPENAPI).await
}

async fn receive(request: Request) -> Answer<Received> {
    let start = Date::now();
    let answer = request.send().await.map_err(|_| Fault::Network)?;
    let mut headers: Vec<(String, String)> = answer.headers().entries().collect();
    headers.sort();
    let (status, status_text) = (answer.status(), answer.status_text());
    let body = answer.text().await.map_err(|_| Fault::Network)?;
    Ok(Received {
        status,
        status_text,
        milliseconds: (Date::now() - start).max(0.0) as u64,
        headers,
        body,
    })
}
