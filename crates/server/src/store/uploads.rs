//! Received bodies and how each ended.

use passmuster_core::plan::Counts;
use passmuster_core::problem::Report;
use passmuster_core::wire::integration::{Outcome, Upload, UploadDetail};

use super::{Row, StoreError, Stored, Tx, to_json};
use crate::clock::timestamp;

/// An upload to be recorded.
#[derive(Debug)]
pub(crate) struct NewUpload<'a> {
    pub(crate) id: &'a str,
    pub(crate) integration_id: &'a str,
    /// Microseconds since 1970.
    pub(crate) received_at: i64,
    pub(crate) received_by: &'a str,
    pub(crate) via: &'a str,
    pub(crate) bytes: u64,
    pub(crate) body_sha256: &'a str,
    /// `None` when the mapping came with the body.
    pub(crate) mapping_version: Option<u64>,
    /// Of what was applied; `None`: rejected.
    pub(crate) applied: Option<(&'a Counts, &'a str)>,
    pub(crate) report: &'a Report,
}

pub(crate) async fn insert(tx: &mut Tx, workspace: &str, upload: &NewUpload<'_>) -> Stored<()> {
    let sql = "INSERT INTO uploads (workspace_id, id, integration_id, received_at, received_by, via, bytes, \
               body_sha256, records, outcome, error_count, warning_count, mapping_version, plan_hash, counts, report) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let counts = upload.applied.map(|(counts, _)| to_json(counts)).transpose()?;
    let values = [
        workspace.into(),
        upload.id.into(),
        upload.integration_id.into(),
        upload.received_at.into(),
        upload.received_by.into(),
        upload.via.into(),
        upload.bytes.into(),
        upload.body_sha256.into(),
        upload.report.records.into(),
        if upload.applied.is_some() {
            "applied"
        } else {
            "rejected"
        }
        .into(),
        upload.report.error_count.into(),
        upload.report.warning_count.into(),
        upload.mapping_version.into(),
        upload.applied.map(|(_, hash)| hash).into(),
        counts.into(),
        to_json(upload.report)?.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

macro_rules! columns {
    () => {
        "id, integration_id, received_at, received_by, bytes, records, outcome, error_count, warning_count, counts"
    };
}

fn read(row: &Row<'_>) -> Stored<Upload> {
    let counts = row.text_or_null(9)?.map(|_| row.json(9)).transpose()?;
    Ok(Upload {
        id: row.text(0)?,
        integration_id: row.text(1)?,
        received_at: timestamp(row.int(2)?),
        received_by: row.text(3)?,
        bytes: row.count(4)?,
        records: row.count(5)?,
        outcome: match row.text(6)?.as_str() {
            "applied" => Outcome::Applied,
            "rejected" => Outcome::Rejected,
            other => return Err(StoreError::Unexpected(format!("the outcome {other:?}"))),
        },
        counts,
        error_count: row.count(7)?,
        warning_count: row.count(8)?,
    })
}

/// One page, newest first, before `cursor`.
pub(crate) async fn list(
    tx: &mut Tx,
    workspace: &str,
    integration: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Stored<(Vec<Upload>, Option<String>)> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM uploads WHERE workspace_id = $1 AND integration_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
    );
    // Beyond every UUID.
    let before = cursor.unwrap_or("g");
    let values = [
        workspace.into(),
        integration.into(),
        before.into(),
        i64::from(limit + 1).into(),
    ];
    let mut uploads = tx.rows(sql, &values, read).await?;
    let next = if uploads.len() > limit as usize {
        uploads.truncate(limit as usize);
        uploads.last().map(|upload| upload.id.clone())
    } else {
        None
    };
    Ok((uploads, next))
}

pub(crate) async fn find(tx: &mut Tx, workspace: &str, id: &str) -> Stored<Option<UploadDetail>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", report FROM uploads WHERE workspace_id = $1 AND id = $2"
    );
    tx.row(sql, &[workspace.into(), id.into()], |row| {
        Ok(UploadDetail {
            upload: read(row)?,
            report: row.json(10)?,
        })
    })
    .await
}
