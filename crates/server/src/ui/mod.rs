//! JSON for the page, one file per resource. Scripts use the same with an API key.

pub(crate) mod about;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod groups;
pub(crate) mod integrations;
pub(crate) mod personal_keys;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod tokens;
pub(crate) mod upload;
pub(crate) mod uploads;
pub(crate) mod users;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use serde::Deserialize;

use crate::App;

/// Rows of a page of a list, unless asked otherwise, and at most.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 1000;

/// `?limit=&cursor=`
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Wanted {
    fn limit(&self) -> u32 {
        page_size(self.limit)
    }
}

/// How many rows a page has when so many were asked for.
fn page_size(asked: Option<u32>) -> u32 {
    asked.unwrap_or(PAGE).clamp(1, LARGEST_PAGE)
}

/// What addresses begin with, as this request's sender sees the server.
pub(crate) fn public_url(app: &App, headers: &HeaderMap) -> String {
    let host = || {
        headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("127.0.0.1")
    };
    match (&app.config.public_url, &app.config.base_domain) {
        (None, _) => format!("http://{}", host()),
        (Some(url), None) => url.clone(),
        // Each workspace has a host of its own; the scheme is the same for all.
        (Some(url), Some(_)) => format!("{}://{}", url.split("://").next().unwrap_or("http"), host()),
    }
}
