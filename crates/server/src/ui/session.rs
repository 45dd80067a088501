//! Signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use passmuster_core::permission::permissions_of;
use passmuster_core::wire::session::{Session, SignIn};

use crate::App;
use crate::auth::{self, COOKIE_NAME};
use crate::body::Document;
use crate::error::{Failure, json};
use crate::secret::{Secret, digest, is_password};
use crate::store::accounts::{self, Account};
use crate::store::workspaces::Workspace;

/// How long a session lasts, in seconds.
const SESSION: i64 = 14 * 24 * 3600;

/// `GET /api/session`: who is signed in.
pub(crate) async fn show(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, Failure> {
    let mut tx = app.db.read().await?;
    let workspace = auth::workspace(&app, &parts.headers, &mut tx).await?;
    let account = auth::session(&app, &parts, &mut tx, &workspace.id).await?;
    Ok(json(StatusCode::OK, &session_of(&account, &workspace)))
}

/// `POST /api/session`: signs in with a password.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Document(asked): Document<SignIn>,
) -> Result<Response, Failure> {
    auth::refuse_other_sites(&Method::POST, &headers)?;
    let mut tx = app.db.read().await?;
    let workspace = auth::workspace(&app, &headers, &mut tx).await?;
    let account = accounts::find_account(&mut tx, &workspace.id, asked.email.trim()).await?;
    drop(tx);
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let is_right = is_password(asked.password, hash).await;
    match account {
        Some(account) if is_right && account.is_active => begin(&app, &account, &workspace, StatusCode::OK).await,
        _ => Err(Failure::unauthenticated(
            "Bearer",
            "The e-mail and the password don't belong together.",
            "Check both; an administrator can give you a new password.",
        )),
    }
}

/// Begins a session and answers with its cookie.
pub(super) async fn begin(
    app: &App,
    account: &Account,
    workspace: &Workspace,
    status: StatusCode,
) -> Result<Response, Failure> {
    let secret = Secret::new(app.clock);
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let expires_at = now + SESSION * 1_000_000;
    accounts::insert_session(
        &mut tx,
        &workspace.id,
        (&secret.digest, &account.user_id),
        now,
        expires_at,
    )
    .await?;
    tx.commit().await?;
    Ok(with_cookie(
        json(status, &session_of(account, workspace)),
        &secret.text,
        SESSION,
    ))
}

/// `DELETE /api/session`: signs out.
pub(crate) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Failure> {
    auth::refuse_other_sites(&Method::DELETE, &headers)?;
    if let Some(secret) = auth::session_secret(&headers) {
        let mut tx = app.db.write().await?;
        let workspace = auth::workspace(&app, &headers, &mut tx).await?;
        accounts::delete_session(&mut tx, &workspace.id, &digest(secret.as_bytes())).await?;
        tx.commit().await?;
    }
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), "", 0))
}

fn session_of(account: &Account, workspace: &Workspace) -> Session {
    Session {
        email: account.email.clone(),
        name: account.name.clone(),
        workspace: workspace.name.clone(),
        permissions: permissions_of(account.is_admin, account.role.as_deref()).to_vec(),
    }
}

fn with_cookie(mut response: Response, secret: &str, seconds: i64) -> Response {
    let cookie = format!("{COOKIE_NAME}={secret}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}
