//! Workspaces: whose directory is spoken of, and the lock under which it is written.

use super::{Row, Stored, Tx};

/// The workspace of a server without `--base-domain`.
pub(crate) const DEFAULT: &str = "default";

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Workspace {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) subdomain: String,
    /// Whether the workspace uses the Salesforce integration.
    pub(crate) salesforce: bool,
}

/// The workspace of a subdomain.
pub(crate) async fn find(tx: &mut Tx, subdomain: &str) -> Stored<Option<Workspace>> {
    let sql = "SELECT workspace_id, name, subdomain, salesforce FROM workspaces WHERE subdomain = $1";
    tx.row(sql, &[subdomain.into()], read).await
}

/// Reads the first four columns.
pub(super) fn read(row: &Row<'_>) -> Stored<Workspace> {
    Ok(Workspace {
        id: row.text(0)?,
        name: row.text(1)?,
        subdomain: row.text(2)?,
        salesforce: row.flag(3)?,
    })
}

/// All of them, by subdomain.
pub(crate) async fn list(tx: &mut Tx) -> Stored<Vec<Workspace>> {
    let sql = "SELECT workspace_id, name, subdomain, salesforce FROM workspaces ORDER BY subdomain";
    tx.rows(sql, &[], read).await
}

/// # Errors
/// [`super::StoreError::Taken`] when the subdomain is another workspace's.
pub(crate) async fn insert(tx: &mut Tx, workspace: &Workspace, now: i64) -> Stored<()> {
    let sql = "INSERT INTO workspaces (workspace_id, name, subdomain, salesforce, changed_at) \
               VALUES ($1, $2, $3, $4, $5)";
    let values = [
        (&workspace.id).into(),
        (&workspace.name).into(),
        (&workspace.subdomain).into(),
        workspace.salesforce.into(),
        now.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// Saves everything but id and subdomain.
pub(crate) async fn update(tx: &mut Tx, workspace: &Workspace, now: i64) -> Stored<()> {
    let sql = "UPDATE workspaces SET name = $2, salesforce = $3, changed_at = $4 WHERE workspace_id = $1";
    let values = [
        (&workspace.id).into(),
        (&workspace.name).into(),
        workspace.salesforce.into(),
        now.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// Makes the default workspace, unless it is there.
pub(crate) async fn ensure_default(tx: &mut Tx, now: i64) -> Stored<()> {
    let sql = "INSERT INTO workspaces (workspace_id, name, subdomain, salesforce, changed_at) \
               VALUES ($1, $2, $1, 0, $3) ON CONFLICT DO NOTHING";
    tx.execute(sql, &[DEFAULT.into(), "Passmuster".into(), now.into()])
        .await?;
    Ok(())
}

/// Takes the workspace's lock until the transaction ends, across all servers.
pub(crate) async fn lock(tx: &mut Tx, workspace: &str) -> Stored<()> {
    let sql = "SELECT workspace_id, directory_version FROM workspaces WHERE workspace_id = $1 FOR UPDATE";
    tx.locked = tx
        .row(sql, &[workspace.into()], |row| Ok((row.text(0)?, row.int(1)?)))
        .await?;
    Ok(())
}

/// Answers at all.
pub(crate) async fn ping(tx: &mut Tx) -> Stored<()> {
    tx.row("SELECT count(*) FROM workspaces", &[], |row| row.int(0)).await?;
    Ok(())
}
