//! Signing in and out.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use passmuster_core::permission::permissions_of;
use passmuster_core::wire::session::{BegunSession, PasswordChange, Session, SessionList, SignIn};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::App;
use crate::admin::{self, By, Event};
use crate::auth::{self, COOKIE_NAME};
use crate::body::Document;
use crate::client::Client;
use crate::clock::timestamp;
use crate::error::{Failure, json};
use crate::openapi::{Scheme, Tag, operation};
use crate::request;
use crate::route::{Route, open};
use crate::secret::{Secret, digest, hash_password, is_password};
use crate::store::Tx;
use crate::store::accounts::{self, Account};
use crate::store::workspaces::Workspace;

const TAG: Tag = Tag::new("Signing in", "Sessions of people, for the page.");
/// Who is signed in has a cookie.
const SIGNED_IN: &[Scheme] = &[Scheme::Session];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Method::GET, "/api/session", show).secured_by(SIGNED_IN).tells(
            operation(TAG, "Session_Show", "Shows who is signed in")
                .answers::<Session>(200, "Who is signed in, and what they may do."),
        ),
        open(Method::POST, "/api/session", sign_in).tells(
            operation(TAG, "Session_SignIn", "Signs in")
                .takes::<SignIn>()
                .like(json!({"email": "jason@yourcompany.com", "password": "correct horse battery"}))
                .refuses(401, "The e-mail and the password don't belong together.")
                .refuses(403, "The request comes from another site.")
                .answers::<Session>(200, "Signed in; the answer sets the cookie."),
        ),
        open(Method::DELETE, "/api/session", sign_out).tells(
            operation(TAG, "Session_SignOut", "Signs out, here or everywhere")
                .describes("Who is not signed in may do so, too.")
                .query::<SignOut>()
                .refuses(403, "The request comes from another site.")
                .answers_nothing(204, "Signed out; the answer takes the cookie away."),
        ),
        open(Method::GET, "/api/session/all", list).secured_by(SIGNED_IN).tells(
            operation(TAG, "Session_List", "Lists where one is signed in")
                .answers::<SessionList>(200, "All sessions of one's own, the newest first."),
        ),
        open(Method::PUT, "/api/session/password", change_password)
            .secured_by(SIGNED_IN)
            .tells(
                operation(TAG, "Session_ChangePassword", "Sets a password of one's own choice")
                    .describes("Ends one's other sessions.")
                    .takes::<PasswordChange>()
                    .like(json!({"current": "correct horse battery", "new": "staple correct horse"}))
                    .refuses(403, "The current password is another one.")
                    .answers_nothing(204, "The password is the new one."),
            ),
    ]
}

/// The most characters of an address that is noted though nobody has it.
const TRIED_CHARACTERS: usize = 254;
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
    client: Client,
    headers: HeaderMap,
    Document(asked): Document<SignIn>,
) -> Result<Response, Failure> {
    auth::refuse_other_sites(&Method::POST, &headers)?;
    let mut tx = app.db.read().await?;
    let workspace = auth::workspace(&app, &headers, &mut tx).await?;
    let tried = app.tries.begin(&workspace.id, &asked.email, client, app.clock)?;
    let account = accounts::find_account(&mut tx, &workspace.id, asked.email.trim()).await?;
    drop(tx);
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let is_right = is_password(asked.password, hash).await;
    match account {
        Some(account) if is_right && account.is_active => {
            tried.succeed();
            begin(&app, &account, &workspace, StatusCode::OK).await
        }
        account => {
            note_failure(&app, &workspace, &asked.email, account.as_ref()).await;
            Err(Failure::unauthenticated(
                "Bearer",
                "The e-mail and the password don't belong together.",
                "Check both; an administrator can give you a new password.",
            ))
        }
    }
}

/// Tells the audit of somebody who was not let in; the refusal stands, whether or not there is an entry.
async fn note_failure(app: &App, workspace: &Workspace, tried: &str, account: Option<&Account>) {
    let tried: String = tried.trim().chars().take(TRIED_CHARACTERS).collect();
    let event = Event {
        action: "sign_in_failed",
        target: account.map_or(&tried, |account| &account.email),
        user_id: account.map(|account| account.user_id.as_str()),
        ..Event::default()
    };
    let by = By {
        actor: "nobody",
        via: "page",
    };
    let noted = async {
        let mut tx = app.db.write().await?;
        admin::record(app, &mut tx, &workspace.id, by, event).await?;
        Ok::<_, Failure>(tx.commit().await?)
    };
    if let Err(failure) = noted.await {
        tracing::warn!(cause = failure.cause, "a refused sign-in was not noted");
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
        request::here().as_ref(),
    )
    .await?;
    note(app, &mut tx, workspace, account, "signed_in").await?;
    tx.commit().await?;
    Ok(with_cookie(
        json(status, &session_of(account, workspace)),
        &secret.text,
        SESSION,
    ))
}

/// What somebody does to their own account.
async fn note(
    app: &App,
    tx: &mut Tx,
    workspace: &Workspace,
    account: &Account,
    action: &'static str,
) -> Result<(), Failure> {
    let by = By {
        actor: &account.email,
        via: "page",
    };
    let event = Event {
        action,
        target: &account.email,
        user_id: Some(&account.user_id),
        ..Event::default()
    };
    admin::record(app, tx, &workspace.id, by, event).await
}

/// `?everywhere=true`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOut {
    /// Whether on all devices.
    #[serde(default)]
    everywhere: bool,
}

/// `DELETE /api/session?everywhere=true`: signs out, here or on all devices. Who is nobody may do so, too.
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    Query(SignOut { everywhere }): Query<SignOut>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    auth::refuse_other_sites(&Method::DELETE, &headers)?;
    if let Some(secret) = auth::session_secret(&headers) {
        let digest = digest(secret.as_bytes());
        let mut tx = app.db.write().await?;
        let workspace = auth::workspace(&app, &headers, &mut tx).await?;
        let account = accounts::find_session(&mut tx, &workspace.id, &digest, app.clock.now()).await?;
        if let Some(account) = account {
            if everywhere {
                accounts::delete_sessions_of(&mut tx, &workspace.id, &account.user_id, None).await?;
            } else {
                accounts::delete_session(&mut tx, &workspace.id, &digest).await?;
            }
            let action = if everywhere {
                "signed_out_everywhere"
            } else {
                "signed_out"
            };
            note(&app, &mut tx, &workspace, &account, action).await?;
        }
        tx.commit().await?;
    }
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), "", 0))
}

/// `GET /api/session/all`: where one is signed in.
pub(crate) async fn list(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, Failure> {
    let mut tx = app.db.read().await?;
    let workspace = auth::workspace(&app, &parts.headers, &mut tx).await?;
    let account = auth::session(&app, &parts, &mut tx, &workspace.id).await?;
    let own = auth::session_secret(&parts.headers).map(|secret| digest(secret.as_bytes()));
    let begun = accounts::sessions_of(&mut tx, &workspace.id, &account.user_id, app.clock.now()).await?;
    let sessions = begun
        .into_iter()
        .map(|begun| BegunSession {
            began_at: (begun.created_at > 0).then(|| timestamp(begun.created_at)),
            ends_at: timestamp(begun.expires_at),
            address: begun.address,
            browser: begun.browser,
            is_this: own.as_ref() == Some(&begun.digest),
        })
        .collect();
    Ok(json(StatusCode::OK, &SessionList { sessions }))
}

/// `PUT /api/session/password`: a password of one's own choice; ends one's other sessions.
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    client: Client,
    parts: Parts,
    Document(asked): Document<PasswordChange>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read().await?;
    let workspace = auth::workspace(&app, &parts.headers, &mut tx).await?;
    let account = auth::session(&app, &parts, &mut tx, &workspace.id).await?;
    drop(tx);
    let tried = app.tries.begin(&workspace.id, &account.email, client, app.clock)?;
    if !is_password(asked.current, account.password_hash.clone()).await {
        let hint = "Type it again, or ask an administrator for a new one.";
        return Err(Failure::forbidden("The current password is another one.", hint));
    }
    tried.succeed();
    let hash = hash_password(asked.new, app.clock).await?;
    let kept = auth::session_secret(&parts.headers).map(|secret| digest(secret.as_bytes()));
    let mut tx = app.db.write().await?;
    accounts::set_password(&mut tx, &workspace.id, &account.email, &hash).await?;
    accounts::delete_sessions_of(&mut tx, &workspace.id, &account.user_id, kept.as_deref()).await?;
    note(&app, &mut tx, &workspace, &account, "password_changed").await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
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
