//! What the last bodies said and still stands, and who changed since.
//!
//! Written in the transaction of the change that it tells of. Decides nothing; whoever asks must know what it is worth.

use std::collections::HashSet;

use passmuster_core::field::Target;
use passmuster_core::plan::Plan;
use passmuster_core::standing::{PrintKey, Prints};

use super::{Stored, Tx, Value};

/// Changes of the directory that are kept for a standing; an older one is forgotten.
const CHANGES: i64 = 1000;
/// Users whom one change touches at most; beyond that all standings are forgotten.
const USERS: usize = 20_000;

/// A body that would change nothing if it came again.
#[derive(Debug)]
pub(crate) struct LastBody {
    pub(crate) upload_id: String,
    pub(crate) unchanged: u64,
}

/// The last body of an integration, if it is this one and the directory is as it was then.
pub(crate) async fn last_body(
    tx: &mut Tx,
    workspace: &str,
    integration: &str,
    basis: &str,
) -> Stored<Option<LastBody>> {
    let sql = "SELECT b.upload_id, b.unchanged FROM last_bodies b JOIN workspaces w ON w.workspace_id = b.workspace_id \
               AND w.directory_version = b.directory_version \
               WHERE b.workspace_id = $1 AND b.integration_id = $2 AND b.basis = $3";
    let values = [workspace.into(), integration.into(), basis.into()];
    tx.row(sql, &values, |row| {
        Ok(LastBody {
            upload_id: row.text(0)?,
            unchanged: row.count(1)?,
        })
    })
    .await
}

/// Remembers a body that would change nothing if it came again.
pub(crate) async fn keep_last_body(
    tx: &mut Tx,
    workspace: &str,
    (integration, basis): (&str, &str),
    body: &LastBody,
) -> Stored<()> {
    let sql = "INSERT INTO last_bodies (workspace_id, integration_id, basis, directory_version, upload_id, unchanged) \
               SELECT workspace_id, $2, $3, directory_version, $4, $5 FROM workspaces WHERE workspace_id = $1 \
               ON CONFLICT (workspace_id, integration_id) DO UPDATE SET basis = excluded.basis, \
               directory_version = excluded.directory_version, upload_id = excluded.upload_id, \
               unchanged = excluded.unchanged";
    let values = [
        workspace.into(),
        integration.into(),
        basis.into(),
        (&body.upload_id).into(),
        body.unchanged.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// What the records of an integration's body said, and the prints of users who changed since.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Records of the body.
    pub(crate) records: u64,
    pub(crate) prints: Prints,
    pub(crate) touched: HashSet<u64>,
}

/// What is remembered of bodies that were read as `basis` says.
pub(crate) async fn find(tx: &mut Tx, workspace: &str, integration: &str, basis: &str) -> Stored<Option<Remembered>> {
    let sql = "SELECT directory_version, records, prints FROM standings \
               WHERE workspace_id = $1 AND integration_id = $2 AND basis = $3";
    let values = [workspace.into(), integration.into(), basis.into()];
    let found = tx
        .row(sql, &values, |row| Ok((row.int(0)?, row.count(1)?, row.bytes(2)?)))
        .await?;
    let Some((version, records, prints)) = found else {
        return Ok(None);
    };
    let Some(prints) = Prints::from_bytes(prints) else {
        return Ok(None);
    };
    let sql = "SELECT prints FROM directory_changes WHERE workspace_id = $1 AND directory_version > $2";
    let changes = tx
        .rows(sql, &[workspace.into(), version.into()], |row| row.bytes(0))
        .await?;
    let words = changes.iter().flat_map(|prints| prints.as_chunks::<8>().0);
    Ok(Some(Remembered {
        records,
        prints,
        touched: words.map(|word| u64::from_le_bytes(*word)).collect(),
    }))
}

/// Remembers what stands now, in place of what stood before.
pub(crate) async fn keep(
    tx: &mut Tx,
    workspace: &str,
    (integration, basis): (&str, &str),
    (records, prints): (u64, &Prints),
) -> Stored<()> {
    let sql = "INSERT INTO standings (workspace_id, integration_id, basis, directory_version, records, prints) \
               SELECT workspace_id, $2, $3, directory_version, $4, $5 FROM workspaces WHERE workspace_id = $1 \
               ON CONFLICT (workspace_id, integration_id) DO UPDATE SET basis = excluded.basis, \
               directory_version = excluded.directory_version, records = excluded.records, prints = excluded.prints";
    let values = [
        workspace.into(),
        integration.into(),
        basis.into(),
        records.into(),
        Value::Bytes(prints.as_bytes()),
    ];
    tx.execute(sql, &values).await?;
    drop_changes(tx, workspace).await
}

/// What prints are made with, if there are any.
pub(crate) async fn key(tx: &mut Tx, workspace: &str) -> Stored<Option<PrintKey>> {
    let sql = "SELECT print_key FROM workspaces WHERE workspace_id = $1";
    let text = tx.row(sql, &[workspace.into()], |row| row.text_or_null(0)).await?;
    Ok(text.flatten().as_deref().and_then(key_of))
}

/// Sets what prints are made with.
pub(crate) async fn set_key(tx: &mut Tx, workspace: &str, key: PrintKey) -> Stored<()> {
    let digits: String = key.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let sql = "UPDATE workspaces SET print_key = $2 WHERE workspace_id = $1";
    tx.execute(sql, &[workspace.into(), digits.into()]).await?;
    Ok(())
}

fn key_of(digits: &str) -> Option<PrintKey> {
    u128::from_str_radix(digits, 16)
        .ok()
        .map(|key| PrintKey(key.to_be_bytes()))
}

/// Says that something changed that a verdict may depend on, but no user.
pub(crate) async fn note_definition(tx: &mut Tx, workspace: &str) -> Stored<()> {
    let sql = "UPDATE workspaces SET directory_version = directory_version + 1 WHERE workspace_id = $1";
    tx.execute(sql, &[workspace.into()]).await?;
    Ok(())
}

/// Says that a plan was applied, and whom it changed.
pub(crate) async fn note_plan(tx: &mut Tx, workspace: &str, plan: &Plan) -> Stored<()> {
    if plan.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE workspaces SET directory_version = directory_version + 1 WHERE workspace_id = $1 \
               RETURNING directory_version, print_key";
    let counted = tx
        .row(sql, &[workspace.into()], |row| Ok((row.int(0)?, row.text_or_null(1)?)))
        .await?;
    let Some((version, Some(digits))) = counted else {
        return Ok(());
    };
    let sql = "SELECT MIN(directory_version) FROM standings WHERE workspace_id = $1";
    let oldest = tx.row(sql, &[workspace.into()], |row| row.int_or_null(0)).await?;
    let (Some(oldest), Some(key)) = (oldest.flatten(), key_of(&digits)) else {
        return Ok(());
    };
    if plan.changes.len() > USERS {
        return forget(tx, workspace).await;
    }
    let sql = "INSERT INTO directory_changes (workspace_id, directory_version, prints) VALUES ($1, $2, $3)";
    let prints = prints_of(plan, &key);
    tx.execute(sql, &[workspace.into(), version.into(), Value::Bytes(&prints)])
        .await?;
    if version - oldest > CHANGES {
        let sql = "DELETE FROM standings WHERE workspace_id = $1 AND directory_version < $2";
        tx.execute(sql, &[workspace.into(), (version - CHANGES / 2).into()])
            .await?;
        drop_changes(tx, workspace).await?;
    }
    Ok(())
}

/// Every address that a plan takes, gives or speaks of.
fn prints_of(plan: &Plan, key: &PrintKey) -> Vec<u8> {
    let mut prints = Vec::with_capacity(plan.changes.len() * 8);
    let mut put = |address: &str| prints.extend_from_slice(&key.address(address).to_le_bytes());
    for change in &plan.changes {
        put(&change.email);
        for edit in change.edits.iter().filter(|edit| edit.field == Target::Email) {
            [&edit.before, &edit.after]
                .into_iter()
                .filter_map(|value| value.as_text())
                .for_each(&mut put);
        }
    }
    prints
}

/// Forgets all that stands in a workspace.
pub(crate) async fn forget(tx: &mut Tx, workspace: &str) -> Stored<()> {
    for sql in [
        "DELETE FROM standings WHERE workspace_id = $1",
        "DELETE FROM last_bodies WHERE workspace_id = $1",
        "DELETE FROM directory_changes WHERE workspace_id = $1",
    ] {
        tx.execute(sql, &[workspace.into()]).await?;
    }
    Ok(())
}

/// Drops the changes that no standing asks for any more.
async fn drop_changes(tx: &mut Tx, workspace: &str) -> Stored<()> {
    let sql = "DELETE FROM directory_changes WHERE workspace_id = $1 AND directory_version <= \
               COALESCE((SELECT MIN(s.directory_version) FROM standings s WHERE s.workspace_id = $1), directory_version)";
    tx.execute(sql, &[workspace.into()]).await?;
    Ok(())
}
