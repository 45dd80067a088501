//! First answers, kept for a day, to be given again under the same `Idempotency-Key`.

use super::{Stored, Tx};

/// How long an answer is kept, in microseconds.
const KEPT: i64 = 24 * 3600 * 1_000_000;

/// An answer that was given.
#[derive(Debug)]
pub(crate) struct Answer {
    /// SHA-256 of the body that was answered, in hexadecimal.
    pub(crate) body_sha256: String,
    pub(crate) status: u16,
    /// The JSON document.
    pub(crate) answer: String,
}

pub(crate) async fn find(
    tx: &mut Tx,
    workspace: &str,
    integration: &str,
    key: &str,
    now: i64,
) -> Stored<Option<Answer>> {
    let sql = "SELECT body_sha256, status, answer FROM idempotency \
               WHERE workspace_id = $1 AND integration_id = $2 AND key = $3 AND created_at > $4";
    let values = [workspace.into(), integration.into(), key.into(), (now - KEPT).into()];
    tx.row(sql, &values, |row| {
        let status = u16::try_from(row.int(1)?).unwrap_or(500);
        Ok(Answer {
            body_sha256: row.text(0)?,
            status,
            answer: row.text(2)?,
        })
    })
    .await
}

/// Keeps an answer, and forgets those of yesterday.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: &str,
    (integration, key): (&str, &str),
    answer: &Answer,
    now: i64,
) -> Stored<()> {
    let sql = "DELETE FROM idempotency WHERE workspace_id = $1 AND created_at <= $2";
    tx.execute(sql, &[workspace.into(), (now - KEPT).into()]).await?;
    let sql = "INSERT INTO idempotency (workspace_id, integration_id, key, body_sha256, status, answer, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        workspace.into(),
        integration.into(),
        key.into(),
        (&answer.body_sha256).into(),
        i64::from(answer.status).into(),
        (&answer.answer).into(),
        now.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}
