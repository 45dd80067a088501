//! JSON for the page, one file per resource. Scripts use the same with an API key.

pub(crate) mod groups;
pub(crate) mod integrations;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod upload;
pub(crate) mod uploads;
pub(crate) mod users;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use serde::Deserialize;

use crate::App;
use crate::admin::By;
use crate::auth::Admin;

/// Rows of a page of a list, unless asked otherwise, and at most.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 1000;

/// `?search=&limit=&cursor=`
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    search: String,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Wanted {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE)
    }
}

/// What addresses begin with, as this request's sender sees the server.
fn public_url(app: &App, headers: &HeaderMap) -> String {
    let host = || {
        headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("127.0.0.1")
    };
    app.config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{}", host()))
}

impl Admin {
    fn by(&self) -> By<'_> {
        By {
            actor: &self.actor,
            via: "page",
        }
    }
}
