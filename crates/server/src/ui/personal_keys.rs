//! A full admin's own API keys, from My Profile > Security: listed, made, revoked.
//!
//! What such a key may do is what its person may do when it is used.
// seed: Create Or Update Users, "Get Your API Key"

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use passmuster_core::permission::{Permission, permissions_of};
use passmuster_core::wire::session::{NewPersonalKey, PersonalKey, PersonalKeyList, WantedPersonalKey};
use serde_json::json;

use crate::App;
use crate::admin::{By, Event, name_of, record, timestamp_or_none};
use crate::auth;
use crate::body::Document;
use crate::clock::timestamp;
use crate::error::{self, Failure};
use crate::openapi::{Scheme, operation};
use crate::route::{Route, open};
use crate::secret::Secret;
use crate::store::Tx;
use crate::store::accounts::Account;
use crate::store::credentials::{self, ApiKey};
use crate::store::workspaces::Workspace;

const TAG: &str = "Signing in";
const SIGNED_IN: &[Scheme] = &[Scheme::Session];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Method::GET, "/api/session/keys", list)
            .secured_by(SIGNED_IN)
            .tells(
                operation(TAG, "Session_ListKeys", "Lists one's own API keys")
                    .answers::<PersonalKeyList>(200, "Those that are good, the newest first."),
            ),
        open(Method::POST, "/api/session/keys", create)
            .secured_by(SIGNED_IN)
            .tells(
                operation(TAG, "Session_CreateKey", "Makes an API key of one's own")
                    .describes("For full admins. It may do what they may do when it is used.")
                    .takes::<WantedPersonalKey>()
                    .like(json!({"name": "Power BI"}))
                    .answers::<NewPersonalKey>(201, "The key, which is shown this once."),
            ),
        open(Method::DELETE, "/api/session/keys/{id}", revoke)
            .secured_by(SIGNED_IN)
            .tells(
                operation(TAG, "Session_RevokeKey", "Revokes an API key of one's own")
                    .answers_nothing(204, "It opens nothing any more."),
            ),
    ]
}

/// The most keys of one person.
const MOST: usize = 20;
/// The longest that a key with an end is good, in minutes.
const LONGEST: u64 = 366 * 24 * 60;

async fn admin(app: &App, parts: &Parts, tx: &mut Tx) -> Result<(Workspace, Account), Failure> {
    let workspace = auth::workspace(app, &parts.headers, tx).await?;
    let account = auth::session(app, parts, tx, &workspace.id).await?;
    let may = permissions_of(account.is_admin, account.role.as_deref());
    if may.len() < Permission::ALL.len() {
        return Err(Failure::forbidden(
            "Only full admins have API keys of their own.",
            "A full admin of the workspace can make a key for a part of it, under Settings.",
        ));
    }
    Ok((workspace, account))
}

fn shown(key: ApiKey) -> PersonalKey {
    PersonalKey {
        created_at: timestamp(key.created_at),
        last_used_at: timestamp_or_none(key.last_used_at),
        expires_at: timestamp_or_none(key.expires_at),
        id: key.id,
        name: key.name,
        starts_with: key.starts_with,
    }
}

async fn good_keys(app: &App, tx: &mut Tx, workspace: &str, user_id: &str) -> Result<Vec<ApiKey>, Failure> {
    let now = app.clock.now();
    let mut keys = credentials::list_keys_of(tx, workspace, user_id).await?;
    keys.retain(|key| key.expires_at.is_none_or(|ends| ends > now));
    Ok(keys)
}

/// `GET /api/session/keys/`
async fn list(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, Failure> {
    let mut tx = app.db.read().await?;
    let (workspace, account) = admin(&app, &parts, &mut tx).await?;
    let keys = good_keys(&app, &mut tx, &workspace.id, &account.user_id).await?;
    let keys = keys.into_iter().map(shown).collect();
    Ok(error::json(StatusCode::OK, &PersonalKeyList { keys }))
}

/// `POST /api/session/keys/`
async fn create(
    State(app): State<Arc<App>>,
    parts: Parts,
    Document(wanted): Document<WantedPersonalKey>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read().await?;
    let (workspace, account) = admin(&app, &parts, &mut tx).await?;
    let name = name_of(&wanted.name, "an API key")?;
    if wanted.minutes.is_some_and(|minutes| minutes == 0 || minutes > LONGEST) {
        return Err(Failure::invalid(
            "A key can be good for 1 minute to 366 days.",
            "Leave minutes out for a key that is good until it is revoked.",
        ));
    }
    if good_keys(&app, &mut tx, &workspace.id, &account.user_id).await?.len() >= MOST {
        return Err(Failure::conflict(
            format!("You have {MOST} keys already."),
            "Revoke one that isn't used any more.",
        ));
    }
    drop(tx);
    let secret = Secret::new(app.clock);
    let now = app.clock.now();
    let key = ApiKey {
        id: app.clock.id(),
        name,
        starts_with: secret.starts_with().to_owned(),
        created_at: now,
        created_by: Some(account.email.clone()),
        last_used_at: None,
        revoked_at: None,
        permissions: None,
        user_id: Some(account.user_id.clone()),
        expires_at: wanted.minutes.map(|minutes| now + minutes as i64 * 60 * 1_000_000),
    };
    let mut tx = app.db.write().await?;
    credentials::insert_api_key(&mut tx, &workspace.id, &key, &secret.digest).await?;
    note(&app, &mut tx, &workspace, &account, ("api_key_created", &key.name)).await?;
    tx.commit().await?;
    let answer = NewPersonalKey {
        api_key: secret.text,
        key: shown(key),
    };
    Ok(error::json(StatusCode::CREATED, &answer))
}

/// `DELETE /api/session/keys/{id}`
async fn revoke(State(app): State<Arc<App>>, Path(id): Path<String>, parts: Parts) -> Result<Response, Failure> {
    let mut tx = app.db.write().await?;
    let (workspace, account) = admin(&app, &parts, &mut tx).await?;
    let keys = credentials::list_keys_of(&mut tx, &workspace.id, &account.user_id).await?;
    let key = keys.into_iter().find(|key| key.id == id);
    let key = key.ok_or_else(|| Failure::not_found("such key of yours"))?;
    credentials::revoke_api_key(&mut tx, &workspace.id, &key.id, app.clock.now()).await?;
    note(&app, &mut tx, &workspace, &account, ("api_key_revoked", &key.name)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn note(
    app: &App,
    tx: &mut Tx,
    workspace: &Workspace,
    account: &Account,
    (action, target): (&str, &str),
) -> Result<(), Failure> {
    let by = By {
        actor: &account.email,
        via: "page",
    };
    let event = Event {
        action,
        target,
        user_id: Some(&account.user_id),
        ..Event::default()
    };
    record(app, tx, &workspace.id, by, event).await
}
