//! Tokens, API keys, sessions, set-up links and passwords: digests only, looked up by digest.

use passmuster_core::user::email_key;

use super::{Stored, Tx};

/// A token, without its secret; times in microseconds.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) integration_id: String,
    pub(crate) starts_with: String,
    pub(crate) created_at: i64,
    pub(crate) last_used_at: Option<i64>,
}

pub(crate) async fn insert_token(tx: &mut Tx, workspace: &str, token: &Token, digest: &str) -> Stored<()> {
    let sql = "INSERT INTO tokens (workspace_id, digest, id, integration_id, starts_with, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        workspace.into(),
        digest.into(),
        (&token.id).into(),
        (&token.integration_id).into(),
        (&token.starts_with).into(),
        token.created_at.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// All tokens of the workspace, newest first.
pub(crate) async fn list_tokens(tx: &mut Tx, workspace: &str) -> Stored<Vec<Token>> {
    let sql = "SELECT id, integration_id, starts_with, created_at, last_used_at FROM tokens WHERE workspace_id = $1 \
               ORDER BY id DESC";
    tx.rows(sql, &[workspace.into()], |row| {
        Ok(Token {
            id: row.text(0)?,
            integration_id: row.text(1)?,
            starts_with: row.text(2)?,
            created_at: row.int(3)?,
            last_used_at: row.int_or_null(4)?,
        })
    })
    .await
}

pub(crate) async fn note_token_use(tx: &mut Tx, workspace: &str, id: &str, now: i64) -> Stored<()> {
    let sql = "UPDATE tokens SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";
    tx.execute(sql, &[workspace.into(), id.into(), now.into()]).await?;
    Ok(())
}

pub(crate) async fn insert_api_key(
    tx: &mut Tx,
    workspace: &str,
    (id, name, starts_with, digest): (&str, &str, &str, &str),
    now: i64,
) -> Stored<()> {
    let sql = "INSERT INTO api_keys (workspace_id, digest, id, name, starts_with, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        workspace.into(),
        digest.into(),
        id.into(),
        name.into(),
        starts_with.into(),
        now.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// The name of the API key with this digest.
pub(crate) async fn find_api_key(tx: &mut Tx, workspace: &str, digest: &str) -> Stored<Option<String>> {
    let sql = "SELECT name FROM api_keys WHERE workspace_id = $1 AND digest = $2";
    tx.row(sql, &[workspace.into(), digest.into()], |row| row.text(0)).await
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

/// What signing in asks of a user.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) is_active: bool,
    pub(crate) is_admin: bool,
    /// A PHC string.
    pub(crate) password_hash: Option<String>,
}

fn read_account(row: &super::Row<'_>) -> Stored<Account> {
    Ok(Account {
        user_id: row.text(0)?,
        email: row.text(1)?,
        name: format!("{} {}", row.text(2)?, row.text(3)?),
        is_active: row.flag(4)?,
        is_admin: row.flag(5)?,
        password_hash: row.text_or_null(6)?,
    })
}

pub(crate) async fn find_account(tx: &mut Tx, workspace: &str, email: &str) -> Stored<Option<Account>> {
    let sql = "SELECT id, email, first_name, last_name, is_active, is_admin, password_hash FROM users \
               WHERE workspace_id = $1 AND email_key = $2";
    tx.row(sql, &[workspace.into(), email_key(email).into()], read_account)
        .await
}

/// Who is signed in with the session of this digest.
pub(crate) async fn find_session(tx: &mut Tx, workspace: &str, digest: &str, now: i64) -> Stored<Option<Account>> {
    let sql = "SELECT u.id, u.email, u.first_name, u.last_name, u.is_active, u.is_admin, u.password_hash \
               FROM sessions s JOIN users u ON u.workspace_id = s.workspace_id AND u.id = s.user_id \
               WHERE s.workspace_id = $1 AND s.digest = $2 AND s.expires_at > $3";
    tx.row(sql, &[workspace.into(), digest.into(), now.into()], read_account)
        .await
}

/// Adds a session, and forgets those that expired.
pub(crate) async fn insert_session(
    tx: &mut Tx,
    workspace: &str,
    (digest, user_id): (&str, &str),
    now: i64,
    expires_at: i64,
) -> Stored<()> {
    let sql = "DELETE FROM sessions WHERE workspace_id = $1 AND expires_at <= $2";
    tx.execute(sql, &[workspace.into(), now.into()]).await?;
    let sql = "INSERT INTO sessions (workspace_id, digest, user_id, expires_at) VALUES ($1, $2, $3, $4)";
    tx.execute(
        sql,
        &[workspace.into(), digest.into(), user_id.into(), expires_at.into()],
    )
    .await?;
    Ok(())
}

pub(crate) async fn delete_session(tx: &mut Tx, workspace: &str, digest: &str) -> Stored<()> {
    let sql = "DELETE FROM sessions WHERE workspace_id = $1 AND digest = $2";
    tx.execute(sql, &[workspace.into(), digest.into()]).await?;
    Ok(())
}

pub(crate) async fn set_password(tx: &mut Tx, workspace: &str, email: &str, hash: &str) -> Stored<()> {
    let sql = "UPDATE users SET password_hash = $3 WHERE workspace_id = $1 AND email_key = $2";
    tx.execute(sql, &[workspace.into(), email_key(email).into(), hash.into()])
        .await?;
    Ok(())
}
