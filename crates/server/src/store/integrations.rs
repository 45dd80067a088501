//! Integrations, without their secrets.

use passmuster_core::limits::Limits;
use passmuster_core::mapping::Mapping;
use passmuster_core::wire::integration::{MappingVersion, UploadMode};

use super::credentials::{TokenLife, life_columns, read_life};
use super::{Row, StoreError, Stored, Tx, to_json};
use crate::clock::timestamp;

/// One enabled User API, as the table keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Integration {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) route: String,
    pub(crate) admin_email: Option<String>,
    pub(crate) enabled: bool,
    pub(crate) sandbox: bool,
    pub(crate) upload_mode: UploadMode,
    pub(crate) limits: Limits,
    pub(crate) mapping: Mapping,
    pub(crate) mapping_version: u64,
}

macro_rules! columns {
    () => {
        "i.id, i.name, i.route, i.admin_email, i.enabled, i.mapping, i.mapping_version, i.sandbox, i.upload_mode, i.limits"
    };
}

/// How many columns [`read`] reads.
const COLUMNS: usize = 10;

fn read(row: &Row<'_>) -> Stored<Integration> {
    let mapping = row.text(5)?;
    Ok(Integration {
        id: row.text(0)?,
        name: row.text(1)?,
        route: row.text(2)?,
        admin_email: row.text_or_null(3)?,
        enabled: row.flag(4)?,
        sandbox: row.flag(7)?,
        upload_mode: upload_mode(&row.text(8)?)?,
        limits: match row.text_or_null(9)? {
            Some(_) => row.json(9)?,
            None => Limits::default(),
        },
        mapping: Mapping::parse(mapping.as_bytes()).map_err(|error| StoreError::Unexpected(error.to_string()))?,
        mapping_version: row.count(6)?,
    })
}

/// The mode of this name.
pub(super) fn upload_mode(name: &str) -> Stored<UploadMode> {
    match name {
        "changes" => Ok(UploadMode::Changes),
        "snapshot" => Ok(UploadMode::Snapshot),
        other => Err(StoreError::Unexpected(format!("the upload mode {other:?}"))),
    }
}

/// All of the workspace, oldest first.
pub(crate) async fn list(tx: &mut Tx, workspace: &str) -> Stored<Vec<Integration>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM integrations i WHERE i.workspace_id = $1 ORDER BY i.id"
    );
    tx.rows(sql, &[workspace.into()], read).await
}

pub(crate) async fn find(tx: &mut Tx, workspace: &str, id: &str) -> Stored<Option<Integration>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM integrations i WHERE i.workspace_id = $1 AND i.id = $2"
    );
    tx.row(sql, &[workspace.into(), id.into()], read).await
}

/// The integration whose token has this digest, with the token, which may be over; of this route, unless that is `""`.
pub(crate) async fn find_by_token(
    tx: &mut Tx,
    workspace: &str,
    route: &str,
    digest: &str,
) -> Stored<Option<(Integration, TokenLife)>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", ",
        life_columns!(),
        " FROM tokens t JOIN integrations i \
         ON i.workspace_id = t.workspace_id AND i.id = t.integration_id \
         WHERE t.workspace_id = $1 AND t.digest = $2 AND ($3 = '' OR i.route = $3)"
    );
    let values = [workspace.into(), digest.into(), route.into()];
    tx.row(sql, &values, |row| Ok((read(row)?, read_life(row, COLUMNS)?)))
        .await
}

/// # Errors
/// [`StoreError::Taken`] when the route is another integration's.
pub(crate) async fn insert(tx: &mut Tx, workspace: &str, integration: &Integration, now: i64) -> Stored<()> {
    let sql = "INSERT INTO integrations \
               (workspace_id, id, name, route, admin_email, enabled, mapping, mapping_version, created_at, sandbox, \
               upload_mode, limits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = [
        workspace.into(),
        (&integration.id).into(),
        (&integration.name).into(),
        (&integration.route).into(),
        integration.admin_email.as_deref().into(),
        integration.enabled.into(),
        to_json(&integration.mapping)?.into(),
        integration.mapping_version.into(),
        now.into(),
        integration.sandbox.into(),
        integration.upload_mode.as_str().into(),
        to_json(&integration.limits)?.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// Keeps the mapping under its version, for those who ask later what an upload was read with.
pub(crate) async fn insert_mapping_version(
    tx: &mut Tx,
    workspace: &str,
    integration: &Integration,
    (saved_at, saved_by): (i64, &str),
) -> Stored<()> {
    let sql = "INSERT INTO mapping_versions (workspace_id, integration_id, version, mapping, saved_at, saved_by) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        workspace.into(),
        (&integration.id).into(),
        integration.mapping_version.into(),
        to_json(&integration.mapping)?.into(),
        saved_at.into(),
        saved_by.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// All versions of an integration's mapping, newest first: number, when and by whom it was saved.
pub(crate) async fn mapping_versions(tx: &mut Tx, workspace: &str, integration: &str) -> Stored<Vec<MappingVersion>> {
    let sql = "SELECT version, saved_at, saved_by FROM mapping_versions WHERE workspace_id = $1 \
               AND integration_id = $2 ORDER BY version DESC";
    tx.rows(sql, &[workspace.into(), integration.into()], read_version)
        .await
}

/// One version of an integration's mapping.
pub(crate) async fn mapping_version(
    tx: &mut Tx,
    workspace: &str,
    integration: &str,
    version: u64,
) -> Stored<Option<(MappingVersion, Mapping)>> {
    let sql = "SELECT version, saved_at, saved_by, mapping FROM mapping_versions WHERE workspace_id = $1 \
               AND integration_id = $2 AND version = $3";
    tx.row(sql, &[workspace.into(), integration.into(), version.into()], |row| {
        Ok((read_version(row)?, read_mapping(row, 3)?))
    })
    .await
}

fn read_version(row: &Row<'_>) -> Stored<MappingVersion> {
    Ok(MappingVersion {
        version: row.count(0)?,
        saved_at: timestamp(row.int(1)?),
        saved_by: row.text(2)?,
    })
}

fn read_mapping(row: &Row<'_>, at: usize) -> Stored<Mapping> {
    Mapping::parse(row.text(at)?.as_bytes()).map_err(|error| StoreError::Unexpected(error.to_string()))
}

/// Saves everything but id and route.
pub(crate) async fn update(tx: &mut Tx, workspace: &str, integration: &Integration) -> Stored<()> {
    let sql = "UPDATE integrations SET name = $3, admin_email = $4, enabled = $5, mapping = $6, mapping_version = $7, \
               sandbox = $8, upload_mode = $9, limits = $10 WHERE workspace_id = $1 AND id = $2";
    let values = [
        workspace.into(),
        (&integration.id).into(),
        (&integration.name).into(),
        integration.admin_email.as_deref().into(),
        integration.enabled.into(),
        to_json(&integration.mapping)?.into(),
        integration.mapping_version.into(),
        integration.sandbox.into(),
        integration.upload_mode.as_str().into(),
        to_json(&integration.limits)?.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}
