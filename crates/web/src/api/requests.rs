//! Requests to an integration's endpoint that a person makes by hand, with their own rights.

use gloo_net::http::Request;
use js_sys::Date;

use super::{Answer, Fault};

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
