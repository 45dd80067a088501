//! Who signs in: accounts, their passwords as PHC strings, and sessions by digest.

use passmuster_core::user::email_key;

use super::{Stored, Tx};
use crate::request::Here;

/// What signing in asks of a user.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) user_id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) is_active: bool,
    pub(crate) is_admin: bool,
    pub(crate) role: Option<String>,
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
        role: row.text_or_null(7)?,
    })
}

pub(crate) async fn find_account(tx: &mut Tx, workspace: &str, email: &str) -> Stored<Option<Account>> {
    let sql = "SELECT id, email, first_name, last_name, is_active, is_admin, password_hash, role FROM users \
               WHERE workspace_id = $1 AND email_key = $2";
    tx.row(sql, &[workspace.into(), email_key(email).into()], read_account)
        .await
}

pub(crate) async fn find_by_id(tx: &mut Tx, workspace: &str, id: &str) -> Stored<Option<Account>> {
    let sql = "SELECT id, email, first_name, last_name, is_active, is_admin, password_hash, role FROM users \
               WHERE workspace_id = $1 AND id = $2";
    tx.row(sql, &[workspace.into(), id.into()], read_account).await
}

/// Who is signed in with the session of this digest.
pub(crate) async fn find_session(tx: &mut Tx, workspace: &str, digest: &str, now: i64) -> Stored<Option<Account>> {
    let sql = "SELECT u.id, u.email, u.first_name, u.last_name, u.is_active, u.is_admin, u.password_hash, u.role \
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
    here: Option<&Here>,
) -> Stored<()> {
    let sql = "DELETE FROM sessions WHERE workspace_id = $1 AND expires_at <= $2";
    tx.execute(sql, &[workspace.into(), now.into()]).await?;
    let sql = "INSERT INTO sessions (workspace_id, digest, user_id, expires_at, created_at, address, browser) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        workspace.into(),
        digest.into(),
        user_id.into(),
        expires_at.into(),
        now.into(),
        here.map(|here| here.address.as_str()).into(),
        here.and_then(|here| here.browser.as_deref()).into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// A session of somebody's.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) digest: String,
    /// Microseconds since 1970; 0: before that was kept.
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) address: Option<String>,
    pub(crate) browser: Option<String>,
}

/// All sessions of a user that have not ended, the newest first.
pub(crate) async fn sessions_of(tx: &mut Tx, workspace: &str, user_id: &str, now: i64) -> Stored<Vec<Begun>> {
    let sql = "SELECT digest, created_at, expires_at, address, browser FROM sessions \
               WHERE workspace_id = $1 AND user_id = $2 AND expires_at > $3 ORDER BY expires_at DESC";
    let values = [workspace.into(), user_id.into(), now.into()];
    tx.rows(sql, &values, |row| {
        Ok(Begun {
            digest: row.text(0)?,
            created_at: row.int(1)?,
            expires_at: row.int(2)?,
            address: row.text_or_null(3)?,
            browser: row.text_or_null(4)?,
        })
    })
    .await
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

/// Ends all sessions of a user, except the one of this digest.
pub(crate) async fn delete_sessions_of(
    tx: &mut Tx,
    workspace: &str,
    user_id: &str,
    except: Option<&str>,
) -> Stored<()> {
    let sql = "DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND digest <> $3";
    let values = [workspace.into(), user_id.into(), except.unwrap_or_default().into()];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// Ends the sessions of all who are not active, or not there any more.
pub(crate) async fn delete_sessions_of_inactive(tx: &mut Tx, workspace: &str) -> Stored<()> {
    let sql = "DELETE FROM sessions WHERE workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM users u \
               WHERE u.workspace_id = sessions.workspace_id AND u.id = sessions.user_id AND u.is_active = 1)";
    tx.execute(sql, &[workspace.into()]).await?;
    Ok(())
}
