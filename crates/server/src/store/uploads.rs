//! Received bodies and how each ended.

use passmuster_core::limits::Crossed;
use passmuster_core::mapping::Mapping;
use passmuster_core::plan::Counts;
use passmuster_core::problem::Report;
use passmuster_core::request::NewAddress;
use passmuster_core::shape::Shape;
use passmuster_core::wire::integration::{Outcome, Upload, UploadDetail, UploadMode};

use super::integrations::upload_mode;
use super::{Row, StoreError, Stored, Tx, listing, to_json};
use crate::clock::timestamp;
use crate::request::Here;

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
    /// The mapping's version, or the mapping itself when it came with the body.
    pub(crate) mapping: Result<u64, &'a Mapping>,
    /// What was chosen for reading the body.
    pub(crate) encoding: Option<&'a str>,
    pub(crate) sheet: Option<&'a str>,
    pub(crate) sandbox: bool,
    pub(crate) upload_mode: UploadMode,
    pub(crate) outcome: Outcome,
    /// Of its plan, when there is one.
    pub(crate) plan: Option<(&'a Counts, &'a str)>,
    pub(crate) shape: Option<&'a Shape>,
    /// Addresses that change with it.
    pub(crate) addresses: &'a [NewAddress],
    pub(crate) crossed: &'a [Crossed],
    pub(crate) report: &'a Report,
    /// The first and the last of its audit entries.
    pub(crate) audit: Option<(String, String)>,
    /// The request that brought it; `None` for what no request did.
    pub(crate) here: Option<&'a Here>,
}

pub(crate) async fn insert(tx: &mut Tx, workspace: &str, upload: &NewUpload<'_>) -> Stored<()> {
    let sql = "INSERT INTO uploads (workspace_id, id, integration_id, received_at, received_by, via, bytes, \
               body_sha256, records, outcome, error_count, warning_count, mapping_version, plan_hash, counts, report, \
               mapping, encoding, sheet, sandbox, upload_mode, shape, crossed, audit_first, audit_last, request_id, address, \
               addresses) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
               $21, $22, $23, $24, $25, $26, $27, $28)";
    let (first, last) = match &upload.audit {
        Some((first, last)) => (Some(first), Some(last)),
        None => (None, None),
    };
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
        upload.outcome.as_str().into(),
        upload.report.error_count.into(),
        upload.report.warning_count.into(),
        upload.mapping.ok().into(),
        upload.plan.map(|(_, hash)| hash).into(),
        upload.plan.map(|(counts, _)| to_json(counts)).transpose()?.into(),
        to_json(upload.report)?.into(),
        upload.mapping.err().map(to_json).transpose()?.into(),
        upload.encoding.into(),
        upload.sheet.into(),
        upload.sandbox.into(),
        upload.upload_mode.as_str().into(),
        upload.shape.map(to_json).transpose()?.into(),
        to_json(&upload.crossed)?.into(),
        first.into(),
        last.into(),
        upload.here.map(|here| here.id.as_str()).into(),
        upload.here.map(|here| here.address.as_str()).into(),
        match upload.addresses {
            [] => None,
            addresses => Some(to_json(&addresses)?),
        }
        .into(),
    ];
    tx.put(sql, &values).await
}

macro_rules! columns {
    () => {
        "u.id, u.integration_id, u.received_at, u.received_by, u.bytes, u.records, u.outcome, u.error_count, \
         u.warning_count, u.counts, u.via, u.sandbox, u.upload_mode, u.plan_hash, u.crossed, u.decided_at, \
         u.decided_by, u.undone_at, u.undone_by, b.sha256"
    };
}

/// Uploads, each with its body if that is kept.
macro_rules! tables {
    () => {
        " FROM uploads u LEFT JOIN bodies b ON b.workspace_id = u.workspace_id AND b.sha256 = u.body_sha256 "
    };
}

fn read(row: &Row<'_>) -> Stored<Upload> {
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
            "held" => Outcome::Held,
            "undone" => Outcome::Undone,
            other => return Err(StoreError::Unexpected(format!("the outcome {other:?}"))),
        },
        error_count: row.count(7)?,
        warning_count: row.count(8)?,
        counts: row.json_or_null(9)?,
        via: row.text(10)?,
        sandbox: row.flag(11)?,
        upload_mode: upload_mode(&row.text(12)?)?,
        plan_hash: row.text_or_null(13)?,
        crossed: row.json_or_null(14)?.unwrap_or_default(),
        decided_at: row.int_or_null(15)?.map(timestamp),
        decided_by: row.text_or_null(16)?,
        undone_at: row.int_or_null(17)?.map(timestamp),
        undone_by: row.text_or_null(18)?,
        has_body: row.text_or_null(19)?.is_some(),
    })
}

/// Which uploads of an integration are listed.
#[derive(Debug, Default)]
pub(crate) struct Sought<'a> {
    /// Those that ended like this.
    pub(crate) outcome: Option<Outcome>,
    /// Those received then or later, microseconds since 1970.
    pub(crate) since: Option<i64>,
    /// Those received earlier.
    pub(crate) until: Option<i64>,
    /// Those whose sender's address or token has this in it, in any case; blank: anybody's.
    pub(crate) by: &'a str,
    /// Those older than this one.
    pub(crate) cursor: Option<&'a str>,
}

/// One page, newest first.
pub(crate) async fn list(
    tx: &mut Tx,
    workspace: &str,
    integration: &str,
    sought: &Sought<'_>,
    limit: u32,
) -> Stored<(Vec<Upload>, Option<String>)> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        tables!(),
        "WHERE u.workspace_id = $1 AND u.integration_id = $2 AND u.id < $3 \
         AND ($5 = '' OR u.outcome = $5) AND u.received_at >= $6 AND u.received_at < $7 \
         AND ($8 = '%%' OR lower(u.received_by) LIKE $8 ESCAPE '!') ORDER BY u.id DESC LIMIT $4"
    );
    // Beyond every UUID.
    let before = sought.cursor.unwrap_or("g");
    let values = [
        workspace.into(),
        integration.into(),
        before.into(),
        i64::from(limit + 1).into(),
        sought.outcome.map_or("", Outcome::as_str).into(),
        sought.since.unwrap_or(0).into(),
        sought.until.unwrap_or(i64::MAX).into(),
        listing::pattern(sought.by).into(),
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

/// How many uploads of an integration wait for a person.
pub(crate) async fn count_held(tx: &mut Tx, workspace: &str, integration: &str) -> Stored<u64> {
    let sql = "SELECT COUNT(*) FROM uploads WHERE workspace_id = $1 AND integration_id = $2 AND outcome = 'held'";
    let found = tx
        .row(sql, &[workspace.into(), integration.into()], |row| row.count(0))
        .await?;
    Ok(found.unwrap_or_default())
}

/// How many uploads of an integration ended how, day by day; a day is its number since 1970 where clocks are `ahead` of
/// UTC by so many microseconds.
pub(crate) async fn count_by_day(
    tx: &mut Tx,
    workspace: &str,
    integration: &str,
    (since, ahead): (i64, i64),
) -> Stored<Vec<(i64, String, u64)>> {
    let sql = "SELECT (received_at + $4) / 86400000000, outcome, COUNT(*) FROM uploads \
               WHERE workspace_id = $1 AND integration_id = $2 AND received_at >= $3 GROUP BY 1, 2 ORDER BY 1 DESC, 2";
    let values = [workspace.into(), integration.into(), since.into(), ahead.into()];
    tx.rows(sql, &values, |row| Ok((row.int(0)?, row.text(1)?, row.count(2)?)))
        .await
}

pub(crate) async fn find(tx: &mut Tx, workspace: &str, id: &str) -> Stored<Option<UploadDetail>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", u.report, u.mapping_version, u.mapping, u.encoding, u.sheet, u.body_sha256",
        tables!(),
        "WHERE u.workspace_id = $1 AND u.id = $2"
    );
    tx.row(sql, &[workspace.into(), id.into()], |row| {
        Ok(UploadDetail {
            upload: read(row)?,
            report: row.json(20)?,
            // A mapping that came with the body has no version.
            mapping_version: row
                .int_or_null(21)?
                .and_then(|version| u64::try_from(version).ok())
                .filter(|_| matches!(row.text_or_null(22), Ok(None))),
            encoding: row.text_or_null(23)?,
            sheet: row.text_or_null(24)?,
            body_sha256: row.text(25)?,
        })
    })
    .await
}

/// How an upload's body was read, and where its changes are.
#[derive(Debug)]
pub(crate) struct Trail {
    pub(crate) body_sha256: String,
    /// The mapping that it was read with; `None` when not even its version is kept.
    pub(crate) mapping: Option<Mapping>,
    pub(crate) mapping_version: Option<u64>,
    pub(crate) encoding: Option<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) audit: Option<(String, String)>,
    /// Addresses that change with it.
    pub(crate) addresses: Vec<NewAddress>,
}

pub(crate) async fn trail(tx: &mut Tx, workspace: &str, id: &str) -> Stored<Option<Trail>> {
    let sql = "SELECT u.body_sha256, u.mapping, v.mapping, u.mapping_version, u.encoding, u.sheet, u.audit_first, \
               u.audit_last, u.addresses FROM uploads u LEFT JOIN mapping_versions v ON v.workspace_id = u.workspace_id \
               AND v.integration_id = u.integration_id AND v.version = u.mapping_version \
               WHERE u.workspace_id = $1 AND u.id = $2";
    tx.row(sql, &[workspace.into(), id.into()], |row| {
        let document = row.text_or_null(1)?.or(row.text_or_null(2)?);
        let mapping = document.map(|document| Mapping::parse(document.as_bytes()));
        Ok(Trail {
            body_sha256: row.text(0)?,
            mapping: mapping
                .transpose()
                .map_err(|error| StoreError::Unexpected(error.to_string()))?,
            mapping_version: row.int_or_null(3)?.and_then(|version| u64::try_from(version).ok()),
            encoding: row.text_or_null(4)?,
            sheet: row.text_or_null(5)?,
            audit: row.text_or_null(6)?.zip(row.text_or_null(7)?),
            addresses: row.json_or_null(8)?.unwrap_or_default(),
        })
    })
    .await
}

/// The shape of the newest upload of an integration that was accepted.
pub(crate) async fn last_shape(tx: &mut Tx, workspace: &str, integration: &str) -> Stored<Option<Shape>> {
    let sql = "SELECT shape FROM uploads WHERE workspace_id = $1 AND integration_id = $2 AND outcome = 'applied' \
               AND shape IS NOT NULL ORDER BY id DESC LIMIT 1";
    tx.row(sql, &[workspace.into(), integration.into()], |row| row.json(0))
        .await
}

/// What an upload's report and shape were.
pub(crate) async fn reading(tx: &mut Tx, workspace: &str, id: &str) -> Stored<Option<(Report, Shape)>> {
    let sql = "SELECT report, shape FROM uploads WHERE workspace_id = $1 AND id = $2 AND shape IS NOT NULL";
    tx.row(sql, &[workspace.into(), id.into()], |row| {
        Ok((row.json(0)?, row.json(1)?))
    })
    .await
}

/// A person's word on a held upload.
#[derive(Debug)]
pub(crate) struct Decided<'a> {
    pub(crate) at: i64,
    pub(crate) by: &'a str,
    pub(crate) outcome: Outcome,
    /// What was applied.
    pub(crate) plan: Option<(&'a Counts, &'a str)>,
    pub(crate) audit: Option<(String, String)>,
}

/// Ends a held upload; whether it was held still.
pub(crate) async fn decide(tx: &mut Tx, workspace: &str, id: &str, decided: Decided<'_>) -> Stored<bool> {
    let sql = "UPDATE uploads SET outcome = $3, decided_at = $4, decided_by = $5, counts = COALESCE($6, counts), \
               plan_hash = COALESCE($7, plan_hash), audit_first = $8, audit_last = $9 \
               WHERE workspace_id = $1 AND id = $2 AND outcome = 'held'";
    let (first, last) = decided.audit.unzip();
    let values = [
        workspace.into(),
        id.into(),
        decided.outcome.as_str().into(),
        decided.at.into(),
        decided.by.into(),
        decided.plan.map(|(counts, _)| to_json(counts)).transpose()?.into(),
        decided.plan.map(|(_, hash)| hash).into(),
        first.into(),
        last.into(),
    ];
    Ok(tx.execute(sql, &values).await? > 0)
}

/// Marks an applied upload as undone; whether it was applied still.
pub(crate) async fn set_undone(tx: &mut Tx, workspace: &str, id: &str, by: &str, now: i64) -> Stored<bool> {
    let sql = "UPDATE uploads SET outcome = 'undone', undone_at = $3, undone_by = $4 \
               WHERE workspace_id = $1 AND id = $2 AND outcome = 'applied'";
    let values = [workspace.into(), id.into(), now.into(), by.into()];
    Ok(tx.execute(sql, &values).await? > 0)
}

/// Keeps a body, once however often it comes.
pub(crate) async fn keep_body(tx: &mut Tx, workspace: &str, sha256: &str, now: i64, lz4: &[u8]) -> Stored<()> {
    let sql = "INSERT INTO bodies (workspace_id, sha256, received_at, lz4) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (workspace_id, sha256) DO UPDATE SET received_at = excluded.received_at";
    let values = [workspace.into(), sha256.into(), now.into(), lz4.into()];
    tx.put(sql, &values).await
}

/// Says that a body came again; whether it is kept at all.
pub(crate) async fn touch_body(tx: &mut Tx, workspace: &str, sha256: &str, now: i64) -> Stored<bool> {
    let sql = "UPDATE bodies SET received_at = $3 WHERE workspace_id = $1 AND sha256 = $2";
    Ok(tx.execute(sql, &[workspace.into(), sha256.into(), now.into()]).await? > 0)
}

/// A body as it is kept.
pub(crate) async fn body(tx: &mut Tx, workspace: &str, sha256: &str) -> Stored<Option<Vec<u8>>> {
    let sql = "SELECT lz4 FROM bodies WHERE workspace_id = $1 AND sha256 = $2";
    tx.row(sql, &[workspace.into(), sha256.into()], |row| row.bytes(0))
        .await
}
