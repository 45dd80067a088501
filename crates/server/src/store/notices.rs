//! Notices and their delivery: what the admin of an integration is to be told, and who is telling it.
//!
//! A mail is claimed before it is written, so that of several servers one sends it; what it tells is stamped with the
//! mail's id, so that a notice which comes in meanwhile waits for the next one.

use super::{Row, Stored, Tx};

/// One thing that happened.
#[derive(Debug)]
pub(crate) struct NewNotice<'a> {
    /// Two of the same id are one.
    pub(crate) id: &'a str,
    pub(crate) integration_id: &'a str,
    pub(crate) kind: &'a str,
    /// The id of the upload or token.
    pub(crate) about: &'a str,
    pub(crate) text: &'a str,
    /// Microseconds since 1970.
    pub(crate) at: i64,
}

/// Adds a notice, unless the integration has no admin's address or the notice is there already.
pub(crate) async fn insert(tx: &mut Tx, workspace: &str, notice: &NewNotice<'_>) -> Stored<()> {
    let sql = "INSERT INTO notices (workspace_id, id, integration_id, kind, about, text, at) \
               SELECT i.workspace_id, CAST($3 AS TEXT), i.id, CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), \
               CAST($7 AS BIGINT) FROM integrations i \
               WHERE i.workspace_id = $1 AND i.id = $2 AND i.admin_email IS NOT NULL ON CONFLICT DO NOTHING";
    let values = [
        workspace.into(),
        notice.integration_id.into(),
        notice.id.into(),
        notice.kind.into(),
        notice.about.into(),
        notice.text.into(),
        notice.at.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// An integration with its admin's address.
#[derive(Debug)]
pub(crate) struct Recipient {
    pub(crate) workspace: String,
    pub(crate) workspace_name: String,
    pub(crate) subdomain: String,
    pub(crate) integration_id: String,
    pub(crate) integration_name: String,
    pub(crate) email: String,
    /// Mails to this address that failed since the last one that was taken.
    pub(crate) tries: u32,
    /// Whether the last of them was refused for good.
    pub(crate) was_refused: bool,
}

fn read_recipient(row: &Row<'_>) -> Stored<Recipient> {
    Ok(Recipient {
        workspace: row.text(0)?,
        workspace_name: row.text(1)?,
        subdomain: row.text(2)?,
        integration_id: row.text(3)?,
        integration_name: row.text(4)?,
        email: row.text(5)?,
        tries: u32::try_from(row.int_or_null(6)?.unwrap_or_default()).unwrap_or(u32::MAX),
        was_refused: row.text_or_null(7)?.is_some(),
    })
}

macro_rules! recipients {
    () => {
        "SELECT i.workspace_id, w.name, w.subdomain, i.id, i.name, i.admin_email, \
         CASE WHEN d.refused_address <> i.admin_email THEN 0 ELSE d.tries END, \
         CASE WHEN d.refused_address = i.admin_email THEN d.refused_text END FROM integrations i \
         JOIN workspaces w ON w.workspace_id = i.workspace_id \
         LEFT JOIN deliveries d ON d.workspace_id = i.workspace_id AND d.integration_id = i.id \
         WHERE i.admin_email IS NOT NULL "
    };
}

/// Who can be written to now: something waits for them, nobody is at it, they were not written to after
/// `written_before`, and no try failed so lately that it is too soon. An address that was refused is left alone until
/// it is another one.
pub(crate) async fn due(tx: &mut Tx, now: i64, written_before: i64) -> Stored<Vec<Recipient>> {
    let sql = concat!(
        recipients!(),
        "AND COALESCE(i.notified_at, 0) <= $2 AND (d.workspace_id IS NULL \
         OR (d.claimed_until <= $1 AND (d.next_at <= $1 OR d.refused_address <> i.admin_email))) \
         AND EXISTS (SELECT 1 FROM notices n \
         WHERE n.workspace_id = i.workspace_id AND n.integration_id = i.id AND n.sent_at IS NULL)"
    );
    tx.rows(sql, &[now.into(), written_before.into()], read_recipient).await
}

/// The admin of one integration, whether or not there is anything to tell.
pub(crate) async fn recipient(tx: &mut Tx, workspace: &str, integration: &str) -> Stored<Option<Recipient>> {
    let sql = concat!(recipients!(), "AND i.workspace_id = $1 AND i.id = $2");
    tx.row(sql, &[workspace.into(), integration.into()], read_recipient)
        .await
}

/// Whether this server may write to them until `until`; another one may have been quicker.
pub(crate) async fn claim(tx: &mut Tx, to: &Recipient, (now, written_before): (i64, i64), until: i64) -> Stored<bool> {
    let sql = "INSERT INTO deliveries (workspace_id, integration_id, claimed_until, tries, next_at) \
               VALUES ($1, $2, $3, 0, 0) ON CONFLICT (workspace_id, integration_id) \
               DO UPDATE SET claimed_until = excluded.claimed_until WHERE deliveries.claimed_until <= $4";
    let values = [
        (&to.workspace).into(),
        (&to.integration_id).into(),
        until.into(),
        now.into(),
    ];
    if tx.execute(sql, &values).await? == 0 {
        return Ok(false);
    }
    // It may have been claimed, written and given back since we looked.
    let sql = "SELECT COUNT(*) FROM integrations \
               WHERE workspace_id = $1 AND id = $2 AND admin_email = $3 AND COALESCE(notified_at, 0) <= $4";
    let values = [
        (&to.workspace).into(),
        (&to.integration_id).into(),
        (&to.email).into(),
        written_before.into(),
    ];
    Ok(tx.row(sql, &values, |row| row.int(0)).await? == Some(1))
}

/// Stamps all that waits with the mail that takes it up.
pub(crate) async fn gather(tx: &mut Tx, to: &Recipient, batch: &str) -> Stored<()> {
    let sql = "UPDATE notices SET batch = $3 WHERE workspace_id = $1 AND integration_id = $2 AND sent_at IS NULL";
    let values = [(&to.workspace).into(), (&to.integration_id).into(), batch.into()];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// Notices of the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) count: u64,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
    /// The newest upload or token of them.
    pub(crate) about: String,
}

/// How many notices of each kind a mail takes up, by kind, and when the oldest was made.
pub(crate) async fn totals(
    tx: &mut Tx,
    workspace: &str,
    integration: &str,
    batch: &str,
) -> Stored<Vec<(String, u64, i64)>> {
    let sql = "SELECT kind, COUNT(*), MIN(at) FROM notices \
               WHERE workspace_id = $1 AND integration_id = $2 AND sent_at IS NULL AND batch = $3 \
               GROUP BY kind ORDER BY kind";
    let values = [workspace.into(), integration.into(), batch.into()];
    tx.rows(sql, &values, |row| Ok((row.text(0)?, row.count(1)?, row.int(2)?)))
        .await
}

/// What a mail takes up, the same words once, newest first; at most `limit`.
pub(crate) async fn told(tx: &mut Tx, to: &Recipient, batch: &str, limit: u32) -> Stored<Vec<Told>> {
    let sql = "SELECT kind, text, COUNT(*), MIN(at), MAX(at), MAX(about) FROM notices \
               WHERE workspace_id = $1 AND integration_id = $2 AND sent_at IS NULL AND batch = $3 \
               GROUP BY kind, text ORDER BY MAX(at) DESC, text LIMIT $4";
    let values = [
        (&to.workspace).into(),
        (&to.integration_id).into(),
        batch.into(),
        i64::from(limit).into(),
    ];
    tx.rows(sql, &values, |row| {
        Ok(Told {
            kind: row.text(0)?,
            text: row.text(1)?,
            count: row.count(2)?,
            first_at: row.int(3)?,
            last_at: row.int(4)?,
            about: row.text(5)?,
        })
    })
    .await
}

/// The mail was taken: what it told is not told again.
pub(crate) async fn sent(tx: &mut Tx, to: &Recipient, batch: &str, now: i64) -> Stored<()> {
    let sql = "UPDATE notices SET sent_at = $4 \
               WHERE workspace_id = $1 AND integration_id = $2 AND sent_at IS NULL AND batch = $3";
    let values = [
        (&to.workspace).into(),
        (&to.integration_id).into(),
        batch.into(),
        now.into(),
    ];
    tx.execute(sql, &values).await?;
    let sql = "UPDATE integrations SET notified_at = $3 WHERE workspace_id = $1 AND id = $2";
    let values = [(&to.workspace).into(), (&to.integration_id).into(), now.into()];
    tx.execute(sql, &values).await?;
    accepted(tx, to).await?;
    give_back(tx, to).await
}

/// The mail server takes mail for the address.
pub(crate) async fn accepted(tx: &mut Tx, to: &Recipient) -> Stored<()> {
    let sql = "UPDATE deliveries SET tries = 0, next_at = 0, refused_address = NULL, refused_text = NULL \
               WHERE workspace_id = $1 AND integration_id = $2";
    tx.execute(sql, &[(&to.workspace).into(), (&to.integration_id).into()])
        .await?;
    Ok(())
}

/// Ends a claim.
pub(crate) async fn give_back(tx: &mut Tx, to: &Recipient) -> Stored<()> {
    let sql = "UPDATE deliveries SET claimed_until = 0 WHERE workspace_id = $1 AND integration_id = $2";
    tx.execute(sql, &[(&to.workspace).into(), (&to.integration_id).into()])
        .await?;
    Ok(())
}

/// The mail was not taken; `refused` says why it will never be.
pub(crate) async fn failed(tx: &mut Tx, to: &Recipient, tries: u32, next_at: i64, refused: Option<&str>) -> Stored<()> {
    let sql = "UPDATE deliveries SET claimed_until = 0, tries = $3, next_at = $4, refused_address = $5, \
               refused_text = $6 WHERE workspace_id = $1 AND integration_id = $2";
    let values = [
        (&to.workspace).into(),
        (&to.integration_id).into(),
        i64::from(tries).into(),
        next_at.into(),
        refused.map(|_| to.email.as_str()).into(),
        refused.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// How many notices wait, in all workspaces.
pub(crate) async fn waiting(tx: &mut Tx) -> Stored<u64> {
    let sql = "SELECT COUNT(*) FROM notices WHERE sent_at IS NULL";
    Ok(tx.row(sql, &[], |row| row.count(0)).await?.unwrap_or_default())
}

/// A token that ends soon.
#[derive(Debug)]
pub(crate) struct Expiring {
    pub(crate) workspace: String,
    pub(crate) integration_id: String,
    pub(crate) token_id: String,
    pub(crate) starts_with: String,
    /// Microseconds since 1970.
    pub(crate) expires_at: i64,
}

/// Tokens in use that end between `now` and `until`, of integrations whose admin can be told.
pub(crate) async fn expiring(tx: &mut Tx, now: i64, until: i64) -> Stored<Vec<Expiring>> {
    let sql = "SELECT t.workspace_id, t.integration_id, t.id, t.starts_with, t.expires_at FROM tokens t \
               JOIN integrations i ON i.workspace_id = t.workspace_id AND i.id = t.integration_id \
               WHERE t.expires_at > $1 AND t.expires_at <= $2 AND t.revoked_at IS NULL AND t.rotated_at IS NULL AND i.enabled = 1 \
               AND i.admin_email IS NOT NULL";
    tx.rows(sql, &[now.into(), until.into()], |row| {
        Ok(Expiring {
            workspace: row.text(0)?,
            integration_id: row.text(1)?,
            token_id: row.text(2)?,
            starts_with: row.text(3)?,
            expires_at: row.int(4)?,
        })
    })
    .await
}
