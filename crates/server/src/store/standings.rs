//! What the last bodies said and still stands, and who changed since.
//!
//! Written in the transaction of the change that it tells of. Decides nothing; whoever asks must know what it is worth.

use std::collections::HashSet;

use passmuster_core::field::Target;
use passmuster_core::plan::Plan;
use passmuster_core::standing::{PrintKey, Prints};

use super::{Stored, Tx};

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
    tx.put(sql, &values).await
}

/// A body of one in so many records as are remembered, or less, has its users read instead.
const WORTHWHILE_SHARE: u64 = 16;

/// What there is to recall for a body.
#[derive(Debug)]
pub(crate) enum Found {
    Nothing,
    /// Of a body so much larger than this one that reading it would take longer than what it saves.
    TooMuch,
    Remembered(Remembered),
}

/// What the records of an integration's body said, and the prints of users who changed since.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Records of the body.
    pub(crate) records: u64,
    pub(crate) prints: Prints,
    pub(crate) touched: HashSet<u64>,
}

/// What prints are made with, if there are any, and what is remembered of bodies that were read as `basis` says, for
/// one of so many records.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: &str,
    (integration, basis): (&str, &str),
    records: u64,
) -> Stored<(Option<PrintKey>, Found)> {
    let key = "SELECT print_key FROM workspaces WHERE workspace_id = $1";
    let sql = "SELECT directory_version, records, CASE WHEN records < $4 THEN prints END FROM standings \
               WHERE workspace_id = $1 AND integration_id = $2 AND basis = $3";
    let most = records.saturating_mul(WORTHWHILE_SHARE);
    let values = [workspace.into(), integration.into(), basis.into(), most.into()];
    let (mut digits, mut found) = (None, None);
    tx.ask(&[(key, &values[..1]), (sql, &values)], |question, row| {
        match question {
            0 => digits = row.text_or_null(0)?,
            _ => found = Some((row.int(0)?, row.count(1)?, row.bytes_or_null(2)?)),
        }
        Ok(())
    })
    .await?;
    let key = digits.as_deref().and_then(key_of);
    let (Some(_), Some((version, records, prints))) = (key, found) else {
        return Ok((key, Found::Nothing));
    };
    let Some(prints) = prints else {
        return Ok((key, Found::TooMuch));
    };
    let Some(prints) = Prints::from_bytes(prints) else {
        return Ok((key, Found::Nothing));
    };
    let sql = "SELECT prints FROM directory_changes WHERE workspace_id = $1 AND directory_version > $2";
    let changes = tx
        .rows(sql, &[workspace.into(), version.into()], |row| row.bytes(0))
        .await?;
    let words = changes.iter().flat_map(|prints| prints.as_chunks::<8>().0);
    let remembered = Remembered {
        records,
        prints,
        touched: words.map(|word| u64::from_le_bytes(*word)).collect(),
    };
    Ok((key, Found::Remembered(remembered)))
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
        prints.as_bytes().into(),
    ];
    tx.execute(sql, &values).await?;
    drop_changes(tx, workspace).await
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
    let of_oldest = "SELECT MIN(directory_version) FROM standings WHERE workspace_id = $1";
    let values = [workspace.into()];
    let (mut counted, mut oldest) = (None, None);
    tx.has_written = true;
    tx.ask(&[(sql, &values[..]), (of_oldest, &values)], |question, row| {
        match question {
            0 => counted = Some((row.int(0)?, row.text_or_null(1)?)),
            _ => oldest = row.int_or_null(0)?,
        }
        Ok(())
    })
    .await?;
    let Some((version, digits)) = counted else {
        return Ok(());
    };
    if plan.groups_created.is_empty() && plan.groups_removed.is_empty() {
        tx.keep_catalog(workspace, version);
    }
    let (Some(oldest), Some(key)) = (oldest, digits.as_deref().and_then(key_of)) else {
        return Ok(());
    };
    if plan.changes.len() > USERS {
        return forget(tx, workspace).await;
    }
    let sql = "INSERT INTO directory_changes (workspace_id, directory_version, prints) VALUES ($1, $2, $3)";
    let prints = prints_of(plan, &key);
    tx.put(sql, &[workspace.into(), version.into(), prints.as_slice().into()])
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
        for edit in change.edits.refs().filter(|edit| *edit.field == Target::Email) {
            [edit.before, edit.after]
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
