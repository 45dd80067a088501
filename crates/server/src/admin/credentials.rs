//! Tokens of integrations and keys of the admin API: made, replaced with an overlap, ended.
//!
//! A secret is answered once and kept as a digest only.

use passmuster_core::permission::Permission;
use passmuster_core::wire::audit::FieldEdit;
use passmuster_core::wire::integration::{self as wire, NewToken, RotatedToken, TokenState};
use serde_json::{Value, json};

use super::{By, Event, find_integration, name_of, record, timestamp_or_none};
use crate::App;
use crate::clock::timestamp;
use crate::error::Failure;
use crate::secret::Secret;
use crate::store::Tx;
use crate::store::credentials::{self, ApiKey, Token, TokenLife};
use crate::store::integrations::Integration;
use crate::store::workspaces::{self, Workspace};

/// The overlap unless told otherwise, in seconds: a nightly sync has run once by then.
const OVERLAP: u64 = 24 * 3600;
/// The longest overlap, in seconds.
const LONGEST_OVERLAP: u64 = 90 * 24 * 3600;
/// The most days that a token may be given.
const MOST_DAYS: u64 = 3650;
/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

impl Token {
    /// What an administrator sees of it, among all tokens of its integration.
    pub(crate) fn shown(&self, now: i64, all: &[&Self]) -> wire::Token {
        let life = &self.life;
        // A token is said to have made way at the moment at which the newer one was made.
        let successor = life
            .rotated_at
            .and_then(|at| all.iter().find(|token| token.life.created_at == at));
        let state = match life.revoked_at {
            Some(_) => TokenState::Revoked,
            None if !life.is_good(now) => TokenState::Expired,
            None if life.rotated_at.is_some() => TokenState::Ending,
            None => TokenState::Active,
        };
        wire::Token {
            id: life.id.clone(),
            starts_with: life.starts_with.clone(),
            state,
            created_at: timestamp(life.created_at),
            created_by: self.created_by.clone(),
            last_used_at: timestamp_or_none(self.last_used_at),
            ends_at: timestamp_or_none(life.revoked_at.or(life.expires_at)),
            replaced_by: successor.map(|token| token.life.id.clone()),
        }
    }
}

/// Makes a token inside a transaction; its secret.
pub(super) async fn insert_token(
    app: &App,
    tx: &mut Tx,
    workspace: &str,
    by: By<'_>,
    (integration_id, expires_at): (&str, Option<i64>),
) -> Result<(Token, Secret), Failure> {
    let secret = Secret::new(app.clock);
    let token = Token {
        life: TokenLife {
            id: app.clock.id(),
            starts_with: secret.starts_with().to_owned(),
            created_at: app.clock.now(),
            expires_at,
            ..TokenLife::default()
        },
        integration_id: integration_id.to_owned(),
        created_by: Some(by.actor.to_owned()),
        last_used_at: None,
    };
    credentials::insert_token(tx, workspace, &token, &secret.digest).await?;
    Ok((token, secret))
}

/// A further token of an integration, good for some days or without an end.
///
/// # Errors
/// 400 for a number of days that is not sound, 404 for an integration that is not there.
pub(crate) async fn create_token(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    integration: &str,
    expires_in_days: Option<u64>,
) -> Result<NewToken, Failure> {
    let expires_at = expires_in_days.map(|days| end_of(app, days)).transpose()?;
    let mut tx = app.db.write().await?;
    let integration = find_integration(&mut tx, &workspace.id, integration).await?;
    let (token, secret) = insert_token(app, &mut tx, &workspace.id, by, (&integration.id, expires_at)).await?;
    let event = Event {
        action: "token_created",
        target: &integration.name,
        edits: edits_of(Value::Null, &token),
        ..Event::default()
    };
    record(app, &mut tx, &workspace.id, by, event).await?;
    tx.commit().await?;
    Ok(answer(&token, secret))
}

/// Makes a token that takes another one's place, which is good for the overlap still.
///
/// Without an id it is the one token of the integration that has no end in sight. A token with a lifetime is replaced
/// by one with the same.
///
/// # Errors
/// 400 for an overlap that is too long, 404, 409 for a token that is over or replaced, or for several to choose from.
pub(crate) async fn rotate_token(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    (integration, token_id): (&str, Option<&str>),
    overlap_seconds: Option<u64>,
) -> Result<RotatedToken, Failure> {
    let overlap = overlap_seconds.unwrap_or(OVERLAP);
    if overlap > LONGEST_OVERLAP {
        return Err(Failure::invalid(
            format!("An overlap of {overlap} seconds is too long."),
            format!("The longest is {LONGEST_OVERLAP} seconds, which is 90 days."),
        ));
    }
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    let integration = find_integration(&mut tx, &workspace.id, integration).await?;
    let own = tokens_of(&mut tx, &workspace.id, &integration).await?;
    let now = app.clock.now();
    let old = match token_id {
        Some(id) => own.into_iter().find(|token| token.life.id == id).ok_or_else(no_token)?,
        None => only_active(own, now)?,
    };
    if !old.life.is_good(now) || old.life.rotated_at.is_some() {
        return Err(Failure::conflict(
            format!(
                "The token {}… is over, or has made way for another one already.",
                old.life.starts_with
            ),
            "Make a new token instead.",
        ));
    }
    let lifetime = old.life.expires_at.map(|ends| ends - old.life.created_at);
    let expires_at = lifetime.map(|lifetime| now + lifetime);
    let (token, secret) = insert_token(app, &mut tx, &workspace.id, by, (&integration.id, expires_at)).await?;
    let overlap_ends = now + i64::try_from(overlap).unwrap_or(i64::MAX / SECOND) * SECOND;
    let ends_at = old.life.expires_at.map_or(overlap_ends, |ends| ends.min(overlap_ends));
    let made = token.life.created_at;
    credentials::rotate_token(&mut tx, &workspace.id, &old.life.id, (made, ends_at)).await?;
    let mut edits = edits_of(json!(old.life.starts_with), &token);
    edits.push(FieldEdit::new("old_ends_at", Value::Null, json!(timestamp(ends_at))));
    let event = Event {
        action: "token_rotated",
        target: &integration.name,
        edits,
        ..Event::default()
    };
    record(app, &mut tx, &workspace.id, by, event).await?;
    tx.commit().await?;
    Ok(RotatedToken {
        token: answer(&token, secret),
        old_token_id: old.life.id,
        old_ends_at: timestamp(ends_at),
    })
}

/// Ends a token at once, of this integration or of any; a second time changes nothing.
///
/// # Errors
/// 404.
pub(crate) async fn revoke_token(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    integration: Option<&str>,
    token_id: &str,
) -> Result<(), Failure> {
    let mut tx = app.db.write().await?;
    let all = credentials::list_tokens(&mut tx, &workspace.id).await?;
    let is_meant = |token: &Token| {
        token.life.id == token_id && integration.is_none_or(|integration| token.integration_id == integration)
    };
    let token = all.into_iter().find(is_meant).ok_or_else(no_token)?;
    if token.life.revoked_at.is_some() {
        return Ok(());
    }
    let integration = find_integration(&mut tx, &workspace.id, &token.integration_id).await?;
    credentials::revoke_token(&mut tx, &workspace.id, token_id, app.clock.now()).await?;
    let event = Event {
        action: "token_revoked",
        target: &integration.name,
        edits: vec![FieldEdit::new("token", json!(token.life.starts_with), Value::Null)],
        ..Event::default()
    };
    record(app, &mut tx, &workspace.id, by, event).await?;
    Ok(tx.commit().await?)
}

/// The tokens of an integration, newest first.
///
/// # Errors
/// 404.
pub(crate) async fn list_tokens(
    app: &App,
    workspace: &Workspace,
    integration: &str,
) -> Result<Vec<wire::Token>, Failure> {
    let mut tx = app.db.read().await?;
    let integration = find_integration(&mut tx, &workspace.id, integration).await?;
    let own = tokens_of(&mut tx, &workspace.id, &integration).await?;
    let now = app.clock.now();
    let all: Vec<&Token> = own.iter().collect();
    Ok(all.iter().map(|token| token.shown(now, &all)).collect())
}

async fn tokens_of(tx: &mut Tx, workspace: &str, integration: &Integration) -> Result<Vec<Token>, Failure> {
    let mut all = credentials::list_tokens(tx, workspace).await?;
    all.retain(|token| token.integration_id == integration.id);
    Ok(all)
}

/// The token that has no end in sight, if there is exactly one.
fn only_active(tokens: Vec<Token>, now: i64) -> Result<Token, Failure> {
    let is_active = |token: &Token| token.life.is_good(now) && token.life.rotated_at.is_none();
    let mut active: Vec<Token> = tokens.into_iter().filter(is_active).collect();
    match (active.pop(), active.len()) {
        (Some(token), 0) => Ok(token),
        (None, _) => Err(Failure::conflict(
            "The integration has no token that could make way for another one.",
            "Make a new token instead.",
        )),
        (Some(_), others) => Err(Failure::conflict(
            format!("The integration has {} active tokens.", others + 1),
            "Say which one by its id.",
        )),
    }
}

fn no_token() -> Failure {
    Failure::not_found("such token")
}

fn end_of(app: &App, days: u64) -> Result<i64, Failure> {
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Failure::invalid(
            format!("A token can't be good for {days} days."),
            format!("Give it 1 to {MOST_DAYS} days, or leave its end out."),
        ));
    }
    let days = i64::try_from(days).unwrap_or_default();
    Ok(app.clock.now() + days * 24 * 3600 * SECOND)
}

fn edits_of(before: Value, token: &Token) -> Vec<FieldEdit> {
    let mut edits = vec![FieldEdit::new("token", before, json!(token.life.starts_with))];
    if let Some(ends) = token.life.expires_at {
        edits.push(FieldEdit::new("expires_at", Value::Null, json!(timestamp(ends))));
    }
    edits
}

fn answer(token: &Token, secret: Secret) -> NewToken {
    NewToken {
        token_id: token.life.id.clone(),
        auth_token: secret.text,
        expires_at: timestamp_or_none(token.life.expires_at),
    }
}

/// A new key for the admin API, for all that it allows or for some of it.
///
/// # Errors
/// 400 for a name that can't be one.
pub(crate) async fn create_api_key(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    name: &str,
    permissions: Option<Vec<Permission>>,
) -> Result<String, Failure> {
    let name = name_of(name, "an API key")?;
    let secret = Secret::new(app.clock);
    let key = ApiKey {
        id: app.clock.id(),
        name,
        starts_with: secret.starts_with().to_owned(),
        created_at: app.clock.now(),
        created_by: Some(by.actor.to_owned()),
        last_used_at: None,
        revoked_at: None,
        permissions,
        user_id: None,
        expires_at: None,
    };
    let mut tx = app.db.write().await?;
    credentials::insert_api_key(&mut tx, &workspace.id, &key, &secret.digest).await?;
    let held = key.permissions.as_deref().unwrap_or(&Permission::ALL);
    let event = Event {
        action: "api_key_created",
        target: &key.name,
        edits: vec![
            FieldEdit::new("key", Value::Null, json!(key.starts_with)),
            FieldEdit::new("permissions", Value::Null, json!(held)),
        ],
        ..Event::default()
    };
    record(app, &mut tx, &workspace.id, by, event).await?;
    tx.commit().await?;
    Ok(secret.text)
}

/// All keys of the workspace, newest first.
///
/// # Errors
/// Those of the database.
pub(crate) async fn list_api_keys(app: &App, workspace: &Workspace) -> Result<Vec<wire::ApiKey>, Failure> {
    let mut tx = app.db.read().await?;
    let keys = credentials::list_api_keys(&mut tx, &workspace.id).await?;
    let shown = |key: ApiKey| wire::ApiKey {
        created_at: timestamp(key.created_at),
        last_used_at: timestamp_or_none(key.last_used_at),
        revoked_at: timestamp_or_none(key.revoked_at),
        permissions: key.permissions.unwrap_or_else(|| Permission::ALL.to_vec()),
        id: key.id,
        name: key.name,
        starts_with: key.starts_with,
        created_by: key.created_by,
    };
    Ok(keys.into_iter().map(shown).collect())
}

/// Ends a key at once: the one of this id, or the only good one of this name. A second time changes nothing.
///
/// # Errors
/// 404, 409 when several keys have the name.
pub(crate) async fn revoke_api_key(app: &App, workspace: &Workspace, by: By<'_>, wanted: &str) -> Result<(), Failure> {
    let mut tx = app.db.write().await?;
    let all = credentials::list_api_keys(&mut tx, &workspace.id).await?;
    let mut meant: Vec<&ApiKey> = all.iter().filter(|key| key.id == wanted).collect();
    if meant.is_empty() {
        meant = all.iter().filter(|key| key.name == wanted).collect();
        if meant.iter().any(|key| key.revoked_at.is_none()) {
            meant.retain(|key| key.revoked_at.is_none());
        }
    }
    let key = match meant.as_slice() {
        [] => return Err(Failure::not_found(&format!("API key {wanted:?}"))),
        [key, ..] if key.revoked_at.is_some() => return Ok(()),
        [key] => *key,
        several => {
            return Err(Failure::conflict(
                format!("{} API keys are called {wanted:?}.", several.len()),
                "Say which one by its id.",
            ));
        }
    };
    credentials::revoke_api_key(&mut tx, &workspace.id, &key.id, app.clock.now()).await?;
    let event = Event {
        action: "api_key_revoked",
        target: &key.name,
        edits: vec![FieldEdit::new("key", json!(key.starts_with), Value::Null)],
        ..Event::default()
    };
    record(app, &mut tx, &workspace.id, by, event).await?;
    Ok(tx.commit().await?)
}
