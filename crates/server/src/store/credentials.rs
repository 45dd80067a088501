//! Tokens, API keys and set-up links: digests only, looked up by digest.

use passmuster_core::permission::Permission;

use super::workspaces::{self, Workspace};
use super::{Row, Stored, Tx, to_json};

/// How long a token is good; times in microseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenLife {
    pub(crate) id: String,
    /// Its first characters.
    pub(crate) starts_with: String,
    pub(crate) created_at: i64,
    /// It is good until then.
    pub(crate) expires_at: Option<i64>,
    /// When a newer one took its place.
    pub(crate) rotated_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
}

impl TokenLife {
    /// Whether a sender may still use it.
    pub(crate) fn is_good(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|ends| ends > now)
    }
}

/// A token, without its secret.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) life: TokenLife,
    pub(crate) integration_id: String,
    /// By whom; unknown for the oldest.
    pub(crate) created_by: Option<String>,
    pub(crate) last_used_at: Option<i64>,
}

/// The columns that [`read_life`] reads, of the table or alias `t`.
macro_rules! life_columns {
    () => {
        "t.id, t.starts_with, t.created_at, t.expires_at, t.rotated_at, t.revoked_at"
    };
}
pub(super) use life_columns;

/// Reads six columns from `at` on.
pub(super) fn read_life(row: &Row<'_>, at: usize) -> Stored<TokenLife> {
    Ok(TokenLife {
        id: row.text(at)?,
        starts_with: row.text(at + 1)?,
        created_at: row.int(at + 2)?,
        expires_at: row.int_or_null(at + 3)?,
        rotated_at: row.int_or_null(at + 4)?,
        revoked_at: row.int_or_null(at + 5)?,
    })
}

pub(crate) async fn insert_token(tx: &mut Tx, workspace: &str, token: &Token, digest: &str) -> Stored<()> {
    let sql = "INSERT INTO tokens \
               (workspace_id, digest, id, integration_id, starts_with, created_at, created_by, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        workspace.into(),
        digest.into(),
        (&token.life.id).into(),
        (&token.integration_id).into(),
        (&token.life.starts_with).into(),
        token.life.created_at.into(),
        token.created_by.as_deref().into(),
        token.life.expires_at.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// All tokens of the workspace, newest first.
pub(crate) async fn list_tokens(tx: &mut Tx, workspace: &str) -> Stored<Vec<Token>> {
    let sql = concat!(
        "SELECT ",
        life_columns!(),
        ", t.integration_id, t.created_by, t.last_used_at FROM tokens t WHERE t.workspace_id = $1 ORDER BY t.id DESC"
    );
    tx.rows(sql, &[workspace.into()], |row| {
        Ok(Token {
            life: read_life(row, 0)?,
            integration_id: row.text(6)?,
            created_by: row.text_or_null(7)?,
            last_used_at: row.int_or_null(8)?,
        })
    })
    .await
}

pub(crate) async fn note_token_use(tx: &mut Tx, workspace: &str, id: &str, now: i64) -> Stored<()> {
    let sql = "UPDATE tokens SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";
    tx.put(sql, &[workspace.into(), id.into(), now.into()]).await
}

/// Says that a newer token takes this one's place, and when it ends.
pub(crate) async fn rotate_token(tx: &mut Tx, workspace: &str, id: &str, (now, expires_at): (i64, i64)) -> Stored<()> {
    let sql = "UPDATE tokens SET rotated_at = $3, expires_at = $4 WHERE workspace_id = $1 AND id = $2";
    tx.execute(sql, &[workspace.into(), id.into(), now.into(), expires_at.into()])
        .await?;
    Ok(())
}

/// Ends a token at once.
pub(crate) async fn revoke_token(tx: &mut Tx, workspace: &str, id: &str, now: i64) -> Stored<()> {
    let sql = "UPDATE tokens SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL";
    tx.execute(sql, &[workspace.into(), id.into(), now.into()]).await?;
    Ok(())
}

/// A key of the admin API, without its secret; times in microseconds.
#[derive(Debug, Clone)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) starts_with: String,
    pub(crate) created_at: i64,
    pub(crate) created_by: Option<String>,
    pub(crate) last_used_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
    /// `None`: all.
    pub(crate) permissions: Option<Vec<Permission>>,
    /// Whose it is; `None`: the workspace's.
    pub(crate) user_id: Option<String>,
    /// It is good until then.
    pub(crate) expires_at: Option<i64>,
}

macro_rules! api_key_columns {
    () => {
        "k.id, k.name, k.starts_with, k.created_at, k.created_by, k.last_used_at, k.revoked_at, k.permissions, \
         k.user_id, k.expires_at"
    };
}

const API_KEY: &str = concat!(
    "SELECT w.workspace_id, w.name, w.subdomain, w.salesforce, ",
    api_key_columns!(),
    " FROM workspaces w LEFT JOIN api_keys k ON k.workspace_id = w.workspace_id AND k.digest = $2 WHERE w.subdomain = $1"
);
const API_KEYS: &str = concat!(
    "SELECT ",
    api_key_columns!(),
    " FROM api_keys k WHERE k.workspace_id = $1 AND k.user_id IS NULL ORDER BY k.id DESC"
);
const KEYS_OF_USER: &str = concat!(
    "SELECT ",
    api_key_columns!(),
    " FROM api_keys k WHERE k.workspace_id = $1 AND k.user_id = $2 AND k.revoked_at IS NULL ORDER BY k.id DESC"
);

/// Reads ten columns from `at` on.
fn read_api_key(row: &Row<'_>, at: usize) -> Stored<ApiKey> {
    Ok(ApiKey {
        id: row.text(at)?,
        name: row.text(at + 1)?,
        starts_with: row.text(at + 2)?,
        created_at: row.int(at + 3)?,
        created_by: row.text_or_null(at + 4)?,
        last_used_at: row.int_or_null(at + 5)?,
        revoked_at: row.int_or_null(at + 6)?,
        permissions: row.json_or_null(at + 7)?,
        user_id: row.text_or_null(at + 8)?,
        expires_at: row.int_or_null(at + 9)?,
    })
}

pub(crate) async fn insert_api_key(tx: &mut Tx, workspace: &str, key: &ApiKey, digest: &str) -> Stored<()> {
    let sql = "INSERT INTO api_keys \
               (workspace_id, digest, id, name, starts_with, created_at, created_by, permissions, user_id, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = [
        workspace.into(),
        digest.into(),
        (&key.id).into(),
        (&key.name).into(),
        (&key.starts_with).into(),
        key.created_at.into(),
        key.created_by.as_deref().into(),
        key.permissions.as_ref().map(to_json).transpose()?.into(),
        key.user_id.as_deref().into(),
        key.expires_at.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// The workspace of a subdomain, and its API key with this digest, revoked or not.
pub(crate) async fn find_api_key(
    tx: &mut Tx,
    subdomain: &str,
    digest: &str,
) -> Stored<Option<(Workspace, Option<ApiKey>)>> {
    tx.row(API_KEY, &[subdomain.into(), digest.into()], |row| {
        let key = match row.text_or_null(4)? {
            Some(_) => Some(read_api_key(row, 4)?),
            None => None,
        };
        Ok((workspaces::read(row)?, key))
    })
    .await
}

/// A person's own keys that weren't revoked, newest first.
pub(crate) async fn list_keys_of(tx: &mut Tx, workspace: &str, user_id: &str) -> Stored<Vec<ApiKey>> {
    let values = [workspace.into(), user_id.into()];
    tx.rows(KEYS_OF_USER, &values, |row| read_api_key(row, 0)).await
}

/// All keys of the workspace, those of persons apart, newest first.
pub(crate) async fn list_api_keys(tx: &mut Tx, workspace: &str) -> Stored<Vec<ApiKey>> {
    tx.rows(API_KEYS, &[workspace.into()], |row| read_api_key(row, 0)).await
}

pub(crate) async fn note_api_key_use(tx: &mut Tx, workspace: &str, id: &str, now: i64) -> Stored<()> {
    let sql = "UPDATE api_keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";
    tx.execute(sql, &[workspace.into(), id.into(), now.into()]).await?;
    Ok(())
}

/// Ends a key at once.
pub(crate) async fn revoke_api_key(tx: &mut Tx, workspace: &str, id: &str, now: i64) -> Stored<()> {
    let sql = "UPDATE api_keys SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL";
    tx.execute(sql, &[workspace.into(), id.into(), now.into()]).await?;
    Ok(())
}

/// Adds a set-up link: of several servers that start together, each offers one that works.
pub(crate) async fn add_setup_link(
    tx: &mut Tx,
    workspace: &str,
    digest: &str,
    (now, expires_at): (i64, i64),
) -> Stored<()> {
    let sql = "DELETE FROM setup_links WHERE workspace_id = $1 AND expires_at <= $2";
    tx.execute(sql, &[workspace.into(), now.into()]).await?;
    let sql = "INSERT INTO setup_links (workspace_id, digest, expires_at) VALUES ($1, $2, $3)";
    tx.execute(sql, &[workspace.into(), digest.into(), expires_at.into()])
        .await?;
    Ok(())
}

/// Uses up a set-up link, and with it all others; whether it was good.
pub(crate) async fn use_setup_link(tx: &mut Tx, workspace: &str, digest: &str, now: i64) -> Stored<bool> {
    let sql = "DELETE FROM setup_links WHERE workspace_id = $1 AND digest = $2 AND expires_at > $3";
    let is_good = tx.execute(sql, &[workspace.into(), digest.into(), now.into()]).await? > 0;
    if is_good {
        tx.execute("DELETE FROM setup_links WHERE workspace_id = $1", &[workspace.into()])
            .await?;
    }
    Ok(is_good)
}
