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
use passmuster_core::permission::Permission::{self, AuditView, GroupsEdit, IntegrationsEdit, UsersEdit};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::App;

/// Who may look at integrations and what came through them; credentials are shown to those who may edit them.
const LOOK: &[Permission] = &[IntegrationsEdit, UsersEdit];
/// Whoever administers anything.
const ANYTHING: &[Permission] = &[IntegrationsEdit, UsersEdit, GroupsEdit];
const INTEGRATIONS: &[Permission] = &[IntegrationsEdit];
const USERS: &[Permission] = &[UsersEdit];
const GROUPS: &[Permission] = &[GroupsEdit];
const AUDIT: &[Permission] = &[AuditView];

/// Rows of a page of a list, unless asked otherwise, and at most.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 1000;

/// `?limit=&cursor=`
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Wanted {
    /// Rows of a page: 50 unless told otherwise, at most 1,000.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
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
