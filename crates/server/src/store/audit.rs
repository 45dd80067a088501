//! The audit: who changed what, when, through what. Written once, never changed.

use super::bulk::{Bulk, Column, Verb};
use super::{Stored, Tx};

/// One entry for each user that a body changed.
pub(crate) static INSERT: Bulk = Bulk {
    verb: Verb::Insert,
    table: "audit",
    key: &[Column::Text("id")],
    set: &[
        Column::Int("at"),
        Column::Text("actor"),
        Column::Text("via"),
        Column::Text("upload_id"),
        Column::Text("action"),
        Column::Text("target"),
        Column::Text("edits"),
    ],
};

/// An entry for something other than a user.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) id: &'a str,
    /// Microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) actor: &'a str,
    pub(crate) via: &'a str,
    pub(crate) action: &'a str,
    pub(crate) target: &'a str,
}

pub(crate) async fn record(tx: &mut Tx, workspace: &str, entry: &Entry<'_>) -> Stored<()> {
    let sql =
        "INSERT INTO audit (workspace_id, id, at, actor, via, action, target) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        workspace.into(),
        entry.id.into(),
        entry.at.into(),
        entry.actor.into(),
        entry.via.into(),
        entry.action.into(),
        entry.target.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}
