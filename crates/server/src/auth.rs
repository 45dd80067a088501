//! Who asks: the workspace of a request, its token, API key or session, what they may do, and whether a browser was
//! tricked.
//!
//! Secrets are looked up by digest, never compared.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use passmuster_core::permission::{Permission, permissions_of};

use crate::App;
use crate::admin::By;
use crate::clock::timestamp;
use crate::error::Failure;
use crate::foreign::Visitor;
use crate::rates;
use crate::secret::digest;
use crate::store::Tx;
use crate::store::accounts::{self, Account};
use crate::store::credentials::{self, ApiKey, TokenLife};
use crate::store::integrations::{self, Integration};
use crate::store::workspaces::{self, Workspace};

/// The cookie of a session.
pub(crate) const COOKIE_NAME: &str = "__Host-passmuster";
/// The last use of a key is kept this exactly, in microseconds, so that not every request writes.
const USE_STEP: i64 = 60 * 1_000_000;

/// The workspace that a request speaks of: by its subdomain, or the only one.
pub(crate) async fn workspace(app: &App, headers: &HeaderMap, tx: &mut Tx) -> Result<Workspace, Failure> {
    let found = workspaces::find(tx, subdomain(app, headers)?).await?;
    found.ok_or_else(|| Failure::not_found("workspace at this address"))
}

fn subdomain<'a>(app: &App, headers: &'a HeaderMap) -> Result<&'a str, Failure> {
    match &app.config.base_domain {
        None => Ok(workspaces::DEFAULT),
        Some(base) => {
            let host = headers
                .get(HOST)
                .and_then(|host| host.to_str().ok())
                .unwrap_or_default();
            let name = host.split(':').next().unwrap_or_default();
            let subdomain = name.strip_suffix(base.as_str()).and_then(|sub| sub.strip_suffix('.'));
            subdomain.ok_or_else(|| Failure::not_found("workspace at this address"))
        }
    }
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

/// Who sends a body to a route; to `""`: whoever has a token of any of the workspace's integrations.
///
/// # Errors
/// 401 for a token that is missing, malformed, unknown, over or of another route; 403 for a disabled integration.
pub(crate) async fn sender(
    headers: &HeaderMap,
    tx: &mut Tx,
    (workspace, route): (&str, &str),
    now: i64,
) -> Result<Sender, Failure> {
    let refused = || {
        Failure::unauthenticated(
            "Token",
            "The token is missing, or it is not one of this endpoint.",
            "Send the header Authorization: Token AUTH_TOKEN, with the integration's own token and endpoint.",
        )
    };
    let token = authorization(headers, "Token").ok_or_else(refused)?;
    let found = integrations::find_by_token(tx, workspace, route, &digest(token.as_bytes())).await?;
    let (integration, token) = found.ok_or_else(refused)?;
    if let Some((description, hint)) = why_over(&token, now) {
        return Err(Failure::unauthenticated("Token", &description, hint));
    }
    rates::recognise();
    if !integration.enabled {
        return Err(Failure::forbidden(
            "The integration is disabled.",
            "An administrator can enable it under Administration > Data > Integrations.",
        ));
    }
    Ok(Sender {
        integration,
        token_id: token.id,
        starts_with: token.starts_with,
    })
}

/// Who comes with `Authorization: Token`: the token of any active integration of the workspace, or an API key that has
/// these permissions.
///
/// # Errors
/// 401 for neither, 403 for a disabled integration and for a key that lacks a permission.
pub(crate) async fn visitor(
    app: &Arc<App>,
    headers: &HeaderMap,
    via: &'static str,
    permissions: &[Permission],
) -> Result<Visitor, Failure> {
    let mut tx = app.db.glance().await?;
    let workspace = workspace(app, headers, &mut tx).await?;
    let found = sender(headers, &mut tx, (&workspace.id, ""), app.clock.now()).await;
    drop(tx);
    match found {
        Ok(sender) => Ok(Visitor::with_token(workspace, sender, via)),
        Err(refused) if refused.status == StatusCode::UNAUTHORIZED => {
            let Some(key) = authorization(headers, "Token") else {
                return Err(refused);
            };
            let caller = key_caller(app, headers, key, via).await?.ok_or(refused)?;
            demand_all(&caller, permissions)?;
            Ok(Visitor::with_key(caller, via))
        }
        Err(refused) => Err(refused),
    }
}

/// Who comes with an API key in `X-ApiKey`, or as the password of HTTP Basic, which is all that some programs send.
///
/// # Errors
/// 401 for no key that is good, 403 for one that lacks a permission.
// seed: Create Or Update Users, "you must be full admin in your workspace"
pub(crate) async fn key_holder(
    app: &Arc<App>,
    headers: &HeaderMap,
    via: &'static str,
    permissions: &[Permission],
) -> Result<Caller, Failure> {
    let refused = || {
        Failure::unauthenticated(
            "Basic realm=\"Passmuster\", charset=\"UTF-8\"",
            "The API key is missing, or it is not a good one.",
            "Send it in the header X-ApiKey, or as the password of HTTP Basic. A full admin finds theirs under My \
             Profile > Security.",
        )
    };
    let sent = headers.get("x-apikey").and_then(|key| key.to_str().ok());
    let key = sent.map(|key| key.trim().to_owned()).or_else(|| password(headers));
    let key = key.filter(|key| !key.is_empty()).ok_or_else(refused)?;
    let caller = key_caller(app, headers, &key, via).await?.ok_or_else(refused)?;
    demand_all(&caller, permissions)?;
    Ok(caller)
}

/// The password of HTTP Basic.
fn password(headers: &HeaderMap) -> Option<String> {
    let decoded = BASE64.decode(authorization(headers, "Basic")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    Some(text.split_once(':')?.1.to_owned())
}

fn demand_all(caller: &Caller, permissions: &[Permission]) -> Result<(), Failure> {
    match permissions.iter().find(|permission| !caller.may(**permission)) {
        None => Ok(()),
        Some(lacked) => Err(Failure::forbidden(
            &format!("The key lacks the permission \"{lacked}\"."),
            "Use the key of a full admin, or one that was made for this.",
        )),
    }
}

/// Why a token that was good is not any more, and what to do.
fn why_over(token: &TokenLife, now: i64) -> Option<(String, &'static str)> {
    let hint = "An administrator can make a new one under Credentials.";
    if let Some(at) = token.revoked_at {
        return Some((format!("The token was revoked on {}.", timestamp(at)), hint));
    }
    let ended = token.expires_at.filter(|ends| *ends <= now)?;
    let (at, hint) = match token.rotated_at {
        Some(_) => (timestamp(ended), "Send the token that took its place."),
        None => (timestamp(ended), hint),
    };
    Some((format!("The token ended on {at}."), hint))
}

/// Somebody who administers: who they are, through what they come, and what they may do.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) workspace: Workspace,
    /// An address, or `API key` and its name.
    pub(crate) actor: String,
    /// `page` or `api`.
    pub(crate) via: &'static str,
    permissions: Vec<Permission>,
}

impl Caller {
    /// Whether they have a permission.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// All that they may do.
    pub(crate) fn permissions(&self) -> &[Permission] {
        &self.permissions
    }

    /// What the audit says of them.
    pub(crate) fn by(&self) -> By<'_> {
        By {
            actor: &self.actor,
            via: self.via,
        }
    }
}

/// Lets a request through whose caller has one of some permissions, and tells the handler who calls.
///
/// # Errors
/// 401 for nobody, 403 for somebody who may not.
pub(crate) async fn demand(
    State((app, any_of)): State<(Arc<App>, &'static [Permission])>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let caller = caller(&app, &parts).await?;
    if !any_of.iter().any(|permission| caller.may(*permission)) {
        let names: Vec<String> = any_of.iter().map(|permission| format!("\"{permission}\"")).collect();
        return Err(Failure::forbidden(
            &format!("This takes the permission {}.", names.join(" or ")),
            "A full admin of the workspace can give it to you.",
        ));
    }
    parts.extensions.insert(caller);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let caller = parts.extensions.remove::<Self>();
        caller.ok_or_else(|| Failure::internal("a route that asks who calls demands no permission"))
    }
}

async fn caller(app: &Arc<App>, parts: &Parts) -> Result<Caller, Failure> {
    if let Some(key) = authorization(&parts.headers, "Bearer") {
        let found = key_caller(app, &parts.headers, key, "api").await?;
        return found.ok_or_else(|| {
            Failure::unauthenticated(
                "Bearer",
                "The API key is not known, or it was revoked.",
                "Make one with `passmuster api-key create`.",
            )
        });
    }
    let mut tx = app.db.glance().await?;
    let workspace = workspace(app, &parts.headers, &mut tx).await?;
    let account = session(app, parts, &mut tx, &workspace.id).await?;
    Ok(Caller {
        workspace,
        permissions: permissions_of(account.is_admin, account.role.as_deref()).to_vec(),
        actor: account.email,
        via: "page",
    })
}

/// Who has an API key, a person's or the workspace's; `None` for one that isn't good, or whose person isn't active.
async fn key_caller(
    app: &Arc<App>,
    headers: &HeaderMap,
    key: &str,
    via: &'static str,
) -> Result<Option<Caller>, Failure> {
    let mut tx = app.db.glance().await?;
    let subdomain = subdomain(app, headers)?;
    let found = credentials::find_api_key(&mut tx, subdomain, &digest(key.as_bytes())).await?;
    let (workspace, found) = found.ok_or_else(|| Failure::not_found("workspace at this address"))?;
    let now = app.clock.now();
    let is_good = |key: &ApiKey| key.revoked_at.is_none() && key.expires_at.is_none_or(|ends| ends > now);
    let Some(key) = found.filter(is_good) else {
        return Ok(None);
    };
    let (actor, permissions) = match &key.user_id {
        None => {
            let permissions = key.permissions.unwrap_or_else(|| Permission::ALL.to_vec());
            (format!("API key {}", key.name), permissions)
        }
        Some(id) => {
            let account = accounts::find_by_id(&mut tx, &workspace.id, id).await?;
            let Some(account) = account.filter(|account| account.is_active) else {
                return Ok(None);
            };
            let permissions = permissions_of(account.is_admin, account.role.as_deref()).to_vec();
            (account.email, permissions)
        }
    };
    rates::recognise();
    drop(tx);
    if key.last_used_at.is_none_or(|at| now - at > USE_STEP) {
        // Looking at something doesn't wait for those who write.
        tokio::spawn(note_key_use(Arc::clone(app), workspace.id.clone(), key.id, now));
    }
    Ok(Some(Caller {
        workspace,
        actor,
        via,
        permissions,
    }))
}

async fn note_key_use(app: Arc<App>, workspace: String, id: String, now: i64) {
    let noted = async {
        let mut tx = app.db.write().await?;
        credentials::note_api_key_use(&mut tx, &workspace, &id, now).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::debug!(%error, "the use of an API key was not noted");
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
    let account = accounts::find_session(tx, workspace, &digest(secret.as_bytes()), app.clock.now()).await?;
    let account = account.filter(|account| account.is_active).ok_or_else(nobody)?;
    rates::recognise();
    Ok(account)
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
