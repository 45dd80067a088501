//! Who asks: the workspace of a request, its token, API key or session, and whether a browser was tricked.
//!
//! Secrets are looked up by digest, never compared.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::App;
use crate::error::Failure;
use crate::secret::digest;
use crate::store::Tx;
use crate::store::credentials::{self, Account};
use crate::store::integrations::{self, Integration};
use crate::store::workspaces::{self, Workspace};

/// The cookie of a session.
pub(crate) const COOKIE_NAME: &str = "__Host-passmuster";
/// What an admin may do; a workspace has no finer roles yet.
pub(crate) const ADMIN_PERMISSIONS: [&str; 4] = ["Integrations: Edit", "Users: Edit", "Groups: Edit", "Audit: View"];

/// The workspace that a request speaks of: by its subdomain, or the only one.
pub(crate) async fn workspace(app: &App, headers: &HeaderMap, tx: &mut Tx) -> Result<Workspace, Failure> {
    let subdomain = match &app.config.base_domain {
        None => workspaces::DEFAULT,
        Some(base) => {
            let host = headers
                .get(HOST)
                .and_then(|host| host.to_str().ok())
                .unwrap_or_default();
            let name = host.split(':').next().unwrap_or_default();
            let subdomain = name.strip_suffix(base.as_str()).and_then(|sub| sub.strip_suffix('.'));
            subdomain.ok_or_else(|| Failure::not_found("workspace at this address"))?
        }
    };
    let found = workspaces::find(tx, subdomain).await?;
    found.ok_or_else(|| Failure::not_found("workspace at this address"))
}

/// What `Authorization` carries under a scheme.
fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (found, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let secret = secret.trim();
    (found.eq_ignore_ascii_case(scheme) && !secret.is_empty()).then_some(secret)
}

/// The integration whose token a sender has.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) integration: Integration,
    pub(crate) token_id: String,
    /// The token's first characters.
    pub(crate) starts_with: String,
}

/// Who sends a body to a route.
///
/// # Errors
/// 401 for a token that is missing, malformed, unknown or of another route; 403 for a disabled integration.
pub(crate) async fn sender(headers: &HeaderMap, tx: &mut Tx, workspace: &str, route: &str) -> Result<Sender, Failure> {
    let refused = || {
        Failure::unauthenticated(
            "Token",
            "The token is missing, or it is not one of this endpoint.",
            "Send the header Authorization: Token AUTH_TOKEN, with the integration's own token and endpoint.",
        )
    };
    let token = authorization(headers, "Token").ok_or_else(refused)?;
    let found = integrations::find_by_token(tx, workspace, route, &digest(token.as_bytes())).await?;
    let (integration, token_id, starts_with) = found.ok_or_else(refused)?;
    if !integration.enabled {
        return Err(Failure::forbidden(
            "The integration is disabled.",
            "An administrator can enable it under Administration > Data > Integrations.",
        ));
    }
    Ok(Sender {
        integration,
        token_id,
        starts_with,
    })
}

/// Somebody who may administer the workspace.
#[derive(Debug)]
pub(crate) struct Admin {
    pub(crate) workspace: Workspace,
    /// An address, or the name of an API key.
    pub(crate) actor: String,
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let mut tx = app.db.read().await?;
        let workspace = workspace(app, &parts.headers, &mut tx).await?;
        if let Some(key) = authorization(&parts.headers, "Bearer") {
            let found = credentials::find_api_key(&mut tx, &workspace.id, &digest(key.as_bytes())).await?;
            return match found {
                Some(name) => Ok(Self {
                    workspace,
                    actor: format!("API key {name}"),
                }),
                None => Err(Failure::unauthenticated(
                    "Bearer",
                    "The API key is not known.",
                    "Make one with `passmuster api-key create`.",
                )),
            };
        }
        let account = session(app, parts, &mut tx, &workspace.id).await?;
        if !account.is_admin {
            let hint = "Ask an administrator for the permission Integrations: Edit.";
            return Err(Failure::forbidden("You may not administer this workspace.", hint));
        }
        Ok(Self {
            workspace,
            actor: account.email,
        })
    }
}

/// Who is signed in.
///
/// # Errors
/// 401 when nobody is, 403 when the request comes from another site.
pub(crate) async fn session(app: &App, parts: &Parts, tx: &mut Tx, workspace: &str) -> Result<Account, Failure> {
    let nobody = || Failure::unauthenticated("Bearer", "Nobody is signed in.", "Sign in first.");
    refuse_other_sites(&parts.method, &parts.headers)?;
    let secret = session_secret(&parts.headers).ok_or_else(nobody)?;
    let account = credentials::find_session(tx, workspace, &digest(secret.as_bytes()), app.clock.now()).await?;
    account.filter(|account| account.is_active).ok_or_else(nobody)
}

/// The secret in the session's cookie.
pub(crate) fn session_secret(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(COOKIE).iter().find_map(|cookies| {
        cookies.to_str().ok()?.split(';').find_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            (name == COOKIE_NAME).then_some(value)
        })
    })
}

/// Refuses a request that changes something and that another site's page made the browser send.
///
/// By `Sec-Fetch-Site`, which pages can't forge; by `Origin` against `Host` for browsers without it. A program sends
/// neither and has no cookies to be abused.
// https://words.filippo.io/csrf/
pub(crate) fn refuse_other_sites(method: &Method, headers: &HeaderMap) -> Result<(), Failure> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name| {
        headers
            .get(name)
            .map(|value: &axum::http::HeaderValue| value.to_str().unwrap_or("?"))
    };
    let is_own = match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text(HOST.as_str()),
        (None, None) => true,
    };
    if is_own {
        Ok(())
    } else {
        Err(Failure::forbidden(
            "The request comes from another site.",
            "Use Passmuster's own page.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(headers: &[(&'static str, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            (
                axum::http::HeaderName::from_static(name),
                value.parse().expect("a header"),
            )
        });
        refuse_other_sites(&Method::POST, &headers.collect()).is_ok()
    }

    #[test]
    fn another_sites_page_can_change_nothing() {
        assert!(verdict(&[("sec-fetch-site", "same-origin")]));
        assert!(!verdict(&[("sec-fetch-site", "cross-site")]));
        assert!(!verdict(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://a.test"),
            ("host", "a.test")
        ]));
        assert!(verdict(&[("origin", "http://a.test"), ("host", "a.test")]));
        assert!(!verdict(&[("origin", "http://b.test"), ("host", "a.test")]));
        assert!(!verdict(&[("origin", "null"), ("host", "a.test")]));
        assert!(verdict(&[("host", "a.test")]));
    }
}
