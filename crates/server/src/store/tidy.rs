//! What is deleted once it is old, a few rows at a time: `$1` is the time before which rows are old, in microseconds
//! since 1970, `$2` the most rows of one statement.
//!
//! How old is old stands in `housekeeping`.

use super::{Stored, Tx};

/// Bodies as received; one that waits for a person stays.
pub(crate) const BODIES: &str = "DELETE FROM bodies WHERE received_at < $1 AND (workspace_id, sha256) IN ( \
    SELECT b.workspace_id, b.sha256 FROM bodies b WHERE b.received_at < $1 AND NOT EXISTS ( \
    SELECT 1 FROM uploads u \
    WHERE u.workspace_id = b.workspace_id AND u.body_sha256 = b.sha256 AND u.outcome = 'held') LIMIT $2)";

/// Sessions that ended.
pub(crate) const SESSIONS: &str = "DELETE FROM sessions WHERE (workspace_id, digest) IN ( \
    SELECT workspace_id, digest FROM sessions WHERE expires_at < $1 LIMIT $2)";

/// First sign-ins that nobody used.
pub(crate) const SETUP_LINKS: &str = "DELETE FROM setup_links WHERE (workspace_id, digest) IN ( \
    SELECT workspace_id, digest FROM setup_links WHERE expires_at < $1 LIMIT $2)";

/// Answers to an `Idempotency-Key`.
pub(crate) const ANSWERS: &str = "DELETE FROM idempotency WHERE (workspace_id, integration_id, key) IN ( \
    SELECT workspace_id, integration_id, key FROM idempotency WHERE created_at < $1 LIMIT $2)";

/// Notices, told or never told.
pub(crate) const NOTICES: &str = "DELETE FROM notices WHERE (workspace_id, id) IN ( \
    SELECT workspace_id, id FROM notices WHERE at < $1 AND COALESCE(sent_at, at) < $1 LIMIT $2)";

/// Runs one of the statements above; how many rows it deleted.
pub(crate) async fn delete(tx: &mut Tx, sql: &'static str, before: i64, limit: u32) -> Stored<u64> {
    tx.execute(sql, &[before.into(), i64::from(limit).into()]).await
}

/// Bytes of all bodies that are kept, as stored.
pub(crate) async fn kept_bytes(tx: &mut Tx) -> Stored<u64> {
    let sql = "SELECT CAST(COALESCE(SUM(LENGTH(lz4)), 0) AS BIGINT) FROM bodies";
    Ok(tx.row(sql, &[], |row| row.count(0)).await?.unwrap_or_default())
}
